"""The steps from draft to published and back: who may take which, and what follows from it."""

import logging
from datetime import datetime

from django.apps import apps
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from .publishable import Publishable
from .publishing import Access, Status, checking, rows_changing
from .review import Comment, Confirmation, Contribution
from .snapshots import digest, snapshot

logger = logging.getLogger(__name__)

# What may be done: step → (states it starts from, state it leads to, permission it needs).
STEPS = {
    "submit": ({Status.DRAFT, Status.WITHDRAWN}, Status.IN_REVIEW, "change"),
    "return": ({Status.IN_REVIEW}, Status.DRAFT, "publish"),
    "publish": ({Status.DRAFT, Status.IN_REVIEW, Status.WITHDRAWN}, Status.PUBLISHED, "publish"),
    "withdraw": ({Status.PUBLISHED}, Status.WITHDRAWN, "publish"),
}


def starts_of(step: str) -> set[str]:
    """The states from which the step can be taken. Where two people are asked for, nothing is
    published that was not submitted."""
    if step == "publish" and settings.REVIEW_BY_ANOTHER:
        return {Status.IN_REVIEW}
    return STEPS[step][0]


def may(user, step: str, record: Publishable) -> bool:
    """Whether this user may take this record one step further, from the state it is in."""
    return (
        record.status in starts_of(step)
        and may_ever(user, step, type(record))
        and (step != "publish" or approvable_by(user, record))
    )


def may_ever(user, step: str, model: type[Publishable]) -> bool:
    """Whether this user takes such a step at all, with one record of this kind or another."""
    meta = model._meta
    return user.has_perm(f"{meta.app_label}.{STEPS[step][2]}_{meta.model_name}")


def approvable_by(user, submitted) -> bool:
    """Whether this user may approve a record or a revision: two people, where the settings ask for
    two. What nobody is known to have submitted has passed one person at most. Costs a query."""
    if not settings.REVIEW_BY_ANOTHER:
        return True
    if submitted.submitted_by is None or submitted.submitted_by == user:
        return False
    record = submitted if isinstance(submitted, Publishable) else submitted.record
    contributions = Contribution.objects.about(record)
    return not contributions.filter(by=user.pk).exists()


def changed_in_review(record: Publishable, by) -> None:
    """What is reviewed is approved by someone other than whoever has changed it."""
    if record.status == Status.IN_REVIEW:
        record.approved_by = record.approved_at = None
        type(record)._base_manager.filter(pk=record.pk).update(approved_by=None, approved_at=None)
        Contribution.note(record, by=by)


def may_hide(user) -> bool:
    return user.has_perm("archive.change_report")


def obstacles(record: Publishable, *, by) -> list[str]:
    """Everything that stands in the way of publishing this record as it is now, each a sentence."""
    answers = checking.send(type(record), record=record, by=by)
    return [
        *map(str, record.publishing_obstacles()),
        *(str(obstacle) for _receiver, found in answers for obstacle in found),
    ]


def withdrawals(model: type[Publishable]) -> set[datetime]:
    """When records of this kind were withdrawn, those shown again since among them."""
    once = model.history.filter(withdrawn_at__isnull=False, access=Access.PUBLIC)
    return {moment for _id, moment in once.values_list("id", "withdrawn_at").distinct()}


def submit(record: Publishable, *, by) -> None:
    _take("submit", record, by)


def send_back(record: Publishable, *, by, reason: str = "") -> None:
    """Return the record to those who work on it; the reason becomes a comment to be settled."""
    _take("return", record, by, reason)


def may_take_back(user, record: Publishable) -> bool:
    """Whether this user may undo a submission of their own that nobody has approved yet."""
    return (
        record.status == Status.IN_REVIEW
        and record.approved_at is None
        and record.submitted_by == user
        and may_ever(user, "submit", type(record))
    )


@transaction.atomic
def take_back(record: Publishable, *, by) -> None:
    """Undo `submit`: what waits for a review is worked on again by whoever submitted it."""
    lock(record)
    record.refresh_from_db()
    if not may_take_back(by, record):
        raise PermissionDenied
    record.status = Status.WITHDRAWN if record.withdrawn_at else Status.DRAFT
    _save(record, "return", by)


