"""A database that is made for one run and dropped after it, and processes that work in it."""

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings


@dataclass(frozen=True)
class Scratch:
    """An empty database at `url`, and a folder for what else a run writes."""

    url: str
    folder: Path

    @property
    def figures(self) -> Path:
        """What the stage that was run last has measured."""
        return self.folder / "figures.json"

    @property
    def environment(self) -> dict[str, str]:
        """That of a server in production which only this machine reaches."""
        return {
            **os.environ,
            "DATABASE_URL": self.url,
            "DEBUG": "0",
            "SECRET_KEY": secrets.token_urlsafe(64),
            "ALLOWED_HOSTS": "127.0.0.1",
            "COOKIE_SECURE": "1",
            "SSL_REDIRECT": "0",
            "MEDIA_ROOT": str(self.folder / "media"),
            "STATIC_ROOT": str(self.folder / "static"),
        }

    def manage(self, *arguments: str) -> None:
        """Run manage.py in a process of its own. Raises CalledProcessError when it fails; what
        it prints goes to standard error."""
        self.start(*arguments, stdout=sys.stderr.fileno()).wait_well()

    def start(self, *arguments: str, **options) -> "Process":
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]
        return Process(command, env=self.environment, cwd=settings.BASE_DIR, **options)


class Process(subprocess.Popen):
    def wait_well(self) -> None:
        if self.wait():
            raise subprocess.CalledProcessError(self.returncode, self.args)


@contextmanager
def scratch(postgres: str = "") -> Iterator[Scratch]:
    """A new SQLite file, or a new database of the PostgreSQL server that the address names."""
    with tempfile.TemporaryDirectory(prefix="archive-bench-") as name:
        folder = Path(name)
        if not postgres:
            yield Scratch(f"sqlite:///{folder / 'bench.sqlite3'}", folder)
            return
        with _new_database(postgres) as url:
            yield Scratch(url, folder)


@contextmanager
def _new_database(address: str) -> Iterator[str]:
    import psycopg

    name = f"archive_bench_{secrets.token_hex(4)}"
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlunsplit(urlsplit(address)._replace(path=f"/{name}"))
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
