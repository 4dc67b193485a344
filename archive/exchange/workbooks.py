"""Workbooks as Excel saves them: every text stands once, in a list that all sheets share."""

from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile

from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.workbook import Workbook
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

_TEXT = f"{{{SHEET_MAIN_NS}}}si"


@contextmanager
def opened(file) -> Iterator[Workbook]:
    """To be read row by row. Raises whatever a damaged file makes of it."""
    reader = _Reader(file, read_only=True)
    try:
        reader.read()
        yield reader.wb
    finally:
        if isinstance(reader.shared_strings, _SharedTexts):
            reader.shared_strings.close()


class _Reader(ExcelReader):
    def read_strings(self) -> None:
        """As the library does, but on disk: the list may be as long as the table."""
        if part := self.package.find(SHARED_STRINGS):
            with self.archive.open(part.PartName[1:]) as source:
                self.shared_strings = _SharedTexts(source)


class _SharedTexts:
    """number → text. Signs written as _x000A_ are left to whoever reads the cell."""

    def __init__(self, source):
        self._file = TemporaryFile()  # noqa: SIM115 (open as long as the workbook)
        self._ends = array("Q", [0])  # of each text in the file, after a first 0
        parts = iterparse(source, ("start", "end"))
        _event, root = next(parts)
        for event, node in parts:
            if event == "end" and node.tag == _TEXT:
                self._add(Text.from_tree(node).content)
                root.clear()

    def close(self) -> None:
        self._file.close()

    def _add(self, text: str) -> None:
        packed = text.encode("utf-8", "surrogatepass")
        self._file.write(packed)
        self._ends.append(self._ends[-1] + len(packed))

    def __getitem__(self, number: int) -> str:
        if not 0 <= number < len(self._ends) - 1:
            raise IndexError(number)
        start, end = self._ends[number : number + 2]
        self._file.seek(start)
        return self._file.read(end - start).decode("utf-8", "surrogatepass")
