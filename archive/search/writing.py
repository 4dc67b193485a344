"""Keeping the index in step with the records, in their own transaction."""

import secrets
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, repeat
from threading import Lock

import numpy as np
from django.db import connection, transaction
from django.db.models import Model
from django.db.models.functions import Substr

from archive.models import (
    Attachment,
    SearchChange,
    SearchEntry,
    SearchState,
    SearchValue,
)
from archive.models.snapshots import rehearsing

from . import analyser
from .entries import Entry, Vocabulary, leading_to, read, words
from .postings import (
    Own,
    Row,
    alone,
    merged,
    pack_terms,
    stand_in,
    unpack_terms,
    without,
)
from .records import KINDS, dependants

# What the rows of this code mean; another number means that they have to be made anew.
LAYOUT = "1"
MERGE_AT = 512  # entries that stand alone
READ_AT_ONCE = 500
_SHORT_ROW = 40  # bytes of the entries of a term: some thirty of them
# Entries of an edition after a number. The sum keeps SQLite from walking through the edition.
_LATER = "id > %s AND edition + 0 = %s"
_KEPT_CHANGES = 10_000  # how far back a process may be and still catch up


def stamp() -> str:
    """What the index has to be made by to be read rightly."""
    return f"{LAYOUT}.{analyser.VERSION}"


@dataclass
class State:
    generation: int
    edition: int
    merged: int
    newest: int = 0  # number of an entry that this transaction has made


_paused = False


@contextmanager
def paused():
    """Nothing is indexed meanwhile: for loading in bulk, with `rebuild` to follow."""
    global _paused
    before, _paused = _paused, True
    try:
        yield
    finally:
        _paused = before


def _is_off() -> bool:
    """Nothing is indexed of what is loaded in bulk, nor of what is taken back at its end."""
    return _paused or rehearsing()


@transaction.atomic
def index(model: type[Model], pks: Iterable[int]) -> None:
    """Make the index say of these records what they say now, and of those that lead to them."""
    if _is_off():
        return
    state = locked()
    waiting = deque([(model, sorted(set(pks)))])
    while waiting:
        kind, ids = waiting.popleft()
        changed = index_records(state, kind, ids)
        for other, path in dependants(kind) if changed else ():
            if found := leading_to(other, path, changed):
                waiting.append((other, found))
    _merge_when_due(state)


@transaction.atomic
def touch() -> None:
    """Something public has changed that the index does not hold: pages are to be made anew."""
    if not _is_off():
        locked()


def wait_for_turn() -> None:
    """Wait for whoever writes to the index, before any row of the archive is locked: two who take
    the locks in different order would wait for each other. SQLite lets in one writer anyway."""
    if connection.vendor == "postgresql" and not _is_off():
        _select("SELECT 1 FROM archive_searchstate WHERE id = 1 FOR UPDATE", [])


def index_records(state: State, model, pks: list[int]) -> list[int]:
    """Index these; gives those whose publicity, or what others take over from them, changed."""
    changed = []
    for start in range(0, len(pks), READ_AT_ONCE):
        ids = pks[start : start + READ_AT_ONCE]
        new = {entry.record_id: entry for entry in read(model, ids)}
        old = _stored(state, model, ids)
        for pk in ids:
            if _replace(state, model, old.get(pk), new.get(pk)):
                changed.append(pk)
    return changed


@dataclass
class _Stored:
    number: int
    checksum: int
    facts: int
    exports: int
    former: bytes
    owed: bytes


def _stored(state, model, ids) -> dict[int, _Stored]:
    holes = ", ".join(["%s"] * len(ids))
    return {
        row[0]: _Stored(*row[1:])
        for row in _select(
            "SELECT record_id, id, checksum, facts, exports, former, owed FROM archive_searchentry "
            f"WHERE edition = %s AND kind = %s AND record_id IN ({holes})",
            [state.edition, KINDS.index(model), *ids],
        )
    }


