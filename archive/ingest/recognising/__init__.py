"""What a text is about: who and what of the archive it names, and what is claimed in it.

`sentences.py` takes the text apart, `known.py` holds the names, `mentions.py` finds them,
`cases.py`, `incidents.py` and `claims.py` build on what was found; `lexicon.py` has the words of
four languages. Nothing here writes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from archive.models.intake import Suggestion

from .cases import cases, investigated
from .claims import claims
from .dates import day_of
from .incidents import incidents, violations
from .known import known, reading
from .mentions import Mention, Read, read
from .sentences import sentences
from .topics import Topics

_LONGEST = 300  # characters of what is shown as found
Target = Suggestion.Target


@dataclass(frozen=True)
class Found:
    """Something recognised, ready for `models.intake.Suggestion`, whose fields these are.

    found: as written. paragraph: from 1. score: 0 to 1. data: of a claim, its speaker's kind, the
    verb and the paragraph.
    """

    target: str
    record_id: int
    found: str
    sentence: str
    paragraph: int
    score: float
    data: dict = field(default_factory=dict)


def recognise(paragraphs: list[str], language: str, published_on: str = "") -> list[Found]:
    """What the paragraphs of a text name, each record once where it is clearest; claims once a
    speaker and paragraph. Best first.

    language: ISO 639; of one that is not known the names are found all the same.
    published_on: EDTF, "" where it is not known; a text without a year tells of what was recent.
    """
    with reading():
        archive = known()
        reads = read(archive, list(sentences(paragraphs, language)))
        topics = Topics(archive, reads)
        named = cases(archive, reads)
        events = list(incidents(archive, reads, topics, named, day_of(published_on)))
        about = {event.pk: event.score for event in events}
        found = [
            *_mentioned(mention for one in reads for mention in one.mentions),
            *_mentioned(named),
            *_mentioned(investigated(archive, reads, topics, about)),
            *_events(Target.INCIDENT, events, reads),
            *_events(Target.VIOLATION, violations(reads, topics), reads),
        ]
        return sorted(_clearest(found), key=_order) + [
            Found(
                Target.CLAIM,
                said.pk,
                said.read.sentence.written(said.start, said.end)[:_LONGEST],
                said.read.sentence.text,
                said.read.sentence.paragraph,
                said.score,
                {
                    "speaker": said.speaker,
                    "kind": str(said.kind),
                    "paragraph": said.read.sentence.paragraph,
                },
            )
            for said in claims(archive, reads, topics)
        ]


def _order(found: Found) -> tuple:
    return -found.score, found.target, found.paragraph


def _mentioned(mentions: Iterable[Mention]) -> Iterator[Found]:
    for one in mentions:
        sentence = one.sentence
        yield Found(
            one.target,
            one.pk,
            one.written[:_LONGEST],
            sentence.text,
            sentence.paragraph,
            round(one.score, 2),
        )


def _events(target: str, recognised, reads: list[Read]) -> Iterator[Found]:
    for one in recognised:
        sentence = reads[one.place].sentence
        yield Found(
            target, one.pk, sentence.text[:_LONGEST], sentence.text, sentence.paragraph, one.score
        )


def _clearest(found: Iterable[Found]) -> list[Found]:
    """Every record once: where it is surest, and there first."""
    best: dict[tuple[str, int], Found] = {}
    for one in found:
        former = best.get((one.target, one.record_id))
        if former is None or one.score > former.score:
            best[one.target, one.record_id] = one
    return list(best.values())
