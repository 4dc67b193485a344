"""Fetching an address for a curator without letting it lead anywhere but to a public site."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fetched:
    """What an address gave. `content` is as received (unpacked, at most ATTACHMENT_MAX_BYTES)."""

    address: str
    final_address: str  # after redirects
    name: str  # of the file, with the ending of its kind
    media_type: str  # by its content
    content: bytes


def fetch(address: str) -> Fetched:
    """Raises `problems.Refused` for whatever keeps it from being fetched."""
    raise NotImplementedError
