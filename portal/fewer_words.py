"""Ways on where words find nothing together: the query without one of them, or with any of them."""

import re

from archive.search import Answer
from archive.search.language import And, Node, Not, Or, Word

from .panel import Address

_HAS_DIGIT = re.compile(r"\d")
_MOST_TRIED, _MOST_SHOWN = 8, 5  # each try is a search


def fewer_words(answer: Answer, address: Address) -> dict:
    """fewer: words to leave out, each with what is found without it, most first; any_word: what
    is found by any of the words, where leaving one out is not enough; or_is_a_word: whether an
    “or” in small letters was searched for as a word; only_numbers: whether there is nothing in
    the query that could be spelled otherwise."""
    tree = None if answer.total else answer.parsed.tree
    parts = tree.parts if isinstance(tree, And) else ()
    fewer = _fewer(answer, address, parts)
    return {
        "fewer": fewer,
        "any_word": None if fewer else _any_word(answer, address, parts),
        "or_is_a_word": any(map(_is_or, parts[1:-1])),
        "only_numbers": all(map(_HAS_DIGIT.search, answer.parsed.text.split())),
    }


def _fewer(answer: Answer, address: Address, parts: tuple[Node, ...]) -> list[dict]:
    ways = []
    for at, part in enumerate(parts[:_MOST_TRIED]):
        others = parts[:at] + parts[at + 1 :]
        if not all(isinstance(other, Not) for other in others):
            ways.append({"without": str(part), **_way(answer, address, And(others))})
    found = sorted((way for way in ways if way["count"]), key=lambda way: -way["count"])
    return found[:_MOST_SHOWN]


def _any_word(answer: Answer, address: Address, parts: tuple[Node, ...]) -> dict | None:
    wanted = tuple(part for part in parts if not isinstance(part, Not) and not _is_or(part))
    if len(wanted) < 2:
        return None
    excluded = tuple(part for part in parts if isinstance(part, Not))
    way = _way(answer, address, And((Or(wanted), *excluded)))
    return way if way["count"] else None


def _way(answer: Answer, address: Address, tree: Node) -> dict:
    query = str(tree)
    count = answer.asked(text=query).total
    return {"count": count, "address": address.having(q=query, page=None, sort=None)}


def _is_or(node: Node) -> bool:
    return isinstance(node, Word) and node.text.lower() in ("or", "или")
