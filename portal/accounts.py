"""Accounts side by side: claims about one incident, in columns by side within each period.

Each column of a period runs on its own. A claim and the answers to it stay in one period: an
answer of the same side is indented under what it answers, one of another side is linked across.
On a narrow screen the columns are one timeline again, in the order of `Account.place`.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from django.utils.translation import gettext as _

from archive.models import Claim, EDTFDate, Side

from .citations import mark_repeated_sources

THIRD_PARTIES = ""
LAST_PLACE = 99  # the stylesheet counts to here; what comes after keeps the order of the page


@dataclass
class Account:
    """One claim in its place: what it answers, and who answers it elsewhere on the page."""

    claim: Claim
    column: int = 0  # 1, 2 or 3
    side_label: str = ""
    place: int = 0  # in the timeline of its period
    speaks_next: bool = False  # another side spoke just before
    is_answer: bool = False
    is_indented: bool = False  # it stands directly under what it answers, in the same column
    targets: list[Claim] = field(default_factory=list)
    replies: list[Claim] = field(default_factory=list)

    @property
    def tens(self) -> int:
        return self.place // 10

    @property
    def units(self) -> int:
        return self.place % 10


@dataclass
class Period:
    """A month, or a year where the sources say no more."""

    label: str
    columns: list[list[Account]]


def columns() -> list[tuple[str, str]]:
    """(side, label): the sides in alphabetical order of the reader's language, then the others."""
    sides = sorted(((side.value, str(side.label)) for side in Side), key=lambda pair: pair[1])
    return [*sides, (THIRD_PARTIES, _("Third parties"))]


def arrange(claims: list[Claim]) -> list[Period]:
    """Claims as read by `reading.claims()`; findings are left out, they stand on their own."""
    here = {claim.pk for claim in claims}
    accounts = {
        claim.pk: Account(claim, targets=list(claim.responds_to.all()))
        for claim in sorted(claims, key=in_time)
        if not claim.is_finding
    }
    for account in accounts.values():
        account.replies = sorted(account.claim.responses.all(), key=in_time)
        for other in (*account.targets, *account.replies):
            other.is_here = other.pk in here
    return [
        Period(_period_label(key), _side_by_side(list(group)))
        for key, group in groupby(_threads(accounts), key=lambda thread: _period(thread[0].claim))
    ]


def silent_sides(claims: list[Claim]) -> list[str]:
    """The labels of the sides of which no account is recorded."""
    heard = {claim.side for claim in claims if not claim.is_finding}
    return [label for side, label in columns() if side and side not in heard]


def in_time(claim: Claim) -> tuple:
    """Sorting key: by date, undated claims last."""
    return claim.date_earliest or date.max, claim.slug


def _threads(accounts: dict[int, Account]) -> list[list[Account]]:
    """Each unanswering claim with its answers, and theirs, directly after it."""
    children: dict[int, list[Account]] = {}
    roots = []
    parents: dict[int, int] = {}
    for pk, account in accounts.items():
        answered = sorted((t for t in account.targets if t.pk in accounts), key=in_time)
        parent = next((t.pk for t in answered if not _leads_to(parents, t.pk, pk)), None)
        if parent is None:
            roots.append(account)
        else:
            parents[pk] = parent
            account.is_answer = True
            children.setdefault(parent, []).append(account)

    def gather(account):
        thread = [account]
        for child in children.get(account.claim.pk, ()):
            thread += gather(child)
        return thread

    return [gather(root) for root in roots]


def _leads_to(parents: dict[int, int], start: int, end: int) -> bool:
    """Whether `end` is `start` or above it, so that answers in a circle don't hang up."""
    while start is not None:
        if start == end:
            return True
        start = parents.get(start)
    return False


def _side_by_side(threads: list[list[Account]]) -> list[list[Account]]:
    order = {side: (number, label) for number, (side, label) in enumerate(columns(), start=1)}
    timeline = [account for thread in threads for account in thread]
    for place, account in enumerate(timeline):
        known = order.get(account.claim.side, order[THIRD_PARTIES])
        account.column, account.side_label = known
        account.place = min(place, LAST_PLACE)
    for _column, run in groupby(timeline, key=lambda account: account.column):
        accounts = list(run)
        accounts[0].speaks_next = True
        mark_repeated_sources([account.claim for account in accounts])
    for thread in threads:
        _settle(thread)
    return [
        [account for account in timeline if account.column == number]
        for number, _label in order.values()
    ]


def _settle(thread: list[Account]) -> None:
    """Indent answers under what they answer in their own column, and drop the references that
    this makes needless."""
    above: dict[int, Account] = {}
    for account in thread:
        for target in account.targets:
            answered = above.get(target.pk)
            if answered and answered.column == account.column:
                account.is_indented = True
                answered.replies = [r for r in answered.replies if r.pk != account.claim.pk]
        if account.is_indented and len(account.targets) == 1:
            account.targets = []
        above[account.claim.pk] = account


def _period(claim: Claim) -> str:
    start = re.match(r"\[?(\d{4}(?:-\d\d)?)", claim.date)
    return start[1] if start else ""


def _period_label(key: str) -> str:
    return EDTFDate(key).in_words if key else _("Date not given")
