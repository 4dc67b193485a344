"""Which legal cases a text names: by number, by title, by parties, by who investigates what."""

import re
from collections.abc import Iterator

from archive.models import CaseKind, OrganisationKind
from archive.search.analyser import fold, is_ordinary, keys
from archive.search.authority import heard

from . import lexicon
from .known import VERSUS, Case, Known, Spelling
from .mentions import Mention, Read
from .topics import Topics

_NUMBER = re.compile(r"(?<![\d/])\d{1,6}/\d{2}(?![\d/])")
_ECLI = re.compile(r"ECLI(?::[A-Z0-9.]+){4}", re.IGNORECASE)
_ITEM = re.compile(r"(?<!\d)00[1-9]-\d{4,7}(?!\d)")
_INTERIM = re.compile(
    r"interim measure|rule 39|обеспечительн|правил\w+ 39|միջանկյալ|müvəqqəti tədbir", re.IGNORECASE
)
_AROUND, _NEXT = 8, 2  # words beside “v.”: where the applicants are; where a State is one
_CASE_WORD = re.compile(
    r"\b(?:cases? of|judgments? in|дел\w{0,2}|case|işi|işində|գործ\w*)\b", re.IGNORECASE
)
_NUMBERED, _BY_PARTIES, _BY_NAME, _AMONG_SEVERAL = 1.0, 0.9, 0.6, 0.5
_MOST_ALIKE = 2
_INVESTIGATED = 0.5  # of the words that say what an investigation is about


def cases(known: Known, reads: list[Read]) -> list[Mention]:
    """Every case that is named, each as often as it is."""
    found = [
        mention
        for read in reads
        for mention in (*_numbered(known, read), *_titled(known, read), *_parties(known, read))
    ]
    return _of_the_court(known, reads, found)


def _numbered(known: Known, read: Read) -> Iterator[Mention]:
    text = read.sentence.text
    for pattern in (_NUMBER, _ECLI, _ITEM):
        for number in pattern.finditer(text):
            pks = known.numbers.get(number[0].casefold(), set())
            interim = {pk for pk in pks if known.cases[pk].kind == CaseKind.INTERIM_MEASURES}
            chosen = interim if _INTERIM.search(text) and interim else pks - interim or pks
            for pk in sorted(chosen):
                yield _mention(pk, read, number.start(), number.end(), _NUMBERED)


def _titled(known: Known, read: Read) -> Iterator[Mention]:
    for match in read.matches:
        for entry in match.entries:
            if isinstance(entry, Spelling) and entry.kind == "legalcase":
                yield Mention("legalcase", entry.pk, read.sentence, match.start, match.end)


def _parties(known: Known, read: Read) -> Iterator[Mention]:
    """“Saribekyan and Balyan v. Azerbaijan”, however the names are written; «дело Сарибекяна»."""
    sentence = read.sentence
    for versus in VERSUS.finditer(sentence.text):
        words = [
            place
            for place, (start, end) in enumerate(sentence.spans)
            if end <= versus.start() or start >= versus.end()
        ]
        before = [p for p in words if sentence.spans[p][1] <= versus.start()][-_AROUND:]
        after = [p for p in words if sentence.spans[p][0] >= versus.end()][:_AROUND]
        countries = _countries(read, {*after[:_NEXT], *before[-1:]})
        for pk, case in known.cases.items():
            if not case.respondents & countries:
                continue
            near = before if case.kind == CaseKind.INDIVIDUAL else before[-_NEXT:]
            if _has_parties(case, sentence, near):
                start = min(place for place in near if _is_party(case, sentence.words[place]))
                end = max([*after[:_NEXT], *before])
                yield Mention("legalcase", pk, sentence, start, end + 1, _BY_PARTIES)
    for case_word in _CASE_WORD.finditer(sentence.text):
        yield from _called_after(known, read, case_word)


def _countries(read: Read, places: set[int]) -> set[str]:
    return {
        entry.key
        for match in read.matches
        if match.start in places
        for entry in match.entries
        if not isinstance(entry, Spelling) and entry.kind == "country"
    }


def _has_parties(case: Case, sentence, places: list[int]) -> bool:
    """Whether the first of the applicants, or a State, is named there."""
    first = {fold(word) for word in case.parties[:1]}
    first |= {fold(word) for word in case.parties if not word.isascii()}
    wanted = [word for word in case.parties if fold(word) in first]
    return any(_alike(word, sentence.words[place]) for word in wanted for place in places)


