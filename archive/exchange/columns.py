"""The columns of a table of records, made from the fields of their model.

Names and values are codes, the same whatever language the curator works in: `title_en`, `kind`,
"judgment". A text kept in several languages has a column for each. What is linked is named by its
address (slug). A cell means the same in every format; JSON writes lists, parts and true/false as
such, the others write them as text:

    text, date (EDTF), choice   as it is
    true/false                  true, false
    several lines of text       a line each
    links                       addresses, with "; " between
    parts (steps, citations …)  a line each, see `cells`

A column that is absent leaves its field as it is; an empty cell empties it.
"""

import base64
import datetime as dt
import hashlib
import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from functools import cache

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, make_aware
from django.utils.translation import gettext_lazy as _
from modeltranslation.translator import NotRegistered, translator
from modeltranslation.utils import get_translation_fields

from archive.models import PUBLISHABLE, EDTFField, LinesField, Publishable, ViolationType
from archive.models.publishable import Part

from .cells import line_of, part_of, with_plain_newlines

EXCHANGED = (*PUBLISHABLE, ViolationType)
AS_EXPORTED = "as_exported"

_TRUE = {"true", "1", "yes", "истина", "да", "vrai", "wahr"}
_FALSE = {"false", "0", "no", "ложь", "нет", "faux", "falsch", ""}
_DAY_FIRST = re.compile(r"(\d{1,2})([./])(\d{1,2})[./](\d{4})([?~%]?)(?: 0?0:00(?::00)?)?")
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BETWEEN_SLUGS = re.compile(r"[\s;,|]+")


def model_of(kind: str) -> type[models.Model] | None:
    """The model by its name in lower case, where records of it can be exchanged."""
    return next((model for model in EXCHANGED if model._meta.model_name == kind), None)


class Column:
    """A text. `given` columns are shown, and never taken from a table."""

    target: type[models.Model] | None = None

    def __init__(self, name: str, field: models.Field, given: bool = False):
        self.name, self.field, self.given = name, field, given

    # From records

    def values(self, records: list) -> dict[int, object]:
        """Record number → value, for a chunk of records at once."""
        return {record.pk: self.value(getattr(record, self.field.attname)) for record in records}

    def value(self, stored) -> object:
        return with_plain_newlines(stored or "")

    def text(self, value) -> str:
        """The value as a cell of text; `read` is its inverse."""
        return value

    # From tables

    def read(self, raw) -> object:
        """The value of a cell (a string, or whatever JSON has). Raises ValidationError."""
        text = _storable(with_plain_newlines(_plain(raw)))
        if self.field.choices and text.strip() not in ("", *dict(self.field.flatchoices)):
            raise ValidationError(
                _("“%(value)s” is none of: %(codes)s."),
                params={"value": text[:80], "codes": ", ".join(dict(self.field.flatchoices))},
            )
        return text.strip() if self.field.choices else text

    def same(self, one, other) -> bool:
        return one == other or (
            isinstance(one, str) and isinstance(other, str) and one.strip() == other.strip()
        )

    def rebased(self, before, after, now) -> object:
        """What somebody who changed `before` into `after` wants where it says `now`. Raises
        ValueError where somebody else wants something else."""
        if not self.same(now, before) and not self.same(now, after):
            raise ValueError(now)
        return after

    def mentioned(self, value) -> Iterable[tuple[type[models.Model], str]]:
        """The records that a value links to, as (model, address)."""
        return ()

    def put(self, record, value, addresses) -> None:
        """Set the field of a record in memory. addresses: (model, slug) → number."""
        empty = value == "" and self.field.null
        setattr(record, self.field.attname, None if empty else self.stored(value))

    def stored(self, value):
        return value.strip() if isinstance(value, str) else value


class DateColumn(Column):
    """EDTF. A spreadsheet may have turned 2022-09-13 into 13.09.2022: that is turned back."""

    def read(self, raw):
        if isinstance(raw, dt.datetime):
            raw = raw.date()
        if isinstance(raw, dt.date):
            return raw.isoformat()
        text = super().read(raw).strip()
        if not (match := _DAY_FIRST.fullmatch(text)):
            return text
        day, separator, month, year, mark = match.groups()
        if separator == "/" and int(day) <= 12 and int(month) <= 12 and day != month:
            raise ValidationError(
                _("“%(value)s” can be read day first or month first: write it as 2022-09-13."),
                params={"value": text},
            )
        if int(month) > 12:
            day, month = month, day
        return f"{year}-{month:0>2}-{day:0>2}{mark}"


