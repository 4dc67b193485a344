from django import forms
from django.contrib import admin
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from archive.models import Citation, Claim

from .publishing import PROVENANCE, PUBLISHING, PublishableAdmin
from .texts import WithoutShortcuts, translates_only


class CitationForm(forms.ModelForm):
    def clean(self):
        data = super().clean()
        if bool(data.get("locator")) != bool(data.get("locator_kind")):
            self.add_error(
                "locator", _now("Give both the kind of locator and its number, or neither.")
            )
        return data


class CitationInline(WithoutShortcuts, admin.StackedInline):
    model = Citation
    form = CitationForm
    extra = 0
    autocomplete_fields = ["document", "relayed_by"]
    fields = [("document", "locator_kind", "locator"), "relayed_by"]

    def has_change_permission(self, request, obj=None):
        return not translates_only(request, Claim) and super().has_change_permission(request, obj)


@admin.register(Claim)
class ClaimAdmin(PublishableAdmin):
    list_display = ["text_short", "speaker", "kind", "when"]
    list_filter = ["kind", "aspect", "concerns_authenticity"]
    list_select_related = ["speaker_organisation", "speaker_person"]
    date_hierarchy = "date_earliest"
    search_fields = ["text_en", "text_ru", "slug"]
    autocomplete_fields = [
        "speaker_organisation",
        "speaker_person",
        "incidents",
        "cases",
        "about_documents",
        "responds_to",
    ]
    inlines = [CitationInline]
    fieldsets = [
        (
            _("Who says"),
            {"fields": [("speaker_organisation", "speaker_person"), ("kind", "date")]},
        ),
        (_("What is said"), {"fields": [("text",)]}),
        (
            _("About"),
            {"fields": ["aspect", ("incidents", "cases"), ("about_documents", "responds_to")]},
        ),
        (
            _("Figure, date, authenticity"),
            {
                "classes": ["collapse"],
                "fields": [
                    ("figure_qualifier", "figure", "figure_unit"),
                    ("figure_counted",),
                    ("figure_note",),
                    "event_date",
                    "concerns_authenticity",
                    ("verification_method",),
                ],
            },
        ),
        PROVENANCE,
        PUBLISHING,
    ]

    @admin.display(description=_("who says"))
    def speaker(self, claim):
        return claim.speaker

    @admin.display(description=_("what is said"))
    def text_short(self, claim):
        text = str(claim)
        return text if len(text) <= 140 else f"{text[:139]}…"

    @admin.display(description=_("date"), ordering="date_earliest")
    def when(self, claim):
        return claim.date.in_words
