"""The corpus: published records of our own models, with drawn words, invented names and facets of
about 3,000 values in which, as in any archive, few values have most of the records.

The same size and seed give the same corpus.
"""

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from django.db import connection, transaction

from archive.models import (
    AllegedSide,
    Attachment,
    CaseKind,
    CaseStatus,
    Document,
    DocumentKind,
    Incident,
    LegalCase,
    Organisation,
    OrganisationKind,
    OriginalLanguage,
    Phase,
    Place,
    PlaceKind,
    Side,
    Status,
    ViolationType,
)

from .rows import Table, number_on
from .words import Lexicon, invented_names, lexicon

LANGUAGES = ("en", "ru")
WORDS = 400  # of a document in each language, so many of them in the title and the summary:
TITLE, SUMMARY = 8, 40
SENTENCE = 16
BATCH = 2_000
SAMPLED = 600  # documents, at even distances, that are kept for queries to be drawn from
EPOCH = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
FIRST_DAY, DAYS = dt.date(1992, 1, 1), 11_500

# How many records there are to link to, for 10,000 documents or more.
ORGANISATIONS, CASES, INCIDENTS, PLACES, VIOLATIONS = 600, 500, 1_000, 900, 20
# How many of them a document has at least, and at most.
LINKS = {
    "organisations": (Organisation, 0, 5),
    "cases": (LegalCase, 0, 2),
    "incidents": (Incident, 0, 3),
    "places": (Place, 0, 3),
}


@dataclass(frozen=True)
class Sample:
    """A document as queries are drawn from it."""

    texts: dict[str, list[str]]  # its words in order, by language
    facets: dict[str, list[str]]  # values by facet, as an address has them; some of its facets


@dataclass
class Corpus:
    """What is known of the corpus after it was written."""

    size: int
    places: list[tuple[str, str, str, str]]
    organisations: list[tuple[str, str, str, str]]
    numbers: list[str]  # of applications
    lexicons: dict[str, Lexicon]
    used: dict[str, np.ndarray]  # how often every word of a lexicon stands in the corpus
    words: int = WORDS
    samples: list[Sample] = field(default_factory=list)


def write_corpus(size: int, seed: int, words: int = WORDS) -> Corpus:
    """Write `size` documents, of so many words in each language, and what they are linked to into
    the database, which is empty."""
    random = np.random.default_rng(seed)
    lexicons = {language: lexicon(language) for language in LANGUAGES}
    counts = _counts(size)
    corpus = Corpus(
        size=size,
        places=invented_names(random, counts[Place]),
        organisations=invented_names(random, counts[Organisation]),
        numbers=[f"{number * 37 % 90_000 + 1_000}/{number % 20 + 4:02}" for number in range(500)],
        lexicons=lexicons,
        used={code: np.zeros(len(one.words), dtype=np.int64) for code, one in lexicons.items()},
        words=words,
    )
    with transaction.atomic():
        _write_linked(random, corpus, counts)
    for first in range(1, size + 1, BATCH):
        amount = min(BATCH, size + 1 - first)
        with transaction.atomic():
            _write_documents(np.random.default_rng([seed, first]), corpus, counts, first, amount)
    number_on([*counts, Document, Attachment])
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # what its autovacuum would soon have done
    return corpus


def _counts(size: int) -> dict:
    whole = {
        Organisation: ORGANISATIONS,
        Place: PLACES,
        ViolationType: VIOLATIONS,
        Incident: INCIDENTS,
        LegalCase: CASES,
    }
    share = min(1, size / 10_000)
    return {model: max(VIOLATIONS, int(count * share)) for model, count in whole.items()}


def _skewed(random, count: int, shape) -> np.ndarray:
    """Positions below `count`, the first most often: the share falls with 1 / rank."""
    weights = 1 / (np.arange(count) + 2.0)
    return np.searchsorted(np.cumsum(weights / weights.sum())[:-1], random.random(shape))


def _choices(random, choices, amount: int) -> list[str]:
    values = [value for value in choices.values if value]
    return [values[position] for position in _skewed(random, len(values), amount)]


def _links(random, least: int, most: int, count: int, amount: int) -> list[list[int]]:
    """For each of so many records, the numbers of different records it is linked to."""
    drawn = _skewed(random, count, (amount, most)) + 1
    lengths = random.integers(least, most + 1, size=amount)
    return [
        sorted(set(row[:length]))
        for row, length in zip(drawn.tolist(), lengths.tolist(), strict=True)
    ]


def slug(model, number: int) -> str:
    return f"bench-{model._meta.model_name}-{number}"


