"""What a reader typed, as regular expressions that mean the same in Python and in PostgreSQL."""

import re
import unicodedata

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
_RUSSIAN, _ENGLISH = stemmer("russian"), stemmer("english")


def patterns(text: str) -> list[str]:
    """One pattern a term, all of which a record must match. Empty when there is no term in it."""
    text = _NUMBER_SIGN.sub(" ", _printable(text)[:LONGEST_TEXT])
    phrases, words = [], []
    for phrase, piece in _PIECE.findall(text):
        if phrase:
            phrases.append(_WORD.findall(phrase.lower()))
        elif any(character.isdigit() for character in piece):
            words.append(_identifier(piece))
        else:
            words.extend(_WORD.findall(piece.lower()))
    wanted = [word for word in words if word and word not in _STOP] or [w for w in words if w]
    found = [_phrase(phrase) for phrase in phrases if phrase]
    found += [word if word.startswith("(") else _word(word) for word in wanted]
    return list(dict.fromkeys(found))[:MOST_TERMS]


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
    if re.search("[а-яё]", word):
        stem = _RUSSIAN.stemWord(word.replace("ё", "е"))
        endings = r"\w{0,3}"
    else:
        stem = _ENGLISH.stemWord(word)
        endings = "(e|es|ed|er|ers|s|ing|ings)?"
        if len(stem) > 2 and stem[-1] in "ei":  # Snowball's army → armi, mining → mine
            endings = "(i|y|ies|ied)" if stem[-1] == "i" else endings
            stem = stem[:-1]
    start = rf"(^|\W){_folded(stem)}"
    return start if len(stem) > 4 else rf"{start}{endings}(\W|$)"


def _phrase(words: list[str]) -> str:
    between = r"\W+".join(_folded(word) for word in words)
    return rf"(^|\W){between}(\W|$)"


def _identifier(piece: str) -> str:
    """A number, an ECLI, a HUDOC id: as it stands."""
    piece = piece.strip(".,;:!?()[]{}<>'’`*")
    return rf"(^|\W){re.escape(piece)}(\W|$)" if piece else ""


def _folded(word: str) -> str:
    """The word with a class for every letter that has marked forms."""
    letters = (_BASE.get(letter, letter) for letter in word)
    return "".join(
        f"[{letter}{_MARKED[letter]}]" if letter in _MARKED else re.escape(letter)
        for letter in letters
    )
