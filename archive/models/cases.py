"""Legal cases in any forum, as a docket: parties, dated steps, article-by-article outcomes.

Terms follow the Court's own (HUDOC, Rules of Court) and their official Russian renderings.
"""

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .dates import EDTFField, bound_field
from .incidents import Incident
from .lines import LinesField
from .organisations import Organisation, Side
from .publishable import Part, Publishable
from .publishing import HeardQuerySet


class CaseKind(models.TextChoices):
    INDIVIDUAL = "individual_application", _("Individual application")
    INTER_STATE = "inter_state_application", _("Inter-State application")
    INTERIM_MEASURES = "interim_measures", _("Interim measures (Rule 39)")
    ICJ = "icj_contentious", _("Contentious case before the ICJ")
    ARBITRATION = "arbitration", _("Inter-State arbitration")
    CRIMINAL = "criminal_investigation", _("Criminal proceedings")


class CaseStatus(models.TextChoices):
    PENDING = "pending", _("Pending")
    COMMUNICATED = "communicated", _("Communicated")
    DECISION = "decision", _("Decision delivered")
    JUDGMENT = "judgment", _("Judgment delivered")
    FINAL = "final", _("Judgment final")
    INADMISSIBLE = "inadmissible", _("Declared inadmissible")
    REFUSED = "refused", _("Request refused")
    IN_FORCE = "in_force", _("Measure in force")
    LIFTED = "lifted", _("Measure lifted")
    ANNOUNCED = "announced", _("Announced; outcome not seen")
    OPENED = "opened", _("Opened")
    CHARGED = "charged", _("Charges brought")
    TRIED = "tried", _("Tried; outcome not seen")
    CONVICTED = "convicted", _("Conviction at first instance")


class LegalCase(Publishable):
    title = models.CharField(_("title"), max_length=300)
    kind = models.CharField(_("kind"), max_length=30, choices=CaseKind)
    court = models.ForeignKey(
        Organisation,
        verbose_name=_("court or authority"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cases_before",
    )
    forum = models.CharField(
        _("forum"),
        max_length=200,
        blank=True,
        help_text=_("Only when the forum is not one of the organisations."),
    )
    application_numbers = LinesField(_("application numbers"), help_text=_("One a line."))
    ecli = models.CharField("ECLI", max_length=60, blank=True)
    hudoc_item_id = models.CharField(_("HUDOC item id"), max_length=20, blank=True)
    applicants = models.CharField(
        _("applicants"),
        max_length=200,
        blank=True,
        help_text=_("In words and without names: “Armenian nationals”."),
    )
    applicant_side = models.CharField(
        _("applicants’ side"), max_length=12, choices=Side, blank=True
    )
    applicant_organisations = models.ManyToManyField(
        Organisation, verbose_name=_("applicant States"), blank=True, related_name="cases_brought"
    )
    respondents = models.ManyToManyField(
        Organisation, verbose_name=_("respondents"), blank=True, related_name="cases_against"
    )
    stage = models.CharField(_("stage of the proceedings"), max_length=16, choices=CaseStatus)
    stage_note = models.CharField(_("remark on the stage"), max_length=300, blank=True)
    legal_basis = models.CharField(_("legal basis"), max_length=300, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    incidents = models.ManyToManyField(
        Incident, verbose_name=_("incidents"), blank=True, related_name="cases"
    )
    related_cases = models.ManyToManyField("self", verbose_name=_("related cases"), blank=True)
    # Derived from the steps on every save of one, so that lists can sort and filter by date.
    first_step = bound_field(_("first step"))
    latest_step = bound_field(_("latest step"))

    class Meta(Publishable.Meta):
        verbose_name = _("legal case")
        verbose_name_plural = _("legal cases")
        ordering = ["slug"]
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                name="archive_legalcase_has_a_forum",
                violation_error_message=_(
                    "A case needs a court or authority, or a forum in words."
                ),
                # NULL-safe: a CHECK that comes out as NULL would pass.
                condition=Q(court__isnull=False)
                | Q(forum_en__isnull=False, forum_en__gt="")
                | Q(forum_ru__isnull=False, forum_ru__gt=""),
            ),
        ]

    @property
    def hudoc_url(self) -> str:
        if not self.hudoc_item_id:
            return ""
        return f"https://hudoc.echr.coe.int/eng?i={self.hudoc_item_id}"


class StepKind(models.TextChoices):
    LODGED = "lodged", _("Lodged")
    COMPLETED = "completed", _("Application completed")
    COMMUNICATED = "communicated", _("Communicated")
    RELINQUISHED = "relinquished", _("Relinquished to the Grand Chamber")
    ADMISSIBILITY = "admissibility", _("Decision on admissibility")
    HEARING = "hearing", _("Hearing")
    MEASURE_INDICATED = "measure_indicated", _("Interim measure indicated")
    MEASURE_CLARIFIED = "measure_clarified", _("Interim measure clarified")
    MEASURE_LIFTED = "measure_lifted", _("Interim measure lifted")
    NOTIFIED = "notified", _("Committee of Ministers notified")
    ORDER = "order", _("Order")
    DECISION = "decision", _("Decision")
    PRELIMINARY_OBJECTIONS = "preliminary_objections", _("Judgment on preliminary objections")
    JUDGMENT = "judgment", _("Judgment")
    JUST_SATISFACTION = "just_satisfaction", _("Judgment on just satisfaction")
    FINAL = "final", _("Final")
    PUBLISHED = "published", _("Published")
    ANNOUNCED = "announced", _("Announced")
    RENEWED = "renewed", _("Request renewed")
    FIRST_MEETING = "first_meeting", _("First procedural meeting")
    ARREST = "arrest", _("Arrests")


