"""One change in many records at once, and its undoing.

Links are added or removed, a code is set, a step is taken. What was ever public is changed by way
of its unpublished changes, as by its form. `BulkChange` keeps what each record said before and
after, so that it can be undone where nobody has changed it since.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from archive.models import BulkChange, Publishable, publish, send_back, submit, withdraw
from archive.models.revisions import as_revised, editing

from .columns import Column, LinksColumn, columns_of

MOST = 2000  # records at once
ADD, REMOVE, SET = "add", "remove", "set"
STEPS = {"submit": submit, "return": send_back, "publish": publish, "withdraw": withdraw}
# By which step another is undone; these two ask why.
INVERSE = {"submit": "return", "return": "submit", "publish": "withdraw", "withdraw": "publish"}
EXPLAINED = ("return", "withdraw")
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
        getattr(record, field).set(value)
        return
    setattr(record, field, value)
    record.full_clean()
    record.save()


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


def note_steps(model, step: str, before: dict[int, str], *, by) -> BulkChange | None:
    """Keep what a step that was taken with many records has done. before: number → status."""
    now = dict(model._base_manager.filter(pk__in=before).values_list("pk", "status"))
    changes = [
        {"record": pk, "before": {"status": status}, "after": {"status": now[pk]}}
        for pk, status in before.items()
        if pk in now and now[pk] != status
    ]
    if not changes:
        return None
    return BulkChange.objects.create(
        kind=model._meta.model_name, action=step, changes=changes, by=by
    )


@transaction.atomic
def undo(done: BulkChange, model, *, by, reason: str = "") -> list[Outcome] | None:
    """Take it back in every record that still says what it was made to say. Gives the records that
    were left, each with why; None where it is undone already."""
    done = BulkChange.objects.select_for_update().get(pk=done.pk)
    if done.undone_at:
        return None
    done.undone_at = timezone.now()
    done.save()
    records = model._base_manager.in_bulk([one["record"] for one in done.changes])
    left = []
    for one in done.changes:
        record = records.get(one["record"])
        problem = str(_GONE)
        if record is not None:
            ((field, before),), (after,) = one["before"].items(), one["after"].values()
            if field == "status":
                problem = _step_back(record, done.action, after, by, reason)
            else:
                problem = _put_back(record, field, before, after, by)
        if problem:
            left.append(Outcome(record, one["after"], one["before"], problem))
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
        if not added <= set(now) or removed & set(now):
            raise ValidationError(_CHANGED_SINCE)
        _set(editable, field, sorted(set(now) - added | removed), by)

    return _tried(record, work, by)


def _step_back(record, step: str, after: str, by, reason: str) -> str:
    if record.status != after:
        return str(_CHANGED_SINCE)
    back = INVERSE[step]
    said = {"reason": reason} if back in EXPLAINED else {}
    try:
        with transaction.atomic():
            STEPS[back](record, by=by, **said)
    except ValidationError as error:
        return " ".join(error.messages)
    except PermissionDenied:
        return str(_NOT_YOURS)
    return ""
