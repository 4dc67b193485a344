"""Editing what is public without its being seen, and together with others without losing a word.

The form of a record that was ever public edits the record's open revision: it is shown, checked and
saved in a rehearsal that is taken back, of which only the snapshot stays. The same rehearsal tells
what was meant in a form that was opened before somebody else saved, so that both can be merged.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import unquote
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.models import PUBLISHABLE, Correction, Revision, may_ever
from archive.models.lines import split_lines
from archive.models.publishing import obstacles
from archive.models.revisions import (
    UNSEEN,
    as_revised,
    drop_revision,
    keep,
    lock,
    open_revision,
    publish_revision,
    publishing_hindrance,
    refresh,
    return_revision,
    standing,
    submit_revision,
    write,
    writes_directly,
)
from archive.models.snapshots import (
    Conflict,
    apply,
    differences,
    merge,
    numbered,
    opposed,
    rehearsal,
    resolved,
    snapshot,
)
from archive.models.versions import as_of

from .comparison import compare, in_words, is_text, kind_of, label_of, part_of, row_in_words
from .dates import moment_in_words
from .differences import marked_differences
from .steps import page_of, reasons
from .texts import translates_only
from .work import Listing, Work, work_list

_SALT = "archive.form"


class Editing(NamedTuple):
    """What a form edits. public: what the record says; current: what it shall say so far, which is
    the same without an open revision; is_stale: the two have come to contradict each other."""

    is_direct: bool
    revision: Revision | None
    public: dict
    current: dict
    is_stale: bool


def editing_of(user, record) -> Editing:
    public, is_direct = snapshot(record), writes_directly(user, record)
    revision = open_revision(record)
    if is_direct or revision is None:
        return Editing(is_direct, revision, public, public, False)
    merged = standing(revision, public)
    current = revision.data if merged.conflicts else merged.data
    return Editing(is_direct, revision, public, current, bool(merged.conflicts))


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

    def get_urls(self):
        name = f"archive_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("<path:object_id>/changes/", view(self.changes_view), name=f"{name}_changes"),
            path(
                "<path:object_id>/history/bring-back/",
                view(self.bring_back_view),
                name=f"{name}_bring_back",
            ),
            *super().get_urls(),
        ]

    # The form

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        record = self.get_object(request, unquote(object_id)) if object_id else None
        if record is None or not self.has_change_permission(request, record):
            return super().changeform_view(request, object_id, form_url, extra_context)
        if request.method == "POST":
            with transaction.atomic():
                return self._sent(request, record, form_url, extra_context)
        editing = editing_of(request.user, record)
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
        editing = request.editing = editing_of(request.user, record)
        if "_merge" in request.POST:
            return self._decided(request, record, editing)
        # Shown again, the form is as old as it was.
        request.sealed = request.POST.get("_seen")
        base = unsealed(record, request.sealed).get("base") or editing.current
        if base == editing.public and editing.is_direct:
            return super().changeform_view(request, str(record.pk), form_url, extra_context)
        request.rehearsed = Rehearsed()
        with rehearsal():
            apply(record, base, provisional=True)
            view = super().changeform_view
            response = _rendered(view(request, str(record.pk), form_url, extra_context))
            mine = numbered(snapshot(record), base) if request.rehearsed.is_saved else None
        del request.rehearsed
        if mine is None:
            return response
        refresh(record)
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
            revision = self._keep(request, record, editing, merged.data, checked=checked)
        except ValidationError as error:
            for reason in reasons(error, record):
                messages.error(request, reason)
            refresh(record)
            mine = written or mine
            return self._merge_page(request, record, base, mine, editing.current, how="apart")
        if base != editing.current:
            text = _("Somebody else has saved this record meanwhile. Both changes were kept.")
            messages.info(request, text)
        return None if _is_popup(request) else self._saved(request, record, editing, revision)

    def _keep(self, request, record, editing, data, *, checked: bool) -> Revision | None:
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
        if editing.is_direct:
            messages.success(request, _("Saved."))
        elif revision is None:
            messages.info(request, _("Saved: the record says just what readers see."))
        elif request.POST.get("_changes") == "submit":
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
        if revision := editing.revision:
            told["revision"] = revision
            told["revision_address"] = changes_page(record)
            told["revision_begun"] = moment_in_words(revision.created_at)
        if editing.current != editing.public:
            told["revision_differences"] = compare(self.model, editing.public, editing.current)
        return told

    # Two hands on one record

    def _outdated(self, request, record, editing):
        """The record was changed past its revision, in the same places."""
        revision = editing.revision
        return self._merge_page(
            request, record, revision.base, revision.data, editing.public, how="over"
        )

    def _merge_page(self, request, record, base, mine, theirs, *, how="", asked=()):
        """Where both have changed the same, both versions and a choice.

        how: "over" where theirs is what the record says, and mine its revision; "apart" where both
        together could not be saved, so that every difference is asked about.
        """
        joined, conflicts = _together(self.model, base, mine, theirs, how)
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
            "merge": sealed(record, base=base, mine=mine, theirs=theirs, how=how),
        }
        return TemplateResponse(request, "admin/archive/merge.html", context)

    def _decided(self, request, record, editing):
        """What was chosen on the page of two versions, merged once more with what was changed
        since that page was opened."""
        seen = unsealed(record, request.POST["_merge"])
        if not seen:
            messages.error(request, _("This page was no longer whole. Open the record again."))
            return HttpResponseRedirect(page_of(record))
        base, mine, theirs, how = (seen[name] for name in ("base", "mine", "theirs", "how"))
        joined, conflicts = _together(self.model, base, mine, theirs, how)
        chosen, asked = choices(self.model, conflicts, request.POST)
        if asked:
            return self._merge_page(request, record, base, mine, theirs, how=how, asked=asked)
        if how == "over":
            editing = request.editing = editing._replace(current=editing.public, is_stale=False)
        decided = resolved(joined, chosen)
        return self._taken_in(request, record, editing, theirs, decided, written=mine)

    # The unpublished changes

    def changes_view(self, request, object_id):
        record = self.get_object(request, unquote(object_id))
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        revision = open_revision(record)
        if revision is None:
            messages.info(request, _("There are no unpublished changes of this record."))
            return HttpResponseRedirect(page_of(record))
        if request.method == "POST":
            return self._take_step(request, record, revision)
        return self._changes_page(request, record, revision)

    def _changes_page(self, request, record, revision, *, entered=None):
        public = snapshot(record)
        merged = standing(revision, public)
        after = revision.data if merged.conflicts else merged.data
        changed = {change.relation or change.field for change in differences(public, after)}
        hindrance = publishing_hindrance(request.user, revision)
        is_seen = record.is_public
        with as_revised(record):
            found = obstacles(record, by=request.user) if is_seen else []
        context = {
            **self.admin_site.each_context(request),
            "title": _("Unpublished changes"),
            "subtitle": str(record),
            "opts": self.opts,
            "original": record,
            "revision": revision,
            "begun": moment_in_words(revision.created_at),
            "differences": compare(self.model, public, after),
            "is_stale": bool(merged.conflicts),
            "hindrance": hindrance,
            "obstacles": [] if hindrance else found,
            "for_readers": bool(changed - UNSEEN),
            "weights": Correction.Weight.choices,
            "entered": entered or {},
            "seen": revision.updated_at.isoformat(),
            "may_submit": _may_submit(request.user, revision),
            "may_return": _may_return(request.user, revision),
            "may_drop": _may_drop(request.user, revision),
            "may_change": self.has_change_permission(request, record),
        }
        return TemplateResponse(request, "admin/archive/changes.html", context)

    def _take_step(self, request, record, revision):
        act, back = request.POST.get("_act"), changes_page(record)
        if request.POST.get("seen") != revision.updated_at.isoformat():
            text = _("These changes were changed meanwhile. Look at them once more.")
            messages.warning(request, text)
            return HttpResponseRedirect(back)
        try:
            if act == "submit":
                submit_revision(revision, by=request.user)
                messages.success(request, _("The changes wait for review."))
            elif act == "return":
                return_revision(
                    revision, by=request.user, reason=request.POST.get("reason", "").strip()[:4000]
                )
                messages.success(request, _("The changes were returned to whoever wrote them."))
            elif act == "drop":
                drop_revision(revision, by=request.user)
                messages.success(request, _("The changes were dropped. The record is as it was."))
                back = page_of(record)
            elif act == "publish":
                publish_revision(revision, by=request.user, **self._entered(request))
                messages.success(request, _("The changes are public."))
                back = page_of(record)
        except PermissionDenied as error:
            text = str(error) or _("This step is not open to you, or no longer open.")
            messages.error(request, text)
        except ValidationError as error:
            for reason in reasons(error, record):
                messages.error(request, reason)
            revision.refresh_from_db()
            return self._changes_page(request, record, revision, entered=request.POST)
        return HttpResponseRedirect(back)

    @staticmethod
    def _entered(request) -> dict:
        """What the log of corrections shall say. Raises ValidationError where it says too little:
        readers of both languages are told what was wrong."""
        said = {code: request.POST.get(f"said_{code}", "").strip() for code in ("en", "ru")}
        weight = request.POST.get("weight", "")
        if weight and weight != Correction.Weight.WORDING and not all(said.values()):
            raise ValidationError(_("Say in both languages what was changed."))
        return {"weight": weight, "said": said}

    # What it said before

    def history_view(self, request, object_id, extra_context=None):
        record = self.get_object(request, unquote(object_id))
        address = ""
        if record is not None and self.has_bring_back_permission(request, record):
            address = reverse(f"admin:archive_{self.opts.model_name}_bring_back", args=[record.pk])
        context = {"bring_back": address, **(extra_context or {})}
        return super().history_view(request, object_id, context)

    def has_bring_back_permission(self, request, record) -> bool:
        """A version is brought back whole, by those who may change more than its texts."""
        may_change = self.has_change_permission(request, record)
        return may_change and not translates_only(request, self.model)

    def bring_back_view(self, request, object_id):
        record = self.get_object(request, unquote(object_id))
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_bring_back_permission(request, record):
            raise PermissionDenied
        sent = request.POST if request.method == "POST" else request.GET
        moment = _moment(sent.get("at", ""))
        if request.method == "POST":
            with transaction.atomic():
                return self._bring_back(request, record, moment)
        editing = editing_of(request.user, record)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Version of %(when)s") % {"when": moment_in_words(moment)},
            "subtitle": str(record),
            "opts": self.opts,
            "original": record,
            "is_direct": editing.is_direct,
            "differences": compare(self.model, editing.current, as_of(record, moment)),
            "at": moment.isoformat(),
            "seen": _digest(editing.current),
        }
        return TemplateResponse(request, "admin/archive/bring_back.html", context)

    def _bring_back(self, request, record, moment):
        lock(record)
        refresh(record)
        editing, then = editing_of(request.user, record), as_of(record, moment)
        if request.POST.get("seen") != _digest(editing.current):
            text = _("Somebody else has changed this record meanwhile. Look once more.")
            messages.warning(request, text)
            return HttpResponseRedirect(f"{request.path}?{urlencode({'at': moment.isoformat()})}")
        record._change_reason = f"revert: {moment.isoformat()}"
        try:
            self._keep(request, record, editing, then, checked=False)
        except ValidationError as error:
            for reason in reasons(error, record):
                messages.error(request, reason)
        else:
            text = _("The version of %(when)s was brought back.")
            messages.success(request, text % {"when": moment_in_words(moment)})
        return HttpResponseRedirect(page_of(record))


def _moment(text: str) -> datetime:
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None or is_naive(moment):
        raise Http404
    return moment


def _digest(data: dict) -> str:
    return sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def _rendered(response):
    """Now, while the record still says what it is rehearsed to say."""
    return response.render() if hasattr(response, "render") else response


def _is_popup(request) -> bool:
    return IS_POPUP_VAR in request.POST


def _together(model, base, mine, theirs, how: str) -> tuple[dict, list[Conflict]]:
    """What needs no decision, and what does, in the order of the fields: PostgreSQL keeps that of
    what is stored as JSON to itself."""
    if how == "apart":
        joined, conflicts = theirs, opposed(base, mine, theirs)
    else:
        joined, conflicts = merge(base, mine, theirs)

    def place(conflict):
        meta = kind_of(model, conflict.relation)._meta
        names = [field.name for field in (*meta.fields, *meta.many_to_many)]
        at = names.index(conflict.field) if conflict.field else -1
        return conflict.relation, conflict.row, at

    return joined, sorted(conflicts, key=place)


def _who(record) -> str:
    latest = record.history.order_by("-history_date", "-history_id").first()
    return str(latest.history_user) if latest and latest.history_user else ""


def _may_submit(user, revision) -> bool:
    return revision.stage == Revision.Stage.DRAFT and may_ever(user, "submit", revision.model)


def _may_return(user, revision) -> bool:
    return revision.stage == Revision.Stage.IN_REVIEW and may_ever(user, "return", revision.model)


def _may_drop(user, revision) -> bool:
    return revision.author_id == user.pk or may_ever(user, "publish", revision.model)


def changes_page(record) -> str:
    return reverse(f"admin:archive_{record._meta.model_name}_changes", args=[record.pk])


# ── choosing between two versions ──


class Question(NamedTuple):
    """A place where two have written different things. number: under which it is asked; mine and
    theirs in words, marked against each other; text: what can be written anew, None where a value
    is chosen; choice: what was answered so far."""

    number: int
    part: str
    label: str
    before: str
    mine: str
    theirs: str
    marked: str
    text: str | None
    choice: str


def question(model, number: int, conflict: Conflict, states, post) -> Question:
    part = part_of(model, conflict.relation, conflict.row, *states)
    kind = kind_of(model, conflict.relation)
    if conflict.field:
        field = kind._meta.get_field(conflict.field)
        label = label_of(kind, conflict.field)
        values = (conflict.base, conflict.mine, conflict.theirs)
        before, mine, theirs = (in_words(field, value) for value in values)
        text = post.get(f"anew-{number}", mine) if is_text(field) else None
    else:
        label, text = _("the whole row"), None
        before, mine, theirs = (
            row_in_words(model, conflict.relation, row) if row else ""
            for row in (conflict.base, conflict.mine, conflict.theirs)
        )
    marked = marked_differences(theirs, mine) if text is not None else ""
    choice = post.get(f"choice-{number}", "")
    return Question(number, part, label, before, mine, theirs, marked, text, choice)


def choices(model, conflicts: list[Conflict], post) -> tuple[dict, list[int]]:
    """Path → what was chosen; and the numbers of the questions that wait for an answer."""
    chosen, asked = {}, []
    for number, conflict in enumerate(conflicts):
        choice = post.get(f"choice-{number}")
        if choice == "anew" and conflict.field:
            field = kind_of(model, conflict.relation)._meta.get_field(conflict.field)
            text = post.get(f"anew-{number}", "").replace("\r\n", "\n").strip()
            chosen[conflict.path] = split_lines(text) if isinstance(conflict.mine, list) else text
            try:
                field.run_validators(chosen[conflict.path])
            except ValidationError:
                asked.append(number)
        elif choice in ("mine", "theirs"):
            chosen[conflict.path] = getattr(conflict, choice)
        else:
            asked.append(number)
    return chosen, asked


# ── the first page ──


@work_list(gettext_lazy("Changes of public records that wait for review"), order=25)
def changes_to_review(request):
    kinds = [model for model in PUBLISHABLE if may_ever(request.user, "publish", model)]
    return _listing(kinds, stage=Revision.Stage.IN_REVIEW)


@work_list(gettext_lazy("My unpublished changes of public records"), order=45)
def my_changes(request):
    kinds = [model for model in PUBLISHABLE if may_ever(request.user, "submit", model)]
    return _listing(kinds, stage=Revision.Stage.DRAFT, author=request.user)


def _listing(kinds, **which) -> Listing | None:
    if not kinds:
        return None
    found = Revision.objects.filter(kind__in=[kind._meta.model_name for kind in kinds], **which)
    rows = []
    for revision in found.order_by("-updated_at")[:8]:
        if record := revision.record:
            title, kind = str(record), str(record._meta.verbose_name)
            remark = _("returned") if revision.returned_at and "author" in which else ""
            rows.append(Work(title, kind, changes_page(record), revision.updated_at, remark))
    return Listing(rows, found.count())
