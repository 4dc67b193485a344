"""The records that wait for someone: as lists on the first page, and as a filter of every list."""

from collections.abc import Callable
from typing import NamedTuple

from django.contrib.admin import SimpleListFilter
from django.db.models import Q, QuerySet
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from archive.models import Comment, may_ever
from archive.review.sources import unsourced

from .dates import moment_in_words
from .work import Listing, of_every_kind, work, work_list

PARAMETER = "waiting"


class Waiting(NamedTuple):
    """find: (records of one kind, user) → those that wait; remark: what is said beside one; page:
    where it leads to."""

    title: str
    order: int
    find: Callable[[QuerySet, object], QuerySet]
    remark: Callable[[object, object], str] = lambda record, user: ""
    concerns: Callable[[object, type], bool] = lambda user, model: True
    page: str = "change"


def _own(user) -> Q:
    return Q(created_by=user) | Q(submitted_by=user)


def _writes(user, model) -> bool:
    return user.has_perm(f"archive.add_{model._meta.model_name}")


def _why_returned(record, user) -> str:
    """The last thing said of the record as a whole."""
    said = Comment.objects.about(record).filter(field="", settled_at=None).last()
    return Truncator(said.text).words(25) if said else ""


def _who_submitted(record, user) -> str:
    if record.submitted_by is None:
        return ""
    if record.submitted_by == user:
        return _("submitted by you")
    return _("submitted by %(user)s") % {"user": record.submitted_by}


def _when_published(record, user) -> str:
    if record.not_before is None:
        return ""
    # Translators: %(when)s is a day and a time
    return _("to be published on %(when)s") % {"when": moment_in_words(record.not_before)}


WAITING = {
    "returned": Waiting(
        _("Returned to you"),
        10,
        lambda records, user: records.returned().filter(_own(user)),
        _why_returned,
    ),
    "review": Waiting(
        _("Waiting for review"),
        20,
        lambda records, user: records.waiting(),
        _who_submitted,
        page="review",
    ),
    "own": Waiting(
        _("Your drafts"),
        30,
        lambda records, user: records.begun().filter(created_by=user),
        concerns=_writes,
    ),
    "scheduled": Waiting(
        _("Approved, waiting for the end of an embargo"),
        40,
        lambda records, user: records.scheduled(),
        _when_published,
        concerns=lambda user, model: may_ever(user, "publish", model),
    ),
    "unsourced": Waiting(
        _("Records without sources"),
        80,
        lambda records, user: unsourced(records),
        concerns=_writes,
    ),
    "others": Waiting(
        _("Other drafts"),
        90,
        lambda records, user: records.begun().exclude(created_by=user),
        concerns=_writes,
    ),
}


def listing(request, name: str) -> Listing | None:
    waiting, user = WAITING[name], request.user

    def find(room) -> QuerySet | None:
        if room.has_view_permission(request) and waiting.concerns(user, room.model):
            return waiting.find(room.get_queryset(request), user)
        return None

    def told(records: list) -> list:
        return [
            work(record, remark=waiting.remark(record, user), page=waiting.page)
            for record in records
        ]

    return of_every_kind({PARAMETER: name}, find, told)


def _register(name: str, waiting: Waiting) -> None:
    @work_list(waiting.title, order=waiting.order)
    def find(request) -> Listing | None:
        return listing(request, name)


for _name, _waiting in WAITING.items():
    _register(_name, _waiting)


class WaitingFilter(SimpleListFilter):
    """The same lists, of one kind of record."""

    title = _("work in progress")
    parameter_name = PARAMETER

    def lookups(self, request, model_admin):
        return [
            (name, waiting.title)
            for name, waiting in WAITING.items()
            if waiting.concerns(request.user, model_admin.model)
        ]

    def queryset(self, request, queryset):
        waiting = WAITING.get(self.value())
        return waiting.find(queryset, request.user) if waiting else queryset
