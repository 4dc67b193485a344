"""The way of an intake: from a file or an address to what a curator is asked about it.

`Intake.stage` names what is done next. A stage is worked at outside any transaction; what it found
is written in one, together with the next stage, and only while the intake still stands where it
was taken up. So a stage that was killed is done once more, one that is done twice at the same time
is written once, and nothing is lost or doubled.
"""

import hashlib
import logging
import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import PurePath
from typing import NamedTuple

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from archive.models import Intake, Suggestion
from archive.models import IntakeStage as Stage

from .fetching import fetch
from .likeness import fingerprint, key_of, like
from .problems import Refused
from .reading import check, read
from .recognising import recognise

logger = logging.getLogger(__name__)

# The stages in which there is something to do, in their order.
WORKING = (
    Stage.WAITING,
    Stage.FETCHING,
    Stage.READING,
    Stage.COMPARING,
    Stage.RECOGNISING,
)
_ENDING = re.compile(r"\.[a-z0-9]{1,8}")


class Begun(NamedTuple):
    """is_new: False when the same file or address has been taken in before, as this intake."""

    intake: Intake
    is_new: bool


class Outcome(NamedTuple):
    """What a stage found: the next stage, columns of the intake, and what it suggests."""

    stage: Stage
    values: dict = {}
    suggestions: list[Suggestion] | None = None


def begin_file(file: File, *, by=None, once: bool = False) -> Begun:
    """Take in an uploaded or opened file; its bytes are kept as they are.

    by: the user who takes it in, None for a command. once: leave what was set aside, or came to
    nothing, as it is. Raises `Refused`, before it is read, for what the archive does not keep.
    """
    check(file, file.name, file.size)
    content = file.read()
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        if former := _known(once).filter(sha256=digest).first():
            return Begun(_taken_up_again(former), False)
        name = _storable(PurePath(file.name.replace("\\", "/")).name)[-200:]
        intake = Intake.objects.create(name=name, sha256=digest, size=len(content), by=by)
        intake.original.name = _keep(intake, content)
        intake.save(update_fields=["original"])
    return Begun(intake, True)


@transaction.atomic
def begin_address(address: str, *, by=None, once: bool = False) -> Begun:
    """Take in what stands at an address; it is fetched in a stage of its own."""
    if former := _with_address(address, _known(once)):
        return Begun(_taken_up_again(former), False)
    return Begun(Intake.objects.create(address=address, by=by), True)


def _known(once: bool) -> QuerySet[Intake]:
    """The intakes of what need not be taken in again. Unless it is to be taken in only once:
    none that were set aside or came to nothing."""
    known = Intake.objects.all()
    if once:
        return known
    return known.exclude(stage=Stage.DROPPED).exclude(stage=Stage.DONE, document=None)


def _with_address(address: str, known: QuerySet[Intake]) -> Intake | None:
    key = key_of(address)
    for intake in known.exclude(address="").defer("text", "proposals").iterator():
        if key in (key_of(intake.address), key_of(intake.final_address)):
            return intake
    return None


def _taken_up_again(intake: Intake) -> Intake:
    return retry(intake) if intake.stage == Stage.FAILED else intake


def retry(intake: Intake) -> Intake:
    """Begin again with what has failed, or was set aside."""
    stages = (Stage.FAILED, Stage.DROPPED)
    return _move(intake, stages, stage=Stage.WAITING, problem={}, document=None)


def describe_by_hand(intake: Intake) -> Intake:
    """Go on with a kept original that the archive could not read: the curator does."""
    found = _alike(intake)
    return _move(intake, (Stage.FAILED,), stage=Stage.READY, likenesses=found)


def drop(intake: Intake, *, document=None) -> Intake:
    """Set aside what is not wanted; document: the one that the archive has of it already."""
    stages = set(Stage) - {Stage.DONE}
    return _move(intake, stages, stage=Stage.DROPPED, document=document)


def _move(intake: Intake, stages, **values) -> Intake:
    """Change it, if it still stands at one of the stages."""
    standing = Intake.objects.filter(pk=intake.pk, stage__in=stages)
    standing.update(updated_at=timezone.now(), **values)
    intake.refresh_from_db()
    return intake


