"""`manage.py index`: where the search index stands, making it anew, holding it against the records."""

import time

from django.core.management.base import BaseCommand, CommandError

from archive.management.progress import bar
from archive.search import rebuilding, verifying, writing


class Command(BaseCommand):
    help = (
        "The search index is kept with every change. status: where it stands (exit code 1 when it "
        "has to be rebuilt). rebuild: make it anew beside the old one, while the site goes on. "
        "verify: compute it again and compare (exit code 1 when anything differs). merge: join "
        "what many single changes have left, as it happens by itself now and then."
    )

    def add_arguments(self, parser):
        parser.add_argument("action", choices=["status", "rebuild", "verify", "merge"])

    def handle(self, action, verbosity, **options):
        self.shows_progress = verbosity > 0
        getattr(self, action)()

    def status(self):
        standing = verifying.standing()
        for name, count in standing["entries"].items():
            self.stdout.write(f"{name:<14} {count:>9,} of {standing['public'][name]:,} public")
        self.stdout.write(f"{'postings':<14} {standing.get('postings', 0):>9,}")
        self.stdout.write(f"{'not merged':<14} {standing['waiting']:>9,} entries")
        self.stdout.write(f"{'generation':<14} {standing['generation']:>9,}")
        if not standing["is_current"] or standing["entries"] != standing.get("public"):
            raise CommandError("Out of date: run `manage.py index rebuild`.")

    def rebuild(self):
        started = time.perf_counter()
        try:
            count = rebuilding.rebuild(self.progress)
        except rebuilding.Overtaken as error:
            raise CommandError(
                "Another rebuild was begun meanwhile; this one is given up."
            ) from error
        self.say(f"{count:,} entries in {time.perf_counter() - started:.1f} s.")

    def verify(self):
        wrong = verifying.verify(self.progress)
        for line in wrong[:50]:
            self.stderr.write(line)
        if wrong:
            raise CommandError(f"{len(wrong):,} disagreements: run `manage.py index rebuild`.")
        self.say("The index agrees with the records.")

    def merge(self):
        writing.merge()
        self.say("Merged.")

    def say(self, line: str):
        if self.shows_progress:
            self.stdout.write(line)

    def progress(self, done: int, of: int):
        if self.shows_progress:
            bar(self, done, of)
