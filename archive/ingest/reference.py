"""The reference data as fixtures: eight lists of sourced facts, with the editors' values over them.

Pure conversion, no database: one function a kind turns a reference record and its editorial
values into the fields of a fixture. What the editors wrote wins over the reference.

Every row has a fixed number, so that files load in any order and twice. References that a
constraint of the database wants at once (a claim's speaker, a case's court, the parent of a row)
are numbers; all others are slugs.
"""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from archive.models import Access, Status, TranslationKind
from archive.models.dates import bounds
from archive.models.places import COARSE

KINDS = (
    "organisations",
    "persons",
    "places",
    "violations",
    "incidents",
    "cases",
    "documents",
    "claims",
)
# When the demonstration corpus was entered: fixed, so that the fixtures are the same every time.
ENTERED = "2026-11-01T00:00:00Z"
STATE = {
    "status": Status.PUBLISHED.value,
    "access": Access.PUBLIC.value,
    "published_at": ENTERED,
    "created_at": ENTERED,
    "updated_at": ENTERED,
}
_YEAR_OF_OFFICE = re.compile(r"\s*\((\d{4})\)\s*$")
_NO_BREAK = re.compile(r" (?=— |– \d)|(?<=[№§¶]) (?=\d)|(?<=\d) (?=\d{3}\b)")
_GAZETTEER = re.compile(r"^GeoNames data in .*\((\w+)\.json\)$")

Record = dict
Rows = Iterator[Record]


def fixtures(reference: Path, editorial: Path) -> dict[str, list[Record]]:
    """All fixtures by file name, each a list of serialised rows in a fixed order."""
    return Corpus(reference, editorial).fixtures()


class Corpus:
    """The lists as read, the numbers of their records, and the fixtures made of them."""

    def __init__(self, reference: Path, editorial: Path):
        self.records, self.editorial, self.numbers = {}, {}, {}
        for kind in KINDS:
            records = {_slug(record): record for record in _read(reference / f"{kind}.json")}
            self.records[kind] = dict(sorted(records.items()))
            self.numbers[kind] = {slug: pk for pk, slug in enumerate(self.records[kind], 1)}
            self.editorial[kind] = _read(editorial / f"{kind}.json")
            if missing := records.keys() - self.editorial[kind].keys():
                raise ValueError(f"{kind}: no editorial values for {', '.join(sorted(missing))}")
        self._next_child = {}

    def fixtures(self) -> dict[str, list[Record]]:
        return {kind: list(self._rows(kind, CONVERSIONS[kind])) for kind in KINDS}

    def _rows(self, kind: str, convert: Callable) -> Rows:
        for slug, record in self.records[kind].items():
            yield from convert(self, slug, record, self.editorial[kind][slug])

    def number(self, kind: str, slug: str | None) -> int | None:
        return self.numbers[kind][slug] if slug else None

    def child(self, model: str, fields: Record) -> Record:
        """A row that belongs to a record, numbered in the order of writing."""
        self._next_child[model] = number = self._next_child.get(model, 0) + 1
        return row(model, number, fields)

    def sources(self, record: Record) -> str:
        """Where the facts were seen, one a line; a source kept as a file goes by its address."""
        addresses = {
            document["source_file"]: document["url"] or document["title"]
            for document in self.records["documents"].values()
            if document["source_file"]
        }
        lines = (addresses.get(source, source) for source in record["sources"])
        return _lines(dict.fromkeys(_GAZETTEER.sub(r"GeoNames (\1)", line) for line in lines))


def organisation(corpus: Corpus, slug: str, record: Record, edited: Record) -> Rows:
    yield row(
        "organisation",
        corpus.number("organisations", slug),
        {
            "slug": slug,
            **STATE,
            **text("name", _chosen("name", record, edited)),
            **text("acronym", _chosen("acronym", record, edited)),
            "aliases": _lines(_chosen("aliases", record, edited)),
            "is_plural": edited.get("plural", False),
            "kind": record["type"],
            "side": edited["side"],
            "is_de_facto": edited.get("de_facto", False),
            "parent": natural(record["parent"]),
            "country": edited["country"],
            "website": record["website"],
            "wikidata": record["wikidata"],
            **text("note", edited["note"]),
            "sources": corpus.sources(record),
        },
    )


