"""What a reader may be about to type: names and numbers in every script, then titles."""

from dataclasses import dataclass

from django.db.models import Model
from modeltranslation.settings import AVAILABLE_LANGUAGES

from archive.models import Claim

from . import columns
from .analyser import WORD, fold
from .engine import Answer, Question
from .records import KINDS, SEARCHED

LONGEST_TEXT = 80
_SHORTEST_TITLE = 3  # letters of its last word, before titles are looked through


@dataclass(frozen=True)
class Suggestion:
    """A public record and the text by which it was found; language: of that text, "" where it is
    a name or number of no language in particular. heading: what the record is headed, where the
    text is another name or its number, with the language of the heading."""

    model: type[Model]
    pk: int
    slug: str
    text: str
    language: str = ""
    heading: str = ""
    heading_language: str = ""


def suggest(text: str, limit: int = 8, language: str = "en") -> list[Suggestion]:
    """At most `limit` records that go on as the text begins; headings in the reader's language
    where there is one. Never raises on what a reader types."""
    typed = " ".join(WORD.findall(text[:LONGEST_TEXT]))
    if not typed:
        return []
    found = _named(text[:LONGEST_TEXT], limit, language)
    return found + _titled(typed, limit - len(found), language) if len(found) < limit else found


def _named(text: str, limit: int, language: str) -> list[Suggestion]:
    view, found = columns.current(), []
    for (kind, pk), spelling in view.names.starting_with(text, limit):
        row = view.row_of(kind, pk)
        if row is not None:
            found.append(_by_name(KINDS[kind], pk, view.said[row], spelling, text, language))
    return found


def _by_name(model, pk: int, said, spelling: str, typed: str, language: str) -> Suggestion:
    code, heading = said.in_language(language)
    if fold(typed) in fold(heading):
        return Suggestion(model, pk, said.slug, heading, code)
    its = next((one for one, name in said.heading.items() if name == spelling), "")
    return Suggestion(model, pk, said.slug, spelling, its, heading, code)


def _titled(typed: str, limit: int, language: str) -> list[Suggestion]:
    """Documents and incidents have titles and no names: found by the words of these. What claims
    say belongs beside their speakers, and some of it behind a warning."""
    *_whole, last = words = typed.split()
    if len(fold(last)) < _SHORTEST_TITLE:
        return []
    kinds = tuple(kind for kind in KINDS if not SEARCHED[kind].called and kind is not Claim)
    query = " ".join(f"title:{word}" for word in words[:-1]) + f" title:{last}*"
    hits = Answer(columns.current(), Question(kinds=kinds, text=query)).page(0, limit)
    return [one for one in map(_Titles(hits, language), hits) if one]


class _Titles:
    """The headings of some records, read in one query a kind."""

    def __init__(self, hits, language: str):
        self.rows, self.languages = {}, sorted(AVAILABLE_LANGUAGES, key=lambda one: one != language)
        for kind in {hit.kind for hit in hits}:
            names = [f"{kind.heading_field}_{code}" for code in self.languages]
            rows = kind.objects.published().filter(pk__in=[h.pk for h in hits if h.kind is kind])
            for row in rows.order_by().values("pk", "slug", *names):
                self.rows[kind, row["pk"]] = row

    def __call__(self, hit) -> Suggestion | None:
        row = self.rows.get(tuple(hit), {})
        for language in self.languages:
            if text := row.get(f"{hit.kind.heading_field}_{language}"):
                return Suggestion(hit.kind, hit.pk, row["slug"], text, language)
        return None
