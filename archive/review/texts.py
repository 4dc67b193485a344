"""The texts of a record that readers see and somebody here has written, its parts' included."""

from typing import NamedTuple

from django.db.models import Model
from modeltranslation.settings import AVAILABLE_LANGUAGES

from archive.models import Publishable
from archive.models.snapshots import parts_of
from archive.translation import TRANSLATED

# Translated, and yet no text.
_NO_TEXT = {"translation_kind"}
# May be the same in every language, or be in one only.
_OPTIONAL = {"acronym"}


class Text(NamedTuple):
    """One field in every language (language → text, "" where there is none).

    part: the name of the relation of the part whose field it is; "" for one of the record itself.
    """

    owner: Model
    field: str
    part: str
    said: dict[str, str]

    @property
    def is_missing_somewhere(self) -> bool:
        said = self.said.values()
        return self.field not in _OPTIONAL and any(said) and not all(said)

    def column(self, language: str) -> str:
        return f"{self.field}_{language}"


def texts_of(record: Publishable) -> list[Text]:
    """A query for each kind of part."""
    found = _texts(record, "")
    for name in parts_of(type(record)):
        for part in getattr(record, name).order_by("pk"):
            found += _texts(part, name)
    return found


def _texts(owner: Model, part: str) -> list[Text]:
    return [
        Text(
            owner,
            field,
            part,
            {code: getattr(owner, f"{field}_{code}") or "" for code in AVAILABLE_LANGUAGES},
        )
        for field in TRANSLATED.get(type(owner), ())
        if field not in _NO_TEXT
    ]
