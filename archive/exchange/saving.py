"""Writing what the rows of a table have been found to change.

A record may stand otherwise by now than the table knew it: a colleague was quicker, or has changes
of it that are not published yet. Nothing of theirs is lost: links and parts come and go beside
theirs, and a cell that says something else by now is left, and said.
"""

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from archive.models import Publishable
from archive.models.revisions import editing, open_revision

from . import parts
from .columns import Column, LinksColumn, PartsColumn, columns_of
from .planning import CHANGED_SINCE, Plan, addresses_in

_REFUSED = _("The archive refused this row: it contradicts another record.")
_NOT_YOURS = _("You may not change this record.")
_GONE = _("The record is gone.")
_UNPUBLISHED = _(
    "There are unpublished changes of this record, and there it says “%(now)s”. Have them published "
    "or dropped first, or change it on the page of the record."
)


class _Taken(Exception):
    """Cells say something else by now; the plan has a problem for each."""


def save_all(plans: list[Plan], model, *, by) -> list[Plan]:
    """Do what the plans say; those that could be done. The others have a problem more.

    What was ever public becomes an unpublished change (`archive.models.revisions`)."""
    new, done = [one for one in plans if one.new], []
    try:
        with transaction.atomic():
            _create(new, model, by)
        done += new
    except (ValidationError, IntegrityError):
        # Which of them it was shows when they come one by one.
        for one in new:
            one.record.pk, one.record._state.adding = None, True
        done += [one for one in new if _saved(one, model, by)]
    return done + [one for one in plans if not one.new and _saved(one, model, by)]


def _saved(plan: Plan, model, by) -> bool:
    try:
        with transaction.atomic():
            if plan.new:
                _create([plan], model, by)
            elif issubclass(model, Publishable):
                with editing(plan.record, by=by) as record:
                    _change(plan, model, record, by)
            else:
                record = model._base_manager.select_for_update().get(pk=plan.record.pk)
                _change(plan, model, record, by)
    except _Taken:
        pass
    except ValidationError as error:
        plan.wrong("", "", error)
    except ObjectDoesNotExist:
        plan.wrong("", "", ValidationError(_GONE))
    except PermissionDenied:
        plan.wrong("", "", ValidationError(_NOT_YOURS))
    except IntegrityError:
        plan.wrong("", "", ValidationError(_REFUSED))
    else:
        return True
    return False


def _change(plan: Plan, model, record, by) -> None:
    columns = {column.name: column for column in columns_of(model)}
    values = _values_now(plan, columns, record)
    for name, value in values.items():
        columns[name].put(record, value, plan.addresses)
    record._history_user = by
    record.save()
    for name, value in values.items():
        if isinstance(columns[name], LinksColumn):
            columns[name].write(record, value, plan.addresses)
        elif isinstance(columns[name], PartsColumn):
            parts.write(columns[name], record, value, plan.addresses, by)


def _values_now(plan: Plan, columns: dict[str, Column], record) -> dict[str, object]:
    """Column → what it shall say, seen from what the record says now. Raises _Taken."""
    values = {}
    for name, (before, after) in plan.changes.items():
        column = columns[name]
        now = column.values([record])[record.pk]
        try:
            values[name] = column.rebased(before, after, now)
        except ValueError:
            revised = isinstance(record, Publishable) and open_revision(record)
            error = ValidationError(
                _UNPUBLISHED if revised else CHANGED_SINCE, params={"now": column.text(now)[:120]}
            )
            plan.wrong(name, column.text(after), error)
    if plan.problems:
        raise _Taken
    # Somebody else may have linked what the table does not speak of.
    theirs = [(columns[name], value) for name, value in values.items()]
    plan.addresses = {**plan.addresses, **addresses_in(theirs)}
    return values


def _create(plans: list[Plan], model, by) -> None:
    """Write new records together, each with one entry in its history. They are drafts, so nothing
    that is public changes with what they link to."""
    if not plans:
        return
    for plan in plans:
        plan.record._history_user = by
        if issubclass(model, Publishable):
            plan.record.created_by = by
    model._default_manager.bulk_create([plan.record for plan in plans])
    links = {
        column: _link(plans, column)
        for column in columns_of(model)
        if isinstance(column, LinksColumn)
    }
    for column in columns_of(model):
        if isinstance(column, PartsColumn):
            for plan in plans:
                if column.name in plan.changes:
                    value = plan.changes[column.name][1]
                    parts.write(column, plan.record, value, plan.addresses, by)
    _note(plans, model, links)


def _link(plans: list[Plan], column: LinksColumn) -> list:
    """The rows that link these records, written."""
    through = column.field.remote_field.through
    here, there = (
        f"{name}_id"
        for name in (column.field.m2m_field_name(), column.field.m2m_reverse_field_name())
    )
    rows, back = [], []
    for plan in plans:
        for slug in plan.changes.get(column.name, (None, ()))[1]:
            other = plan.addresses[column.target, slug]
            rows.append(through(**{here: plan.record.pk, there: other}))
            back.append(through(**{here: other, there: plan.record.pk}))
    through._base_manager.bulk_create(rows)
    if getattr(column.field.remote_field, "symmetrical", False):
        through._base_manager.bulk_create(back)
    return rows


def _note(plans: list[Plan], model, links: dict[LinksColumn, list]) -> None:
    """The first version of each in the history, with what it links to."""
    versions = model.history.bulk_history_create([plan.record for plan in plans])
    by_record = {version.id: version for version in versions or ()}
    for column, rows in links.items():
        if not by_record:
            return
        kept = getattr(model.history.model, column.name).model
        here = f"{column.field.m2m_field_name()}_id"
        names = [field.attname for field in rows[0]._meta.concrete_fields] if rows else []
        kept._base_manager.bulk_create(
            kept(
                history=by_record[getattr(row, here)],
                **{name: getattr(row, name) for name in names},
            )
            for row in rows
        )
