"""What belongs to records and stands in tables of its own, public rows only: who publishes, judges
or speaks, where a claim is reported and what it answers, the steps of a case. Each is read for all
records of an answer at once."""

from collections import defaultdict
from functools import cache
from typing import Any

from django.db.models import Model
from modeltranslation.settings import AVAILABLE_LANGUAGES

from archive.models import (
    CaseStep,
    Citation,
    Claim,
    Document,
    LegalCase,
    Organisation,
    Role,
    StepKind,
)
from archive.search.compiled import ByIds
from archive.search.records import columns
from portal.filters import TYPES
from portal.templatetags.record_tags import held_then

# The type of a record, as the parameter `type` names it.
TYPE = {model: name for name, (model, _label) in TYPES.items()}


@cache
def published(kind: type[Model], *names: str) -> ByIds:
    return ByIds(lambda pks: kind.objects.published().filter(pk__in=pks), *names)


def named(kind: type[Model], pks: list[int]) -> dict[int, dict[str, Any]]:
    """Those of these records that are public: type, slug and name or title of each."""
    heading = kind.heading_field
    found = published(kind, "pk", "slug", *columns(kind, [heading]))(sorted(set(pks)))
    return {
        pk: {"type": TYPE[kind], "slug": slug, heading: by_language(texts)}
        for pk, slug, *texts in found
    }


def by_language(texts) -> dict[str, str]:
    """The columns of a text, where it has any."""
    return {code: text for code, text in zip(AVAILABLE_LANGUAGES, texts, strict=True) if text}


# ── claims ──

_citations = ByIds(
    lambda claims: Citation.objects.published().filter(claim__in=claims),
    "pk", "claim_id", "document_id", "locator_kind", "locator",
)  # fmt: skip
_relays = ByIds(
    lambda citations: Citation.relayed_by.through.objects.filter(citation__in=citations),
    "citation_id",
    "organisation_id",
)


def reports(claims: list[int]) -> dict[int, list[dict]]:
    """Where each claim is reported, and through whom it came there."""
    citations = sorted(_citations(claims))
    relays = _grouped(_relays([pk for pk, *_others in citations]))
    bodies = named(Organisation, [body for bodies in relays.values() for body in bodies])
    documents = named(Document, [document for _pk, _claim, document, *_where in citations])
    found = defaultdict(list)
    for pk, claim, document, locator_kind, locator in citations:
        if document in documents:
            place = {"locator_kind": locator_kind or None, "locator": locator or None}
            through = in_order(bodies, relays.get(pk, ()))
            found[claim].append({**documents[document], **place, "relayed_by": through})
    return found


def _grouped(pairs) -> dict[int, list[int]]:
    found = defaultdict(list)
    for one, other in pairs:
        found[one].append(other)
    return found


def in_order(found: dict[int, dict], pks) -> list[dict]:
    """Those of these records that were found, by the last part of their address."""
    return sorted((found[pk] for pk in pks if pk in found), key=lambda one: one["slug"])


_answers = ByIds(
    lambda claims: Claim.responds_to.through.objects.filter(from_claim__in=claims),
    "from_claim_id",
    "to_claim_id",
)


def answered(claims: list[int]) -> dict[int, list[str]]:
    """The claims that each of these answers, by the last part of their address."""
    pairs = _answers(claims)
    slugs = dict(published(Claim, "pk", "slug")(sorted({other for _claim, other in pairs})))
    return {
        claim: sorted(slugs[other] for other in others if other in slugs)
        for claim, others in _grouped(pairs).items()
    }


_roles = ByIds(
    lambda people: Role.objects.published().filter(person__in=people),
    "person_id", "pk", "held_earliest", "held_latest", *columns(Role, ["title"]),
)  # fmt: skip


def offices(claims: list[tuple]) -> dict[int, dict[str, str]]:
    """In which office a person made a claim. claims: (number, person, earliest, latest day)."""
    roles = defaultdict(list)
    found = _roles(sorted({person for _pk, person, *_days in claims}))
    latest_first = sorted(found, key=lambda one: (str(one[2] or ""), -one[1]), reverse=True)
    for person, _pk, *role in latest_first:
        roles[person].append(role)
    return {
        pk: by_language(role[2:])
        for pk, person, *days in claims
        if (role := next((one for one in roles[person] if held_then(*one[:2], *days)), None))
    }


# ── cases ──

_steps = ByIds(
    lambda cases: CaseStep.objects.filter(case__in=cases),
    "case_id", "date_earliest", "pk", "kind", "date", *columns(CaseStep, ["note"]),
)  # fmt: skip


def steps(cases: list[int]) -> dict[int, list[dict]]:
    """The steps of each case in order, their dates as they are known."""
    found = defaultdict(list)
    rows = sorted(_steps(cases), key=lambda row: (row[0], str(row[1] or ""), row[2]))
    for case, _day, _pk, kind, date, *note in rows:
        label = str(StepKind(kind).label)
        step = {"kind": kind, "label": label, "date": date, "note": by_language(note)}
        found[case].append(step)
    return found


@cache
def _parties(relation: str) -> ByIds:
    through = getattr(LegalCase, relation).through.objects
    return ByIds(
        lambda cases: through.filter(legalcase__in=cases), "legalcase_id", "organisation_id"
    )


def parties(relation: str, cases: list[int]) -> dict[int, tuple[list[dict], bool]]:
    """The bodies on one side of each case, and whether there are others that readers do not see."""
    pairs = _grouped(_parties(relation)(cases))
    bodies = named(Organisation, [body for bodies in pairs.values() for body in bodies])
    return {
        case: (shown := in_order(bodies, others), len(shown) < len(others))
        for case, others in pairs.items()
    }
