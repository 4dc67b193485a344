"""Accounts side by side: claims about one incident, arranged in columns by side and rows in time.

A claim and the answers to it keep together in one row, whichever column each of them stands in;
claims that nobody answered fill the columns of their period.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from django.utils.translation import gettext as _

from archive.models import Claim, EDTFDate, Side

from .citations import mark_repeated_sources

THIRD_PARTIES = ""


@dataclass
class Account:
    """One claim in its place: what it answers, and who answers it elsewhere on the page."""

    claim: Claim
    is_answer: bool = False
    is_indented: bool = False  # it stands directly under what it answers, in the same column
    targets: list[Claim] = field(default_factory=list)
    replies: list[Claim] = field(default_factory=list)


@dataclass
class Cell:
    column: int  # 1, 2 or 3
    label: str
    accounts: list[Account]
    is_exchange: bool = False  # part of a thread that runs across columns
    leads: bool = False  # another cell of its column stands under it in the same row
    follows: bool = False

    @property
    def is_answer(self) -> bool:
        return self.accounts[0].is_answer


@dataclass
class Period:
    """A month, or a year where the sources say no more."""

    label: str
    rows: list[list[Cell]]


def columns() -> list[tuple[str, str]]:
    """(side, label): the sides in alphabetical order of the reader's language, then the others."""
    sides = sorted(((side.value, str(side.label)) for side in Side), key=lambda pair: pair[1])
    return [*sides, (THIRD_PARTIES, _("Third parties"))]


def arrange(claims: list[Claim]) -> list[Period]:
    """Claims as read by `reading.claims()`; findings are left out, they stand on their own."""
    here = {claim.pk for claim in claims}
    accounts = {
        claim.pk: Account(claim, targets=list(claim.responds_to.all()))
        for claim in sorted(claims, key=_in_time)
        if not claim.is_finding
    }
    for account in accounts.values():
        account.replies = sorted(account.claim.responses.all(), key=_in_time)
        for other in (*account.targets, *account.replies):
            other.is_here = other.pk in here
    periods = [
        Period(_period_label(key), _rows(list(group)))
        for key, group in groupby(_threads(accounts), key=lambda thread: _period(thread[0].claim))
    ]
    for cell in (cell for period in periods for row in period.rows for cell in row):
        mark_repeated_sources([account.claim for account in cell.accounts])
    return periods


def silent_sides(claims: list[Claim]) -> list[str]:
    """The labels of the sides of which no account is recorded."""
    heard = {claim.side for claim in claims if not claim.is_finding}
    return [label for side, label in columns() if side and side not in heard]


def _in_time(claim: Claim) -> tuple:
    return claim.date_earliest or date.max, claim.slug


def _threads(accounts: dict[int, Account]) -> list[list[Account]]:
    """Each unanswering claim with its answers, and theirs, directly after it."""
    children: dict[int, list[Account]] = {}
    roots = []
    parents: dict[int, int] = {}
    for pk, account in accounts.items():
        answered = sorted((t for t in account.targets if t.pk in accounts), key=_in_time)
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


def _rows(threads: list[list[Account]]) -> list[list[Cell]]:
    """Threads in order, in as few rows as keep every exchange side by side: a thread joins the
    last row where its columns are free, a thread of one column also under what stands there."""
    rows: list[list[Cell]] = []
    for thread in threads:
        cells = _cells(thread)
        taken = {cell.column: cell for cell in rows[-1]} if rows else {}
        same = [taken[cell.column] for cell in cells if cell.column in taken]
        if rows and not same:
            rows[-1] += cells
        elif rows and len(cells) == 1:
            _follow(rows[-1], same[0], cells[0])
        else:
            rows.append(cells)
    return rows


def _follow(row: list[Cell], above: Cell, cell: Cell) -> None:
    """Put a thread under the last cell of its column: into it, or below it where that one is
    part of an exchange, whose cells must keep together."""
    if above.is_exchange:
        above.leads = cell.follows = True
        row.append(cell)
    else:
        above.accounts += cell.accounts


def _cells(thread: list[Account]) -> list[Cell]:
    order = {side: (number, label) for number, (side, label) in enumerate(columns(), start=1)}
    cells: dict[int, Cell] = {}
    for account in thread:
        number, label = order.get(account.claim.side, order[THIRD_PARTIES])
        cell = cells.setdefault(number, Cell(number, label, []))
        _settle(account, cell)
        cell.accounts.append(account)
    for cell in cells.values():
        cell.is_exchange = len(cells) > 1
    return list(cells.values())


def _settle(account: Account, cell: Cell) -> None:
    """Indent an answer under what it answers, and drop the references that its place makes
    needless."""
    above = {other.claim.pk: other for other in cell.accounts}
    for target in account.targets:
        if answered := above.get(target.pk):
            account.is_indented = True
            answered.replies = [r for r in answered.replies if r.pk != account.claim.pk]
    if account.is_indented and len(account.targets) == 1:
        account.targets = []


def _period(claim: Claim) -> str:
    start = re.match(r"\[?(\d{4}(?:-\d\d)?)", claim.date)
    return start[1] if start else ""


def _period_label(key: str) -> str:
    return EDTFDate(key).in_words if key else _("Date not given")
