"""What somebody is reported to say: a known speaker beside a verb of speech."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from archive.models.claims import FINDING_CLAIM_KINDS, ClaimKind
from archive.models.organisations import FINDING_KINDS, OrganisationKind
from archive.search.analyser import fold

from . import speech
from .dates import NUMERIC_DATE
from .known import Known
from .mentions import Mention, Read
from .topics import Said as Topic
from .topics import Topics

_HE = frozenset(["he", "she", "он", "она", "նա"])
_BODY = frozenset(
    ["ministry", "министерство", "ведомство", "минобороны", "nazirlik", "նախարարություն"]
)
_FIGURE = re.compile(r"\b\d[\d., \u00a0]*\b(?!\s*(?:st|nd|rd|th)\b)")
_CASUALTIES = re.compile(
    r"\b(?:killed|dead|died|deaths?|wounded|injured|casualties|missing|videos?|criminal cases?"
    r"|поги\w+|уби\w+|ран(?:ен|ил)\w*|жертв\w*|пропавш\w+|уголовн\w+ дел\w*|видео\w*"
    r"|զոհ\w*|սպանվ\w+|վիրավոր\w*|həlak\w*|ölən\w*|yaralan\w*|itkin\w*)\b",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(
    r"accountab|justice|punish|sanction|responsib|ответственност|наказ|правосуд|санкци"
    r"|պատասխանատվ|պատիժ|պատժ|məsuliyyət|cəza|sanksiya",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"unfounded|baseless|hypocri|fabricat|необоснован|голословн|лицемер|фальсифи|անհիմն|əsassız",
    re.I,
)
# “had not been beaten”, «не избивали»: said of what did not happen.
_NOT_DONE = re.compile(
    r"(?:\b(?:not|never|nobody|no[ -]one)|n[’']t)\s+(?:(?:had|has|have|was|were|been|being|be|ever)\s+)*"
    r"(?:beat|abus|ill-treat|mistreat|tortur|humiliat)"
    r"|\bне\s+(?:(?:был[аио]?|подверга\w+)\s+)*(?:изби|пыт)",
    re.IGNORECASE,
)
_LAW = re.compile(
    r"humanitarian law|convention|international law|гуманитарн\w+ прав|конвенц|կոնվենցիա|konvensiya|humanitar hüquq",
    re.I,
)
_POSSESSIVE = re.compile("[’'ʼ]s?$")
_NEAR, _BY_PRONOUN = 0.6, 0.4


class Said(NamedTuple):
    """speaker: organisation or person."""

    speaker: str
    pk: int
    kind: str
    read: Read
    start: int
    end: int
    score: float


def claims(known: Known, reads: list[Read], topics: Topics) -> Iterator[Said]:
    """One claim a speaker and paragraph: the most telling of what he says there."""
    best: dict[tuple[int, int], Said] = {}
    last: dict[str, Mention] = {}
    ministries = {pk for (office, _), pk in known.office_of.items() if office.endswith("ministry")}
    for place, read in enumerate(reads):
        for said in _in_sentence(known, read, topics.of_sentence(place), last):
            one = (said.pk, read.sentence.paragraph)
            if one not in best or _tells(said) > _tells(best[one]):
                best[one] = said
        for mention in read.mentions:
            if mention.target == "person" or mention.pk in ministries:
                last[mention.target] = mention
    yield from best.values()


def _tells(said: Said) -> tuple[bool, float]:
    return said.kind != ClaimKind.COMMENTS, said.score


def _in_sentence(known: Known, read: Read, here: Topic, last: dict[str, Mention]) -> Iterator[Said]:
    sentence = read.sentence
    spoken = [verb for verb in speech.verbs(sentence) if verb.kind]
    found = [found for verb in spoken if (found := _speaker(known, read, verb))]
    for mention in (*read.of("organisation"), *read.of("person")):
        if speech.is_source(sentence, mention.start, mention.end):
            found.append((mention, speech.Verb(mention.start, mention.end, ClaimKind.COMMENTS)))
    if not found:
        found = [found for verb in spoken if (found := _meant(read, verb, last))]
    for mention, verb in found:
        is_named = mention.sentence is sentence
        kind = _kind(known, mention, verb, read, here)
        if kind:
            places = [verb.start, verb.end - 1]
            places += [mention.start, mention.end - 1] if is_named else []
            score = _NEAR if is_named else _BY_PRONOUN
            yield Said(mention.target, mention.pk, kind, read, min(places), max(places) + 1, score)


def _speaker(known: Known, read: Read, verb: speech.Verb) -> tuple[Mention, speech.Verb] | None:
    """Whose verb it is: a person rather than the body that he speaks for."""
    people = [(mention, verb) for mention in read.of("person") if _says(read, mention, verb)]
    bodies = [
        (mention, verb)
        for mention in read.of("organisation")
        if known.bodies[mention.pk].kind != OrganisationKind.PLATFORM and _says(read, mention, verb)
    ]
    is_first = speech.is_verb_last(read.sentence)
    return min(
        people or bodies,
        key=lambda one: one[0].start if is_first else _distance(*one),
        default=None,
    )


def _distance(mention: Mention, verb: speech.Verb) -> int:
    return max(verb.start - mention.end, mention.start - verb.end)


def _says(read: Read, mention: Mention, verb: speech.Verb) -> bool:
    sentence = read.sentence
    if mention.verb:
        return mention.verb == verb
    if not mention.speaks or _POSSESSIVE.search(mention.written):
        return False
    covered = read.covered | {place for m in read.mentions for place in m.places}
    if mention.end <= verb.start:
        return speech.verb_after(
            sentence, mention.start, mention.end, read.names, covered
        ) == verb or (speech.metonymy(sentence, mention.start, mention.end) == verb)
    return speech.verb_before(sentence, mention.start, covered) == verb


def _meant(
    read: Read, verb: speech.Verb, last: dict[str, Mention]
) -> tuple[Mention, speech.Verb] | None:
    """“he said”, “the ministry noted”: whoever was named last."""
    before = range(max(0, verb.start - 2), verb.start)
    words = {fold(read.sentence.words[place]) for place in before if place not in read.covered}
    if words & _HE and "person" in last:
        return last["person"], verb
    if words & _BODY and "organisation" in last:
        return last["organisation"], verb
    return None


def _kind(known: Known, mention: Mention, verb: speech.Verb, read: Read, here: Topic) -> str:
    """The verb of the claim, as the archive's vocabulary has it; empty for no claim at all."""
    text = read.sentence.text
    kind = ClaimKind(verb.kind)
    body = known.bodies.get(mention.pk) if mention.target == "organisation" else None
    if kind in FINDING_CLAIM_KINDS and not (body and body.kind in FINDING_KINDS):
        return ""
    if kind == ClaimKind.CALLS_FOR_ACTION:
        if _ACCOUNT.search(text):
            return ClaimKind.CALLS_FOR_ACCOUNTABILITY
        return ClaimKind.CALLS_FOR_INVESTIGATION if "investigation" in here.concepts else kind
    if kind in (ClaimKind.REPORTS, ClaimKind.COMMENTS):
        return _told(kind, text, here, is_official=bool(body))
    return kind


def _told(kind: ClaimKind, text: str, here: Topic, *, is_official: bool) -> ClaimKind:
    """What somebody does who only says or reports."""
    if _NEGATED.search(text):
        return ClaimKind.REJECTS
    if "investigation" in here.concepts and is_official:
        return ClaimKind.ANNOUNCES_INVESTIGATION
    if _counts(text, here) and _CASUALTIES.search(text):
        return ClaimKind.REPORTS_FIGURE
    if _LAW.search(text):
        return ClaimKind.STATES_LAW
    # To whom it was done need not be said: “he had been beaten” is no mere remark.
    is_grave = bool(here.violations or here.concepts & {"terms", "abuse"})
    if kind == ClaimKind.COMMENTS and is_grave and not _NOT_DONE.search(text):
        return ClaimKind.ALLEGES
    return kind


def _counts(text: str, here: Topic) -> bool:
    """Whether there is a figure that is no part of a date."""
    of_dates = {str(part) for date in here.dates for part in (date.year, date.until, date.day)}
    figures = _FIGURE.findall(NUMERIC_DATE.sub(" ", text))
    return any(re.sub(r"\D", "", figure).lstrip("0") not in of_dates for figure in figures)
