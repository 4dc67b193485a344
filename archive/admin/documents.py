from django.contrib import admin
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from archive.models import Attachment, Document

from .publishing import PROVENANCE, PUBLISHING, PublishableAdmin
from .texts import BlocksInline


class AttachmentInline(BlocksInline):
    model = Attachment
    fields = ["file", ("description",), ("may_be_shown", "is_graphic"), "fixity"]
    readonly_fields = ["fixity"]

    @admin.display(description=_("as received"))
    def fixity(self, attachment):
        if not attachment.sha256:
            return "–"
        size = filesizeformat(attachment.size)
        return f"{attachment.media_type} · {size} · SHA-256 {attachment.sha256}"


@admin.register(Document)
class DocumentAdmin(PublishableAdmin):
    list_display = ["title", "kind", "publisher", "when"]
    list_filter = ["kind", "language", "graphic_description"]
    list_select_related = ["publisher"]
    date_hierarchy = "published_on_earliest"
    search_fields = [
        "title_en",
        "title_ru",
        "original_title",
        "reference",
        "authors",
        "source_url",
        "slug",
    ]
    autocomplete_fields = ["publisher", "cases", "incidents", "organisations", "people", "places"]
    inlines = [AttachmentInline]
    fieldsets = [
        (
            _("What it is"),
            {
                "fields": [
                    ("title",),
                    ("original_title", "language"),
                    ("kind", "publisher"),
                    ("published_on", "reference"),
                    "authors",
                    ("source_url", "archived_url"),
                ]
            },
        ),
        (_("Text"), {"fields": [("summary",), ("graphic_description", "human_remains")]}),
        (
            _("Links"),
            {"fields": [("cases", "incidents"), ("organisations", "people"), "places"]},
        ),
        (_("Rights"), {"fields": [("rights",)]}),
        PROVENANCE,
        PUBLISHING,
    ]

    @admin.display(description=_("date"), ordering="published_on_earliest")
    def when(self, document):
        return document.published_on.in_words
