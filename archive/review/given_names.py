"""Given names, by which a name is known even where the rest of it is an ordinary word: John Smith.

Lists of the library Faker for the languages that texts of this archive take names from, and the
dictionary of Russian.
"""

from calendar import day_name, month_name
from functools import cache
from importlib import import_module

from archive.search.analyser import fold, is_ordinary, likely_a_given_name
from archive.search.sounds import sounds

_LATIN = ("en_US", "en_GB", "az_AZ")
_ARMENIAN = ("hy_AM",)
_SHORTEST = 3
_POSSIBLE = 0.1  # how likely the dictionary of Russian has to hold a word to be one
_DAYS = frozenset(fold(name) for name in (*day_name, *month_name))


def is_given_name(word: str) -> bool:
    """Whether a word with a capital letter may be one."""
    plain = fold(word)
    if len(plain) < _SHORTEST or plain in _DAYS:
        return False
    if plain in _as_written() or likely_a_given_name(word) >= _POSSIBLE:
        return True
    return not is_ordinary(word) and not _as_heard().isdisjoint(sounds(plain))


@cache
def _as_written() -> frozenset[str]:
    return frozenset(fold(name) for name in _listed(_LATIN))


@cache
def _as_heard() -> frozenset[str]:
    """In Latin letters an Armenian name is written in more ways than one."""
    return frozenset(sound for name in _listed(_ARMENIAN) for sound in sounds(fold(name)))


def _listed(places: tuple[str, ...]) -> set[str]:
    providers = [import_module(f"faker.providers.person.{place}").Provider for place in places]
    return {
        name
        for provider in providers
        for kind in ("first_names", "first_names_female", "first_names_male")
        for name in getattr(provider, kind, ())
        if len(name) >= _SHORTEST
    }
