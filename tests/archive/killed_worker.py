"""A real worker, killed at one moment after another. A program of its own: see the test.

`python -m tests.archive.killed_worker FOLDER`: makes an archive in the folder with a file and an
address that wait to be taken in; for each moment copies it, lets a worker come as far as that
moment and kills it (SIGKILL), then lets another finish. Prints, as JSON, what stood in the archive
when no worker was killed, and for each moment what stage it met and what stood there in the end.
"""

import hashlib
import json
import os
import shutil
import signal
import sys
import traceback
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib import import_module
from itertools import count
from pathlib import Path

import django
from django.conf import settings

TEXT = (
    "Observers describe the shelling of two villages\n\n"
    "The Northern Observatory said on Monday that two villages had been shelled, and that it had "
    "counted eleven damaged houses in the evening of that day.\n"
)
PAGE = "<html><head><title>Another page</title></head><body><article><h1>Another page</h1><p>%s</p>"
PAGE %= " ".join(f"The Southern Observatory said sentence number {n}." for n in range(20))
STATEMENTS_BETWEEN = 13  # moments are so many statements apart


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        content = PAGE.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args):
        pass


def in_process(do, *arguments) -> int:
    """Do something in a process of its own, with connections of its own; how it ended."""
    child = os.fork()
    if not child:
        code = 1
        try:
            do(*arguments)
            code = 0
        finally:
            if code:
                traceback.print_exc()
            os._exit(code)
    _pid, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def at(folder: Path) -> None:
    """Make the archive in this folder the one that is worked with."""
    from django.db import connections

    connections["default"].settings_dict["NAME"] = str(folder / "db.sqlite3")
    settings.MEDIA_ROOT = str(folder / "media")


def prepare(folder: Path, address: str) -> None:
    from django.core.files.base import ContentFile
    from django.core.management import call_command

    from archive.ingest import tasks
    from archive.ingest.intake import begin_address, begin_file
    from archive.models import Organisation

    at(folder)
    call_command("migrate", verbosity=0)
    for side in ("Northern", "Southern"):
        Organisation.objects.create(slug=side.lower(), kind="ngo", name_en=f"{side} Observatory")
    tasks.work_at(begin_file(ContentFile(TEXT.encode(), name="report.txt")).intake)
    tasks.work_at(begin_address(address).intake)


def work(folder: Path, until: int | None, until_half_stored: bool) -> None:
    """Work until nothing waits, or until the moment: a statement, or half a stored file."""
    from django.core.files.storage import FileSystemStorage
    from django.core.management import call_command
    from django.db import connection

    at(folder)
    numbers = count()

    def counted(execute, *arguments):
        if next(numbers) == until:
            (folder / "stages").write_text(json.dumps(stages()))
            die()
        return execute(*arguments)

    def half(storage, name, content):
        path = Path(storage.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.read()[:50])
        die()

    if until_half_stored:
        FileSystemStorage._save = half
    with connection.execute_wrapper(counted):
        call_command("db_worker", batch=True, startup_delay=False, verbosity=0)
    (folder / "statements").write_text(str(next(numbers)))


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def stages() -> list[str]:
    from django.db import connection

    from archive.models import Intake

    while connection.execute_wrappers:
        connection.execute_wrappers.pop()
    return list(Intake.objects.values_list("stage", flat=True))


def look(folder: Path) -> None:
    """Write down what stands there: the intakes, what they suggest, the tasks, the files."""
    from django_tasks_db.models import DBTaskResult

    from archive.models import Intake, Suggestion

    at(folder)
    media = folder / "media"
    standing = {
        "intakes": [
            {**row, "original": row["original"].rpartition("/")[2]}
            for row in Intake.objects.order_by("pk").values(
                "pk", "stage", "name", "original", "sha256", "size", "media_type", "text", "problem"
            )
        ],
        "proposals": list(Intake.objects.order_by("pk").values_list("proposals", flat=True)),
        "suggestions": list(
            Suggestion.objects.order_by("intake", "target", "record_id", "paragraph").values_list(
                "intake", "target", "record_id", "paragraph", "found", "answer"
            )
        ),
        "tasks": sorted(
            [*task["args_kwargs"]["args"], task["status"]]
            for task in DBTaskResult.objects.values("args_kwargs", "status")
        ),
        "files": sorted(
            [path.name, hashlib.sha256(path.read_bytes()).hexdigest()]
            for path in media.rglob("*")
            if path.is_file()
        ),
    }
    (folder / "standing").write_text(json.dumps(standing))


def finish(folder: Path) -> dict:
    assert in_process(work, folder, None, False) == 0
    assert in_process(look, folder) == 0
    return json.loads((folder / "standing").read_text())


def main(home: Path) -> None:
    os.environ["DATABASE_URL"] = f"sqlite:///{home}/unused.sqlite3"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    import_module("archive.management.commands.db_worker")  # once, not in every process
    server = HTTPServer(("127.0.0.1", 0), Handler)
    host = f"127.0.0.1:{server.server_port}"
    settings.FETCH_ALSO = [host]
    answering = os.fork()
    if not answering:
        server.serve_forever()
    try:
        json.dump(killed(home, f"http://{host}/page"), sys.stdout)
    finally:
        os.kill(answering, signal.SIGTERM)


def killed(home: Path, address: str) -> dict:
    begun = home / "begun"
    (begun / "media").mkdir(parents=True)
    assert in_process(prepare, begun, address) == 0
    undisturbed = home / "undisturbed"
    shutil.copytree(begun, undisturbed)
    result = {"undisturbed": finish(undisturbed), "killed": []}
    statements = int((undisturbed / "statements").read_text())
    moments = [(number, False) for number in range(0, statements, STATEMENTS_BETWEEN)]
    for number, (until, until_half_stored) in enumerate([*moments, (None, True)]):
        folder = home / str(number)
        shutil.copytree(begun, folder)
        ended = in_process(work, folder, until, until_half_stored)
        met = folder / "stages"
        result["killed"].append(
            {
                "moment": until if until is not None else "half a file",
                "ended": ended,
                "stages": json.loads(met.read_text()) if met.exists() else [],
                "standing": finish(folder),
            }
        )
        shutil.rmtree(folder)
    return result


if __name__ == "__main__":
    main(Path(sys.argv[1]))
