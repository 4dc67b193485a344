"""Fill an empty database with the demonstration: the records of fixtures/ and four users."""

import secrets
from contextlib import contextmanager

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models.signals import post_save

from archive.models import PUBLISHABLE, Citation, Document
from archive.translation import TRANSLATED

FIXTURES = settings.BASE_DIR / "fixtures"
# User name → group. Each may do what its group may (migration 0002).
USERS = {
    "curator": "Curator",
    "translator": "Translator",
    "reviewer": "Reviewer",
    "administrator": "Administrator",
}


class Command(BaseCommand):
    help = "Load the demonstration records and create demonstration users. Safe to run twice."

    def add_arguments(self, parser):
        parser.add_argument(
            "--reload", action="store_true", help="Load the records again, over what was changed."
        )
        parser.add_argument("--password", help="For the four users, instead of a random one.")

    def handle(self, *, reload, password, **options):
        if not settings.DEBUG:
            raise CommandError("DEBUG is off: demonstration users do not belong in production.")
        password = password or secrets.token_urlsafe(9)
        with transaction.atomic():
            if reload or not Document.objects.exists():
                load_records()
            create_users(password)
        self.tell(password)

    def tell(self, password):
        counts = ", ".join(
            f"{model.objects.published().count()} {model._meta.verbose_name_plural}"
            for model in PUBLISHABLE
        )
        lines = [
            f"The demonstration holds {counts}.",
            "",
            f"  In English           {settings.SITE_URL}/en/",
            f"  In Russian           {settings.SITE_URL}/ru/",
            f"  The curators’ room   {settings.SITE_URL}/admin/",
            "",
            "  User                 Password (new at every run of this command)",
            *(f"  {name:<20} {password}" for name in USERS),
        ]
        self.stdout.write("\n".join(lines))


def load_records() -> None:
    """Load every fixture, then write the first entry in the history of each record."""
    with _history_paused():
        call_command("loaddata", *sorted(FIXTURES.glob("*.json")), verbosity=0)
    for model in (*TRANSLATED, Citation):
        for record in model._default_manager.all():
            record._change_reason = "demonstration"
            first = not record.history.exists()
            # Loading leaves no history; this says "saved" to those who listen.
            post_save.send(model, instance=record, created=first, raw=False, using="default")


@contextmanager
def _history_paused():
    settings.SIMPLE_HISTORY_ENABLED = False
    try:
        yield
    finally:
        settings.SIMPLE_HISTORY_ENABLED = True


def create_users(password: str) -> None:
    """The four users, each in its group; their password is set anew."""
    for name, group in USERS.items():
        user, _created = get_user_model().objects.get_or_create(username=name)
        user.is_staff = user.is_active = True
        user.set_password(password)
        user.save()
        user.groups.set([Group.objects.get(name=group)])
