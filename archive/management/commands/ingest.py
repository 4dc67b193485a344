"""`manage.py ingest`: files, folders and addresses, taken in up to where a curator is asked."""

from collections.abc import Iterator
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.files import File
from django.core.management.base import BaseCommand, CommandError

from archive.ingest.intake import WORKING, begin_address, begin_file, drop, run
from archive.ingest.problems import Refused, sentence
from archive.management.progress import bar
from archive.models import Document, Intake
from archive.models import IntakeStage as Stage

ADDRESS = ("http://", "https://")
# What is alike in this way is the same; nearly the same text may be a reprint, which a curator says.
SAME = ("file", "address")


class Command(BaseCommand):
    help = (
        "Take in files, whole folders and addresses: fetch, read, compare with what the archive "
        "has, recognise names and cases. A curator then finds them in the admin, under Documents, "
        "“Being taken in”. What was taken in before is skipped, also what was set aside, so the "
        "same command may be given again."
    )

    def add_arguments(self, parser):
        parser.add_argument("sources", nargs="*", metavar="path or address")
        parser.add_argument("--by", metavar="USER", help="who takes it in, by user name")
        parser.add_argument(
            "--resume", action="store_true", help="go on with all that was begun and not finished"
        )

    def handle(self, sources, by, resume, verbosity, **options):
        self.is_told = verbosity > 0
        self.by = self.user(by) if by else None
        self.taken, self.skipped, self.failed = [], [], []
        work = [*self.unfinished()] if resume else []
        work += [one for source in sources for one in spread(source)]
        if not work and not resume:
            raise CommandError("Name files, folders or addresses, or give --resume.")
        for number, source in enumerate(work):
            self.progress(number, len(work))
            self.take_in(source)
        self.progress(len(work), len(work))
        self.sum_up()
        if self.failed:
            raise CommandError(f"{len(self.failed)} could not be taken in.")

    def user(self, name):
        users = get_user_model()
        try:
            return users.objects.get_by_natural_key(name)
        except users.DoesNotExist:
            raise CommandError(f"There is no user {name}.") from None

    def unfinished(self) -> Iterator[Intake]:
        return Intake.objects.filter(stage__in=WORKING).order_by("pk").iterator()

    def take_in(self, source: Intake | Path | str):
        try:
            intake = self.begin(source)
        except (OSError, Refused) as error:
            self.failed.append(f"{source}: {error}")
            return
        if intake is not None:
            self.follow(intake)

    def begin(self, source: Intake | Path | str) -> Intake | None:
        """The intake to go on with; None for what was taken in before."""
        if isinstance(source, Intake):
            return source
        if isinstance(source, str):
            begun = begin_address(source, by=self.by, once=True)
        else:
            with source.open("rb") as file:
                begun = begin_file(File(file, name=source.name), by=self.by, once=True)
        if begun.intake.stage in WORKING:
            return begun.intake
        self.skipped.append(f"{source}: taken in before")
        return None

    def follow(self, intake: Intake):
        run(intake)
        if intake.stage == Stage.FAILED:
            self.failed.append(f"{intake}: {sentence(intake.problem)}")
        elif same := next((one for one in intake.likenesses if one["why"] in SAME), None):
            document = Document.objects.filter(pk=same["document"]).first()
            drop(intake, document=document)
            self.skipped.append(f"{intake}: the archive has it: {document or same['intake']}")
        else:
            remark = f" ({sentence(intake.problem)})" if intake.problem else ""
            likeness = ", like something the archive has" if intake.likenesses else ""
            count = intake.suggestions.count()
            self.taken.append(f"{intake}: {count} suggestions{likeness}{remark}")

    def sum_up(self):
        if not self.is_told:
            return
        for heading, lines in (
            ("Taken in", self.taken),
            ("Skipped as a duplicate", self.skipped),
            ("Failed", self.failed),
        ):
            self.stdout.write(f"{heading}: {len(lines)}")
            for line in lines:
                self.stdout.write(f"  {line}")

    def progress(self, done: int, of: int):
        if self.is_told:
            bar(self, done, of)


def spread(source: str) -> list[Path | str]:
    """A folder as the files in it and below it, hidden ones left out; anything else as it is."""
    if source.startswith(ADDRESS):
        return [source]
    path = Path(source)
    if not path.is_dir():
        return [path]
    return [
        found
        for found in sorted(path.rglob("*"))
        if found.is_file()
        and not any(part.startswith(".") for part in found.relative_to(path).parts)
    ]