def _replace(state, model, old: _Stored | None, new: Entry | None) -> bool:
    """Put the new entry in the place of the old. Whether others have to be told."""
    if new is None:
        if old is not None:
            _take_out(state, old)
        return old is not None
    own = by_itself(new)
    left = b"", b""
    if old is not None:
        if (old.checksum, old.facts) == (own.checksum, new.facts):
            return False
        left = _give_way(state, old, set(unpack_terms(own.terms)))
    insert(state, model, [new], [own], [left])
    return old is None or old.exports != new.exports


_known_words, _knowing = Vocabulary(), Lock()
_usual_words: list[str] = []  # that every vocabulary begins with
_MOST_KNOWN = 2**16  # terms of a vocabulary before another is begun: some 20 MB


def by_itself(entry: Entry) -> Own:
    """The postings of an entry by itself. Whoever saves has the lock of the index, but not that of
    the vocabulary, which serves every database of the process."""
    global _known_words
    with _knowing:
        if len(_known_words.terms) > _MOST_KNOWN:
            _known_words = Vocabulary()
            _known_words.learn(_usual_words)
        return alone(words(entry, _known_words), _known_words.terms)


_MOST_LEARNT = 2**14  # words: some 12 MB
_SAMPLE, _SAMPLE_LENGTH = 500, 20_000  # files, letters of each


def learn_usual_words() -> None:
    """Look up beforehand the words that the newest public files use most: half of what it takes
    to index a text is to look up those that the process has not met yet."""
    files = Attachment.objects.published().exclude(text="").order_by("-pk")
    beginnings = files.values_list(Substr("text", 1, _SAMPLE_LENGTH), flat=True)[:_SAMPLE]
    met = Counter(
        chain.from_iterable(map(analyser.WORD.findall, beginnings.iterator(chunk_size=20)))
    )
    with _knowing:
        _usual_words[:] = [word for word, _times in met.most_common(_MOST_LEARNT)]
        _known_words.learn(_usual_words)


# ── the state ──


def locked() -> State:
    """The state, moved to a new generation, and nobody else's until the transaction ends."""
    token = secrets.randbits(62)
    move = "UPDATE archive_searchstate SET generation = generation + 1, token = %s WHERE id = 1"
    with connection.cursor() as cursor:
        cursor.execute(move, [token])
        if not cursor.rowcount:  # the first of all, unless another is making it just now
            first = SearchState(pk=1, edition=secrets.randbits(62), analyser=stamp())
            SearchState.objects.bulk_create([first], ignore_conflicts=True)
            cursor.execute(move, [token])
        cursor.execute("SELECT generation, edition, merged FROM archive_searchstate WHERE id = 1")
        state = State(*cursor.fetchone())
        cursor.execute(
            "INSERT INTO archive_searchchange VALUES (%s, %s)", [state.generation, token]
        )
    if state.generation % 1000 == 0:
        SearchChange.objects.filter(generation__lt=state.generation - _KEPT_CHANGES).delete()
    return state


# ── rows ──


def _select(sql: str, parameters) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def _many(sql: str, rows: list) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)


def insert(state, model, entries: list[Entry], own: list[Own], left=None) -> list[int]:
    """Rows for these entries, under new numbers, ascending. left: (former, owed) of each."""
    numbers = _new_numbers(len(entries))
    value_numbers = _value_numbers({pair for entry in entries for pair in entry.values})
    kind = KINDS.index(model)
    rows = [
        (
            number,
            state.edition,
            kind,
            entry.record_id,
            state.generation,
            *plain(entry),
            int32([value_numbers[pair] for pair in entry.values]),
            its.terms,
            its.weights,
            its.places,
            former,
            owed,
            its.checksum,
            entry.facts,
            entry.exports,
        )
        for number, entry, its, (former, owed) in zip(
            numbers, entries, own, left or repeat((b"", b"")), strict=False
        )
    ]
    columns = (
        "id, edition, kind, record_id, generation, earliest, latest, added, tie, spans, "
        'says, "values", terms, weights, places, former, owed, checksum, facts, exports'
    )
    holes = ", ".join(["%s"] * 20)
    _many(f"INSERT INTO archive_searchentry ({columns}) VALUES ({holes})", rows)
    state.newest = max([state.newest, *numbers])
    return numbers


