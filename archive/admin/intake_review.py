"""What a curator is asked about an intake that is ready, and what they said."""

import re
from collections import defaultdict
from functools import partial
from typing import NamedTuple

from django import forms
from django.contrib.admin import AdminSite
from django.contrib.admin.helpers import AdminForm
from django.db import transaction
from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from modeltranslation.settings import AVAILABLE_LANGUAGES

from archive.ingest.intake import paragraphs
from archive.ingest.making import MODELS
from archive.ingest.reading import said_origin
from archive.models import (
    Attachment,
    Claim,
    ClaimKind,
    Document,
    DocumentKind,
    Incident,
    Intake,
    Organisation,
    OrganisationKind,
    Suggestion,
)
from archive.models import IntakeStage as Stage

from .steps import page_of
from .texts import columns_of

Target = Suggestion.Target
Answer = Suggestion.Answer

LAYOUT = [
    (
        _("What it is"),
        {
            "fields": [
                "original_title",
                tuple(columns_of("title")),
                ("language", "kind"),
                ("publisher", "published_on"),
                ("authors", "source_url"),
            ]
        },
    )
]
FIELDS = [
    name for line in LAYOUT[0][1]["fields"] for name in ((line,) if isinstance(line, str) else line)
]
MOSTLY_PUBLISHED = {
    OrganisationKind.MEDIA: DocumentKind.NEWS_ARTICLE,
    OrganisationKind.COURT: DocumentKind.JUDGMENT,
}
# In the order in which the page names them.
HEADINGS = {
    Target.ORGANISATION: _("Organisations"),
    Target.PERSON: _("People"),
    Target.CASE: _("Cases"),
    Target.INCIDENT: _("Incidents"),
    Target.PLACE: _("Places"),
    Target.VIOLATION: _("Violation types"),
    Target.CLAIM: _("Claims"),
}
REMARKS = {
    Target.VIOLATION: _(
        "They belong to incidents, not to documents: what you accept is written into the internal "
        "note of the document, unless an incident that you accept has it already."
    ),
    Target.CLAIM: _(
        "What you accept becomes a draft claim that says what the source says, for you to put into "
        "our words."
    ),
}
_NUMBER = re.compile(r"[0-9]{1,18}")
REPRINT, DIFFERENT = "reprint", "different"
MOST_MARKED = 0.8  # of a sentence
GLANCE = 1500  # characters of a text that is held beside another


class Kept(NamedTuple):
    """What became of what was sent, where somebody else was faster. typed: fields that were not
    stored; told: what is said about it; answered: what both had answered, differently."""

    typed: dict[str, str]
    told: list[str]
    answered: list[str]


class Proposed(NamedTuple):
    """A suggestion as a row: the sentence cut in three, with what was recognised in the middle."""

    suggestion: Suggestion
    record: object
    title: str
    address: str
    before: str
    hit: str
    after: str
    remark: str = ""


class Group(NamedTuple):
    target: str
    title: str
    remark: str
    rows: list[Proposed]

    @property
    def open(self) -> int:
        return sum(row.suggestion.answer == Answer.OPEN for row in self.rows)


class Likeness(NamedTuple):
    """Something that the archive has, beside what is being taken in. `name` is that of its field."""

    name: str
    why: str
    title: str
    address: str
    facts: list[str]
    text: str
    language: str
    document: Document | None
    answer: str


class DraftForm(forms.ModelForm):
    """The fields of the document to be, each with what was proposed and where it was found."""


def draft_form(site: AdminSite, request, intake: Intake, data=None, typed=None) -> DraftForm:
    """data: what the draft is made of, None for what was proposed or entered before. typed: what
    takes the place of it in the fields."""
    room = site.get_model_admin(Document)
    form_class = forms.modelform_factory(
        Document,
        form=DraftForm,
        fields=FIELDS,
        formfield_callback=partial(room.formfield_for_dbfield, request=request),
    )
    initial = _initial(intake) | (typed or {})
    form = form_class(None if data is None else said(data), initial=initial)
    for name, origin in _origins(intake).items():
        form.fields[name].help_text = origin
    return form


