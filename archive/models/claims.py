"""Claims: one assertion by one speaker, kept apart from what any court found.

A claim says who asserted what and when; its citations say in which document, at which paragraph
and through whom it reached us.
"""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .cases import LegalCase
from .dates import EDTFField, bound_field
from .documents import Document
from .incidents import Incident
from .organisations import FINDING_KINDS, Organisation
from .people import Person
from .publishable import Part, Publishable
from .publishing import GatedQuerySet, PublishableQuerySet


class ClaimKind(models.TextChoices):
    """The fixed vocabulary of verbs, so that both sides are reported with the same words."""

    ALLEGES = "alleges", _("alleges")
    DENIES = "denies", _("denies")
    REJECTS = "rejects", _("rejects")
    CONFIRMS = "confirms", _("confirms")
    VERIFIES = "verifies", _("verifies")
    CONCLUDES = "concludes", _("concludes")
    FINDS = "finds", _("finds")
    DECIDES = "decides", _("decides")
    REPORTS = "reports", _("reports")
    REPORTS_FIGURE = "reports_figure", _("gives a figure")
    ANNOUNCES_INVESTIGATION = "announces_investigation", _("announces an investigation")
    ANNOUNCES_ACTION = "announces_action", _("announces action")
    CALLS_FOR_INVESTIGATION = "calls_for_investigation", _("calls for an investigation")
    CALLS_FOR_ACCOUNTABILITY = "calls_for_accountability", _("calls for accountability")
    CALLS_FOR_ACTION = "calls_for_action", _("calls for action")
    CONDEMNS = "condemns", _("condemns")
    COMMENTS = "comments", _("comments")
    STATES_LAW = "states_law", _("recalls the law")


# The same verbs after a plural name: “the Armed Forces deny”, «Вооружённые силы отрицают».
_PLURAL_VERBS = {
    ClaimKind.ALLEGES: pgettext_lazy("plural", "allege"),
    ClaimKind.DENIES: pgettext_lazy("plural", "deny"),
    ClaimKind.REJECTS: pgettext_lazy("plural", "reject"),
    ClaimKind.CONFIRMS: pgettext_lazy("plural", "confirm"),
    ClaimKind.VERIFIES: pgettext_lazy("plural", "verify"),
    ClaimKind.CONCLUDES: pgettext_lazy("plural", "conclude"),
    ClaimKind.FINDS: pgettext_lazy("plural", "find"),
    ClaimKind.DECIDES: pgettext_lazy("plural", "decide"),
    ClaimKind.REPORTS: pgettext_lazy("plural", "report"),
    ClaimKind.REPORTS_FIGURE: pgettext_lazy("plural", "give a figure"),
    ClaimKind.ANNOUNCES_INVESTIGATION: pgettext_lazy("plural", "announce an investigation"),
    ClaimKind.ANNOUNCES_ACTION: pgettext_lazy("plural", "announce action"),
    ClaimKind.CALLS_FOR_INVESTIGATION: pgettext_lazy("plural", "call for an investigation"),
    ClaimKind.CALLS_FOR_ACCOUNTABILITY: pgettext_lazy("plural", "call for accountability"),
    ClaimKind.CALLS_FOR_ACTION: pgettext_lazy("plural", "call for action"),
    ClaimKind.CONDEMNS: pgettext_lazy("plural", "condemn"),
    ClaimKind.COMMENTS: pgettext_lazy("plural", "comment"),
    ClaimKind.STATES_LAW: pgettext_lazy("plural", "recall the law"),
}
DENIAL_KINDS = (ClaimKind.DENIES, ClaimKind.REJECTS)
FINDING_CLAIM_KINDS = (ClaimKind.FINDS, ClaimKind.DECIDES)


class ClaimAspect(models.TextChoices):
    EVENT = "event", _("What happened")
    RESPONSIBILITY = "responsibility", _("Who is responsible")
    AUTHENTICITY = "authenticity", _("Authenticity of footage")
    DATE = "date", _("When it happened")
    FIGURES = "figures", _("How many")
    RESPONSE = "response", _("Official response")
    LAW = "law", _("What the law says")


