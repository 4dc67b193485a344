"""The names of organisations, people and places: in any script they mean the same one."""

import re

from modeltranslation.settings import AVAILABLE_LANGUAGES

from archive.models import LegalCase, Organisation, Person, Place
from archive.translation import TRANSLATED

from .terms import key, terms

# By which a record is called, in any language and script; records linked to it are found too.
NAMES = {
    Organisation: ("name", "acronym", "aliases"),
    Person: ("name", "aliases"),
    Place: ("name", "azerbaijani_name", "armenian_name", "variants"),
    LegalCase: ("application_numbers", "ecli", "hudoc_item_id"),
}
_ALIKE = (Organisation, Person, Place)  # the names of one mean the same; numbers of a case don't

_BETWEEN = re.compile(r"\s+/\s+")  # “Shusha / Shushi”
_ASIDE = re.compile(r"\s*\([^)]*\)")  # “Mine Action Agency of Azerbaijan (ANAMA)”


def columns(model, names) -> list[str]:
    """The columns of these fields: translated ones in every language."""
    translated = TRANSLATED[model]
    return [
        column
        for name in names
        for column in (
            [f"{name}_{language}" for language in AVAILABLE_LANGUAGES]
            if name in translated
            else [name]
        )
    ]


def groups() -> list[set[str]]:
    """All names of every published organisation, person and place. Three queries."""
    return [
        group
        for model in _ALIKE
        for row in model.objects.published().order_by().values_list(*columns(model, NAMES[model]))
        if (group := _names(row))
    ]


def called(model, text: str) -> list[int]:
    """Published records of this kind whose whole name or number is the text."""
    if model not in NAMES:
        return []
    rows = model.objects.published().order_by().values_list("pk", *columns(model, NAMES[model]))
    if model is LegalCase:
        wanted = [word.casefold() for word in terms(text)[1]]
        return [
            pk
            for pk, *values in rows
            if len(wanted) == 1 and wanted[0] in (name.casefold() for name in _names(values))
        ]
    wanted = key(text.translate(_QUOTES))
    return [pk for pk, *row in rows if wanted and wanted in map(key, _names(row))]


_QUOTES = {ord(sign): " " for sign in '"“”„«»'}


def _names(values) -> set[str]:
    names = set()
    for value in values:
        for text in value if isinstance(value, list) else [value or ""]:
            for name in _BETWEEN.split(text):
                names |= {name.strip(), _ASIDE.sub("", name).strip()}
    return names - {""}
