"""What a record says, its links and parts included, as one piece of JSON that can be kept, compared
with another, merged with a third, and made true again.

A snapshot is {"fields": {name: value}, "links": {name: [numbers]}, "parts": {relation: {number:
{"fields": …, "links": …}}}}: every text in every language, what can be edited and nothing that
follows from it. A row that no table has yet bears a number below zero.
"""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from hashlib import sha256
from typing import Any, NamedTuple

from django.core.files import File
from django.db import models, transaction
from django.db.models.fields.files import FieldFile

from .lines import LinesField
from .publishable import Part

# Changes by steps only, never by editing.
_BY_STEPS = {"status"}
_EMPTY_ROW = {"fields": {}, "links": {}}

_rehearsing: ContextVar[bool] = ContextVar("rehearsing", default=False)


@contextmanager
def rehearsal() -> Iterator[None]:
    """Whatever is written inside is taken back at the end, and nobody follows it meanwhile."""
    token = _rehearsing.set(True)
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        _rehearsing.reset(token)


def rehearsing() -> bool:
    return _rehearsing.get()


# ── what of a record is kept ──


@cache
def parts_of(model: type[models.Model]) -> dict[str, models.ManyToOneRel]:
    """The relations to rows that live and die with a record of this kind, by name."""
    return {
        relation.get_accessor_name(): relation
        for relation in model._meta.related_objects
        if relation.one_to_many
        and relation.on_delete is models.CASCADE
        and issubclass(relation.related_model, Part)
    }


@cache
def fields_of(model: type[models.Model]) -> tuple[models.Field, ...]:
    """What is edited, and what a row cannot be without; of a text the column of every language."""
    owners = {relation.field for relation in _owning(model)}
    return tuple(
        field
        for field in model._meta.concrete_fields
        if not field.primary_key
        and field not in owners
        and field.name not in _BY_STEPS
        and (field.editable or not (field.null or field.blank))
        and not hasattr(model, f"{field.name}_en")
    )


def _owning(model) -> list[models.ManyToOneRel]:
    keys = [field for field in model._meta.concrete_fields if field.many_to_one]
    return [
        field.remote_field
        for field in keys
        if field.remote_field in parts_of(field.related_model).values()
    ]


# ── from a record and back ──


def snapshot(record: models.Model) -> dict:
    """What is stored of the record now, in JSON. Two queries, and some for each kind of part."""
    model = type(record)
    stored = model._base_manager.get(pk=record.pk)
    parts = {}
    for name, relation in parts_of(model).items():
        part = relation.related_model
        rows = part._base_manager.filter(**{relation.field.name: record.pk}).order_by("pk")
        rows = {row.pk: row for row in rows}
        links = _links(part, list(rows))
        parts[name] = {
            str(pk): {"fields": _values(row), "links": links[pk]} for pk, row in rows.items()
        }
    links = _links(model, [record.pk])[record.pk]
    return {"fields": _values(stored), "links": links, "parts": parts}


def digest(data: dict) -> str:
    """By which one snapshot is known from another, whatever the order of its keys."""
    return sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def _values(row) -> dict[str, Any]:
    return {field.name: plain(field, getattr(row, field.attname)) for field in fields_of(type(row))}


def plain(field, value):
    """A value in JSON. No text is the empty text, in whichever way the table says so."""
    if value is None:
        return "" if isinstance(field, (models.CharField, models.TextField)) else None
    if isinstance(field, LinesField):
        return list(value)
    if isinstance(value, FieldFile):
        return value.name or ""
    return value if isinstance(value, (bool, int)) else field.value_to_string(_Holder(field, value))


class _Holder:
    """A row of one value, for `value_to_string`."""

    def __init__(self, field, value):
        setattr(self, field.attname, value)


def _links(model, pks: list[int]) -> dict[int, dict[str, list[int]]]:
    """pk → field → the numbers of what is linked, ascending."""
    found = {pk: {field.name: [] for field in model._meta.local_many_to_many} for pk in pks}
    for field in model._meta.local_many_to_many if pks else ():
        here, there = f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id"
        rows = field.remote_field.through._base_manager.filter(**{f"{here}__in": pks})
        for pk, linked in rows.order_by(there).values_list(here, there):
            found[pk][field.name].append(linked)
    return found


@transaction.atomic
def apply(record: models.Model, data: dict, *, provisional: bool = False) -> None:
    """Make the record say what the snapshot says, its links and parts too.

    A row with a number below zero becomes a new one; with `provisional` (in a rehearsal) it keeps
    that number, so that a form finds it again. What is no longer there cannot be linked.
    """
    record.refresh_from_db()
    record._stored_slug = record.__dict__.get("slug")
    _fill(record, data["fields"])
    record.save()
    _link(record, data["links"])
    for name, relation in parts_of(type(record)).items():
        _apply_rows(record, relation, data["parts"].get(name, {}), provisional)


