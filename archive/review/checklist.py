"""What is looked at before a record becomes public, by whatever way it is published.

A point passes by itself when nothing is found. What is found is mended, or, where a person can
judge it better, confirmed: by name, and for the texts as they are; whoever changes them is asked
again.
"""

import hashlib
import json
import re
from collections.abc import Callable
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from archive.models import (
    Comment,
    Confirmation,
    Document,
    LegalCase,
    Organisation,
    Person,
    Place,
    Publishable,
    checking,
    may_ever,
    saying,
)
from archive.models.places import COARSE
from archive.models.sensitivity import Sensitive
from archive.search.analyser import WORD, keys

from .names import mentioned
from .sources import unsourced
from .texts import Text, texts_of
from .wording import accusations, describes_violence, hedge_in_one_language

# Titles of these are not ours: their authors' and courts' words, official names.
_QUOTED_TITLES = {Document: "title", LegalCase: "title"}
# Records that are called by a name.
_NAMED = (Organisation, Person, Place)

_DEGREES = re.compile(
    r"\b\d{1,3}[.,]\d{3,}\s*°?\s*[NSEWСЮВЗ]?[,;\s]+\d{1,3}[.,]\d{3,}"
    r"|\b\d{1,3}°\s*\d{1,2}[′'’]\s*\d{1,2}(?:[.,]\d+)?[″\"”]"
)


class Finding(NamedTuple):
    """What was found in which text. said: words of the text, or why in no language of ours.

    owner and column: the row and its column; column "" where it is the record as a whole.
    """

    owner: Model
    part: str
    column: str
    said: str = ""
    sentence: str = ""


class Look(NamedTuple):
    """What the points look at: the record and its texts, gathered once."""

    record: Publishable
    texts: list[Text]


class Subject(NamedTuple):
    """One point of the checklist: what is asked for, what to do where it is not so, and what
    somebody confirms who leaves it as it is ("" where that cannot be left)."""

    title: str
    advice: str
    confirmed: str
    find: Callable[[Look], list[Finding]]


class Point(NamedTuple):
    """A point as it stands for one record."""

    name: str
    subject: Subject
    findings: list[Finding]
    digest: str
    confirmation: Confirmation | None

    @property
    def state(self) -> str:
        """ "passed", "confirmed" or "open"."""
        if not self.findings:
            return "passed"
        return "confirmed" if self.confirmation else "open"

    @property
    def obstacle(self) -> str:
        said = dict.fromkeys(finding.said for finding in self.findings if finding.said)
        # Translators: a point of the checklist, what to do, and the words that were found
        sentence = _("%(point)s: %(advice)s (%(said)s)") if said else _("%(point)s: %(advice)s")
        return sentence % {
            "point": self.subject.title,
            "advice": self.subject.advice,
            "said": ", ".join(said),
        }


# ── the points ──


def _missing_texts(look: Look) -> list[Finding]:
    return [
        Finding(text.owner, text.part, text.column(language))
        for text in look.texts
        if text.is_missing_somewhere
        for language, said in text.said.items()
        if not said
    ]


def _no_source(look: Look) -> list[Finding]:
    found = unsourced(type(look.record)._default_manager.filter(pk=look.record.pk))
    return [Finding(look.record, "", "sources")] if found.exists() else []


def _wording(look: Look) -> list[Finding]:
    found = []
    for text in look.texts:
        if not _is_quoted(text):
            for language, said in text.said.items():
                names = mentioned(said, language).words
                found += [
                    Finding(
                        text.owner,
                        text.part,
                        text.column(language),
                        ", ".join(accusation.words),
                        accusation.sentence,
                    )
                    for accusation in accusations(said, language, names)
                ]
        found += [
            Finding(text.owner, text.part, text.column(hedge.other), ", ".join(hedge.words))
            for hedge in hedge_in_one_language(text.said)
        ]
    return found


def _private_names(look: Look) -> list[Finding]:
    own = _words_of_its_name(look.record)
    return [
        Finding(text.owner, text.part, text.column(language), name)
        for text in look.texts
        if not _is_a_name(text)
        for language, said in text.said.items()
        for name in mentioned(said, language).unknown
        if not all(own.intersection(keys(word)) for word in WORD.findall(name))
    ]


def _violence_without_a_flag(look: Look) -> list[Finding]:
    if not isinstance(look.record, Sensitive) or look.record.is_sensitive:
        return []
    return [
        Finding(text.owner, text.part, text.column(language), ", ".join(words))
        for text in look.texts
        for language, said in text.said.items()
        if (words := describes_violence(said, language))
    ]


def _exact_coordinates(look: Look) -> list[Finding]:
    return [
        Finding(text.owner, text.part, text.column(language), match[0])
        for text in look.texts
        for language, said in text.said.items()
        for match in _DEGREES.finditer(said)
    ]


