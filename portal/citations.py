"""How to cite a record: what it is, where it was published, and its address in the archive."""

from itertools import pairwise

from django.conf import settings
from django.utils.translation import gettext, pgettext

from archive.models import Citation, Claim, LocatorKind, StepKind

from .context import SITE_NAME


def cite(record) -> str:
    """A neutral citation in the reader's language. `record` as its own page has loaded it."""
    what = {
        "document": _document,
        "legalcase": _case,
        "incident": _incident,
        "claim": _claim,
    }[record._meta.model_name](record)
    parts = [*what, str(SITE_NAME), f"{settings.SITE_URL}{record.get_absolute_url()}"]
    return ". ".join(part.rstrip(".") for part in parts if part)


def locator(citation: Citation) -> str:
    """The place in the document: "¶ 4", "p. 12"."""
    patterns = {
        # Translators: abbreviated places in a document; keep the non-breaking space.
        LocatorKind.PARAGRAPH: pgettext("locator", "¶ %(number)s"),
        LocatorKind.PAGE: pgettext("locator", "p. %(number)s"),
        LocatorKind.SECTION: pgettext("locator", "section %(number)s"),
        LocatorKind.TIME: pgettext("locator", "at %(number)s"),
    }
    pattern = patterns.get(citation.locator_kind)
    return pattern % {"number": citation.locator} if pattern else ""


def numbered(number: str) -> str:
    """ "no. 35746/11"; numbers that already say what they are ("General List No. 180") stay."""
    if not number[:1].isdigit():
        return number
    # Translators: before the number of an application: “no. 35746/11”, «№ 35746/11»
    return pgettext("application", "no. %(number)s") % {"number": number}


def mark_repeated_sources(claims: list[Claim]) -> list[Claim]:
    """Mark each claim that came to us just as the one above it, so that a page need not name the
    same document again."""
    for above, claim in pairwise(claims):
        claim.repeats_source = _source(above) == _source(claim) is not None
    return claims


def _source(claim: Claim) -> tuple | None:
    """The one document and the intermediaries through which a claim is known."""
    citations = claim.citations.all()
    if len(citations) != 1:
        return None
    return citations[0].document_id, {body.pk for body in citations[0].relayed_by.all()}


def quoted(title) -> str:
    # Translators: a title in quotation marks: “…”, in Russian «…»
    return pgettext("title", "“%(title)s”") % {"title": title}


def _listed(*parts) -> str:
    return ", ".join(str(part) for part in parts if part)


def _publisher(document):
    """The publisher, where readers may see it."""
    return document.publisher if document.publisher and document.publisher.is_public else None


def _document(record) -> list[str]:
    return [
        ", ".join(record.authors),
        quoted(record.original_title or record),
        _listed(_publisher(record), record.published_on.in_words),
        record.reference,
        record.source_url,
    ]


# The steps that a case is cited by.
DECISIVE = (
    StepKind.JUDGMENT,
    StepKind.JUST_SATISFACTION,
    StepKind.PRELIMINARY_OBJECTIONS,
    StepKind.DECISION,
    StepKind.ADMISSIBILITY,
    StepKind.ORDER,
    StepKind.MEASURE_INDICATED,
)


def _case(record) -> list[str]:
    court = record.court if record.court and record.court.is_public else record.forum
    numbers = ", ".join(numbered(number) for number in record.application_numbers)
    steps = [step for step in record.steps.all() if step.kind in DECISIVE]
    decided = min(steps, key=lambda step: DECISIVE.index(step.kind), default=None)
    return [
        _listed(record, court, numbers),
        decided and f"{decided.get_kind_display()}, {decided.date.in_words}",
        record.ecli,
        record.hudoc_url,
    ]


def _incident(record) -> list[str]:
    if not record.date:
        return [quoted(record), gettext("Alleged event, date not given")]
    # Translators: when the event is alleged to have happened, so that no one takes it for the
    # date of publication
    about = gettext("alleged event: %(date)s") % {"date": record.date.in_words}
    return [f"{quoted(record)} ({about})"]


def _claim(record) -> list[str]:
    reported = [_reported(cited) for cited in record.citations.all()]
    return [
        _listed(record.speaker, record.date.in_words),
        quoted(str(record).rstrip(".")),
        "; ".join(reported),
    ]


def _reported(cited: Citation) -> str:
    document = cited.document
    return _listed(
        quoted(document.original_title or document),
        _publisher(document),
        document.published_on.in_words,
        locator(cited),
        document.source_url,
    )
