"""What readers have reported: looked into and answered; where someone is in danger, hidden first."""

from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Case, IntegerField, Value, When
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from archive.models import Access, Report, hide, may_ever, may_hide, unhide, was_hidden
from archive.models.snapshots import digest

from .publishing import badge, day
from .steps import page_of, reasons, shortened
from .texts import language_name
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
            _about(report),
        )
        for report in by_urgency(waiting)[:SHOWN]
    ]
    address = f"{reverse('admin:archive_report_changelist')}?{urlencode(which)}"
    return Listing(rows, waiting.count(), address)


def _about(report: Report) -> str:
    return shortened(report.record or _("a record that is deleted now"))


class AnswerForm(forms.ModelForm):
    """What was done about a report. `seen`: the answer as it stood when the form was opened."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.stored = [self.instance.outcome, self.instance.answer]
        self.initial["seen"] = digest(self.stored)

    def clean(self):
        data = super().clean()
        if data.get("seen") != digest(self.stored):
            # Sent once more, it is meant so.
            self.data = self.data.copy()
            self.data[self.add_prefix("seen")] = digest(self.stored)
            self.add_error(None, self._said_meanwhile())
        return data

    def _said_meanwhile(self) -> str:
        outcome, answer = self.stored
        return _(
            "Somebody else has saved an answer meanwhile: %(outcome)s “%(answer)s”. Yours is still "
            "here; saved again, it takes its place."
        ) % {"outcome": Report.Outcome(outcome).label, "answer": answer}


@admin.register(Report)
class ReportAdmin(admin.ModelAdmin):
    """The message itself is nobody's to change; the answer and the outcome are."""

    change_form_template = "admin/archive/report.html"
    form = AnswerForm
    list_display = ["beginning", "matter", "about", "received", "outcome"]
    list_filter = ["outcome", "matter", "language"]
    search_fields = ["text", "contact", "answer"]
    list_per_page = 50
    actions = None
    readonly_fields = [
        "about",
        "matter",
        "message",
        "contact",
        "page_language",
        "received",
        "hidden",
    ]
    fieldsets = [
        (_("The message"), {"fields": readonly_fields}),
        (
            _("What became of it"),
            {
                "description": _("Kept for the curators; readers do not see it."),
                "fields": ["outcome", "answer", "settled", "settled_by", "seen"],
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

    @admin.display(description=_("language of the page"))
    def page_language(self, report):
        return language_name(report.language)

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
        if record and _is_hidden_by(obj, record):
            context["can_show"] = may_ever(request.user, "publish", type(record))
        return super().render_change_form(request, context, obj=obj, **kwargs)

    def save_model(self, request, obj, form, change):
        settled = obj.outcome != Report.Outcome.OPEN
        # What a machine took for spam is spam once somebody has looked at it.
        if "outcome" in form.changed_data or (settled and obj.settled_at is None):
            obj.settled_at = timezone.now() if settled else None
            obj.settled_by = request.user if settled else None
        super().save_model(request, obj, form, change)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """The record is hidden or shown first of all, whatever becomes of the answer."""
        if request.method == "POST" and request.POST.get("_act") in ("hide", "show"):
            report = self.get_object(request, unquote(object_id))
            if report is None or not self.has_change_permission(request, report):
                raise PermissionDenied
            self._hide_or_show(request, report)
        return super().changeform_view(request, object_id, form_url, extra_context)

    @transaction.atomic
    def _hide_or_show(self, request, report) -> None:
        """Hide the record of a report at once, or show it again. The report stays open."""
        record = report.record
        if record is None:
            raise PermissionDenied
        if request.POST["_act"] == "show":
            self._show(request, report, record)
            return
        was_restricted = record.access == Access.RESTRICTED
        hide(record, by=request.user)
        if not was_restricted:  # else it was decided by somebody else, or with another report
            report.hidden_at = timezone.now()
            report.save(update_fields=["hidden_at"])
        said = _("“%(record)s” is hidden: readers find nothing at its address any more.")
        messages.success(request, said % {"record": shortened(record)})

    def _show(self, request, report, record) -> None:
        if not _is_hidden_by(report, record):
            text = _("It was not hidden with this message, or somebody has decided since.")
            messages.error(request, text)
            return
        name = {"record": shortened(record)}
        try:
            with transaction.atomic():
                unhide(record, by=request.user)
        except ValidationError as error:
            link = format_html(
                '<a href="{}">{}</a>', page_of(record, "review"), _("Checklist and review")
            )
            why = {**name, "reason": " ".join(reasons(error, record))}
            said = _("“%(record)s”: %(reason)s") % why
            messages.error(request, format_html("{} {}", said, link))
        else:
            messages.success(request, _("“%(record)s” is shown to readers again.") % name)

    def response_change(self, request, obj):
        if "_act" in request.POST:
            return HttpResponseRedirect(request.path)
        return super().response_change(request, obj)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


def _is_hidden_by(report: Report, record) -> bool:
    """Whether readers do not see the record because of this report, and nothing decided since."""
    return bool(report.hidden_at) and record.access == Access.RESTRICTED and was_hidden(record)
