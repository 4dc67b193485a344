from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from archive.models import Person, Role

from .publishing import PROVENANCE, PUBLISHING, PublishableAdmin
from .texts import RowsInline


class RoleInline(RowsInline):
    model = Role
    autocomplete_fields = ["organisation"]
    fields = ["organisation", "title", "held"]


@admin.register(Person)
class PersonAdmin(PublishableAdmin):
    list_display = ["name", "side"]
    list_filter = ["side"]
    search_fields = ["name_en", "name_ru", "aliases", "slug"]
    inlines = [RoleInline]
    fieldsets = [
        (
            _("Who it is"),
            {
                "description": _(
                    "Officials and authors acting in public. Never a victim, a witness or an "
                    "accused."
                ),
                "fields": [("name",), "aliases", "side"],
            },
        ),
        PROVENANCE,
        PUBLISHING,
    ]
