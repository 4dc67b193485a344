"""A server in a process of its own, asked over HTTP."""

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

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
    """`python -m module arguments`, where {port} is replaced by that of a free one."""
    port = _free_port()
    command = [sys.executable, "-m", module, *(part.format(port=port) for part in arguments)]
    process = subprocess.Popen(
        command, env=environment, cwd=settings.BASE_DIR, stdout=subprocess.DEVNULL
    )
    try:
        _wait(process, port)
        yield Server(port)
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
