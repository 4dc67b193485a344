"""The first page: for everyone the lists of what waits for them.

A list is registered where its subject is at home: `@work_list(_("Waiting for review"), order=10)`
above a function of the request that returns a `Listing`, or None where it does not concern this
user. Rows may be more than the first page shows; `count` says how many there are in all.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode

from django.contrib import admin
from django.urls import reverse
from django.utils.text import capfirst

from archive.models import PUBLISHABLE

from .dates import day_in_words
from .steps import page_of

SHOWN = 8  # rows of a list on the first page


class Work(NamedTuple):
    """Something that waits for someone: what it is called, of which kind, and where it is done.

    remark: what else to know before opening it, in a few words.
    """

    title: str
    kind: str
    address: str
    when: datetime
    remark: str = ""

    @property
    def day(self) -> str:
        return day_in_words(self.when)


class Listing(NamedTuple):
    """rows: the first of them, the most pressing first; address: where all are seen, or "".

    kinds: where they are seen by kind, when no one page has them all: (name, count, address).
    """

    rows: list[Work]
    count: int
    address: str = ""
    kinds: Sequence[tuple[str, int, str]] = ()


class WorkList(NamedTuple):
    order: int
    title: str
    find: Callable


_lists: list[WorkList] = []


def work_list(title, *, order: int):
    """Register a list of the first page under this title; lists of a lower order stand above."""

    def register(find: Callable):
        _lists.append(WorkList(order, title, find))
        return find

    return register


def lists_for(request) -> list[tuple[str, Listing]]:
    """The lists that concern this user, each after its title, those with nothing in them too."""
    found = [
        (listed.title, listed.find(request)) for listed in sorted(_lists, key=lambda one: one.order)
    ]
    return [
        (title, listing._replace(rows=listing.rows[:SHOWN]))
        for title, listing in found
        if listing is not None
    ]


def of_every_kind(parameter: dict, find: Callable, told: Callable) -> Listing | None:
    """The newest records that wait for this user, and how many there are of each kind.

    find: (room) → the records of its kind, or None where they do not concern this user; told:
    (records) → their rows; parameter: of the lists that show the same, name and value.
    """
    records, kinds, concerned = [], [], False
    for model in PUBLISHABLE:
        room = admin.site._registry[model]
        if (found := find(room)) is None:
            continue
        concerned = True
        if count := found.count():
            page = reverse(f"admin:archive_{model._meta.model_name}_changelist")
            name = capfirst(model._meta.verbose_name_plural)
            kinds.append((name, count, f"{page}?{urlencode(parameter)}"))
            related = ("submitted_by", *(room.list_select_related or ()))
            records += found.select_related(*related).order_by("-updated_at")[:SHOWN]
    if not concerned:
        return None
    records.sort(key=lambda record: record.updated_at, reverse=True)
    count = sum(count for _kind, count, _address in kinds)
    return Listing(told(records[:SHOWN]), count, kinds=kinds)


def work(record, *, remark: str = "", page: str = "change") -> Work:
    """A record of the archive as a row that leads to one of its pages."""
    kind = str(record._meta.verbose_name)
    return Work(str(record), kind, page_of(record, page), record.updated_at, remark)
