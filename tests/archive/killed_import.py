"""An import whose process is killed (SIGKILL) at one statement after another. A program of its own.

`python -m tests.archive.killed_import FOLDER`: makes an archive in the folder with a table that
waits to be imported; for each moment copies it, has a process come as far as that statement and be
killed, then has another finish. Prints, as JSON, what stood there when nothing was killed, and for
each moment how the process ended, at what stage, and what stood there in the end.
"""

import json
import os
import shutil
import signal
import sys
from pathlib import Path

import django

ROWS = 14
STATEMENTS_BETWEEN = 9  # moments are so many statements apart


def main(folder: Path) -> None:
    database = folder / "archive.sqlite3"
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATABASE_URL": f"sqlite:///{database}",
        "MEDIA_ROOT": str(folder / "media"),
    }
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    prepare()
    connection.close()
    begun = folder / "begun.sqlite3"
    shutil.copy(database, begun)
    # An import that has ended deletes its file.
    shutil.copytree(folder / "media", folder / "begun")
    in_another_process(come_to, None)
    undisturbed, killed, moment, ended = standing(), [], 1, signal.SIGKILL
    while ended:
        connection.close()
        for left in folder.glob("archive.sqlite3-*"):
            left.unlink()
        shutil.copy(begun, database)
        shutil.copytree(folder / "begun", folder / "media", dirs_exist_ok=True)
        ended = in_another_process(come_to, moment)
        met = stage()
        in_another_process(come_to, None)
        killed.append({"moment": moment, "ended": ended, "stage": met, "standing": standing()})
        moment += STATEMENTS_BETWEEN
    print(json.dumps({"undisturbed": undisturbed, "killed": killed}))  # noqa: T201


def prepare() -> None:
    """Records to change and a table that changes some, makes some, and links them."""
    from django.contrib.auth import get_user_model
    from django.core.files.base import ContentFile

    from archive.exchange import importing
    from archive.models import Organisation

    user = get_user_model().objects.create(username="someone", is_superuser=True)
    for number in range(0, ROWS, 3):
        Organisation.objects.create(slug=f"body-{number}", name_en="Before", kind="ngo")
    lines = ["slug,name_en,kind,parent,aliases"]
    for number in range(ROWS):
        parent = f"body-{number + 1}" if number % 4 == 0 and number + 1 < ROWS else ""
        lines.append(f"body-{number},After {number},ngo,{parent},One {number}")
    importing.store(Organisation, ContentFile("\n".join(lines).encode(), name="t.csv"), by=user)


def in_another_process(work, *args) -> int:
    """Returns the signal that ended it, 0 where none did."""
    from django.db import connection

    connection.close()
    if (process := os.fork()) == 0:
        try:
            work(*args)
        finally:
            os._exit(0)
    return os.WTERMSIG(os.waitpid(process, 0)[1])


def come_to(moment: int | None) -> None:
    """Do the whole import, as far as the statement of this number."""
    from django.db import connection

    from archive.exchange import importing
    from archive.models import TableImport

    importing.PORTION = 4
    count = 0

    def counting(execute, *args):
        nonlocal count
        count += 1
        if count == moment:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*args)

    with connection.execute_wrapper(counting):
        for _stage in ("check", "write"):
            table = TableImport.objects.get()
            importing.advance(table.pk)
            importing.confirm(table, enqueue=False)
        importing.advance(table.pk)


def stage() -> str:
    from archive.models import TableImport

    return TableImport.objects.get().stage


def standing() -> dict:
    from archive.exchange.columns import rows_of
    from archive.models import Organisation, TableImport

    table = TableImport.objects.get()
    records = list(Organisation.objects.order_by("slug"))
    return {
        "stage": table.stage,
        "rows_done": table.rows_done,
        "written": table.report.get("written"),
        "late": table.report.get("late"),
        "records": rows_of(Organisation, records),
        "versions": [record.history.count() for record in records],
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
