"""What is to be changed in a public record, kept apart from it until someone has reviewed it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .about import About


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
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("begun by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("submitted by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
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
    # Columns of their own, not of modeltranslation: a line of the log is never rewritten.
    said_en = models.TextField(_("what was changed (English)"), blank=True)
    said_ru = models.TextField(_("what was changed (Russian)"), blank=True)
    fields = models.JSONField(_("changed fields"), default=list)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.kind} {self.record_id}: {self.get_weight_display()}"