def _apply_rows(record, relation, rows: dict[str, dict], provisional: bool) -> None:
    model = relation.related_model
    stored = {row.pk: row for row in model._base_manager.filter(**{relation.field.name: record.pk})}
    for pk, row in stored.items():
        if str(pk) not in rows:
            _by_the_same(record, row).delete()
    for number, said in rows.items():
        row = stored.get(int(number))
        is_new = row is None
        if is_new:
            row = model(**{relation.field.attname: record.pk})
            row.pk = _number(model, int(number), provisional)
        changed = _fill(row, said["fields"], with_files=not provisional)
        if any(_lacks(row, field) for field in fields_of(model)):
            continue
        if is_new or changed:
            _by_the_same(record, row).save(force_insert=is_new)
        _link(row, said["links"])


def _by_the_same(record, row):
    """The history of a part names whoever changed the record."""
    if (user := getattr(record, "_history_user", None)) is not None:
        row._history_user = user
    return row


def _number(model, number: int, provisional: bool) -> int | None:
    """A row that was deleted comes back under its number, unless another has it by now."""
    if number < 0:
        return number if provisional else None
    return None if model._base_manager.filter(pk=number).exists() else number


def _lacks(row, field) -> bool:
    return field.many_to_one and not field.null and getattr(row, field.attname) is None


def _fill(row, values: dict, *, with_files: bool = False) -> bool:
    """Set the fields that differ. Whether any did."""
    changed = False
    for field in fields_of(type(row)):
        if field.name not in values:
            continue
        value = values[field.name]
        if plain(field, getattr(row, field.attname)) == value:
            continue
        if field.many_to_one and not _exists(field.related_model, value):
            value = None
        if isinstance(field, models.FileField):
            _set_file(row, field, value, anew=with_files)
        else:
            setattr(row, field.attname, field.to_python(value))
        changed = True
    return changed


def filled(row: models.Model, values: dict) -> models.Model:
    """A row that says this, to be looked at and never saved."""
    for field in fields_of(type(row)):
        if field.name in values:
            value = values[field.name]
            is_file = isinstance(field, models.FileField)
            setattr(row, field.attname, value if is_file else field.to_python(value))
    return row


def _exists(model, pk) -> bool:
    return model._base_manager.filter(pk=pk).exists()


def _set_file(row, field, name: str, *, anew: bool) -> None:
    """anew: as if it were uploaded now, so that what is read from a file is read again."""
    if anew and name and field.storage.exists(name):
        setattr(row, field.name, File(field.storage.open(name), name=name.rsplit("/", 1)[-1]))
    else:
        setattr(row, field.name, name)


def _link(row, links: dict[str, list[int]]) -> None:
    if not links:
        return
    now = _links(type(row), [row.pk])[row.pk]
    for name, pks in links.items():
        if name in now and now[name] != pks:
            target = row._meta.get_field(name).related_model
            getattr(row, name).set(
                target._base_manager.filter(pk__in=pks).values_list("pk", flat=True)
            )


def numbered(data: dict, known: dict) -> dict:
    """The snapshot with numbers below zero for the rows that `known` does not have."""
    parts = {
        name: {
            number if number in known["parts"].get(name, {}) else _new_number(): row
            for number, row in rows.items()
        }
        for name, rows in data["parts"].items()
    }
    return {**data, "parts": parts}


def _new_number() -> str:
    """Two rehearsals at the same time never want the same row."""
    return str(-1 - secrets.randbits(52))


# ── comparing ──


class Change(NamedTuple):
    """A difference between two snapshots: of a field of the record (`relation` and `row` empty) or
    of a part, or a whole row that is new or gone (`field` empty, one of the values None)."""

    relation: str
    row: str
    field: str
    before: Any
    after: Any

    @property
    def path(self) -> str:
        return "/".join((self.relation, self.row, self.field))


def differences(before: dict, after: dict) -> list[Change]:
    """What to change in the first to get the second, in the order of the fields."""
    changes = _row_differences("", "", before, after)
    for relation in sorted({*before["parts"], *after["parts"]}):
        old, new = before["parts"].get(relation, {}), after["parts"].get(relation, {})
        for row in {**old, **new}:
            if row in old and row in new:
                changes += _row_differences(relation, row, old[row], new[row])
            else:
                changes.append(Change(relation, row, "", old.get(row), new.get(row)))
    return changes


def _row_differences(relation, row, before: dict, after: dict) -> list[Change]:
    old = {**before["fields"], **before["links"]}
    new = {**after["fields"], **after["links"]}
    return [
        Change(relation, row, name, old.get(name), new.get(name))
        for name in {**old, **new}
        if old.get(name) != new.get(name)
    ]


# ── merging ──


