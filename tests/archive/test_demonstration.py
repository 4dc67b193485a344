"""Loading the fixtures, and the command that fills an empty database with them."""

import json
import random
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.utils import translation

from archive.ingest.reference import KINDS, Corpus
from archive.management.commands.demo import _history_paused
from archive.models import Citation, Claim, Document, LegalCase, Role
from archive.translation import TRANSLATED
from tests.factories import DocumentFactory, UserFactory

FIXTURES = sorted((Path(__file__).resolve().parents[2] / "fixtures").glob("*.json"))


@pytest.fixture(autouse=True)
def _without_history(settings):
    settings.SIMPLE_HISTORY_ENABLED = False


def everything():
    """All rows as they are stored, without the base columns, which hold any language."""
    return {
        model.__name__: list(
            model._default_manager.order_by("pk").values(
                *(
                    field.name
                    for field in model._meta.concrete_fields
                    if field.name not in TRANSLATED.get(model, ())
                )
            )
        )
        for model in (*TRANSLATED, Citation)
    }


def load(paths):
    call_command("loaddata", *paths, verbosity=0)


@pytest.mark.django_db
def test_fixtures_load_in_any_order_under_any_language_and_twice(without_index):
    shuffled = random.Random(7).sample(FIXTURES, len(FIXTURES))
    with translation.override("ru"):
        load(shuffled)
    first = everything()
    load(reversed(FIXTURES))
    assert everything() == first
    case = LegalCase.objects.get(slug="saribekyan-balyan-v-azerbaijan")
    assert case.title_en == "Saribekyan and Balyan v. Azerbaijan"
    assert case.title_ru == "Сарибекян и Балян против Азербайджана"
    assert case.application_numbers == ["35746/11"]


@pytest.mark.django_db
def test_new_records_do_not_collide_with_the_loaded_ones(without_index):
    load(FIXTURES)
    document = Document.objects.create(slug="one-more", title_en="One more", language="en")
    assert document.pk > max(Document.objects.exclude(pk=document.pk).values_list("pk", flat=True))


@pytest.mark.django_db
def test_the_demonstration_fills_an_empty_database_once(settings):
    settings.DEBUG = settings.SIMPLE_HISTORY_ENABLED = True
    out = StringIO()
    call_command("demo", stdout=out)
    assert "63 documents" in out.getvalue()
    for model in (*TRANSLATED, Citation):
        assert model.history.count() == model._default_manager.count(), model
        assert set(model.history.values_list("history_type", flat=True)) <= {"+"}
    claim = Claim.objects.get(slug="meydan-01")
    assert claim.history.get().incidents.count() == claim.incidents.count()

    call_command("demo", reload=True, stdout=StringIO())
    again = claim.history.latest()
    assert (again.history_type, again.history_change_reason) == ("~", "demonstration")
    assert again.incidents.count() == claim.incidents.count()

    Role.objects.all().delete()
    call_command("demo", stdout=StringIO())
    assert not Role.objects.exists(), "loaded again, over what was changed"


@pytest.mark.django_db
def test_the_demonstration_users_work_as_their_groups_may(settings, monkeypatch):
    settings.DEBUG = True
    monkeypatch.setattr("archive.management.commands.demo.load_records", lambda: None)
    out = StringIO()
    call_command("demo", password="a long one", stdout=out)
    users = get_user_model().objects.in_bulk(field_name="username")
    assert set(users) == {"curator", "translator", "reviewer", "administrator"}
    for name, user in users.items():
        assert name in out.getvalue()
        assert user.is_staff and not user.is_superuser and user.check_password("a long one")
        assert [group.name.lower() for group in user.groups.all()] == [name]
    assert users["reviewer"].has_perm("archive.publish_document")
    assert not users["curator"].has_perm("archive.publish_document")


@pytest.fixture
def without_records(settings, monkeypatch):
    settings.DEBUG = True
    monkeypatch.setattr("archive.management.commands.demo.load_records", lambda: None)