def paragraphs(text: str) -> list[str]:
    """The lines of a text that are not blank: the first is paragraph 1 of every locator."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def run(intake: Intake, told: Callable[[Intake], None] = lambda intake: None) -> Intake:
    """All stages that are left, one after the other, in this process. told: hears of each."""
    while intake.stage in WORKING:
        told(intake)
        advance(intake.pk, intake.stage)
        intake.refresh_from_db()
    return intake


def advance(
    pk: int, stage: str, *, then: Callable[[int, str], None] = lambda pk, stage: None
) -> None:
    """Do one stage of an intake, unless it has left that stage already.

    then: told the number of the intake and its next stage, in the transaction that begins it.
    """
    intake = Intake.objects.filter(pk=pk, stage=stage).first()
    if intake is None:
        return
    outcome = _outcome(intake)
    with transaction.atomic():
        # Whoever comes second finds another stage here, and nothing to write.
        if not Intake.objects.select_for_update().filter(pk=pk, stage=stage).exists():
            return
        for name, value in outcome.values.items():
            setattr(intake, name, _storable(value))
        intake.stage = outcome.stage
        intake.save(update_fields=["stage", *outcome.values, "updated_at"])
        if outcome.suggestions is not None:
            # Taken up again, what was answered before stays answered.
            intake.suggestions.filter(answer=Suggestion.Answer.OPEN).delete()
            Suggestion.objects.bulk_create(outcome.suggestions, ignore_conflicts=True)
        if intake.stage in WORKING:
            then(pk, intake.stage)


def _outcome(intake: Intake) -> Outcome:
    try:
        return _WORK[intake.stage](intake)
    except Refused as refusal:
        return Outcome(Stage.FAILED, {"problem": refusal.problem})
    except Exception:
        logger.exception("Intake %s failed at the stage %s", intake.pk, intake.stage)
        return Outcome(Stage.FAILED, {"problem": Refused("unexpected").problem})


def _wait(intake: Intake) -> Outcome:
    return Outcome(Stage.READING if intake.original else Stage.FETCHING)


def _fetch(intake: Intake) -> Outcome:
    fetched = fetch(intake.address)
    intake.name = _storable(fetched.name)[-200:]
    longest = Intake._meta.get_field("final_address").max_length
    return Outcome(
        Stage.READING,
        {
            "final_address": fetched.final_address[:longest],
            "name": intake.name,
            "original": _keep(intake, fetched.content),
            "sha256": hashlib.sha256(fetched.content).hexdigest(),
            "media_type": fetched.media_type,
            "size": len(fetched.content),
        },
    )


def _read(intake: Intake) -> Outcome:
    with intake.original.open("rb") as original:
        content = original.read()
    reading = read(content, intake.name, intake.final_address or intake.address)
    return Outcome(
        Stage.COMPARING,
        {
            "media_type": reading.media_type,
            "text": reading.text,
            "proposals": {field: asdict(one) for field, one in reading.proposals.items()},
            "problem": reading.problem,
        },
    )


def _compare(intake: Intake) -> Outcome:
    intake.fingerprint = fingerprint(intake.text)
    found = _alike(intake)
    return Outcome(Stage.RECOGNISING, {"fingerprint": intake.fingerprint, "likenesses": found})


def _alike(intake: Intake) -> list[dict]:
    """What the archive has that is like it, as `Intake.likenesses` keeps it."""
    address = intake.final_address or intake.address
    found = like(intake.sha256, address, intake.fingerprint, intake.text, exclude=intake.pk)
    return [
        {"document": one.document_id, "intake": one.intake_id, "why": one.why, "share": one.share}
        for one in found
    ]


def _recognise(intake: Intake) -> Outcome:
    told = {field: proposal["value"] for field, proposal in intake.proposals.items()}
    language, published_on = told.get("language", ""), told.get("published_on", "")
    once = {}
    for found in recognise(paragraphs(intake.text), language, published_on):
        is_claim = found.target == Suggestion.Target.CLAIM
        place = (found.paragraph, found.data["speaker"]) if is_claim else None
        once.setdefault(
            (found.target, found.record_id, place),
            Suggestion(
                intake=intake,
                target=found.target,
                record_id=found.record_id,
                found=found.found[:300],
                sentence=found.sentence,
                paragraph=found.paragraph,
                score=found.score,
                data=found.data or {},
            ),
        )
    return Outcome(Stage.READY, suggestions=list(once.values()))


_WORK: dict[str, Callable[[Intake], Outcome]] = {
    Stage.WAITING: _wait,
    Stage.FETCHING: _fetch,
    Stage.READING: _read,
    Stage.COMPARING: _compare,
    Stage.RECOGNISING: _recognise,
}


def _storable(value):
    """A value that came from outside without what no database keeps, in lists and dicts too: a
    name may be bytes that are no text."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\0", "")
    if isinstance(value, list):
        return [_storable(one) for one in value]
    if isinstance(value, dict):
        return {name: _storable(one) for name, one in value.items()}
    return value


def _keep(intake: Intake, content: bytes) -> str:
    """Where the original of this intake is stored, under a name that follows from its content.

    What an earlier attempt left there is the same file, or the beginning of it: written anew.
    """
    storage = Intake._meta.get_field("original").storage
    ending = _ENDING.fullmatch(PurePath(intake.name).suffix.lower())
    digest = hashlib.sha256(content).hexdigest()
    name = (
        f"intake/{intake.created_at:%Y/%m}/{intake.pk}-{digest[:16]}{ending[0] if ending else ''}"
    )
    if storage.exists(name):
        with storage.open(name) as stored:
            if stored.read() == content:
                return name
        storage.delete(name)
    return storage.save(name, ContentFile(content))