class Conflict(NamedTuple):
    """Where two have changed the same to different things; places as in `Change`."""

    relation: str
    row: str
    field: str
    base: Any
    mine: Any
    theirs: Any

    @property
    def path(self) -> str:
        return "/".join((self.relation, self.row, self.field))


class Merged(NamedTuple):
    """data: both changes in one snapshot; at every conflict it holds theirs."""

    data: dict
    conflicts: list[Conflict]


def merge(base: dict, mine: dict, theirs: dict) -> Merged:
    """Both changes of one snapshot together."""
    conflicts: list[Conflict] = []
    row = _merge_row(("", ""), base, mine, theirs, conflicts)
    parts = {
        name: _merge_rows(
            name, *(one["parts"].get(name, {}) for one in (base, mine, theirs)), conflicts
        )
        for name in {**base["parts"], **mine["parts"], **theirs["parts"]}
    }
    return Merged({**row, "parts": parts}, conflicts)


def _merge_rows(relation, base, mine, theirs, conflicts) -> dict[str, dict]:
    merged = {}
    for number in {**theirs, **mine}:
        place = (relation, number)
        rows = [side.get(number) for side in (base, mine, theirs)]
        if rows[0] is not None and rows[1] is not None and rows[2] is not None:
            merged[number] = _merge_row(place, *rows, conflicts)
        elif (row := _settled(*rows, Conflict(*place, "", *rows), conflicts)) is not None:
            merged[number] = row
    return _without_doubles(merged, base, mine, theirs)


def _without_doubles(merged, base, mine, theirs) -> dict[str, dict]:
    """Of a row that both have added in the same words, one stays."""
    kept = dict(merged)
    for number, row in mine.items():
        for other, same in theirs.items():
            if row == same and not {number, other} & {*base, *(mine.keys() & theirs.keys())}:
                kept.pop(min(number, other, key=int), None)
    return kept


def _merge_row(place, base, mine, theirs, conflicts) -> dict:
    fields = {}
    for name in {**base["fields"], **mine["fields"], **theirs["fields"]}:
        values = [one["fields"].get(name) for one in (base, mine, theirs)]
        fields[name] = _settled(*values, Conflict(*place, name, *values), conflicts)
    links = {
        name: _merge_links(*(one["links"].get(name, []) for one in (base, mine, theirs)))
        for name in {**base["links"], **mine["links"], **theirs["links"]}
    }
    return {"fields": fields, "links": links}


def _settled(base, mine, theirs, conflict: Conflict, conflicts: list[Conflict]):
    if base == theirs:
        return mine
    if base == mine or mine == theirs:
        return theirs
    if all(isinstance(value, list) for value in (base, mine, theirs)):
        lines = _merge_lines(base, mine, theirs)
        if lines is not None:
            return lines
    conflicts.append(conflict)
    return theirs


def _merge_links(base, mine, theirs) -> list[int]:
    kept = set(base) & set(mine) & set(theirs)
    return sorted(kept | (set(mine) - set(base)) | (set(theirs) - set(base)))


def _merge_lines(base: list, mine: list, theirs: list) -> list | None:
    """Lines added and taken away by either; None where a line is there twice or was moved."""
    for lines in (mine, theirs):
        here = [line for line in lines if line in base]
        if len(set(lines)) < len(lines) or here != [line for line in base if line in lines]:
            return None
    kept = [line for line in base if line in mine and line in theirs]
    first, second = sorted([line for line in one if line not in base] for one in (mine, theirs))
    return [*kept, *first, *(line for line in second if line not in first)]


def resolved(data: dict, choices: dict[str, Any]) -> dict:
    """The snapshot with other values at the paths of some conflicts; None takes a row away."""
    for path, value in choices.items():
        relation, row, field = path.split("/")
        if not field:
            rows = {**data["parts"].get(relation, {}), row: value}
            rows = {number: one for number, one in rows.items() if one is not None}
            data = {**data, "parts": {**data["parts"], relation: rows}}
        elif relation:
            rows = data["parts"][relation]
            changed = {**rows, row: _with(rows.get(row, _EMPTY_ROW), field, value)}
            data = {**data, "parts": {**data["parts"], relation: changed}}
        else:
            data = _with(data, field, value)
    return data


def _with(row: dict, field: str, value) -> dict:
    kind = "links" if field in row["links"] else "fields"
    return {**row, kind: {**row[kind], field: value}}


def opposed(base: dict, mine: dict, theirs: dict) -> list[Conflict]:
    """Every place where mine and theirs differ, as if all of them collided."""
    return [
        Conflict(*change[:3], _value_at(base, change), change.after, change.before)
        for change in differences(theirs, mine)
    ]


def _value_at(data: dict, change: Change):
    row = data["parts"].get(change.relation, {}).get(change.row) if change.relation else data
    if not change.field or row is None:
        return row
    return {**row["fields"], **row["links"]}.get(change.field)
