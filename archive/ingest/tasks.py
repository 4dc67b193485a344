"""The stages of an intake in the background: each is a task that begins the next."""

from datetime import timedelta

from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from archive.models import Intake
from archive.models import IntakeStage as Stage

from .intake import WORKING, advance
from .problems import Refused

# An intake that nobody has worked at for so long, and that no task is waiting for, was forgotten.
FORGOTTEN_AFTER = timedelta(minutes=10)
# A task that nobody has begun for so long, while nothing else runs: there may be no worker.
NEGLECTED_AFTER = timedelta(seconds=20)


@task()
def take_stage(pk: int, stage: str) -> None:
    advance(pk, stage, then=_enqueue)


def _enqueue(pk: int, stage: str) -> None:
    # On the database of the intake, so that the task is there exactly if the stage is.
    take_stage.enqueue(pk, stage)


def work_at(intake: Intake) -> None:
    """Let a worker go on with this intake from where it stands."""
    if intake.stage in WORKING:
        _enqueue(intake.pk, intake.stage)


def resume() -> int:
    """Take up what nobody works at any more, as after a task that could not be written down.

    What a task has failed at for good is not tried again by itself. Returns how many were taken up.
    """
    forgotten = Intake.objects.filter(
        stage__in=WORKING, updated_at__lt=timezone.now() - FORGOTTEN_AFTER
    )
    tasks = DBTaskResult.objects.filter(task_path=take_stage.module_path)
    alive = _taken(tasks.filter(finished_at=None))
    given_up = _taken(tasks.failed())
    count = 0
    for intake in forgotten.only("pk", "stage"):
        place = (intake.pk, intake.stage)
        if place in alive:
            continue
        if place in given_up:
            give_up(intake)
        else:
            _enqueue(*place)
            count += 1
    return count


def is_neglected(task=take_stage) -> bool:
    """Whether work of this kind waits and nobody does it."""
    late = timezone.now() - NEGLECTED_AFTER
    waits = DBTaskResult.objects.ready().filter(task_path=task.module_path)
    return (
        waits.filter(enqueued_at__lt=late).exists() and not DBTaskResult.objects.running().exists()
    )


def _taken(tasks) -> set[tuple[int, str]]:
    return {tuple(args["args"]) for args in tasks.values_list("args_kwargs", flat=True)}


def give_up(intake: Intake) -> None:
    """Say that the worker stopped again and again at this stage."""
    Intake.objects.filter(pk=intake.pk, stage=intake.stage).update(
        stage=Stage.FAILED, problem=Refused("stopped").problem
    )
