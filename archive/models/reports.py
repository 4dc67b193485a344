"""What readers report: an error, a text that endangers someone, a wish to have it taken down."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .about import About, AboutQuerySet
from .workers import worker


class ReportQuerySet(AboutQuerySet):
    def suspected(self):
        """Spam as far as a machine can tell: nobody has looked at it."""
        return self.filter(outcome=Report.Outcome.SPAM, settled_at=None)


class Report(About):
    """Sent from the public form of a record. Read by curators only, never shown to readers."""

    class Matter(models.TextChoices):
        ERROR = "error", _("Something is wrong or missing")
        TAKEDOWN = "takedown", _("I ask for something to be taken down")
        SAFETY = "safety", _("Someone is in danger because of this page")

    class Outcome(models.TextChoices):
        OPEN = "open", pgettext_lazy("message", "Open")
        ACTED = "acted", _("Acted upon")
        DECLINED = "declined", _("Declined")
        SPAM = "spam", _("Spam")

    matter = models.CharField(pgettext_lazy("message", "about"), max_length=10, choices=Matter)
    text = models.TextField(_("message"), max_length=5000)
    contact = models.CharField(_("how to reach you"), max_length=200, blank=True)
    language = models.CharField(_("language of the page"), max_length=8)
    at = models.DateTimeField(_("received at"), auto_now_add=True, db_index=True)
    outcome = models.CharField(
        pgettext_lazy("message", "outcome"),
        max_length=10,
        choices=Outcome,
        default=Outcome.OPEN,
        db_index=True,
    )
    answer = models.TextField(_("what was done"), blank=True)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True, editable=False)
    settled_by = worker(_("settled by"), blank=True, editable=False)
    hidden_at = models.DateTimeField(_("record hidden at"), null=True, blank=True, editable=False)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("message from a reader")
        verbose_name_plural = _("messages from readers")
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.get_matter_display()}: {self.text[:60]}"