class FigureUnit(models.TextChoices):
    DEATHS = "deaths", _("Deaths")
    SOLDIERS_KILLED = "soldiers_killed", _("Soldiers killed")
    KILLED_OR_MISSING = "killed_or_missing", _("Killed or missing")
    MISSING = "missing_persons", _("Missing persons")
    INJURED = "injured", _("Injured")
    VICTIMS = "victims", _("Victims (killed and injured)")
    PERSONS = "persons", _("Persons")
    SOLDIERS = "soldiers", _("Soldiers")
    VIDEOS = "videos", _("Videos")
    CRIMINAL_CASES = "criminal_cases", _("Criminal cases")
    ARRESTS = "arrests", _("Arrests")
    VOTES_FOR = "votes_for", _("Votes for")
    VEHICLES = "vehicles", _("Vehicles")
    DAYS = "days", _("Days")


class FigureQualifier(models.TextChoices):
    EXACT = "exact", _("exactly")
    AT_LEAST = "at_least", _("at least")
    MORE_THAN = "more_than", _("more than")
    UP_TO = "up_to", _("up to")
    ABOUT = "about", _("about")


_ONE_SPEAKER = _("A claim has one speaker: an organisation or a person.")
_ONLY_BODIES_FIND = _("Only courts and UN bodies find or decide; others allege or conclude.")
_FIGURE_WITHOUT_UNIT = _("A figure needs a unit.")


class ClaimQuerySet(PublishableQuerySet):
    def published(self):
        """A claim is public only with a speaker and a source that are public too."""
        cited = Citation.objects.published().filter(claim=OuterRef("pk"))
        return super().published().filter(Exists(cited))

    def by_side(self, side: str):
        """Claims of organs and officials of one side; "" for everyone else (third parties)."""
        return self.filter(Q(speaker_organisation__side=side) | Q(speaker_person__side=side))

    def findings(self):
        return self.filter(kind__in=FINDING_CLAIM_KINDS)


