"""Which files the archive keeps, and which of them readers may be given.

The kind is what libmagic says of the content, and the ending of the name must fit it.
"""

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

try:
    import magic
except ImportError:  # no libmagic in the system: the one that came with the packages
    import pylibmagic  # noqa: F401

    # isort: split
    import magic

_TYPE, _CHARSET = magic.Magic(mime=True), magic.Magic(mime_encoding=True)
HEAD = 65_536  # bytes that tell the kind

OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
# What a packed file (DOCX, ODT) may be inside.
MOST_PARTS, LARGEST_UNPACKED = 10_000, 400 * 1024 * 1024

_MARKUP = {"text/html", "text/xml", "application/xml", "application/xhtml+xml", "image/svg+xml"}
_HEADER = re.compile(rb"(?:\A|\n)(?:From|Subject|Date|Received|Message-ID):", re.IGNORECASE)


@dataclass(frozen=True)
class Kind:
    """A kind of file: what libmagic may call it, and a closer look (at the head and the file)."""

    media_type: str
    named: frozenset[str]
    check: Callable[[bytes, BinaryIO], bool] = lambda head, file: True

    def is_of(self, head: bytes, file: BinaryIO) -> bool:
        return _TYPE.from_buffer(head) in self.named and self.check(head, file)


class TextKind(Kind):
    """Text of any encoding, unless libmagic calls it one of `named`."""

    def is_of(self, head, file):
        if _TYPE.from_buffer(head) in self.named or _CHARSET.from_buffer(head) == "binary":
            return False
        return self.check(head, file)


def _kind(media_type: str, *also: str, **check) -> Kind:
    return Kind(media_type, frozenset({media_type, *also}), **check)


def _zip_holding(name: str, beginning: bytes = b""):
    def check(head: bytes, file: BinaryIO) -> bool:
        try:
            with zipfile.ZipFile(file) as packed, packed.open(name) as part:
                return part.read(len(beginning)) == beginning
        except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, OSError):
            return False

    return check


_PACKED = ("application/zip", "application/octet-stream")
_JPEG = _kind("image/jpeg")
_HTML = TextKind("text/html", frozenset({"application/pdf", "image/svg+xml"}))
# ending → kind
KINDS: dict[str, Kind] = {
    ".pdf": _kind("application/pdf"),
    ".jpg": _JPEG,
    ".jpeg": _JPEG,
    ".png": _kind("image/png"),
    ".webp": _kind("image/webp"),
    ".txt": TextKind("text/plain", frozenset({*_MARKUP, "application/pdf"})),
    ".mp3": _kind(
        "audio/mpeg",
        "application/octet-stream",
        check=lambda head, file: head.startswith((b"ID3", b"\xff")),
    ),
    ".ogg": _kind("audio/ogg", "video/ogg", "application/ogg"),
    ".mp4": _kind("video/mp4", "video/x-m4v"),
    ".webm": _kind("video/webm"),
    ".docx": _kind(OFFICE, *_PACKED, check=_zip_holding("word/document.xml")),
    ".odt": _kind(ODT, *_PACKED, check=_zip_holding("mimetype", ODT.encode())),
    ".html": _HTML,
    ".htm": _HTML,
    ".xhtml": _kind("application/xhtml+xml", *(_MARKUP - {"image/svg+xml"})),
    ".svg": _kind("image/svg+xml"),
    ".eml": TextKind(
        "message/rfc822",
        frozenset({*_MARKUP, "application/pdf"}),
        check=lambda head, file: bool(_HEADER.search(head)),
    ),
}
# Kept as they came, for curators only: a browser would run what they hold.
RUNNING = frozenset({"text/html", "application/xhtml+xml", "image/svg+xml", "message/rfc822"})
# Readers get these made anew (`shown_image`).
IMAGES = frozenset({"image/jpeg", "image/png", "image/webp"})


def ending(name: str) -> str:
    return PurePath(name).suffix.lower()


def media_type(name: str) -> str:
    kind = KINDS.get(ending(name))
    return kind.media_type if kind else "application/octet-stream"


def right_ending(head: bytes, file: BinaryIO, hint: str = "") -> str:
    """The ending that fits a file without a name, ".html" for example; "" if none does. Where
    text could be several things, `hint` (a media type that somebody named) decides."""
    fitting = [end for end, kind in KINDS.items() if kind.is_of(head, file)]
    for wanted in (hint, _TYPE.from_buffer(head)):
        for end in fitting:
            if KINDS[end].media_type == wanted:
                return end
    return fitting[0] if fitting else ""


def is_swollen(file: BinaryIO) -> bool:
    """Whether a packed file is unreasonably large inside, by its own table of contents."""
    try:
        with zipfile.ZipFile(file) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return False
    return len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED


def validate_file(file) -> None:
    """Refuse a new file that is too large, or of a kind the archive does not keep."""
    if file.size > settings.ATTACHMENT_MAX_BYTES:
        limit = filesizeformat(settings.ATTACHMENT_MAX_BYTES)
        raise ValidationError(_("The file is larger than %(limit)s.") % {"limit": limit})
    kind = KINDS.get(ending(file.name))
    file.open("rb")
    try:
        if not kind or not kind.is_of(file.read(HEAD), file):
            raise ValidationError(
                _(
                    "The archive keeps PDF, JPEG, PNG, WebP, SVG, TXT, HTML, XHTML, EML, MP3, OGG, "
                    "MP4, WebM, DOCX and ODT files, and the ending of the name must fit the "
                    "content. This file does not."
                )
            )
        if kind.media_type in (OFFICE, ODT) and is_swollen(file):
            limit = filesizeformat(LARGEST_UNPACKED)
            raise ValidationError(
                _("The file would be larger than %(limit)s when unpacked.") % {"limit": limit}
            )
    finally:
        file.seek(0)
