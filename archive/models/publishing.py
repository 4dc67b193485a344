"""The gate between curating and everything public.

Every record that a visitor can reach is `Publishable`. `published()` is the one place that says
what a visitor may see; nothing else compares a status.
"""

import logging
from datetime import datetime

from django.apps import apps
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.dispatch import Signal
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from modeltranslation.settings import AVAILABLE_LANGUAGES

from .lines import LinesField
from .workers import worker

logger = logging.getLogger(__name__)


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Access(models.TextChoices):
    """Restricted records are kept, described and linked, but shown to curators only."""

    PUBLIC = "public", _("Public")
    RESTRICTED = "restricted", _("Restricted")


class TranslationKind(models.TextChoices):
    """Where the text of one language comes from."""

    ORIGINAL = "original", _("Original")
    OFFICIAL = "official", _("Official translation")
    HUMAN = "human", _("Our translation")
    MACHINE = "machine", _("Machine translation")


def _open(prefix: str = "") -> Q:
    return Q(**{f"{prefix}status": Status.PUBLISHED, f"{prefix}access": Access.PUBLIC})


# Sent before rows of a model are locked or changed: whoever keeps something in step with them
# takes its own lock first, so that everyone takes the locks in the same order.
rows_changing = Signal()

# Sent after rows were changed past `save()`: model, pks, and former, what those foreign keys that
# were changed led to before (name → pks).
rows_changed = Signal()

# Sent before a record is published: whoever has a say answers with a list of obstacles, in the
# reader's language. Sender is the model, with record and by (who wants to publish it).
checking = Signal()

# Sent before something is said to readers that is no text of a record: said, language → words.
# Answered as `checking` is. Sender is the model of the row that says it.
saying = Signal()


class HeardQuerySet(models.QuerySet):
    """Rows of which nothing is changed in bulk without those hearing of it who follow them."""

    def update(self, **values):
        with transaction.atomic(using=self.db):
            rows_changing.send(self.model)
            pks = list(self.values_list("pk", flat=True))
            fields = map(self.model._meta.get_field, values)
            keys = [field.name for field in fields if field.many_to_one]
            former = {name: set(self.values_list(name, flat=True)) for name in keys}
            changed = super().update(**values)
            rows_changed.send(self.model, pks=pks, former=former)
        return changed

    update.alters_data = True

    def bulk_create(self, rows, *args, **kwargs):
        with transaction.atomic(using=self.db):
            rows_changing.send(self.model)
            created = super().bulk_create(rows, *args, **kwargs)
            rows_changed.send(self.model, pks=[row.pk for row in created if row.pk], former={})
        return created

    bulk_create.alters_data = True


class GatedQuerySet(HeardQuerySet):
    """Rows that are public only through records they belong to (`Model.gate_through`)."""

    def published(self):
        """The rows a visitor may see."""
        visible = Q()
        for relation in self.model.gate_through:
            visible &= Q(**{f"{relation}__isnull": True}) | _open(f"{relation}__")
        return self.filter(visible)


class PublishableQuerySet(GatedQuerySet):
    def published(self):
        return super().published().filter(_open())

    def gone(self):
        """Once public and no longer to be seen: answered with a dated notice (410)."""
        once = self.filter(published_at__isnull=False, access=Access.PUBLIC)
        return once.exclude(pk__in=self.model._default_manager.published().values("pk"))

    def waiting(self):
        """What somebody has submitted, and nobody has approved or returned yet."""
        return self.filter(status=Status.IN_REVIEW, approved_at__isnull=True)

    def scheduled(self):
        """What is approved and waits for the end of its embargo."""
        return self.filter(status=Status.IN_REVIEW, approved_at__isnull=False)

    def due(self, now: datetime):
        return self.scheduled().filter(Q(not_before__isnull=True) | Q(not_before__lte=now))

    def begun(self):
        """Drafts that nobody has returned."""
        return self.filter(status=Status.DRAFT, returned_at__isnull=True)

    def returned(self):
        """What was submitted and came back."""
        return self.filter(status__in=(Status.DRAFT, Status.WITHDRAWN), returned_at__isnull=False)

    def delete(self):
        _refuse_to_delete(self.filter(published_at__isnull=False))
        return super().delete()

    delete.alters_data = True
    delete.queryset_only = True

    def get_by_natural_key(self, slug):
        return self.get(slug=slug)


