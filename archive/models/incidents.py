"""Incidents: alleged events. That a record exists says that something is alleged, not that it happened."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .dates import EDTFField, bound_field
from .places import Place
from .publishable import Publishable
from .sensitivity import Sensitive
from .violations import ViolationType


class Phase(models.TextChoices):
    """Phases of the conflict, named by date so that the label takes no position."""

    FIRST_WAR = "first_karabakh_war", _("First Karabakh war (1988–1994)")
    CEASEFIRE = "ceasefire_1994_2020", _("Ceasefire years (1994–2020)")
    APRIL_2016 = "april_2016", _("April 2016 fighting")
    WAR_2020 = "war_2020", _("2020 war (27 September – 10 November)")
    POST_2020 = "post_2020", _("After the 2020 war")
    SEPTEMBER_2022 = "september_2022", _("September 2022 fighting")
    BLOCKADE = "blockade_2022_2023", _("Lachin corridor (December 2022 – September 2023)")
    SEPTEMBER_2023 = "september_2023", _("September 2023 hostilities")


class AllegedSide(models.TextChoices):
    """Side of the alleged victims, or the side alleged to be responsible."""

    ARMENIAN = "armenian", _("Armenian side")
    AZERBAIJANI = "azerbaijani", _("Azerbaijani side")
    BOTH = "both", _("Both sides")
    UNKNOWN = "unknown", _("Not established")


class Incident(Sensitive, Publishable):
    title = models.CharField(_("title"), max_length=300)
    summary = models.TextField(_("summary"), blank=True)
    date = EDTFField(
        _("date"), help_text=_("EDTF, for example 2022-09-13? or 2020-10-04/2020-10-17")
    )
    date_earliest = bound_field()
    date_latest = bound_field()
    phase = models.CharField(_("phase of the conflict"), max_length=24, choices=Phase)
    victims_side = models.CharField(
        _("side of the alleged victims"), max_length=12, choices=AllegedSide
    )
    responsible_side = models.CharField(
        _("side alleged to be responsible"), max_length=12, choices=AllegedSide
    )
    places = models.ManyToManyField(
        Place, verbose_name=_("places"), blank=True, related_name="incidents"
    )
    violation_types = models.ManyToManyField(
        ViolationType, verbose_name=_("violation types"), blank=True, related_name="incidents"
    )

    class Meta(Publishable.Meta):
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = [models.F("date_earliest").asc(nulls_last=True), "slug"]
