"""What the accounts of an incident differ in: figures, dates, the authenticity of footage."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from archive.models import Claim, ClaimKind, FigureUnit, Incident


@dataclass
class FigureGroup:
    """Figures for the very same thing."""

    claims: list[Claim]

    @property
    def differs(self) -> bool:
        return differ(self.claims)


@dataclass
class FigureTable:
    """Figures of one unit; those that count the same thing stand together."""

    unit: str
    groups: list[FigureGroup]

    @property
    def is_compared(self) -> bool:
        """Whether there is more than one value to compare."""
        return differ([claim for group in self.groups for claim in group.claims])

    @property
    def differs(self) -> bool:
        """Whether there is more than one value for the very same thing."""
        return any(group.differs for group in self.groups)


def figures(claims: list[Claim]) -> list[FigureTable]:
    counted = [claim for claim in claims if claim.figure_unit]
    return [
        FigureTable(unit.label, groups)
        for unit in FigureUnit
        if (groups := _by_what_was_counted([c for c in counted if c.figure_unit == unit]))
    ]


def _by_what_was_counted(claims: list[Claim]) -> list[FigureGroup]:
    def subject(claim):
        return (claim.figure_counted_en or claim.figure_counted_ru or "").casefold()

    ordered = sorted(claims, key=lambda claim: (subject(claim), _in_time(claim)))
    return [FigureGroup(list(group)) for _subject, group in groupby(ordered, key=subject)]


def differ(claims: list[Claim]) -> bool:
    return len({(claim.figure, claim.figure_qualifier) for claim in claims}) > 1


def dates(incident: Incident, claims: list[Claim]) -> list[Claim]:
    """Claims that date the event, when they differ from each other or from the record."""
    dated = sorted((claim for claim in claims if claim.event_date), key=_in_time)
    return dated if {claim.event_date for claim in dated} - {incident.date} else []


def authenticity(claims: list[Claim]) -> dict[str, list[Claim]]:
    """Claims about footage: those that say it was examined, or how, before those that do not."""
    about = [
        claim
        for claim in sorted(claims, key=_in_time)
        if claim.concerns_authenticity or claim.kind == ClaimKind.VERIFIES
    ]
    return {
        "verified": [claim for claim in about if _verifies(claim)],
        "others": [claim for claim in about if not _verifies(claim)],
    }


def _verifies(claim: Claim) -> bool:
    return claim.kind == ClaimKind.VERIFIES or bool(claim.verification_method)


def _in_time(claim: Claim) -> tuple:
    return claim.date_earliest or date.max, claim.slug
