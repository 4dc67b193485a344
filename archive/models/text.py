"""The words in a file, so that it can be found by them; what it says of itself; and a public copy
of a picture. All is read in a process apart (`text_process`)."""

import codecs
import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from . import text_process
from .files import ODT, OFFICE

# Media type → which reader.
_READERS = {
    "application/pdf": "pdf",
    OFFICE: "docx",
    ODT: "odt",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "message/rfc822": "eml",
}
READABLE = frozenset({*_READERS, "text/plain"})
# The processor's time is limited there; this is for a machine that has much else to do.
SECONDS = 4 * text_process.SECONDS
SCAN_SECONDS = text_process.SCAN_SECONDS + 2 * text_process.PAGE_SECONDS
FINGERPRINTED = 200_000  # characters of a text that are compared with others
FEWEST_WORDS = 20  # that a text has to have, to be like another

# With what no database takes goes the sign by which PDFium joins a word divided between two lines.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# The encodings that pages name when they are not in Unicode, and Python decodes at once.
_CHARSET = re.compile(
    rb"""(?:charset|encoding)\s*=\s*["']?((?:windows-|cp|iso-8859-|koi8-)\w+)""", re.IGNORECASE
)
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_RUSSIAN_WORD = re.compile(r"[А-ЯЁ]?[а-яё]+|[А-ЯЁ]+")
_FOREIGN_WORD = re.compile(r"\b\w*[^\W\d_a-zA-Z]\w*\b")


class Unreadable(Exception):
    """Locked, damaged, or built to break its reader; `slow` if it only took too long."""

    def __init__(self, *, slow: bool = False):
        super().__init__()
        self.slow = slow


@dataclass(frozen=True)
class Contents:
    """The words of a file, at most 5,000,000 characters, and what it says of itself: field of a
    document → (value, code of where it stands)."""

    text: str
    said: dict[str, tuple[str | list[str], str]] = field(default_factory=dict)


def contents(content: bytes, media_type: str, address: str = "") -> Contents:
    """Raises `Unreadable`. Takes a tenth of a second and more, SECONDS at most."""
    if media_type not in READABLE:
        return Contents("")
    reader = _READERS.get(media_type)
    if not reader:
        return Contents(_tidied(_decoded(content))[: text_process.LONGEST_TEXT])
    if reader == "html":
        page = _XML_DECLARATION.sub("", _decoded(content, _declared(content)))
        read = json.loads(_read_apart(page.encode("utf-8", "replace"), "html", address))
    else:
        read = json.loads(_read_apart(content, reader))
    said = {name: (_writable(value), origin) for name, (value, origin) in read["said"].items()}
    return Contents(_tidied(read["text"])[: text_process.LONGEST_TEXT], said)


def extract_text(file, media_type: str) -> str:
    """The text of an open file (binary), which is left at its beginning. "" for pictures and
    recordings, for scans, and for what cannot be read."""
    if media_type not in READABLE or file.size > settings.ATTACHMENT_MAX_BYTES:
        return ""
    file.seek(0)
    content = file.read()
    file.seek(0)
    try:
        return contents(content, media_type).text
    except Unreadable:
        return ""


def can_recognise() -> bool:
    """Whether Tesseract is installed, which reads the words in pictures."""
    return shutil.which("tesseract") is not None


def recognised(content: bytes) -> str:
    """The text of a picture or a scanned PDF, a paragraph a line, as far as Tesseract gets in
    SCAN_SECONDS. Raises `Unreadable`. Takes some seconds a page."""
    read = json.loads(_read_apart(content, "scan", seconds=SCAN_SECONDS))
    blocks = _tidied(read["text"]).split("\n\n")
    return "\n".join(" ".join(block.split()) for block in blocks if block.strip())


def shown_image(content: bytes) -> bytes:
    """A picture made anew, of the same kind, without what the camera noted (place, time, device).
    Raises `Unreadable` also for what is larger than text_process.LARGEST_PICTURE pixels."""
    return _read_apart(content, "picture")


def fingerprint(text: str) -> int | None:
    """64 bits (signed, as databases keep them) of which texts with most words in common have most
    in common; None of a few words."""
    # A third of a second, which only those pay who take in texts.
    from trafilatura.deduplication import Simhash

    text = text[:FINGERPRINTED].casefold()
    if len(text.split(None, FEWEST_WORDS)) < FEWEST_WORDS:
        return None
    found = Simhash(text).hash
    return found - 2**64 if found >= 2**63 else found


def _read_apart(content: bytes, *asked: str, seconds: int | None = None) -> bytes:
    """Read in a process of its own, which a hostile file may take down with it."""
    command = [sys.executable, "-I", str(Path(text_process.__file__)), *asked]
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=seconds or SECONDS, check=True
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable(slow=True) from error
    except (subprocess.SubprocessError, OSError) as error:
        raise Unreadable from error
    return done.stdout


def _declared(page: bytes) -> str:
    """The encoding that a page itself names; "" if it names none that there is."""
    named = _CHARSET.search(page[:4096])
    try:
        return codecs.lookup(named[1].decode()).name if named else ""
    except LookupError:
        return ""


def _tidied(text: str) -> str:
    text = re.sub(r"[^\S\n]+", " ", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = re.sub(r" ?\n(?: ?\n)+ ?", "\n\n", text)
    return _UNWRITABLE.sub("", text).strip()


def _writable(value: str | list[str]) -> str | list[str]:
    if isinstance(value, list):
        return [_writable(one) for one in value]
    return _UNWRITABLE.sub("", value)


def _decoded(content: bytes, declared: str = "") -> str:
    """Text in UTF-8 or UTF-16; else as declared; else Russian, where it then reads as Russian;
    else Western European and Turkish."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if declared:
        return content.decode(declared, "replace")
    text = content.decode("cp1251", "replace")
    words = _FOREIGN_WORD.findall(text[:100_000])
    russian = sum(1 for word in words if _RUSSIAN_WORD.fullmatch(word))
    return text if russian > 0.8 * len(words) else content.decode("cp1254", "replace")
