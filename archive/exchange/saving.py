"""Writing what a row of a table has been found to change."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from archive.models import Publishable
from archive.models.revisions import editing

from . import parts
from .columns import LinksColumn, PartsColumn, columns_of
from .planning import Plan

_REFUSED = _("The archive refused this row: it contradicts another record.")
_NOT_YOURS = _("You may not change this record.")


def save(plan: Plan, model, *, by) -> bool:
    """Do what the plan says. False, with a problem more in the plan, where it cannot be done.

    What was ever public becomes an unpublished change (`archive.models.revisions`)."""
    try:
        with transaction.atomic():
            _save(plan, model, by)
    except ValidationError as error:
        plan.wrong("", "", error)
    except PermissionDenied:
        plan.wrong("", "", ValidationError(_NOT_YOURS))
    except IntegrityError:
        plan.wrong("", "", ValidationError(_REFUSED))
    else:
        return True
    return False


def _save(plan: Plan, model, by) -> None:
    if plan.new:
        if issubclass(model, Publishable):
            plan.record.created_by = by
        _write(plan, model, plan.record, by)
    elif issubclass(model, Publishable):
        with editing(plan.record, by=by) as record:
            _write(plan, model, record, by)
    else:
        _write(plan, model, plan.record, by)


def _write(plan: Plan, model, record, by) -> None:
    columns = {column.name: column for column in columns_of(model)}
    values = {name: after for name, (_before, after) in plan.changes.items()}
    for name, value in values.items():
        columns[name].put(record, value, plan.addresses)
    record._history_user = by
    record.save()
    for name, value in values.items():
        if isinstance(columns[name], LinksColumn):
            columns[name].write(record, value, plan.addresses)
        elif isinstance(columns[name], PartsColumn):
            parts.write(columns[name], record, value, plan.addresses, by)
