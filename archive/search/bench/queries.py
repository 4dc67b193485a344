"""Queries of every kind, drawn from the corpus, so that they find what they are meant to find."""

import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from archive.search.analyser import keys

from .corpus import LANGUAGES, SENTENCE, SUMMARY, TITLE, Corpus, Sample

WARMING = 5  # further queries of every kind, asked before the clock starts
_WHOLE = {"en": re.compile(r"[a-z]{4,}"), "ru": re.compile(r"[а-яё]{4,}")}


@dataclass(frozen=True)
class Query:
    """text: as a reader types it. words: the same for engines with another query language; a
    phrase of them, where is_phrase."""

    text: str
    language: str = "en"
    words: tuple[str, ...] = ()
    is_phrase: bool = False
    chosen: dict[str, list[str]] = field(default_factory=dict)


# What is typed into the box, of which suggestions are made.
TYPED = "suggestions"


def draw_queries(corpus: Corpus, seed: int, amount: int) -> dict[str, list[Query]]:
    """Kind of query → `amount` different queries of it and WARMING more, in a random order; fewer
    where a small corpus has no more."""
    drawing = _Drawing(corpus, np.random.default_rng([seed, 0]), amount + WARMING)
    return {kind: drawing.different(draw) for kind, draw in KINDS.items()}


class _Drawing:
    def __init__(self, corpus: Corpus, random: np.random.Generator, amount: int):
        self.corpus, self.random, self.amount = corpus, random, amount
        self._bands: dict[tuple, list[str]] = {}

    def different(self, draw: Callable[["_Drawing"], Query | None]) -> list[Query]:
        found: dict[str, Query] = {}
        for _attempt in range(self.amount * 50):
            if query := draw(self):
                found.setdefault(f"{query.text} {query.chosen}", query)
            if len(found) == self.amount:
                break
        return list(found.values())

    def one(self, values):
        return values[int(self.random.integers(len(values)))]

    def language(self) -> str:
        return self.one(LANGUAGES)

    def word(self, code: str, least: float, most: float) -> str:
        """A word that stands about so often in the corpus: at least, at most."""
        band = (code, least, most)
        if band not in self._bands:
            used, words = self.corpus.used[code], self.corpus.lexicons[code].words
            positions = np.flatnonzero((used >= least) & (used <= most))
            if len(positions) > 5_000:
                positions = self.random.choice(positions, 5_000, replace=False)
            known = [words[position] for position in positions.tolist()]
            self._bands[band] = [w for w in known if _WHOLE[code].fullmatch(w) and keys(w)]
        return self.one(self._bands[band] or ["word"])

    def rare(self, code: str) -> str:
        return self.word(code, 1, 20)

    def middling(self, code: str) -> str:
        """In about one document of a hundred."""
        return self.word(code, self.corpus.size * 0.005, self.corpus.size * 0.02)

    def frequent(self, code: str) -> str:
        """In about three documents of ten: used n times by `size` documents, a word is in
        1 - exp(-n / size) of them."""
        return self.word(code, self.corpus.size * 0.22, self.corpus.size * 0.6)

    def common(self, code: str) -> set[str]:
        used, words = self.corpus.used[code], self.corpus.lexicons[code].words
        often = np.flatnonzero(used >= self.corpus.size * 0.1).tolist()
        return {words[position] for position in often}

    def sample(self) -> Sample:
        return self.one(self.corpus.samples)

    def adjacent(self, code: str, within: set[str] | None = None) -> list[str] | None:
        """Two words that stand beside each other in some document, in one sentence."""
        words = self.sample().texts[code][TITLE + SUMMARY :]
        places = [
            place
            for place in range(len(words) - 1)
            if (place + 1) % SENTENCE
            and all(
                _WHOLE[code].fullmatch(word) and (within is None or word in within) and keys(word)
                for word in words[place : place + 2]
            )
        ]
        if not places:
            return None
        place = self.one(places)
        return words[place : place + 2]


def _words(drawing: _Drawing, draw, count: int = 1) -> Query:
    code = drawing.language()
    words = tuple(draw(drawing, code) for _word in range(count))
    return Query(" ".join(words), code, words)


