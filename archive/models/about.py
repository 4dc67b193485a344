"""Rows about a record of any kind, which no page shows by itself: kept by kind and number."""

from django.apps import apps
from django.db import models

from .publishable import Publishable


class AboutQuerySet(models.QuerySet):
    def about(self, record: Publishable):
        return self.filter(kind=record._meta.model_name, record_id=record.pk)


class About(models.Model):
    """`kind` is the model's name in lower case, as in addresses of the admin: "legalcase"."""

    kind = models.CharField(max_length=32, editable=False)
    record_id = models.BigIntegerField(editable=False)

    objects = AboutQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def model(self) -> type[Publishable]:
        return apps.get_model("archive", self.kind)

    @property
    def record(self) -> Publishable | None:
        """The record, whatever its state; None where it was deleted."""
        return self.model._base_manager.filter(pk=self.record_id).first()
