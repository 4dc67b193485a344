"""What reviewers say of a record before it is public, and what they have confirmed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .about import About
from .workers import worker


class Comment(About):
    """A remark on one field of a record, or on the whole of it (`field` empty)."""

    field = models.CharField(_("field"), max_length=64, blank=True)
    text = models.TextField(_("comment"), max_length=4000)
    author = worker()
    at = models.DateTimeField(_("written at"), auto_now_add=True)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    settled_by = worker(blank=True)

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = pgettext_lazy("review", "comments")
        ordering = ["at", "pk"]

    def __str__(self):
        return self.text[:60]

    @classmethod
    def say(cls, record, text: str, *, by, field: str = "") -> "Comment":
        kind = record._meta.model_name
        return cls.objects.create(kind=kind, record_id=record.pk, field=field, text=text, author=by)


class Contribution(About):
    """Somebody who has changed a record while it was in review, or its unpublished changes: what
    they wrote is published by somebody else. Kept until it is published or dropped."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "record_id", "by"], name="archive_contribution_once"
            )
        ]

    def __str__(self):
        return f"{self.kind} {self.record_id}: {self.by}"

    @classmethod
    def note(cls, record, *, by) -> None:
        cls.objects.update_or_create(kind=record._meta.model_name, record_id=record.pk, by=by)


class Confirmation(About):
    """A point of the checklist that somebody has looked at and taken responsibility for.

    It holds for what was looked at only: `digest` is that of the texts concerned.
    """

    point = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    by = worker()
    at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("confirmed point")
        verbose_name_plural = _("confirmed points")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "record_id", "point"], name="archive_confirmation_once"
            )
        ]

    def __str__(self):
        return self.point
