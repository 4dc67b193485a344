from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from archive.models import Incident

from .publishing import PROVENANCE, PUBLISHING, PublishableAdmin


@admin.register(Incident)
class IncidentAdmin(PublishableAdmin):
    list_display = ["title", "when", "victims_side"]
    list_filter = ["phase", "victims_side", "responsible_side", "violation_types"]
    date_hierarchy = "date_earliest"
    search_fields = ["title_en", "title_ru", "slug"]
    autocomplete_fields = ["places", "violation_types"]
    fieldsets = [
        (
            _("What it is"),
            {
                "fields": [
                    ("title",),
                    ("date", "phase"),
                    ("victims_side", "responsible_side"),
                ]
            },
        ),
        (_("Text"), {"fields": [("summary",), ("graphic_description", "human_remains")]}),
        (_("Links"), {"fields": [("places", "violation_types")]}),
        PROVENANCE,
        PUBLISHING,
    ]

    @admin.display(description=_("date"), ordering="date_earliest")
    def when(self, incident):
        return incident.date.in_words