def in_fieldsets(site: AdminSite, form: DraftForm) -> AdminForm:
    return AdminForm(form, LAYOUT, {}, (), site.get_model_admin(Document))


def _proposed(intake: Intake) -> dict[str, dict]:
    """field → what was proposed for it: its value, its origin, and what a curator has entered."""
    proposals = intake.proposals
    found = {name: proposals[name] for name in FIELDS if name in proposals}
    if title := proposals.get("title"):
        language = proposals.get("language", {}).get("value")
        columns = {"original_title", f"title_{language}"} & set(FIELDS)
        found |= {name: {**title, **found.get(name, {})} for name in columns}
    if address := intake.final_address or intake.address:
        found.setdefault("source_url", {"value": address, "origin": ""})
    return found


def _initial(intake: Intake) -> dict:
    values = {name: one.get("value", "") for name, one in _proposed(intake).items()}
    publisher = intake.proposals.get("publisher", {})
    values["publisher"] = publisher.get("record")
    values["kind"] = _kind(publisher.get("record"))
    values = dict.fromkeys(FIELDS, "") | values
    return values | {
        name: one["entered"]
        for name, one in intake.proposals.items()
        if name in FIELDS and "entered" in one
    }


def _kind(publisher: int | None) -> str:
    """What the publisher mostly publishes; "" where that is not known."""
    kind = Organisation.objects.filter(pk=publisher).values_list("kind", flat=True).first()
    return MOSTLY_PUBLISHED.get(kind, "")


def _origins(intake: Intake) -> dict[str, str]:
    """Under each field where its value comes from."""
    said = {}
    for name, one in _proposed(intake).items():
        if not one.get("origin"):
            continue
        origin = said_origin(one["origin"])
        if name == "publisher" and not one.get("record"):
            said[name] = format_html(
                # Translators: %s-like places: the name of a publisher, where it was read
                str(
                    _(
                        "“{}” (from: {}) is not among the organisations. Add it, or leave this "
                        "empty: the name is then kept in the internal note of the document."
                    )
                ),
                one["value"],
                origin,
            )
        else:
            # Translators: where a proposed value was found, for example: the first line
            said[name] = format_html(str(_("From: {}")), origin)
    if _kind(intake.proposals.get("publisher", {}).get("record")):
        said["kind"] = format_html(str(_("From: {}")), said_origin("publisher"))
    return said


def said(data) -> dict[str, str]:
    """What was sent for the fields; a publisher that is no number cannot have been chosen."""
    sent = {name: data[name] for name in FIELDS if name in data}
    if "publisher" in sent and not _NUMBER.fullmatch(sent["publisher"]):
        sent["publisher"] = ""
    return sent


def seen(intake: Intake) -> dict[str, str]:
    """What the page shows of all that it asks. It is sent back with the answers, and tells what
    of them is new."""
    shown = {name: _written(value) for name, value in _initial(intake).items()}
    shown |= {f"like-{n}": one.get("answer", "") for n, one in enumerate(intake.likenesses)}
    return shown | {_name_of(one): one.answer for one in intake.suggestions.all()}


def _written(value) -> str:
    """A value as its field shows it, whichever way the browser ends a line."""
    lines = value if isinstance(value, list) else str(value or "").splitlines()
    return "\n".join(lines)


def _name_of(suggestion: Suggestion) -> str:
    """The name of its field."""
    return f"suggestion-{suggestion.pk}"


