"""The words in a file, so that it can be found by them."""

import codecs
import re
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from . import text_process

# Media type → which reader.
_READERS = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.oasis.opendocument.text": "odt",
}
READABLE = frozenset({*_READERS, "text/plain"})
SECONDS = 2 * text_process.SECONDS

# With what no database takes goes the sign by which PDFium joins a word divided between two lines.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_RUSSIAN_WORD = re.compile(r"[А-ЯЁ]?[а-яё]+|[А-ЯЁ]+")
_FOREIGN_WORD = re.compile(r"\b\w*[^\W\d_a-zA-Z]\w*\b")


def extract_text(file, media_type: str) -> str:
    """The text of an open file (binary), at most 5,000,000 characters; the file is left at its
    beginning. "" for pictures and recordings, for scans, and for what cannot be read: locked,
    damaged, or built to break its reader. Takes a tenth of a second and more, SECONDS at most."""
    if media_type not in READABLE or file.size > settings.ATTACHMENT_MAX_BYTES:
        return ""
    file.seek(0)
    content = file.read()
    file.seek(0)
    reader = _READERS.get(media_type)
    text = _read_apart(content, reader) if reader else _decoded(content)
    return _tidied(text)[: text_process.LONGEST_TEXT]


def _read_apart(content: bytes, reader: str) -> str:
    """Read in a process of its own, which a hostile file may take down with it."""
    command = [sys.executable, "-I", str(Path(text_process.__file__)), reader]
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=SECONDS, check=True
        )
    except (subprocess.SubprocessError, OSError):
        return ""
    return done.stdout.decode()


def _tidied(text: str) -> str:
    text = re.sub(r"[^\S\n]+", " ", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = re.sub(r" ?\n(?: ?\n)+ ?", "\n\n", text)
    return _UNWRITABLE.sub("", text).strip()


def _decoded(content: bytes) -> str:
    """Plain text in UTF-8 or UTF-16; else Russian, where it then reads as Russian; else Western
    European and Turkish."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    text = content.decode("cp1251", "replace")
    words = _FOREIGN_WORD.findall(text[:100_000])
    russian = sum(1 for word in words if _RUSSIAN_WORD.fullmatch(word))
    return text if russian > 0.8 * len(words) else content.decode("cp1254", "replace")
