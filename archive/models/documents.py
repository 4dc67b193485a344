"""Documents: anything that can be cited."""

import hashlib
from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from .addresses import key_of
from .cases import LegalCase
from .dates import EDTFField, bound_field
from .files import IMAGES, RUNNING, ending, media_type, validate_file
from .incidents import Incident
from .lines import LinesField
from .organisations import Organisation
from .people import Person
from .places import Place
from .publishable import Part, Publishable
from .publishing import GatedQuerySet
from .sensitivity import Sensitive
from .text import Unreadable, extract_text, fingerprint, shown_image


class DocumentKind(models.TextChoices):
    NEWS_ARTICLE = "news_article", _("News article")
    JUDGMENT = "judgment", _("Judgment")
    DECISION = "decision", _("Decision")
    COMMUNICATED_CASE = "communicated_case", _("Communicated case")
    COURT_ORDER = "court_order", _("Court order")
    RESOLUTION = "resolution", _("Resolution")
    REPORT = "report", _("Report")
    STATEMENT = "statement", _("Official statement")
    PRESS_RELEASE = "press_release", _("Press release")
    LETTER = "letter", _("Letter")
    MEETING_RECORD = "meeting_record", _("Meeting record")
    POST = "post", _("Post")
    VIDEO = "video", _("Video")
    PHOTO = "photo", _("Photograph")


class OriginalLanguage(models.TextChoices):
    """Languages that documents were written in; wider than the languages of the portal."""

    ENGLISH = "en", _("English")
    RUSSIAN = "ru", _("Russian")
    ARMENIAN = "hy", _("Armenian")
    AZERBAIJANI = "az", _("Azerbaijani")
    TURKISH = "tr", _("Turkish")
    FRENCH = "fr", _("French")
    OTHER = "und", _("Other")


