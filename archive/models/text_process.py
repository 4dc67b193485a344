"""Reads one file from standard input: its text (of a scan, as Tesseract recognises it) and what it
says of itself, as JSON on standard output; or of a picture, the same picture made anew.

Run by its path, as a process of its own that knows nothing of the archive: what a hostile file
does to a parser (a crash, a hang, all the memory) ends here. A file that cannot be read, or is
larger inside than the limits below, ends the process with an error.

What a file says of itself: {"title" | "publisher" | "published_on" | "authors" | "source_url":
[value, where it was found]}; dates as 2022-10-03, authors a list.
"""

import email
import email.policy
import io
import json
import os
import re
import resource
import subprocess
import sys
import time
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from xml.parsers import expat

LONGEST_TEXT = 5_000_000  # characters; what comes after them is left unread
LARGEST_PART = 200 * 1024 * 1024  # bytes of XML, unpacked
LARGEST_PACKAGE = 50 * 1024 * 1024  # bytes, unpacked, of which the properties are read
LARGEST_PICTURE = 80_000_000  # pixels
MEMORY = 1024**3  # bytes of address space
ENOUGH, SECONDS = 10, 15  # of a processor: until reading stops, until the process is ended
# Of a scan: dots an inch, pixels of a page at most; seconds for a page, and until no more are read.
DOTS, LARGEST_PAGE = 300, 30_000_000
PAGE_SECONDS, SCAN_SECONDS = 60, 600
# As Tesseract calls the languages of documents; those are used that are installed.
SCRIPTS = ("eng", "rus", "hye", "aze", "tur", "fra")


Said = dict[str, list]
# Titles that programs put there, not authors.
_NO_TITLE = re.compile(
    r"^(?:untitled|microsoft \w+ - |слайд 1$)|\.(?:docx?|indd|qxd|rtf|pdf)$", re.I
)


def pdf(file: bytes) -> tuple[Iterator[str], Said]:
    import pypdfium2

    document = pypdfium2.PdfDocument(file)
    properties = document.get_metadata_dict(skip_empty=True)
    created = re.match(r"D:(\d{4})(\d\d)(\d\d)", properties.get("CreationDate", ""))
    return _pages(document), _said(
        "pdf",
        title=properties.get("Title"),
        authors=[properties["Author"]] if "Author" in properties else [],
        published_on="-".join(created.groups()) if created else "",
    )


def _pages(document) -> Iterator[str]:
    for page in document:
        words = page.get_textpage()
        yield words.get_text_bounded() + "\n"
        words.close()
        page.close()


def _said(origin: str, **values) -> Said:
    """What is there at all, of what the properties of a file name."""
    if _NO_TITLE.search(values.get("title") or ""):
        values["title"] = ""
    return {name: [value, origin] for name, value in values.items() if value}


class Words:
    """Gathers the text of one XML part. Names of elements are taken without their namespaces:
    each format comes in several, and none uses a name in two senses that differ here."""

    def __init__(
        self, holding: set[str], lines: set[str], marks: dict[str, str], skipped: set[str]
    ):
        self.holding, self.lines, self.marks, self.skipped = holding, lines, marks, skipped
        self.pieces: list[str] = []
        self.held = self.unread = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self.refuse
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.read

    def refuse(self, *declaration) -> None:
        """Neither format declares a document type; entities that swell up come with one."""
        raise ValueError("a document type is declared")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(" ")[2]
        self.unread += name in self.skipped
        self.held += name in self.holding
        if name in self.lines:
            self.pieces.append("\n")
        elif name in self.marks and not self.unread:
            self.pieces.append(self.marks[name])

    def end(self, name: str) -> None:
        name = name.rpartition(" ")[2]
        self.unread -= name in self.skipped
        self.held -= name in self.holding
        if name in self.lines:
            self.pieces.append("\n")

    def read(self, text: str) -> None:
        if self.held and not self.unread:
            self.pieces.append(text)

    def of(self, part: io.BufferedIOBase) -> Iterator[str]:
        size = 0
        while chunk := part.read(65536):
            size += len(chunk)
            if size > LARGEST_PART:
                raise ValueError("too large when unpacked")
            self.parser.Parse(chunk)
            yield "".join(self.pieces)
            self.pieces.clear()
        self.parser.Parse(b"", True)
        yield "".join(self.pieces)


