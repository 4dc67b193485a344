"""One change in many records at once, and its undoing.

Links are added or removed, a code is set, a step is taken. What was ever public is changed by way
of its unpublished changes, as by its form. `BulkChange` keeps what each record said before and
after, so that it can be undone where nobody has changed it since.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from archive.models import BulkChange, Publishable, may, may_ever, submit, withdraw
from archive.models.revisions import as_revised, editing, lock, refresh
from archive.models.steps import (
    STEPS,
    mark_of_content,
    may_take_back,
    take_back,
    undo_return,
)

from .columns import Column, LinksColumn, columns_of

MOST = 2000  # records at once
ADD, REMOVE, SET = "add", "remove", "set"
# What an approval changes where the status stays as it is, because of an embargo.
APPROVED = "approved"
_SHARED = {field.name for field in Publishable._meta.fields}

_NOT_YOURS = _("This is not open to you, or no longer open to this record.")
_GONE = _("The record is gone.")
_CHANGED_SINCE = _("Someone has changed this since.")
_CONTRADICTS = _("This contradicts another record.")


class Operation(NamedTuple):
    """`act` add, remove or set; `field` its name; `values`: numbers of records, or one code."""

    act: str
    field: str
    values: tuple

    def after(self, before):
        if self.act == SET:
            return self.values[0]
        chosen = set(self.values)
        kept = set(before) | chosen if self.act == ADD else set(before) - chosen
        return sorted(kept)


@dataclass
class Outcome:
    """What happens, or happened, to one record. `problem`: why nothing does; "" where it does."""

    record: models.Model
    before: object
    after: object
    problem: str = ""


def may_change_many(user, model) -> bool:
    name = model._meta.model_name
    needed = [f"archive.{act}_{name}" for act in ("view", "add", "change")]
    return user.has_perms([*needed, "archive.add_bulkchange"]) and bool(fields_of(model))


def fields_of(model) -> dict[str, Column]:
    """Links, and codes of the record's own: what can be changed in many records at once."""
    if not issubclass(model, Publishable):
        return {}
    return {
        column.name: column
        for column in columns_of(model)
        if isinstance(column, LinksColumn)
        or (
            column.field.choices
            and column.name not in _SHARED
            and not hasattr(column.field, "translated_field")
        )
    }


def label(column: Column) -> str:
    return capfirst(str(column.field.verbose_name))


def _value(record, field: str):
    column = fields_of(type(record))[field]
    if isinstance(column, LinksColumn):
        return sorted(getattr(record, field).values_list("pk", flat=True))
    return getattr(record, field)


def _set(record, field: str, value, by) -> None:
    """Raises ValidationError for what the form of the record would refuse."""
    record._history_user = by
    if isinstance(fields_of(type(record))[field], LinksColumn):
        record.save()
        getattr(record, field).set(_existing(type(record), field, value))
        return
    setattr(record, field, value)
    record.full_clean()
    record.save()


def _existing(model, field: str, pks: Iterable[int]) -> list[int]:
    """Those of the linked records that nobody has deleted."""
    target = fields_of(model)[field].target
    return list(target._base_manager.filter(pk__in=pks).values_list("pk", flat=True))


def preview(records: Iterable[Publishable], operation: Operation) -> list[Outcome]:
    """What would change in which of them; those that say it already are left out."""
    found = []
    for record in records:
        with as_revised(record):
            before = _value(record, operation.field)
        after = operation.after(before)
        if after != before:
            found.append(Outcome(record, before, after))
    return found


@transaction.atomic
def change(
    records: Iterable[Publishable], operation: Operation, *, by
) -> tuple[BulkChange | None, list[Outcome]]:
    """Do it in every record where it can be done. Gives what undoes it (None where nothing was
    done) and the records that were left, each with why."""
    changes, left, kind = [], [], ""
    for record in records:
        kind = record._meta.model_name
        outcome = _changed(record, operation, by)
        if outcome.problem:
            left.append(outcome)
        elif outcome.after != outcome.before:
            changes.append(
                {
                    "record": record.pk,
                    "before": {operation.field: outcome.before},
                    "after": {operation.field: outcome.after},
                }
            )
    if not changes:
        return None, left
    values = {"field": operation.field, "values": list(operation.values)}
    done = BulkChange.objects.create(
        kind=kind, action=operation.act, values=values, changes=changes, by=by
    )
    return done, left


def _changed(record, operation: Operation, by) -> Outcome:
    outcome = Outcome(record, None, None)

    def work(editable):
        outcome.before = _value(editable, operation.field)
        outcome.after = operation.after(outcome.before)
        if outcome.after != outcome.before:
            _set(editable, operation.field, outcome.after, by)

    outcome.problem = _tried(record, work, by)
    return outcome


def _tried(record, work, by) -> str:
    """Do this with the record as it may be edited; why it could not be done, or ""."""
    try:
        with transaction.atomic(), editing(record, by=by) as editable:
            work(editable)
    except ValidationError as error:
        return " ".join(error.messages)
    except PermissionDenied:
        return str(_NOT_YOURS)
    except IntegrityError:
        return str(_CONTRADICTS)
    return ""


def states_of(model, pks: Iterable[int]) -> dict[int, dict]:
    """Number → the state that a step may change."""
    rows = model._base_manager.filter(pk__in=pks).values_list("pk", "status", "approved_at")
    return {pk: {"status": status, APPROVED: at is not None} for pk, status, at in rows}


