"""What each row of a table would change, and what is wrong with it. Nothing is written here."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import validate_slug
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from archive.models import FormerAddress, Publishable

from . import parts
from .columns import (
    AS_EXPORTED,
    Column,
    LinkColumn,
    PartsColumn,
    cell_digest,
    columns_of,
    exported_digests,
    legible,
    rows_of,
    translated,
)
from .tables import TOO_LONG, Row, Unreadable

# Of these a table can break none: what they speak of is not in it.
_BEYOND_TABLES = ("_known_state", "_state_is_dated")
_LONGEST_SHOWN = 3000


@dataclass
class Problem:
    """What is wrong with a cell ("" for the row as a whole), said in every language."""

    column: str
    value: str
    said: dict[str, str]


@dataclass
class Plan:
    """What one row would do. `changes`: column → (value before, or None; value after).

    `waiting`: links to records of the same kind that are not in the archive (yet): they may come
    further down in the table. `left`: cells that the archive says otherwise than the table, and
    that nobody edited since the table was exported.
    """

    number: int
    slug: str
    record: models.Model | None = None
    new: bool = False
    changes: dict[str, tuple] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    waiting: list[tuple[str, str]] = field(default_factory=list)
    left: int = 0
    addresses: dict = field(default_factory=dict)

    def wrong(self, column: str, value, error: ValidationError) -> None:
        for said in in_every_language(error):
            self.problems.append(Problem(column, legible(str(value)[:200]), said))


def in_every_language(error: ValidationError) -> list[dict[str, str]]:
    """Each message of an error in each language of the site."""
    said = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            said[code] = [legible(str(message)) for message in error.messages]
    return [dict(zip(said, texts, strict=True)) for texts in zip(*said.values(), strict=True)]


def refuse_unknown_columns(model, names: Iterable[str]) -> None:
    """Columns whose name begins with # are the curator's own, and left alone."""
    known = {AS_EXPORTED, "", *(column.name for column in columns_of(model))}
    unknown = [name for name in names if name not in known and not name.startswith("#")]
    if not unknown:
        return
    near = difflib.get_close_matches(unknown[0], known, 1)
    if near:
        raise Unreadable(
            _("Column “%(column)s” is not known. Is “%(near)s” meant?"),
            params={"column": unknown[0][:80], "near": near[0]},
        )
    raise Unreadable(
        _("Column “%(column)s” is not known. A column of your own begins with “#”."),
        params={"column": unknown[0][:80]},
    )


def plan(model, rows: list[Row], *, only_empty: bool = False, unedited_too=()) -> list[Plan]:
    """What these rows would do, in their order. A few queries for all of them, some for each that
    changes something.

    only_empty: what the archive already says is left as it is. unedited_too: numbers of rows whose
    cells are taken although nobody edited them.
    """
    columns = {column.name: column for column in columns_of(model)}
    plans = [Plan(number, _slug(cells)) for number, cells in rows]
    stored = _stored(model, [one.slug for one in plans])
    current = _current(model, stored.values())
    for one, (number, cells) in zip(plans, rows, strict=True):
        _read(one, model, columns, cells, stored, current, only_empty, number in unedited_too)
    _resolve(plans, columns)
    for one in plans:
        if one.changes and not one.problems:
            _validate(one, model, columns)
    return plans


def _slug(cells: dict) -> str:
    value = cells.get("slug")
    return legible(str(value).strip()) if value is not None else ""


def _stored(model, slugs: list[str]) -> dict[str, models.Model]:
    """Slug → record, also under an address that it had formerly."""
    found = {record.slug: record for record in model._base_manager.filter(slug__in=slugs)}
    if issubclass(model, Publishable) and (missing := set(slugs) - set(found)):
        moved = FormerAddress.objects.filter(kind=model._meta.model_name, slug__in=missing)
        numbers = dict(moved.values_list("slug", "record_id"))
        records = model._base_manager.in_bulk(numbers.values())
        found |= {slug: records[pk] for slug, pk in numbers.items() if pk in records}
    return found


def _current(model, records) -> dict[int, dict]:
    records = list({record.pk: record for record in records}.values())
    rows = rows_of(model, records)
    return {record.pk: row for record, row in zip(records, rows, strict=True)}


def _read(one, model, columns, cells, stored, current, only_empty, unedited_too) -> None:
    try:
        validate_slug(one.slug)
    except ValidationError:
        one.wrong("slug", one.slug, ValidationError(_NO_ADDRESS))
        return
    if "" in cells:
        one.wrong("", cells[""], ValidationError(_TOO_MANY_CELLS))
        return
    one.record = stored.get(one.slug)
    one.new = one.record is None
    now = {} if one.new else current[one.record.pk]
    digests = None if one.new else exported_digests(model, cells.get(AS_EXPORTED))
    for name, raw in cells.items():
        column = columns.get(name)
        if column is None or name == "slug":
            continue
        if raw == TOO_LONG:
            if one.new:
                one.wrong(name, raw, ValidationError(_LEFT_OUT))
            continue
        try:
            value = column.read(raw)
        except ValidationError as error:
            one.wrong(name, raw, error)
            continue
        if one.new:
            if not column.given and value not in ("", [], False):
                one.changes[name] = (None, value)
        elif not (only_empty and now[name] not in ("", [])):
            _compare(one, column, now[name], value, None if unedited_too else digests)


