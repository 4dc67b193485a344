"""What nobody asks for: imports that were interrupted go on, files that nobody needs go."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks_db.compat import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from archive.models import TableImport

from .importing import NO_FILE, RUNNING, Stage, advance_import, forget_file, note_failure

# An import at which nobody has worked for so long, and for which no task waits, was interrupted.
INTERRUPTED_AFTER = timedelta(minutes=1)
# So often in a row it is begun again without getting a row further.
MOST_RESUMED = 3
# A table that nobody has confirmed, or gone on with, for so long is not needed any more.
KEPT = timedelta(days=30)

_STOPPED = _("The program stopped at this table again and again.")


def tend() -> int:
    """Resume what was interrupted, and forget files. Returns how many imports were resumed."""
    _forget_files()
    quiet = timezone.now() - INTERRUPTED_AFTER
    interrupted = TableImport.objects.filter(stage__in=RUNNING, updated_at__lt=quiet)
    return sum(_resume(pk, quiet) for pk in interrupted.values_list("pk", flat=True))


@transaction.atomic
def _resume(pk: int, quiet) -> bool:
    held = TableImport.objects.select_for_update()
    table = held.filter(pk=pk, stage__in=RUNNING, updated_at__lt=quiet).first()
    if table is None:
        return False
    tasks = DBTaskResult.objects.filter(
        task_path=advance_import.module_path, args_kwargs__args=[pk]
    )
    if tasks.filter(finished_at=None).exists():
        return False
    last = tasks.order_by("-enqueued_at").first()
    before = table.report.get("resumed", {})
    times = before.get("times", 0) + 1 if before.get("at") == table.rows_done else 1
    if times > MOST_RESUMED or (last and _was_given_up(last)):
        note_failure(table, ValidationError(_STOPPED))
        table.save()
        return False
    table.report = {**table.report, "resumed": {"at": table.rows_done, "times": times}}
    table.save()
    advance_import.enqueue(pk)
    return True


def _was_given_up(task: DBTaskResult) -> bool:
    """Whether so many workers were killed at it that no other is let at it."""
    return task.status == TaskResultStatus.FAILED and not task.exception_class_path


def _forget_files() -> None:
    stored = TableImport.objects.exclude(file="")
    for table in stored.filter(stage__in=(Stage.DONE, Stage.FAILED)):
        forget_file(table)
    waiting = stored.filter(
        stage__in=(Stage.CHECKED, Stage.FAILED), updated_at__lt=timezone.now() - KEPT
    )
    for pk in waiting.values_list("pk", flat=True):
        with transaction.atomic():
            if table := waiting.select_for_update().filter(pk=pk).first():
                note_failure(table, ValidationError(NO_FILE))
                table.save()
                forget_file(table)