def as_indexed(value: str) -> str:
    """A facet value of an address, as the index has it: a record by its kind and number."""
    return value.removeprefix("bench-").replace("-", ".") if value.startswith("bench-") else value


_RECORD = ("id", "slug", "status", "published_at")


def _record(model, number: int) -> tuple:
    return number, slug(model, number), Status.PUBLISHED.value, _moment(number)


def _moment(number: int):
    moment = EPOCH + dt.timedelta(seconds=number)
    return connection.ops.adapt_datetimefield_value(moment)


_TITLES = ("title", "title_en", "title_ru")
_NAMES = ("name", "name_en", "name_ru")


def _write_linked(random, corpus: Corpus, counts: dict) -> None:
    _write_organisations(random, corpus)
    _write_places(random, corpus)
    violations = range(1, counts[ViolationType] + 1)
    Table(ViolationType, "id", "slug", "label", "label_en", "label_ru").write(
        (n, slug(ViolationType, n), f"Violation {n}", f"Violation {n}", f"Нарушение {n}")
        for n in violations
    )
    _write_incidents(random, corpus, counts)
    _write_cases(random, corpus, counts)


def _write_organisations(random, corpus: Corpus) -> None:
    names = corpus.organisations
    kinds = _choices(random, OrganisationKind, len(names))
    sides = random.choice(["", "", *Side.values], size=len(names)).tolist()
    Table(Organisation, *_RECORD, *_NAMES, "aliases", "kind", "side").write(
        (
            *_record(Organisation, number),
            f"{en} Committee",
            f"{en} Committee",
            f"Комитет {ru}",
            f"{az} Komitəsi\n{hy} կոմիտե",
            kind,
            side,
        )
        for number, ((en, ru, az, hy), kind, side) in enumerate(
            zip(names, kinds, sides, strict=True), 1
        )
    )


def _write_places(random, corpus: Corpus) -> None:
    kinds = _choices(random, PlaceKind, len(corpus.places))
    own = ("azerbaijani_name", "armenian_name", "kind")
    Table(Place, *_RECORD, *_NAMES, *own).write(
        (*_record(Place, number), en, en, ru, az, hy, kind)
        for number, ((en, ru, az, hy), kind) in enumerate(zip(corpus.places, kinds, strict=True), 1)
    )


def _write_incidents(random, corpus: Corpus, counts: dict) -> None:
    amount = counts[Incident]
    titles = _titles(random, corpus, amount)
    places = _links(random, 1, 2, counts[Place], amount)
    violations = _links(random, 1, 3, counts[ViolationType], amount)
    own = ("date", "date_earliest", "date_latest", "phase", "victims_side", "responsible_side")
    Table(Incident, *_RECORD, *_TITLES, *own).write(
        zip_rows(
            (_record(Incident, number) for number in range(1, amount + 1)),
            titles,
            ([day] * 3 for day in _days(random, amount)),
            ([phase] for phase in _choices(random, Phase, amount)),
            zip(*(_choices(random, AllegedSide, amount) for _side in range(2)), strict=True),
        )
    )
    _link(Incident, "places", places)
    _link(Incident, "violation_types", violations)


def _write_cases(random, corpus: Corpus, counts: dict) -> None:
    amount = counts[LegalCase]
    courts = _skewed(random, counts[Organisation], amount) + 1
    own = ("court_id", "application_numbers", "kind", "stage")
    Table(LegalCase, *_RECORD, *_TITLES, *own).write(
        zip_rows(
            (_record(LegalCase, number) for number in range(1, amount + 1)),
            _titles(random, corpus, amount),
            zip(courts.tolist(), corpus.numbers[:amount], strict=True),
            ([kind] for kind in _choices(random, CaseKind, amount)),
            ([stage] for stage in _choices(random, CaseStatus, amount)),
        )
    )
    _link(LegalCase, "incidents", _links(random, 0, 2, counts[Incident], amount))


def zip_rows(*parts: Iterable[Sequence]) -> Iterator[tuple]:
    """Rows of which each part gives some columns."""
    return (tuple(itertools.chain(*row)) for row in zip(*parts, strict=True))


def _link(model, name: str, links: list[list[int]], first: int = 1) -> None:
    relation = model._meta.get_field(name)
    through = relation.remote_field.through
    ends = (relation.m2m_field_name(), relation.m2m_reverse_field_name())
    Table(through, *(through._meta.get_field(end).attname for end in ends)).write(
        (number, target) for number, targets in enumerate(links, first) for target in targets
    )


def _titles(random, corpus: Corpus, amount: int) -> list[tuple[str, str, str]]:
    drawn = {
        code: [
            " ".join(one.words[position] for position in row).capitalize()
            for row in one.draw(random, (amount, 5)).tolist()
        ]
        for code, one in corpus.lexicons.items()
    }
    return [(en, en, ru) for en, ru in zip(drawn["en"], drawn["ru"], strict=True)]


