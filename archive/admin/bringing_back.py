"""A record as it was: what it said at a moment of its history, brought back."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _

from archive.models.revisions import lock, refresh
from archive.models.snapshots import digest
from archive.models.versions import as_of

from .comparison import compare
from .dates import moment_in_words, moment_of
from .revisions import editing_of
from .steps import page_of, reasons
from .texts import translates_only


class BringBackAdmin:
    """A RevisionAdmin with a way back to each version of a record's history."""

    def get_urls(self):
        address = path(
            "<path:object_id>/history/bring-back/",
            self.admin_site.admin_view(self.bring_back_view),
            name=f"archive_{self.opts.model_name}_bring_back",
        )
        return [address, *super().get_urls()]

    def history_view(self, request, object_id, extra_context=None):
        record = self.get_object(request, unquote(object_id))
        address = ""
        if record is not None and self.has_bring_back_permission(request, record):
            address = page_of(record, "bring_back")
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
        moment = moment_of(sent.get("at", ""))
        if request.method == "POST":
            with transaction.atomic():
                return self._bring_back(request, record, moment)
        editing = editing_of(record)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Version of %(when)s") % {"when": moment_in_words(moment)},
            "subtitle": str(record),
            "opts": self.opts,
            "original": record,
            "is_direct": editing.is_direct,
            "differences": compare(self.model, editing.current, as_of(record, moment)),
            "at": moment.isoformat(),
            "seen": digest(editing.current),
        }
        return TemplateResponse(request, "admin/archive/bring_back.html", context)

    def _bring_back(self, request, record, moment):
        lock(record)
        refresh(record)
        editing, then = editing_of(record), as_of(record, moment)
        if request.POST.get("seen") != digest(editing.current):
            text = _("Somebody else has changed this record meanwhile. Look once more.")
            messages.warning(request, text)
            return HttpResponseRedirect(f"{request.path}?{urlencode({'at': moment.isoformat()})}")
        record._change_reason = f"revert: {moment.isoformat()}"
        try:
            self.keep(request, record, editing, then, checked=False)
        except ValidationError as error:
            for reason in reasons(error, record):
                messages.error(request, reason)
        else:
            text = _("The version of %(when)s was brought back.")
            if not editing.is_direct:
                text = _(
                    "The unpublished changes say now what the record said on %(when)s. Readers see "
                    "that when it has been reviewed."
                )
            messages.success(request, text % {"when": moment_in_words(moment)})
        return HttpResponseRedirect(page_of(record))