def _refuse_to_delete(once_public) -> None:
    if held := set(once_public[:10]):
        message = _("A record that was ever public is withdrawn, never deleted.")
        raise models.ProtectedError(str(message), held)


class Publishable(models.Model):
    """What every public record shares: its address, its state, its provenance."""

    # Foreign keys without which the record says nothing, so it is hidden when they are.
    gate_through: tuple[str, ...] = ()

    slug = models.SlugField(
        _("address"),
        max_length=120,
        unique=True,
        help_text=_(
            "The last part of the public address: Latin letters, digits and hyphens. Changing it "
            "leaves a redirect behind."
        ),
        error_messages={"unique": _("This address is already taken by another record.")},
    )
    status = models.CharField(
        _("status"), max_length=12, choices=Status, default=Status.DRAFT, db_index=True
    )
    access = models.CharField(
        _("access"),
        max_length=12,
        choices=Access,
        default=Access.PUBLIC,
        help_text=_("A restricted record is never shown to visitors, whatever its status."),
    )
    note = models.TextField(
        _("note"),
        blank=True,
        help_text=_("Shown to readers: where sources disagree, what could not be established."),
    )
    internal_note = models.TextField(
        _("internal note"), blank=True, help_text=_("Never shown to readers.")
    )
    sources = LinesField(
        _("sources"),
        help_text=_("Where the facts of this record were seen: an address or a reference a line."),
    )
    translation_kind = models.CharField(
        _("origin of the text"),
        max_length=10,
        choices=TranslationKind,
        default=TranslationKind.HUMAN,
    )
    not_before = models.DateTimeField(
        _("embargo until"),
        null=True,
        blank=True,
        help_text=_(
            "Not shown to readers before. What is approved by then is published by itself."
        ),
    )
    created_by = worker(_("begun by"), blank=True, editable=False)
    submitted_by = worker(_("submitted by"), blank=True, editable=False)
    approved_by = worker(_("approved by"), blank=True, editable=False)
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True, editable=False)
    returned_at = models.DateTimeField(_("returned at"), null=True, blank=True, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = PublishableQuerySet.as_manager()

    class Meta:
        abstract = True
        default_permissions = ("add", "change", "delete", "view", "publish")
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_known_state",
                condition=Q(status__in=Status.values) & Q(access__in=Access.values),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_state_is_dated",
                condition=(~Q(status=Status.PUBLISHED) | Q(published_at__isnull=False))
                & (~Q(status=Status.WITHDRAWN) | Q(withdrawn_at__isnull=False)),
            ),
        ]

    def __str__(self):
        return getattr(self, self.heading_field) or self.slug

    # Whether it is saved by one of the steps at the end of this file.
    _is_step = False

    def save(self, *args, **kwargs):
        if self.is_scheduled and not self._is_step:
            self._forget_approval(kwargs)
        moved = self.was_public and getattr(self, "_stored_slug", self.slug) != self.slug
        self._refuse_taken_address()
        with transaction.atomic():
            super().save(*args, **kwargs)
            if moved:
                self._remember_address(self._stored_slug)
        self._stored_slug = self.slug

    def delete(self, *args, **kwargs):
        _refuse_to_delete(type(self)._base_manager.filter(pk=self.pk, published_at__isnull=False))
        return super().delete(*args, **kwargs)

    def clean(self):
        super().clean()
        self._refuse_taken_address()
        if self.status == Status.PUBLISHED and self.not_before and self.not_before > timezone.now():
            raise ValidationError(
                {"not_before": _("Readers see this record already: withdraw it instead.")}
            )

    def natural_key(self):
        return (self.slug,)

    # The translated field that names the record in lists and titles.
    heading_field = "title"

    @property
    def was_public(self) -> bool:
        return self.published_at is not None

    @property
    def is_scheduled(self) -> bool:
        """Approved, and published by itself when the embargo ends."""
        return self.status == Status.IN_REVIEW and self.approved_at is not None

    @property
    def is_public(self) -> bool:
        """`published()` for one record in memory; queries what `gate_through` has not loaded."""
        return (
            self.status == Status.PUBLISHED
            and self.access == Access.PUBLIC
            and all(owner.is_public for owner in self._owners())
        )

    @property
    def gone_since(self) -> datetime | None:
        """When this record, or one without which it says nothing, was withdrawn."""
        moments = [record.withdrawn_at for record in (self, *self._owners())]
        return min((moment for moment in moments if moment), default=None)

    @property
    def missing_languages(self) -> list[str]:
        """Languages in which the heading of this record is empty."""
        return [
            language
            for language in AVAILABLE_LANGUAGES
            if not getattr(self, f"{self.heading_field}_{language}")
        ]

    def publishing_obstacles(self) -> list[str]:
        """Why readers could make nothing of this record if it were published now."""
        if len(self.missing_languages) == len(AVAILABLE_LANGUAGES):
            return [_("A record needs a heading in at least one language.")]
        return []

    @classmethod
    def from_db(cls, db, field_names, values):
        record = super().from_db(db, field_names, values)
        record._stored_slug = record.__dict__.get("slug")
        return record

    def _owners(self) -> list["Publishable"]:
        owners = (getattr(self, relation) for relation in self.gate_through)
        return [owner for owner in owners if owner is not None]

    def _forget_approval(self, saving: dict) -> None:
        """What was approved is published as it was approved, or looked at again."""
        self.approved_by = self.approved_at = None
        if saving.get("update_fields") is not None:
            saving["update_fields"] = {*saving["update_fields"], "approved_by", "approved_at"}

    def _refuse_taken_address(self) -> None:
        taken = FormerAddress.objects.filter(kind=self._meta.model_name, slug=self.slug)
        if taken.exclude(record_id=self.pk).exists():
            raise ValidationError(
                {"slug": _("This address once belonged to another record and still leads there.")}
            )

    def _remember_address(self, former: str) -> None:
        kind = self._meta.model_name
        FormerAddress.objects.update_or_create(
            kind=kind, slug=former, defaults={"record_id": self.pk}
        )
        FormerAddress.objects.filter(kind=kind, slug=self.slug, record_id=self.pk).delete()


