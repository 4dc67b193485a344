"""The page of what was changed in a public record and is not published yet: looked at, submitted,
returned, dropped, published."""

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.models import PUBLISHABLE, Correction, Revision, may_ever
from archive.models.publishing import obstacles
from archive.models.revisions import (
    UNSEEN,
    as_revised,
    drop_revision,
    open_revision,
    publish_revision,
    publishing_hindrance,
    return_revision,
    standing,
    submit_revision,
)
from archive.models.snapshots import differences, snapshot

from .comparison import compare
from .dates import moment_in_words
from .steps import changes_page, page_of, reasons
from .work import Listing, Work, work_list


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


def _may_submit(user, revision) -> bool:
    return revision.stage == Revision.Stage.DRAFT and may_ever(user, "submit", revision.model)


def _may_return(user, revision) -> bool:
    return revision.stage == Revision.Stage.IN_REVIEW and may_ever(user, "return", revision.model)


def _may_drop(user, revision) -> bool:
    return revision.author_id == user.pk or may_ever(user, "publish", revision.model)


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
