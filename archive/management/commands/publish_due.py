"""Publish what was approved and whose embargo has ended.

The worker (`manage.py db_worker`) does so every half minute; where none runs, a timer calls this.
"""

from django.core.management.base import BaseCommand
from django.utils import timezone

from archive.models import publish_due


class Command(BaseCommand):
    help = "Publish the approved records whose embargo has ended. Safe to run at any time."

    def handle(self, **options):
        published, held = publish_due(timezone.now())
        for record in published:
            self.stdout.write(f"published: {record._meta.model_name} {record.slug}")
        for record, reasons in held:
            self.stderr.write(f"not published: {record._meta.model_name} {record.slug}")
            for reason in reasons:
                self.stderr.write(f"  {reason}")
        if not published and not held:
            self.stdout.write("Nothing is due.")
