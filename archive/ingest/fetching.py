"""Fetching an address for a curator without letting it lead anywhere but to a public site.

A name is resolved once; every address it has must be one of the public internet, and the
connection is made to that address itself, so that nothing can be put under the name in between.
Each redirect is checked anew.
"""

import io
import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from email.message import Message
from http.client import BadStatusLine, HTTPException
from pathlib import PurePosixPath
from queue import Empty, SimpleQueue
from threading import Event, Thread, Timer
from urllib.parse import unquote, urljoin

import certifi
from django.conf import settings
from urllib3 import HTTPResponse
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    DecodeError,
    HTTPError,
    InvalidChunkLength,
    LocationParseError,
    NewConnectionError,
)
from urllib3.exceptions import TimeoutError as SlowError
from urllib3.util import Url, parse_url

from archive.models.files import HEAD, KINDS, ending, right_ending

from .problems import Refused

PORTS = {"http": 80, "https": 443}
REDIRECTS = 5
SECONDS = 60  # for everything, redirects too
SECONDS_TO_ANSWER = 20  # without a byte
LONGEST_ADDRESS = 2000
_MOVED = {301, 302, 303, 307, 308}
# The only part of IPv6 that leads to public sites …
_PUBLIC_V6 = ipaddress.ip_network("2000::/3")
# … but for what in it wraps an address of IPv4 (Teredo, 6to4), or is not handed out.
_NOT_PUBLIC = [
    ipaddress.ip_network(network)
    for network in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "192.88.99.0/24")
]
# Hosts that browsers read as a number: 2130706433, 0x7f.1, 127.1 and the like.
_NUMBER = re.compile(r"(?:.*\.)?(?:\d+|0x[0-9a-f]*)", re.IGNORECASE)
_NOT_IN_ADDRESSES = re.compile(r"[\x00-\x20\x7f\\\u2028\u2029]")
_NOT_IN_NAMES = re.compile(r"[^\w.() -]+")


@dataclass(frozen=True)
class Fetched:
    """What an address gave. `content` is as received (unpacked, at most ATTACHMENT_MAX_BYTES)."""

    address: str
    final_address: str  # after redirects
    name: str  # of the file, with the ending of its kind
    media_type: str  # by its content
    content: bytes


@dataclass(frozen=True)
class _Target:
    """An address that has been checked. `numbers` are those of its host, one of which is gone to."""

    scheme: str
    host: str
    port: int
    path: str
    numbers: list[str]

    @property
    def name(self) -> str:
        """As the Host header has it."""
        return self.host if self.port == PORTS[self.scheme] else f"{self.host}:{self.port}"


def fetch(address: str) -> Fetched:
    """Raises `problems.Refused` for whatever keeps it from being fetched."""
    address = here = address.strip()
    until = time.monotonic() + SECONDS
    for _hop in range(REDIRECTS + 1):
        target = checked(here, until)
        with _answer(target, until) as answer:
            if answer.status not in _MOVED or "location" not in answer.headers:
                return _fetched(address, here, target, answer)
            here = _next(here, answer.headers["location"])
    raise Refused("redirects_too_many")


def _next(here: str, location: str) -> str:
    """Where it sends on to; many servers write letters there that they ought to encode."""
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode()
    try:
        return urljoin(here, location)
    except ValueError as error:
        raise Refused("address_malformed", address=location[:200]) from error


def checked(address: str, until: float) -> _Target:
    """The address in its parts, and where it leads; raises `Refused` if it leads inside.

    until: of the monotonic clock, in seconds, when looking up its host has taken too long.
    """
    url = _parsed(address)
    host = _host(url)
    port = url.port or PORTS[url.scheme]
    # Only tests name hosts of this machine here, in their settings: no environment sets it.
    if f"{host}:{port}" in getattr(settings, "FETCH_ALSO", ()):
        return _Target(url.scheme, host, port, url.request_uri, [host])
    if port != PORTS[url.scheme]:
        raise Refused("address_port", port=port)
    numbers = _numbers(host, port, until)
    if not all(is_public(number) for number in numbers):
        raise Refused("address_inside", host=host)
    return _Target(url.scheme, host, port, url.request_uri, numbers)


def is_public(number: str) -> bool:
    """Whether an IP address is one of the public internet."""
    ip = ipaddress.ip_address(number.partition("%")[0])
    inside = any(ip in network for network in _NOT_PUBLIC if network.version == ip.version)
    if ip.version == 6 and ip not in _PUBLIC_V6:
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and not inside


def _parsed(address: str) -> Url:
    if _NOT_IN_ADDRESSES.search(address) or len(address) > LONGEST_ADDRESS:
        raise Refused("address_malformed", address=address[:200])
    try:
        url = parse_url(address)
    except LocationParseError as error:
        raise Refused("address_malformed", address=address[:200]) from error
    if url.scheme not in PORTS:
        raise Refused("address_scheme")
    if not url.host:
        raise Refused("address_malformed", address=address[:200])
    if url.auth is not None:
        raise Refused("address_user")
    return url


