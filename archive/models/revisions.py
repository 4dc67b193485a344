"""What is to be changed in a public record, kept apart from it until someone has reviewed it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .about import About
from .publishable import Publishable
from .publishing import Status, saying
from .review import Comment, Contribution
from .snapshots import (
    Change,
    Merged,
    apply,
    differences,
    merge,
    numbered,
    parts_of,
    rehearsal,
    snapshot,
)
from .steps import approvable_by, changed_in_review, lock, may_ever, obstacles
from .versions import note
from .workers import worker

# What no reader sees, so that changing it is no correction.
UNSEEN = {"internal_note", "not_before", "access"}


class Revision(About):
    """One a record: the record as it shall be, and as it was when the editing began.

    `base` and `data` are snapshots (`archive.models.snapshots`), JSON with a value for every
    field, the numbers of what is linked, and the rows of every part.
    """

    class Stage(models.TextChoices):
        DRAFT = "draft", _("Draft")
        IN_REVIEW = "in_review", _("In review")

    base = models.JSONField(default=dict)
    data = models.JSONField(default=dict)
    stage = models.CharField(_("state"), max_length=12, choices=Stage, default=Stage.DRAFT)
    author = worker(_("begun by"))
    submitted_by = worker(_("submitted by"))
    returned_at = models.DateTimeField(_("returned at"), null=True)
    created_at = models.DateTimeField(_("begun at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        verbose_name = _("unpublished change")
        verbose_name_plural = _("unpublished changes")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "record_id"], name="archive_revision_one_a_record"
            )
        ]

    def __str__(self):
        return f"{self.kind} {self.record_id}"


class Correction(About):
    """A line of the public corrections log: what was changed in a record that was public."""

    class Weight(models.TextChoices):
        CORRECTION = "correction", _("Correction of fact")
        ADDITION = "addition", _("Addition")
        WORDING = "wording", _("Wording or translation")

    weight = models.CharField(_("kind of change"), max_length=12, choices=Weight)
    at = models.DateTimeField(_("changed at"), db_index=True)
    # Columns of their own, not of modeltranslation: a line of the log is never rewritten, only
    # silenced (`unsay`).
    said_en = models.TextField(_("what was changed (English)"), blank=True)
    said_ru = models.TextField(_("what was changed (Russian)"), blank=True)
    fields = models.JSONField(_("changed fields"), default=list)
    by = worker()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.kind} {self.record_id}: {self.get_weight_display()}"


# ── editing ──


def writes_directly(record: Publishable) -> bool:
    """Whether what is changed in the record holds at once: it waits for publication itself, and no
    changes are left of when it was public."""
    if record.status == Status.PUBLISHED:
        return False
    return not record.was_public or open_revision(record) is None


def open_revision(record: Publishable) -> Revision | None:
    return Revision.objects.about(record).select_related("author", "submitted_by").first()


def standing(revision: Revision, now: dict | None = None) -> Merged:
    """The revision together with what was changed in the record (`now`) since it was begun."""
    now = snapshot(revision.record) if now is None else now
    return merge(revision.base, revision.data, now)


def changes_of(revision: Revision) -> list[Change]:
    """What readers would see otherwise, and what else the record would say, if it were published."""
    now = snapshot(revision.record)
    return differences(now, both(standing(revision, now), revision))


def both(merged: Merged, revision: Revision) -> dict:
    """What the record shall say; where the two contradict each other, what the revision says."""
    return revision.data if merged.conflicts else merged.data


def intended(record: Publishable) -> dict:
    """What the record says once its unpublished changes are in it, as a snapshot: what whoever
    publishes it has looked at."""
    revision = open_revision(record)
    return both(standing(revision), revision) if revision else snapshot(record)


@contextmanager
def editing(record: Publishable, *, by) -> Iterator[Publishable]:
    """Change the record inside, and save it and its parts in the ordinary way.

    Where it is not written directly, nothing of that stays in its tables: the record stands as its
    open revision says, and what it says at the end becomes the revision. Afterwards `record` says
    again what is public. Raises ValidationError where the revision and the record have come to
    contradict each other.
    """
    with transaction.atomic():
        lock(record)
        refresh(record)
        if writes_directly(record):
            before = snapshot(record) if record.status == Status.IN_REVIEW else None
            yield record
            if before and snapshot(record) != before:
                changed_in_review(record, by)
            return
        data = snapshot(record)
        if revision := open_revision(record):
            data = without_conflict(standing(revision, data))
        with rehearsal():
            apply(record, data, provisional=True)
            yield record
            data = numbered(snapshot(record), data)
        refresh(record)
        keep(record, data, by=by)


@contextmanager
def as_revised(record: Publishable) -> Iterator[Publishable]:
    """The record as its open revision says, to be looked at; everything is taken back at the end."""
    revision = open_revision(record)
    if revision is None:
        yield record
        return
    with rehearsal():
        apply(record, both(standing(revision), revision), provisional=True)
        yield record
    refresh(record)


def waiting_part(relation: str, number: int) -> tuple[Revision, dict] | None:
    """The open revision that adds a part under this number (below zero), and what the part says."""
    found = Revision.objects.filter(**{f"data__parts__{relation}__has_key": str(number)}).first()
    return (found, found.data["parts"][relation][str(number)]) if found else None


def refresh(record: Publishable) -> None:
    record.refresh_from_db()
    record._stored_slug = record.slug


@transaction.atomic
def keep(record: Publishable, data: dict, *, by, base: dict | None = None) -> Revision | None:
    """Make this the open revision of the record: a draft again, whoever had submitted it.

    base: what the record said when the editing began, now unless given. None where nothing remains
    to be changed.
    """
    now = base or snapshot(record)
    revision = open_revision(record)
    if not differences(now, data):
        if revision:
            _forget(revision)
        return None
    if revision is None:
        revision = Revision(kind=record._meta.model_name, record_id=record.pk, author=by)
    elif revision.data == data and revision.base == now:
        return revision
    revision.base, revision.data = now, data
    revision.stage, revision.submitted_by = Revision.Stage.DRAFT, None
    revision.save()
    Contribution.note(record, by=by)
    return revision


def take_in(record: Publishable, *, by) -> None:
    """Make a record that is not published say what changes are left of when it was. Raises
    ValidationError where they contradict it."""
    if (revision := open_revision(record)) is None:
        return
    data = without_conflict(standing(revision))
    record._change_reason, record._history_user = f"take in: {_authors(revision)}", by
    write(record, data)
    _delete(revision)
    refresh(record)


def _authors(revision: Revision) -> str:
    """The names of those who have written the changes, in the order in which they last did."""
    wrote = [one.by for one in Contribution.objects.about(revision.record).select_related("by")]
    return ", ".join(map(str, wrote or filter(None, [revision.author])))


def without_conflict(merged: Merged) -> dict:
    if merged.conflicts:
        raise ValidationError(
            _(
                "The record was changed in the same places since these changes were begun. Decide "
                "first what it shall say there."
            )
        )
    return merged.data


# ── steps ──


def may_submit(user, revision: Revision) -> bool:
    is_draft = revision.stage == Revision.Stage.DRAFT
    return is_draft and may_ever(user, "submit", revision.model) and not waits_for_record(revision)


def may_return(user, revision: Revision) -> bool:
    return revision.stage == Revision.Stage.IN_REVIEW and may_ever(user, "return", revision.model)


def may_drop(user, revision: Revision) -> bool:
    return revision.author_id == user.pk or may_ever(user, "publish", revision.model)


def publishing_hindrance(user, revision: Revision) -> str:
    """Why this user cannot publish these changes; "" where nothing stands in the way."""
    if not may_ever(user, "publish", revision.model):
        return _("Changes are published by a reviewer.")
    if waits_for_record(revision):
        return _("These changes go into the record when it is submitted for review or published.")
    if not settings.REVIEW_BY_ANOTHER:
        return ""
    if revision.stage != Revision.Stage.IN_REVIEW:
        return _("Changes have to be submitted for review before they are published.")
    if user == revision.author or not approvable_by(user, revision):
        return _("You wrote or submitted these changes: someone else has to publish them.")
    return ""


def waits_for_record(revision: Revision) -> bool:
    """Whether the record is not published, so that its changes take no steps of their own."""
    return not revision.model._base_manager.filter(
        pk=revision.record_id, status=Status.PUBLISHED
    ).exists()


@transaction.atomic
def submit_revision(revision: Revision, *, by) -> None:
    revision = _locked(revision)
    if not may_submit(by, revision):
        raise PermissionDenied
    revision.stage, revision.submitted_by = Revision.Stage.IN_REVIEW, by
    revision.returned_at = None
    revision.save()


@transaction.atomic
def return_revision(revision: Revision, *, by, reason: str = "") -> None:
    """Back to whoever wrote it. The reason stands among the comments on the record."""
    revision = _locked(revision)
    if not may_return(by, revision):
        raise PermissionDenied
    revision.stage, revision.submitted_by = Revision.Stage.DRAFT, None
    revision.returned_at = timezone.now()
    revision.save()
    if reason:
        Comment.say(revision.record, reason, by=by)


@transaction.atomic
def drop_revision(revision: Revision, *, by) -> None:
    """The record stays as it is. Open to whoever began the changes, and to reviewers."""
    revision = _locked(revision)
    if not may_drop(by, revision):
        raise PermissionDenied
    note(revision.record, f"drop: {_authors(revision)}", by=by)
    _forget(revision)


@transaction.atomic
def publish_revision(
    revision: Revision,
    *,
    by,
    weight: str = "",
    said: dict[str, str] | None = None,
    is_sure: bool = False,
) -> Correction | None:
    """Make the record say what the revision says, and enter it in the public corrections log.

    weight: a `Correction.Weight`; said: what the log says of it, by language; is_sure: `by` has
    looked at the `doubts` about that. The line of the log, or None where readers see no difference.
    Raises PermissionDenied or ValidationError.
    """
    revision = _locked(revision)
    if hindrance := publishing_hindrance(by, revision):
        raise PermissionDenied(hindrance)
    record = revision.record
    before = snapshot(record)
    data = without_conflict(standing(revision, before))
    seen = _seen_by_readers(differences(before, data))
    if seen and weight not in Correction.Weight.values:
        raise ValidationError({"weight": _("Say what kind of change it is.")})
    if seen and not is_sure and (found := doubts(said or {})):
        raise ValidationError(found)
    record._change_reason = f"revise: {_authors(revision) or by}"
    record._history_user = by
    write(record, data)
    # Hidden records too, and those whose speaker is: what hides them may be lifted at any time.
    if hindrances := obstacles(record, by=by):
        raise ValidationError(hindrances)
    _forget(revision)
    return _log(record, seen, weight, said or {}, by) if seen else None


def doubts(said: dict[str, str]) -> list[str]:
    """What in words for the public log may harm somebody, each a sentence in the reader's language.
    A person decides."""
    return [
        str(doubt) for _receiver, found in saying.send(Correction, said=said) for doubt in found
    ]


@transaction.atomic
def unsay(line: Correction, *, by, reason: str) -> None:
    """Take the words of a line out of the public log. That something was changed, what and when,
    stays; the history of the record says who has taken them out, and why."""
    if not may_ever(by, "publish", line.model):
        raise PermissionDenied
    lock(record := line.record)
    line.said_en = line.said_ru = ""
    line.save(update_fields=["said_en", "said_ru"])
    note(record, f"unsay: {reason}", by=by)


def write(record: Publishable, data: dict, *, provisional: bool = False) -> None:
    """Apply, and refuse with ValidationError what a form would have refused."""
    try:
        with transaction.atomic():
            apply(record, data, provisional=provisional)
            record.full_clean()
    except IntegrityError as error:
        raise ValidationError(
            _("What both have changed does not go together, or a row stands there twice.")
        ) from error


def _log(record, fields: list[str], weight: str, said: dict[str, str], by) -> Correction:
    return Correction.objects.create(
        kind=record._meta.model_name,
        record_id=record.pk,
        weight=weight,
        at=timezone.now(),
        said_en=said.get("en", ""),
        said_ru=said.get("ru", ""),
        fields=fields,
        by=by,
    )


def _seen_by_readers(changes: list[Change]) -> list[str]:
    """Names of fields, and of relations to parts, each once."""
    names = [change.relation or change.field for change in changes]
    return [name for name in dict.fromkeys(names) if name not in UNSEEN]


def _locked(revision: Revision) -> Revision:
    """As it is now, and nobody else's until the transaction ends."""
    if (record := revision.record) is not None:
        lock(record)
    stored = Revision.objects.filter(pk=revision.pk).first()
    if stored is None:
        raise ValidationError(_("These changes were published or dropped meanwhile."))
    return stored


def _forget(revision: Revision) -> None:
    """Delete the revision and who has written it."""
    Contribution.objects.about(revision.record).delete()
    _delete(revision)


def _delete(revision: Revision) -> None:
    """Delete the revision, and once that is certain its files that nothing else names."""
    new = _files(revision.data) - _files(revision.base)
    model = revision.model
    revision.delete()
    fields = [
        (relation.related_model, field)
        for relation in parts_of(model).values()
        for field in relation.related_model._meta.fields
        if isinstance(field, models.FileField) and field.editable
    ]
    for part, field in fields:
        for name in new:
            named = {field.name: name}
            if not (part._base_manager.filter(**named) or part.history.filter(**named)):
                transaction.on_commit(lambda field=field, name=name: field.storage.delete(name))


def _files(data: dict) -> set[str]:
    rows = [row for rows in data.get("parts", {}).values() for row in rows.values()]
    return {row["fields"]["file"] for row in rows if row["fields"].get("file")}
