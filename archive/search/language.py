"""The language in which a reader asks, the same in English and Russian.

Words (all must match), “exact phrase”, -word, OR, (…), field:word, beginn*, numbers of cases and
documents. OR binds tighter than the silent “and”, as in most search boxes: `a b OR c` asks for
`a`, and for `b` or `c`. What is malformed is searched as words, with a notice for the reader.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .analyser import WORD, fold

LONGEST_TEXT = 400  # characters that are read
MOST_TERMS = 24  # words that are read
DEEPEST = 8  # parentheses within parentheses that are followed

_NAMES = {
    "title": "title titles название заголовок",
    "author": "author authors автор авторы",
    "publisher": "publisher издатель",
    "speaker": "speaker говорит",
    "court": "court forum суд",
    "place": "place places место места",
    "case": "case cases дело дела",
    "organisation": "organisation organization org организация",
    "person": "person people лицо человек",
    "number": "number no номер",
}
# Every accepted name of a field, folded, and the field.
FIELDS = {fold(name): field for field, names in _NAMES.items() for name in names.split()}

_LONG = _("The query is long: only its first part was searched.")
_NO_WORD = _("There is no word and no number in the query.")
_QUOTE = _("A quotation mark has no partner, so its words were searched one by one.")
_PARENTHESIS = _(
    "Some parentheses were left out: each needs its partner, and they may stand at most eight deep."
)
_OR = _("OR stands between two words; elsewhere it is left out.")
_MINUS = _("A minus sign excludes the word right after it; elsewhere it is left out.")
_ONLY_MINUS = _(
    "Words to exclude need others from which to exclude them; here they were searched as words."
)
_ASTERISK = _("An asterisk stands at the end of a word; elsewhere it is left out.")
# Translators: {name} is a word that stands before a colon in the query, like title in title:report.
_FIELD = _(
    "“{name}:” was searched as a word. To look in one field, write its name, a colon and, without a space, the word."
)


@dataclass(frozen=True)
class Word:
    """A word in any of its forms."""

    text: str

    def __str__(self):
        return self.text


@dataclass(frozen=True)
class Phrase:
    """Words in this order, next to each other: quoted by the reader, or the parts of a number."""

    words: tuple[str, ...]

    def __str__(self):
        return f'"{" ".join(self.words)}"'


@dataclass(frozen=True)
class Prefix:
    """The beginning of a word."""

    text: str

    def __str__(self):
        return f"{self.text}*"


@dataclass(frozen=True)
class Field:
    """Something to be found in one field only. name: a value of `FIELDS`. Not nested."""

    name: str
    node: "Node"

    def __str__(self):
        return f"{self.name}:{_enclosed(self.node)}"


@dataclass(frozen=True)
class And:
    """All of these; at least one of them is no `Not`."""

    parts: tuple["Node", ...]

    def __str__(self):
        return " ".join(map(str, self.parts))


@dataclass(frozen=True)
class Or:
    """Any of these, none of which is a `Not`."""

    parts: tuple["Node", ...]

    def __str__(self):
        return " OR ".join(map(_enclosed, self.parts))


@dataclass(frozen=True)
class Not:
    """None of this. Only ever a part of `And`, so that it takes away from what is found."""

    part: "Node"

    def __str__(self):
        return f"-{_enclosed(self.part)}"


Node = Word | Phrase | Prefix | Field | And | Or | Not


def _enclosed(node: Node) -> str:
    return f"({node})" if isinstance(node, And | Or) else str(node)


def rewritten(tree: Node, others: dict[str, str]) -> Node:
    """The tree with some of its words written otherwise; not those that are excluded."""
    match tree:
        case Word(text) | Prefix(text):
            return type(tree)(others.get(text, text))
        case Phrase(words):
            return Phrase(tuple(others.get(word, word) for word in words))
        case Field(name, node):
            return Field(name, rewritten(node, others))
        case And(parts) | Or(parts):
            return type(tree)(tuple(rewritten(part, others) for part in parts))
    return tree


def quoted(tree: Node, words: tuple[str, ...]) -> Node:
    """The tree with these words as a phrase, wherever they stand side by side; neither in a field
    nor in what is excluded."""
    match tree:
        case Word(text) if words == (text,):
            return Phrase(words)
        case Or(parts):
            return Or(tuple(quoted(part, words) for part in parts))
        case And(parts):
            return _joint(And, list(_with_phrase(parts, words)))
    return tree


def _with_phrase(parts: tuple[Node, ...], words: tuple[str, ...]) -> Iterator[Node]:
    run, here = tuple(map(Word, words)), 0
    while here < len(parts):
        if parts[here : here + len(run)] == run:
            yield Phrase(words)
            here += len(run)
        else:
            yield quoted(parts[here], words)
            here += 1


@dataclass(frozen=True)
class Parsed:
    """What was asked.

    tree: None when there is no word in the text. text: without what cannot be seen or only says
    that a number follows, its spaces made even. str(tree), parsed again, gives the same tree (if it is not too long to be read).
    """

    tree: Node | None
    notices: tuple[Promise, ...]
    text: str


def parse(text: str) -> Parsed:
    """The query in a text that a reader typed. Never raises, whatever the text."""
    visible, is_cut = _visible(str(text))
    visible = _NUMBER_SIGN.sub("", _HUDOC_ADDRESS.sub(r"\1", visible))
    tokens, notices, has_more = _tokens(visible)
    reader = _Reader(tokens, notices)
    tree = reader.all()
    if is_cut or has_more:
        notices = [_LONG]  # the others may be about what the cut has torn apart
    elif tree is None and visible:
        notices = [_NO_WORD]
    return Parsed(tree, tuple(dict.fromkeys(notices)), visible)


def _visible(text: str) -> tuple[str, bool]:
    """The text that is read, and whether there was more of it.

    Without control characters, lone surrogates, marks of direction and soft hyphens.
    """
    text = text.lstrip()
    kept = (" " if c.isspace() else c for c in text[: LONGEST_TEXT + 1])
    kept = "".join(c for c in kept if unicodedata.category(c)[0] != "C")
    kept = unicodedata.normalize("NFC", " ".join(kept.split()))
    is_cut = len(text.rstrip()) > LONGEST_TEXT
    if is_cut and not text[LONGEST_TEXT].isspace():
        kept = kept.rpartition(" ")[0] or kept  # the last word may not be whole
    return kept, is_cut


# The address of a decision in the Court's database, for the number in it.
_HUDOC_ADDRESS = re.compile(r"https?://hudoc\.echr\.coe\.int/\S*?(\d{3}-\d{4,})\S*", re.IGNORECASE)
# What says that a number follows, and is not said where the number stands in a record.
_NUMBER_SIGN = re.compile(
    r"""\b(?:app(?:l(?:ication)?)?s?\.?|cases?|жалоб[аыуе]?|дел[аоуе]?) \s+ (?:(?:nos?\.?|№№?|n°) \s*)? (?=\d+/\d)
      | \bnos?\. \s* (?=\d) | \bnos? \s+ (?=\d+/\d) | №№? \s* (?=\w) | \bn° \s* (?=\d)""",
    re.IGNORECASE | re.VERBOSE,
)

_QUOTES = '"“”„«»'
_BEFORE = rf"(?<![^\s(|{_QUOTES}])"  # where a word may begin
_W = WORD.pattern
_SIGN = re.compile(
    rf"""(?P<phrase> «[^»]*» | „[^“”]*[“”] | “[^”]*” | [{_QUOTES}][^{_QUOTES}]*[{_QUOTES}] )
       | (?P<quote> [{_QUOTES}] )
       | (?P<open> \( )
       | (?P<close> \) )
       | (?P<or> \|+ | {_BEFORE} (?:OR|ИЛИ) (?![^\s()|{_QUOTES}]) )
       | (?P<minus> {_BEFORE} (?: -+ | − | –(?=\S) ) )
       | (?P<asterisk> \*+ )
       | (?P<field> (?!(?i:ecli):) (?P<name> [^\W\d_]+ ) : )
       | (?P<joined> [AS]/RES/\d+\s\(\d{{4}}\) | {_W} (?: (?:[-‐‑–/:]|(?<=\d)\.(?=\d)) {_W} )+ )
    """,
    re.VERBOSE,
)
_HAS_DIGIT = re.compile(r"\d")
_WHOLE_YEAR = re.compile(r"\d{3,6}/(?:19|20)(\d\d)", re.ASCII)


class _Token(NamedTuple):
    """kind: term, field, open, close, or, minus; "" for what only separates.

    node: of a term; None where it has no word.
    """

    kind: str
    start: int
    end: int
    text: str = ""
    node: Word | Phrase | Prefix | And | None = None


def _tokens(text: str) -> tuple[list[_Token], list[Promise], bool]:
    """What the text consists of, what is malformed in it, and whether it has too many words."""
    tokens, notices, here, room = [], [], 0, MOST_TERMS
    while here < len(text):
        token = _token(text, here, notices)
        here = token.end
        room -= _words_of(token.node)
        if room < 0:
            words = token.node.words[:room] if isinstance(token.node, Phrase) else ()
            tokens.append(token._replace(node=Phrase(words) if words else None))
            return tokens, notices, True
        if token.kind:
            tokens.append(token)
    return tokens, notices, False


def _words_of(node) -> int:
    match node:
        case None:
            return 0
        case Phrase(words) | And(words):
            return len(words)
    return 1


def _token(text: str, here: int, notices: list[Promise]) -> _Token:
    sign = _SIGN.match(text, here)
    kind = sign.lastgroup if sign else None
    if kind == "phrase":
        if "*" in sign[0]:
            notices.append(_ASTERISK)
        words = tuple(WORD.findall(sign[0]))
        return _Token("term", here, sign.end(), node=Phrase(words) if words else None)
    if kind == "joined":
        return _joined(sign[0], here, is_prefix=bool(_ENDS_A_PREFIX.match(text, sign.end())))
    if kind == "field":
        if fold(sign["name"]) in FIELDS:
            return _Token(kind, here, sign.end(), sign["name"])
        if text[sign.end() :].lstrip() == text[sign.end() :] != "":
            notices.append(_not_a_field(sign["name"]))
    if kind in ("open", "close", "or", "minus"):
        return _Token(kind, here, sign.end(), sign[0])
    if kind in _MISPLACED:
        notices.append(_MISPLACED[kind])
        return _Token("", here, sign.end())
    return _word(text, here)


_MISPLACED = {"quote": _QUOTE, "asterisk": _ASTERISK}
_ENDS_A_PREFIX = re.compile(r"\*(?!\w)")


def _word(text: str, here: int) -> _Token:
    word = WORD.match(text, here)
    if not word:
        return _Token("", here, here + 1)
    if _ENDS_A_PREFIX.match(text, word.end()):
        return _Token("term", here, word.end() + 1, node=Prefix(word[0]))
    return _Token("term", here, word.end(), node=_plain(word[0]))


def _plain(word: str) -> Word:
    """In capitals they would read as the operators that they are not here."""
    return Word(word.lower() if word in ("OR", "ИЛИ") else word)


def _joined(text: str, here: int, is_prefix: bool) -> _Token:
    """A number stands as it is written; words with a hyphen between them may be apart."""
    words = tuple(WORD.findall(text))
    if _HAS_DIGIT.search(text):
        node = Phrase(words)
        if year := _WHOLE_YEAR.fullmatch(text):  # 35746/2011 is 35746/11, or a number of its own
            node = Or((node, Phrase((words[0], year[1]))))
        return _Token("term", here, here + len(text), node=node)
    *first, last = words
    node = And((*map(_plain, first), Prefix(last) if is_prefix else _plain(last)))
    return _Token("term", here, here + len(text) + is_prefix, node=node)


def _not_a_field(name: str) -> Promise:
    return format_lazy(_FIELD, name=name)


def _joint(kind: type[And | Or], parts: list[Node]) -> Node | None:
    """The parts as one node, without nodes of the same kind inside it."""
    flat = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, kind) else [part])
    return kind(tuple(flat)) if len(flat) > 1 else next(iter(flat), None)


class _Reader:
    """Makes a tree of tokens; adds to the notices what it has to leave out."""

    def __init__(self, tokens: list[_Token], notices: list[Promise]):
        self.notices = notices
        self.tokens = self._paired(tokens)
        self.here = 0
        self.is_in_field = False

    def _paired(self, tokens):
        """Without parentheses that close nothing or lie too deep; what is open closes at the end."""
        opened, left_out = [], set()
        for place, token in enumerate(tokens):
            if token.kind == "open":
                opened.append(place)
                if len(opened) > DEEPEST:
                    left_out.add(place)
            elif token.kind == "close" and (not opened or opened.pop() in left_out):
                left_out.add(place)
        if opened or left_out:
            self.notices.append(_PARENTHESIS)
        return [token for place, token in enumerate(tokens) if place not in left_out]

    def _kind(self, ahead=0):
        place = self.here + ahead
        return self.tokens[place].kind if place < len(self.tokens) else ""

    def all(self) -> Node | None:
        """What stands side by side, up to the end or the closing parenthesis."""
        parts = []
        while self._kind() not in ("", "close"):
            if part := self._any():
                parts.append(part)
        if all(isinstance(part, Not) for part in parts):
            parts = self._included(parts)
        return _joint(And, parts)

    def _any(self):
        """What OR connects."""
        parts = [self._one()]
        while self._kind() == "or" and self._kind(1) not in ("", "or", "close"):
            self.here += 1
            parts.append(self._one())
        parts = [part for part in parts if part]
        return _joint(Or, self._included(parts) if len(parts) > 1 else parts)

    def _included(self, parts):
        """Where there is nothing to exclude from, what was excluded is looked for."""
        if any(isinstance(part, Not) for part in parts):
            self.notices.append(_ONLY_MINUS)
        return [part.part if isinstance(part, Not) else part for part in parts]

    def _one(self):
        token = self.tokens[self.here]
        self.here += 1
        if token.kind == "open":
            node = self.all()
            self.here += 1  # over the closing one
            return node
        if token.kind == "minus":
            return self._excluded(token)
        if token.kind == "field":
            return self._in_field(token)
        if token.kind == "or":
            self.notices.append(_OR)
        return token.node

    def _excluded(self, minus):
        if len(minus.text) > 1 or not self._touches(minus):
            self.notices.append(_MINUS)
            return None
        part = self._one()
        return Not(part) if part else None

    def _in_field(self, field):
        if self.is_in_field or not self._touches(field):
            self.notices.append(_not_a_field(field.text))
            return Word(field.text)
        self.is_in_field = True
        node = self._one()
        self.is_in_field = False
        return Field(FIELDS[fold(field.text)], node) if node else None

    def _touches(self, token):
        """Does something that can be looked for follow without a space?"""
        return (
            self._kind() in ("term", "field", "open") and self.tokens[self.here].start == token.end
        )
