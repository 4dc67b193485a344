"""Template vocabulary of the portal; loaded everywhere as a builtin."""

from typing import NamedTuple

from django import template
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from modeltranslation.settings import AVAILABLE_LANGUAGES

register = template.Library()


class TranslatedText(NamedTuple):
    """A text in the reader's language, or in the one it exists in."""

    text: str
    language: str
    is_fallback: bool
    kind: str  # a TranslationKind value, "" where the record does not say


def translated_text(record, field: str) -> TranslatedText:
    wanted = get_language() or AVAILABLE_LANGUAGES[0]
    for language in (wanted, *(code for code in AVAILABLE_LANGUAGES if code != wanted)):
        if text := getattr(record, f"{field}_{language}", ""):
            kind = getattr(record, f"translation_kind_{language}", "") or ""
            return TranslatedText(text, language, language != wanted, kind)
    return TranslatedText("", wanted, False, "")


@register.simple_tag
def translated(record, field):
    """{% translated record "summary" as summary %} → summary.text, .language, .is_fallback."""
    return translated_text(record, field)


@register.filter
def localised(record, field):
    """{{ record|localised:"title" }}: the text, marked with its language where that is another."""
    if not record:
        return ""
    text = translated_text(record, field)
    if text.is_fallback:
        return format_html('<span lang="{}">{}</span>', text.language, text.text)
    return text.text


@register.filter
def public(record):
    """The related record if a visitor may see it, else None. For foreign keys; lists are gated
    by their querysets."""
    return record if record is not None and record.is_public else None


@register.filter
def warning(record) -> str:
    """What a reader should know before reading on."""
    return warning_of(record.graphic_description, record.human_remains)


def warning_of(graphic_description: bool, human_remains: bool) -> str:
    """ "" where there is nothing to be warned of."""
    if graphic_description and human_remains:
        return _("This record describes violence in detail and concerns human remains.")
    if human_remains:
        return _("This record concerns human remains.")
    return _("This record describes violence in detail.") if graphic_description else ""
