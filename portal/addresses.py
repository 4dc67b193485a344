"""The addresses of records, of which a list links to a hundred."""

from functools import cache

from django.conf import settings
from django.db.models import Model
from django.urls import get_script_prefix, reverse
from django.utils.translation import get_language, override


def address_of(record) -> str:
    """The page of a record in the reader's language: what `reverse` says, asked once a kind."""
    before, after = _around(record._meta.model_name, get_language(), get_script_prefix())
    return f"{before}{record.slug}{after}"


def addresses_of(kind: type[Model], slug: str) -> dict[str, str]:
    """Of one record, with the host, by language."""
    around = {
        code: _around(kind._meta.model_name, code, get_script_prefix())
        for code, _name in settings.LANGUAGES
    }
    return {
        code: f"{settings.SITE_URL}{before}{slug}{after}"
        for code, (before, after) in around.items()
    }


@cache
def _around(kind: str, language: str | None, prefix: str) -> list[str]:
    with override(language):
        return reverse(f"portal:{kind}", args=["slug"]).rsplit("slug", 1)
