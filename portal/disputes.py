"""What the accounts of an incident differ in: figures, dates, the authenticity of footage."""

from dataclasses import dataclass

from archive.models import Claim, ClaimKind, FigureQualifier, FigureUnit, Incident
from archive.models.claims import DENIAL_KINDS

from .accounts import in_time


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

    groups: list[FigureGroup]

    @property
    def units(self) -> list[str]:
        """Labels of the units counted in; several where sources count the same people."""
        present = {claim.figure_unit for group in self.groups for claim in group.claims}
        return [str(unit.label) for unit in FigureUnit if unit in present]

    @property
    def is_compared(self) -> bool:
        """Whether there is more than one value to compare."""
        return differ([claim for group in self.groups for claim in group.claims])

    @property
    def differs(self) -> bool:
        """Whether there is more than one value for the very same thing."""
        return any(group.differs for group in self.groups)


# One source counts as deaths what another counts as persons or soldiers; the words for what was
# counted say whether they mean the same people.
ALIKE = (
    FigureUnit.DEATHS,
    FigureUnit.SOLDIERS_KILLED,
    FigureUnit.PERSONS,
    FigureUnit.SOLDIERS,
)


def figures(claims: list[Claim]) -> list[FigureTable]:
    """A table a unit, in the order of the units."""
    groups: dict[tuple, list[Claim]] = {}
    for claim in sorted(claims, key=lambda claim: (_subject(claim), in_time(claim))):
        if claim.figure_unit:
            groups.setdefault(_counted(claim), []).append(claim)
    tables: dict[str, list[FigureGroup]] = {unit: [] for unit in FigureUnit}
    for counted in groups.values():
        tables[min((claim.figure_unit for claim in counted), key=list(FigureUnit).index)].append(
            FigureGroup(counted)
        )
    return [FigureTable(of_unit) for of_unit in tables.values() if of_unit]


def _subject(claim: Claim) -> str:
    return (claim.figure_counted_en or claim.figure_counted_ru or "").strip().casefold()


def _counted(claim: Claim) -> tuple:
    subject = _subject(claim)
    return subject, "" if subject and claim.figure_unit in ALIKE else claim.figure_unit


def differ(claims: list[Claim]) -> bool:
    """Whether the numbers differ; giving none is no disagreement."""
    values = {
        (claim.figure, claim.figure_qualifier or FigureQualifier.EXACT)
        for claim in claims
        if claim.figure is not None
    }
    return len(values) > 1


def dates(incident: Incident, claims: list[Claim]) -> list[Claim]:
    """Claims that date the event, when they differ from each other or from the record."""
    dated = sorted((claim for claim in claims if claim.event_date), key=in_time)
    return dated if {claim.event_date for claim in dated} - {incident.date} else []


POSITIONS = (ClaimKind.VERIFIES, ClaimKind.CONFIRMS, *DENIAL_KINDS)


def authenticity(claims: list[Claim]) -> dict[str, list[Claim]]:
    """Claims about footage: those that say how it was examined, those that take a position on it,
    and those that only speak of it."""
    sorted_out = {"examined": [], "positions": [], "mentions": []}
    for claim in sorted(claims, key=in_time):
        if claim.concerns_authenticity or claim.kind == ClaimKind.VERIFIES:
            sorted_out[_bearing(claim)].append(claim)
    return sorted_out


def _bearing(claim: Claim) -> str:
    if claim.verification_method:
        return "examined"
    return "positions" if claim.kind in POSITIONS else "mentions"