class LinesColumn(Column):
    def value(self, stored):
        return list(stored)

    def text(self, value):
        return "\n".join(value)

    def read(self, raw):
        lines = raw if isinstance(raw, list) else _plain(raw).splitlines()  # as the field does
        lines = [super(LinesColumn, self).read(line).strip() for line in lines]
        return [line for line in lines if line]

    def stored(self, value):
        return value

    def put(self, record, value, addresses):
        setattr(record, self.field.attname, value)


class FlagColumn(Column):
    def value(self, stored):
        return bool(stored)

    def text(self, value):
        return "true" if value else "false"

    def read(self, raw):
        text = _plain(raw).strip().lower()
        if text in _TRUE:
            return True
        if text in _FALSE:
            return False
        raise ValidationError(
            _("“%(value)s” is neither true nor false."), params={"value": text[:80]}
        )


class NumberColumn(Column):
    """Whole numbers and decimals, written without a needless zero: "40.5"."""

    def value(self, stored):
        if stored is None:
            return ""
        return format(Decimal(stored).normalize(), "f")

    def read(self, raw):
        text = re.sub(r"\s", "", _plain(raw)).replace(",", ".")
        if not text:
            return ""
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = None
        whole = isinstance(self.field, models.IntegerField)
        if number is None or not number.is_finite() or abs(number.adjusted()) > 20:
            raise ValidationError(_("“%(value)s” is not a number."), params={"value": text[:80]})
        if whole and number != number.to_integral_value():
            raise ValidationError(
                _("“%(value)s” is not a whole number."), params={"value": text[:80]}
            )
        return self.value(number)

    def stored(self, value):
        if value in (None, ""):
            return None
        return int(value) if isinstance(self.field, models.IntegerField) else Decimal(value)


class MomentColumn(Column):
    """A moment in UTC: 2026-03-01T09:00:00+00:00."""

    def value(self, stored):
        return stored.astimezone(dt.UTC).isoformat() if stored else ""

    def read(self, raw):
        if isinstance(raw, dt.datetime):
            raw = raw.isoformat()
        text = _plain(raw).strip()
        if not text:
            return ""
        try:
            moment = parse_datetime(text if ":" in text else f"{text}T00:00")
            if moment is not None:
                return self.value(make_aware(moment, dt.UTC) if is_naive(moment) else moment)
        except (ValueError, OverflowError):  # the first or the last hours that there are
            pass
        raise ValidationError(
            _("“%(value)s” is not a moment: write 2026-03-01T09:00."), params={"value": text[:80]}
        )

    def stored(self, value):
        return parse_datetime(value) if value else None


class LinkColumn(Column):
    """One linked record, by its address."""

    def __init__(self, name, field, given=False):
        super().__init__(name, field, given)
        self.target = field.related_model

    def values(self, records):
        numbers = {record.pk: getattr(record, self.field.attname) for record in records}
        slugs = slugs_of(self.target, {pk for pk in numbers.values() if pk})
        return {pk: slugs.get(number, "") for pk, number in numbers.items()}

    def read(self, raw):
        return _storable(_plain(raw)).strip()

    def mentioned(self, value):
        return [(self.target, value)] if value else ()

    def put(self, record, value, addresses):
        setattr(record, self.field.attname, addresses.get((self.target, value)))
        record._state.fields_cache.pop(self.field.name, None)


class LinksColumn(Column):
    """Any number of linked records, by their addresses, in the order of the alphabet."""

    def __init__(self, name, field, given=False):
        super().__init__(name, field, given)
        self.target = field.related_model

    def values(self, records):
        found = {record.pk: [] for record in records}
        through = self.field.remote_field.through._base_manager
        here, there = self.field.m2m_field_name(), self.field.m2m_reverse_field_name()
        rows = through.filter(**{f"{here}__in": list(found)})
        for pk, slug in rows.values_list(f"{here}_id", f"{there}__slug"):
            found[pk].append(slug)
        return {pk: sorted(slugs) for pk, slugs in found.items()}

    def text(self, value):
        return "; ".join(value)

    def read(self, raw):
        if isinstance(raw, list):
            raw = " ".join(_plain(one) for one in raw)
        return sorted({slug for slug in _BETWEEN_SLUGS.split(_storable(_plain(raw))) if slug})

    def rebased(self, before, after, now):
        gone, new = set(before) - set(after), set(after) - set(before)
        return sorted(set(now) - gone | new)

    def mentioned(self, value):
        return [(self.target, slug) for slug in value]

    def put(self, record, value, addresses):
        """Links are written after the record: see `write`."""

    def write(self, record, value, addresses) -> None:
        getattr(record, self.name).set(
            [pk for slug in value if (pk := addresses.get((self.target, slug)))]
        )