def _days(random, amount: int) -> list[str]:
    return [
        (FIRST_DAY + dt.timedelta(days=int(day))).isoformat()
        for day in random.integers(DAYS, size=amount)
    ]


_DOCUMENTS = (
    *_RECORD,
    *_TITLES,
    "summary",
    "summary_en",
    "summary_ru",
    "kind",
    "language",
    "publisher_id",
    "reference",
    "published_on",
    "published_on_earliest",
    "published_on_latest",
)
_ATTACHMENTS = (
    "id",
    "document_id",
    "file",
    "sha256",
    "media_type",
    "size",
    "description",
    "description_en",
    "description_ru",
    "may_be_shown",
    "is_graphic",
    "text",
)


@dataclass(frozen=True)
class _Batch:
    """Documents that are written together: a list a column, an item a document."""

    first: int
    words: dict[str, list[list[str]]]  # by language
    links: dict[str, list[list[int]]]  # by relation
    publishers: list[int]
    kinds: list[str]
    languages: list[str]
    days: list[str]


def _write_documents(random, corpus: Corpus, counts: dict, first: int, amount: int) -> None:
    batch = _Batch(
        first,
        words={code: _draw_words(random, corpus, code, amount) for code in LANGUAGES},
        links={
            name: _links(random, least, most, counts[model], amount)
            for name, (model, least, most) in LINKS.items()
        },
        publishers=(_skewed(random, counts[Organisation], amount) + 1).tolist(),
        kinds=_choices(random, DocumentKind, amount),
        languages=_choices(random, OriginalLanguage, amount),
        days=_days(random, amount),
    )
    Table(Document, *_DOCUMENTS).write(
        _document(corpus, batch, position) for position in range(amount)
    )
    Table(Attachment, *_ATTACHMENTS).write(
        _attachment(batch, position) for position in range(amount)
    )
    for name, links in batch.links.items():
        _link(Document, name, links, first)
    step = max(1, corpus.size // SAMPLED)
    for position in range(-first % step, amount, step):
        corpus.samples.append(_sample(batch, position))


def _draw_words(random, corpus: Corpus, code: str, amount: int) -> list[list[str]]:
    words, used = corpus.lexicons[code].words, corpus.used[code]
    drawn = corpus.lexicons[code].draw(random, (amount, corpus.words))
    used += np.bincount(drawn.ravel(), minlength=len(used))
    return [[words[position] for position in row] for row in drawn.tolist()]


def _document(corpus: Corpus, batch: _Batch, position: int) -> tuple:
    titles, summaries = [], []
    for spelling, code in enumerate(LANGUAGES):
        words = batch.words[code][position]
        titles.append(" ".join(words[:TITLE]).capitalize())
        # Every place is written out in one of the documents about it, as it is in real ones.
        places = [corpus.places[n - 1][spelling] for n in batch.links["places"][position][:1]]
        summaries.append(" ".join(words[TITLE : TITLE + SUMMARY] + places) + ".")
    cases = batch.links["cases"][position]
    return (
        *_record(Document, batch.first + position),
        titles[0],
        *titles,
        summaries[0],
        *summaries,
        batch.kinds[position],
        batch.languages[position],
        batch.publishers[position],
        corpus.numbers[cases[0] - 1] if cases else "",
        *[batch.days[position]] * 3,
    )


def _attachment(batch: _Batch, position: int) -> tuple:
    number = batch.first + position
    text = "\n".join(
        _sentences(batch.words[code][position][TITLE + SUMMARY :]) for code in LANGUAGES
    )
    name = f"{number}.txt"
    kind = ("text/plain", len(text), name, name, name, True, False, text)
    return (number, number, f"attachments/{name}", f"{number:064x}", *kind)


def _sentences(words: list[str]) -> str:
    starts = range(0, len(words), SENTENCE)
    return " ".join(" ".join(words[at : at + SENTENCE]) + "." for at in starts)


def _sample(batch: _Batch, position: int) -> Sample:
    linked = {
        "organisation": (Organisation, batch.publishers[position : position + 1]),
        "case": (LegalCase, batch.links["cases"][position]),
        "incident": (Incident, batch.links["incidents"][position]),
        "place": (Place, batch.links["places"][position]),
    }
    return Sample(
        texts={code: batch.words[code][position] for code in LANGUAGES},
        facets={
            "kind": [batch.kinds[position]],
            "language": [batch.languages[position]],
            **{name: [slug(model, n) for n in ns] for name, (model, ns) in linked.items() if ns},
        },
    )