def _host(url: Url) -> str:
    """The name of the host as DNS knows it (`parse_url` has made it so), or its number."""
    host = url.host.strip("[]").rstrip(".")
    if not host:
        raise Refused("address_malformed", address=url.url[:200])
    if ":" not in host and _NUMBER.fullmatch(host):
        try:
            ipaddress.IPv4Address(host)
        except ValueError as error:
            raise Refused("address_number", host=host) from error
    return host


def _numbers(host: str, port: int, until: float) -> list[str]:
    """The addresses of a host. The system can be kept waiting for them for minutes and cannot be
    told to stop: it is asked in a thread, which is left to itself when the time is over."""
    answers = SimpleQueue()
    Thread(target=_look_up, args=[host, port, answers], daemon=True).start()
    try:
        found = answers.get(timeout=max(0, until - time.monotonic()))
    except Empty as error:
        raise Refused("too_slow", host=host) from error
    if isinstance(found, Exception):
        raise Refused("address_unknown", host=host) from found
    return list(dict.fromkeys(str(where[0]) for *_kind, where in found))


def _look_up(host: str, port: int, answers: SimpleQueue) -> None:
    try:
        answers.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    except (OSError, ValueError) as error:
        answers.put(error)


@contextmanager
def _answer(target: _Target, until: float) -> Iterator[HTTPResponse]:
    """The beginning of the answer. Whatever goes wrong in the block is told as a problem; when
    the time is over the connection is cut, however slowly and steadily it drips."""
    connection, line, late = None, None, Event()

    def cut():
        late.set()
        # Not `connection.sock` alone: it is given away with an answer after which nothing follows.
        if sock := line or getattr(connection, "sock", None):
            with suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)

    clock = Timer(max(0, until - time.monotonic()), cut)
    clock.start()
    try:
        for left, number in enumerate(target.numbers, 1 - len(target.numbers)):
            connection = _connection(target, number)
            try:
                connection.connect()
                line = connection.sock
                break
            except (HTTPError, OSError):
                connection.close()
                if left == 0 or late.is_set():
                    raise
        connection.request("GET", target.path, headers=_headers(target), preload_content=False)
        with closing(connection.getresponse()) as answer:
            yield answer
        if late.is_set():
            raise Refused("too_slow", host=target.host)
    except (HTTPError, HTTPException, OSError, Refused) as error:
        if late.is_set():
            raise Refused("too_slow", host=target.host) from error
        if isinstance(error, Refused):
            raise
        raise Refused(_code(error), host=target.host) from error
    finally:
        clock.cancel()
        if connection is not None:
            connection.close()


def _connection(target: _Target, number: str) -> HTTPConnection:
    if target.scheme == "http":
        return HTTPConnection(number, target.port, timeout=SECONDS_TO_ANSWER)
    trusted = ssl.create_default_context(cafile=certifi.where())
    trusted.load_default_certs()  # and those that the machine knows besides
    return HTTPSConnection(
        number,
        target.port,
        timeout=SECONDS_TO_ANSWER,
        ssl_context=trusted,
        server_hostname=target.host,
    )


def _headers(target: _Target) -> dict[str, str]:
    return {
        "Host": target.name,
        "User-Agent": f"Mozilla/5.0 (compatible; archive; +{settings.SITE_URL})",
        "Accept": "text/html, application/xhtml+xml, application/pdf, */*;q=0.5",
        "Accept-Encoding": "gzip",
    }


def _code(error: Exception) -> str:
    """The code of the problem."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return "certificate"
    if isinstance(error, DecodeError | BadStatusLine | InvalidChunkLength):
        return "garbled"
    if isinstance(error, NewConnectionError):
        return "unreachable"
    return "too_slow" if isinstance(error, TimeoutError | SlowError) else "unreachable"


def _fetched(address: str, here: str, target: _Target, answer: HTTPResponse) -> Fetched:
    limit = settings.ATTACHMENT_MAX_BYTES
    if answer.status != 200:
        raise Refused("answer", host=target.host, status=answer.status)
    if (answer.length_remaining or 0) > limit:
        raise Refused("too_large", limit=limit)
    # Unpacked no further than this, however small it came.
    content = answer.read(limit + 1, decode_content=True)
    if len(content) > limit:
        raise Refused("too_large", limit=limit)
    if not content:
        raise Refused("file_empty")
    named = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    end = right_ending(content[:HEAD], io.BytesIO(content), named)
    if not end:
        raise Refused("file_kind")
    return Fetched(address, here, _name(here, answer, end), KINDS[end].media_type, content)


def _name(address: str, answer: HTTPResponse, end: str) -> str:
    """As the server calls the file, or as its address ends; with the ending that fits."""
    header = Message()
    header["content-disposition"] = answer.headers.get("content-disposition", "")
    path = parse_url(address).path or ""
    given = header.get_filename() or unquote(PurePosixPath(path).name) or "page"
    name = _NOT_IN_NAMES.sub("_", PurePosixPath(given).name)[-150:].lstrip(".") or "page"
    fits = ending(name) in KINDS and KINDS[ending(name)].media_type == KINDS[end].media_type
    return name if fits else name + end
