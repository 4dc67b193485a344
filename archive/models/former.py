"""Addresses that records once had."""

from django.db import models
from django.utils.translation import gettext_lazy as _


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
