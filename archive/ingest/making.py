"""From what a curator said of an intake to a draft document. Nothing here publishes anything."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from modeltranslation.settings import AVAILABLE_LANGUAGES
from slugify import slugify

from archive.models import (
    FINDING_KINDS,
    Attachment,
    Citation,
    Claim,
    ClaimKind,
    Document,
    FormerAddress,
    Incident,
    Intake,
    LegalCase,
    LocatorKind,
    Organisation,
    OriginalLanguage,
    Person,
    Place,
    Suggestion,
    TranslationKind,
    ViolationType,
)
from archive.models import IntakeStage as Stage
from archive.models.claims import FINDING_CLAIM_KINDS
from archive.models.files import media_type

from .metadata import language_of

Target = Suggestion.Target
Answer = Suggestion.Answer

MODELS: dict[str, type[models.Model]] = {
    Target.ORGANISATION: Organisation,
    Target.PERSON: Person,
    Target.PLACE: Place,
    Target.CASE: LegalCase,
    Target.INCIDENT: Incident,
    Target.VIOLATION: ViolationType,
}
# target → the links of the document that an accepted suggestion is added to. Violation types
# belong to incidents, and a text may speak of several: those that none of them has are noted.
LINKS = {
    Target.ORGANISATION: "organisations",
    Target.PERSON: "people",
    Target.PLACE: "places",
    Target.CASE: "cases",
    Target.INCIDENT: "incidents",
}
_SLUG_LENGTH = 80
_LETTERS = [("ə", "e"), ("Ə", "e")]
_SCRIPTS = {
    "latin": re.compile("[a-z]", re.IGNORECASE),
    "cyrillic": re.compile("[а-яё]", re.IGNORECASE),
    "armenian": re.compile("[ա-և]", re.IGNORECASE),
}
_SCRIPT_OF = {OriginalLanguage.RUSSIAN: "cyrillic", OriginalLanguage.ARMENIAN: "armenian"}


@dataclass(frozen=True)
class Made:
    document: Document
    links: int
    claims: list[int]  # the numbers of the drafts


class NotReady(ValidationError):
    """The intake was made into a document, or set aside, in the meantime."""


@transaction.atomic
def make_document(intake: Intake, document: Document, *, by) -> Made:
    """Store the described document as a draft, with its original, its links and draft claims.

    document: not saved yet, as the curator described it; all but its address is filled in.
    Raises NotReady; whoever asks twice gets one document.
    """
    stored = Intake.objects.select_for_update().get(pk=intake.pk)
    if stored.stage != Stage.READY:
        raise NotReady(_("This was made into a document, or set aside, in the meantime."))
    accepted = list(stored.suggestions.filter(answer=Answer.ACCEPTED))
    _complete(document, stored, accepted, by)
    document.save()
    if stored.original:
        _attach(stored, document)
    links = _link(document, accepted)
    claims = [
        claim.pk
        for suggestion in accepted
        if suggestion.target == Target.CLAIM and (claim := _claim(suggestion, document, by))
    ]
    incidents = [suggestion for suggestion in accepted if suggestion.target == Target.INCIDENT]
    if len(incidents) == 1:  # of several, nobody knows which a claim is about
        for incident in Incident.objects.filter(pk=incidents[0].record_id):
            incident.claims.add(*claims)
    stored.document, stored.stage = document, Stage.DONE
    stored.save(update_fields=["document", "stage", "updated_at"])
    intake.refresh_from_db()
    return Made(document, links, claims)


def _complete(document: Document, intake: Intake, accepted: list[Suggestion], by) -> None:
    """The title in the column of its language, the address, and where it comes from."""
    if document.language in AVAILABLE_LANGUAGES:
        column = f"title_{document.language}"
        if not getattr(document, column):
            setattr(document, column, document.original_title)
        if getattr(document, column) == document.original_title:
            setattr(document, f"translation_kind_{document.language}", TranslationKind.ORIGINAL)
    headings = (getattr(document, f"title_{language}") for language in AVAILABLE_LANGUAGES)
    heading = next(filter(None, headings), document.original_title)
    document.slug = free_address(Document, heading or intake.name)
    document.created_by = by
    document.sources = [document.source_url] if document.source_url else []
    notes = [_of_publisher(document, intake), _of_violations(accepted)]
    document.internal_note = "\n".join(filter(None, notes))


def free_address(model: type[models.Model], text: str) -> str:
    """The last part of an address that says this text and belongs to no record of the kind."""
    words = slugify(text, max_length=_SLUG_LENGTH, word_boundary=True, replacements=_LETTERS)
    words = words or model._meta.model_name
    taken = {
        *model._base_manager.filter(slug__startswith=words).values_list("slug", flat=True),
        *FormerAddress.objects.filter(
            kind=model._meta.model_name, slug__startswith=words
        ).values_list("slug", flat=True),
    }
    number, free = 1, words
    while free in taken:
        number += 1
        free = f"{words}-{number}"
    return free


def _attach(intake: Intake, document: Document) -> None:
    """The original as it was received: the same stored file, with what was read from it."""
    attachment = Attachment(
        document=document,
        sha256=intake.sha256,
        media_type=intake.media_type or media_type(intake.name),
        size=intake.size,
        text=intake.text,
        fingerprint=intake.fingerprint,
        may_be_shown=False,
    )
    attachment.file.name = intake.original.name
    for language in AVAILABLE_LANGUAGES:
        with translation.override(language):
            # Translators: what the stored file of a document is
            setattr(attachment, f"description_{language}", _("The original, as received"))
    attachment.save()


def _existing(target: str, pks: Iterable[int]) -> list[int]:
    """Those of the records that are still there."""
    return list(MODELS[target]._default_manager.filter(pk__in=pks).values_list("pk", flat=True))


def _link(document: Document, accepted: list[Suggestion]) -> int:
    count = 0
    for target, name in LINKS.items():
        pks = [one.record_id for one in accepted if one.target == target]
        linked = _existing(target, pks)
        getattr(document, name).add(*linked)
        count += len(linked)
    return count


def _of_publisher(document: Document, intake: Intake) -> str:
    """A publisher that is not among the organisations is not lost."""
    publisher = intake.proposals.get("publisher", {})
    name = publisher.get("value")
    if document.publisher_id or publisher.get("record") or not name:
        return ""
    return _("Publisher as the source names it: %(name)s") % {"name": name}


def _of_violations(accepted: list[Suggestion]) -> str:
    pks = {target: [one.record_id for one in accepted if one.target == target] for target in MODELS}
    types = ViolationType.objects.filter(pk__in=pks[Target.VIOLATION]).exclude(
        incidents__in=pks[Target.INCIDENT]
    )
    if not types:
        return ""
    return ngettext(
        "Violation type that the text speaks of: %(types)s",
        "Violation types that the text speaks of: %(types)s",
        len(types),
    ) % {"types": ", ".join(map(str, types))}


def _claim(suggestion: Suggestion, document: Document, by) -> Claim | None:
    """A draft claim with its place in the document; None when its speaker is gone."""
    target = suggestion.data.get("speaker")
    if target not in (Target.ORGANISATION, Target.PERSON):
        return None
    speaker = MODELS[target]._default_manager.filter(pk=suggestion.record_id).first()
    if speaker is None:
        return None
    claim = Claim(
        kind=_verb(suggestion.data.get("kind", ""), speaker),
        slug=free_address(Claim, f"{document.slug} {speaker.slug} {suggestion.paragraph or ''}"),
        created_by=by,
        internal_note=_("Recognised in the source, which says: %(sentence)s")
        % {"sentence": suggestion.sentence},
        **{f"speaker_{target}": speaker},
    )
    language = _language_of(suggestion.sentence, document)
    if language in AVAILABLE_LANGUAGES:
        setattr(claim, f"text_{language}", suggestion.sentence)
        setattr(claim, f"translation_kind_{language}", TranslationKind.ORIGINAL)
    claim.save()
    place = {}
    if suggestion.paragraph:
        place = {"locator_kind": LocatorKind.PARAGRAPH, "locator": str(suggestion.paragraph)}
    Citation.objects.create(claim=claim, document=document, **place)
    return claim


def _language_of(sentence: str, document: Document) -> str:
    """That of the document, unless the letters are of another script: a text may quote, or a file
    be the translation of what it is described as. Names in Latin letters stand in any language."""
    letters = {script: len(found.findall(sentence)) for script, found in _SCRIPTS.items()}
    own = _SCRIPT_OF.get(document.language, "latin")
    if letters[own] >= sum(letters.values()) * (0.5 if own == "latin" else 0.1):
        return document.language
    most = max(letters, key=letters.get)
    others = {script: language for language, script in _SCRIPT_OF.items()}
    return others.get(most) or language_of(sentence)


def _verb(kind: str, speaker) -> str:
    """The recognised verb; only courts and UN bodies find, others conclude."""
    if kind not in ClaimKind.values:
        return ClaimKind.COMMENTS
    if kind in FINDING_CLAIM_KINDS and getattr(speaker, "kind", "") not in FINDING_KINDS:
        return ClaimKind.CONCLUDES
    return kind
