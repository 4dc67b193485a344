"""A server in a process of its own, asked over HTTP."""

import http.client
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from .timing import say

STARTING = 60  # seconds


class Server:
    def __init__(self, port: int):
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=600)

    def get(self, address: str) -> bytes:
        """The whole answer. Raises RuntimeError when it is not 200."""
        self._line.request("GET", address, headers={"Connection": "keep-alive"})
        answer = self._line.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{address}: {answer.status} {body[:200]!r}")
        return body


@contextmanager
def serving(module: str, *arguments: str, environment: dict | None = None) -> Iterator[Server]:
    """`python -m module arguments`, where {port} is replaced by that of a free one. What it says
    is shown if anything fails."""
    port = _free_port()
    command = [sys.executable, "-m", module, *(part.format(port=port) for part in arguments)]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command, env=environment, cwd=settings.BASE_DIR, stdout=log, stderr=log
        )
        try:
            _wait(process, port)
            yield Server(port)
        except Exception:
            log.seek(0)
            say(log.read().decode(errors="replace"))
            raise
        finally:
            process.terminate()
            process.wait()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _wait(process, port: int) -> None:
    for _tenth in range(STARTING * 10):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"{process.args[2]} does not answer")
