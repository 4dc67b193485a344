"""Holding the index against the records: is it there, does it agree."""

from collections.abc import Callable

import numpy as np
from django.db.models import Max

from archive.models import SearchEntry, SearchPosting, SearchState

from .entries import Entry, read
from .postings import Own, own_checksum, row_checksums
from .records import KINDS
from .writing import READ_AT_ONCE, by_itself, int32, known_values, plain, stamp


def verify(progress: Callable[[int, int], None] = lambda done, of: None) -> list[str]:
    """Compute every entry anew and compare; in words, what disagrees. Reads only.

    Run it while nobody writes, or what changes meanwhile may be reported."""
    state = SearchState.objects.filter(pk=1).first()
    if state is None:
        empty = not any(model.objects.published().exists() for model in KINDS)
        return [] if empty else ["There is no index."]
    wrong = [] if state.analyser == stamp() else [f"The index was made by {state.analyser}."]
    sums = _sums_of_postings(state, wrong)
    total, done = SearchEntry.objects.filter(edition=state.edition).count(), 0
    for model in KINDS:
        stored = {
            row[0]: row[1:]
            for row in SearchEntry.objects.filter(
                edition=state.edition, kind=KINDS.index(model)
            ).values_list("record_id", "id", "checksum", "facts", "values", *_PLAIN)
        }
        ids = list(model.objects.published().order_by("pk").values_list("pk", flat=True))
        name = model._meta.model_name
        wrong += [f"{name} {pk} is indexed and not public." for pk in stored.keys() - set(ids)]
        for start in range(0, len(ids), READ_AT_ONCE):
            for entry in read(model, ids[start : start + READ_AT_ONCE]):
                wrong += _differences(name, entry, stored.get(entry.record_id), sums)
            done += len(ids[start : start + READ_AT_ONCE])
            progress(done, max(done, total))
    return wrong


_PLAIN = ("earliest", "latest", "added", "tie", "spans", "says")


def _differences(name: str, entry: Entry, stored, sums: dict[int, int]) -> list[str]:
    if stored is None:
        return [f"{name} {entry.record_id} is public and not indexed."]
    number, total, facts, values, *bare, spans, says = stored
    computed = by_itself(entry).checksum
    numbers = known_values(set(entry.values))
    same = [
        total == computed,
        sums.get(number, 0) == computed,
        (facts, *bare, bytes(spans), says) == (entry.facts, *plain(entry)),
        bytes(values) == int32([numbers.get(pair, 0) for pair in entry.values]),
    ]
    parts = ("checksum", "postings", "facts", "values")
    return [
        f"{name} {entry.record_id}: {part} differ."
        for part, is_same in zip(parts, same, strict=True)
        if not is_same
    ]


def _sums_of_postings(state, wrong: list[str]) -> dict[int, int]:
    """entry → checksum of all its postings as they are stored. Postings of numbers that neither
    stand nor were removed are added to what is wrong."""
    highest = SearchEntry.objects.aggregate(highest=Max("id"))["highest"] or 0
    sums = np.zeros(highest + 2, np.uint64)
    rows = SearchPosting.objects.filter(edition=state.edition).order_by()
    for term, *packed in rows.values_list("term", "entries", "weights", "places").iterator(2000):
        entries, added = row_checksums(bytes(term), tuple(map(bytes, packed)))
        np.add.at(sums, np.minimum(entries, highest + 1), added)
    recent = SearchEntry.objects.filter(edition=state.edition, pk__gt=state.merged)
    for number, *packed in recent.values_list("id", "terms", "weights", "places").iterator(500):
        if packed[2]:
            sums.view(np.int64)[number] += own_checksum(Own(*map(bytes, packed)))
    found = {int(number): int(sums.view(np.int64)[number]) for number in np.flatnonzero(sums)}
    expected = set()
    for number, former in SearchEntry.objects.filter(edition=state.edition).values_list(
        "id", "former"
    ):
        expected |= {number, *np.frombuffer(bytes(former), np.int64).tolist()}
    if strangers := found.keys() - expected:
        wrong.append(f"Postings of {len(strangers)} entries that do not exist.")
    return found


def standing() -> dict:
    """Where the index stands, for `manage.py index status`."""
    state = SearchState.objects.filter(pk=1).first()
    if state is None:
        return {"is_current": False, "entries": {}, "generation": 0, "waiting": 0}
    entries = SearchEntry.objects.filter(edition=state.edition)
    return {
        "is_current": state.analyser == stamp(),
        "analyser": state.analyser,
        "generation": state.generation,
        "entries": {
            model._meta.model_name: entries.filter(kind=kind).count()
            for kind, model in enumerate(KINDS)
        },
        "public": {model._meta.model_name: model.objects.published().count() for model in KINDS},
        "waiting": entries.filter(pk__gt=state.merged).count(),
        "postings": SearchPosting.objects.filter(edition=state.edition).count(),
    }
