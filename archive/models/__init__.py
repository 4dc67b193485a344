"""What the archive knows. One subject a file; import the names from here."""

from .cases import (
    Aspect,
    CaseKind,
    CaseOutcome,
    CaseStatus,
    CaseStep,
    Instrument,
    LegalCase,
    Outcome,
    StepKind,
)
from .claims import (
    Citation,
    Claim,
    ClaimAspect,
    ClaimKind,
    FigureQualifier,
    FigureUnit,
    LocatorKind,
)
from .dates import EDTFDate, EDTFField, within
from .documents import Attachment, Document, DocumentKind, OriginalLanguage
from .exchange import BulkChange, TableImport
from .former import FormerAddress
from .incidents import AllegedSide, Incident, Phase
from .index import (
    SearchChange,
    SearchEntry,
    SearchPosting,
    SearchRemoval,
    SearchState,
    SearchValue,
)
from .intake import Intake, Suggestion
from .intake import Stage as IntakeStage
from .lines import LinesField
from .organisations import FINDING_KINDS, Organisation, OrganisationKind, Side
from .people import Person, Role
from .places import Place, PlaceKind, Precision
from .publishable import Publishable
from .publishing import (
    Access,
    Status,
    TranslationKind,
    checking,
    rows_changed,
    rows_changing,
    saying,
)
from .reports import Report
from .review import Comment, Confirmation, Contribution
from .revisions import Correction, Revision
from .steps import (
    approvable_by,
    hide,
    may,
    may_ever,
    may_hide,
    obstacles,
    publish,
    publish_due,
    send_back,
    starts_of,
    submit,
    unhide,
    was_hidden,
    withdraw,
    withdrawals,
)
from .translations import TranslatedText, TranslatorLanguage
from .violations import TreatyReference, ViolationType

# The kinds of record that have a public page, in the order in which menus name them.
PUBLISHABLE = (Document, LegalCase, Incident, Claim, Organisation, Person, Place)

__all__ = [
    "FINDING_KINDS",
    "PUBLISHABLE",
    "Access",
    "AllegedSide",
    "Aspect",
    "Attachment",
    "BulkChange",
    "CaseKind",
    "CaseOutcome",
    "CaseStatus",
    "CaseStep",
    "Citation",
    "Claim",
    "ClaimAspect",
    "ClaimKind",
    "Comment",
    "Confirmation",
    "Contribution",
    "Correction",
    "Document",
    "DocumentKind",
    "EDTFDate",
    "EDTFField",
    "FigureQualifier",
    "FigureUnit",
    "FormerAddress",
    "Incident",
    "Instrument",
    "Intake",
    "IntakeStage",
    "LegalCase",
    "LinesField",
    "LocatorKind",
    "Organisation",
    "OrganisationKind",
    "OriginalLanguage",
    "Outcome",
    "Person",
    "Phase",
    "Place",
    "PlaceKind",
    "Precision",
    "Publishable",
    "Report",
    "Revision",
    "Role",
    "SearchChange",
    "SearchEntry",
    "SearchPosting",
    "SearchRemoval",
    "SearchState",
    "SearchValue",
    "Side",
    "Status",
    "StepKind",
    "Suggestion",
    "TableImport",
    "TranslatedText",
    "TranslationKind",
    "TranslatorLanguage",
    "TreatyReference",
    "ViolationType",
    "approvable_by",
    "checking",
    "hide",
    "may",
    "may_ever",
    "may_hide",
    "obstacles",
    "publish",
    "publish_due",
    "rows_changed",
    "rows_changing",
    "saying",
    "send_back",
    "starts_of",
    "submit",
    "unhide",
    "was_hidden",
    "withdraw",
    "withdrawals",
    "within",
]