@transaction.atomic
def keep(intake: Intake, data, user) -> Kept | None:
    """Store what was entered and answered so far; None when the intake is not ready any more.

    What is as the page showed it is left as it is now. A field that somebody else has changed
    since is not written over; of answers, the last one stands.
    """
    stored = Intake.objects.select_for_update().get(pk=intake.pk)
    if stored.stage != Stage.READY:
        return None
    now = seen(stored)
    new = _new(data, now)
    overtaken = {name for name in new if now[name] != data.get(f"seen-{name}", now[name])}
    typed = {name: new.pop(name) for name in FIELDS if name in overtaken}
    for name in new.keys() & set(FIELDS):
        stored.proposals.setdefault(name, {})["entered"] = new[name]
    for number, likeness in enumerate(stored.likenesses):
        if new.get(f"like-{number}") in (REPRINT, DIFFERENT):
            likeness["answer"] = new[f"like-{number}"]
    stored.save(update_fields=["proposals", "likenesses", "updated_at"])
    for answer in (Answer.ACCEPTED, Answer.REJECTED):
        pks = [one.pk for one in stored.suggestions.all() if new.get(_name_of(one)) == answer]
        answer_all(stored.suggestions.filter(pk__in=pks), answer, user)
    intake.refresh_from_db()
    told = [_told(name, now[name]) for name in typed]
    return Kept(typed, told, _titles(stored, overtaken))


def _new(data, now: dict[str, str]) -> dict[str, str]:
    """Of what was sent, what is neither as the page showed it nor as it is stored."""
    return {
        name: value
        for name, value in {**data.dict(), **said(data)}.items()
        if name in now and _written(value) not in (now[name], data.get(f"seen-{name}"))
    }


def _titles(intake: Intake, names: set[str]) -> list[str]:
    """What the questions of these names are about."""
    alike = [one.title for one in likenesses(intake) if one.name in names]
    return alike + [one.found for one in intake.suggestions.all() if _name_of(one) in names]


def _told(name: str, value: str) -> str:
    """That somebody else has changed a field in the meantime."""
    label = capfirst(Document._meta.get_field(name).verbose_name)
    if name == "publisher":
        value = Organisation.objects.filter(pk=value or None).first() or ""
    elif choices := Document._meta.get_field(name).choices:
        value = dict(choices).get(value, value)
    return _(
        "%(field)s: somebody else has meanwhile entered “%(value)s”. What you typed is still in "
        "the field; store it once more if it is to stand."
    ) % {"field": label, "value": value or "–"}


def answer_all(suggestions, answer: str, user) -> int:
    return suggestions.update(answer=answer, answered_by=user, answered_at=timezone.now())


def groups(intake: Intake) -> list[Group]:
    """What was recognised, by kind. A query for each kind of record that occurs."""
    by_target = {}
    for suggestion in intake.suggestions.all():
        by_target.setdefault(suggestion.target, []).append(suggestion)
    found = []
    for target, title in HEADINGS.items():
        rows = _rows(target, by_target.get(target, []))
        if target == Target.VIOLATION:
            rows = _with_incidents(rows, by_target.get(Target.INCIDENT, []))
        if rows:
            found.append(Group(target, title, REMARKS.get(target, ""), rows))
    return found


def _with_incidents(rows: list[Proposed], suggestions: list[Suggestion]) -> list[Proposed]:
    """Each type of violation with those of the recognised incidents that have it already."""
    recognised = [one.record_id for one in suggestions if one.answer != Answer.REJECTED]
    having = defaultdict(list)
    incidents = Incident._default_manager.filter(pk__in=recognised if rows else [])
    for incident in incidents.prefetch_related("violation_types"):
        for kind in incident.violation_types.all():
            having[kind.pk].append(str(incident))
    return [
        # Translators: the titles of incidents of which a type of violation is recorded already
        row._replace(remark=_("Recorded already: %(incidents)s") % {"incidents": "; ".join(titles)})
        if (titles := having.get(row.record.pk))
        else row
        for row in rows
    ]


def _rows(target: str, suggestions: list[Suggestion]) -> list[Proposed]:
    leads_to = {
        suggestion: suggestion.data.get("speaker") if target == Target.CLAIM else target
        for suggestion in suggestions
    }
    wanted = {}
    for suggestion, kind in leads_to.items():
        wanted.setdefault(kind, []).append(suggestion.record_id)
    records = {
        (kind, record.pk): record
        for kind, pks in wanted.items()
        if kind in MODELS
        for record in MODELS[kind]._default_manager.filter(pk__in=pks)
    }
    return [
        _row(suggestion, records[kind, suggestion.record_id])
        for suggestion, kind in leads_to.items()
        if (kind, suggestion.record_id) in records
    ]


