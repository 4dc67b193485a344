"""Measure the search on a corpus of invented records, in a database of its own."""

import json
import os
from argparse import SUPPRESS
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter

from django.core.management.base import BaseCommand, CommandError

from archive.search.bench import kills, queries
from archive.search.bench.report import lines, with_ratios
from archive.search.bench.scratch import Scratch, scratch
from archive.search.bench.timing import database_megabytes, say

SIZES = {"10k": 10_000, "100k": 100_000, "1M": 1_000_000}
STAGES = ("corpus", "measure", "kill", "writer")
KILLED = 300  # documents in the corpus whose writer is killed: every verification reads them all


class Command(BaseCommand):
    help = (
        "Measure the search: builds a corpus of invented records in a scratch database, indexes "
        "it, asks it queries of every kind and, beside it, other engines. The archive's own "
        "database is not opened. Needs the packages of requirements/bench.txt."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--size", type=_size, default=10_000, help="documents: 10k, 100k, 1M or a number"
        )
        parser.add_argument(
            "--queries", type=int, help="of each kind; 30, for 100,000 documents or more 60"
        )
        parser.add_argument(
            "--words", type=int, default=400, help="of a document in each language; 400"
        )
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--postgres",
            default="",
            metavar="URL",
            help="measure on this PostgreSQL server, as a user who may create a database",
        )
        parser.add_argument(
            "--only", nargs="+", metavar="KIND", choices=queries.KINDS, help="of these kinds only"
        )
        parser.add_argument("--no-rivals", action="store_true", help="only our own search")
        parser.add_argument(
            "--kills", type=int, default=0, help="kill a writer so often, verify after each"
        )
        parser.add_argument("--json", type=Path, metavar="FILE", help="all figures, also here")
        # The stages of a run, each in a process of its own; the command starts them itself.
        parser.add_argument("--stage", choices=STAGES, help=SUPPRESS)
        parser.add_argument("--folder", type=Path, help=SUPPRESS)

    def handle(self, *, stage, **options):
        if stage:
            self._stage(stage, **options)
            return
        figures = self._run(**options)
        self.stdout.write("\n".join(lines(figures)))
        if options["json"]:
            text = json.dumps(with_ratios(figures), ensure_ascii=False, indent=2)
            options["json"].write_text(text, encoding="utf-8")

    # ── the run ──

    def _run(self, size, words, seed, postgres, **options) -> dict:
        if size < 1 or words < 100:
            raise CommandError("A corpus has at least one document, of a hundred words or more.")
        if not find_spec("wordfreq"):
            raise CommandError("The corpus needs wordfreq: install requirements/bench.txt.")
        amount = options["queries"] or (30 if size < 100_000 else 60)
        with scratch(postgres) as made:
            built = _build(made, size, words, seed, amount)
            made.manage("collectstatic", "--no-input", "--verbosity=0")
            say("measuring")
            passed = [f"--size={size}", f"--seed={seed}", f"--folder={made.folder}"]
            passed += ["--no-rivals"] * options["no_rivals"]
            passed += ["--only", *options["only"]] if options["only"] else []
            made.manage("bench", "--stage=measure", *passed)
            figures = {
                "size": size,
                "words": words,
                "seed": seed,
                "built": built,
                **_read(made.figures),
            }
            if options["kills"] and size <= KILLED:
                figures["kills"] = _kill(made, seed, options["kills"])
        if options["kills"] and size > KILLED:
            with scratch(postgres) as made:
                _build(made, KILLED, words, seed, amount=1)
                figures["kills"] = _kill(made, seed, options["kills"])
        return figures

    # ── its stages ──

    def _stage(self, stage, size, words, seed, folder, **options):
        made = Scratch(os.environ["DATABASE_URL"], folder)
        if stage == "corpus":
            # Only here and with what it is made of: the other stages need no lists of words.
            from archive.search.bench.corpus import write_corpus

            corpus = write_corpus(size, seed, words)
            queries.save(
                queries.draw_queries(corpus, seed, options["queries"]), folder / "queries.json"
            )
            _write(folder / "corpus.json", {"megabytes": database_megabytes()})
        elif stage == "measure":
            from archive.search.bench.measure import measure

            drawn = queries.load(folder / "queries.json")
            wanted = {kind: drawn[kind] for kind in options["only"] or drawn}
            figures = measure(made, size, seed, wanted, not options["no_rivals"])
            _write(made.figures, figures)
        elif stage == "kill":
            times = options["kills"]
            found = {"times": times, "disagreements": kills.kill(made, seed, times)}
            _write(made.figures, found)
        else:
            kills.write_for_ever(seed)


def _size(text: str) -> int:
    return SIZES.get(text) or int(text)


def _build(made: Scratch, size: int, words: int, seed: int, amount: int) -> dict:
    """Fill an empty database and index it: seconds and megabytes."""
    made.manage("migrate", "--no-input", "--verbosity=0")
    say(f"writing {size:,} documents")
    passed = [f"--size={size}", f"--words={words}", f"--seed={seed}", f"--queries={amount}"]
    corpus = _seconds(made, "bench", "--stage=corpus", f"--folder={made.folder}", *passed)
    say("indexing them")
    index = _seconds(made, "index", "rebuild")
    return {"corpus": corpus, "index": index, **_read(made.folder / "corpus.json")}


def _seconds(made: Scratch, *arguments: str) -> float:
    started = perf_counter()
    made.manage(*arguments)
    return round(perf_counter() - started, 1)


def _kill(made: Scratch, seed: int, times: int) -> dict:
    say(f"killing a writer {times} times")
    passed = [f"--kills={times}", f"--seed={seed}", f"--folder={made.folder}"]
    made.manage("bench", "--stage=kill", *passed)
    return _read(made.figures)


def _read(file: Path) -> dict:
    return json.loads(file.read_text(encoding="utf-8"))


def _write(file: Path, figures: dict) -> None:
    file.write_text(json.dumps(figures, ensure_ascii=False), encoding="utf-8")
