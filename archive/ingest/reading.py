"""From a file to its words and to what it says of itself: title, publisher, date, authors."""

import io
import re
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any, BinaryIO

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from archive.models.files import (
    HEAD,
    IMAGES,
    KINDS,
    LARGEST_UNPACKED,
    ODT,
    OFFICE,
    ending,
    is_swollen,
    right_ending,
)
from archive.models.text import (
    SCAN_SECONDS,
    SECONDS,
    Contents,
    Unreadable,
    can_recognise,
    contents,
    recognised,
)

from .metadata import Publishers, language_of, site_of, told_by
from .problems import Refused

ORIGINS = {
    "html_meta": _("the description of the page"),
    "html_data": _("the description of the page for machines"),
    "html_title": _("the title of the page"),
    "html_heading": _("a heading of the page"),
    "html_time": _("a time marked in the page"),
    "html_link": _("a link of the page"),
    "html": _("the page"),
    "pdf": _("the properties of the PDF"),
    "docx": _("the properties of the document"),
    "email": _("the head of the message"),
    "line": _("a line of the text"),
    "first_line": _("the first line of the text"),
    "beginning": _("the beginning of the text, which has no title"),
    "file_name": _("the name of the file"),
    "address": _("the address"),
    "words": _("the words of the text"),
    "publisher": _("what the publisher mostly publishes"),
}
_PDF = "application/pdf"
# A line of a page goes on in the next one, unless it ends so or the next one begins so.
_ENDS = re.compile(r"[.!?:;…][\"”»’)\]]*$")
_BEGINS = re.compile(r"(?:\d{1,3}\.|\(?[a-zа-я\d]{1,3}\)|[-–—•*§])\s")
_TELLING_NAME = re.compile(r"(?:[^\W\d_]{3,}[\W_]+){2}[^\W\d_]{3,}")


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


def said_origin(origin: str) -> str:
    """Where a proposal comes from, in the active language."""
    return str(ORIGINS.get(origin, ""))


def read(content: bytes, name: str, address: str = "") -> Reading:
    """Raises `problems.Refused` for a file that the archive does not keep, or that cannot be read.
    Takes up to a minute, or ten of a scan; some queries, for the names of publishers."""
    media_type = check(io.BytesIO(content), name, len(content))
    try:
        found = contents(content, media_type, address)
    except Unreadable as error:
        raise _refused(error, SECONDS) from error
    is_scan = not found.text and (media_type in IMAGES or media_type == _PDF)
    if is_scan and can_recognise():
        try:
            found = replace(found, text=recognised(content))
        except Unreadable as error:
            raise _refused(error, SCAN_SECONDS) from error
    paragraphs = _paragraphs(found.text, is_pages=media_type == _PDF and not is_scan)
    language = language_of(found.text)
    return Reading(
        media_type=media_type,
        text="\n".join(paragraphs) if media_type == _PDF else found.text,
        paragraphs=paragraphs,
        language=language,
        proposals=_proposals(found, paragraphs, language, name, address),
        problem={} if found.text else _wordless(is_scan),
    )


def check(file: BinaryIO, name: str, size: int) -> str:
    """The media type of a file that can be sought in, which is left at its beginning: by the
    content, which the ending of the name must fit if it has one that is known. Raises `Refused`
    for one that the archive does not keep."""
    if not size:
        raise Refused("file_empty")
    if size > settings.ATTACHMENT_MAX_BYTES:
        raise Refused("too_large", limit=settings.ATTACHMENT_MAX_BYTES)
    head, end = file.read(HEAD), ending(name)
    if end not in KINDS:
        end = right_ending(head, file)
    if not end or not KINDS[end].is_of(head, file):
        raise Refused("file_kind")
    media_type = KINDS[end].media_type
    if media_type in (OFFICE, ODT) and is_swollen(file):
        raise Refused("file_swollen", limit=LARGEST_UNPACKED)
    file.seek(0)
    return media_type


def _refused(error: Unreadable, seconds: int) -> Refused:
    return Refused("file_slow", seconds=seconds) if error.slow else Refused("file_damaged")


def _wordless(is_scan: bool) -> dict:
    is_unread = is_scan and not can_recognise()
    return Refused("no_recogniser" if is_unread else "no_words").problem


def _paragraphs(text: str, *, is_pages: bool) -> list[str]:
    """The lines with words in them. Those of pages end where the paper does: they are joined."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if not is_pages:
        return lines
    joined: list[str] = []
    for line in lines:
        if joined and not _ENDS.search(joined[-1]) and not _BEGINS.match(line):
            joined[-1] += f" {line}"
        else:
            joined.append(line)
    return joined


def _proposals(
    found: Contents, paragraphs: list[str], language: str, name: str, address: str
) -> dict[str, Proposal]:
    """What the file says of itself goes before what its lines say, and both before its address."""
    publishers = Publishers()
    told = {**told_by(paragraphs, publishers.called), **found.said}
    proposals = {field: Proposal(value, origin) for field, (value, origin) in told.items() if value}
    if "title" not in proposals and (title := _from_name(name)):
        proposals["title"] = Proposal(title, "file_name")
    if language:
        proposals["language"] = Proposal(language, "words")
    if publisher := _publisher(proposals.get("publisher"), address, publishers):
        proposals["publisher"] = publisher
    return proposals


def _publisher(named: Proposal | None, address: str, publishers: Publishers) -> Proposal | None:
    """As named, if the archive knows it; else that whose site it is; else as named after all."""
    if named and (pk := publishers.called(named.value)):
        return Proposal(named.value, named.origin, pk)
    if address and (known := publishers.at(address)):
        pk, name = known
        return Proposal(name, "address", pk)
    if named or not address:
        return named
    return Proposal(site_of(address), "address")


def _from_name(name: str) -> str:
    """The name of the file, if it is one that says something."""
    words = re.sub(r"[_\s]+", " ", PurePath(name).stem).strip()
    return words if _TELLING_NAME.search(words) else ""
