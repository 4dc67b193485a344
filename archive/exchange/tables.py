"""Tables as files: CSV, XLSX and JSON, read and written a row at a time, whatever their length.

A row is a dict, column → what the cell holds, with the number that a spreadsheet shows beside it
(in JSON: which record it is). CSV is written in UTF-8 with a byte order mark, as Excel wants it, and
read with any usual separator, in UTF-8 or UTF-16. JSON is a list with a record a line; records
that merely follow each other are read too.
"""

import codecs
import csv
import itertools
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook
from openpyxl.packaging.manifest import Manifest
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.xml.constants import ARC_CONTENT_TYPES, ARC_SHARED_STRINGS, SHARED_STRINGS
from openpyxl.xml.functions import fromstring

from .cells import neutral, restored
from .workbooks import opened

CSV, XLSX, JSON = "csv", "xlsx", "json"
MEDIA_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    JSON: "application/json",
}
# A cell of XLSX holds no more (Excel's limit); what is longer is left out, and left as it is.
LONGEST_XLSX_CELL = 32_767
TOO_LONG = "#too-long"

_LARGEST_RECORD = 20_000_000  # characters of one record in JSON
_LARGEST_TABLE = 4 * 1024**3  # bytes of an XLSX file unpacked
_LARGEST_STRINGS = 512 * 1024**2  # of these the texts that many cells share, kept on disk
_LARGEST_OTHER = 64 * 1024**2  # of these what is no sheet (styles, themes), parsed as a whole
_SHEETS, _STRINGS = "xl/worksheets/", ARC_SHARED_STRINGS
_MOST_COLUMNS = 500
_READ_AT_ONCE = 1 << 20
_SEPARATORS = ",;\t|"
# Signs that XML cannot hold, and what would be read as one of them.
_NOT_XML = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_XML_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")

# What reading a workbook that is damaged, encrypted or none may raise.
_DAMAGED = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    LookupError,
    ArithmeticError,
    ValueError,
    TypeError,
    SyntaxError,  # of XML, whichever parser there is
    OSError,
    RuntimeError,
    AttributeError,
)

csv.field_size_limit(10_000_000)

Row = tuple[int, dict[str, object]]


class Unreadable(ValidationError):
    """The file as a whole cannot be taken."""


# Writing: a row is a list of texts, in the order of the header; of JSON, of values.


def write(format: str, header: list[str], rows: Iterable[list]) -> Iterator[bytes]:
    """The file, piece by piece. Only XLSX is put together on disk first."""
    return {CSV: _write_csv, XLSX: _write_xlsx, JSON: _write_json}[format](header, rows)


class _Line:
    """What csv writes to: it keeps the last line."""

    def write(self, line: str) -> None:
        self.line = line


def _write_csv(header, rows):
    line = _Line()
    writer = csv.writer(line)
    yield codecs.BOM_UTF8
    for row in itertools.chain([header], rows):
        writer.writerow([neutral(cell) for cell in row])
        yield line.line.encode()


def _write_xlsx(header, rows):
    book = Workbook(write_only=True)
    sheet = book.create_sheet("records")
    sheet.freeze_panes = "B2"
    sheet.append(header)
    for row in rows:
        sheet.append([_xlsx_cell(cell) for cell in row])
    with TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while piece := file.read(_READ_AT_ONCE):
            yield piece


def _xlsx_cell(text: str) -> str | None:
    if not text:
        return None
    text = _NOT_XML.sub(lambda match: f"_x{ord(match[0]):04X}_", neutral(text))
    return text if len(text) <= LONGEST_XLSX_CELL else TOO_LONG


def _write_json(header, rows):
    before = "[\n"
    for row in rows:
        record = json.dumps(dict(zip(header, row, strict=True)), ensure_ascii=False)
        yield (before + record).encode()
        before = ",\n"
    yield b"\n]\n" if before == ",\n" else b"[]\n"


