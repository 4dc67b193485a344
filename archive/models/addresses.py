"""Addresses of pages, and when two of them are one."""

import re
from urllib.parse import unquote, urlsplit

from courlan import normalize_url

LONGEST = 600
# A copy in a web archive is of the address that it names.
_COPY = re.compile(r"https?://web\.archive\.org/web/\d+[a-z_]*/(?=https?://)", re.IGNORECASE)

# What "%00" and the like become, which no database takes.
_UNWRITABLE = re.compile(r"[\x00-\x1f\ud800-\udfff]")


def key_of(address: str) -> str:
    """What all addresses of one page have in common: without the protocol, www., default port,
    mark within the page, what only follows readers (utm_source and the like), and with the
    parameters in order. "" for what is no address; at most LONGEST characters."""
    address = _COPY.sub("", address.strip())
    try:
        url = urlsplit(normalize_url(address))
        if not url.hostname:
            return ""
        port = "" if url.port in (None, 80, 443) else f":{url.port}"
    except ValueError:
        return ""
    host = url.hostname.rstrip(".").removeprefix("www.")
    path = unquote(url.path).rstrip("/")
    query = f"?{unquote(url.query)}" if url.query else ""
    return _UNWRITABLE.sub("", f"{host}{port}{path}{query}")[:LONGEST]
