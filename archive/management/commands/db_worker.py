"""`manage.py db_worker`: the worker of django-tasks-db, which also takes up what a killed one left.

A task belongs to the worker that claimed it, so a worker that was killed (power, memory, SIGKILL)
leaves its task "running" for ever. Here a worker's name says on which machine it is which process;
whoever sees that there is no such process any more makes the task ready again. The tasks of this
archive can all be done twice without harm.

The worker also publishes what was approved when its embargo ends.
"""

import logging
import os
import threading
from datetime import timedelta
from pathlib import Path
from platform import node

from django.db import DatabaseError, connection
from django.utils import timezone
from django_tasks_db.compat import TaskResultStatus
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from archive.exchange import tending
from archive.ingest import tasks
from archive.models import publish_due

logger = logging.getLogger(__name__)

EVERY = 30  # seconds between two looks at what dead workers have left and what is due
# Of a worker on another machine nothing is known; no task of the archive takes as long as this.
LEASE = timedelta(hours=1)
# A task that so many workers have died at is given up: it may be what kills them.
MOST_WORKERS = 5


class Command(db_worker.Command):
    help = "Do the work that waits in the background, and what a killed worker has left."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        # Not the reloader: it stops a task in the middle.
        parser.set_defaults(reload=False, worker_id=name_of(os.getpid()))

    def handle(self, *, batch, **options):
        tend()
        if not batch:
            threading.Thread(target=_keep_tending, daemon=True).start()
        super().handle(batch=batch, **options)


def name_of(process: int) -> str:
    """The name of the worker that is this process of this machine, at most 64 characters."""
    return f"{node()[:30]} {process} {_begun_at(process)}"


def _begun_at(process: int) -> str:
    """When the process began, where the system tells: numbers of processes are used again.

    "dead" of one that was killed, but not yet taken leave of by the process that began it.
    """
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    # See `man proc_pid_stat`: the state, and ticks since the machine was started.
    return "dead" if fields[0] == "Z" else fields[19]


def tend() -> None:
    """Do what nobody enqueues: take up what dead workers have left, publish what is due. Nothing
    that goes wrong in it stops the worker."""
    for work in (take_up, lambda: publish_due(timezone.now())):
        try:
            work()
        except DatabaseError as error:  # locked or away: there is a next time
            logger.warning("Nothing could be taken up or published: %s", error)
        except Exception:  # this half or the other goes on next time
            logger.exception("Something could not be taken up or published")


def _keep_tending() -> None:
    pause = threading.Event()
    while not pause.wait(EVERY):
        tend()
        connection.close()


def take_up() -> int:
    """Make the tasks of dead workers ready again, or give them up. Returns how many there were."""
    count = 0
    for task in DBTaskResult.objects.running():
        if not _is_dead(task):
            continue
        held = DBTaskResult.objects.running().filter(pk=task.pk, started_at=task.started_at)
        if len(task.worker_ids) < MOST_WORKERS:
            count += held.update(status=TaskResultStatus.READY, started_at=None)
        else:
            count += held.update(
                status=TaskResultStatus.FAILED,
                finished_at=timezone.now(),
                traceback="Every worker that claimed this task was killed.",
            )
    tasks.resume()
    tending.tend()
    return count


def _is_dead(task: DBTaskResult) -> bool:
    worker = task.worker_ids[-1] if task.worker_ids else ""
    machine, _space, rest = worker.rpartition(" ")[0].rpartition(" ")
    if machine == node()[:30] and rest.isdigit():
        return not _is_alive(int(rest)) or name_of(int(rest)) != worker
    return task.started_at is None or task.started_at < timezone.now() - LEASE


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)  # asks, does nothing
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
