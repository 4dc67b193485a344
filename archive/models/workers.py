"""Who did something: named in many rows, by none of them owned."""

from django.conf import settings
from django.db import models


def worker(label=None, **more) -> models.ForeignKey:
    """An account that may be unknown; it is made inactive, not deleted. `more` goes to the field."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=label,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        **more,
    )