class Claim(Publishable):
    heading_field = "text"
    gate_through = ("speaker_organisation", "speaker_person")

    speaker_organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("speaker: organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="claims",
    )
    speaker_person = models.ForeignKey(
        Person,
        verbose_name=_("speaker: person"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="claims",
    )
    kind = models.CharField(_("verb"), max_length=28, choices=ClaimKind)
    aspect = models.CharField(
        _("about what"), max_length=16, choices=ClaimAspect, default=ClaimAspect.EVENT
    )
    date = EDTFField(_("date of the statement"))
    date_earliest = bound_field()
    date_latest = bound_field()
    text = models.TextField(
        _("text"), help_text=_("In our words, attributed: who says what. One assertion only.")
    )
    incidents = models.ManyToManyField(
        Incident, verbose_name=_("about incidents"), blank=True, related_name="claims"
    )
    cases = models.ManyToManyField(
        LegalCase, verbose_name=_("about cases"), blank=True, related_name="claims"
    )
    about_documents = models.ManyToManyField(
        Document, verbose_name=_("about documents"), blank=True, related_name="claims_about"
    )
    responds_to = models.ManyToManyField(
        "self",
        verbose_name=_("responds to"),
        blank=True,
        symmetrical=False,
        related_name="responses",
        help_text=_("The claims that this one denies, rejects, confirms or answers."),
    )
    concerns_authenticity = models.BooleanField(
        _("bears on the authenticity of footage"), default=False
    )
    verification_method = models.CharField(_("method of verification"), max_length=400, blank=True)
    event_date = EDTFField(
        _("date of the event, as claimed"),
        help_text=_("Only when this claim itself dates the event."),
    )
    event_date_earliest = bound_field()
    event_date_latest = bound_field()
    figure = models.PositiveBigIntegerField(_("figure"), null=True, blank=True)
    figure_unit = models.CharField(_("unit"), max_length=20, choices=FigureUnit, blank=True)
    figure_qualifier = models.CharField(
        _("qualifier"), max_length=10, choices=FigureQualifier, blank=True
    )
    figure_counted = models.CharField(
        _("what was counted"),
        max_length=200,
        blank=True,
        help_text=_("So that figures can be compared: “Armenian side”, “civilians in Barda”."),
    )
    figure_note = models.CharField(_("remark on the figure"), max_length=300, blank=True)

    objects = ClaimQuerySet.as_manager()

    class Meta(Publishable.Meta):
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering = [models.F("date_earliest").asc(nulls_last=True), "slug"]
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                name="archive_claim_one_speaker",
                violation_error_message=_ONE_SPEAKER,
                condition=Q(speaker_organisation__isnull=False, speaker_person__isnull=True)
                | Q(speaker_organisation__isnull=True, speaker_person__isnull=False),
            ),
            models.CheckConstraint(
                name="archive_claim_figure_has_a_unit",
                violation_error_message=_FIGURE_WITHOUT_UNIT,
                condition=Q(figure__isnull=True) | ~Q(figure_unit=""),
            ),
            models.CheckConstraint(
                name="archive_claim_findings_are_made_by_bodies",
                violation_error_message=_ONLY_BODIES_FIND,
                condition=~Q(kind__in=FINDING_CLAIM_KINDS) | Q(speaker_organisation__isnull=False),
            ),
        ]

    @property
    def speaker(self) -> Organisation | Person:
        return self.speaker_organisation or self.speaker_person

    @property
    def verb(self) -> str:
        """The verb that follows the speaker's name, agreeing with it in number."""
        if self.speaker_organisation and self.speaker_organisation.is_plural:
            return str(_PLURAL_VERBS[self.kind])
        return self.get_kind_display()

    @property
    def side(self) -> str:
        return self.speaker.side if self.speaker else ""

    @property
    def is_finding(self) -> bool:
        return self.kind in FINDING_CLAIM_KINDS

    @property
    def is_denial(self) -> bool:
        return self.kind in DENIAL_KINDS

    @property
    def is_public(self) -> bool:
        return super().is_public and self.citations.published().exists()

    def publishing_obstacles(self):
        obstacles = super().publishing_obstacles()
        if not self.speaker.is_public:
            obstacles.append(_("Publish the speaker first; a claim is never shown without one."))
        if not self.citations.published().exists():
            obstacles.append(_("Cite a published document first: where is this claim reported?"))
        return obstacles

    def clean(self):
        super().clean()
        problems = {}
        if bool(self.speaker_organisation_id) == bool(self.speaker_person_id):
            problems["speaker_organisation"] = _ONE_SPEAKER
        body = self.speaker_organisation
        if self.is_finding and not (body and body.kind in FINDING_KINDS):
            problems["kind"] = _ONLY_BODIES_FIND
        if self.figure is not None and not self.figure_unit:
            problems["figure_unit"] = _FIGURE_WITHOUT_UNIT
        if problems:
            raise ValidationError(problems)


class LocatorKind(models.TextChoices):
    PARAGRAPH = "paragraph", _("Paragraph")
    PAGE = "page", _("Page")
    SECTION = "section", _("Section")
    TIME = "time", _("Time in the recording")


class Citation(Part):
    """Where a claim is reported: a document, the place in it, and those who passed it on."""

    gate_through = ("document",)

    claim = models.ForeignKey(
        Claim, verbose_name=_("claim"), on_delete=models.CASCADE, related_name="citations"
    )
    document = models.ForeignKey(
        Document,
        verbose_name=_("reported in"),
        on_delete=models.PROTECT,
        related_name="citations",
    )
    locator_kind = models.CharField(_("locator"), max_length=10, choices=LocatorKind, blank=True)
    locator = models.CharField(_("number"), max_length=40, blank=True)
    relayed_by = models.ManyToManyField(
        Organisation,
        verbose_name=_("relayed by"),
        blank=True,
        related_name="relayed",
        help_text=_("Intermediaries between the speaker and the document."),
    )

    objects = GatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        ordering = ["claim_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "document", "locator_kind", "locator"],
                name="archive_citation_unique",
                violation_error_message=_("This place in this document is cited already."),
            ),
            models.CheckConstraint(
                name="archive_citation_whole_locator",
                violation_error_message=_(
                    "A place in a document has a kind and a number, or neither."
                ),
                condition=Q(locator_kind="", locator="") | ~Q(locator_kind="") & ~Q(locator=""),
            ),
        ]

    def __str__(self):
        return f"{self.document} {self.locator}".strip()

    @property
    def paragraph(self) -> int | None:
        if self.locator_kind == LocatorKind.PARAGRAPH and self.locator.isdigit():
            return int(self.locator)
        return None