def _is_party(case: Case, word: str) -> bool:
    return any(_alike(party, word) for party in case.parties)


def _alike(name: str, word: str) -> bool:
    """Whether a word with a capital is the name, inflected or in another script."""
    if not word[0].isupper() or is_ordinary(word):
        return False
    return not set(keys(name)).isdisjoint(keys(word)) or not heard(name).isdisjoint(heard(word))


def _called_after(known: Known, read: Read, case_word: re.Match) -> Iterator[Mention]:
    """A case called by the surname of one applicant, where no other case is."""
    sentence = read.sentence
    beside = [
        place
        for place, (start, end) in enumerate(sentence.spans)
        if 0 < start - case_word.end() < 4 or 0 < case_word.start() - end < 4
    ]
    for place in beside:
        word = sentence.words[place]
        if any(place in mention.places for mention in read.mentions) or _is_country(read, place):
            continue
        found = [pk for pk, case in known.cases.items() if len(word) > 3 and _is_party(case, word)]
        if len(found) == 1:
            yield Mention("legalcase", *found, sentence, place, place + 1, _BY_NAME)


def _is_country(read: Read, place: int) -> bool:
    return bool(_countries(read, {place}))


def _of_the_court(known: Known, reads: list[Read], found: list[Mention]) -> list[Mention]:
    """Of several cases that the same words may name, those before a court named in the text."""
    courts = {mention.pk for read in reads for mention in read.of("organisation")}
    kept = []
    for mention in found:
        same = {
            other.pk
            for other in found
            if other.sentence is mention.sentence and set(other.places) & set(mention.places)
        }
        before = {pk for pk in same if known.cases[pk].court in courts} or same
        if mention.pk in before and len(before) <= _MOST_ALIKE:
            kept.append(mention)
    return kept


def investigated(
    known: Known, reads: list[Read], topics: Topics, incidents: dict[int, float]
) -> Iterator[Mention]:
    """Criminal proceedings about one of the incidents: an authority of the country is said to
    investigate, and about what. Of those that one sentence may mean, the likeliest.

    incidents: how sure it is that the text is about each.
    """
    best: dict[int, tuple[float, int]] = {}
    for pk, case in known.cases.items():
        body = known.bodies.get(case.court)
        about = [incidents[one] for one in case.incidents if one in incidents]
        if case.kind != CaseKind.CRIMINAL or not body or not body.country or not about:
            continue
        shares = (
            (_share(known, case, reads, place, topics, pk), -place) for place in range(len(reads))
        )
        share, place = max(shares, default=(0.0, 0))
        if share >= _INVESTIGATED:
            best[-place] = max(best.get(-place, (0.0, 0)), (share * max(about), pk))
    for place, (score, pk) in best.items():
        read = reads[place]
        yield Mention("legalcase", pk, read.sentence, *_whole(read), score)


def _whole(read: Read) -> tuple[int, int]:
    """The words about an investigation: what is shown as found."""
    for match in lexicon.concepts().written_in(read.sentence.said):
        if any(term.key == "investigation" for term in match.entries):
            return match.start, match.end
    return 0, len(read.sentence.words)


def _share(known, case, reads, place, topics, pk) -> float:
    """How much of what the proceedings are about is said at a sentence, 0 to 1."""
    if "investigation" not in topics.of_sentence(place).concepts:
        return 0.0
    bodies = {mention.pk for mention in reads[place].of("organisation")}
    prosecuting = {pk for pk in bodies if known.bodies[pk].kind == OrganisationKind.PROSECUTOR}
    if case.court not in (prosecuting or {case.court}):
        return 0.0
    country = known.bodies[case.court].country
    if not any(known.bodies[body].country == country for body in bodies):
        return 0.0
    return topics.share_of_case(pk, place)


def _mention(pk: int, read: Read, start: int, end: int, score: float) -> Mention:
    """Of the words that the characters from `start` to `end` touch."""
    places = [
        place for place, span in enumerate(read.sentence.spans) if span[0] < end and span[1] > start
    ]
    return Mention("legalcase", pk, read.sentence, places[0], places[-1] + 1, score)
