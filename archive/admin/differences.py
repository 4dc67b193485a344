"""What differs between two texts, word by word, for the eye and for the ear."""

import re

from diff_match_patch import diff_match_patch
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

# A word, the space between two, or a mark by itself; letters of every script make words.
_TOKENS = re.compile(r"\w+(?:['’\-]\w+)*|\s+|.", re.DOTALL)
SECONDS = 0.5  # after which the rest of two long texts counts as changed altogether
_MARK = '<{0}><span class="visually-hidden">{1} </span>{2}</{0}>'


def word_differences(before: str, after: str) -> list[tuple[int, str]]:
    """Pieces of both texts in order: −1 with what is gone, 1 with what is new, 0 with the rest."""
    differ = diff_match_patch()
    differ.Diff_Timeout = SECONDS
    letters: dict[str, str] = {}
    pieces = differ.diff_main(_spelled(before, letters), _spelled(after, letters), False)
    words = {letter: word for word, letter in letters.items()}
    pieces = _without_islands(pieces, words)
    differ.diff_cleanupMerge(pieces)
    return [(kind, "".join(words[letter] for letter in piece)) for kind, piece in pieces if piece]


def _spelled(text: str, letters: dict[str, str]) -> str:
    """A letter for each word, so that no word is divided. Surrogates stand for nothing."""
    for word in _TOKENS.findall(text):
        number = len(letters) + 1
        letters.setdefault(word, chr(number if number < 0xD800 else number + 0x800))
    return "".join(letters[word] for word in _TOKENS.findall(text))


def _without_islands(pieces: list[tuple[int, str]], words: dict[str, str]) -> list:
    """A space that is left between changed words is no part of the text worth keeping apart."""
    found = []
    for number, (kind, piece) in enumerate(pieces):
        between = 0 < number < len(pieces) - 1
        if kind == 0 and between and all(words[letter].isspace() for letter in piece):
            found += [(-1, piece), (1, piece)]
        else:
            found.append((kind, piece))
    return found


def marked_differences(before: str, after: str) -> SafeString:
    """The same as HTML: what is gone in <del>, what is new in <ins>, each also named in words."""
    # Translators: read out before words that were taken out of a text
    gone = pgettext("difference", "taken out:")
    # Translators: read out before words that were put into a text
    new = pgettext("difference", "put in:")
    tags = {-1: ("del", gone), 1: ("ins", new)}
    pieces = (
        (format_html(_MARK, *tags[kind], text) if kind else text,)
        for kind, text in word_differences(before, after)
    )
    return format_html_join("", "{}", pieces)