def _rare(drawing):
    return _words(drawing, _Drawing.rare)


def _frequent(drawing):
    return _words(drawing, _Drawing.frequent)


def _two_frequent(drawing):
    return _words(drawing, _Drawing.frequent, 2)


def _phrase(drawing, within=None):
    code = drawing.language()
    words = drawing.adjacent(code, within(drawing, code) if within else None)
    return words and Query(f'"{" ".join(words)}"', code, tuple(words), is_phrase=True)


def _common_phrase(drawing):
    return _phrase(drawing, _Drawing.common)


def _narrowed(drawing):
    """A word, and two facet values of a document that it stands in."""
    code, sample = drawing.language(), drawing.sample()
    usual = drawing.common(code)
    words = [w for w in sample.texts[code] if w in usual and _WHOLE[code].fullmatch(w) and keys(w)]
    names = drawing.random.permutation(sorted(sample.facets))[:2].tolist()
    if not words:
        return None
    word = drawing.one(words)
    chosen = {name: [drawing.one(sample.facets[name])] for name in names}
    return Query(word, code, (word,), chosen=chosen)


def _browse(drawing):
    """Nothing typed: everything, or what has one value of a facet."""
    facets = drawing.sample().facets
    name = drawing.one([*facets, ""])
    return Query("", drawing.language(), chosen={name: facets[name][:1]} if name else {})


def _short_prefix(drawing):
    code = drawing.language()
    return Query(f"{drawing.middling(code)[: drawing.one([2, 3])]}*", code)


def _long_prefix(drawing):
    code = drawing.language()
    word = drawing.middling(code)
    return Query(f"{word[: max(4, len(word) - 2)]}*", code)


def _either(drawing):
    code = drawing.language()
    between = {"en": "OR", "ru": "ИЛИ"}[code]
    return Query(f"{drawing.middling(code)} {between} {drawing.frequent(code)}", code)


def _without(drawing):
    code = drawing.language()
    return Query(f"{drawing.frequent(code)} -{drawing.middling(code)}", code)


def _name(drawing):
    """A place as it is written in a script that the documents are not in."""
    *_written, azerbaijani, armenian = drawing.one(drawing.corpus.places)
    return Query(drawing.one([azerbaijani, armenian]), drawing.language())


_NUMBERS = ("{}", "no. {}", "№ {}", "жалоба № {}", "application no. {}")


def _number(drawing):
    number = drawing.one(drawing.corpus.numbers[: max(20, drawing.corpus.size // 20)])
    return Query(drawing.one(_NUMBERS).format(number), drawing.language())


def _nothing(drawing):
    letters = drawing.random.choice(list("bcdfghjklmnpqrstvwxz"), size=10)
    return Query("".join(letters.tolist()), "en")


def _typed(drawing):
    """The beginning of a name or a word, as it stands in the box when the reader pauses."""
    names = drawing.one([drawing.corpus.places, drawing.corpus.organisations])
    whole = drawing.one([*drawing.one(names), drawing.one(drawing.corpus.numbers)])
    return Query(whole[: int(drawing.random.integers(1, len(whole) + 1))], drawing.language())


KINDS: dict[str, Callable[[_Drawing], Query | None]] = {
    "rare term": _rare,
    "frequent term": _frequent,
    "two frequent": _two_frequent,
    "phrase": _phrase,
    "common phrase": _common_phrase,
    "term + 2 facets": _narrowed,
    "browse": _browse,
    "short prefix": _short_prefix,
    "long prefix": _long_prefix,
    "either": _either,
    "without": _without,
    "name": _name,
    "case number": _number,
    "no result": _nothing,
    TYPED: _typed,
}


def save(queries: dict[str, list[Query]], file: Path) -> None:
    rows = {kind: [asdict(query) for query in drawn] for kind, drawn in queries.items()}
    file.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")


def load(file: Path) -> dict[str, list[Query]]:
    rows = json.loads(file.read_text(encoding="utf-8"))
    return {
        kind: [Query(**{**row, "words": tuple(row["words"])}) for row in drawn]
        for kind, drawn in rows.items()
    }
