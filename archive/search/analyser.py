"""What a word is indexed and looked for by, in English, Russian, Armenian and Azerbaijani.

A word of a text and a word of a query match when their keys intersect.
"""

import re
import unicodedata
from functools import lru_cache
from threading import Lock

import simplemma
from pymorphy3 import MorphAnalyzer

# Of the rules below: an index made by another version is stale.
VERSION = "1"

LONGEST_KEY = 60  # letters; longer ones are no words, but a table of bytes or a prank
_KNOWN_WORDS = 2**17  # about 50 MB when full

_APOSTROPHES = "'’‘ʼʻ`´՚"
_UNSEEN = "\u00ad\u200b-\u200d\u2060\ufeff"  # soft hyphens, joiners, spaces of no width
_MARKS = "\u0300-\u036f՛՜՞"  # accents; Armenian signs of tone stand inside the word

# The words of a text, with what belongs inside them.
WORD = re.compile(rf"[^\W_]+(?:(?:[{_MARKS}]|[{_UNSEEN}{_APOSTROPHES}]+(?=[^\W_]))[^\W_]*)*")

_LETTERS = str.maketrans(
    {"ə": "e", "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"}
)
_REMOVED = re.compile(rf"(?<!и)\u0306|[\u0300-\u0305\u0307-\u036f՛՜՞{_UNSEEN}{_APOSTROPHES}]")
_POSSESSIVE = re.compile(rf"[{_APOSTROPHES}]s$", re.IGNORECASE)
_S = ("s", "S", "ſ")

_AZERBAIJANI = re.compile("[əğışçöüƏĞİŞÇÖÜ]")
_CYRILLIC = re.compile("[а-я]")
_RUSSIAN = re.compile("[а-яё]+")
_ARMENIAN = re.compile("[ա-ֆ]")
_LATIN = re.compile("[a-z]+")

# Too common to be looked for.
_COMMON = """
    a an and are as at be been but by for from had has have he her his in into is it its nor of on
    or our she so such than that the their them then there these they this those to was we were
    which who will with you your
    а без бы был была были было в во вы да для до его ее если же за и из или их к как ко ли мы на
    над не него нее ни них но о об он она они оно от по под при с со так также там то тоже того
    той том ту ты у что чтобы эта эти это этого этой этом этот эту я
"""
_STOP = frozenset(_COMMON.split())


def fold(text: str) -> str:
    """The text without what readers leave out or write in more than one way.

    Case, accents and other marks (й stays й), ё, the Azerbaijani letters, և and its spellings եւ
    and եվ, apostrophes and soft hyphens. Spaces and other signs stay. Composed (NFC).
    """
    text = text.casefold()
    if _RUSSIAN.fullmatch(text):  # most of what there is, and this way ten times as fast
        return text.replace("ё", "е")
    if text.isascii():
        return text if text.isalnum() else _REMOVED.sub("", text)
    text = _REMOVED.sub("", unicodedata.normalize("NFD", text)).translate(_LETTERS)
    return unicodedata.normalize("NFC", text).replace("եվ", "եւ")


@lru_cache(maxsize=_KNOWN_WORDS)
def keys(word: str) -> tuple[str, ...]:
    """The folded base forms of a word, likeliest first; none for a word too common to index.

    word: one match of `WORD`. What holds no letter and no digit has no key.
    """
    plain = fold(_POSSESSIVE.sub("", word) if word[-1:] in _S else word)[:LONGEST_KEY]
    if plain in _STOP or not (plain.isalnum() or WORD.search(plain)):
        return ()
    if _LATIN.fullmatch(plain):
        found = _english(plain)
        if not word.isascii() and _AZERBAIJANI.search(unicodedata.normalize("NFC", word)):
            found = [*_azerbaijani(plain), *found]
    elif _CYRILLIC.match(plain):
        found = _russian(plain)
    elif _ARMENIAN.match(plain):
        found = _armenian(plain)
    else:
        found = [plain]
    return tuple(dict.fromkeys(found))


_NAMES = {"Name", "Surn", "Patr", "Geox", "Orgn"}
_CONTRACTION = re.compile(rf"[{_APOSTROPHES}](?:t|d|s|m|re|ve|ll)$", re.IGNORECASE)


