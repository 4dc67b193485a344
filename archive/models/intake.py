"""What is being taken in: a file or an address on its way to a draft document."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .documents import Document


class Stage(models.TextChoices):
    """How far it has come. Each stage can be begun again without doubling anything."""

    WAITING = "waiting", _("Waiting")
    FETCHING = "fetching", _("Fetching")
    READING = "reading", _("Reading the text")
    COMPARING = "comparing", _("Looking for duplicates")
    RECOGNISING = "recognising", _("Recognising names and cases")
    READY = "ready", _("Ready for the curator")
    FAILED = "failed", _("Failed")
    DONE = "done", _("Draft made")
    DROPPED = "dropped", pgettext_lazy("state", "Set aside")


class Intake(models.Model):
    """One file or address. The original is stored untouched; the rest is proposed from it."""

    address = models.URLField(_("address"), max_length=2000, blank=True)
    final_address = models.URLField(_("address after redirects"), max_length=2000, blank=True)
    name = models.CharField(_("name of the file"), max_length=200, blank=True)
    original = models.FileField(_("original"), upload_to="intake/%Y/%m", blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True, db_index=True)
    media_type = models.CharField(_("media type"), max_length=100, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), null=True)
    stage = models.CharField(_("stage"), max_length=12, choices=Stage, default=Stage.WAITING)
    # Said when read, in the reader's language: a code of `archive.ingest.problems` and its values.
    problem = models.JSONField(_("problem"), default=dict, blank=True)
    text = models.TextField(_("text"), blank=True)
    # field → {"value": …, "origin": where it was found}
    proposals = models.JSONField(_("proposed"), default=dict)
    # [{"document": pk, "why": "file" | "address" | "text", "share": 0–1}]
    likenesses = models.JSONField(_("like"), default=list)
    fingerprint = models.BigIntegerField(null=True)
    document = models.ForeignKey(
        Document,
        verbose_name=_("document"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="intakes",
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken in by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("taken in at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        verbose_name = _("intake")
        verbose_name_plural = _("intakes")
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return self.name or self.address


class Suggestion(models.Model):
    """Something recognised in the text, for a curator to accept or reject."""

    class Target(models.TextChoices):
        ORGANISATION = "organisation", _("Organisation")
        PERSON = "person", _("Person")
        PLACE = "place", _("Place")
        CASE = "legalcase", _("Legal case")
        INCIDENT = "incident", _("Incident")
        VIOLATION = "violationtype", _("Violation type")
        CLAIM = "claim", _("Claim")

    class Answer(models.TextChoices):
        OPEN = "open", _("Open")
        ACCEPTED = "accepted", pgettext_lazy("suggestion", "Accepted")
        REJECTED = "rejected", _("Rejected")

    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="suggestions")
    target = models.CharField(_("kind"), max_length=16, choices=Target)
    # What it leads to; of a claim, which is still to be made, its speaker's number.
    record_id = models.BigIntegerField(null=True)
    # A claim to be: {"speaker": "organisation" | "person", "kind": verb, "paragraph": number}
    data = models.JSONField(default=dict)
    found = models.CharField(_("as written"), max_length=300)
    sentence = models.TextField(_("sentence"))
    paragraph = models.PositiveIntegerField(_("paragraph"), null=True)
    score = models.FloatField(default=1.0)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer, default=Answer.OPEN)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        ordering = ["target", "-score", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["intake", "target", "record_id"],
                condition=~models.Q(target="claim"),
                name="archive_suggestion_once",
            ),
            # An organisation and a person may go by the same number.
            models.UniqueConstraint(
                models.F("intake"),
                models.F("record_id"),
                models.F("paragraph"),
                models.F("data__speaker"),
                condition=models.Q(target="claim"),
                name="archive_suggested_claim_once",
            ),
        ]

    def __str__(self):
        return self.found