class CaseStep(Part):
    case = models.ForeignKey(
        LegalCase, verbose_name=_("case"), on_delete=models.CASCADE, related_name="steps"
    )
    kind = models.CharField(_("step"), max_length=24, choices=StepKind)
    date = EDTFField(_("date"), blank=False)
    date_earliest = bound_field()
    date_latest = bound_field()
    note = models.CharField(_("remark"), max_length=400, blank=True)

    objects = HeardQuerySet.as_manager()

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["case_id", "date_earliest", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind", "date"],
                name="archive_case_step_unique",
                violation_error_message=_("This step on this date is there already."),
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.date}"

    @transaction.atomic
    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        date_case(self.case_id)

    @transaction.atomic
    def delete(self, *args, **kwargs):
        deleted = super().delete(*args, **kwargs)
        date_case(self.case_id)
        return deleted


def date_case(case_id: int) -> None:
    """Derive the first and the latest step of a case from its steps."""
    span = CaseStep.objects.filter(case=case_id).aggregate(
        first_step=models.Min("date_earliest"), latest_step=models.Max("date_latest")
    )
    LegalCase.objects.filter(pk=case_id).update(**span)


class Instrument(models.TextChoices):
    ECHR = "echr", _("European Convention on Human Rights")
    ECHR_P1 = "echr_p1", _("Protocol No. 1 to the European Convention on Human Rights")
    CERD = (
        "cerd",
        _("International Convention on the Elimination of All Forms of Racial Discrimination"),
    )
    BERN = (
        "bern_convention",
        _("Bern Convention on the Conservation of European Wildlife and Natural Habitats"),
    )


class Aspect(models.TextChoices):
    SUBSTANTIVE = "substantive", _("Substantive limb")
    PROCEDURAL = "procedural", _("Procedural limb")
    JURISDICTION = "jurisdiction", _("Jurisdiction")


class Outcome(models.TextChoices):
    VIOLATION = "violation", _("Violation")
    CONTINUING_VIOLATION = "continuing_violation", _("Continuing violation")
    NO_VIOLATION = "no_violation", _("No violation")
    NO_SEPARATE_ISSUE = "no_separate_issue", _("No separate issue arises")
    EXAMINED_ELSEWHERE = "examined_elsewhere", _("Examined under another article")
    INADMISSIBLE = "inadmissible", _("Inadmissible")
    ACCEPTED = "accepted", _("Accepted")
    NO_JURISDICTION = "no_jurisdiction", _("No jurisdictional link")
    OBJECTION_UPHELD = "objection_upheld", _("Preliminary objection upheld")
    OBJECTION_REJECTED = "objection_rejected", _("Preliminary objection rejected")
    MEASURE_INDICATED = "measure_indicated", _("Parties called on to comply")
    ALLEGED = "alleged", _("Alleged, not decided")
    PENDING = "pending", _("Pending")
    NOT_SEEN = "not_seen", _("Outcome not seen in the sources")


class CaseOutcome(Part):
    """What the court decided on one article, against one respondent."""

    case = models.ForeignKey(
        LegalCase, verbose_name=_("case"), on_delete=models.CASCADE, related_name="outcomes"
    )
    instrument = models.CharField(_("instrument"), max_length=20, choices=Instrument)
    article = models.CharField(_("article"), max_length=60)
    aspect = models.CharField(_("aspect"), max_length=12, choices=Aspect, blank=True)
    detail = models.CharField(_("detail"), max_length=300, blank=True)
    outcome = models.CharField(_("outcome"), max_length=24, choices=Outcome)
    votes_for = models.PositiveSmallIntegerField(_("votes for"), null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField(_("votes against"), null=True, blank=True)
    unanimous = models.BooleanField(_("unanimous"), default=False)
    respondent = models.ForeignKey(
        Organisation,
        verbose_name=_("respondent"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="outcomes",
    )
    unverified = models.BooleanField(
        _("not verified"), default=False, help_text=_("Not read in the decision itself.")
    )
    note = models.CharField(_("remark"), max_length=400, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = HeardQuerySet.as_manager()

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        ordering = ["case_id", "position", "id"]
        constraints = [
            models.CheckConstraint(
                name="archive_case_outcome_whole_vote",
                violation_error_message=_(
                    "A vote has both numbers, or was unanimous, or is not known."
                ),
                condition=Q(votes_for__isnull=True, votes_against__isnull=True)
                | Q(votes_for__isnull=False, votes_against__isnull=False, unanimous=False),
            )
        ]

    def __str__(self):
        return f"{self.get_instrument_display()} {self.article}"
