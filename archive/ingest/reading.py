"""From a file to its words and to what it says of itself: title, publisher, date, authors."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Proposal:
    """A value for a field of the document, and a code of where it was found (`said_origin`)."""

    value: Any  # a string; of "authors", a list of them
    origin: str
    record: int | None = None  # of "publisher": the organisation of the archive so called


@dataclass(frozen=True)
class Reading:
    media_type: str
    text: str
    paragraphs: list[str]  # the lines of the text that are not blank; the first is paragraph 1
    language: str  # of `OriginalLanguage`; "" where the text is too short to tell
    # Of: title, publisher, published_on (EDTF), authors, language, source_url
    proposals: dict[str, Proposal] = field(default_factory=dict)
    # What went wrong without making it useless, for `problems.sentence`: a scan, no words.
    problem: dict = field(default_factory=dict)


def read(content: bytes, name: str, address: str = "") -> Reading:
    """Raises `problems.Refused` where the archive keeps no such files."""
    raise NotImplementedError


def said_origin(origin: str) -> str:
    """Where a proposal comes from, in the active language."""
    raise NotImplementedError