def docx(file: bytes) -> tuple[Iterator[str], Said]:
    """The text with its foot- and endnotes; not what was deleted while changes were tracked."""
    # Its properties may be missing or damaged where its words are not.
    with suppress(Exception):
        return _docx_words(file), _docx_properties(file)
    return _docx_words(file), {}


def _docx_properties(file: bytes) -> Said:
    from docx import Document

    with zipfile.ZipFile(io.BytesIO(file)) as packed:
        if sum(part.file_size for part in packed.infolist()) > LARGEST_PACKAGE:
            return {}
    properties = Document(io.BytesIO(file)).core_properties
    created = properties.created
    return _said(
        "docx",
        title=properties.title,
        authors=[properties.author] if properties.author else [],
        published_on=created.date().isoformat() if created else "",
    )


def _docx_words(file: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(file)) as packed:
        for name in ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml"):
            if name in packed.namelist():
                words = Words(
                    holding={"t"},
                    lines={"p"},
                    marks={"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011"},
                    # A text box is written twice, for old readers and new.
                    skipped={"Fallback", "moveFrom", "pPr"},
                )
                with packed.open(name) as part:
                    yield from words.of(part)


def odt(file: bytes) -> tuple[Iterator[str], Said]:
    """The text with its notes; no remarks in the margin, nothing deleted while tracking changes."""
    words = Words(
        holding={"p", "h"},
        lines={"p", "h", "note"},
        marks={"s": " ", "tab": "\t", "line-break": "\n"},
        skipped={"tracked-changes", "annotation", "note-citation"},
    )

    def pieces() -> Iterator[str]:
        with zipfile.ZipFile(io.BytesIO(file)) as packed, packed.open("content.xml") as part:
            yield from words.of(part)

    return pieces(), {}


def html(file: bytes, address: str = "") -> tuple[Iterator[str], Said]:
    """The text of a page (UTF-8) without its menus, and what it says of itself where."""
    import trafilatura

    page = file.decode("utf-8", "replace")
    tree = trafilatura.load_html(page)
    if tree is None:  # a part of a page
        tree = trafilatura.load_html(f"<html><head></head><body>{page}</body></html>")
    found = trafilatura.extract_metadata(
        tree,
        default_url=address or None,
        date_config={"original_date": True, "extensive_search": False},
    )
    said = {
        "title": found.title,
        "publisher": found.sitename,
        "published_on": found.date,
        "authors": [name for name in (found.author or "").split("; ") if name],
        "source_url": found.url if found.url != address else "",
    }
    text = trafilatura.extract(tree, include_comments=False, favor_recall=True)
    return iter([text or trafilatura.html2txt(tree)]), {
        name: [value, _place_in(tree, value, address)] for name, value in said.items() if value
    }


# Where in a page a value may stand, and what that is called.
_PLACES = {
    "html_meta": "//meta/@content",
    "html_data": "//script[contains(@type, 'json')]/text()",
    "html_title": "//title//text()",
    "html_heading": "//*[self::h1 or self::h2]//text()",
    "html_time": "//time/@datetime",
    "html_link": "//link/@href",
}


def _place_in(tree, value: str | list[str], address: str) -> str:
    sought = " ".join((value if isinstance(value, str) else value[0]).split()).casefold()
    for place, path in _PLACES.items():
        if any(sought in " ".join(text.split()).casefold() for text in tree.xpath(path)):
            return place
    numbers = sought.replace("-", "/")
    return "address" if sought in address.casefold() or numbers in address else "html"