def plain(entry: Entry) -> tuple:
    """What is stored of an entry as it is: earliest, latest, added, tie, spans, says."""
    spans = int32([_open(day) for span in entry.spans for day in span])
    return entry.earliest, entry.latest, entry.added, entry.tie, spans, entry.says


def _new_numbers(count: int) -> list[int]:
    if connection.vendor == "postgresql":
        sql = "SELECT nextval(pg_get_serial_sequence('archive_searchentry', 'id'))"
        return sorted(row[0] for row in _select(f"{sql} FROM generate_series(1, %s)", [count]))
    used = _select("SELECT seq FROM sqlite_sequence WHERE name = 'archive_searchentry'", [])
    first = (used[0][0] if used else 0) + 1
    return list(range(first, first + count))


def _value_numbers(pairs: set[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The numbers of facet values, given to those that have none yet."""
    known = known_values(pairs)
    if missing := sorted(pairs - known.keys()):
        SearchValue.objects.bulk_create(
            [SearchValue(facet=facet, value=value) for facet, value in missing],
            ignore_conflicts=True,
        )
        known |= known_values(set(missing))
    return known


def known_values(pairs) -> dict[tuple[str, str], int]:
    found, wanted = {}, sorted(pairs)
    for start in range(0, len(wanted), READ_AT_ONCE):
        here = wanted[start : start + READ_AT_ONCE]
        holes = ", ".join(["(%s, %s)"] * len(here))
        rows = _select(
            f"WITH wanted(f, v) AS (VALUES {holes}) SELECT facet, value, id "
            "FROM wanted JOIN archive_searchvalue ON facet = f AND value = v",
            [text for pair in here for text in pair],
        )
        found |= {(facet, value): number for facet, value, number in rows}
    return {pair: found[pair] for pair in pairs if pair in found}


def _open(day: int | None) -> int:
    return -1 if day is None else day


def int32(values: list[int]) -> bytes:
    return np.array(values, np.int32).tobytes()


def add_postings(edition: int, segment: int, rows: list[Row]) -> None:
    into = "INSERT INTO archive_searchposting (edition, term, segment, entries, weights, places)"
    if connection.vendor == "postgresql":
        for start in range(0, len(rows), 2000):
            here = rows[start : start + 2000]
            arrays = [[getattr(row, name) for row in here] for name in Row.__dataclass_fields__]
            with connection.cursor() as cursor:
                cursor.execute(
                    f"{into} SELECT %s, t, %s, e, w, p FROM "
                    "unnest(%s::bytea[], %s::bytea[], %s::bytea[], %s::bytea[]) AS r(t, e, w, p)",
                    [edition, segment, *arrays],
                )
        return
    _many(
        f"{into} VALUES (%s, %s, %s, %s, %s, %s)",
        [(edition, row.term, segment, row.entries, row.weights, row.places) for row in rows],
    )


def _take_out(state: State, old: _Stored) -> None:
    """Leave nothing of a record that is not public any more: under none of its numbers, in no
    row, however long."""
    terms = _forget(state, old)
    numbers = _numbers(state, old)
    if numbers:
        _cut(state, [*terms, *unpack_terms(bytes(old.owed) or pack_terms([]))], numbers)


def _give_way(state: State, old: _Stored, kept: set[bytes]) -> tuple[bytes, bytes]:
    """Take an entry out whose record goes on under another number, with these terms.

    In the rows of frequent terms its number stays, as to write these again would take longer than
    all else: it leads nowhere. What may stay is handed on to the next entry, for the day when the
    record is withdrawn: the numbers, and the terms that it has no more.
    """
    terms = _forget(state, old)
    numbers = _numbers(state, old)
    if not numbers:
        return b"", b""
    gone = [term for term in terms if term not in kept]
    _cut(state, gone, numbers, only_short=True)
    owed = {*gone, *unpack_terms(bytes(old.owed) or pack_terms([]))} - kept
    return np.array(numbers, np.int64).tobytes(), pack_terms(sorted(owed)) if owed else b""


def _forget(state: State, old: _Stored) -> list[bytes]:
    """Delete the row of an entry; what it was found by."""
    [(packed,)] = _select("SELECT terms FROM archive_searchentry WHERE id = %s", [old.number])
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM archive_searchentry WHERE id = %s", [old.number])
        cursor.execute(
            "INSERT INTO archive_searchremoval (entry, generation) VALUES (%s, %s)",
            [old.number, state.generation],
        )
    return unpack_terms(bytes(packed))


def _numbers(state: State, old: _Stored) -> list[int]:
    """Under which numbers a record may stand in merged postings."""
    former = np.frombuffer(bytes(old.former), np.int64).tolist()
    return [*former, old.number] if old.number <= state.merged else former


def _cut(state: State, terms: list[bytes], numbers: list[int], *, only_short: bool = False) -> None:
    """Take entries out of merged rows."""
    where = f"AND length(entries) <= {_SHORT_ROW}" if only_short else ""
    for here in _portions(terms):
        gone, changed = [], []
        for pk, *packed in _select(
            "SELECT id, entries, weights, places FROM archive_searchposting "
            f"WHERE edition = %s AND segment >= %s AND term IN ({_holes(here)}) {where}",
            [state.edition, min(numbers), *here],
        ):
            packed = tuple(map(bytes, packed))
            if not stand_in(packed[0], numbers):
                continue
            if row := without(packed, numbers):
                changed.append((row.entries, row.weights, row.places, pk))
            else:
                gone.append((pk,))
        _many("DELETE FROM archive_searchposting WHERE id = %s", gone)
        _many(
            "UPDATE archive_searchposting SET entries = %s, weights = %s, places = %s "
            "WHERE id = %s",
            changed,
        )


def _portions(values: list) -> Iterator[list]:
    return (values[at : at + READ_AT_ONCE] for at in range(0, len(values), READ_AT_ONCE))


def _holes(values: list) -> str:
    return ", ".join(["%s"] * len(values))


# ── merging ──


def _merge_when_due(state: State) -> None:
    if state.newest - state.merged < MERGE_AT:
        return  # so many cannot be waiting
    [(waiting,)] = _select(
        f"SELECT count(*) FROM archive_searchentry WHERE {_LATER}", [state.merged, state.edition]
    )
    if waiting >= MERGE_AT:
        _merge(state)


def _merge(state: State) -> None:
    """Put the postings of the latest entries together, by term. So few stand alone that every
    process can hold them in memory."""
    rows = _select(
        f"SELECT id, terms, weights, places FROM archive_searchentry WHERE {_LATER} ORDER BY id",
        [state.merged, state.edition],
    )
    if not rows:
        return
    numbers = [row[0] for row in rows]
    own = [Own(*map(bytes, packed)) for _number, *packed in rows]
    add_postings(state.edition, numbers[-1], merged(numbers, own))
    SearchEntry.objects.filter(edition=state.edition, pk__gt=state.merged).update(
        weights=b"", places=b""
    )
    SearchState.objects.filter(pk=1).update(merged=numbers[-1])
    state.merged = numbers[-1]
    weigh_tables()


def weigh_tables() -> None:
    """Let SQLite look how large the tables of the records are, which PostgreSQL does by itself:
    otherwise it may walk through all that is published to find what one record is linked with.
    Not the index's own, as it keeps samples of what it looks at. Takes some milliseconds."""
    if connection.vendor != "sqlite":
        return
    links = [
        field.remote_field.through for kind in KINDS for field in kind._meta.local_many_to_many
    ]
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA analysis_limit = 1000")
        for model in (*KINDS, *links):
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


@transaction.atomic
def merge() -> None:
    """Merge what stands alone; it happens by itself every `MERGE_AT` entries."""
    _merge(locked())
