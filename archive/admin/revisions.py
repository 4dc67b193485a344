"""Editing what is public without its being seen, and together with others without losing a word.

The form of a record that was ever public edits the record's open revision: it is shown, checked and
saved in a rehearsal that is taken back, of which only the snapshot stays. The same rehearsal tells
what was meant in a form that was opened before somebody else saved, so that both can be merged.
"""

from dataclasses import dataclass
from typing import NamedTuple

from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import unquote
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from archive.models import Contribution, Revision
from archive.models.revisions import (
    both,
    keep,
    lock,
    may_submit,
    open_revision,
    refresh,
    standing,
    submit_revision,
    waits_for_record,
    write,
    writes_directly,
)
from archive.models.snapshots import (
    apply,
    merge,
    numbered,
    rehearsal,
    resolved,
    snapshot,
)

from .comparison import compare
from .dates import moment_in_words
from .merging import choices, language_of, question, together
from .steps import EXPLAINED, changes_page, page_of, reasons
from .texts import languages_of, translates_only

_SALT = "archive.form"


class Editing(NamedTuple):
    """What a form edits. public: what the record says; current: what it shall say so far, which is
    the same without an open revision; is_stale: the two have come to contradict each other."""

    is_direct: bool
    revision: Revision | None
    public: dict
    current: dict
    is_stale: bool


def editing_of(record) -> Editing:
    public, revision = snapshot(record), open_revision(record)
    if revision is None:
        return Editing(writes_directly(record), None, public, public, False)
    merged = standing(revision, public)
    return Editing(False, revision, public, both(merged, revision), bool(merged.conflicts))


def sealed(record, **data) -> str:
    """What a form has to remember, so that it comes back as it was given out."""
    return signing.dumps({"of": _name(record), **data}, salt=_SALT, compress=True)


def unsealed(record, text: str | None) -> dict:
    """{} where it is missing, was changed, or belongs to another record."""
    try:
        data = signing.loads(text or "", salt=_SALT)
    except signing.BadSignature:
        return {}
    return data if data.get("of") == _name(record) else {}


def _name(record) -> list:
    return [record._meta.model_name, record.pk]


@dataclass
class Rehearsed:
    """Whether the form that was sent was saved, in a rehearsal."""

    is_saved: bool = False


