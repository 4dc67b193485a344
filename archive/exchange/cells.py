"""What stands in one cell: texts that no spreadsheet takes for a formula, and parts in words.

A part of a record (a step, a citation, a role) is one line of a cell: `kind=judgment |
date=2022-09-13 | note_en=…`. What is empty, or as a new part would have it, is left out. Inside a
value `\\|` is a bar, `\\n` a new line, `\\s` a space at an end, `\\\\` a backslash.
"""

import re

# What spreadsheets take for the beginning of a formula, after any apostrophes; the wide forms too.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_ESCAPES = {"\\": "\\\\", "|": "\\|", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_UNESCAPES = {"n": "\n", "r": "\r", "t": "\t", "s": " "}
_FIELD = re.compile(r"(?:[^|\\]|\\.)+", re.DOTALL)


def neutral(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would compute it."""
    return f"'{text}" if _FORMULA.match(text) else text


def restored(text: str) -> str:
    """The inverse of `neutral`, for every text that it gave."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def with_plain_newlines(text: str) -> str:
    """Browsers send CR LF, spreadsheets write LF: the difference is nobody's edit."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def line_of(part: dict[str, str]) -> str:
    return " | ".join(f"{name}={_escaped(value)}" for name, value in part.items())


def part_of(line: str) -> dict[str, str]:
    """The names and values of a line. Raises ValueError for what has no name before "="."""
    found = {}
    for field in _FIELD.findall(line):
        name, sign, value = field.strip(" ").partition("=")
        if not sign:
            raise ValueError(field.strip())
        found[name.strip()] = _unescaped(value.strip(" "))
    return found


def _escaped(value: str) -> str:
    text = "".join(_ESCAPES.get(letter, letter) for letter in value)
    if text.startswith(" "):
        text = f"\\s{text[1:]}"
    return f"{text[:-1]}\\s" if text.endswith(" ") else text


def _unescaped(value: str) -> str:
    return re.sub(r"\\(.)", lambda match: _UNESCAPES.get(match[1], match[1]), value, flags=re.S)