def person(corpus: Corpus, slug: str, record: Record, edited: Record) -> Rows:
    number = corpus.number("persons", slug)
    yield row(
        "person",
        number,
        {
            "slug": slug,
            **STATE,
            **text("name", _chosen("name", record, edited)),
            "aliases": _lines(_chosen("aliases", record, edited)),
            "side": edited["side"],
            **text("note", edited["note"]),
            "sources": corpus.sources(record),
        },
    )
    title, year = _without_year(_chosen("role", record, edited))
    yield corpus.child(
        "role",
        {
            "person": number,
            "organisation": corpus.number("organisations", record["organisation"]),
            **text("title", title),
            **date("held", _held(edited) or year),
        },
    )


def place(corpus: Corpus, slug: str, record: Record, edited: Record) -> Rows:
    names = record["names"] | (edited.get("names") or {})
    yield row(
        "place",
        corpus.number("places", slug),
        {
            "slug": slug,
            **STATE,
            **text("name", names),
            "azerbaijani_name": names["az"],
            "armenian_name": names["hy"],
            "variants": _lines(_chosen("variants", record, edited)),
            "kind": record["kind"],
            "country": edited["country"],
            **_point(record),
            "precision": edited["precision"],
            "geonames": record["geonames"],
            "wikidata": record["wikidata"],
            **text("note", edited["note"]),
            "sources": corpus.sources(record),
        },
    )


def violation(corpus: Corpus, slug: str, record: Record, edited: Record) -> Rows:
    number = corpus.number("violations", slug)
    yield row(
        "violationtype",
        number,
        {
            "slug": slug,
            **text("label", _chosen("label", record, edited)),
            **text("description", _chosen("description", record, edited)),
            **text("note", edited["note"]),
            "sources": corpus.sources(record),
        },
    )
    for position, reference in enumerate(edited["references"], 1):
        yield corpus.child(
            "treatyreference",
            {
                "violation_type": number,
                **text("instrument", reference["instrument"]),
                "article": reference["article"],
                **text("detail", _both(reference["detail"])),
                "unverified": reference.get("unverified", False),
                "position": position,
            },
        )


def incident(corpus: Corpus, slug: str, record: Record, edited: Record) -> Rows:
    yield row(
        "incident",
        corpus.number("incidents", slug),
        {
            "slug": slug,
            **STATE,
            **text("title", _chosen("title", record, edited)),
            **text("summary", _chosen("summary", record, edited)),
            **date("date", record["date"]),
            "phase": record["phase"],
            "victims_side": record["alleged_victims_side"],
            "responsible_side": record["alleged_perpetrator_side"],
            **_sensitivity(record),
            "places": _naturals(record["places"]),
            "violation_types": _naturals(record["violation_types"]),
            **text("note", edited["note"]),
            "sources": corpus.sources(record),
        },
    )


def case(corpus: Corpus, slug: str, record: Record, edited: Record) -> Rows:
    number = corpus.number("cases", slug)
    yield row(
        "legalcase",
        number,
        {
            "slug": slug,
            **STATE,
            **text("title", _chosen("title", record, edited)),
            **text("summary", _chosen("summary", record, edited)),
            "kind": record["type"],
            "court": corpus.number("organisations", record["court"]),
            **text("forum", edited["forum"]),
            "application_numbers": _lines(record["application_numbers"]),
            "ecli": record["ecli"],
            "hudoc_item_id": record["hudoc_itemid"],
            **text("applicants", edited["applicants"]),
            "applicant_side": edited["applicant_side"],
            "applicant_organisations": _naturals(edited["applicant_organisations"]),
            "respondents": _naturals(record["respondents"]),
            "stage": edited["status"],
            **text("stage_note", edited["status_note"]),
            **text("legal_basis", edited["legal_basis"]),
            **_span(edited["steps"]),
            "incidents": _naturals(record["related_incidents"]),
            "related_cases": _naturals(edited["related_cases"]),
            **text("note", edited["note"]),
            "sources": corpus.sources(record),
        },
    )
    for step in edited["steps"]:
        yield corpus.child(
            "casestep",
            {
                "case": number,
                "kind": step["kind"],
                **date("date", step["date"]),
                **text("note", step["note"]),
            },
        )
    for position, outcome in enumerate(edited["outcomes"], 1):
        yield corpus.child("caseoutcome", _outcome(number, position, outcome))


