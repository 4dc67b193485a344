"""Measure how well the search knows the forms of words and the spellings of names."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations, permutations
from pathlib import Path
from typing import NamedTuple

from django.core.management.base import BaseCommand, CommandError

from archive.search import authority
from archive.search.analyser import keys
from archive.search.sounds import sounds

SAMPLES = Path(authority.__file__).parent / "samples"

# What the search promises.
FORMS_AT_LEAST = {"ru": {"recall": 0.96, "precision": 0.90}, "en": {"f1": 0.85}}
NAMES_AT_LEAST, NAMES_WRONG_AT_MOST = 0.98, 0.005

Pairs = set[tuple[str, str]]


class Measure(NamedTuple):
    """Pairs that should meet and pairs that did, out of `possible` pairs."""

    wanted: Pairs
    met: Pairs
    possible: int

    @property
    def missed(self) -> Pairs:
        return self.wanted - self.met

    @property
    def wrong(self) -> Pairs:
        return self.met - self.wanted

    @property
    def recall(self) -> float:
        """Of the pairs that should meet, the share that did."""
        return len(self.wanted & self.met) / max(1, len(self.wanted))

    @property
    def precision(self) -> float:
        """Of the pairs that met, the share that should."""
        return len(self.wanted & self.met) / max(1, len(self.met))

    @property
    def f1(self) -> float:
        return 2 * len(self.wanted & self.met) / max(1, len(self.wanted) + len(self.met))

    @property
    def wrong_share(self) -> float:
        """Of the pairs that should not meet, the share that did."""
        return len(self.wrong) / max(1, self.possible - len(self.wanted))


class Command(BaseCommand):
    help = (
        "Measure how well the search knows the forms of words and the spellings of names. "
        "Forms: of all pairs of forms with a common base form, the share that the search takes "
        "for one word (recall); of all pairs it takes for one word, the share that has a common "
        "base form (precision). Names: of all pairs of spellings of one name, the share that "
        "meets as typed, by sound, and through an authority file that holds every spelling but "
        "the one typed; and of all pairs of different names, the share that meets wrongly. "
        "--verbosity 2 lists what was missed and what was wrong. "
        "Fails where a promise of the search is not kept."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--forms",
            type=Path,
            default=SAMPLES / "forms.tsv",
            help="Lines of language, form and base form, separated by tabs; a form may have more "
            "base forms, on lines of their own. Lines that begin with # are remarks.",
        )
        parser.add_argument(
            "--names",
            type=Path,
            default=SAMPLES / "names.tsv",
            help="Lines of the spellings of one name, each a single word, separated by tabs.",
        )

    def handle(self, *, forms, names, verbosity, **options):
        self.verbosity, self.broken = verbosity, []
        self.report_forms(read_forms(forms))
        self.report_names(read_names(names))
        if self.broken:
            raise CommandError("Not reached: " + "; ".join(self.broken) + ".")

    def report_forms(self, languages: dict[str, dict[str, set[str]]]) -> None:
        self.stdout.write(f"{'forms':<28}{'count':>8}{'recall':>9}{'precision':>11}{'F1':>9}")
        for language, bases in languages.items():
            found = measure_forms(bases)
            self.stdout.write(
                f"{language:<28}{len(bases):>8}{found.recall:>9.4f}"
                f"{found.precision:>11.4f}{found.f1:>9.4f}"
            )
            self.list_pairs(found)
            for name, least in FORMS_AT_LEAST.get(language, {}).items():
                self.expect(getattr(found, name) >= least, f"{language} {name} ≥ {least}")

    def report_names(self, names: list[list[str]]) -> None:
        self.stdout.write(f"\n{'names':<28}{'pairs':>8}{'meet':>9}{'wrong':>11}")
        for how, meeting in {
            "as typed": meeting_as_typed,
            "by sound": meeting_by_sound,
            "through the authority file": meeting_through_authority,
        }.items():
            found = measure_names(names, meeting)
            self.stdout.write(
                f"{how:<28}{len(found.wanted):>8}{found.recall:>9.4f}{found.wrong_share:>11.5f}"
            )
        self.list_pairs(found)
        self.expect(found.recall >= NAMES_AT_LEAST, f"names ≥ {NAMES_AT_LEAST}")
        self.expect(
            found.wrong_share <= NAMES_WRONG_AT_MOST, f"names wrong ≤ {NAMES_WRONG_AT_MOST}"
        )

    def list_pairs(self, found: Measure) -> None:
        if self.verbosity > 1:
            for title, pairs in (("missed", found.missed), ("wrong", found.wrong)):
                for one, other in sorted(pairs):
                    self.stdout.write(f"    {title}: {one} – {other}")

    def expect(self, holds: bool, promise: str) -> None:
        if not holds:
            self.broken.append(promise)


def read_forms(path: Path) -> dict[str, dict[str, set[str]]]:
    """The base forms of every form, by language."""
    languages = defaultdict(lambda: defaultdict(set))
    for number, row in _rows(path):
        if len(row) != 3:
            raise CommandError(f"{path}, line {number}: three columns are wanted.")
        language, form, base = row
        languages[language][form].add(base)
    return languages


def read_names(path: Path) -> list[list[str]]:
    """The spellings of each name, every one once."""
    return [list(dict.fromkeys(row)) for _, row in _rows(path)]


def measure_forms(bases: dict[str, set[str]]) -> Measure:
    """Every pair of two forms of a language, in either order; the forms by their base forms."""
    found = {form: set(keys(form)) for form in bases}
    pairs = len(bases) * (len(bases) - 1) // 2
    return Measure(_sharing(bases), _sharing(found), pairs)


def measure_names(
    names: list[list[str]], meeting: Callable[[list[list[str]]], Iterable[tuple[str, str]]]
) -> Measure:
    """Every pair of a spelling typed and another, of the same name or not."""
    wanted = {pair for spellings in names for pair in permutations(spellings, 2)}
    count = sum(map(len, names))
    return Measure(wanted, {(a, b) for a, b in meeting(names) if a != b}, count * (count - 1))


def meeting_as_typed(names: list[list[str]]) -> Pairs:
    return _both_ways(
        _sharing({word: set(keys(word)) for spellings in names for word in spellings})
    )


def meeting_by_sound(names: list[list[str]]) -> Iterator[tuple[str, str]]:
    """Every spelling as it is typed meets those that sound so."""
    sounding = defaultdict(list)
    for word in (word for spellings in names for word in spellings):
        for sound in sounds(word):
            sounding[sound].append(word)
    for typed in (word for spellings in names for word in spellings):
        yield from ((typed, word) for sound in authority.heard(typed) for word in sounding[sound])


def meeting_through_authority(names: list[list[str]]) -> Iterator[tuple[str, str]]:
    """A spelling typed meets every spelling of the names it leads to, its own not yet known."""
    known = authority.Names()
    having = defaultdict(set)
    for entry, spellings in enumerate(names):
        known.put(entry, spellings, proper=True)
        for word in spellings:
            having[word].add(entry)
    for entry, spellings in enumerate(names):
        for typed in spellings:
            known.put(entry, [word for word in spellings if word != typed], proper=True)
            led = known.called(typed).union(*(having[word] for word in known.alike(typed)))
            yield from ((typed, word) for found in led for word in names[found])
        known.put(entry, spellings, proper=True)


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.startswith("#"):
            yield number, line.split("\t")


def _sharing(of: dict[str, Iterable[str]]) -> Pairs:
    """The pairs of words that have something in common, each pair once and sorted."""
    groups = defaultdict(list)
    for word in sorted(of):
        for one in of[word]:
            groups[one].append(word)
    return {pair for group in groups.values() for pair in combinations(group, 2)}


def _both_ways(pairs: Pairs) -> Pairs:
    return pairs | {(b, a) for a, b in pairs}
