"""The curators' room. One file for each file of `archive.models`."""

from . import (  # noqa: F401
    cases,
    claims,
    corrections,
    documents,
    incidents,
    intake,
    organisations,
    people,
    places,
    reports,
    users,
    violations,
    waiting,
    wording,
)
