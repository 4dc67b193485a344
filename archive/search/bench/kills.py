"""A writer that is killed at a random moment, again and again: does the index still agree?"""

import subprocess
import sys
import time

import numpy as np
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction

from archive.models import Attachment, Document, DocumentKind, OriginalLanguage, Place, Status

from .scratch import Scratch

SOONEST, LATEST = 0.05, 1.5  # seconds after the writer began to write
READY = b"writing\n"


def kill(scratch: Scratch, seed: int, times: int) -> int:
    """After how many of the kills the index disagreed with the database."""
    random = np.random.default_rng(seed)
    disagreements = 0
    for number in range(times):
        writer = scratch.start(
            "bench", "--stage=writer", f"--seed={number}", stdout=subprocess.PIPE
        )
        if writer.stdout.readline() != READY:
            raise RuntimeError("the writer did not start")
        time.sleep(random.uniform(SOONEST, LATEST))
        writer.kill()
        writer.communicate()
        disagreements += not agrees()
    return disagreements


def agrees() -> bool:
    """What `manage.py index verify` says, of the database as it is found on opening."""
    connection.close()
    try:
        call_command("index", "verify", verbosity=0)
    except (CommandError, SystemExit):
        return False
    return True


def write_for_ever(seed: int) -> None:
    """Tell that it begins, then make, change, attach to, link and withdraw random documents, and rename places, through the ORM."""
    random = np.random.default_rng(seed)
    words = " ".join(Attachment.objects.values_list("text", flat=True)[:20]).split()
    steps = (_make, _change, _attach, _link, _withdraw, _rename)
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    while True:
        text = " ".join(random.choice(words, size=int(random.integers(3, 400))))
        with transaction.atomic():
            steps[random.integers(len(steps))](random, text)


def _any(random, model):
    return model.objects.order_by("pk")[int(random.integers(model.objects.count()))]


def _make(random, text: str) -> None:
    Document.objects.create(
        slug=f"killed-{random.bytes(8).hex()}",
        title=text[:300],
        language=OriginalLanguage.ENGLISH,
        kind=DocumentKind.REPORT,
        status=Status.PUBLISHED if random.random() < 0.7 else Status.DRAFT,
        published_at=_any(random, Document).created_at,
    )


def _change(random, text: str) -> None:
    document = _any(random, Document)
    document.summary_ru = text
    document.save()


def _attach(random, text: str) -> None:
    attachment = _any(random, Attachment)
    attachment.text, attachment.may_be_shown = text, bool(random.random() < 0.8)
    attachment.save()


def _link(random, text: str) -> None:
    _any(random, Document).places.set([_any(random, Place), _any(random, Place)])


def _withdraw(random, text: str) -> None:
    document = _any(random, Document)
    shown = document.status == Status.PUBLISHED
    document.status = Status.WITHDRAWN if shown else Status.PUBLISHED
    document.withdrawn_at = document.created_at
    document.published_at = document.created_at
    document.save()


def _rename(random, text: str) -> None:
    """What is said of a place stands in the entries of all that is linked to it."""
    place = _any(random, Place)
    place.name_en = text[:60]
    place.save()
