"""Words for record pages: locators, figures, spellings in several scripts, offices."""

import re
from typing import NamedTuple

from babel import Locale
from babel.numbers import format_decimal
from django import template
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from archive.models import DocumentKind, EDTFDate
from portal import citations
from portal import corrections as log

from .portal_tags import translated_text

register = template.Library()

# `get_kind_display` goes through all of them in every language, for every record.
_KINDS_OF_DOCUMENTS = dict(DocumentKind.choices)
_SCRIPTS = (
    ("hy", re.compile(r"[\u0530-\u058f]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("az", re.compile(r"[əƏ]")),
)


class Spelling(NamedTuple):
    text: str
    language: str  # "" where the letters don't tell


def _spelling(text: str) -> Spelling:
    found = (language for language, letters in _SCRIPTS if letters.search(text))
    return Spelling(text, next(found, ""))


@register.filter
def spellings(texts):
    """Names, each with the language that its letters give away."""
    return [_spelling(text) for text in texts]


@register.filter
def original_language(document) -> str:
    """As in the middle of a sentence: “Armenian”, «армянский»."""
    names = Locale.parse(get_language() or "en", sep="-").languages
    return names.get(document.language, document.get_language_display())


@register.filter
def all_names(place):
    """Every name of a place once, the reader's language first: all have equal rank."""
    language = get_language() or "en"
    names = {getattr(place, f"name_{language}") or place.name: language}
    for text, code in ((place.azerbaijani_name, "az"), (place.armenian_name, "hy")):
        if text:
            names.setdefault(text, code)
    return [Spelling(text, "" if code == language else code) for text, code in names.items()]


@register.filter
def has_acronym_beside(organisation) -> bool:
    """Whether its acronym is to be set beside its name: not where the name says it already."""
    name, acronym = (translated_text(organisation, field).text for field in ("name", "acronym"))
    return bool(acronym) and name != acronym and not name.endswith(f"({acronym})")


@register.filter
def other_language_name(record):
    """The name of a record in the portal's other language, when it is written differently."""
    other = "ru" if get_language() == "en" else "en"
    name = getattr(record, f"{record.heading_field}_{other}")
    return Spelling(name, other) if name and name != str(record) else None


class Voice(NamedTuple):
    """What one speaker says with one verb, perhaps several times."""

    speaker: object
    verb: str
    claims: list


@register.filter
def by_voice(claims):
    """Claims together by who speaks and with which verb, in the order of the first of each."""
    voices = {}
    for claim in claims:
        voices.setdefault((claim.speaker, claim.kind), []).append(claim)
    return [Voice(speaker, said[0].verb, said) for (speaker, _kind), said in voices.items()]


@register.filter
def need_warning(claims):
    """Whether any of these claims is about something that readers are warned of first."""
    return any(claim.is_sensitive for claim in claims)


@register.filter
def locator(citation):
    return citations.locator(citation)


@register.filter
def is_several(article):
    """Whether "48, 51, 57", "32–33" or "14 + 2" names more than one article. Parts of a single
    one do not count: "8(2)(b)(i), (iv)"."""
    named = re.sub(r"\([^)]*\)", "", article).strip(" ,")
    return bool(re.search(r"\d\s*[,+–-]\s*\d", named))


@register.filter
def number(value):
    """4000 → "4,000", «4 000»."""
    return format_decimal(value, locale=get_language() or "en")


@register.filter
def coordinates(place):
    """39.7597° N, 46.7489° E in the numbers of the reader's language."""
    language = get_language() or "en"
    latitude, longitude = (
        format_decimal(abs(value.normalize()), format="0.#####", locale=language)
        for value in (place.latitude, place.longitude)
    )
    # Translators: degrees north or south, then east or west
    patterns = {
        (True, True): _("%(latitude)s° N, %(longitude)s° E"),
        (True, False): _("%(latitude)s° N, %(longitude)s° W"),
        (False, True): _("%(latitude)s° S, %(longitude)s° E"),
        (False, False): _("%(latitude)s° S, %(longitude)s° W"),
    }
    pattern = patterns[place.latitude >= 0, place.longitude >= 0]
    return pattern % {"latitude": latitude, "longitude": longitude}


@register.filter
def day(moment):
    """The day of a timestamp, in words."""
    return EDTFDate(moment.date().isoformat()).in_words


@register.simple_tag
def corrections(record):
    """{% corrections record as log %}: what was corrected in it, newest first."""
    return log.of_record(record)


@register.filter
def changed_fields(entry):
    return log.changed_fields(entry)


@register.filter
def is_address(source):
    return source.startswith(("https://", "http://"))


@register.filter
def office(claim):
    """The function in which a person made a claim: the one held on that day, else None."""
    if not claim.speaker_person_id:
        return None
    for role in claim.speaker_person.roles.all():
        if held_then(role.held_earliest, role.held_latest, claim.date_earliest, claim.date_latest):
            return role
    return None


def held_then(since, until, earliest, latest) -> bool:
    """Whether an office may have been held on some day between two; None for what is open."""
    starts = not (since and latest) or since <= latest
    ends = not (until and earliest) or until >= earliest
    return starts and ends


@register.filter
def document_kind(document):
    publisher = document.publisher
    is_public = publisher is not None and publisher.is_public
    return kind_of_document(document.kind, publisher.slug if is_public else None)


def kind_of_document(kind: str, publisher: str | None):
    """The kind of a document; the terms of the International Court of Justice are its own.
    publisher: its slug, if it is public."""
    if publisher == "icj":
        terms = {
            # Translators: of the International Court of Justice: in Russian «Решение»
            DocumentKind.JUDGMENT: pgettext("ICJ", "Judgment"),
            # Translators: of the International Court of Justice: in Russian «Постановление»
            DocumentKind.COURT_ORDER: pgettext("ICJ", "Order"),
        }
        if term := terms.get(kind):
            return term
    return _KINDS_OF_DOCUMENTS.get(kind, kind)


register.filter("numbered", citations.numbered)
