"""Words that the reader may have meant, from the vocabulary of what is public."""

from itertools import islice, product

from django.db import connection
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from . import columns
from .analyser import fold
from .columns import View
from .engine import Answer
from .language import Word, rewritten
from .lookup import Lookup

_MOST_LOOKED_AT = 20_000  # terms that begin with the same letter
_SHORTEST = 4
_MOST_WORDS, _MOST_TRIED = 3, 6  # each try is a search


def corrected(answer: Answer, most: int = 3) -> list[tuple[str, int]]:
    """Other queries, each with how many records it finds: unknown words written otherwise. Only
    such as find something, the likeliest first."""
    tree, found = answer.parsed.tree, []
    unknown = list(dict.fromkeys(answer.unknown))[:_MOST_WORDS]
    nearest = [near(word, view=answer.view) for word in unknown]
    for others in islice(product(*nearest), _MOST_TRIED):
        other = rewritten(tree, dict(zip(unknown, others, strict=True)))
        if other != tree and (total := answer.asked(text=str(other)).total):
            found.append((str(other), total))
    return found[:most]


def near(word: str, most: int = 5, view: View | None = None) -> list[str]:
    """Words of public records at most two letters away (one, where it is short)."""
    folded = fold(word)
    if len(folded) < _SHORTEST:
        return []
    view = view or columns.current()
    allowed = 1 if len(folded) < 6 else 2
    for start in (folded[:2], folded[:1]):  # most err later in a word
        matches = process.extract(
            folded,
            _terms(view, start),
            scorer=DamerauLevenshtein.distance,
            score_cutoff=allowed,
            limit=2 * most,
        )
        lookup = Lookup(view)
        if found := [term for term, *_ in matches if len(lookup.find(Word(term)))]:
            return found[:most]
    return []


def _terms(view, start: str) -> list[str]:
    begin = b"w" + start.encode()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT term FROM archive_searchposting WHERE edition = %s AND term >= %s "
            f"AND term < %s AND segment <= %s ORDER BY term LIMIT {_MOST_LOOKED_AT}",
            [view.edition, begin, begin + b"\xff", view.merged],
        )
        terms = {bytes(row[0]) for row in cursor.fetchall()}
    return [term[1:].decode() for term in terms.union(view.recent.beginning_with(begin))]