def eml(file: bytes) -> tuple[Iterator[str], Said]:
    """The words of a message, without those of the files that came with it."""
    message = email.message_from_bytes(file, policy=email.policy.default)
    body = message.get_body(("plain", "html"))
    text = body.get_content() if body else ""
    if body and body.get_content_subtype() == "html":
        pieces, _unused = html(text.encode("utf-8", "replace"))
        text = "".join(pieces)
    sender = message["from"].addresses[0] if message["from"] and message["from"].addresses else None
    sent = message["date"].datetime if message["date"] else None
    return iter([text]), _said(
        "email",
        title=str(message["subject"] or ""),
        authors=[sender.display_name or sender.addr_spec] if sender else [],
        published_on=sent.date().isoformat() if sent else "",
    )


def picture(file: bytes) -> bytes:
    """The same picture, upright and in common colours, without anything else that its file
    held: place, time, device, remarks, a small picture of what was there before cropping."""
    from PIL import ImageCms, ImageOps

    image = _opened(file)
    kind, profile = image.format, image.info.get("icc_profile")
    image = ImageOps.exif_transpose(image)
    if profile and image.mode in ("RGB", "RGBA"):
        with suppress(ImageCms.PyCMSError, OSError):
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            ImageCms.profileToProfile(image, given, ImageCms.createProfile("sRGB"), inPlace=True)
    if kind == "JPEG" and image.mode not in ("RGB", "L"):
        image = image.convert("RGB")
    # What is left there would be written again.
    image.info = {name: image.info[name] for name in ("transparency",) if name in image.info}
    made = io.BytesIO()
    image.save(made, kind, quality=90)
    return made.getvalue()


def _opened(file: bytes):
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = LARGEST_PICTURE
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    return Image.open(io.BytesIO(file), formats=("JPEG", "PNG", "WEBP"))


def scan(file: bytes) -> tuple[Iterator[str], Said]:
    """The words in a picture, or in the pictures that the pages of a PDF are."""
    asked = subprocess.run(["tesseract", "--list-langs"], capture_output=True, check=True)
    installed = asked.stdout.decode().split()
    languages = "+".join(script for script in SCRIPTS if script in installed)
    return (_recognised(image, languages) for image in _pictures(file)), {}


def _pictures(file: bytes) -> Iterator:
    """Each page in grey, while there is time."""
    if not file.startswith(b"%PDF-"):
        from PIL import ImageOps

        yield ImageOps.exif_transpose(_opened(file)).convert("L")
        return
    import pypdfium2

    until = time.monotonic() + SCAN_SECONDS
    for page in pypdfium2.PdfDocument(file):
        width, height = page.get_size()
        scale = min(DOTS / 72, (LARGEST_PAGE / (width * height)) ** 0.5)
        yield page.render(scale=scale, grayscale=True).to_pil()
        page.close()
        if time.monotonic() > until:
            return


def _recognised(image, languages: str) -> str:
    """The text of one page; "" if Tesseract gives up on it. One thread is the fastest."""
    given = io.BytesIO()
    image.save(given, "PNG", compress_level=1)
    with suppress(subprocess.SubprocessError):
        done = subprocess.run(
            ["tesseract", "stdin", "stdout", "-l", languages or "eng"],
            input=given.getvalue(),
            capture_output=True,
            timeout=PAGE_SECONDS,
            check=True,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
        return done.stdout.decode("utf-8", "replace").replace("\f", "") + "\n\n"
    return ""


def beginning(pieces: Iterator[str], length: int, enough: int = ENOUGH) -> str:
    """As many of the pieces as there is room and time for."""
    taken, size = [], 0
    for piece in pieces:
        taken.append(piece)
        size += len(piece)
        if size >= length or time.process_time() > enough:
            break
    return "".join(taken)[:length]


def main(kind: str, *more: str) -> None:
    enough, seconds = (SCAN_SECONDS, SCAN_SECONDS) if kind == "scan" else (ENOUGH, SECONDS)
    # Not every system knows each limit; the calling process has a clock of its own.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    content = sys.stdin.buffer.read()
    if kind == "picture":
        sys.stdout.buffer.write(picture(content))
        return
    read = {"pdf": pdf, "docx": docx, "odt": odt, "html": html, "eml": eml, "scan": scan}[kind]
    pieces, said = read(content, *more)
    answer = {"text": beginning(pieces, LONGEST_TEXT, enough), "said": said}
    sys.stdout.buffer.write(json.dumps(answer).encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
