"""Words with the frequencies of real ones, and invented names in four scripts."""

import itertools
from functools import cache, cached_property

import numpy as np

# Beyond these the real lists hold hardly more than typing errors; at 100,000 documents of 400
# words the last ones of them stand in a handful of documents each.
MOST_WORDS = 300_000


class Lexicon:
    """The words of a language, the most frequent first, drawn as often as they are used."""

    def __init__(self, language: str):
        """Raises ImportError where wordfreq is not installed: only a benchmark needs it."""
        from wordfreq import get_frequency_dict

        listed = get_frequency_dict(language, "large")
        usual = sorted(listed, key=lambda word: (-listed[word], word))
        self.language = language
        self.words = [word for word in usual if word[0].isalnum()][:MOST_WORDS]
        frequencies = np.array([listed[word] for word in self.words])
        self.frequencies = frequencies / frequencies.sum()

    def draw(self, random: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        """Positions in `words`, int32. Walker's method: the same time for every word."""
        share, other = self._aliases
        drawn = random.integers(len(self.words), size=shape, dtype=np.int32)
        return np.where(random.random(shape, dtype=np.float32) < share[drawn], drawn, other[drawn])

    @cached_property
    def _aliases(self) -> tuple[np.ndarray, np.ndarray]:
        count = len(self.words)
        share = (self.frequencies * count).tolist()
        other = list(range(count))
        small = [position for position in range(count) if share[position] < 1]
        large = [position for position in range(count) if share[position] >= 1]
        while small and large:
            poor, rich = small.pop(), large[-1]
            other[poor] = rich
            share[rich] -= 1 - share[poor]
            if share[rich] < 1:
                small.append(large.pop())
        return np.array(share, dtype=np.float32), np.array(other, dtype=np.int32)


@cache
def lexicon(language: str) -> Lexicon:
    """That of a language, read once: it takes a second."""
    return Lexicon(language)


# Every sound in English, Russian, Azerbaijani and Armenian letters.
_CONSONANTS = """b б b բ/g г q գ/d д d դ/z з z զ/t т t տ/l л l լ/kh х x խ/k к k կ/h г h հ/j дж c ջ
m м m մ/n н n ն/sh ш ş շ/ch ч ç չ/p п p պ/r р r ր/s с s ս/v в v վ/zh ж j ժ/gh г ğ ղ"""
_VOWELS = "a а a ա/e е e ե/i и i ի/o о o ո/u у u ու"
_ENDINGS = """kend кенд kənd քենդ/van ван van վան/shen шен şen շեն/li лы lı լի/abad абад abad աբադ
ar ар ar ար/dzor дзор dzor ձոր/lar лар lar լար"""


def _sounds(table: str) -> list[list[str]]:
    return [line.split() for line in table.replace("\n", "/").split("/")]


def invented_names(random: np.random.Generator, count: int) -> list[tuple[str, str, str, str]]:
    """Different names, each in English, Russian, Azerbaijani and Armenian letters."""
    syllables = [
        [consonant + vowel for consonant, vowel in zip(*pair, strict=True)]
        for pair in itertools.product(_sounds(_CONSONANTS), _sounds(_VOWELS))
    ]
    endings = _sounds(_ENDINGS)
    names = {}
    while len(names) < count:
        parts = [syllables[place] for place in random.integers(len(syllables), size=2)]
        parts.append(endings[random.integers(len(endings))])
        spelt = tuple("".join(letters).capitalize() for letters in zip(*parts, strict=True))
        names.setdefault(spelt[1], spelt)  # two that Russian letters do not tell apart are one
    return list(names.values())
