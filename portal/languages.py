"""The same page in every language: addresses for the switch, hreflang and canonical links."""

import re

from django.conf import settings
from django.http import QueryDict

from .filters import FILTERS

CODES = [code for code, _name in settings.LANGUAGES]
# Each language by its own name, as readers look for it.
OWN_NAMES = {"en": "English", "ru": "Русский"}

_PREFIX = re.compile(r"/({})(?=/|\Z)".format("|".join(map(re.escape, CODES))))

# Parameters that change what a page shows; all others are left out of canonical addresses.
MEANINGFUL = {"type", "page"}.union(*(one.parameters() for one in FILTERS.values()))


def language_of(path: str) -> str | None:
    """The language that an address names: "ru" for /ru/cases/; None for /admin/."""
    match = _PREFIX.match(path)
    return match[1] if match else None


def in_language(path: str, code: str) -> str:
    """The same path in another language; an address outside both leads to the home page."""
    if not language_of(path):
        return f"/{code}/"
    return _PREFIX.sub(f"/{code}", path, count=1)


def meaningful_query(parameters: QueryDict) -> str:
    """The part of a query string that belongs to the address: "?kind=judgment&page=2" or ""."""
    kept = QueryDict(mutable=True)
    for name, values in parameters.lists():
        if name in MEANINGFUL and (values := [value for value in values if value.strip()]):
            kept.setlist(name, values)
    return f"?{kept.urlencode()}" if kept else ""


def alternates(request) -> dict:
    """Canonical address, hreflang addresses and the language switch of one request."""
    query, full_query = meaningful_query(request.GET), request.GET.urlencode()
    suffix = f"?{full_query}" if full_query else ""
    here = language_of(request.path)
    paths = {code: in_language(request.path, code) for code in CODES}
    return {
        "x_default": f"{settings.SITE_URL}{paths[settings.LANGUAGE_CODE]}{query}",
        "canonical": f"{settings.SITE_URL}{request.path}{query}",
        "alternates": [(code, f"{settings.SITE_URL}{path}{query}") for code, path in paths.items()],
        "switch": [
            {"code": code, "name": OWN_NAMES.get(code, code), "address": f"{path}{suffix}"}
            for code, path in paths.items()
            if code != here
        ],
    }
