"""A gazetteer in which all names of a place have equal rank."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .lines import LinesField
from .organisations import country_name
from .publishable import Publishable

# Decimal places of a degree that say where within about a kilometre.
COARSE = 2


class PlaceKind(models.TextChoices):
    CAPITAL = "capital", _("Capital")
    CITY = "city", _("City")
    TOWN = "town", _("Town")
    VILLAGE = "village", _("Village")
    DISTRICT = "district", _("District")
    REGION = "region", _("Region")
    ROUTE = "route", _("Route")
    MOUNTAIN = "mountain", _("Mountain")


class Precision(models.TextChoices):
    """What the coordinates stand for. Never finer than a settlement (DESIGN §7)."""

    SETTLEMENT = "settlement", _("Settlement")
    APPROXIMATE = "approximate", _("Approximate")
    AREA = "area", _("Area, no single point")


class Place(Publishable):
    heading_field = "name"

    name = models.CharField(
        _("name"),
        max_length=200,
        help_text=_("Where several names are in use, all of them: “Shusha / Shushi”."),
    )
    azerbaijani_name = models.CharField(_("Azerbaijani name"), max_length=200, blank=True)
    armenian_name = models.CharField(_("Armenian name"), max_length=200, blank=True)
    variants = LinesField(_("other names and spellings"), help_text=_("One a line, in any script."))
    kind = models.CharField(_("kind"), max_length=12, choices=PlaceKind)
    country = models.CharField(
        _("country"),
        max_length=2,
        blank=True,
        help_text=_("Two-letter ISO 3166 code, as internationally recognised."),
    )
    latitude = models.DecimalField(
        _("latitude"), max_digits=8, decimal_places=5, null=True, blank=True
    )
    longitude = models.DecimalField(
        _("longitude"), max_digits=8, decimal_places=5, null=True, blank=True
    )
    precision = models.CharField(_("precision"), max_length=12, choices=Precision, blank=True)
    geonames = models.PositiveIntegerField(_("GeoNames id"), null=True, blank=True)
    wikidata = models.CharField(_("Wikidata id"), max_length=20, blank=True)

    class Meta(Publishable.Meta):
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["slug"]
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                name="archive_place_whole_coordinates",
                violation_error_message=_(
                    "Coordinates have a latitude and a longitude, both on the globe."
                ),
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__gte=-90,
                    latitude__lte=90,
                    longitude__gte=-180,
                    longitude__lte=180,
                ),
            ),
        ]

    @property
    def country_name(self) -> str:
        return country_name(self.country)
