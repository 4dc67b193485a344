"""What others reach refuses to start on a setting fit only for a demonstration."""

import gzip
import os
import subprocess
import sys

import pytest
from axes.helpers import get_client_ip_address
from django.http import StreamingHttpResponse

from portal.middleware import CompressTextMiddleware

SAFE = {
    "DEBUG": "0",
    "SECRET_KEY": "p" * 64,
    "ALLOWED_HOSTS": "archive.example.org",
    "SITE_URL": "https://archive.example.org",
    "CONTACT_EMAIL": "contact@archive.example.org",
    "DATABASE_URL": "sqlite://:memory:",
}
SETTINGS = (
    *SAFE,
    "BEHIND_PROXY",
    "COOKIE_SECURE",
    "HSTS_INCLUDE_SUBDOMAINS",
    "HSTS_PRELOAD",
    "HSTS_SECONDS",
    "SSL_REDIRECT",
)
NAMED = ("SECRET_KEY", "ALLOWED_HOSTS", "COOKIE_SECURE", "SITE_URL", "CONTACT_EMAIL")


def start(**environment):
    """Read the settings in a process of their own, as a server would."""
    inherited = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    return subprocess.run(
        [sys.executable, "-c", "import portal.settings"],
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_demonstration_needs_no_settings():
    assert start().returncode == 0


def test_safe_production_starts():
    started = start(**SAFE)
    assert started.returncode == 0, started.stderr


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("SECRET_KEY", None),
        ("SECRET_KEY", "demonstration-only-not-a-secret"),
        ("SECRET_KEY", "short"),
        ("ALLOWED_HOSTS", None),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "archive.example.org,*"),
        ("COOKIE_SECURE", "0"),
        ("SITE_URL", None),
        ("SITE_URL", "http://archive.example.org"),
        ("SITE_URL", "https://localhost:8000"),
        ("CONTACT_EMAIL", None),
        ("CONTACT_EMAIL", "someone@example.org"),
    ],
)
def test_unsafe_production_refuses_and_says_which(setting, value):
    environment = {**SAFE, setting: value}
    refused = start(**{name: text for name, text in environment.items() if text is not None})
    assert refused.returncode != 0
    message = refused.stderr.strip().splitlines()[-1]
    assert setting in message
    others = set(NAMED) - {setting}
    assert not any(other in message for other in others)


def test_everything_unsafe_is_named_at_once():
    message = start(DEBUG="0", COOKIE_SECURE="0", ALLOWED_HOSTS="*").stderr
    assert all(name in message for name in NAMED)


@pytest.mark.parametrize("hosts", ["archive.example.org", "localhost,archive.example.org", "*"])
@pytest.mark.parametrize("debug", [{}, {"DEBUG": "1"}])
def test_a_demonstration_is_not_shown_to_others(hosts, debug):
    refused = start(ALLOWED_HOSTS=hosts, **debug)
    assert refused.returncode != 0
    assert "DEBUG is on" in refused.stderr


def test_production_is_tried_on_ones_own_machine_first():
    local = {**SAFE, "ALLOWED_HOSTS": "localhost", "SITE_URL": "http://localhost:8000"}
    assert start(**local).returncode == 0


@pytest.mark.parametrize(
    ("forwarded", "behind_proxy", "expected"),
    [
        (None, False, "192.0.2.1"),
        ("203.0.113.9", False, "192.0.2.1"),
        (None, True, "192.0.2.1"),
        ("203.0.113.9", True, "203.0.113.9"),
        ("198.51.100.7, 203.0.113.9", True, "203.0.113.9"),
        ("198.51.100.7, nonsense", True, "192.0.2.1"),
    ],
)
def test_a_visitor_cannot_choose_the_address_they_are_counted_by(
    rf, settings, forwarded, behind_proxy, expected
):
    settings.BEHIND_PROXY = behind_proxy
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = rf.get("/admin/login/", headers=headers, REMOTE_ADDR="192.0.2.1")
    assert get_client_ip_address(request) == expected


# Compression


@pytest.fixture
def answer(rf):
    """answer(response, method="get") → what leaves the middleware for a browser that takes gzip."""

    def passed_on(response, method="get"):
        request = getattr(rf, method)("/", headers={"Accept-Encoding": "gzip, br"})
        return CompressTextMiddleware(lambda request: response)(request)

    return passed_on


def test_static_text_is_compressed_once(answer):
    style = StreamingHttpResponse([b"a" * 900], content_type="text/css", headers={"ETag": '"1"'})
    sent = answer(style)
    assert sent["Content-Encoding"] == "gzip"
    assert gzip.decompress(sent.getvalue()) == b"a" * 900
    assert "ETag" not in sent
    packed = StreamingHttpResponse(
        [b"packed"], content_type="text/css", headers={"Content-Encoding": "br", "ETag": '"1"'}
    )
    sent = answer(packed)
    assert (sent["Content-Encoding"], sent.getvalue(), sent["ETag"]) == ("br", b"packed", '"1"')


@pytest.mark.parametrize(
    ("method", "kind", "status"),
    [
        ("get", "application/pdf", 200),
        ("get", "font/woff2", 200),
        ("get", "text/css", 304),
        ("get", "text/css", 206),
        ("head", "text/css", 200),
    ],
)
def test_what_cannot_be_compressed_is_left_alone(answer, method, kind, status):
    response = StreamingHttpResponse([b"a" * 900], content_type=kind, status=status)
    sent = answer(response, method)
    assert "Content-Encoding" not in sent
    assert sent.getvalue() == b"a" * 900
