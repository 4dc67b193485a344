"""Which organisations, people and places the sentences of a text name."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from archive.models import OrganisationKind
from archive.search.analyser import fold, is_ordinary, keys
from archive.search.authority import Found as Match
from archive.search.authority import heard

from . import lexicon, speech
from .known import Known, Spelling
from .lexicon import Term
from .sentences import Sentence

_FILLERS = frozenset(["of", "the", "de", "республика", "republic"])
_JOINING = frozenset(["and", "&", "и", "և", "եւ", "ու", "və"])
_BRACKETS = ("(", "[")
_SHORT = 2  # letters of an acronym that may mean anything
_WORLD = frozenset(("EU", "UN", "ЕС"))
_DOES = {
    "twitter": re.compile(r"\b(?:re)?tweet(?:s|ed|ing)?\b|\bтвит(?:нул|нула|ы|е|а)?\b|թվիթ", re.I)
}
_POSSESSIVE = re.compile("[’'ʼ]s$")
_LEAST_NAME = 4  # letters of a name that may be met by its sound
_WHOLE, _STANDS_FOR, _BY_CONTEXT, _BY_SOUND, _PERHAPS = 1.0, 0.8, 0.7, 0.7, 0.5


@dataclass(frozen=True)
class Mention:
    """Words from `start` up to `end` of a sentence that name a record.

    target: organisation, person, place or legalcase. verb: by which a State speaks or acts here.
    speaks: whether it may be the subject of a sentence; not where only its statement is named.
    """

    target: str
    pk: int
    sentence: Sentence
    start: int
    end: int
    score: float = _WHOLE
    verb: speech.Verb | None = None
    speaks: bool = True

    @property
    def written(self) -> str:
        return self.sentence.written(self.start, self.end)

    @property
    def places(self) -> range:
        return range(self.start, self.end)


@dataclass
class Read:
    """A sentence with what was recognised in it. covered: places of the words of names, posts and
    offices. countries: the codes of those named. names: places of the words of names."""

    sentence: Sentence
    matches: list[Match]
    mentions: list[Mention]
    covered: set[int]
    countries: set[str]
    names: set[int]

    def of(self, target: str) -> list[Mention]:
        return [mention for mention in self.mentions if mention.target == target]


def read(known: Known, sentences: list[Sentence]) -> list[Read]:
    """Every sentence with its mentions, in order."""
    reader = _Reader(known, sentences)
    return [reader.read(place) for place in range(len(sentences))]


class _Reader:
    """Goes through a text twice: what is named in full anywhere decides about what is not."""

    def __init__(self, known: Known, sentences: list[Sentence]):
        self.known, self.sentences = known, sentences
        self.matches = [self._written_in(sentence) for sentence in sentences]
        self.named: dict[str, set[int]] = defaultdict(set)
        for sentence, matches in zip(sentences, self.matches, strict=True):
            for match in matches:
                for entry in match.entries:
                    if isinstance(entry, Spelling) and self._is_full(entry, sentence, match):
                        self.named[entry.kind].add(entry.pk)
        self.by_sound = [list(self._people_by_sound(place)) for place in range(len(sentences))]
        self.named["person"].update(m.pk for found in self.by_sound for m in found)
        self.last_country = ""
        self.last_of_office: dict[str, int] = {}

    def _written_in(self, sentence: Sentence) -> list[Match]:
        """What is written out in a sentence, without “us” for the US and «вс» for «ВС»."""
        return [
            match
            for match in self.known.names.written_in(sentence.said)
            if match.end - match.start > 1
            or not sentence.words[match.start].islower()
            or fold(sentence.words[match.start]) not in lexicon.acronyms()
        ]

    def _is_full(self, spelling: Spelling, sentence: Sentence, match: Match) -> bool:
        is_whole = not spelling.is_acronym and (
            spelling.kind != "person" or match.end - match.start > 1
        )
        return is_whole and self._is_written_so(spelling, sentence, match)

    def read(self, place: int) -> Read:
        sentence, matches = self.sentences[place], self.matches[place]
        covered = {word for match in matches for word in range(match.start, match.end)}
        codes = [_country(match) for match in matches]
        done = Read(sentence, matches, [], covered, set(filter(None, codes)), set())
        done.names = {
            word
            for match in matches
            if any(_names(entry) for entry in match.entries)
            for word in range(match.start, match.end)
        }
        used: set[int] = set()
        for number, match in enumerate(matches):
            done.mentions += self._offices(done, number, match, used)
        for number, match in enumerate(matches):
            if number not in used:
                done.mentions += self._match(done, match)
                done.mentions += self._posts(done, number, match)
        done.mentions += self.by_sound[place]
        done.mentions += self._surnames(done)
        done.mentions += self._places_by_sound(done)
        done.mentions += self._platforms(done)
        done.mentions += self._represented(done)
        done.mentions.sort(key=lambda mention: (mention.start, -mention.end))
        if done.countries:
            self.last_country = next(code for code in reversed(codes) if code)
        return done

    # Names as they stand in the archive

    def _match(self, done: Read, match: Match) -> Iterator[Mention]:
        sentence, start, end = done.sentence, match.start, match.end
        found, states = defaultdict(set), set()
        for entry in match.entries:
            if isinstance(entry, Spelling) and self._is_meant(entry, sentence, match):
                stands_for = self._stands_for_state(entry)
                (states if stands_for else found[entry.kind]).add(entry.pk)
        codes = {_country(match), *(self.known.capital_of.get(pk) for pk in found["place"])}
        states |= {state for code in codes if (state := self.known.state_of.get(code))}
        if states and (verb := self._speaks(done, match, is_capital=not _country(match))):
            for pk in states:
                own = verb if isinstance(verb, speech.Verb) else None
                place = "organisation", pk, sentence, start, end
                yield Mention(*place, _STANDS_FOR, own, speaks=own is not None)
            return
        if found["place"] and found["organisation"]:
            speaks = self._speaks(done, match, is_capital=True)
            found["place" if speaks else "organisation"].clear()
        for kind in ("organisation", "person", "place"):
            for pk in sorted(found[kind]):
                yield Mention(kind, pk, sentence, start, end)
        for pk in found["organisation"] & self.known.office_held_by.keys():
            self.last_of_office[self.known.office_held_by[pk]] = pk

    def _is_meant(self, spelling: Spelling, sentence: Sentence, match: Match) -> bool:
        if not self._is_written_so(spelling, sentence, match):
            return False
        if spelling.kind == "place" and self._is_in_title(sentence, match):
            return False
        if self._is_army(spelling) and self._is_taken(sentence, match.start):
            return False
        if spelling.is_acronym and len(spelling.text) <= _SHORT:
            return self._is_clear(spelling, sentence, match)
        if spelling.kind == "person" and match.end - match.start == 1:
            return not self._is_someone_else(sentence, match.start, spelling.pk)
        return True

    def _is_written_so(self, spelling: Spelling, sentence: Sentence, match: Match) -> bool:
        """Whether capitals say that the words are a name, not words of the language."""
        words = sentence.words[match.start : match.end]
        if spelling.is_acronym:
            return words[0].startswith(spelling.text) and not sentence.is_shouted
        capitals = [word[0].isupper() or not word[0].isalpha() for word in words]
        if spelling.kind in ("person", "place"):
            proper = [w for w in words if not is_ordinary(w) or spelling.kind == "person"]
            if not all(word[0].isupper() for word in proper if keys(word)):
                return False
        if not any(capitals):
            return False
        if len(words) == 1 and is_ordinary(spelling.text):
            return self._is_name_here(sentence, match.start)
        return True

    def _stands_for_state(self, spelling: Spelling) -> bool:
        """Whether the name is that of a country or a capital, and so its government only where it
        speaks or acts."""
        body = self.known.bodies.get(spelling.pk) if spelling.kind == "organisation" else None
        return bool(body and body.is_state and not self.known.terms(spelling.text)["office"])

    def _is_army(self, spelling: Spelling) -> bool:
        body = self.known.bodies.get(spelling.pk) if spelling.kind == "organisation" else None
        return body is not None and body.kind == OrganisationKind.ARMED_FORCES

    @staticmethod
    def _is_in_title(sentence: Sentence, match: Match) -> bool:
        """“Geneva Convention” names no city."""
        following = sentence.words[match.end : match.end + 1]
        return any(fold(word) in lexicon.TREATIES for word in following)

    @staticmethod
    def _is_name_here(sentence: Sentence, place: int) -> bool:
        """Whether one word that a dictionary has stands as a name: with a capital that nothing
        else explains, and not as a part of a longer name."""
        before = sentence.between(place - 1, place)
        after = sentence.between(place, place + 1)
        if before.endswith(("“", "«", '"')) and after.startswith(("”", "»", '"')):
            return True
        if sentence.is_headline or not place:
            return False
        beside = [sentence.words[place - 1]] if before == " " and place > 1 else []
        beside += sentence.words[place + 1 : place + 2] if after == " " else []
        return not any(word[0].isupper() and not _POSSESSIVE.search(word) for word in beside)

    def _is_clear(self, spelling: Spelling, sentence: Sentence, match: Match) -> bool:
        """Whether two letters can only mean this body: it is named in full somewhere, or they stand
        in brackets, or the whole world calls it so."""
        if spelling.kind != "organisation" or spelling.pk in self.named["organisation"]:
            return True
        body = self.known.bodies[spelling.pk]
        if body.kind == OrganisationKind.INTERGOVERNMENTAL and spelling.text in _WORLD:
            return True
        return sentence.between(match.start - 1, match.start).endswith(_BRACKETS)

    # Countries and capitals

    def _speaks(self, done: Read, match: Match, *, is_capital: bool) -> speech.Verb | bool | None:
        sentence, start, end = done.sentence, match.start, match.end
        if speech.is_source(sentence, start, end) or speech.saying_of(sentence, start, end):
            return True
        if is_capital and (verb := speech.metonymy(sentence, start, end)):
            return verb
        if not self._is_base(sentence, match):
            return None
        if verb := speech.verb_after(sentence, start, end, done.names, done.covered):
            return verb
        free = done.covered - set(range(start, end))
        verb = speech.verb_before(sentence, start, free)
        return verb if verb and not speech.is_led(sentence, start, done.names) else None

    @staticmethod
    def _is_base(sentence: Sentence, match: Match) -> bool:
        """Whether a country or a capital stands in the form of a subject."""
        written = fold(" ".join(sentence.words[match.start : match.end]))
        forms = set()
        for entry in match.entries:
            if isinstance(entry, Spelling):
                forms.add(fold(entry.text))
            elif entry.kind == "country":
                forms.update(map(fold, lexicon.country_names(entry.key)))
        return bool(forms & {written, re.sub("(?<=[ա-ֆ])[ըն]$", "", written)})

    # Offices and posts, put together with countries

    def _offices(self, done: Read, number: int, match: Match, used: set[int]) -> Iterator[Mention]:
        offices = [t.key for t in match.entries if isinstance(t, Term) and t.kind == "office"]
        if not offices:
            return
        office = offices[0]
        codes = self._countries_beside(done, number)
        bodies = [(self._body(office, code), span) for code, span in codes]
        for pk, (start, end, others) in bodies:
            if pk is not None:
                used.update((number, *others))
                start, end = min(start, match.start), max(end, match.end)
                self.last_of_office[office] = pk
                yield Mention("organisation", pk, done.sentence, start, end)
        if codes or any(isinstance(entry, Spelling) for entry in match.entries):
            return
        if office in lexicon.DISTINCT_OFFICES:
            pk = self.last_of_office.get(office)
            if pk is None:
                pk = self._body(office, self._country_here(done, match))
            if pk is not None:
                used.add(number)
                yield Mention(
                    "organisation", pk, done.sentence, match.start, match.end, _BY_CONTEXT
                )

    def _body(self, office: str, code: str) -> int | None:
        if office == "government" and (office, code) not in self.known.office_of:
            return self.known.state_of.get(code)
        return self.known.office_of.get((office, code))

    def _countries_beside(self, done: Read, number: int) -> list[tuple[str, tuple]]:
        """The countries that an office is said to be of, each with the words it takes part in."""
        if after := self._chain(done, number, +1):
            return after
        return self._chain(done, number, -1)

    def _chain(self, done: Read, number: int, step: int) -> list[tuple[str, tuple]]:
        """“… of Armenia and Azerbaijan” after an office, “Armenian and Azerbaijani …” before it."""
        sentence, matches, found = done.sentence, done.matches, []
        here, other = number, number + step
        while 0 <= other < len(matches) and (code := _country(matches[other])):
            left, right = sorted((here, other))
            between = sentence.words[matches[left].end : matches[right].start]
            gap = sentence.between(matches[left].end - 1, matches[right].start)
            words = {fold(word) for word in between}
            if not self._is_joined(
                words, gap, step, is_first=here == number, language=sentence.language
            ):
                break
            ends = matches[other].start, matches[other].end
            found.append((code, (*ends, {other})))
            here, other = other, other + step
        if found and step < 0 and self._is_taken(sentence, matches[here].start):
            return []
        return found

    @staticmethod
    def _is_joined(words: set[str], gap: str, step: int, *, is_first: bool, language: str) -> bool:
        if not is_first:
            return words <= _JOINING | {"the"} and gap.strip() in ("and", "&", ",", *_JOINING)
        if step < 0:
            return not words and not gap.strip(" ’'s")
        is_of = bool(words) and words <= _FILLERS
        return is_of or (not words and not gap.strip() and language == "ru")

    @staticmethod
    def _is_taken(sentence: Sentence, start: int) -> bool:
        """“captured Armenian troops” are people, not the army."""
        before = sentence.said[max(0, start - 1) : start]
        return any(
            Term("concept", "captive") in match.entries
            for match in lexicon.concepts().written_in(before)
        )

    def _country_here(self, done: Read, match: Match) -> str:
        """The country that the words before are about."""
        codes = [_country(other) for other in done.matches if other.end <= match.start]
        bodies = [
            self.known.bodies[entry.pk].country
            for other in done.matches
            if other.end <= match.start
            for entry in other.entries
            if isinstance(entry, Spelling) and entry.kind == "organisation"
        ]
        return next(filter(None, (*reversed(bodies), *reversed(codes), self.last_country)), "")

    def _posts(self, done: Read, number: int, match: Match) -> Iterator[Mention]:
        """Who held a post, where it is named with its country and without its holder."""
        people = self._holders(done, number)
        if len(people) != 1:
            return
        sentence, end = done.sentence, match.end
        for other in done.matches[number + 1 :]:
            if _country(other) and not set(sentence.words[end : other.start]) - _FILLERS:
                end = other.end
        following = sentence.words[end] if end < len(sentence.words) else ""
        beside = sentence.between(end - 1, end)
        if following[:1].isupper() and not beside.strip(" ,(") or self._is_former(sentence, match):
            return
        yield Mention("person", *people, sentence, match.start, end, _PERHAPS)

    def _holders(self, done: Read, number: int) -> set[int]:
        posts = _posts_of(done.matches[number])
        codes = {code for code, _span in self._countries_beside(done, number)} if posts else ()
        held = (self.known.held.get((post, code), set()) for post in posts for code in codes)
        return set().union(*held)

    @staticmethod
    def _is_former(sentence: Sentence, match: Match) -> bool:
        before = {fold(word) for word in sentence.words[max(0, match.start - 3) : match.start]}
        return bool(
            before & {"former", "ex", "deputy", "vice", "бывший", "экс", "заместитель", "вице"}
        )

    # People by surname or sound

    def _surnames(self, done: Read) -> Iterator[Mention]:
        sentence, known = done.sentence, self.known
        for place, word in enumerate(sentence.words):
            if place in done.covered or not word[0].isupper():
                continue
            people = {
                pk for key in self._keys(sentence, place) for pk in known.surnames.get(key, ())
            }
            people = {
                pk for pk in people if not self._is_someone_else(sentence, place, pk, done.covered)
            }
            named = people & self.named["person"]
            if not named and people:
                named = people & self._by_office(done, place)
            if len(named) == 1:
                yield Mention("person", *named, sentence, place, place + 1, 0.9)

    @staticmethod
    def _keys(sentence: Sentence, place: int) -> tuple[str, ...]:
        return keys(sentence.said[place]) + keys(sentence.words[place])

    def _by_office(self, done: Read, place: int) -> set[int]:
        """Those who hold the post that stands before a surname."""
        for match in done.matches:
            if match.end == place and (posts := _posts_of(match)):
                return set().union(
                    *(people for (post, _), people in self.known.held.items() if post in posts)
                )
            if match.end == place and _country(match):  # премьер-министр Армении Пашинян
                return self._by_office(done, match.start)
        return set()

    def _is_someone_else(
        self, sentence: Sentence, place: int, pk: int, covered: set[int] = frozenset()
    ) -> bool:
        """Whether a given name stands before the surname that is not this person's."""
        for other in (place - 1, place + 1):
            if not 0 <= other < len(sentence.words) or other in covered:
                continue
            word = sentence.words[other]
            gap = sentence.between(min(place, other), max(place, other))
            is_name = word[0].isupper() and gap in (" ", "\u00a0") and not is_ordinary(word)
            is_title = fold(word) in lexicon.TITLE_WORDS
            if is_name and not is_title and not set(keys(word)) & self.known.given[pk]:
                return True
        return False

    def _people_by_sound(self, number: int) -> Iterator[Mention]:
        """A given name and a surname that both sound like those of one person."""
        sentence, matches = self.sentences[number], self.matches[number]
        covered = {word for match in matches for word in range(match.start, match.end)}
        for place in range(len(sentence.words) - 1):
            pair = sentence.words[place : place + 2]
            is_pair = sentence.between(place, place + 1) in (" ", "\u00a0", "-")
            if covered & {place, place + 1} or not is_pair or min(map(len, pair)) < _LEAST_NAME:
                continue
            if all(word[0].isupper() for word in pair):
                people = {
                    pk
                    for first in heard(pair[0])
                    for last in heard(pair[1])
                    for pk in self.known.sounding.get((first, last), ())
                }
                if len(people) == 1:
                    yield Mention("person", *people, sentence, place, place + 2, _BY_SOUND)

    def _places_by_sound(self, done: Read) -> Iterator[Mention]:
        taken = {word for mention in done.mentions for word in mention.places} | done.covered
        sentence = done.sentence
        for place, word in enumerate(sentence.words):
            if place in taken or not word[0].isupper() or is_ordinary(word) or not place:
                continue
            places = {pk for one in heard(word) for pk in self.known.place_sounds.get(one, ())}
            if len(places) == 1:
                yield Mention("place", *places, sentence, place, place + 1, _PERHAPS)

    # What is named by something else

    def _platforms(self, done: Read) -> Iterator[Mention]:
        for name, doing in _DOES.items():
            if done_so := doing.search(done.sentence.text):
                place = next(
                    number
                    for number, span in enumerate(done.sentence.spans)
                    if span[0] <= done_so.start() < span[1]
                )
                for pk in self._called(name):
                    yield Mention("organisation", pk, done.sentence, place, place + 1, _STANDS_FOR)

    def _called(self, name: str) -> set[int]:
        found = self.known.names.called(name)
        return {e.pk for e in found if isinstance(e, Spelling) and e.kind == "organisation"}

    def _represented(self, done: Read) -> list[Mention]:
        """Whoever speaks for a body is a mention of that body too."""
        return [
            Mention("organisation", body.parent, m.sentence, m.start, m.end, _STANDS_FOR)
            for m in done.of("organisation")
            if (body := self.known.bodies[m.pk]).represents
            and (above := self.known.bodies.get(body.parent))
            and not above.is_state
        ]


def _names(entry) -> bool:
    return isinstance(entry, Spelling) or entry.kind == "country"


def _country(match: Match) -> str:
    """The code of the country that the words name; empty for none."""
    return next((e.key for e in match.entries if isinstance(e, Term) and e.kind == "country"), "")


def _posts_of(match: Match) -> set[str]:
    terms = {e for e in match.entries if isinstance(e, Term)}
    posts = {term.key for term in terms if term.kind == "post"}
    return posts | {t.key for t in terms if t.kind == "office" and t.key in lexicon.POSTS}
