from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat, linebreaks_filter
from django.template.response import TemplateResponse
from django.urls import re_path, reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from archive.models import Attachment, Document
from archive.models.documents import describe_file
from archive.models.files import KINDS
from archive.models.revisions import waiting_part
from archive.models.snapshots import filled
from archive.models.text import READABLE

from .publishing import PROVENANCE, PUBLISHING, PublishableAdmin
from .texts import BlocksInline

# Characters of a file's text that a curator looks at, to see whether it was read well.
GLANCE = 10_000
_NO_TEXT = _(
    "No words could be read from this file: a scan without text, perhaps, or it is locked or "
    "damaged. Readers find the document by its title and summary."
)


class AttachmentFormSet(forms.BaseInlineFormSet):
    def add_fields(self, form, index):
        """Of a stored file its name and size: a browser says that none is chosen."""
        super().add_fields(form, index)
        stored = form.instance
        if stored.pk and stored.file and "file" in form.fields:
            form.fields["file"].required = False
            form.fields["file"].help_text = _(
                "Stored: %(name)s, %(size)s. Choose a file only to replace it."
            ) % {
                "name": stored.file.name.rsplit("/", 1)[-1],
                "size": filesizeformat(stored.size),
            }

    def clean(self):
        """One file is attached to one document once; the database would refuse it."""
        super().clean()
        seen = set()
        for form in self.forms:
            file = form.cleaned_data.get("file") if hasattr(form, "cleaned_data") else None
            if not file or form.cleaned_data.get("DELETE"):
                continue
            if "file" in form.changed_data:
                probe = Attachment(file=file)
                describe_file(probe)
                digest = probe.sha256
            else:
                digest = form.instance.sha256
            if digest in seen:
                form.add_error("file", _now("This file is attached already."))
            seen.add(digest)


class AttachmentInline(BlocksInline):
    model = Attachment
    formset = AttachmentFormSet
    formfield_overrides = {
        **BlocksInline.formfield_overrides,
        models.FileField: {"widget": forms.FileInput(attrs={"accept": ",".join(KINDS)})},
    }
    fields = ["file", ("description",), ("may_be_shown", "is_graphic"), "fixity", "words"]
    readonly_fields = ["fixity", "words"]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "may_be_shown":
            field.help_text = _(
                "Readers get a copy of a picture, without place, time and device; any other file "
                "as it is, with what it says of its author. Web pages, messages and SVG pictures "
                "are never shown."
            )
        return field

    @admin.display(description=_("as received"))
    def fixity(self, attachment):
        if not attachment.sha256:
            return "–"
        return format_html(
            '<a href="{}">{}</a> · {} · {} · SHA-256 {}',
            reverse("admin:archive_attachment_file", args=[attachment.pk]),
            attachment.file.name.rsplit("/", 1)[-1],
            attachment.media_type,
            filesizeformat(attachment.size),
            attachment.sha256,
        )

    @admin.display(description=_("text of the file"))
    def words(self, attachment):
        """The beginning of what readers search this file by, folded."""
        if attachment.pk and attachment.pk < 0:
            return _("Read when it is published.")
        if not attachment.text:
            return _NO_TEXT if attachment.media_type in READABLE else "–"
        size = len(attachment.text)
        # Translators: how long the text of a file is; the number comes with its separators
        counted = ngettext("%(size)s character", "%(size)s characters", size)
        more = "…" if size > GLANCE else ""
        return format_html(
            '<details><summary>{}</summary><div lang="{}">{}</div></details>',
            counted % {"size": number_format(size, force_grouping=True)},
            attachment.document.language,
            linebreaks_filter(attachment.text[:GLANCE] + more),
        )


def _attachment(pk: int) -> Attachment:
    """The one with this number; below zero, it waits among the unpublished changes of a document."""
    if pk >= 0:
        return get_object_or_404(Attachment.objects.select_related("document"), pk=pk)
    found = waiting_part("attachments", pk)
    if found is None:
        raise Http404
    revision, row = found
    return filled(Attachment(document=revision.record), row["fields"])


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

    def get_urls(self):
        view = self.admin_site.admin_view(self.file)
        return [
            re_path(r"^files/(?P<pk>-?\d{1,18})/\Z", view, name="archive_attachment_file"),
            *super().get_urls(),
        ]

    def file(self, request, pk):
        """A stored file, whether readers may see it or not. Always to be saved, never shown."""
        attachment = _attachment(int(pk))
        if not self.has_view_or_change_permission(request, attachment.document):
            raise PermissionDenied
        try:
            answer = FileResponse(attachment.file.open("rb"), as_attachment=True)
        except FileNotFoundError:
            context = {
                **self.admin_site.each_context(request),
                "title": _("This file is missing"),
                "attachment": attachment,
                "opts": self.opts,
            }
            return TemplateResponse(request, "admin/archive/missing_file.html", context, status=404)
        answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
        return answer

    @admin.display(description=_("date"), ordering="published_on_earliest")
    def when(self, document):
        return document.published_on.in_words
