"""The taxonomy of alleged violations, with the treaty provisions they fall under."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .lines import LinesField
from .publishable import Part
from .publishing import HeardQuerySet


class ViolationTypeQuerySet(HeardQuerySet):
    def get_by_natural_key(self, slug):
        return self.get(slug=slug)


class ViolationType(Part):
    slug = models.SlugField(_("address"), max_length=120, unique=True)
    label = models.CharField(_("label"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    note = models.TextField(_("note"), blank=True, help_text=_("Shown to readers."))
    sources = LinesField(_("sources"))

    objects = ViolationTypeQuerySet.as_manager()

    class Meta:
        verbose_name = _("violation type")
        verbose_name_plural = _("violation types")
        ordering = ["slug"]

    def __str__(self):
        return self.label or self.slug

    def natural_key(self):
        return (self.slug,)


class TreatyReference(Part):
    """A provision of a treaty or statute, for example Geneva Convention III, article 13."""

    violation_type = models.ForeignKey(
        ViolationType,
        verbose_name=_("violation type"),
        on_delete=models.CASCADE,
        related_name="references",
    )
    instrument = models.CharField(_("instrument"), max_length=200)
    article = models.CharField(
        _("article"), max_length=60, blank=True, help_text=_("Empty for customary law and orders.")
    )
    detail = models.CharField(_("detail"), max_length=200, blank=True)
    unverified = models.BooleanField(
        _("not verified"),
        default=False,
        help_text=_("The text of the provision was not seen in a source."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = HeardQuerySet.as_manager()

    class Meta:
        verbose_name = _("treaty reference")
        verbose_name_plural = _("treaty references")
        ordering = ["violation_type_id", "position", "id"]

    def __str__(self):
        return f"{self.instrument} {self.article}"
