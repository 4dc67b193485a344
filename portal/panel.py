"""What a list shows around its records: facets with their options, chips, years, addresses."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .facets import Facet
from .parameters import wrong_dates

SHOWN = 6  # options of a facet, the others under “more”
QUOTES = '"“”„«»'
MOST = 30  # options that a list carries; all of them have a page of their own


class Address:
    """The address of a list as its filters have read it: what links to a next state start from."""

    def __init__(self, path: str, pairs: list[tuple[str, str]]):
        self.path, self.pairs = path, pairs

    def __str__(self):
        return f"{self.path}{self.query}"

    @property
    def query(self) -> str:
        return f"?{urlencode(self.pairs)}" if self.pairs else ""

    @property
    def start(self) -> str:
        """The address up to where a further parameter goes."""
        return f"{self}&" if self.pairs else f"{self}?"

    def without(self, *names: str, value: str | None = None) -> "Address":
        """Without these parameters, or without one value of them."""
        kept = [
            (name, here)
            for name, here in self.pairs
            if name not in names or (value is not None and here != value)
        ]
        return Address(self.path, kept)

    def having(self, **parameters) -> "Address":
        """With each of these parameters set to one value; None takes it out."""
        added = [(name, str(value)) for name, value in parameters.items() if value is not None]
        return Address(self.path, self.without(*parameters).pairs + added)


def as_data(section: str, pairs: list[tuple[str, str]]) -> Address:
    """A list as data, in the reader's language."""
    return Address(reverse("api:records", args=[section]), pairs).having(lang=get_language())


@dataclass
class Option:
    value: str
    label: str
    language: str  # where the label is in another language than the reader's, else ""
    count: int
    chosen: bool


@dataclass
class Chip:
    """A chosen value, with the address of the same list without it."""

    name: str  # of the parameter
    of: str
    label: str
    remove: Address
    language: str = ""

    @property
    def has_quotes(self) -> bool:
        """Words with quotation marks of their own, to be shown without others around them."""
        return self.name == "q" and bool(set(self.label) & set(QUOTES))


@dataclass
class FacetPanel:
    """One facet of the page: options by count, then by label in the reader's language.

    total: how many options there are, also where not all of them are here.
    """

    name: str
    label: str
    options: list[Option] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    total: int = 0

    @property
    def shown(self) -> list[Option]:
        return self.options[: self._fold]

    @property
    def more(self) -> list[Option]:
        return self.options[self._fold :]

    @property
    def _fold(self) -> int:
        """How many stand open: nothing is folded to hide a single one."""
        return SHOWN if self.total > SHOWN + 1 else SHOWN + 1

    @property
    def is_cut(self) -> bool:
        return self.total > len(self.options)

    @property
    def chosen(self) -> list[Option]:
        return [option for option in self.options if option.chosen]

    @property
    def more_is_open(self) -> bool:
        return any(option.chosen for option in self.more)


@dataclass
class Year:
    year: int
    count: int
    address: str
    chosen: bool
    x: int
    y: int
    height: int