@lru_cache(maxsize=2**14)
def is_ordinary(word: str) -> bool:
    """Whether a dictionary of English or Russian has the word, and not as a name."""
    plain = fold(_POSSESSIVE.sub("", word))[:LONGEST_KEY]
    if _LATIN.fullmatch(plain):
        is_name = not simplemma.lemmatize(plain, lang="en").islower()
        return (_is_known(plain) and not is_name) or bool(_CONTRACTION.search(word))
    if not _CYRILLIC.match(plain):
        return False
    parses = _dictionary().parse(plain)
    names = sum(parse.score for parse in parses if not _NAMES.isdisjoint(parse.tag.grammemes))
    return parses[0].is_known and names < 0.5


_PERSONS = {"Name", "Surn", "Patr"}


@lru_cache(maxsize=2**14)
def likely_a_person(word: str) -> float:
    """How likely a Russian word is to be a name of a person, 0–1; unknown ones by their ending."""
    parses = _dictionary().parse(fold(word)[:LONGEST_KEY])
    return sum(parse.score for parse in parses if not _PERSONS.isdisjoint(parse.tag.grammemes))


@lru_cache(maxsize=2**14)
def likely_a_given_name(word: str) -> float:
    """How likely a Russian word is to be a given name that the dictionary has, 0–1."""
    parses = _dictionary().parse(fold(word)[:LONGEST_KEY])
    return sum(parse.score for parse in parses if parse.is_known and "Name" in parse.tag.grammemes)


# What may follow where a reader has stopped typing.
_ENGLISH_ENDINGS = "s es n en d ed g ng ing y r er t h"
_RUSSIAN_ENDINGS = (
    "а я о е и ы у ю й ь х м ей ев ов ой ом ем ам ям ах ях ых их ый ий ая яя ое ее ые ие ую юю ою"
    " ья ье ью ми го му ть ли ла ло ами ями ого его ому ему ыми ими"
)


@lru_cache(maxsize=2**12)
def beginnings(start: str) -> frozenset[str]:
    """The keys of words that have a form beginning so, where the key itself does not.

    start: folded. Of ordinary words with a usual ending only: child of “childre”, казнить of
    «казненн».
    """
    if _LATIN.fullmatch(start):
        endings, is_known = _ENGLISH_ENDINGS, _is_known
    elif _CYRILLIC.match(start):
        endings, is_known = _RUSSIAN_ENDINGS, _dictionary().word_is_known
    else:
        return frozenset()
    words = (start + ending for ending in endings.split())
    found = {key for word in words if is_known(word) and is_ordinary(word) for key in keys(word)}
    return frozenset(key for key in found if not key.startswith(start))


# A name the dictionary lacks is guessed by its ending, by every ending differently; so it is also
# kept without the endings that nouns have.
_CASE = re.compile("(?<=...)(?:ами|ом|ем|ым|ой|ей|[аеиуыюя])$")


def _russian(word: str) -> list[str]:
    """Every base form that the dictionary, or the ending of an unknown word, makes likely."""
    is_known, readings = True, _listed(word)
    if not readings:
        parses = _dictionary().parse(word)
        is_known = parses[0].is_known
        readings = [(fold(parse.normal_form), parse.score) for parse in parses]
    likely = {}
    for form, score in readings:
        likely[form] = likely.get(form, 0) + score
    found = [form for form, score in likely.items() if score >= 0.1]
    if not is_known:
        found = [word] * (word in likely) + [*found, word, _CASE.sub("", word)]
    return found


def _listed(word: str) -> list[tuple[str, float]]:
    """Base form and likelihood of what the dictionary has, likeliest first. What `parse` says in
    three times as long; initials, which it reads otherwise, are left to it."""
    if len(word) < 3:
        return []
    morph = _dictionary()
    build, tag = morph.dictionary.build_normal_form, morph.dictionary.build_tag_info
    found = [
        (fold(build(paradigm, at, spelt)), paradigm, at)
        for spelt, readings in morph.dictionary.words.similar_items(word, morph.char_substitutes)
        for paradigm, at in readings
    ]
    if len({form for form, _paradigm, _at in found}) < 2:
        return [(form, 1.0) for form, _paradigm, _at in found[:1]]
    chance = morph.prob_estimator.p_t_given_w.prob
    weighed = [(form, chance(word, tag(paradigm, at))) for form, paradigm, at in found]
    if not any(score for _form, score in weighed):
        return [(form, 1 / len(weighed)) for form, _score in weighed]
    return sorted(weighed, key=lambda one: -one[1])


_loading = Lock()


def _dictionary() -> MorphAnalyzer:
    with _loading:
        return _loaded()