@transaction.atomic
def undo_return(record: Publishable, *, by, said: str, returned: str) -> None:
    """Undo `send_back`: the record waits for review again, submitted by whoever had submitted it,
    for who returns a record has not written it. The reason stays as a comment to be settled.

    said: its `mark_of_content` from before it was returned; returned: when that was, as stored.
    Raises ValidationError where it was changed since, or submitted again: that would pass for
    submitted by somebody who has not seen it.
    """
    if not may(by, "submit", record):
        raise PermissionDenied
    lock(record)
    record.refresh_from_db()
    if str(record.returned_at or "") != returned or mark_of_content(record) != said:
        raise ValidationError(_("Someone has changed this since."))
    record.status, record.returned_at = Status.IN_REVIEW, None
    record.submitted_by = record.submitted_by or by
    _save(record, "unreturn", by)


def mark_of_content(record: Publishable) -> str:
    """What a record says, parts and links too, in a few letters; not its state."""
    return digest(snapshot(record))


def publish(record: Publishable, *, by, seen: str | None = None) -> None:
    """Show the record to everyone; under an embargo, approve it to be published when that ends.

    seen: the digest of what `by` has looked at (`intended` of the record), where it was looked at
    on a page. Raises ValidationError when it could not be read or trusted, or says otherwise now.
    """
    _take("publish", record, by, seen=seen)


def withdraw(record: Publishable, *, by, reason: str = "") -> None:
    """Take the record from every public channel; its address answers 410 with the date. The
    reason is for the history, which readers never see."""
    _take("withdraw", record, by, reason)


@transaction.atomic
def hide(record: Publishable, *, by) -> None:
    """Show the record to curators only, at once and whatever its state, until someone has looked
    into a report. Its address answers 404, as if there had been nothing."""
    if not may_hide(by):
        raise PermissionDenied
    lock(record)
    record.refresh_from_db()
    record.access = Access.RESTRICTED
    _save(record, "hide", by)


def was_hidden(record: Publishable) -> bool:
    """Whether the record is restricted because somebody has hidden it, and for no other reason."""
    reason = None
    versions = type(record).history.filter(id=record.pk).order_by("-history_date", "-history_id")
    for access, of_version in versions.values_list("access", "history_change_reason"):
        if access != Access.RESTRICTED:
            break
        reason = of_version
    return reason == "hide"


@transaction.atomic
def unhide(record: Publishable, *, by) -> None:
    """Undo `hide`: decided by those who decide what is public. Raises ValidationError where readers
    would see what has not passed the checklist."""
    if not may_ever(by, "publish", type(record)):
        raise PermissionDenied
    lock(record)
    record.refresh_from_db()
    record.access = Access.PUBLIC
    if record.status == Status.PUBLISHED:
        _check(record, by)
    _save(record, "unhide", by)


def publish_due(now: datetime) -> tuple[list[Publishable], list[tuple[Publishable, list[str]]]]:
    """Publish what was approved and whose embargo has ended.

    Returns what was published, and what could not be, with what stands in its way: its approval
    is taken back, so that it waits for review again.
    """
    published, held = [], []
    for model in apps.get_app_config("archive").get_models():
        if issubclass(model, Publishable):
            for record in model.objects.due(now):
                try:
                    _publish_if_due(record, now, published, held)
                except Exception:  # the others do not wait for this one
                    logger.exception("Not published: %s %s", model._meta.model_name, record.pk)
    return published, held


@transaction.atomic
def _publish_if_due(record: Publishable, now: datetime, published: list, held: list) -> None:
    lock(record)
    record.refresh_from_db()
    if not type(record).objects.due(now).filter(pk=record.pk).exists():
        return  # somebody was quicker
    approved_by = record.approved_by
    if hindrances := _hindrances(record, approved_by):
        record.approved_by = record.approved_at = None
        _save(record, f"lapse: {_in_every_language(record, approved_by)}", None)
        held.append((record, hindrances))
    else:
        _make_public(record, now)
        _save(record, "publish", approved_by)
        published.append(record)


