"""Which files the archive keeps: kinds that a browser shows or saves without running anything."""

import zipfile
from pathlib import PurePath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _


def _starts(*beginnings: bytes):
    return lambda head, file: head.startswith(beginnings)


def _is_text(head: bytes, file) -> bool:
    """No control characters but tabs, lines and pages; whatever the encoding."""
    return not any(byte < 32 and byte not in b"\t\n\f\r" for byte in head)


def _zip_holding(name: str, beginning: bytes = b""):
    def check(head: bytes, file) -> bool:
        try:
            with zipfile.ZipFile(file) as packed, packed.open(name) as part:
                return part.read(len(beginning)) == beginning
        except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, OSError):
            return False

    return check


_OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ODT = "application/vnd.oasis.opendocument.text"
_JPEG = ("image/jpeg", _starts(b"\xff\xd8\xff"))
# ending → media type, and whether the content is of that kind, by its first bytes or the file
KINDS = {
    ".pdf": ("application/pdf", _starts(b"%PDF-")),
    ".jpg": _JPEG,
    ".jpeg": _JPEG,
    ".png": ("image/png", _starts(b"\x89PNG\r\n\x1a\n")),
    ".webp": ("image/webp", lambda head, file: head[:4] == b"RIFF" and head[8:12] == b"WEBP"),
    ".txt": ("text/plain", _is_text),
    ".mp3": ("audio/mpeg", _starts(b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    ".ogg": ("audio/ogg", _starts(b"OggS")),
    ".mp4": ("video/mp4", lambda head, file: head[4:8] == b"ftyp"),
    ".webm": ("video/webm", _starts(b"\x1a\x45\xdf\xa3")),
    ".docx": (_OFFICE, _zip_holding("word/document.xml")),
    ".odt": (_ODT, _zip_holding("mimetype", _ODT.encode())),
}


def ending(name: str) -> str:
    return PurePath(name).suffix.lower()


def media_type(name: str) -> str:
    return KINDS[ending(name)][0] if ending(name) in KINDS else "application/octet-stream"


def validate_file(file) -> None:
    """Refuse a new file that is too large, or of a kind the archive does not keep."""
    if file.size > settings.ATTACHMENT_MAX_BYTES:
        limit = filesizeformat(settings.ATTACHMENT_MAX_BYTES)
        raise ValidationError(_("The file is larger than %(limit)s.") % {"limit": limit})
    _type, is_of_that_kind = KINDS.get(ending(file.name), ("", lambda head, file: False))
    file.open("rb")
    head = file.read(4096)
    file.seek(0)
    fits = is_of_that_kind(head, file)
    file.seek(0)
    if not fits:
        raise ValidationError(
            _(
                "The archive keeps PDF, JPEG, PNG, WebP, TXT, MP3, OGG, MP4, WebM, DOCX and ODT "
                "files, and the ending of the name must fit the content. This file does not."
            )
        )