class Panel:
    """All of it for one filter set, from its answer: no query but those of the search."""

    def __init__(self, filters, path: str):
        self.filters = filters
        self.address = Address(path, self._read(filters))

    def _read(self, filters) -> list[tuple[str, str]]:
        pairs = []
        for name, one in filters.filters.items():
            value = filters.chosen(name)
            if name == "period" and value:
                keys = zip(("from", "to"), value, strict=True)
                pairs += [(key, self._raw(key)) for key, edge in keys if edge]
            elif isinstance(one, Facet):
                pairs += [(name, each) for each in value or []]
            elif name == "sort":
                if value and filters.question.order == value:
                    pairs.append((name, value))
            elif value:
                pairs.append((name, value))
        return pairs

    def _raw(self, key: str) -> str:
        return str(self.filters.data.get(key, "")).replace("\x00", "").strip()[:40]

    @cached_property
    def facets(self) -> list[FacetPanel]:
        return [self._facet(name, one) for name, one in self.filters.facets.items()]

    def _facet(self, name: str, facet: Facet) -> FacetPanel:
        """Of many options, the first and the chosen ones, without a look at the others."""
        most = None if facet.alphabetical else MOST
        counts, total = facet.counts(self.filters.answer, most)
        options, unknown = self._options(name, facet, counts)
        kept = [option for at, option in enumerate(options) if at < MOST or option.chosen]
        total = len(options) if total <= MOST else total
        return FacetPanel(name, facet.label, kept, unknown, total)

    def every_option(self, name: str) -> list[Option]:
        """All options of one facet."""
        facet = self.filters.facets[name]
        counts, _total = facet.counts(self.filters.answer)
        return self._options(name, facet, counts)[0]

    def _options(
        self, name: str, facet: Facet, counts: dict[str, int]
    ) -> tuple[list[Option], list[str]]:
        """An option for each of the counts and for each chosen value, in order; and the chosen
        values that are unknown."""
        chosen = self.filters.chosen(name) or []
        missing = (value for value in chosen if value not in counts)
        counts = counts | {value: facet.count(self.filters.answer, value) for value in missing}
        labels = {value: facet.label_of(value) for value in counts}
        options = [
            Option(value, *label, counts[value], value in chosen)
            for value, label in labels.items()
            if label
        ]
        options.sort(
            key=lambda o: (0 if facet.alphabetical else -o.count, o.label.casefold(), o.value)
        )
        return options, [value for value in chosen if not labels[value]]

    @property
    def unknown(self) -> list[str]:
        """What to tell the reader of chosen values that no published record goes by."""
        message = _(
            "The archive knows nothing by the name “%(value)s”, so that filter finds nothing."
        )
        values = (value for facet in self.facets for value in facet.unknown)
        return [message % {"value": Truncator(value).chars(80)} for value in values]

    @cached_property
    def chips(self) -> list[Chip]:
        chips = []
        for facet in self.facets:
            for option in facet.chosen:
                remove = self.address.without(facet.name, value=option.value)
                chips.append(Chip(facet.name, facet.label, option.label, remove, option.language))
            for value in facet.unknown:
                remove = self.address.without(facet.name, value=value)
                chips.append(Chip(facet.name, facet.label, value, remove))
        return [*self._word_chips(), *chips]

    def _word_chips(self) -> list[Chip]:
        """The chips of what is written rather than chosen: words, from, to."""
        return [
            Chip(name, "", value, self.address.without(name))
            for name, value in self.address.pairs
            if name in ("q", "from", "to")
        ]

    @property
    def facets_on(self) -> int:
        """How many filters are on, the words not counted: what the panel of a phone says."""
        return sum(chip.name != "q" for chip in self.chips)

    @property
    def clear(self) -> str:
        return self.address.path

    @cached_property
    def period(self) -> dict | None:
        if "period" not in self.filters.filters:
            return None
        years = self._years()
        wrong = wrong_dates(self._raw("from"), self._raw("to"))
        return {
            "label": self.filters.filters["period"].label,
            "start": self._raw("from"),
            "end": self._raw("to"),
            "wrong": wrong,
            "reasons": list(dict.fromkeys(wrong.values())),
            "years": years,
            "first": years[0].year if years else None,
            "last": years[-1].year if years else None,
            "width": years[-1].x + 8 if years else 0,
        }

    def _years(self) -> list[Year]:
        """A bar a year, from the first to the last that is reached, 40 units high at most."""
        counts = self.filters.answer.years()
        chosen = self.filters.chosen("period")
        if not counts:
            return []
        first, most = min(counts), max(counts.values())
        bars, start = [], self.address.without("from", "to").start
        for year in sorted(counts):
            height = max(2, round(40 * counts[year] / most))
            inside = bool(chosen) and all(
                not edge or (edge.year <= year if position == 0 else edge.year >= year)
                for position, edge in enumerate(chosen)
            )
            address = f"{start}from={year}&to={year}"
            bars.append(
                Year(year, counts[year], address, inside, (year - first) * 8, 40 - height, height)
            )
        return bars

    @property
    def orders(self) -> list[dict]:
        """The ways to put the list in order, the usual one first."""
        offered = self.filters.filters["sort"].offered(self.filters.question.text)
        usual = next(iter(offered))
        return [
            {
                "name": name,
                "label": label,
                "current": name == self.filters.question.order,
                "address": self.address.having(sort=None if name == usual else name),
            }
            for name, label in offered.items()
        ]
