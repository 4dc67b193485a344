"""People acting in public. Never a victim, a witness or an accused (DESIGN §7)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .dates import EDTFField, bound_field
from .lines import LinesField
from .organisations import Organisation, Side
from .publishable import Part, Publishable
from .publishing import GatedQuerySet


class Person(Publishable):
    heading_field = "name"

    name = models.CharField(_("name"), max_length=200)
    aliases = LinesField(
        _("other names"), help_text=_("One a line, in any language and script; used by search.")
    )
    side = models.CharField(
        _("side"),
        max_length=12,
        choices=Side,
        blank=True,
        help_text=_("The side on whose behalf this person speaks in office; empty for all others."),
    )

    class Meta(Publishable.Meta):
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["slug"]


class Role(Part):
    """A public office or function held in an organisation."""

    gate_through = ("person", "organisation")

    person = models.ForeignKey(
        Person, verbose_name=_("person"), on_delete=models.CASCADE, related_name="roles"
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="roles",
    )
    title = models.CharField(_("function"), max_length=300)
    held = EDTFField(_("held"), help_text=_("EDTF, for example 2021/2023 or 2021/.."))
    held_earliest = bound_field()
    held_latest = bound_field()

    objects = GatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["person_id", "-held_earliest", "id"]

    def __str__(self):
        return self.title