@pytest.mark.django_db
@pytest.mark.parametrize("make", [UserFactory, DocumentFactory])
def test_the_demonstration_keeps_out_of_a_named_database_in_use(without_records, monkeypatch, make):
    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere")
    make()
    before = set(get_user_model().objects.values_list("username", "password"))
    with pytest.raises(CommandError, match="not the demonstration's"):
        call_command("demo")
    assert set(get_user_model().objects.values_list("username", "password")) == before


@pytest.mark.django_db
def test_the_demonstration_comes_back_to_its_own_database(without_records, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere")
    call_command("demo", stdout=StringIO())
    DocumentFactory()
    call_command("demo", password="another", stdout=StringIO())
    assert get_user_model().objects.get(username="curator").check_password("another")


@pytest.mark.django_db
def test_an_account_that_only_has_the_name_keeps_its_password(without_records, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    user = UserFactory(username="administrator")
    out = StringIO()
    call_command("demo", password="another", stdout=out)
    stored = get_user_model().objects.get(pk=user.pk)
    assert stored.password == user.password
    assert not stored.groups.exists()
    assert "administrator" not in out.getvalue()
    assert "reviewer" in out.getvalue()


def test_loading_leaves_the_history_as_it_was_switched(settings):
    settings.SIMPLE_HISTORY_ENABLED = False
    with _history_paused():
        pass
    assert settings.SIMPLE_HISTORY_ENABLED is False


@pytest.mark.django_db
def test_the_demonstration_refuses_production(settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="DEBUG is off"):
        call_command("demo")
    assert not get_user_model().objects.exists()


@pytest.fixture
def corpus(tmp_path):
    """corpus(kind=[(record, editorial), …]) → a Corpus of these records only."""

    def write(**given):
        folders = [tmp_path / name for name in ("reference", "editorial")]
        for folder in folders:
            folder.mkdir()
        for kind in KINDS:
            pairs = given.get(kind, [])
            records = [record for record, _edited in pairs]
            edited = {record["slug"]: edited for record, edited in pairs if edited is not None}
            (folders[0] / f"{kind}.json").write_text(json.dumps(records), encoding="utf-8")
            (folders[1] / f"{kind}.json").write_text(json.dumps(edited), encoding="utf-8")
        return Corpus(*folders)

    return write


ORGANISATION = {
    "slug": "court",
    "type": "court",
    "name": {"en": "Court — of old", "ru": "Суд — прежний"},
    "acronym": None,
    "aliases": ["Gericht"],
    "parent": None,
    "website": None,
    "wikidata": None,
    "sources": ["000_0000000000000000.txt"],
}


def test_a_record_without_its_editorial_values_is_an_error(corpus):
    with pytest.raises(ValueError, match="organisations: no editorial values for court"):
        corpus(organisations=[(ORGANISATION, None)])


def test_an_office_with_a_year_in_brackets_was_held_in_that_year(corpus):
    person = {
        "slug": "someone",
        "name": {"en": "Someone", "ru": "Некто"},
        "aliases": [],
        "role": {"en": "Clerk (2022)", "ru": "секретарь (2022)"},
        "organisation": "court",
        "sources": [],
    }
    edited = {"country": "", "side": "", "note": None}
    archive = corpus(
        organisations=[({**ORGANISATION, "sources": []}, edited)],
        persons=[(person, {"side": "", "note": None, "role_start": None, "role_end": None})],
    )
    _person, role = archive.fixtures()["persons"]
    assert role["fields"] == {
        "person": 1,
        "organisation": 1,
        "title_en": "Clerk",
        "title_ru": "секретарь",
        "held": "2022",
        "held_earliest": "2022-01-01",
        "held_latest": "2022-12-31",
    }


def test_the_editors_win_and_nothing_empty_is_written(corpus):
    edited = {
        "country": "",
        "side": "",
        "note": None,
        "name": {"en": "The Court", "ru": "Суд — он"},
    }
    archive = corpus(organisations=[({**ORGANISATION, "sources": []}, edited)])
    (row,) = archive.fixtures()["organisations"]
    assert row["fields"]["name_en"] == "The Court"
    assert row["fields"]["name_ru"] == "Суд\N{NO-BREAK SPACE}— он"
    assert {"acronym_en", "note_en", "website", "sources", "is_de_facto"}.isdisjoint(row["fields"])