def _outcome(case_number: int, position: int, outcome: Record) -> Record:
    return {
        "case": case_number,
        "instrument": outcome["instrument"],
        "article": outcome["article"],
        "aspect": outcome["aspect"],
        **text("detail", outcome["detail"]),
        "outcome": outcome["outcome"],
        "votes_for": outcome["votes_for"],
        "votes_against": outcome["votes_against"],
        "unanimous": outcome["unanimous"],
        "respondent": natural(outcome["respondent"]),
        "unverified": outcome["unverified"],
        **text("note", outcome["note"]),
        "position": position,
    }


def document(corpus: Corpus, slug: str, record: Record, edited: Record) -> Rows:
    # A title in brackets is a description of ours: the text itself has none that was seen.
    original_title = "" if record["title"].startswith("(") else record["title"]
    kind_of_text = {
        f"translation_kind_{language}": TranslationKind.ORIGINAL.value
        for language in ("en", "ru")
        if original_title and language == record["language"]
    }
    yield row(
        "document",
        corpus.number("documents", slug),
        {
            "slug": slug,
            **STATE,
            **text("title", edited.get("title") or record["titles"]),
            **kind_of_text,
            "original_title": original_title,
            "language": record["language"],
            "kind": edited["kind"],
            "publisher": natural(record["publisher"]),
            "authors": _lines(record["authors"]),
            **date("published_on", record["published"]),
            "reference": edited["reference"],
            "source_url": record["url"],
            **text("summary", _chosen("summary", record, edited)),
            **_sensitivity(record),
            "cases": _naturals(record["cases"]),
            "incidents": _naturals(record["incidents"]),
            "organisations": _naturals(record["organisations"]),
            "people": _naturals(record["persons"]),
            "places": _naturals(record["places"]),
            **text("note", edited["note"]),
            "sources": corpus.sources(record),
        },
    )


def claim(corpus: Corpus, slug: str, record: Record, edited: Record) -> Rows:
    number = corpus.number("claims", slug)
    figure = edited["figure"] or {}
    yield row(
        "claim",
        number,
        {
            "slug": slug,
            **STATE,
            **_speaker(corpus, record),
            "kind": edited["kind"],
            "aspect": edited["aspect"],
            **date("date", record["date"]),
            **text("text", _chosen("text", record, edited)),
            **_subjects(corpus, edited.get("about") or record["about"]),
            "responds_to": _naturals(edited["responds_to"]),
            "concerns_authenticity": edited.get("authenticity", False),
            **text("verification_method", edited["method"]),
            **date("event_date", edited["event_date"]),
            "figure": figure.get("value"),
            "figure_unit": figure.get("unit"),
            "figure_qualifier": figure.get("qualifier"),
            **text("figure_counted", figure.get("counted")),
            **text("figure_note", figure.get("note")),
            **text("note", edited["note"]),
            "sources": corpus.sources(record),
        },
    )
    paragraph = (record["locator"] or {}).get("paragraph")
    yield corpus.child(
        "citation",
        {
            "claim": number,
            "document": corpus.number("documents", record["reported_in"]),
            "locator_kind": "paragraph" if paragraph else "",
            "locator": str(paragraph or ""),
            "relayed_by": _naturals(record.get("relayed_by") or []),
        },
    )


def _speaker(corpus: Corpus, record: Record) -> Record:
    speaker_type = record["speaker_type"]
    number = corpus.number(f"{speaker_type}s", record["speaker"])
    return {f"speaker_{speaker_type}": number}


