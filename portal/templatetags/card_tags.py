"""Words for the items of lists."""

from html import escape

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import pgettext_lazy

from archive.models import OriginalLanguage
from archive.search.snippets import marked

from .portal_tags import localised, translated_text

register = template.Library()

# In a line of facts: “Amnesty International · 13 January 2021 · in English”.
_WRITTEN_IN = {
    OriginalLanguage.ENGLISH: pgettext_lazy("written in", "in English"),
    OriginalLanguage.RUSSIAN: pgettext_lazy("written in", "in Russian"),
    OriginalLanguage.ARMENIAN: pgettext_lazy("written in", "in Armenian"),
    OriginalLanguage.AZERBAIJANI: pgettext_lazy("written in", "in Azerbaijani"),
    OriginalLanguage.TURKISH: pgettext_lazy("written in", "in Turkish"),
    OriginalLanguage.FRENCH: pgettext_lazy("written in", "in French"),
    OriginalLanguage.OTHER: pgettext_lazy("written in", "in another language"),
}


@register.filter
def written_in(document):
    """The language of a document, as the end of a line says it; "" for one that is not known."""
    return _WRITTEN_IN.get(document.language, "")


@register.filter
def card(record):
    """The template that shows this record as an item of a list."""
    return f"portal/_{record._meta.model_name}_card.html"


@register.filter
def kind_of_record(record):
    return record._meta.verbose_name


@register.filter
def about_links(record):
    """Links to the first incidents, or else the first cases, that a document, a claim or a case
    is about. Without a template, which takes twice as long, and a list has twenty of them."""
    found = (record.shown_incidents or getattr(record, "shown_cases", []))[:2]
    return format_html_join("; ", '<a href="{}">{}</a>', map(_link, found))


def _link(record) -> tuple:
    return record.get_absolute_url(), localised(record, "title")


@register.filter
def excerpt(record):
    """Why a search found this record; None outside of searches."""
    return getattr(record, "excerpt", None)


@register.filter
def with_hits(record, field):
    """A text of the record as `localised` gives it, with the words of the search marked."""
    text = translated_text(record, field)
    wanted = getattr(record, "wanted", None)
    shown = pieces(marked(text.text, wanted)) if wanted else text.text
    if text.is_fallback:
        return format_html('<span lang="{}">{}</span>', text.language, shown)
    return shown


@register.filter
def pieces(found):
    """Pieces of a text, the hits in <mark>."""
    return mark_safe("".join(map(_piece, found)))


def _piece(piece) -> str:
    text = escape(piece.text)
    return f"<mark>{text}</mark>" if piece.is_hit else text
