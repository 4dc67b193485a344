"""What every public record is, whatever it tells of, and what every part of one is."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modeltranslation.settings import AVAILABLE_LANGUAGES

from .former import FormerAddress
from .lines import LinesField
from .publishing import Access, PublishableQuerySet, Status, TranslationKind, refuse_to_delete
from .workers import worker


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

    # Whether it is saved by one of the steps of `archive.models.steps`.
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
        refuse_to_delete(type(self)._base_manager.filter(pk=self.pk, published_at__isnull=False))
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