def _subjects(corpus: Corpus, about: list[str]) -> Record:
    """What a claim is about, by kind of record."""
    kinds = {"incidents": "incidents", "cases": "cases", "about_documents": "documents"}
    subjects = {
        field: _naturals(slug for slug in about if slug in corpus.records[kind])
        for field, kind in kinds.items()
    }
    if sum(map(len, subjects.values())) != len(about):
        raise ValueError(f"a claim about something unknown: {', '.join(about)}")
    return subjects


CONVERSIONS = {
    "organisations": organisation,
    "persons": person,
    "places": place,
    "violations": violation,
    "incidents": incident,
    "cases": case,
    "documents": document,
    "claims": claim,
}


# The shape of a fixture


def row(model: str, number: int, fields: Record) -> Record:
    """A serialised row; what is empty is left out, since loading puts the default there."""
    kept = {name: value for name, value in fields.items() if value not in (None, "", [], False)}
    return {"model": f"archive.{model}", "pk": number, "fields": kept}


def text(field: str, value: Record | None) -> Record:
    """A text in both languages."""
    value = value or {}
    return {f"{field}_{language}": _unbroken(value.get(language)) for language in ("en", "ru")}


def _unbroken(value: str | None) -> str | None:
    """The text with the spaces that no line may end at: «№ 5», «4 000», a word and its dash."""
    return value and _NO_BREAK.sub("\N{NO-BREAK SPACE}", value)


def date(field: str, value: str | None) -> Record:
    """An EDTF date with its bounds, which loading a fixture does not derive."""
    if not value:
        return {}
    earliest, latest = (bound and bound.isoformat() for bound in bounds(value))
    return {field: value, f"{field}_earliest": earliest, f"{field}_latest": latest}


def natural(slug: str | None) -> list[str] | None:
    return [slug] if slug else None


def _naturals(slugs) -> list[list[str]]:
    return [[slug] for slug in sorted(slugs)]


def _read(path: Path):
    return json.loads(path.read_text(encoding="utf-8"))


def _slug(record: Record) -> str:
    return record.get("slug") or record["id"]


def _chosen(name: str, record: Record, edited: Record):
    """The editors' value where they gave one, were it empty, or else that of the reference."""
    return record[name] if edited.get(name) is None else edited[name]


def _lines(values) -> str:
    return "\n".join(values)


def _both(value) -> Record | None:
    """A remark that is the same in both languages may be written once."""
    return {"en": value, "ru": value} if isinstance(value, str) and value else value


def _point(record: Record) -> Record:
    """As exact as the gazetteer that names the settlement; where none does, coarse."""
    places = 5 if record["geonames"] or record["wikidata"] else COARSE
    return {
        name: None if record[short] is None else f"{round(record[short], places):.5f}"
        for name, short in (("latitude", "lat"), ("longitude", "lon"))
    }


def _sensitivity(record: Record) -> Record:
    return dict.fromkeys(record["sensitivity"], True)


def _span(steps: list[Record]) -> Record:
    """The first and the latest day on which anything happened in a case."""
    days = [bounds(step["date"]) for step in steps]
    earliest = [first.isoformat() for first, _ in days if first]
    latest = [last.isoformat() for _, last in days if last]
    return {"first_step": min(earliest, default=None), "latest_step": max(latest, default=None)}


def _held(edited: Record) -> str:
    """When an office was held, as an EDTF interval; "" when neither end was seen."""
    start, end = edited["role_start"], edited["role_end"]
    return f"{start or '..'}/{end or '..'}" if start or end else ""


def _without_year(title: Record) -> tuple[Record, str]:
    """«Minister (2022)»: the office, and the year in which the sources name it."""
    years = {match[1] for value in title.values() if (match := _YEAR_OF_OFFICE.search(value))}
    if len(years) != 1:
        return title, ""
    return {code: _YEAR_OF_OFFICE.sub("", value) for code, value in title.items()}, years.pop()