# Reading


def count(file, format: str) -> int:
    """How many rows a table has, at a glance; 0 for what cannot be read."""
    try:
        if format == XLSX:
            return _count_xlsx(file)
        return sum(1 for _row in read(file, format))
    except (ValidationError, *_DAMAGED):
        return 0


def _count_xlsx(file) -> int:
    file.seek(0)
    with zipfile.ZipFile(file) as packed:
        sheets = [name for name in packed.namelist() if name.startswith(f"{_SHEETS}sheet")]
        if not sheets:
            return 0
        found, last = 0, b""
        with packed.open(sorted(sheets)[0]) as sheet:
            while piece := sheet.read(_READ_AT_ONCE):
                found += (last + piece).count(b"<row")
                last = piece[-3:]
    return max(found - 1, 0)


def format_of(file) -> str:
    """The format of an open file by its content: csv, xlsx or json."""
    file.seek(0)
    if file.read(4) == b"PK\x03\x04":
        return XLSX
    return JSON if beginning(file).lstrip()[:1] in ("[", "{") else CSV


def beginning(file) -> str:
    """The first signs of an open file, whatever its encoding; the file is left at its start."""
    file.seek(0)
    head = file.read(4096)
    file.seek(0)
    return head.decode(encoding_of(head), "replace")


def names_in(head: str) -> list[str]:
    """What the first line of a CSV file names, whatever divides it."""
    return [name.strip(' "\r') for name in re.split(r"[,;\t|]", head.split("\n")[0])]


