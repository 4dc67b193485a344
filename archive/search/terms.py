"""What a reader typed, as regular expressions that mean the same in Python and in PostgreSQL."""

import re
import unicodedata
from functools import lru_cache

from snowballstemmer import stemmer

LONGEST_TEXT = 200
MOST_TERMS = 12

# Letters that readers may type without their marks, by the letter they are then typed as.
_MARKED = {
    "a": "àáâãäå",
    "c": "çćč",
    "e": "èéêëə",
    "g": "ğ",
    "i": "ìíîïıİ",
    "n": "ñń",
    "o": "òóôõö",
    "s": "şśš",
    "u": "ùúûü",
    "z": "žź",
    "е": "ё",
}
_BASE = {marked: base for base, letters in _MARKED.items() for marked in letters}

# Words too common to ask for, unless nothing else was asked.
_COMMON = """
    a an and are as at by for from in is it no nos of on or s the to was were with
    а без был в во до для же за и из или к ко на не но о об от по при с со то у что это
"""
_STOP = frozenset(_COMMON.split())

_NUMBER_SIGN = re.compile(r"(?:\bapplications?\s+)?(?:\bnos?\.?|№|n°)\s*(?=\d+/\d)", re.IGNORECASE)
_PIECE = re.compile(r'["“”„«»]([^"“”„«»]+)["“”„«»]|([^\s"“”„«»]+)')
_WORD = re.compile(r"[^\W_]+")
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_RUSSIAN, _ENGLISH = stemmer("russian"), stemmer("english")


def patterns(text: str, names=()) -> list[str]:
    """One pattern a term, all of which a record must match. Empty when there is no term in it.

    names: groups of names of one and the same; where the text writes one of them out, the term
    stands for all names of its group.
    """
    phrases, words = terms(text)
    words, found = _renamed(words, names)
    wanted = [word for word in words if word not in _STOP]
    if not wanted and not found:
        wanted = words
    found = [_phrase(phrase) for phrase in phrases] + found
    found += [_identifier(word) if _is_number(word) else _word(word) for word in wanted]
    return list(dict.fromkeys(found))[:MOST_TERMS]


def terms(text: str) -> tuple[list[list[str]], list[str]]:
    """The quoted phrases, each as its words, and the other words and numbers of a text."""
    text = _NUMBER_SIGN.sub(" ", _printable(text)[:LONGEST_TEXT])
    phrases, words = [], []
    for phrase, piece in _PIECE.findall(text):
        if phrase:
            phrases.append(_WORD.findall(phrase.lower()))
        elif _is_number(piece):
            words.append(piece.strip(".,;:!?()[]{}<>'’`*"))
        else:
            words.extend(_WORD.findall(piece.lower()))
    return [phrase for phrase in phrases if phrase], [word for word in words if word]


def key(name: str) -> tuple[str, ...]:
    """What two spellings of a name have in common that differ in endings and marks only."""
    return _key(terms(name.replace('"', " "))[1])


def _key(words) -> tuple[str, ...]:
    return tuple("".join(_BASE.get(c, c) for c in _stem(word)) for word in words)


def _renamed(words: list[str], names) -> tuple[list[str], list[str]]:
    """The words that are part of no name, and a pattern for every name written out in them."""
    keys, rest, found, here = _key(words), [], [], 0
    alike = {}
    for group in names:
        for name in group:
            alike.setdefault(key(name), []).append(group)
    alike.pop((), None)
    longest = max(map(len, alike), default=0)
    while here < len(words):
        for end in range(min(len(words), here + longest), here, -1):
            if groups := alike.get(keys[here:end]):
                found.append(_called({name for group in groups for name in group}))
                here = end
                break
        else:
            rest.append(words[here])
            here += 1
    return rest, found


def _called(names) -> str:
    """Any of these names, its words inflected but for abbreviations."""
    spellings = set()
    for name in names:
        words = terms(name.replace('"', " "))[1]
        if words:
            spellings.add(r"\W+".join(map(_part, words)))
    return rf"(^|\W)({'|'.join(sorted(spellings))})(\W|$)"


def _part(word: str) -> str:
    if _is_number(word):
        return re.escape(word)
    stem, endings = _inflected(word)
    if len(word) < 4:
        return _folded(word)
    return _folded(stem) + (r"\w*" if len(stem) > 4 else endings)


def _is_number(piece: str) -> bool:
    return any(character.isdigit() for character in piece)


def _printable(text: str) -> str:
    """Without control characters (NUL, soft hyphens …), composed."""
    text = unicodedata.normalize("NFC", str(text)).replace("İ", "i")
    kept = (" " if c.isspace() else c for c in text)
    return "".join(c for c in kept if not unicodedata.category(c).startswith("C"))


def _word(word: str) -> str:
    """A word in any of its inflected forms.

    A long stem may go on at will; a short one only as far as an ending does, so that «мины» does
    not find «министерство», nor “mine” “minister”.
    """
    stem, endings = _inflected(word)
    start = rf"(^|\W){_folded(stem)}"
    return start if len(stem) > 4 else rf"{start}{endings}(\W|$)"


def _inflected(word: str) -> tuple[str, str]:
    """The stem of a word, and the endings that a short one may have."""
    stem = _stem(word)
    if _CYRILLIC.search(word):
        return stem, r"\w{0,3}"
    endings = "(e|es|ed|er|ers|s|ing|ings)?"
    if len(stem) > 2 and stem[-1] in "ei":  # Snowball's army → armi, mining → mine
        endings = "(i|y|ies|ied)" if stem[-1] == "i" else endings
        stem = stem[:-1]
    return stem, endings


@lru_cache(maxsize=20_000)  # all names of the archive are asked for at every search
def _stem(word: str) -> str:
    if _CYRILLIC.search(word):
        return _RUSSIAN.stemWord(word.lower().replace("ё", "е"))
    return _ENGLISH.stemWord(word.lower())


def _phrase(words: list[str]) -> str:
    between = r"\W+".join(_folded(word) for word in words)
    return rf"(^|\W){between}(\W|$)"


def _identifier(piece: str) -> str:
    """A number, an ECLI, a HUDOC id: as it stands."""
    return rf"(^|\W){re.escape(piece)}(\W|$)"


def _folded(word: str) -> str:
    """The word with a class for every letter that has marked forms."""
    letters = (_BASE.get(letter, letter) for letter in word)
    return "".join(
        f"[{letter}{_MARKED[letter]}]" if letter in _MARKED else re.escape(letter)
        for letter in letters
    )