def contents_of(model, pks: Iterable[int]) -> dict[int, str]:
    """Number → the mark of what the record says: to be taken before a step, as anybody may write
    in a record while others of the same step are still waiting for it."""
    return {pk: mark_of_content(record) for pk, record in model._base_manager.in_bulk(pks).items()}


def note_steps(
    model, step: str, before: dict[int, dict], *, by, contents: dict[int, str] | None = None
) -> BulkChange | None:
    """Keep what a step that was taken with many records has done. before: their `states_of`;
    contents: of a return, their `contents_of` before it."""
    changes = []
    returned = model._base_manager.in_bulk(before) if step == "return" else {}
    for pk, now in states_of(model, before).items():
        changed = next((name for name in now if now[name] != before[pk][name]), None)
        if changed:
            said = {"before": {changed: before[pk][changed]}, "after": {changed: now[changed]}}
            if pk in returned:
                said |= {
                    "said": (contents or {}).get(pk, ""),
                    "returned": str(returned[pk].returned_at or ""),
                }
            changes.append({"record": pk, **said})
    if not changes:
        return None
    return BulkChange.objects.create(
        kind=model._meta.model_name, action=step, changes=changes, by=by
    )


def is_published_by(done: BulkChange) -> bool:
    """Whether readers see by it what they did not see before."""
    return done.action == "publish" and any("status" in one["after"] for one in done.changes)


def may_undo(user, done: BulkChange, model) -> bool:
    """Whether this user could undo something of it now."""
    if done.undone_at:
        return False
    if done.action not in STEPS:
        return may_change_many(user, model)
    records = model._base_manager.in_bulk([one["record"] for one in done.changes])
    return any(
        one["record"] in records and not _step_hindrance(records[one["record"]], done, one, user)
        for one in done.changes
    )


@transaction.atomic
def undo(
    done: BulkChange,
    model,
    *,
    by,
    reason: str = "",
    may_change: Callable[[Publishable], bool] = lambda record: True,
) -> list[Outcome] | None:
    """Take it back in every record that still says what it was made to say. Gives the records that
    were left, each with why; None where it is undone already. Where nothing could be undone, it can
    be tried again.

    may_change: whether `by` may change this record at all."""
    done = BulkChange.objects.select_for_update().get(pk=done.pk)
    if done.undone_at:
        return None
    records = model._base_manager.in_bulk([one["record"] for one in done.changes])
    left = []
    for one in done.changes:
        record = records.get(one["record"])
        if record is None:
            problem = str(_GONE)
        elif not may_change(record):
            problem = str(_NOT_YOURS)
        elif done.action in STEPS:
            problem = _step_back(record, done, one, by, reason)
        else:
            ((field, before),), (after,) = one["before"].items(), one["after"].values()
            problem = _put_back(record, field, before, after, by)
        if problem:
            left.append(Outcome(record, one["after"], one["before"], problem))
    if len(left) < len(done.changes):
        done.undone_at = timezone.now()
        done.save()
    return left


def _put_back(record, field: str, before, after, by) -> str:
    def work(editable):
        now = _value(editable, field)
        if not isinstance(after, list):
            if now != after:
                raise ValidationError(_CHANGED_SINCE)
            _set(editable, field, before, by)
            return
        added, removed = set(after) - set(before), set(before) - set(after)
        # What was linked and is deleted by now cannot be linked, and need not be unlinked.
        linked = set(_existing(type(editable), field, added | removed))
        if not added & linked <= set(now) or removed & set(now):
            raise ValidationError(_CHANGED_SINCE)
        _set(editable, field, sorted(set(now) - added | removed), by)

    return _tried(record, work, by)


def _step_hindrance(record, done: BulkChange, change: dict, user) -> str:
    """Why this user cannot take back this step of this record; "" where nothing is in the way."""
    ((field, after),) = change["after"].items()
    if (record.is_scheduled if field == APPROVED else record.status) != after:
        return str(_CHANGED_SINCE)
    open_to = {
        "submit": lambda: may_take_back(user, record),
        "return": lambda: may(user, "submit", record),
        "publish": lambda: may_ever(user, "publish", type(record)),
        "withdraw": lambda: may(user, "submit", record),
    }
    return "" if open_to[done.action]() else str(_NOT_YOURS)


def _step_back(record, done: BulkChange, change: dict, by, reason: str) -> str:
    """A withdrawal is not undone by publishing: the record goes before a reviewer again."""
    if problem := _step_hindrance(record, done, change, by):
        return problem
    try:
        with transaction.atomic():
            if done.action == "submit":
                take_back(record, by=by)
            elif done.action == "return":
                undo_return(
                    record, by=by, said=change.get("said", ""), returned=change.get("returned", "")
                )
            elif done.action == "withdraw":
                submit(record, by=by)
            elif APPROVED in change["after"]:
                _take_approval_back(record, by)
            else:
                withdraw(record, by=by, reason=reason)
    except ValidationError as error:
        return " ".join(error.messages)
    except PermissionDenied:
        return str(_NOT_YOURS)
    return ""


def _take_approval_back(record, by) -> None:
    """Whatever is saved of an approved record takes its approval back."""
    lock(record)
    refresh(record)
    if not record.is_scheduled:
        raise ValidationError(_CHANGED_SINCE)
    record._history_user = by
    record.save()
