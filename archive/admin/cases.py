from django.contrib import admin
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from archive.models import CaseOutcome, CaseStep, LegalCase

from .publishing import PROVENANCE, PUBLISHING, PublishableAdmin
from .texts import BlocksInline, RowsInline, TextsForm


class CaseForm(TextsForm):
    def clean(self):
        data = super().clean()
        named = data.get("court") or data.get("forum_en") or data.get("forum_ru")
        if "court" in self.fields and not named:
            self.add_error("court", _now("Name the court or, when it is not listed, the forum."))
        return data


class OutcomeForm(TextsForm):
    def clean(self):
        data = super().clean()
        votes = [data.get("votes_for"), data.get("votes_against")]
        if "votes_for" in self.fields and votes.count(None) == 1:
            self.add_error("votes_for", _now("Give both numbers of votes, or neither."))
        if data.get("unanimous") and votes.count(None) < 2:
            self.add_error("unanimous", _now("A unanimous decision needs no count of votes."))
        return data


class StepInline(RowsInline):
    model = CaseStep
    fields = ["date", "kind", "note"]


class OutcomeInline(BlocksInline):
    model = CaseOutcome
    form = OutcomeForm
    autocomplete_fields = ["respondent"]
    fields = [
        ("instrument", "article", "aspect", "outcome"),
        ("detail",),
        ("respondent", "votes_for", "votes_against", "unanimous", "unverified", "position"),
        ("note",),
    ]


@admin.register(LegalCase)
class LegalCaseAdmin(PublishableAdmin):
    form = CaseForm
    list_display = ["title", "kind", "court", "stage"]
    list_filter = ["kind", "stage", "applicant_side"]
    list_select_related = ["court"]
    date_hierarchy = "first_step"
    search_fields = [
        "title_en",
        "title_ru",
        "application_numbers",
        "ecli",
        "hudoc_item_id",
        "slug",
    ]
    autocomplete_fields = [
        "court",
        "applicant_organisations",
        "respondents",
        "incidents",
        "related_cases",
    ]
    inlines = [StepInline, OutcomeInline]
    fieldsets = [
        (
            _("What it is"),
            {
                "fields": [
                    ("title",),
                    ("kind", "court"),
                    ("forum",),
                    "application_numbers",
                    ("ecli", "hudoc_item_id"),
                ]
            },
        ),
        (
            _("Parties"),
            {
                "fields": [
                    ("applicants",),
                    ("applicant_side", "applicant_organisations"),
                    "respondents",
                ]
            },
        ),
        (
            _("Text"),
            {"fields": ["stage", ("stage_note",), ("legal_basis",), ("summary",)]},
        ),
        (_("Links"), {"fields": [("incidents", "related_cases")]}),
        PROVENANCE,
        PUBLISHING,
    ]
