"""A real browser before the archive as production runs it: DEBUG off, strict CSP, hashed static
files, the demonstration records. One server for each test process; the tests only read, or add
records of their own."""

import fcntl
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from .addresses import FILE_CONTENT, FILE_OF, LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
CHROMIUM = (
    os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or "/usr/bin/chromium"
)
# The same for all processes of a run, which share the demonstration.
PASSWORD = os.environ.get("PYTEST_XDIST_TESTRUNUID") or secrets.token_urlsafe(12)
KEY = secrets.token_urlsafe(64)
# The demonstration has no files: one that a warning stands before.
GRAPHIC_FILE = f"""
from django.core.files.base import ContentFile
from archive.models import Attachment, Document
Attachment.objects.create(
    document=Document.objects.get(slug={FILE_OF!r}),
    file=ContentFile({FILE_CONTENT!r}, name="transcript.txt"),
    description_en="Transcript of a recording",
    description_ru="Расшифровка записи",
    may_be_shown=True,
    is_graphic=True,
)
"""

# Playwright keeps an event loop in this thread, which Django takes for an asynchronous view.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not Path(CHROMIUM).exists():
                item.add_marker(pytest.mark.skip(reason=f"no Chromium at {CHROMIUM}"))


def manage(environment, *arguments):
    subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        check=True,
        stdout=subprocess.DEVNULL,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory):
    """A folder with the demonstration's database, files and collected static files, made by
    whichever process of a run comes first."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # that of the whole run
    home = folder / "demonstration"
    home.mkdir(exist_ok=True)
    with open(folder / "demonstration.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "ready").exists():
            made = {
                "DATABASE_URL": f"sqlite:///{home}/db.sqlite3",
                "DEBUG": "1",
                "MEDIA_ROOT": str(home / "media"),
            }
            manage(made, "migrate", "--verbosity=0")
            manage(made, "demo", f"--password={PASSWORD}")
            manage(made, "shell", "-c", GRAPHIC_FILE)
            static = {**made, "DEBUG": "0", "SECRET_KEY": KEY, "ALLOWED_HOSTS": "localhost"}
            static |= {"SITE_URL": "http://localhost", "STATIC_ROOT": str(home / "static")}
            manage(static, "collectstatic", "--noinput", "--verbosity=0")
            (home / "ready").touch()
    return home


@pytest.fixture(scope="session")
def production(demonstration, tmp_path_factory):
    """The environment of an archive filled with the demonstration; one for each process."""
    home = tmp_path_factory.mktemp("archive")
    shutil.copytree(demonstration, home, dirs_exist_ok=True)
    return {
        "DATABASE_URL": f"sqlite:///{home}/db.sqlite3",
        "MEDIA_ROOT": str(home / "media"),
        "STATIC_ROOT": str(home / "static"),
        "DEBUG": "0",
        "SECRET_KEY": KEY,
        "ALLOWED_HOSTS": "localhost",
        "SITE_URL": f"http://localhost:{free_port()}",
        "SSL_REDIRECT": "0",
        "HSTS_SECONDS": "0",
    }


@pytest.fixture(scope="session")
def base_url(production):
    """The address of a running archive."""
    address = production["SITE_URL"]
    port = urlsplit(address).port
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "portal.wsgi", f"--bind=127.0.0.1:{port}"]
        + ["--threads=4", "--no-control-socket", "--log-level=warning"],
        cwd=ROOT,
        env={**os.environ, **production},
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/robots.txt", server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=10)


def wait_for(address, server):
    for _attempt in range(100):
        if server.poll() is not None:
            break
        try:
            # Any answer will do; the host name of this request is not an allowed one.
            urlopen(address.replace("127.0.0.1", "localhost"), timeout=5)
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail("the archive did not start")


@pytest.fixture(scope="session")
def browser_type_launch_args():
    return {
        "executable_path": CHROMIUM,
        "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "viewport": {"width": 1280, "height": 900}}


class Watch:
    """What a page must not do: complain in the console, break the CSP, ask a third party."""

    def __init__(self, page, base_url):
        self.problems = []
        self.host = urlsplit(base_url).netloc
        page.on("console", self.hear)
        page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))
        page.on("request", self.see)

    def hear(self, message):
        # The page itself answering 404 or 410 is also "an error" to the console.
        expected = "Failed to load resource" in message.text and (
            urlsplit(message.location.get("url", "")).path.endswith("/")
        )
        if message.type in ("error", "warning") and not expected:
            self.problems.append(f"console: {message.text} ({message.location.get('url')})")

    def see(self, request):
        where = urlsplit(request.url)
        if where.scheme in ("http", "https") and where.netloc != self.host:
            self.problems.append(f"third party: {request.url}")


@pytest.fixture
def page(page, base_url):
    page.set_default_timeout(15_000)
    watch = Watch(page, base_url)
    yield page
    assert watch.problems == []
    if "/admin/" not in page.url:
        assert page.context.cookies() == [], "readers get no cookie"


def sign_in(page, name):
    page.goto("/admin/login/?next=/admin/")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url(lambda url: "login" not in url)
    return page


@pytest.fixture
def signed_in_page(page):
    return sign_in(page, "curator")


@pytest.fixture(params=LANGUAGES)
def administrators_page(page, request):
    """The curators' room with every door open, in one language and in the other."""
    page.set_extra_http_headers({"Accept-Language": request.param})
    sign_in(page, "administrator")
    assert page.locator("html").get_attribute("lang") == request.param
    return page


@pytest.fixture
def violations():
    """violations(page) → what axe finds wrong, a line each. `only`: the rules to run; `without`:
    selectors to leave out."""

    def run(page, only=None, without=()):
        page.evaluate(AXE)
        # Preloading style sheets, axe would write a style element and break the CSP itself.
        options = {"resultTypes": ["violations"], "preload": False}
        if only:
            options["runOnly"] = only
        context = {"include": [["html"]], "exclude": [[selector] for selector in without]}
        found = page.evaluate(
            "([context, options]) => axe.run(context, options)", [context, options]
        )
        return [
            f"{violation['id']}: {node['target']} {node['failureSummary']}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]

    return run


def press_in_russian(page, code, letter, **modifiers):
    """A key of a keyboard that is set to Russian, for example KeyS, which writes «ы»."""
    pressed = {"code": code, "key": letter, "bubbles": True, "cancelable": True, **modifiers}
    page.evaluate(
        "(key) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', key))", pressed
    )
