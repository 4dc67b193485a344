"""What readers have reported: looked into and answered; where someone is in danger, hidden first."""

from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Case, IntegerField, Value, When
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from archive.models import Access, Report, hide, may_ever, may_hide, unhide

from .publishing import badge, day
from .steps import page_of, shortened
from .work import SHOWN, Listing, Work, work_list

# The most pressing first.
PRESSING = (Report.Matter.SAFETY, Report.Matter.TAKEDOWN, Report.Matter.ERROR)


def by_urgency(reports):
    ranks = [When(matter=matter, then=Value(rank)) for rank, matter in enumerate(PRESSING)]
    return reports.order_by(Case(*ranks, output_field=IntegerField()), "at", "pk")


@work_list(_("Messages from readers"), order=5)
def open_reports(request) -> Listing | None:
    if not request.user.has_perm("archive.change_report"):
        return None
    return _listing(
        Report.objects.filter(outcome=Report.Outcome.OPEN), {"outcome__exact": Report.Outcome.OPEN}
    )


@work_list(_("Messages that may be spam"), order=8)
def suspected_reports(request) -> Listing | None:
    """A person may have filled in what only machines see."""
    if not request.user.has_perm("archive.change_report"):
        return None
    which = {"outcome__exact": Report.Outcome.SPAM, "settled_at__isnull": "True"}
    return _listing(Report.objects.suspected(), which)


def _listing(waiting, which: dict) -> Listing:
    """which: the same messages, as parameters of the list of all."""
    rows = [
        Work(
            shortened(report.text),
            str(report.get_matter_display()),
            reverse("admin:archive_report_change", args=[report.pk]),
            report.at,
        )
        for report in by_urgency(waiting)[:SHOWN]
    ]
    address = f"{reverse('admin:archive_report_changelist')}?{urlencode(which)}"
    return Listing(rows, waiting.count(), address)


@admin.register(Report)
class ReportAdmin(admin.ModelAdmin):
    """The message itself is nobody's to change; the answer and the outcome are."""

    change_form_template = "admin/archive/report.html"
    list_display = ["beginning", "matter", "about", "received", "outcome"]
    list_filter = ["outcome", "matter", "language"]
    search_fields = ["text", "contact", "answer"]
    list_per_page = 50
    actions = None
    readonly_fields = ["about", "matter", "message", "contact", "language", "received", "hidden"]
    fieldsets = [
        (_("The message"), {"fields": readonly_fields}),
        (
            _("What became of it"),
            {
                "description": _("Kept for the curators; readers do not see it."),
                "fields": ["outcome", "answer", "settled", "settled_by"],
            },
        ),
    ]

    received = day("at", _("received"))
    hidden = day("hidden_at", _("record hidden"))
    settled = day("settled_at", _("settled"))

    def get_readonly_fields(self, request, obj=None):
        return [*self.readonly_fields, "settled", "settled_by"]

    def get_queryset(self, request):
        return by_urgency(super().get_queryset(request))

    def get_urls(self):
        view = require_POST(self.admin_site.admin_view(self.hide_or_show))
        return [
            path("<int:pk>/hide/", view, {"act": "hide"}, name="archive_report_hide"),
            path("<int:pk>/show/", view, {"act": "show"}, name="archive_report_show"),
            *super().get_urls(),
        ]

    @admin.display(description=_("message"))
    def beginning(self, report):
        return shortened(report.text)

    @admin.display(description=_("message"))
    def message(self, report):
        return format_html('<div class="message-of-a-reader">{}</div>', report.text)

    @admin.display(description=_("record"))
    def about(self, report):
        record = report.record
        if record is None:
            return _("a record that is deleted now")
        state = (
            badge(record.access, record.get_access_display())
            if record.access == Access.RESTRICTED
            else badge(record.status, record.get_status_display())
        )
        return format_html('<a href="{}">{}</a> {}', page_of(record), shortened(record), state)

    def render_change_form(self, request, context, obj=None, **kwargs):
        record = obj.record if obj else None
        if record and record.is_public and may_hide(request.user):
            context["can_hide"] = True
        if record and record.access == Access.RESTRICTED:
            context["can_show"] = may_ever(request.user, "publish", type(record))
        return super().render_change_form(request, context, obj=obj, **kwargs)

    def save_model(self, request, obj, form, change):
        settled = obj.outcome != Report.Outcome.OPEN
        # What a machine took for spam is spam once somebody has looked at it.
        if "outcome" in form.changed_data or (settled and obj.settled_at is None):
            obj.settled_at = timezone.now() if settled else None
            obj.settled_by = request.user if settled else None
        super().save_model(request, obj, form, change)

    @transaction.atomic
    def hide_or_show(self, request, pk, act):
        """Hide the record of a report at once, or show it again. The report stays open."""
        report = get_object_or_404(Report, pk=pk)
        record = report.record
        if record is None or not self.has_change_permission(request, report):
            raise PermissionDenied
        if act == "hide":
            hide(record, by=request.user)
            report.hidden_at = timezone.now()
            report.save(update_fields=["hidden_at"])
            said = _("“%(record)s” is hidden: readers find nothing at its address any more.")
        else:
            unhide(record, by=request.user)
            said = _("“%(record)s” is shown to readers again.")
        messages.success(request, said % {"record": shortened(record)})
        return HttpResponseRedirect(reverse("admin:archive_report_change", args=[pk]))

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
