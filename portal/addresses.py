"""The addresses of records, of which a list links to a hundred."""

from functools import cache

from django.urls import get_script_prefix, reverse
from django.utils.translation import get_language


def address_of(record) -> str:
    """The page of a record in the reader's language: what `reverse` says, asked once a kind."""
    before, after = _around(record._meta.model_name, get_language(), get_script_prefix())
    return f"{before}{record.slug}{after}"


@cache
def _around(kind: str, language: str | None, prefix: str) -> list[str]:
    return reverse(f"portal:{kind}", args=["slug"]).rsplit("slug", 1)
