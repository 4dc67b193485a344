"""What a name sounds like, whichever of four scripts it is written in.

For names of the authority file only: in running text too many words sound like a name.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import islice, product

SHORTEST_NAME, LONGEST_NAME = 4, 40  # letters
_MOST_READINGS = 16

# Letters by the class of consonants they belong to: P b p · T d t · K g k kh gh · S s · Z z ·
# H sh · C ch j zh · X ts dz · V v w · F · M · N · L · R. Vowels and glides: a (and e), i, o (and u).
# What may be read in more than one way has the readings separated by “|”, an empty one where it may
# be silent.
_SHARED = """
    b P  p P  d T  t T  g K  k K  q K  s S  z Z  v V  w V  f F  m M  n N  l L  r R  h |K
    a a  e a  i i  o o  u o  y i  j C
    sh H  sch H  shch H  š H  ch C|H  tch C  č C  zh C  ž C  dj C  dzh C  dž C  ts X  tz X  dz X
    vh V|VK|K  kh K  gh K  th T  ph F  ck K  x K|KS  c K|C|S
    б P  п P  д T  т T  г K  к K  х K  с S  з Z  в V  ф F  м M  н N  л L  р R
    а a  е a  ё o  и i  й i  о o  у o  ы i  э a  ю o  я a  ж C  дж C  ч C  тч C  ш H  щ H  ц X
    тс X  дз X
    բ P  պ P  փ P  դ T  տ T  թ T  գ K  կ K  ք K  խ K  ղ K  ս S  զ Z  վ V  վհ V|VK|K  ւ V  ֆ F  մ M  ն N
    լ L  ր R  ռ R  հ |K  ա a  ե a  է a  ը i  ի i  ո o  օ o  ու o  յ i  ժ C  ջ C  չ C  ճ C  տչ C  շ H
    ծ X  ց X  ձ X  տս X
"""
_AZERBAIJANI = "c C  ç C  tç C  ş H  x K  ğ K  ə a  ı i  ö o  ü o"
_AZERBAIJANI_ONLY = re.compile("[əğışçöü]")


class _Letters:
    """Readings of the letters, and of letters written together, of an alphabet."""

    def __init__(self, table: str):
        entries = iter(table.split())
        self.readings = {
            letters: heard.split("|") for letters, heard in zip(entries, entries, strict=True)
        }
        longest_first = sorted(self.readings, key=len, reverse=True)
        self.pattern = re.compile("|".join(longest_first))

    def read(self, word: str) -> list[list[str]]:
        """The readings of each sound of a composed lower-case word; other accents do not count."""
        plain = (c if c in self.readings else unicodedata.normalize("NFD", c)[0] for c in word)
        return [self.readings[letters] for letters in self.pattern.findall("".join(plain))]


_LETTERS = _Letters(_SHARED)
_LETTERS_OF_AZERBAIJANI = _Letters(_SHARED + _AZERBAIJANI)

_VO = re.compile("^ո(?![ւվ])")  # at the beginning of an Armenian word it is “vo”
_DOUBLED = re.compile(r"(.)\1+")
_VOWELS = re.compile("[aio]+")
_INNER_VOWEL = re.compile("(?<=.)a(?=.)")
_ONE_VOWEL = re.compile("[aio]*[A-Z]([aio]*)[A-Z][aio]*")  # and two consonants
_GLIDE = re.compile("i(?=[ao])|(?<=[ao])i")


@lru_cache(maxsize=2**14)
def sounds(word: str) -> frozenset[str]:
    """The ways a word may sound, as its classes of consonants; two names that share one are alike.

    Vowels are told only at the beginning and at the end, where they are seldom lost, and (after a
    colon) between two consonants that are all there are. Short words and those with fewer than
    two consonants have none: too many names would be alike.
    """
    word = unicodedata.normalize("NFC", word[:LONGEST_NAME].replace("İ", "i").casefold())
    if len(word) < SHORTEST_NAME:
        return frozenset()
    is_azerbaijani = _AZERBAIJANI_ONLY.search(word)
    letters = (_LETTERS_OF_AZERBAIJANI if is_azerbaijani else _LETTERS).read(_VO.sub("վո", word))
    heard = map("".join, islice(product(*letters), _MOST_READINGS))
    return frozenset(skeleton for one in heard if (skeleton := _skeleton(one)))


def _skeleton(heard: str) -> str:
    """Empty where there are fewer than two consonants."""
    heard = _DOUBLED.sub(r"\1", heard)
    skeleton = _INNER_VOWEL.sub("", _VOWELS.sub("a", heard))
    if len(skeleton.strip("a")) < 2:
        return ""
    if short := _ONE_VOWEL.fullmatch(heard):
        return skeleton + ":" + _DOUBLED.sub(r"\1", _GLIDE.sub("", short[1]))
    return skeleton


def beginning(sound: str) -> str:
    """What the sounds of longer words begin with that go on as this one does."""
    return sound.partition(":")[0].rstrip("a")