class Document(Sensitive, Publishable):
    title = models.CharField(_("title"), max_length=400)
    original_title = models.CharField(_("original title"), max_length=400, blank=True)
    language = models.CharField(_("original language"), max_length=3, choices=OriginalLanguage)
    kind = models.CharField(_("kind"), max_length=24, choices=DocumentKind)
    publisher = models.ForeignKey(
        Organisation,
        verbose_name=_("publisher"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="publications",
    )
    authors = LinesField(_("authors"), help_text=_("As named in the document, one a line."))
    published_on = EDTFField(_("date of publication"), help_text=_("EDTF, for example 2022-10-03"))
    published_on_earliest = bound_field()
    published_on_latest = bound_field()
    reference = models.CharField(
        _("reference number"),
        max_length=120,
        blank=True,
        help_text=_("UN symbol, resolution number, application number, ECLI …"),
    )
    source_url = models.URLField(_("source address"), max_length=600, blank=True)
    source_key = models.CharField(max_length=600, blank=True, editable=False, db_index=True)
    archived_url = models.URLField(_("archived copy"), max_length=600, blank=True)
    reprint_of = models.ForeignKey(
        "self",
        verbose_name=_("reprint of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reprints",
        help_text=_("The document that this one repeats word for word, or nearly so."),
    )
    rights = models.CharField(_("rights"), max_length=200, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    cases = models.ManyToManyField(
        LegalCase, verbose_name=_("cases"), blank=True, related_name="documents"
    )
    incidents = models.ManyToManyField(
        Incident, verbose_name=_("incidents"), blank=True, related_name="documents"
    )
    organisations = models.ManyToManyField(
        Organisation,
        verbose_name=_("organisations mentioned"),
        blank=True,
        related_name="documents",
    )
    people = models.ManyToManyField(
        Person, verbose_name=_("people mentioned"), blank=True, related_name="documents"
    )
    places = models.ManyToManyField(
        Place, verbose_name=_("places"), blank=True, related_name="documents"
    )

    class Meta(Publishable.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = [models.F("published_on_earliest").desc(nulls_last=True), "slug"]


@receiver(models.signals.pre_save, sender=Document)
def _key_the_address(instance, **kwargs):
    """Not in `save()`, which records that are loaded from a file do not pass."""
    instance.source_key = key_of(instance.source_url)


class AttachmentQuerySet(GatedQuerySet):
    def published(self):
        shown = self.filter(may_be_shown=True).exclude(media_type__in=IMAGES, shown="")
        return super(AttachmentQuerySet, shown).published()


class Attachment(Part):
    """A stored file of a document. Curators always see it, readers only where it may be shown."""

    gate_through = ("document",)

    document = models.ForeignKey(
        Document, verbose_name=_("document"), on_delete=models.CASCADE, related_name="attachments"
    )
    file = models.FileField(_("file"), upload_to="attachments/%Y/%m")
    sha256 = models.CharField(
        "SHA-256",
        max_length=64,
        editable=False,
        validators=[RegexValidator(r"\A[0-9a-f]{64}\Z")],
    )
    media_type = models.CharField(_("media type"), max_length=100, editable=False)
    size = models.PositiveBigIntegerField(_("size in bytes"), editable=False)
    description = models.CharField(_("description"), max_length=300)
    may_be_shown = models.BooleanField(_("may be shown to readers"), default=False)
    text = models.TextField(
        _("text of the file"),
        blank=True,
        editable=False,
        help_text=_("As it was read from the file; readers search it where the file is shown."),
    )
    # What readers get of an image: made anew, without what the camera noted (place, time, device).
    shown = models.FileField(upload_to="shown/%Y/%m", blank=True, editable=False)
    fingerprint = models.BigIntegerField(null=True, editable=False)
    is_graphic = models.BooleanField(
        _("graphic"), default=True, help_text=_("Readers are warned and have to choose to open it.")
    )

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["document_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "sha256"],
                name="archive_attachment_once_a_document",
                violation_error_message=_("This file is attached to the document already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(may_be_shown=True, media_type__in=sorted(RUNNING)),
                name="archive_attachment_never_runs",
                violation_error_message=_(
                    "Pages, messages and SVG pictures are kept for curators only."
                ),
            ),
        ]

    def __str__(self):
        return self.description or self.file.name

    @property
    def given(self) -> models.fields.files.FieldFile:
        """The file that readers get."""
        return self.shown if self.media_type in IMAGES else self.file

    def save(self, *args, **kwargs):
        if self.file and not self.file._committed:
            describe_file(self)
            self.text = extract_text(self.file, self.media_type)
            self.fingerprint = fingerprint(self.text)
            self.shown = ""
        if self.may_be_shown and self.media_type in IMAGES and not self.shown:
            self.make_shown()
        super().save(*args, **kwargs)

    def make_shown(self) -> None:
        """Make the copy of a picture that readers get; without it they get nothing. A picture that
        no copy can be made of is refused by `clean` and shown to nobody."""
        try:
            copy = shown_image(_content(self.file))
        except Unreadable:
            return
        # Not under the name that the original came with, which may say where it was taken.
        self.shown.save(f"{self.sha256[:16]}{ending(self.file.name)}", BytesIO(copy), save=False)

    def clean(self):
        super().clean()
        is_new = self.file and not self.file._committed
        if is_new:
            try:
                validate_file(self.file)
            except ValidationError as error:
                raise ValidationError({"file": error}) from error
        if self.may_be_shown and self.file:
            self._clean_shown(media_type(self.file.name) if is_new else self.media_type)

    def _clean_shown(self, kind: str) -> None:
        if kind in RUNNING:
            raise ValidationError(
                {
                    "may_be_shown": _(
                        "Pages, messages and SVG pictures are kept for curators only: a browser "
                        "would run what they hold. Attach a PDF or an image for readers."
                    )
                }
            )
        if kind in IMAGES and not (self.shown and self.file._committed):
            try:
                shown_image(_content(self.file))
            except Unreadable as error:
                raise ValidationError(
                    {
                        "may_be_shown": _(
                            "No copy for readers can be made of this picture: it is damaged or "
                            "too large. Without a copy they would get what the camera noted."
                        )
                    }
                ) from error


def _content(file: models.fields.files.FieldFile) -> bytes:
    """The bytes of a stored or uploaded file, which is left at its beginning."""
    file.open("rb")
    content = file.read()
    file.seek(0)
    return content


def describe_file(attachment: Attachment) -> None:
    """Fill in SHA-256, size and media type from the file itself, in one pass."""
    digest, size = hashlib.sha256(), 0
    attachment.file.open("rb")
    for chunk in attachment.file.chunks():
        digest.update(chunk)
        size += len(chunk)
    attachment.file.seek(0)
    attachment.sha256, attachment.size = digest.hexdigest(), size
    attachment.media_type = media_type(attachment.file.name)
