"""Every change is kept from the first day: who, when, what, in both languages."""

import pytest
from django.db.models import CharField, TextField

from archive.models import PUBLISHABLE, Document
from archive.translation import DERIVED, TRANSLATED
from tests.factories import (
    FACTORIES,
    CaseStepFactory,
    CitationFactory,
    ClaimFactory,
    DocumentFactory,
    LegalCaseFactory,
    OrganisationFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_history")]

every_kind = pytest.mark.parametrize("kind", PUBLISHABLE, ids=lambda model: model._meta.model_name)


@every_kind
def test_creating_and_changing_are_both_kept(kind):
    record = FACTORIES[kind]()
    record.note_ru = "Источники расходятся."
    record.save()
    newer, older = record.history.all()
    assert (older.history_type, newer.history_type) == ("+", "~")
    assert newer.history_date >= older.history_date
    assert (older.note_ru, newer.note_ru) == (None, "Источники расходятся.")


@every_kind
def test_a_deleted_draft_leaves_its_history(kind):
    record = FACTORIES[kind]()
    key = record.pk
    if kind._meta.model_name == "claim":
        record.citations.all().delete()
    record.delete()
    assert kind.history.filter(id=key).first().history_type == "-"


@pytest.mark.parametrize("model", TRANSLATED, ids=lambda model: model._meta.model_name)
def test_history_sees_every_column(model):
    kept = {field.name for field in model.history.model._meta.fields}
    derived = set(DERIVED.get(model, ()))
    assert {field.name for field in model._meta.concrete_fields} - derived <= kept
    assert kept.isdisjoint(derived)
    texts = [f for f in model._meta.concrete_fields if isinstance(f, CharField | TextField)]
    assert any(field.name.endswith("_ru") for field in texts)


def test_a_change_says_what_changed_in_which_language():
    document = DocumentFactory(title_en="Report", title_ru="Доклад")
    document.title_ru = "Отчёт"
    document.save()
    newer, older = document.history.all()
    changed = {
        change.field: (change.old, change.new) for change in newer.diff_against(older).changes
    }
    assert changed["title_ru"] == ("Доклад", "Отчёт")
    assert "title_en" not in changed


def test_a_change_in_the_admin_says_who(superuser, signed_in, rf):
    """The middleware names the curator; a change by the machine names nobody."""
    document = DocumentFactory()
    assert document.history.get().history_user is None


def test_links_between_records_are_kept():
    case = LegalCaseFactory()
    document = DocumentFactory()
    document.cases.add(case)
    assert [row.legalcase for row in document.history.first().cases.all()] == [case]


def test_an_old_state_can_be_read_again():
    document = DocumentFactory(title_en="Before", title_ru="Было")
    moment = document.history.get().history_date
    document.title_en, document.title_ru = "After", "Стало"
    document.save()
    before = Document.history.as_of(moment).get(pk=document.pk)
    assert (before.title_en, before.title_ru) == ("Before", "Было")


def test_what_belongs_to_a_record_has_history_too():
    step = CaseStepFactory()
    step.note_en = "Adjourned"
    step.save()
    assert step.history.count() == 2
    citation = CitationFactory(claim=ClaimFactory(cited_in=False))
    citation.relayed_by.add(OrganisationFactory())
    assert citation.history.first().relayed_by.count() == 1