@lru_cache(maxsize=1)
def _loaded() -> MorphAnalyzer:
    return MorphAnalyzer()


# Forms that the dictionary leaves as they are because they are words of their own too.
_ALSO = {
    "azeris": "azeri",
    "left": "leave",
    "lives": "life",
    "felt": "feel",
    "thought": "think",
    "won": "win",
    "wives": "wife",
}

# The one spelling of what British and American spell differently.
_SPELLINGS = [
    (re.compile("(?<=...)is(e|er|ation)$"), r"iz\1"),
    (re.compile("(?<=..)our(?=$|able$|hood$|al$|er$)"), "or"),
    (re.compile("(?<=..)ence$"), "ense"),
    (re.compile("(?<=..[bt])re$"), "er"),
    (re.compile("gement$"), "gment"),
    (re.compile("gramme$"), "gram"),
]


_PLURAL = re.compile("(..+[^sui]|....+i)s")  # POWs, Armenians, Azeris; not Goris


def _english(word: str) -> list[str]:
    """The dictionary's base form, and that of the verb a noun in -ing is made from."""
    found = [_base(word)]
    if found[0].endswith("ing"):
        stem = found[0][:-3]
        found += [verb for verb in (stem, f"{stem}e") if _is_verb(verb)]
    if found == [word] and (plural := _PLURAL.fullmatch(word)):
        people = _base(word.capitalize()) == plural[1]
        found = [plural[1], word] if people or not _is_known(word) else found
    found += [_ALSO[word]] if word in _ALSO else []
    return [_spelt(form) for form in found]


def _is_known(word: str) -> bool:
    return simplemma.is_known(word, lang="en")


def _base(word: str) -> str:
    return simplemma.lemmatize(word, lang="en").lower()


def _is_verb(word: str) -> bool:
    return _base(word.removesuffix("e") + "ed") == word


_SPELT_TWO_WAYS = re.compile("is(?:e|er|ation)$|our|ence$|re$|gement$|gramme$")


def _spelt(word: str) -> str:
    if not _SPELT_TWO_WAYS.search(word):
        return word
    for spelling, one in _SPELLINGS:
        word = spelling.sub(one, word)
    return word


# What hangs on a noun, from the end inwards, after as many letters of which kind it may. None of
# it is known for certain without a dictionary, so all that may be left of a word is kept.
_AZERBAIJANI_ENDINGS = [  # the copula; case; whose it is; the plural. Folded: ə is e, ı i, ö o, ü u
    ["(...+)d[iu]r"],
    [
        "(..+[aeiou])(?:n[iu]n|n[iu]|y[ae]|n[ae]|nd[ae]n?)",
        "(..+[^aeiou])[iu]n",
        "(...+[^aeiou])[iu]",
        "(....+[^aeiou])[ae]",
        "(...+)d[ae]n?",
    ],
    ["(..+[aeiou])s[iu]", "(...+[^aeiou])[iu]", "(..+[^aeiou])[iu][mn][iu]z"],
    ["(..+)l[ae]r"],
]
_ARMENIAN_ENDINGS = [  # the article; case; the plural
    ["(..+[^աեէըիոօ])ը", "(..+[աեէըիոու])ն"],
    ["(..+)(?:ի|ին|ից|ում|ով|ու)", "(..+)յ(?:ի|ին|ից|ով)"],
    ["(..+)ներ", "(..+)եր"],
]
# Sounds that change before an ending, and back.
_AZERBAIJANI_CHANGES = [("(.+)g", r"\1q"), ("(.+[aeiou])y", r"\1k")]
_ARMENIAN_CHANGES = [("(.+)ությ?ան", r"\1ություն"), ("(.+)ման", r"\1ում")]


def _azerbaijani(word: str) -> list[str]:
    return _stems(word, _AZERBAIJANI_ENDINGS, _AZERBAIJANI_CHANGES)


def _armenian(word: str) -> list[str]:
    return _stems(word, _ARMENIAN_ENDINGS, _ARMENIAN_CHANGES)


def _stems(word: str, slots: list[list[str]], changes: list[tuple[str, str]]) -> list[str]:
    found = [word]
    for slot in slots:
        for form in tuple(found):
            found += [match[1] for ending in slot if (match := re.fullmatch(ending, form))]
    for changed, back in changes:
        found += [match.expand(back) for form in found if (match := re.fullmatch(changed, form))]
    return found
