"""The gate between curating and everything public.

Every record that a visitor can reach is `Publishable`. `published()` is the one place that says
what a visitor may see; nothing outside `archive.models` compares a status.
"""

from datetime import datetime

from django.db import models, transaction
from django.db.models import Q
from django.dispatch import Signal
from django.utils.translation import gettext_lazy as _


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
        refuse_to_delete(self.filter(published_at__isnull=False))
        return super().delete()

    delete.alters_data = True
    delete.queryset_only = True

    def get_by_natural_key(self, slug):
        return self.get(slug=slug)


def refuse_to_delete(once_public) -> None:
    if held := set(once_public[:10]):
        message = _("A record that was ever public is withdrawn, never deleted.")
        raise models.ProtectedError(str(message), held)