class Part(models.Model):
    """A row that is no record by itself. What follows from saving it is done in its transaction."""

    class Meta:
        abstract = True

    @transaction.atomic
    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)


class FormerAddress(models.Model):
    """An address that a record once had. Public ids never die: it answers with a redirect (301)."""

    kind = models.CharField(max_length=32)
    slug = models.SlugField(max_length=120)
    record_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")
        constraints = [
            models.UniqueConstraint(fields=["kind", "slug"], name="archive_former_address_unique")
        ]

    def __str__(self):
        return f"{self.kind}/{self.slug}"


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
    contributions = apps.get_model("archive", "Contribution").objects.about(record)
    return not contributions.filter(by=user.pk).exists()


def changed_in_review(record: Publishable, by) -> None:
    """What is reviewed is approved by someone other than whoever has changed it."""
    if record.status == Status.IN_REVIEW:
        record.approved_by = record.approved_at = None
        type(record)._base_manager.filter(pk=record.pk).update(approved_by=None, approved_at=None)
        apps.get_model("archive", "Contribution").note(record, by=by)


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
    from .revisions import intended, take_in  # which know of publishing
    from .snapshots import digest

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
        apps.get_model("archive", "Comment").say(record, reason, by=user)
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
    apps.get_model("archive", "Contribution").objects.about(record).delete()


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
    apps.get_model("archive", "Confirmation").objects.update_or_create(
        kind=record._meta.model_name,
        record_id=record.pk,
        point="approval",
        defaults={"digest": _digest(record), "by": by},
    )


def _is_as_approved(record: Publishable) -> bool:
    confirmations = apps.get_model("archive", "Confirmation").objects.about(record)
    return confirmations.filter(point="approval", digest=_digest(record)).exists()


def _digest(record: Publishable) -> str:
    from .snapshots import digest, snapshot  # which know of publishing

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