_NO_ADDRESS = _("A record needs an address of Latin letters, digits and hyphens.")
_TOO_MANY_CELLS = _("This row has more cells than there are columns.")
_LEFT_OUT = _("This text was too long for a workbook and is not in it: take CSV or JSON.")
_BY_STEPS = _("This is changed by its own steps on the page of the record, not by a table.")
CHANGED_SINCE = _(
    "Someone has changed this since the table was exported; now it says “%(now)s”. Export it anew."
)


def _compare(one: Plan, column: Column, before, after, digests) -> None:
    name = column.name
    if column.same(before, after):
        return
    edited = digests is None or cell_digest(column, after) != digests[name]
    if column.given:
        if digests is not None and edited:
            one.wrong(name, column.text(after), ValidationError(_BY_STEPS))
    elif not edited:
        one.left += 1
    elif digests is not None and cell_digest(column, before) != digests[name]:
        now = {"now": column.text(before)[:120]}
        one.wrong(name, column.text(after), ValidationError(CHANGED_SINCE, params=now))
    else:
        one.changes[name] = (before, after)


def _resolve(plans: list[Plan], columns: dict[str, Column]) -> None:
    """Find the records that the new values link to."""
    addresses = addresses_in(
        (columns[name], after) for one in plans for name, (_before, after) in one.changes.items()
    )
    for one in plans:
        one.addresses = addresses
        for name, (_before, after) in list(one.changes.items()):
            for target, slug in columns[name].mentioned(after):
                if (target, slug) not in addresses:
                    _unresolved(one, columns[name], target, slug)


def addresses_in(values: Iterable[tuple[Column, object]]) -> dict[tuple, int]:
    """(model, slug) → number, of the records that these values link to."""
    wanted: dict[type, set[str]] = {}
    for column, value in values:
        for target, slug in column.mentioned(value):
            wanted.setdefault(target, set()).add(slug)
    return {
        (target, slug): pk
        for target, slugs in wanted.items()
        for slug, pk in target._base_manager.filter(slug__in=slugs).values_list("slug", "pk")
    }


def _unresolved(one: Plan, column: Column, target, slug: str) -> None:
    itself = column.field.model if not isinstance(column, PartsColumn) else None
    if target is itself:
        one.waiting.append((column.name, slug))
    else:
        one.wrong(column.name, slug, no_such_record(slug))


def no_such_record(slug: str) -> ValidationError:
    return ValidationError(
        _("There is no record with the address “%(slug)s”."), params={"slug": slug[:120]}
    )


def _validate(one: Plan, model, columns: dict[str, Column]) -> None:
    """As the form of the record would; on the record in memory, which is not saved here."""
    record = one.record or model(slug=one.slug)
    for name, (_before, after) in one.changes.items():
        columns[name].put(record, after, one.addresses)
    one.record = record
    for error in _errors(one, model, columns):
        for name, problems in _by_column(error, columns).items():
            value = one.changes.get(name, (None, ""))[1]
            text = columns[name].text(value) if name in columns and value != "" else ""
            one.wrong(name, text, ValidationError(problems))


def _errors(one: Plan, model, columns) -> Iterable[ValidationError]:
    record, texts = one.record, translated(model)
    checked = {
        column.name
        for column in columns.values()
        if not isinstance(column, (LinkColumn, PartsColumn))
        and (one.new or column.name in one.changes)
    }
    try:
        record.clean_fields(
            exclude={field.name for field in model._meta.fields if field.name not in checked}
        )
    except ValidationError as error:
        yield error
        return
    for name, kept in texts.items():
        if not model._meta.get_field(name).blank and _is_without(one, name, kept):
            yield ValidationError({kept[0]: parts.MISSING_TEXT})
    try:
        record.clean()
    except ValidationError as error:
        yield error
        return
    for constraint in model._meta.constraints:
        if constraint.name.endswith(_BEYOND_TABLES):
            continue
        try:
            constraint.validate(model, record)
        except ValidationError as error:
            yield error
    for name, (before, after) in one.changes.items():
        if isinstance(columns[name], PartsColumn):
            try:
                parts.check(columns[name], before or [], after, one.addresses)
            except ValidationError as error:
                yield ValidationError({name: error.error_list})


def _is_without(one: Plan, name: str, kept: Iterable[str]) -> bool:
    """Whether a text stands in none of the languages. What has no title but the original one, in a
    language that the archive is not read in, is a draft that someone translates."""
    if any(getattr(one.record, column) for column in kept):
        return False
    emptied = any(one.changes.get(column, ("", ""))[0] for column in kept)
    return emptied or not getattr(one.record, f"original_{name}", "")


def _by_column(error: ValidationError, columns) -> dict[str, list]:
    if not hasattr(error, "error_dict"):
        return {"": error.error_list}
    return {
        "" if name == NON_FIELD_ERRORS else name: problems
        for name, problems in error.error_dict.items()
    }


def told_changes(one: Plan, model) -> list[dict]:
    """The changed cells as texts, for people."""
    columns = {column.name: column for column in columns_of(model)}
    return [
        {
            "column": name,
            "before": "" if before is None else columns[name].text(before)[:_LONGEST_SHOWN],
            "after": columns[name].text(after)[:_LONGEST_SHOWN],
        }
        for name, (before, after) in one.changes.items()
    ]
