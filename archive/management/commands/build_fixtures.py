"""Write fixtures/*.json from the reference data and the editors' values."""

import json
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from archive.ingest.reference import fixtures

FIXTURES = settings.BASE_DIR / "fixtures"


class Command(BaseCommand):
    help = "Write the fixtures of the demonstration archive from the reference data."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("reference", type=Path, help="Folder of the eight reference lists.")
        parser.add_argument("--editorial", type=Path, default=FIXTURES / "editorial")
        parser.add_argument("--output", type=Path, default=FIXTURES)

    def handle(self, *, reference, editorial, output, **options):
        for name, rows in fixtures(reference, editorial).items():
            content = json.dumps(rows, ensure_ascii=False, indent=1)
            (output / f"{name}.json").write_text(f"{content}\n", encoding="utf-8")
            self.stdout.write(f"{name}.json: {len(rows)} rows")
