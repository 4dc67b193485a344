"""What a reader should be warned of before reading or looking."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sensitive(models.Model):
    graphic_description = models.BooleanField(_("describes violence in detail"), default=False)
    human_remains = models.BooleanField(_("concerns human remains"), default=False)

    class Meta:
        abstract = True

    @property
    def is_sensitive(self) -> bool:
        return self.graphic_description or self.human_remains
