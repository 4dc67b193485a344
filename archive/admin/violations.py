from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from archive.models import TreatyReference, ViolationType

from .exchange import ExchangeAdmin
from .finding import Findable
from .history import HistoryAdmin
from .texts import RowsInline, TextsAdmin
from .translating import Translatable
from .untranslated import TranslationFilter


class ReferenceInline(RowsInline):
    model = TreatyReference
    fields = ["instrument", "article", "detail", "unverified", "position"]


@admin.register(ViolationType)
class ViolationTypeAdmin(ExchangeAdmin, Findable, HistoryAdmin, Translatable, TextsAdmin):
    """The taxonomy has no drafts: what is saved here is public at once."""

    change_form_template = "admin/archive/change_form.html"
    list_display = ["label", "translation", "slug"]
    list_filter = [TranslationFilter]
    search_fields = ["label_en", "label_ru", "description_en", "description_ru", "slug"]
    ordering = ["slug"]
    inlines = [ReferenceInline]
    fieldsets = [
        (
            _("What it is"),
            {
                "description": _("Readers see a change here as soon as it is saved."),
                "fields": [("label",), ("description",), ("note",), "sources", "slug"],
            },
        ),
    ]
