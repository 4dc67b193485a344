"""Measure what is recognised in texts of which it is known what they are about."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from django.core.management.base import BaseCommand, CommandError

from archive.ingest.recognising import Found, recognise
from archive.models import (
    Incident,
    LegalCase,
    Organisation,
    Person,
    Place,
    ViolationType,
)
from archive.models.intake import Suggestion

Target = Suggestion.Target

# What of a text is measured → the records, and the list of the expected document that names them.
MEASURED = {
    Target.ORGANISATION: (Organisation, "organisations"),
    Target.PERSON: (Person, "persons"),
    Target.CASE: (LegalCase, "cases"),
    Target.PLACE: (Place, "places"),
    Target.INCIDENT: (Incident, "incidents"),
    Target.VIOLATION: (ViolationType, ""),  # those of the incidents
}
# What the archive promises: of organisations, people and cases together; of everything.
PROMISED = (Target.ORGANISATION, Target.PERSON, Target.CASE)
RECALL_AT_LEAST, WRONG_AT_MOST = 0.9, 0.2


@dataclass
class Measure:
    """Records expected and suggested, as (text, slug)."""

    wanted: set[tuple[str, str]] = field(default_factory=set)
    found: set[tuple[str, str]] = field(default_factory=set)

    @property
    def right(self) -> int:
        return len(self.wanted & self.found)

    @property
    def recall(self) -> float:
        """Of what was expected, the share that was suggested."""
        return self.right / max(1, len(self.wanted))

    @property
    def precision(self) -> float:
        """Of what was suggested, the share that was expected."""
        return self.right / max(1, len(self.found))

    def __add__(self, other: "Measure") -> "Measure":
        return Measure(self.wanted | other.wanted, self.found | other.found)


class Command(BaseCommand):
    help = (
        "Measure what is recognised in texts. Expected is a list of documents, each with its "
        "“source_file” and the addresses of its organisations, persons, cases, incidents and "
        "places; violation types are expected where an incident of the document is of that type. "
        "Recall: of what is expected, the share that is suggested. Precision: of what is "
        "suggested, the share that is expected, so that also what the list only leaves out counts "
        "as wrong. Claims are expected where another list has their “speaker” and the paragraph. "
        "Needs the records in the database. Fails where a promise is not kept."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="Where the texts are, as plain text.")
        parser.add_argument("--expected", type=Path, required=True, help="A list in JSON.")
        parser.add_argument("--claims", type=Path, help="A list of claims in JSON.")

    def handle(self, *, folder, expected, claims, **options):
        documents = [one for one in _read_json(expected) if one.get("source_file")]
        if not documents:
            raise CommandError(f"{expected}: no document has a “source_file”.")
        self.slugs = {
            (str(target), pk): slug
            for target, (model, _name) in MEASURED.items()
            for pk, slug in model.objects.values_list("pk", "slug")
        }
        texts = {one["slug"]: _paragraphs(folder / one["source_file"]) for one in documents}
        recognise(["."], "ru")  # dictionaries and names are read once, and not timed
        found, seconds = {}, 0.0
        for document in documents:
            started = perf_counter()
            found[document["slug"]] = recognise(
                texts[document["slug"]], document["language"], document.get("published") or ""
            )
            seconds = max(seconds, perf_counter() - started)
        measures = self.measure(documents, found)
        self.report(measures, found)
        if claims:
            self.report_claims(_read_json(claims), found)
        self.stdout.write(f"\n{len(documents)} texts; the slowest took {seconds:.2f} s.")
        self.judge(measures)

    def measure(self, documents: list[dict], found: dict[str, list[Found]]) -> dict[str, Measure]:
        kinds = defaultdict(set)
        rows = Incident.violation_types.through.objects.values_list(
            "incident__slug", "violationtype__slug"
        )
        for incident, kind in rows:
            kinds[incident].add(kind)
        measures = {target: Measure() for target in MEASURED}
        for document in documents:
            text = document["slug"]
            for target, (_model, name) in MEASURED.items():
                wanted = document[name] if name else _all(kinds[i] for i in document["incidents"])
                measures[target].wanted |= {(text, slug) for slug in wanted}
            for one in found[text]:
                if one.target in measures:
                    measures[one.target].found.add((text, self.slugs[one.target, one.record_id]))
        return measures

    def report(self, measures: dict[str, Measure], found: dict[str, list[Found]]) -> None:
        self.stdout.write(
            f"{'suggested':<16}{'expected':>9}{'right':>7}{'wrong':>7}{'recall':>9}{'precision':>11}"
        )
        rows = {target.label: measure for target, measure in measures.items()}
        promised = [measures[target] for target in PROMISED]
        rows["the first three"] = sum(promised, Measure())
        rows["everything"] = _everything(measures)
        for name, one in rows.items():
            self.stdout.write(
                f"{name!s:<16}{len(one.wanted):>9}{one.right:>7}{len(one.found) - one.right:>7}"
                f"{one.recall:>9.3f}{one.precision:>11.3f}"
            )
        said = {
            (str(one.target), text, self.slugs.get((one.target, one.record_id))): one
            for text, several in found.items()
            for one in several
        }
        for target, one in measures.items():
            for text, slug in sorted(one.wanted - one.found):
                self.stdout.write(f"    missed {target}: {slug} ({text})")
            for text, slug in sorted(one.found - one.wanted):
                where = said[str(target), text, slug]
                self.stdout.write(
                    f"    wrong {target}: {slug} ({text}, paragraph {where.paragraph}, "
                    f"{where.score:.2f}): {where.found[:80]}"
                )

    def report_claims(self, claims: list[dict], found: dict[str, list[Found]]) -> None:
        wanted = {
            (one["reported_in"], one["speaker"], one["locator"]["paragraph"])
            for one in claims
            if one["reported_in"] in found and one["locator"]
        }
        suggested = {
            (text, self.slugs[one.data["speaker"], one.record_id], one.paragraph)
            for text, several in found.items()
            for one in several
            if one.target == Target.CLAIM
        }
        right = len(wanted & suggested)
        self.stdout.write(
            f"{'Claim':<16}{len(wanted):>9}{right:>7}{len(suggested) - right:>7}"
            f"{right / max(1, len(wanted)):>9.3f}{right / max(1, len(suggested)):>11.3f}"
            "   (speaker and paragraph)"
        )

    def judge(self, measures: dict[str, Measure]) -> None:
        recall = sum((measures[target] for target in PROMISED), Measure()).recall
        wrong = 1 - _everything(measures).precision
        if recall < RECALL_AT_LEAST or wrong > WRONG_AT_MOST:
            raise CommandError(
                f"Not reached: recall ≥ {RECALL_AT_LEAST}, wrong ≤ {WRONG_AT_MOST} of all."
            )


def _everything(measures: dict[str, Measure]) -> Measure:
    """All of it, each record with its kind, since two of different kinds may have one slug."""
    return Measure(
        {(target + text, slug) for target, one in measures.items() for text, slug in one.wanted},
        {(target + text, slug) for target, one in measures.items() for text, slug in one.found},
    )


def _all(sets) -> set[str]:
    return set().union(*sets)


def _read_json(path: Path) -> list[dict]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error


def _paragraphs(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error
    return [line.strip() for line in lines if line.strip()]
