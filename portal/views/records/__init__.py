"""Record pages: one view a kind of record."""

from .bodies import OrganisationPage, PersonPage
from .cases import CasePage
from .claims import ClaimPage
from .documents import DocumentPage
from .files import attachment
from .incidents import IncidentPage
from .places import PlacePage

__all__ = [
    "CasePage",
    "ClaimPage",
    "DocumentPage",
    "IncidentPage",
    "OrganisationPage",
    "PersonPage",
    "PlacePage",
    "attachment",
]
