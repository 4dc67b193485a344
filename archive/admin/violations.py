from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from archive.models import TreatyReference, ViolationType
from archive.models.snapshots import digest, snapshot

from .exchange import ExchangeAdmin
from .finding import Findable
from .history import HistoryAdmin
from .texts import RowsInline, TextsAdmin, TextsForm
from .translating import Translatable
from .untranslated import TranslationFilter


class ReferenceInline(RowsInline):
    model = TreatyReference
    fields = ["instrument", "article", "detail", "unverified", "position"]


class ViolationTypeForm(TextsForm):
    """Nobody's save is written over unseen: `_seen` says what was stored when the form was shown."""

    def clean(self):
        data = super().clean()
        if self.instance.pk:
            stored = ViolationType.objects.select_for_update().get(pk=self.instance.pk)
            if self.data.get("_seen") != digest(snapshot(stored)):
                text = _(
                    "Somebody else has saved this meanwhile: see the history. What you have written "
                    "is still here; saved again, it takes the place of theirs."
                )
                self.add_error(None, text)
        return data


@admin.register(ViolationType)
class ViolationTypeAdmin(ExchangeAdmin, Findable, HistoryAdmin, Translatable, TextsAdmin):
    """The taxonomy has no drafts: what is saved here is public at once."""

    form = ViolationTypeForm
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

    def render_change_form(self, request, context, obj=None, **kwargs):
        if obj and self.has_change_permission(request, obj):
            context["seen"] = digest(snapshot(obj))
        return super().render_change_form(request, context, obj=obj, **kwargs)
