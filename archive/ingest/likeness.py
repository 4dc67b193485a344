"""Whether the archive has it already: the same file, the same address, nearly the same text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from archive.models import Attachment, Document, Intake, IntakeStage
from archive.models.addresses import key_of
from archive.models.text import FINGERPRINTED, fingerprint
from archive.search.analyser import fold

__all__ = ["Likeness", "fingerprint", "key_of", "like"]

# Bits of 64 in which the fingerprints of two texts differ: measured, 20 and more between articles
# on one event by different hands; 10 or so where a tenth of the words is gone, 13 of half a text.
FARTHEST = 18
MOST_READ = 200  # texts that are compared word by word, the nearest first
ENOUGH = 0.5  # of the words of the shorter text in common, in runs of four
_RUN = 4
_BITS = 2**64 - 1


@dataclass(frozen=True)
class Likeness:
    """Of a document of the archive, or of an earlier intake that is no document yet."""

    document_id: int | None
    why: str  # "file", "address" or "text"
    # Of the shorter text, how much stands in the other in runs of four words; 1 of a file or address
    share: float
    intake_id: int | None = None


def like(
    sha256: str,
    address: str,
    text_fingerprint: int | None,
    text: str,
    *,
    exclude: int | None = None,
) -> list[Likeness]:
    """The most alike first, one entry for each document. `exclude` is the number of the intake
    that is compared: of intakes without a document, only those before it are looked at.

    Reads every fingerprint there is, and MOST_READ texts at most.
    """
    open_intakes = Intake.objects.filter(document=None).exclude(
        stage__in=[IntakeStage.DROPPED, IntakeStage.FAILED]
    )
    if exclude is not None:
        open_intakes = open_intakes.filter(pk__lt=exclude)
    found = [
        *_same_file(sha256, open_intakes),
        *_same_address(address, open_intakes),
        *_same_words(text_fingerprint, text, open_intakes),
    ]
    firsts: dict[tuple, Likeness] = {}
    for one in found:
        firsts.setdefault((one.document_id, one.intake_id), one)
    return list(firsts.values())


def _same_file(sha256: str, open_intakes) -> Iterator[Likeness]:
    if not sha256:
        return
    of_documents = Attachment.objects.filter(sha256=sha256).order_by("pk")
    for pk in of_documents.values_list("document", flat=True):
        yield Likeness(pk, "file", 1.0)
    for pk in open_intakes.filter(sha256=sha256).order_by("pk").values_list("pk", flat=True):
        yield Likeness(None, "file", 1.0, pk)


def _same_address(address: str, open_intakes) -> Iterator[Likeness]:
    key = key_of(address)
    if not key:
        return
    for pk in Document.objects.filter(source_key=key).order_by("pk").values_list("pk", flat=True):
        yield Likeness(pk, "address", 1.0)
    for pk, *addresses in open_intakes.order_by("pk").values_list("pk", "address", "final_address"):
        if key in map(key_of, addresses):
            yield Likeness(None, "address", 1.0, pk)


def _same_words(text_fingerprint: int | None, text: str, open_intakes) -> Iterator[Likeness]:
    if text_fingerprint is None:
        return
    near = []
    for rows, is_document in (
        (Attachment.objects.values_list("fingerprint", "pk", "document"), True),
        (open_intakes.values_list("fingerprint", "pk", "pk"), False),
    ):
        for other, pk, of in rows.filter(fingerprint__isnull=False).order_by().iterator():
            distance = ((text_fingerprint ^ other) & _BITS).bit_count()
            if distance <= FARTHEST:
                near.append((distance, is_document, of, pk))
    ours, found = _runs(text), []
    for _distance, is_document, of, pk in sorted(near)[:MOST_READ]:
        rows = Attachment.objects if is_document else Intake.objects
        share = _share(ours, _runs(rows.values_list("text", flat=True).get(pk=pk)))
        if share >= ENOUGH:
            found.append(
                Likeness(of, "text", share) if is_document else Likeness(None, "text", share, of)
            )
    yield from sorted(found, key=lambda one: -one.share)


def _runs(text: str) -> set[tuple[str, ...]]:
    """Every four words in line, folded."""
    words = re.findall(r"\w+", fold(text[:FINGERPRINTED]))
    return set(zip(*(words[start:] for start in range(_RUN)), strict=False))


def _share(ours: set, theirs: set) -> float:
    smaller = min(len(ours), len(theirs))
    return round(len(ours & theirs) / smaller, 3) if smaller else 0.0
