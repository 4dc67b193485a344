"""Write a table of all records of one kind."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand

from archive.exchange import exporting, tables
from archive.exchange.columns import EXCHANGED, model_of


class Command(BaseCommand):
    help = "Write a table of all records of one kind, whatever their state, to a file."

    def add_arguments(self, parser):
        parser.add_argument("kind", choices=[model._meta.model_name for model in EXCHANGED])
        parser.add_argument("file", nargs="?", type=Path, help="else standard output")
        parser.add_argument("--format", choices=tables.MEDIA_TYPES, help="else by the file's name")

    def handle(self, *, kind, file, **options):
        ending = file.suffix.lower().removeprefix(".") if file else ""
        format = options["format"] or (ending if ending in tables.MEDIA_TYPES else tables.CSV)
        model = model_of(kind)
        pieces = exporting.export(
            model, model.objects.order_by("slug").values_list("pk", flat=True), format
        )
        if file is None:
            sys.stdout.buffer.writelines(pieces)
            return
        with file.open("wb") as written:
            written.writelines(pieces)
