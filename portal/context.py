"""What every page knows: the archive's name, its sections, its other languages. No database."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .languages import alternates

# Translators: the name of the archive, in title case: what it holds, claims and findings, kept
# apart. Russian: «Заявления и решения».
SITE_NAME = _("Claims and Findings")
# Translators: says under the name what the archive is about. States in alphabetical order of the
# reader's language, so in Russian Azerbaijan comes first.
SITE_SUBJECT = _("An archive of the Armenia–Azerbaijan conflict")

# Route name of the list, label, in the order in which menus name them.
SECTIONS = [
    ("document_list", pgettext_lazy("section", "Documents")),
    ("legalcase_list", pgettext_lazy("section", "Cases")),
    ("incident_list", pgettext_lazy("section", "Incidents")),
    ("claim_list", pgettext_lazy("section", "Claims")),
    ("organisation_list", pgettext_lazy("section", "Organisations")),
]
MORE = [
    ("person_list", pgettext_lazy("section", "People")),
    ("place_list", pgettext_lazy("section", "Places")),
    ("about", _("About the archive")),
    ("methodology", _("How we work")),
    ("corrections", _("Corrections and contact")),
]


def site(request) -> dict:
    match = getattr(request, "resolver_match", None)
    here = match.url_name if match and match.app_name == "portal" else ""
    return {
        "site_name": SITE_NAME,
        "site_subject": SITE_SUBJECT,
        "contact_email": settings.CONTACT_EMAIL,
        "sections": [_link(name, label, here) for name, label in SECTIONS],
        "more_sections": [_link(name, label, here) for name, label in MORE],
        "is_home": here == "home",
        **alternates(request),
    }


def _link(name: str, label, here: str) -> dict:
    """current: "page" on the page itself, "true" on a record of the section, else ""."""
    current = "page" if name == here else "true" if name == f"{here}_list" else ""
    return {"address": reverse(f"portal:{name}"), "label": label, "current": current}
