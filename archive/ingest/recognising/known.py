"""What the archive knows, drafts too, by every spelling: held in the process, read before each text.

Reading is quick, taking words apart is not: only the spellings of records that changed since the
last text are taken apart anew.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from threading import RLock
from typing import NamedTuple

from archive.models import (
    LegalCase,
    Organisation,
    OrganisationKind,
    Person,
    Place,
    PlaceKind,
    Role,
    Status,
)
from archive.search.analyser import WORD, fold, keys
from archive.search.authority import Names, heard
from archive.search.records import SEARCHED, columns

from . import lexicon

KINDS = {"organisation": Organisation, "person": Person, "place": Place, "legalcase": LegalCase}
_PARENTHESES = re.compile(r"\s*\(([^()]*)\)")
_QUOTED = re.compile(r"[«“\"]([^«»“”\"]+)[»”\"]")
_SLASH = re.compile(r"\s+/\s+")
VERSUS = re.compile(r"\b(?:v|vs|против|ընդդեմ|qarşı)\b\.?")
_REPRESENTS = re.compile(
    r"\b(?:representative|envoy|представитель|спецпредставитель)\b", re.IGNORECASE
)
_NUMBERS = ("application_numbers", "ecli", "hudoc_item_id")
_HELD = ("person_id", "organisation__country", "title_en", "title_ru")
_MOST_WORDS = 12
_STATE_WORDS = frozenset(
    ["republic", "of", "the", "and", "республика", "kingdom", "state", "federation"]
)
_DEPUTY = re.compile(r"\b(?:deputy|vice|former|acting|заместитель|бывший|вице)\b", re.IGNORECASE)
_NO_SOUND = 5  # consonants that a place at least has to be met by sound


class Spelling(NamedTuple):
    """One way to write the name of one record. kind: of the record, a key of `KINDS`."""

    kind: str
    pk: int
    text: str
    is_acronym: bool


@dataclass(frozen=True)
class Body:
    """An organisation as far as recognising goes. is_state: the government of a country itself."""

    kind: str
    country: str
    parent: int | None
    is_state: bool
    represents: bool  # speaks for the body above it


@dataclass(frozen=True)
class Case:
    """parties: the words that name the applicants. respondents: codes of countries."""

    kind: str
    court: int | None
    parties: tuple[str, ...]
    respondents: frozenset[str]
    titles: tuple[str, ...]
    incidents: frozenset[int]


class Known:
    """names: entries are `Spelling` and `lexicon.Term`. states: countries, offices and posts only."""

    def __init__(self):
        self.names, self.states = Names(), Names()
        self._spellings: dict[tuple[str, int], tuple[Spelling, ...]] = {}
        self._plain: dict[tuple[str, int], tuple[Spelling, ...]] = {}
        self._rows: dict[str, dict[int, dict]] = {}
        self._codes: set[str] = set()
        self._state: tuple | None = None
        self.memo: dict = {}  # what was worked out from the names, as long as they stay

    def read(self) -> None:
        """Puts what is known in step with the database. Seven queries; no more work where nothing
        has changed since the last time."""
        rows = {
            "organisation": _rows(Organisation, "kind", "country", "parent_id"),
            "person": _rows(Person),
            "place": _rows(Place, "kind", "country"),
            "legalcase": _rows(LegalCase, "kind", "court_id", *_NUMBERS),
        }
        held = list(Role.objects.values_list(*_HELD).order_by("pk"))
        respondents = _links(LegalCase.respondents.through, "legalcase_id", "organisation_id")
        incidents = _links(LegalCase.incidents.through, "legalcase_id", "incident_id")
        state = rows, held, respondents, incidents
        if state == self._state:
            return
        self._state, self.memo = None, {}  # should it fail halfway, the next one begins anew
        bodies, places = rows["organisation"], rows["place"]
        codes = {row["country"] for found in (bodies, places) for row in found.values()}
        self._take_countries({*codes, *lexicon.ADJECTIVES} - {""})
        spelt = {
            (kind, pk): self._spelt(kind, pk, row)
            for kind, found in rows.items()
            for pk, row in found.items()
        }
        self._rows = rows
        self._spell_out(spelt, bodies)
        self._take_spellings(spelt)
        self.bodies = {pk: self._body(row, spelt["organisation", pk]) for pk, row in bodies.items()}
        self.capital_of = {
            pk: row["country"] for pk, row in places.items() if row["kind"] == PlaceKind.CAPITAL
        }
        self._connect_bodies(spelt)
        self._connect_people(spelt)
        self._connect_roles(held)
        self._connect_places(spelt)
        self._connect_cases(rows["legalcase"], respondents, incidents)
        self._state = state

    def _spelt(self, kind: str, pk: int, row: dict) -> tuple[Spelling, ...]:
        """The spellings of a record, those found before where its row is the same."""
        if self._rows.get(kind, {}).get(pk) == row:
            return self._plain[kind, pk]
        found = tuple(Spelling(kind, pk, *one) for one in _spellings(KINDS[kind], row))
        self._plain[kind, pk] = found
        return found

    def _take_countries(self, codes: Iterable[str]) -> None:
        if new := set(codes) - self._codes:
            for names in (self.names, self.states):
                lexicon.put_states(names, new)
            self._codes |= new

    def _take_spellings(self, spelt: dict[tuple[str, int], tuple[Spelling, ...]]) -> None:
        for entry in self._spellings.keys() | spelt.keys():
            former, now = self._spellings.get(entry, ()), spelt.get(entry, ())
            for spelling in set(former) - set(now):
                self.names.put(spelling, [], proper=False)
            for spelling in set(now) - set(former):
                self.names.put(spelling, [spelling.text], proper=False)
        self._spellings = spelt

    @staticmethod
    def _spell_out(spelt: dict[tuple[str, int], tuple[Spelling, ...]], bodies: dict) -> None:
        """Adds the names of international bodies in further languages; and where a name begins with
        that of the body above, written in one way, also in the others: “European Union envoy”."""
        for pk, row in bodies.items():
            own, above = (
                spelt["organisation", pk],
                spelt.get(("organisation", row["parent_id"]), ()),
            )
            more = [
                Spelling("organisation", pk, other.text + one.text[len(part.text) :], False)
                for one in own
                for part in above
                if one.text.startswith(f"{part.text} ")
                for other in above
                if other.text[0].isascii() == part.text[0].isascii()
            ]
            others = [
                Spelling("organisation", pk, text, text.isupper())
                for one in own
                for text in lexicon.other_names(one.text)
            ]
            spelt["organisation", pk] = tuple(dict.fromkeys((*own, *more, *others)))

    def terms(self, text: str) -> dict[str, set[str]]:
        """What a name or a function says of offices, posts and countries: kind → keys."""
        found = defaultdict(set)
        for match in self.states.written_in(WORD.findall(text)):
            for term in match.entries:
                found[term.kind].add(term.key)
        return found

    def _body(self, row: dict, spelt: tuple[Spelling, ...]) -> Body:
        is_government = row["kind"] == OrganisationKind.GOVERNMENT and not row["parent_id"]
        is_state = is_government and any(self._is_country(one.text) for one in spelt)
        represents = any(_REPRESENTS.search(one.text) for one in spelt)
        return Body(row["kind"], row["country"], row["parent_id"], is_state, represents)

    def _is_country(self, text: str) -> bool:
        words = [word for word in WORD.findall(text) if fold(word) not in _STATE_WORDS]
        return bool(words) and any(
            term.kind == "country" for term in self.states.called(" ".join(words))
        )

    def _connect_bodies(self, spelt: dict) -> None:
        self.state_of = {body.country: pk for pk, body in self.bodies.items() if body.is_state}
        self.office_of: dict[tuple[str, str], int] = {}
        for pk, body in self.bodies.items():
            for one in spelt["organisation", pk]:
                terms = self.terms(one.text)
                if body.country in terms["country"] and len(terms["office"]) == 1:
                    self.office_of.setdefault((*terms["office"], body.country), pk)
        self.office_held_by = {pk: office for (office, _country), pk in self.office_of.items()}

    def _connect_people(self, spelt: dict) -> None:
        self.surnames, self.alone = defaultdict(set), defaultdict(set)
        self.given, self.sounding = defaultdict(set), defaultdict(set)
        for pk in (pk for kind, pk in spelt if kind == "person"):
            for one in spelt["person", pk]:
                words = WORD.findall(one.text)
                for key in keys(words[-1]):
                    (self.surnames if len(words) > 1 else self.alone)[key].add(pk)
                if 1 < len(words) < 4:
                    self.given[pk].update(keys(words[0]))
                    for first in heard(words[0]):
                        for last in heard(words[-1]):
                            self.sounding[first, last].add(pk)

    def _connect_roles(self, rows: list[tuple]) -> None:
        self.held = defaultdict(set)
        for person, country, *titles in rows:
            for title in filter(None, titles):
                self._take_role(person, country, title)

    def _take_role(self, person: int, country: str, title: str) -> None:
        terms = self.terms(title)
        posts = terms["post"] | (terms["office"] & lexicon.POSTS.keys())
        countries = terms["country"] or {country}
        if len(posts) == 1 and len(countries) == 1 and not _DEPUTY.search(title):
            self.held[(*posts, *countries)].add(person)

    def _connect_places(self, spelt: dict) -> None:
        self.place_sounds = defaultdict(set)
        for kind, pk in spelt:
            for one in spelt[kind, pk] if kind == "place" else ():
                if len(WORD.findall(one.text)) == 1:
                    for sound in heard(one.text):
                        if sum(map(str.isupper, sound)) >= _NO_SOUND:
                            self.place_sounds[sound].add(pk)

    def _connect_cases(self, rows: dict[int, dict], respondents: dict, incidents: dict) -> None:
        self.cases, self.numbers = {}, defaultdict(set)
        for pk, row in rows.items():
            titles = tuple(filter(None, (row["title_en"], row["title_ru"])))
            against = {
                self.bodies[body].country for body in respondents.get(pk, ()) if body in self.bodies
            }
            self.cases[pk] = Case(
                row["kind"],
                row["court_id"],
                tuple(dict.fromkeys(word for title in titles for word in _parties(title))),
                frozenset(against - {""}),
                titles,
                frozenset(incidents.get(pk, ())),
            )
            for number in (*row["application_numbers"], row["ecli"], row["hudoc_item_id"]):
                self.numbers[number.casefold()].add(pk)
        self.numbers.pop("", None)


def _rows(model, *fields: str) -> dict[int, dict]:
    """Every record that is not withdrawn, by number: its names and these fields."""
    wanted = {*columns(model, SEARCHED[model].called), *fields}
    records = model._base_manager.exclude(status=Status.WITHDRAWN)
    return {row["pk"]: row for row in records.values("pk", *wanted)}


def _links(through, owner: str, other: str) -> dict[int, set[int]]:
    found = defaultdict(set)
    for one, two in through.objects.values_list(owner, other):
        found[one].add(two)
    return found


def _spellings(model, row: dict) -> Iterator[tuple[str, bool]]:
    """Every way to write the names in a row, and whether it is an acronym; single letters are none."""
    names = SEARCHED[model].called if model is not LegalCase else ("title",)
    seen = set()
    for column in columns(model, names):
        value = row[column] or ()
        for name in (value,) if isinstance(value, str) else value:
            for text in _variants(name):
                length = len(WORD.findall(text))
                if text not in seen and len(text) > 1 and 0 < length <= _MOST_WORDS:
                    seen.add(text)
                    is_acronym = length == 1 and (text.isupper() or column.startswith("acronym"))
                    yield text, is_acronym


def _variants(name: str) -> Iterator[str]:
    """The name without what stands in parentheses, and the names that stand there in quotation
    marks, in capitals or as the parties of a case; the names on either side of a slash."""
    yield from _SLASH.split(_PARENTHESES.sub("", name))
    for inside in _PARENTHESES.findall(name):
        yield from _QUOTED.findall(inside)
        if inside.isupper() or VERSUS.search(inside):
            yield inside


def _parties(title: str) -> list[str]:
    """The words that name the applicants: Saribekyan, Balyan. None where there is no “v.”."""
    before, versus, _after = _partition(title)
    words = WORD.findall(before) if versus else []
    return [word for word in words if word[0].isupper() and fold(word) not in ("others", "k.s")]


def _partition(text: str) -> tuple[str, str, str]:
    if found := VERSUS.search(text):
        return text[: found.start()], found[0], text[found.end() :]
    return text, "", ""


_known, _lock = Known(), RLock()


def known() -> Known:
    """What the archive knows now. Not changed while the lock of `reading` is held."""
    _known.read()
    return _known


def reading() -> RLock:
    """Held while a text is read, so that no other thread changes what is known meanwhile."""
    return _lock