def _uncertain_point(look: Look) -> list[Finding]:
    """A point is as exact as a settlement at most: one of a gazetteer, or rounded."""
    place = look.record
    if not isinstance(place, Place) or place.latitude is None:
        return []
    found = [] if place.precision else [Finding(place, "", "precision")]
    if not (place.geonames or place.wikidata):
        found += [
            Finding(place, "", name, str(getattr(place, name)))
            for name in ("latitude", "longitude")
            if -getattr(place, name).normalize().as_tuple().exponent > COARSE
        ]
    return found


def _open_comments(look: Look) -> list[Finding]:
    comments = Comment.objects.about(look.record).filter(settled_at=None)
    return [Finding(look.record, "", comment.field, comment.text[:60]) for comment in comments]


SUBJECTS = {
    "languages": Subject(
        _("Both languages"),
        _("translate what is in one language only, or confirm that it stays so."),
        _("It stays in one language; readers are told so."),
        _missing_texts,
    ),
    "source": Subject(_("A source"), _("name one at least."), "", _no_source),
    "wording": Subject(
        _("Attributed wording"),
        _("say who says so, in both languages alike, or confirm that it is right as it is."),
        _("It is attributed, or a finding, as it is."),
        _wording,
    ),
    "names": Subject(
        _("No private names"),
        _("remove the names of private persons, or confirm that these are none."),
        _("These are no names of private persons."),
        _private_names,
    ),
    "sensitivity": Subject(
        _("Warnings"),
        _("tick what readers are to be warned of, or confirm that there is nothing."),
        _("Readers need no warning."),
        _violence_without_a_flag,
    ),
    "coordinates": Subject(
        _("No exact places in texts"),
        _("remove exact coordinates, or confirm that they endanger nobody."),
        _("They endanger nobody."),
        _exact_coordinates,
    ),
    "point": Subject(
        _("A coarse point on the map"),
        _(
            "say what the point stands for; round it to two decimal places, or name the entry of "
            "the gazetteer that it is from."
        ),
        "",
        _uncertain_point,
    ),
    "comments": Subject(
        _("Comments settled"), _("settle the comments of the review."), "", _open_comments
    ),
}


def checklist(record: Publishable) -> list[Point]:
    """Every point as it stands now, for the record as it is stored. About ten queries."""
    look = Look(record, texts_of(record))
    confirmations = {
        confirmation.point: confirmation
        for confirmation in Confirmation.objects.about(record).select_related("by")
    }
    points = []
    for name, subject in SUBJECTS.items():
        findings = subject.find(look)
        digest = _digest(look.texts, findings)
        confirmation = confirmations.get(name)
        holds = confirmation and subject.confirmed and confirmation.digest == digest
        points.append(Point(name, subject, findings, digest, confirmation if holds else None))
    return points


def may_confirm(user, model: type[Publishable]) -> bool:
    """Whoever writes such records or publishes them; who only translates does not."""
    return user.has_perm(f"archive.add_{model._meta.model_name}") or may_ever(
        user, "publish", model
    )


def confirm(record: Publishable, point: Point, *, seen: str, by) -> bool:
    """Take responsibility for a point; False where it is no longer as it was seen (its digest), or
    cannot be left as it is."""
    if not may_confirm(by, type(record)):
        raise PermissionDenied
    if not point.subject.confirmed or point.digest != seen:
        return False
    Confirmation.objects.update_or_create(
        kind=record._meta.model_name,
        record_id=record.pk,
        point=point.name,
        defaults={"digest": seen, "by": by},
    )
    return True


def _digest(texts: list[Text], findings: list[Finding]) -> str:
    seen = [
        [[text.part, text.field, text.said] for text in texts],
        [[finding.part, finding.column, finding.said] for finding in findings],
    ]
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()


def _is_quoted(text: Text) -> bool:
    return text.field == _QUOTED_TITLES.get(type(text.owner)) or _is_a_name(text)


def _is_a_name(text: Text) -> bool:
    return isinstance(text.owner, _NAMED) and text.field in ("name", "acronym")


def _words_of_its_name(record: Publishable) -> set[str]:
    if not isinstance(record, _NAMED):
        return set()
    names = [getattr(record, text) for text in ("name_en", "name_ru")]
    names += getattr(record, "aliases", ())
    return {key for name in names if name for word in WORD.findall(name) for key in keys(word)}


def _answer(sender, record, **kwargs) -> list[str]:
    return [point.obstacle for point in checklist(record) if point.state == "open"]


def _answer_words(sender, said: dict[str, str], **kwargs) -> list[str]:
    found = {"names": [], "wording": []}
    for language, text in said.items():
        names = mentioned(text, language)
        found["names"] += names.unknown
        found["wording"] += [
            word for one in accusations(text, language, names.words) for word in one.words
        ]
    points = [
        Point(name, SUBJECTS[name], [Finding(None, "", "", one) for one in words], "", None)
        for name, words in found.items()
        if words
    ]
    return [point.obstacle for point in points]


def connect() -> None:
    checking.connect(_answer, dispatch_uid="checklist")
    saying.connect(_answer_words, dispatch_uid="checklist of words")
