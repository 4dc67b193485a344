"""Reads the text of one PDF, DOCX or ODT from standard input to standard output.

Run by its path, as a process of its own that knows nothing of the archive: what a hostile file
does to a parser (a crash, a hang, all the memory) ends here. A file that cannot be read, or is
larger inside than the limits below, ends the process with an error.
"""

import io
import resource
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from xml.parsers import expat

LONGEST_TEXT = 5_000_000  # characters; what comes after them is left unread
LARGEST_PART = 200 * 1024 * 1024  # bytes of XML, unpacked
MEMORY = 1024**3  # bytes of address space
ENOUGH, SECONDS = 10, 15  # of a processor: until reading stops, until the process is ended


def pdf(file: bytes) -> Iterator[str]:
    import pypdfium2

    for page in pypdfium2.PdfDocument(file):
        words = page.get_textpage()
        yield words.get_text_bounded() + "\n"
        words.close()
        page.close()


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


def docx(file: bytes) -> Iterator[str]:
    """The text with its foot- and endnotes; not what was deleted while changes were tracked."""
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


def odt(file: bytes) -> Iterator[str]:
    """The text with its notes; no remarks in the margin, nothing deleted while tracking changes."""
    words = Words(
        holding={"p", "h"},
        lines={"p", "h", "note"},
        marks={"s": " ", "tab": "\t", "line-break": "\n"},
        skipped={"tracked-changes", "annotation", "note-citation"},
    )
    with zipfile.ZipFile(io.BytesIO(file)) as packed, packed.open("content.xml") as part:
        yield from words.of(part)


def beginning(pieces: Iterator[str], length: int) -> str:
    """As many of the pieces as there is room and time for."""
    taken, size = [], 0
    for piece in pieces:
        taken.append(piece)
        size += len(piece)
        if size >= length or time.process_time() > ENOUGH:
            break
    return "".join(taken)[:length]


def main(kind: str) -> None:
    # Not every system knows each limit; the calling process has a clock of its own.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    read = {"pdf": pdf, "docx": docx, "odt": odt}[kind]
    text = beginning(read(sys.stdin.buffer.read()), LONGEST_TEXT)
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))


if __name__ == "__main__":
    main(sys.argv[1])
