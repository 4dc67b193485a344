"""Making the whole index anew beside the old one, which serves readers and is kept up meanwhile."""

import heapq
import marshal
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import groupby, islice
from operator import attrgetter, itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from django.db import connection, transaction
from django.db.models import Q

from archive.models import SearchEntry, SearchPosting, SearchRemoval, SearchState

from .entries import Vocabulary, read, words
from .postings import Row, invert, joined, pack_entries, unpack_entries
from .records import KINDS
from .writing import (
    READ_AT_ONCE,
    State,
    add_postings,
    index_records,
    insert,
    locked,
    stamp,
    weigh_tables,
)

_CHUNK_WORDS = 4_000_000  # so many are inverted at once, in about 800 MB
_CHUNK_ENTRIES = 25_000


class Overtaken(Exception):
    """Another rebuild was begun after this one, and is the one that counts."""


def rebuild(progress: Callable[[int, int], None] = lambda done, of: None) -> int:
    """Make the whole index anew beside the old, which serves until the new takes its place in one
    transaction; what changes meanwhile is not lost. Gives the number of entries.

    Raises Overtaken when another was begun meanwhile.
    """
    building = State(generation=0, edition=secrets.randbits(62), merged=0)
    started = _begin(building.edition)
    _drop_all_but(started.edition, building.edition)
    total = sum(model.objects.published().count() for model in KINDS)
    done, analysed = 0, {}
    with TemporaryDirectory(prefix="archive-index-") as folder:
        segments = _Segments(Path(folder))
        for model in KINDS:
            for batch in _batches(model):
                _write_segments(building, model, batch, analysed, segments)
                done += len(batch)
                progress(done, max(done, total))
        segments.join(building)
    try:
        count = _take_over(started, building)
    except Overtaken:
        _drop(edition=building.edition)
        raise
    _drop_all_but(building.edition)
    weigh_tables()
    return count


@transaction.atomic
def _begin(edition: int) -> State:
    state = locked()
    SearchState.objects.filter(pk=1).update(building=edition)
    return state


@transaction.atomic
def _take_over(started: State, building: State) -> int:
    state = locked()
    if not SearchState.objects.filter(pk=1, building=building.edition).exists():
        raise Overtaken
    _catch_up(state, started, building)
    # Whoever reads the new edition reads it from its beginning.
    SearchRemoval.objects.all()._raw_delete(connection.alias)
    SearchState.objects.filter(pk=1).update(
        edition=building.edition, building=0, merged=building.merged, analyser=stamp()
    )
    return SearchEntry.objects.filter(edition=building.edition).count()


def _batches(model) -> Iterable[list[int]]:
    """Ids of the public records, so many at once as fit into memory."""
    ids = list(model.objects.published().order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), _CHUNK_ENTRIES):
        yield ids[start : start + _CHUNK_ENTRIES]


def _write_segments(state: State, model, ids: list[int], analysed: dict, segments) -> None:
    """Read these records, and write their entries whenever enough words have come together."""
    entries, found, vocabulary = [], [], Vocabulary(analysed)
    for start in range(0, len(ids), READ_AT_ONCE):
        for entry in read(model, ids[start : start + READ_AT_ONCE]):
            entries.append(entry)
            found.append(words(entry, vocabulary))
        is_last = start + READ_AT_ONCE >= len(ids)
        if entries and (is_last or sum(len(one.terms) for one in found) > _CHUNK_WORDS):
            rows = _write_segment(state, model, entries, found, vocabulary)
            segments.add(rows)
            entries, found, vocabulary = [], [], Vocabulary(analysed)


def _write_segment(state: State, model, entries, found, vocabulary) -> list[Row]:
    """Write the entries and give their postings. Only the writing itself holds others up; the
    inverting before it does not."""
    rows, own = invert(list(range(len(entries))), found, vocabulary.terms)
    with transaction.atomic():
        # One after the other, so that whoever reads the facet values misses none.
        SearchState.objects.select_for_update().get(pk=1)
        numbers = np.array(insert(state, model, entries, own))
    state.merged = int(numbers[-1])
    return [
        replace(row, entries=pack_entries(numbers[unpack_entries(row.entries)])) for row in rows
    ]


_ROWS_AT_ONCE = 5000


class _Segments:
    """Postings of some entries after the other, kept in files until all can be put together."""

    def __init__(self, folder: Path):
        self.folder, self.files = folder, []

    def add(self, rows: list[Row]) -> None:
        self.files.append(self.folder / f"{len(self.files):05}")
        with self.files[-1].open("wb") as file:
            for row in sorted(rows, key=attrgetter("term")):
                marshal.dump((row.term, row.entries, row.weights, row.places), file)

    def join(self, state: State) -> None:
        """Write one row a term. Nobody reads this edition yet."""
        terms = groupby(
            heapq.merge(*map(_stored_rows, self.files), key=itemgetter(0)), itemgetter(0)
        )
        rows = (joined(term, [row[1:] for row in parts]) for term, parts in terms)
        while batch := list(islice(rows, _ROWS_AT_ONCE)):
            with transaction.atomic():
                add_postings(state.edition, state.merged, batch)


def _stored_rows(path: Path) -> Iterator[tuple[bytes, bytes, bytes, bytes]]:
    with path.open("rb") as file:
        while True:
            try:
                yield marshal.load(file)
            except EOFError:
                return


def _catch_up(state: State, started: State, building: State) -> None:
    """Bring the new edition up to what was changed while it was made. Holds the lock."""
    here = State(state.generation, building.edition, building.merged)
    changed = SearchEntry.objects.filter(
        edition=started.edition, generation__gt=started.generation
    ).values_list("kind", "record_id")
    by_kind: dict[int, set[int]] = {}
    for kind, record in changed:
        by_kind.setdefault(kind, set()).add(record)
    for kind, model in enumerate(KINDS):
        public = set(model.objects.published().order_by().values_list("pk", flat=True))
        indexed = SearchEntry.objects.filter(edition=building.edition, kind=kind)
        held = set(indexed.values_list("record_id", flat=True))
        if ids := sorted((public ^ held) | by_kind.get(kind, set())):
            index_records(here, model, ids)


def _drop_all_but(*editions: int) -> None:
    """Delete the rows of the edition before, and of a rebuild that was cut short."""
    _drop(~Q(edition__in=editions))


def _drop(*where: Q, **which) -> None:
    for table in (SearchEntry, SearchPosting):
        with transaction.atomic():
            table.objects.filter(*where, **which)._raw_delete(connection.alias)
