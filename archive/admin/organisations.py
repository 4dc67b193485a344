from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from archive.models import Organisation

from .publishing import PROVENANCE, PUBLISHING, PublishableAdmin


@admin.register(Organisation)
class OrganisationAdmin(PublishableAdmin):
    list_display = ["name", "acronym", "kind", "side", "country"]
    list_filter = ["kind", "side", "is_de_facto"]
    search_fields = ["name_en", "name_ru", "acronym_en", "acronym_ru", "aliases", "slug"]
    autocomplete_fields = ["parent"]
    fieldsets = [
        (
            _("What it is"),
            {
                "fields": [
                    ("name",),
                    ("acronym",),
                    "aliases",
                    ("kind", "side"),
                    ("parent", "country"),
                    "is_de_facto",
                    ("website", "wikidata"),
                ]
            },
        ),
        PROVENANCE,
        PUBLISHING,
    ]