class PartsColumn(Column):
    """The parts of a record. A value is a list of dicts, name of a column → value."""

    def __init__(self, relation):
        self.name = relation.get_accessor_name()
        self.model, self.field, self.given = relation.related_model, relation.field, False
        self.columns = tuple(_own_columns(self.model, without={self.field.name}))
        self.known = {column.name: column for column in self.columns}

    def values(self, records):
        rows = self.rows([record.pk for record in records])
        found = {record.pk: [] for record in records}
        for row, part in rows:
            found[getattr(row, self.field.attname)].append(part)
        return found

    def rows(self, owners: list[int]) -> list[tuple[models.Model, dict]]:
        """The parts of these records in their order, each with its value."""
        rows = list(self.model._base_manager.filter(**{f"{self.field.attname}__in": owners}))
        rows.sort(key=lambda row: (getattr(row, self.field.attname), *_rank(row)))
        by_column = {column.name: column.values(rows) for column in self.columns}
        return [
            (row, self._shortened({name: values[row.pk] for name, values in by_column.items()}))
            for row in rows
        ]

    def _shortened(self, part: dict) -> dict:
        return {name: value for name, value in part.items() if value != self.usual(name)}

    @cache  # noqa: B019 - a column lives as long as the process
    def usual(self, name: str):
        """The value that a new part has, and that need not be written."""
        column = self.known[name]
        blank = column.read("" if not isinstance(column, LinksColumn) else [])
        if column.field.has_default() and not isinstance(column, LinksColumn):
            return column.value(column.field.get_default())
        return blank

    def text(self, value):
        return "\n".join(
            line_of({name: self.known[name].text(cell) for name, cell in part.items()})
            for part in value
        )

    def read(self, raw):
        parts = raw
        if not isinstance(raw, list):
            try:
                lines = with_plain_newlines(_plain(raw)).split("\n")
                parts = [part_of(line) for line in lines if line.strip()]
            except ValueError as error:
                raise ValidationError(
                    _("“%(value)s” has no name and “=” before it."), params={"value": str(error)}
                ) from error
        return [self._read_part(part) for part in parts]

    def _read_part(self, part) -> dict:
        if not isinstance(part, dict) or not set(part) <= set(self.known):
            unknown = [name for name in part if name not in self.known] if part else [part]
            raise ValidationError(
                _("“%(value)s” is none of: %(codes)s."),
                params={"value": str(unknown[0])[:80], "codes": ", ".join(self.known)},
            )
        read = {
            name: column.read(part[name]) for name, column in self.known.items() if name in part
        }
        return self._shortened(read)

    def same(self, one, other):
        """In whatever order: it is said by the parts themselves, not by their lines."""
        return sorted(map(self.key, one)) == sorted(map(self.key, other))

    def rebased(self, before, after, now):
        if self.same(now, before) or self.same(now, after):
            return after
        old, new, known = ({self.key(part) for part in value} for value in (before, after, now))
        if not old - new <= known:
            raise ValueError(now)
        kept = [part for part in now if self.key(part) not in old - new]
        return kept + [part for part in after if self.key(part) not in old | known]

    def key(self, part: dict) -> str:
        """Equal for parts that say the same."""
        trimmed = {name: self.known[name].text(cell).strip() for name, cell in part.items()}
        return line_of(dict(sorted(trimmed.items())))

    def fill(self, row, part: dict, addresses) -> None:
        """Make a part in memory say this and nothing else."""
        for name, column in self.known.items():
            if not column.given:
                column.put(row, part.get(name, self.usual(name)), addresses)

    @property
    def holds_files(self) -> bool:
        return any(isinstance(field, models.FileField) for field in self.model._meta.fields)

    def mentioned(self, value):
        return [
            link
            for part in value
            for name, cell in part.items()
            for link in self.known[name].mentioned(cell)
        ]

    def put(self, record, value, addresses):
        """Parts are written after the record: see `parts.write`."""


