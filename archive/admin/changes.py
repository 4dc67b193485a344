"""The page of what was changed in a public record and is not published yet: looked at, submitted,
returned, dropped, published."""

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.models import PUBLISHABLE, Contribution, Correction, Revision, may_ever, obstacles
from archive.models.revisions import (
    UNSEEN,
    as_revised,
    both,
    doubts,
    drop_revision,
    intended,
    lock,
    may_drop,
    may_return,
    may_submit,
    open_revision,
    publish_revision,
    publishing_hindrance,
    refresh,
    return_revision,
    standing,
    submit_revision,
)
from archive.models.snapshots import differences, digest, snapshot

from .comparison import compare
from .dates import moment_in_words
from .steps import LONGEST_REASON, changes_page, page_of, reasons
from .work import Listing, Work, work_list

# What is entered for the public log of corrections.
_OF_THE_LOG = ("weight", "said_en", "said_ru")


class ChangesAdmin:
    """A ModelAdmin of records whose changes wait to be published."""

    def get_urls(self):
        address = path(
            "<path:object_id>/changes/",
            self.admin_site.admin_view(self.changes_view),
            name=f"archive_{self.opts.model_name}_changes",
        )
        return [address, *super().get_urls()]

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
        if request.method != "POST":
            return self._changes_page(request, record, revision)
        with transaction.atomic():
            lock(record)
            refresh(record)
            return self._take_step(request, record, open_revision(record))

    def _changes_page(self, request, record, revision, *, entered=None):
        public = snapshot(record)
        merged = standing(revision, public)
        after = both(merged, revision)
        changed = {change.relation or change.field for change in differences(public, after)}
        hindrance = publishing_hindrance(request.user, revision)
        with as_revised(record):
            found = [] if hindrance else obstacles(record, by=request.user)
        if entered is None:
            entered = request.session.get(_kept_as(record), {})
        said = _said(entered)
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
            "obstacles": found,
            "for_readers": bool(changed - UNSEEN),
            "weights": Correction.Weight.choices,
            "entered": entered,
            "is_doubtful": any(said.values()) and bool(doubts(said)),
            "said_as": digest(said),
            "seen": digest(after),
            "may_submit": may_submit(request.user, revision),
            "may_return": may_return(request.user, revision),
            "may_drop": may_drop(request.user, revision),
            "may_change": self.has_change_permission(request, record),
        }
        return TemplateResponse(request, "admin/archive/changes.html", context)

    def _take_step(self, request, record, revision):
        act, back = request.POST.get("_act"), changes_page(record)
        if act == "review":
            typed = {name: request.POST.get(name, "")[:LONGEST_REASON] for name in _OF_THE_LOG}
            request.session[_kept_as(record)] = typed
            return HttpResponseRedirect(f"{page_of(record, 'review')}#checklist")
        if revision is None or request.POST.get("seen") != digest(intended(record)):
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
                request.session.pop(_kept_as(record), None)
                record.refresh_from_db()
                text = _("The changes are in the record, which readers do not see now.")
                messages.success(
                    request, _("The changes are public.") if record.is_public else text
                )
                back = page_of(record)
        except PermissionDenied as error:
            text = str(error) or _("This step is not open to you, or no longer open.")
            messages.error(request, text)
        except ValidationError as error:
            for reason in reasons(error, record):
                messages.error(request, reason)
            return self._changes_page(request, record, revision, entered=request.POST)
        return HttpResponseRedirect(back)

    @staticmethod
    def _entered(request) -> dict:
        """What the log of corrections shall say. Raises ValidationError where it says too little:
        readers of both languages are told what was wrong."""
        said = _said(request.POST)
        weight = request.POST.get("weight", "")
        if weight and weight != Correction.Weight.WORDING and not all(said.values()):
            raise ValidationError(_("Say in both languages what was changed."))
        is_sure = request.POST.get("said_as") == digest(said)
        return {"weight": weight, "said": said, "is_sure": is_sure}


def _kept_as(record) -> str:
    """Under which name the session keeps what was typed for the log until it is published."""
    return f"log-{record._meta.model_name}-{record.pk}"


def _said(entered) -> dict[str, str]:
    """Language → what the log shall say."""
    return {code: entered.get(f"said_{code}", "").strip() for code in ("en", "ru")}


# ── the first page ──


@work_list(gettext_lazy("Changes of public records that wait for review"), order=25)
def changes_to_review(request):
    kinds = [model for model in PUBLISHABLE if may_ever(request.user, "publish", model)]
    return _listing(kinds, stage=Revision.Stage.IN_REVIEW)


@work_list(gettext_lazy("My unpublished changes of public records"), order=45)
def my_changes(request):
    kinds = [model for model in PUBLISHABLE if may_ever(request.user, "submit", model)]
    return _listing(kinds, _written_by(request.user), stage=Revision.Stage.DRAFT)


@work_list(gettext_lazy("Other unpublished changes of public records"), order=95)
def other_changes(request):
    kinds = [model for model in PUBLISHABLE if may_ever(request.user, "publish", model)]
    return _listing(kinds, ~_written_by(request.user), stage=Revision.Stage.DRAFT)


def _written_by(user) -> Q:
    """Changes that this user has begun, or written in."""
    wrote = Contribution.objects.filter(
        kind=OuterRef("kind"), record_id=OuterRef("record_id"), by=user
    )
    return Q(author__isnull=False, author=user) | Exists(wrote)


def _listing(kinds, *whose, stage) -> Listing | None:
    if not kinds:
        return None
    names = [kind._meta.model_name for kind in kinds]
    found = Revision.objects.filter(*whose, kind__in=names, stage=stage)
    rows = []
    for revision in found.order_by("-updated_at")[:8]:
        if record := revision.record:
            title, kind = str(record), str(record._meta.verbose_name)
            remark = _("returned") if revision.returned_at and stage == Revision.Stage.DRAFT else ""
            rows.append(Work(title, kind, changes_page(record), revision.updated_at, remark))
    return Listing(rows, found.count())
