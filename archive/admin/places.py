from django.contrib import admin
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from archive.models import Place

from .publishing import PROVENANCE, PUBLISHING, PublishableAdmin
from .texts import TextsForm


class PlaceForm(TextsForm):
    def clean(self):
        data = super().clean()
        point = [data.get("latitude"), data.get("longitude")]
        if "latitude" in self.fields and point.count(None) == 1:
            self.add_error("latitude", _now("Give both latitude and longitude, or neither."))
        return data


@admin.register(Place)
class PlaceAdmin(PublishableAdmin):
    form = PlaceForm
    list_display = ["name", "azerbaijani_name", "armenian_name", "kind", "country"]
    list_filter = ["kind", "country", "precision"]
    search_fields = [
        "name_en",
        "name_ru",
        "azerbaijani_name",
        "armenian_name",
        "variants",
        "slug",
    ]
    fieldsets = [
        (
            _("What it is"),
            {
                "fields": [
                    ("name",),
                    ("azerbaijani_name", "armenian_name"),
                    "variants",
                    ("kind", "country"),
                ]
            },
        ),
        (
            _("Where it is"),
            {
                "description": _("Never finer than a settlement."),
                "fields": [("latitude", "longitude", "precision"), ("geonames", "wikidata")],
            },
        ),
        PROVENANCE,
        PUBLISHING,
    ]