def _rank(row) -> tuple:
    """The order in which the model wants its parts; what is not known comes last."""
    rank = []
    for name in row._meta.ordering[1:]:
        value = getattr(row, name.lstrip("-"))
        if isinstance(value, dt.date):
            value = -value.toordinal() if name.startswith("-") else value.toordinal()
        rank.append((value is None, value if value is not None else 0))
    return tuple(rank)


def slugs_of(model, pks) -> dict[int, str]:
    if not pks:
        return {}
    return dict(model._base_manager.filter(pk__in=pks).values_list("pk", "slug"))


def _storable(text: str) -> str:
    """The text, if every database takes it."""
    if _UNSTORABLE.search(text):
        raise ValidationError(_("There is a sign in this text that cannot be stored."))
    return text


def legible(text: str) -> str:
    """The text with a mark in place of what no database takes."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def _plain(raw) -> str:
    """What a cell says, whatever the spreadsheet took it for."""
    if raw is None:
        return ""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, dt.datetime) and raw.time() == dt.time():
        return raw.date().isoformat()
    if isinstance(raw, (dt.date, dt.time)):
        return raw.isoformat()
    if isinstance(raw, (list, dict)):
        raise ValidationError(_("Here stands a list, where one value is expected."))
    return str(raw)


def _column(field, given=False) -> Column:
    if field.many_to_many:
        return LinksColumn(field.name, field, given)
    if field.many_to_one:
        return LinkColumn(field.name, field, given)
    kinds = {
        EDTFField: DateColumn,
        LinesField: LinesColumn,
        models.BooleanField: FlagColumn,
        models.IntegerField: NumberColumn,
        models.DecimalField: NumberColumn,
        models.DateTimeField: MomentColumn,
    }
    made = next((made for kind, made in kinds.items() if isinstance(field, kind)), Column)
    return made(field.name, field, given)


def translated(model) -> dict[str, tuple]:
    """Name of a text kept in every language → its columns."""
    try:
        fields = translator.get_options_for_model(model).all_fields
    except NotRegistered:
        return {}
    return {name: tuple(get_translation_fields(name)) for name in fields}


# Shown in a table, and changed elsewhere: the state by its steps, a file on the page of its record.
_GIVEN = {"status", "sha256"}
_NOT_EXCHANGED = {"id", "file"}


def _own_columns(model, without=frozenset()) -> Iterable[Column]:
    texts = translated(model)
    for field in (*model._meta.fields, *model._meta.many_to_many):
        if field.name in _NOT_EXCHANGED or field.name in texts or field.name in without:
            continue
        if field.editable or field.name in _GIVEN:
            yield _column(field, given=field.name in _GIVEN)


@cache
def columns_of(model) -> tuple[Column, ...]:
    """The columns of a table of such records: address, state, its own, the shared ones, parts."""
    shared = {field.name for field in Publishable._meta.fields}

    def place(column) -> int:
        if column.name in ("slug", "status"):
            return 0
        base = re.sub(r"_[a-z]{2}$", "", column.name)
        return 2 if {column.name, base} & shared else 1

    own = sorted(_own_columns(model), key=place)
    parts = [
        PartsColumn(relation)
        for relation in model._meta.related_objects
        if issubclass(relation.related_model, Part) and relation.on_delete is models.CASCADE
    ]
    return (*own, *parts)


def rows_of(model, records: list) -> list[dict[str, object]]:
    """Column → value for each of these records. A few queries, however many there are."""
    by_column = {column.name: column.values(records) for column in columns_of(model)}
    return [{name: values[record.pk] for name, values in by_column.items()} for record in records]


@cache
def _edition(model) -> str:
    return _digest("\n".join(column.name for column in columns_of(model)))


def _digest(text: str) -> str:
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=3).digest()
    return base64.urlsafe_b64encode(digest).decode()


def cell_digest(column: Column, value) -> str:
    return _digest(column.text(value))


def as_exported(model, row: dict[str, object]) -> str:
    """Four letters for every cell, by which an import tells which of them were edited."""
    return _edition(model) + "".join(
        cell_digest(column, row[column.name]) for column in columns_of(model)
    )


def exported_digests(model, said) -> dict[str, str] | None:
    """Column → its four letters; None for what was exported otherwise, or not by us."""
    columns = columns_of(model)
    if not isinstance(said, str) or len(said) != 4 * (len(columns) + 1):
        return None
    if not said.startswith(_edition(model)):
        return None
    return {column.name: said[4 * n : 4 * n + 4] for n, column in enumerate(columns, 1)}