def _row(suggestion: Suggestion, record) -> Proposed:
    sentence, hit = suggestion.sentence, suggestion.found
    # Where the whole sentence says it, a mark would say nothing.
    marks = hit and len(hit) < MOST_MARKED * len(sentence)
    before, hit, after = sentence.partition(hit) if marks else (sentence, "", "")
    title = str(record)
    if suggestion.target == Target.CLAIM:
        # Translators: who says something, and the verb, as before a claim: “Amnesty International alleges”
        title = _("%(speaker)s %(verb)s") % {"speaker": record, "verb": _verb(suggestion, record)}
    return Proposed(suggestion, record, title, page_of(record), before, hit, after)


def _verb(suggestion: Suggestion, speaker) -> str:
    kind = suggestion.data.get("kind", "")
    if kind not in ClaimKind.values:
        kind = ClaimKind.COMMENTS
    body = speaker if isinstance(speaker, Organisation) else None
    return Claim(kind=kind, speaker_organisation=body).verb


def likenesses(intake: Intake) -> list[Likeness]:
    """What the archive has that is like it, side by side. A few queries, however many there are."""
    texts = Prefetch("attachments", Attachment.objects.exclude(text=""), to_attr="read")
    documents = (
        Document.objects.select_related("publisher")
        .prefetch_related(texts)
        .in_bulk([one["document"] for one in intake.likenesses if one["document"]])
    )
    intakes = Intake.objects.in_bulk([one.get("intake") for one in intake.likenesses])
    found = []
    for number, one in enumerate(intake.likenesses):
        name, answer, why = f"like-{number}", one.get("answer", ""), _why(one)
        if document := documents.get(one["document"]):
            found.append(_like_document(name, answer, why, document))
        elif other := intakes.get(one.get("intake")):
            found.append(_like_intake(name, answer, why, other))
    return found


def _why(likeness: dict) -> str:
    if likeness["why"] == "file":
        return _("The same file")
    if likeness["why"] == "address":
        return _("The same address")
    share = round(100 * likeness["share"])
    # Translators: of two texts; two percent signs print one
    text = ngettext_lazy(
        "%(share)d %% of the words are the same", "%(share)d %% of the words are the same", share
    )
    return text % {"share": share}


def _like_document(name, answer, why, document: Document) -> Likeness:
    facts = [document.publisher, document.published_on.in_words, document.get_status_display()]
    return Likeness(
        name,
        why,
        str(document),
        page_of(document),
        [str(fact) for fact in facts if fact],
        document.read[0].text[:GLANCE] if document.read else document.summary,
        document.language if document.read else "",
        document,
        answer,
    )


def _like_intake(name, answer, why, other: Intake) -> Likeness:
    return Likeness(
        name,
        why,
        str(other),
        reverse("admin:archive_intake_change", args=[other.pk]),
        [str(other.get_stage_display())],
        other.text[:GLANCE],
        language_of(other),
        None,
        answer,
    )


def title_of(intake: Intake) -> str:
    """What it is called: as a curator entered it, as was proposed, or the file or address."""
    proposals = intake.proposals
    entered = proposals.get("original_title", {}).get("entered")
    return entered or proposals.get("title", {}).get("value") or str(intake)


def language_of(intake: Intake) -> str:
    """The language of its text, as a curator has corrected it or as it was recognised."""
    language = intake.proposals.get("language", {})
    return language.get("entered") or language.get("value") or "und"


def text_of(intake: Intake) -> list[tuple[int, str]]:
    """The paragraphs with their numbers."""
    return list(enumerate(paragraphs(intake.text), start=1))


def is_titled(document: Document) -> bool:
    """Whether there is a title by which the draft can be found."""
    columns = (f"title_{language}" for language in AVAILABLE_LANGUAGES)
    return any([document.original_title, *(getattr(document, column) for column in columns)])