def _hindrances(record: Publishable, approved_by) -> list[str]:
    try:
        if not _is_as_approved(record):
            raise ValidationError(_("It was changed after it was approved."))
        _check(record, approved_by)
    except ValidationError as error:
        return error.messages
    return []


def _in_every_language(record: Publishable, approved_by) -> str:
    """What stands in the way, for a history that people of each language read."""
    said = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            said.append(" ".join(_hindrances(record, approved_by)))
    return "\n".join(said)


@transaction.atomic
def _take(step: str, record: Publishable, user, reason: str = "", seen: str | None = None) -> None:
    from .revisions import intended, take_in  # which know of the steps

    if not may(user, step, record):
        raise PermissionDenied
    stored = lock(record)
    if stored.status != record.status:
        raise ValidationError(_("Someone else has changed the status of this record meanwhile."))
    record.refresh_from_db()
    if not may(user, step, record):  # it was submitted by this user meanwhile
        raise PermissionDenied
    if seen is not None and seen != digest(intended(record)):
        raise ValidationError(
            _("It was changed meanwhile. Look at it again before you publish it.")
        )
    if step in ("submit", "publish"):
        take_in(record, by=user)
    if step == "publish":
        _check(record, user)
    said = _WHAT_FOLLOWS[step](record, user, timezone.now()) or step
    _save(record, f"{said}: {reason}" if reason else said, user)
    if step == "return" and reason:
        Comment.say(record, reason, by=user)
    if record.is_scheduled:
        _seal(record, user)


def _check(record: Publishable, by) -> None:
    record.full_clean()
    if found := obstacles(record, by=by):
        raise ValidationError(found)


def _submitted(record: Publishable, user, now: datetime) -> None:
    record.status = Status.IN_REVIEW
    record.submitted_by = user
    record.approved_by = record.approved_at = record.returned_at = None


def _returned(record: Publishable, user, now: datetime) -> None:
    record.status = Status.WITHDRAWN if record.withdrawn_at else Status.DRAFT
    record.returned_at = now
    record.approved_by = record.approved_at = None


def _approved(record: Publishable, user, now: datetime) -> str | None:
    record.approved_by, record.approved_at = user, now
    if record.not_before and record.not_before > now:
        record.status = Status.IN_REVIEW
        return "approve"
    return _make_public(record, now)


def _make_public(record: Publishable, now: datetime) -> None:
    record.status = Status.PUBLISHED
    record.published_at = record.published_at or now
    record.withdrawn_at = record.returned_at = None
    Contribution.objects.about(record).delete()


def _withdrawn(record: Publishable, user, now: datetime) -> None:
    record.status = Status.WITHDRAWN
    record.withdrawn_at = now


# Step → what it does with the record; returns what the history says of it, where not the step.
_WHAT_FOLLOWS = {
    "submit": _submitted,
    "return": _returned,
    "publish": _approved,
    "withdraw": _withdrawn,
}


def _seal(record: Publishable, by) -> None:
    """Keep what was approved, links and parts too, so that nothing else is published."""
    Confirmation.objects.update_or_create(
        kind=record._meta.model_name,
        record_id=record.pk,
        point="approval",
        defaults={"digest": _digest(record), "by": by},
    )


def _is_as_approved(record: Publishable) -> bool:
    confirmations = Confirmation.objects.about(record)
    return confirmations.filter(point="approval", digest=_digest(record)).exists()


def _digest(record: Publishable) -> str:
    return digest(snapshot(record))


def lock(record: Publishable) -> Publishable:
    """The row as it stands now, which may differ from when the page was opened. Nobody else changes
    it until the transaction ends."""
    rows_changing.send(type(record))
    return type(record)._base_manager.select_for_update().get(pk=record.pk)


def _save(record: Publishable, reason: str, user) -> None:
    record._change_reason = reason
    record._history_user = user
    record._is_step = True
    try:
        record.save()
    finally:
        record._is_step = False
