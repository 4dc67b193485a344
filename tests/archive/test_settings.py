"""With DEBUG off the archive refuses to start on a setting fit only for a demonstration."""

import os
import subprocess
import sys

import pytest

SAFE = {
    "DEBUG": "0",
    "SECRET_KEY": "p" * 64,
    "ALLOWED_HOSTS": "archive.example.org",
    "DATABASE_URL": "sqlite://:memory:",
}
SETTINGS = (*SAFE, "COOKIE_SECURE", "SSL_REDIRECT", "HSTS_SECONDS", "SITE_URL", "BEHIND_PROXY")


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
    ],
)
def test_unsafe_production_refuses_and_says_which(setting, value):
    environment = {**SAFE, setting: value}
    refused = start(**{name: text for name, text in environment.items() if text is not None})
    assert refused.returncode != 0
    message = refused.stderr.strip().splitlines()[-1]
    assert setting in message
    others = {"SECRET_KEY", "ALLOWED_HOSTS", "COOKIE_SECURE"} - {setting}
    assert not any(other in message for other in others)


def test_everything_unsafe_is_named_at_once():
    message = start(DEBUG="0", COOKIE_SECURE="0").stderr
    assert all(name in message for name in ("SECRET_KEY", "ALLOWED_HOSTS", "COOKIE_SECURE"))