class RevisionAdmin:
    """A ModelAdmin of records that may be public, and that more than one person may edit."""

    # The form

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        record = self.get_object(request, unquote(object_id)) if object_id else None
        if record is None or not self.has_change_permission(request, record):
            return super().changeform_view(request, object_id, form_url, extra_context)
        if request.method == "POST":
            with transaction.atomic():
                return self._sent(request, record, form_url, extra_context)
        editing = editing_of(record)
        if editing.is_stale:
            return self._outdated(request, record, editing)
        return self._shown(request, record, editing, form_url, extra_context)

    def _shown(self, request, record, editing, form_url, extra_context):
        request.editing = editing
        request.sealed = sealed(record, base=editing.current)
        view = super().changeform_view
        if editing.current == editing.public:
            return view(request, str(record.pk), form_url, extra_context)
        with rehearsal():
            apply(record, editing.current, provisional=True)
            return _rendered(view(request, str(record.pk), form_url, extra_context))

    def _sent(self, request, record, form_url, extra_context):
        lock(record)
        refresh(record)
        editing = request.editing = editing_of(record)
        if "_merge" in request.POST:
            return self._decided(request, record, editing)
        # Shown again, the form is as old as it was.
        request.sealed = request.POST.get("_seen")
        seen = unsealed(record, request.sealed).get("base")
        if seen == editing.public and editing.is_direct:
            return super().changeform_view(request, str(record.pk), form_url, extra_context)
        base, request.rehearsed = seen or editing.current, Rehearsed()
        with rehearsal():
            apply(record, base, provisional=True)
            view = super().changeform_view
            response = _rendered(view(request, str(record.pk), form_url, extra_context))
            mine = numbered(snapshot(record), base) if request.rehearsed.is_saved else None
        del request.rehearsed
        if mine is None:
            return response
        refresh(record)
        if not seen and mine != editing.current:
            return self._merge_page(request, record, base, mine, editing.current, how="unseen")
        answer = self._taken_in(request, record, editing, base, mine)
        return response if answer is None else answer

    def rehearsed(self, request, obj) -> HttpResponse | None:
        """The answer of a form that was saved in a rehearsal, to be asked for first of all in
        `response_change`; None where it was saved for good."""
        if not hasattr(request, "rehearsed"):
            return None
        request.rehearsed.is_saved = True
        return super().response_change(request, obj) if _is_popup(request) else HttpResponse()

    def _taken_in(self, request, record, editing, base, mine, *, written=None):
        """Put what was sent together with what was changed meanwhile. None: done, in a popup.

        written: what was sent at first, where mine is what was decided about it since.
        """
        merged = merge(base, mine, editing.current)
        if merged.conflicts:
            return self._merge_page(request, record, base, mine, editing.current)
        try:
            # Just what a form has been asked about; what was decided since, no form has seen.
            checked = written is None and merged.data == mine
            revision = self.keep(request, record, editing, merged.data, checked=checked)
        except ValidationError as error:
            for reason in reasons(error, record):
                messages.error(request, reason)
            refresh(record)
            mine = written or mine
            return self._merge_page(request, record, base, mine, editing.current, how="apart")
        request.is_joined = base != editing.current
        if request.is_joined:
            text = _("Somebody else has saved this record meanwhile. Both changes were kept.")
            messages.info(request, text)
        return None if _is_popup(request) else self._saved(request, record, editing, revision)

    def keep(self, request, record, editing, data, *, checked: bool) -> Revision | None:
        if editing.is_direct:
            record._history_user = request.user
            write(record, data)
            self.changed(request, record)
            return None
        if not checked:
            with rehearsal():
                write(record, data, provisional=True)
            refresh(record)
        return keep(
            record, data, by=request.user, base=editing.revision.base if editing.is_stale else None
        )

    def _saved(self, request, record, editing, revision):
        if request.POST.get("_step") in EXPLAINED:
            pass  # said together with what is asked next
        elif editing.is_direct:
            messages.success(request, _("Saved."))
        elif revision is None:
            messages.info(request, _("Saved: the record says just what readers see."))
        elif revision.stage == Revision.Stage.IN_REVIEW:
            messages.info(request, _("These changes wait for review already."))
        elif request.POST.get("_changes") == "submit" and may_submit(request.user, revision):
            submit_revision(revision, by=request.user)
            text = _("Your changes are saved and wait for review. Readers do not see them yet.")
            messages.success(request, text)
        else:
            text = _("Your changes are saved. Readers see them when they have been reviewed.")
            messages.success(request, text)
        if answer := self.step_taken(request, record):
            return answer
        if "_continue" in request.POST or "_merge" in request.POST:
            return HttpResponseRedirect(page_of(record))
        return self.response_post_save_change(request, record)

    def changed(self, request, record) -> None:
        """Called when the record itself was changed."""

    def step_taken(self, request, record) -> HttpResponse | None:
        """The answer to a button that saves and takes a step; None for any other."""
        return None

    def render_change_form(self, request, context, obj=None, **kwargs):
        if obj and self.has_change_permission(request, obj):
            context |= self._about_revision(request, obj)
        return super().render_change_form(request, context, obj=obj, **kwargs)

    def _about_revision(self, request, record) -> dict:
        editing = request.editing
        told = {"seen": request.sealed, "edits_revision": not editing.is_direct}
        told["may_submit_changes"] = not editing.is_direct
        if revision := editing.revision:
            told["revision"] = revision
            told["may_submit_changes"] = may_submit(request.user, revision)
            told["waits_for_record"] = waits_for_record(revision)
            told["revision_address"] = changes_page(record)
            told["revision_begun"] = moment_in_words(revision.created_at)
        if editing.current != editing.public:
            told["revision_differences"] = compare(self.model, editing.public, editing.current)
        return told

    # Two hands on one record

    def _outdated(self, request, record, editing):
        """The record was changed past its revision, in the same places."""
        revision = editing.revision
        if translates_only(request, self.model):
            text = _("Somebody who edits the whole record has to decide first what it shall say.")
            messages.warning(request, text)
            return HttpResponseRedirect(changes_page(record))
        return self._merge_page(
            request, record, revision.base, revision.data, editing.public, how="over"
        )

    def _merge_page(self, request, record, base, mine, theirs, *, how="", asked=()):
        """Where both have changed the same, both versions and a choice.

        how: "over" where theirs is what the record says, and mine its revision; "apart" where both
        together could not be saved, "unseen" where nobody knows what the form was made from, so
        that every difference is asked about.
        """
        joined, conflicts = self._together(request, base, mine, theirs, how)
        states = (mine, theirs, base)
        questions = [
            question(self.model, number, conflict, states, request.POST)
            for number, conflict in enumerate(conflicts)
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Two versions of the same"),
            "subtitle": str(record),
            "opts": self.opts,
            "original": record,
            "who": _who(record),
            "how": how,
            "questions": questions,
            "asked": asked,
            "joined": compare(self.model, theirs, joined),
            "ticked": request.POST.getlist("_settle"),
            "merge": sealed(record, base=base, mine=mine, theirs=theirs, how=how),
        }
        return TemplateResponse(request, "admin/archive/merge.html", context)

    def _together(self, request, base, mine, theirs, how):
        """As `together`; what this user may not write stays as theirs."""
        joined, conflicts = together(self.model, base, mine, theirs, how)
        if translates_only(request, self.model):
            given = languages_of(request, self.model)
            conflicts = [one for one in conflicts if language_of(self.model, one) in given]
        return joined, conflicts

    def _decided(self, request, record, editing):
        """What was chosen on the page of two versions, merged once more with what was changed
        since that page was opened."""
        seen = unsealed(record, request.POST["_merge"])
        if not seen:
            messages.error(request, _("This page was no longer whole. Open the record again."))
            return HttpResponseRedirect(page_of(record))
        base, mine, theirs, how = (seen[name] for name in ("base", "mine", "theirs", "how"))
        joined, conflicts = self._together(request, base, mine, theirs, how)
        chosen, asked = choices(self.model, conflicts, request.POST)
        if asked:
            return self._merge_page(request, record, base, mine, theirs, how=how, asked=asked)
        if how == "over" and translates_only(request, self.model):
            return self._outdated(request, record, editing)
        if how == "over":
            editing = request.editing = editing._replace(current=editing.public, is_stale=False)
        decided = resolved(joined, chosen)
        return self._taken_in(request, record, editing, theirs, decided, written=mine)


def _rendered(response):
    """Now, while the record still says what it is rehearsed to say."""
    return response.render() if hasattr(response, "render") else response


def _is_popup(request) -> bool:
    return IS_POPUP_VAR in request.POST


def _who(record) -> str:
    if open_revision(record):
        contribution = Contribution.objects.about(record).select_related("by").last()
        return str(contribution.by) if contribution else ""
    latest = record.history.order_by("-history_date", "-history_id").first()
    return str(latest.history_user) if latest and latest.history_user else ""
