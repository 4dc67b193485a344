"""Organisations: the bodies that speak, publish, investigate and judge."""

from babel import Locale
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .lines import LinesField
from .publishable import Publishable


class Side(models.TextChoices):
    """On whose behalf an organ or official of a party to the conflict speaks.

    Blank for everyone else: courts, international bodies, NGOs, third States and all media.
    """

    ARMENIAN = "armenian", _("Armenian side")
    AZERBAIJANI = "azerbaijani", _("Azerbaijani side")


class OrganisationKind(models.TextChoices):
    COURT = "court", _("Court")
    UN_BODY = "un_body", _("UN body")
    INTERGOVERNMENTAL = "intergovernmental_body", _("Intergovernmental body")
    GOVERNMENT = "government", _("Government")
    PROSECUTOR = "prosecutor", _("Prosecution or investigation")
    OMBUDSMAN = "ombudsman", _("Ombudsman")
    ARMED_FORCES = "armed_forces", _("Armed forces")
    NGO = "ngo", _("Non-governmental organisation")
    MEDIA = "media", _("Media")
    PLATFORM = "platform", _("Online platform")


# Those whose conclusions are findings, not claims (DESIGN §7).
FINDING_KINDS = (OrganisationKind.COURT, OrganisationKind.UN_BODY)


def country_name(code: str) -> str:
    """The CLDR name of an ISO 3166 country in the active language; "" for no code."""
    language = (get_language() or "en").split("-")[0]
    return Locale.parse(language).territories.get(code, code) if code else ""


class Organisation(Publishable):
    heading_field = "name"

    name = models.CharField(_("name"), max_length=300)
    acronym = models.CharField(_("acronym"), max_length=40, blank=True)
    aliases = LinesField(
        _("other names"), help_text=_("One a line, in any language and script; used by search.")
    )
    kind = models.CharField(_("kind"), max_length=30, choices=OrganisationKind)
    side = models.CharField(_("side"), max_length=12, choices=Side, blank=True)
    is_de_facto = models.BooleanField(
        _("organ of an unrecognised entity"),
        default=False,
        help_text=_("Shown beside its name; the archive takes no position on status."),
    )
    is_plural = models.BooleanField(
        _("plural name"),
        default=False,
        help_text=_("The verb after the name is plural: “the Armed Forces deny”."),
    )
    parent = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="bodies",
    )
    country = models.CharField(
        _("country"),
        max_length=2,
        blank=True,
        help_text=_("Two-letter ISO 3166 code; empty for international bodies."),
    )
    website = models.URLField(_("website"), blank=True)
    wikidata = models.CharField(_("Wikidata id"), max_length=20, blank=True)

    class Meta(Publishable.Meta):
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["slug"]
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                name="archive_organisation_not_its_own_parent",
                violation_error_message=_("An organisation is not a part of itself."),
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("id")),
            ),
        ]

    @property
    def country_name(self) -> str:
        return country_name(self.country)

    @property
    def makes_findings(self) -> bool:
        return self.kind in FINDING_KINDS