def encoding_of(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.count(b"\0", 1, 4096) > len(head[:4096]) // 4:
        return "utf-16-le" if head[1:2] == b"\0" else "utf-16-be"
    return "utf-8-sig"


def read(file, format: str, known: Iterable[str] = ()) -> Iterator[Row]:
    """The rows of an open binary file. known: names of columns, by which a separator is told.

    Raises Unreadable, perhaps only after some rows.
    """
    file.seek(0)
    return {CSV: _read_csv, XLSX: _read_xlsx, JSON: _read_json}[format](file, set(known))


def text_of(file):
    """An open binary file as text, in its own encoding. Closing it is left to its owner."""
    file.seek(0)
    encoding = encoding_of(file.read(4096))
    file.seek(0)
    return codecs.getreader(encoding)(_Plain(file), "strict")


class _Plain:
    """A file of Django's or of Python's, to be read only."""

    def __init__(self, file):
        self.read = file.read


def _lines(file) -> Iterator[str]:
    """Lines as csv wants them, ended by LF or CR LF only: a text may hold other line signs."""
    text, rest = text_of(file), ""
    while piece := text.read(_READ_AT_ONCE):
        *lines, rest = (rest + piece).split("\n")
        yield from (f"{line}\n" for line in lines)
    if rest:
        yield rest


def _read_csv(file, known):
    try:
        lines = _lines(file)
        first = next(lines, "")
        if match := re.fullmatch(r'"?sep=(.)"?\r?\n', first):
            separator, first = match[1], next(lines, "")
        else:
            separator = _separator(first, known)
        rows = csv.reader(itertools.chain([first], lines), delimiter=separator)
        header = _header(next(rows, []))
        for number, cells in enumerate(rows, 2):
            if row := _row(header, cells):
                yield number, row
    except UnicodeDecodeError as error:
        raise Unreadable(
            _(
                "This file is neither UTF-8 nor UTF-16, so letters would be lost. In Excel, save it "
                "as “CSV UTF-8” or as an Excel workbook (.xlsx)."
            )
        ) from error
    except csv.Error as error:
        raise Unreadable(_("This file cannot be read as a table: it may be damaged.")) from error


def _separator(header: str, known: set[str]) -> str:
    """The one by which most names of columns are found; else the one that divides most."""

    def found(separator):
        names = [name.strip().strip('"') for name in header.split(separator)]
        return sum(name in known for name in names), len(names)

    return max(_SEPARATORS, key=found)


def _header(cells) -> list[str]:
    names = ["" if cell is None else str(cell).strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    named = [name for name in names if name]
    if not named:
        raise Unreadable(_("The first row has to name the columns; it is empty."))
    if len(names) > _MOST_COLUMNS:
        raise Unreadable(_("This table has more columns than any of this archive."))
    twice = sorted({name for name in named if named.count(name) > 1})
    if twice:
        raise Unreadable(
            _("These columns stand there twice: %(columns)s."),
            params={"columns": ", ".join(twice)},
        )
    return names


def _row(header, cells) -> dict | None:
    """Name → cell; None for an empty row. Cells beyond the header are kept under ""."""
    texts = [restored(cell) if isinstance(cell, str) else cell for cell in cells]
    if all(cell is None or cell == "" for cell in texts):
        return None
    texts += [""] * (len(header) - len(texts))
    row = dict(zip(header, texts, strict=False))
    row.pop("", None)
    if beyond := [cell for cell in texts[len(header) :] if cell not in (None, "")]:
        row[""] = beyond
    return row


def _read_xlsx(file, known):
    try:
        _refuse_bombs(file)
        with opened(file) as book:
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            rows = sheet.iter_rows(values_only=True)
            header = _header(next(rows, []))
            for number, cells in enumerate(rows, 2):
                if row := _row(header, [_from_xlsx(cell) for cell in cells]):
                    yield number, row
    except ValidationError:
        raise
    except _DAMAGED as error:
        raise Unreadable(_("This file cannot be read as a table: it may be damaged.")) from error


def _from_xlsx(cell):
    if isinstance(cell, str) and "_x" in cell:
        return _XML_ESCAPE.sub(lambda match: chr(int(match[1], 16)), cell)
    return cell


def _refuse_bombs(file) -> None:
    """Only sheets are read row by row, so for everything else there is a smaller limit."""
    with zipfile.ZipFile(file) as packed:
        sizes = {part.filename: part.file_size for part in packed.infolist()}
        other = sum(size for name, size in sizes.items() if not name.startswith(_SHEETS))
        other -= sizes.get(_STRINGS, 0)
        if other > _LARGEST_OTHER or sum(sizes.values()) > _LARGEST_TABLE:
            raise Unreadable(_TOO_LARGE)
        # Which part holds the shared texts is said by the file, whatever the part is called.
        declared = Manifest.from_tree(fromstring(packed.read(ARC_CONTENT_TYPES)))
        strings = declared.find(SHARED_STRINGS)
        if strings and sizes.get(strings.PartName[1:], 0) > _LARGEST_STRINGS:
            raise Unreadable(_TOO_LARGE)
    file.seek(0)


_TOO_LARGE = _("Unpacked, this file is larger than any table of this archive.")


def _read_json(file, known):
    """Objects in a list, or one after the other."""
    decoder, text = json.JSONDecoder(), text_of(file)
    rest, number, ended = "", 0, False
    try:
        while not ended:
            piece = text.read(_READ_AT_ONCE)
            ended = not piece
            rest += piece
            start = _next_record(rest, 0)
            while start < len(rest):
                try:
                    record, end = decoder.raw_decode(rest, start)
                except json.JSONDecodeError:
                    if ended or len(rest) - start > _LARGEST_RECORD:
                        raise
                    break
                number += 1
                if not isinstance(record, dict):
                    raise Unreadable(
                        _("Record %(number)d is no object with names and values."),
                        params={"number": number},
                    )
                yield number, record
                start = _next_record(rest, end)
            rest = rest[start:]
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise Unreadable(
            _("This is no well-formed JSON, after record %(number)d."), params={"number": number}
        ) from error


def _next_record(text: str, start: int) -> int:
    return re.compile(r"[\s,\[\]\ufeff]*").match(text, start).end()
