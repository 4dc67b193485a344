"""Fill an empty database with the demonstration: the records of fixtures/ and four users."""

import os
import secrets
from contextlib import contextmanager

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from simple_history.utils import get_m2m_field_name

from archive.models import PUBLISHABLE, Citation, Document, TranslatorLanguage
from archive.search import rebuilding, verifying, writing
from archive.translation import TRANSLATED

FIXTURES = settings.BASE_DIR / "fixtures"
# User name → group. Each may do what its group may (migration 0002). Known again by an address
# that no one can have.
USERS = {
    "curator": "Curator",
    "translator": "Translator",
    "reviewer": "Reviewer",
    "administrator": "Administrator",
}
TRANSLATED_INTO = ("ru",)  # the languages of the demonstration's translator
ADDRESS = "{}@demonstration.invalid"


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
        if "DATABASE_URL" in os.environ and not is_ours():
            raise CommandError(
                "DATABASE_URL names a database with users or records that are not the "
                "demonstration's. Give an empty one."
            )
        password = password or secrets.token_urlsafe(9)
        with transaction.atomic():
            has_to_load = reload or not Document.objects.exists()
            if has_to_load:
                load_records()
            users = create_users(password)
            if has_to_load:
                hand_over_unpublished()
        if has_to_load or not verifying.standing()["is_current"]:
            rebuilding.rebuild()
        self.tell(password, users)

    def tell(self, password, users):
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
            *(f"  {user:<20} {password}" for user in users),
        ]
        self.stdout.write("\n".join(lines))


def is_ours() -> bool:
    """Whether the database is empty, or was filled by this command."""
    users = get_user_model().objects
    if users.exists():
        return not users.exclude(email__in=map(ADDRESS.format, USERS)).exists()
    return not any(model.objects.exists() for model in PUBLISHABLE)


def load_records() -> None:
    """Load every fixture, then write into the history how each record stands."""
    with _history_paused(), writing.paused():
        call_command("loaddata", *sorted(FIXTURES.glob("*.json")), verbosity=0)
    for model in (*TRANSLATED, Citation):
        known = set(model.history.values_list(model._meta.pk.name, flat=True))
        records = model._default_manager.all()
        write_history([record for record in records if record.pk not in known], model)
        write_history([record for record in records if record.pk in known], model, update=True)


@contextmanager
def _history_paused():
    former = getattr(settings, "SIMPLE_HISTORY_ENABLED", True)
    settings.SIMPLE_HISTORY_ENABLED = False
    try:
        yield
    finally:
        settings.SIMPLE_HISTORY_ENABLED = former


def write_history(records: list, model, *, update: bool = False) -> None:
    """A version of each record with its links, which simple_history leaves out in bulk."""
    versions = model.history.bulk_history_create(
        records, update=update, default_change_reason="demonstration"
    )
    by_record = {version.id: version for version in versions or ()}
    for field in model._meta.local_many_to_many:
        through = field.remote_field.through
        history = getattr(model.history.model, field.name).model
        owner = f"{get_m2m_field_name(field)}_id"
        history.objects.bulk_create(
            history(
                history=by_record[getattr(row, owner)],
                **{column.attname: getattr(row, column.attname) for column in through._meta.fields},
            )
            for row in through.objects.all()
            if getattr(row, owner) in by_record
        )


def hand_over_unpublished() -> None:
    """The curator has begun the drafts and submitted what waits for review: a reviewer publishes
    what somebody else has submitted."""
    curator = get_user_model().objects.filter(username="curator").first()
    for model in PUBLISHABLE:
        model.objects.filter(published_at=None, created_by=None).update(created_by=curator)
        model.objects.waiting().filter(submitted_by=None).update(submitted_by=curator)


def create_users(password: str) -> list[str]:
    """The names of the four users, each in its group, with the password set anew.

    An account of the same name that is not the demonstration's is left as it is.
    """
    names = []
    for name, group in USERS.items():
        user, _created = get_user_model().objects.get_or_create(
            username=name, defaults={"email": ADDRESS.format(name)}
        )
        if user.email != ADDRESS.format(name):
            continue
        user.is_staff = user.is_active = True
        user.set_password(password)
        user.save()
        user.groups.set([Group.objects.get(name=group)])
        if group == "Translator":
            for language in TRANSLATED_INTO:
                TranslatorLanguage.objects.get_or_create(user=user, language=language)
        names.append(name)
    return names
