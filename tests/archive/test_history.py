"""Every change is kept from the first day: who, when, what, in both languages."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db.models import CharField, TextField

from archive.admin.history import HistoryAdmin
from archive.models import PUBLISHABLE, Document, LegalCase
from archive.models.revisions import (
    drop_revision,
    editing,
    open_revision,
    publish_revision,
    submit_revision,
)
from archive.models.snapshots import snapshot
from archive.models.versions import as_of
from archive.translation import DERIVED, TRANSLATED
from tests.factories import (
    FACTORIES,
    CaseStepFactory,
    CitationFactory,
    ClaimFactory,
    DocumentFactory,
    IncidentFactory,
    LegalCaseFactory,
    OrganisationFactory,
)

from .test_admin import address, form_data

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.ignore_template_errors,
    pytest.mark.usefixtures("with_history", "without_index"),
]

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


# Versions brought back


def sent(client, record, **values):
    page = address(type(record), "change", record.pk)
    form = client.get(page)
    return client.post(page, {**form_data(form), "_seen": form.context["seen"], **values})


def told(client, record):
    return client.get(address(type(record), "history", record.pk)).context["page"]


def bring_back(client, record, occasion):
    page = address(type(record), "bring_back", record.pk)
    preview = client.get(page, {"at": occasion.stamp})
    data = {"at": preview.context["at"], "seen": preview.context["seen"]}
    return preview, client.post(page, data, follow=True)


@pytest.mark.parametrize("is_public", [False, True], ids=["draft", "public"])
def test_a_version_is_brought_back_with_its_links_and_parts(
    signed_in, curator, reviewer, is_public
):
    state = {"published": True, "sources": ["A"]} if is_public else {}
    case, incident = (
        LegalCaseFactory(title_en="First", title_ru="Первое", **state),
        IncidentFactory(),
    )
    CaseStepFactory(case=case, kind="lodged", date="2010-01-01")
    case.incidents.add(incident)
    then, client = snapshot(case), signed_in(curator)
    sent(client, case, title_en="Second", incidents=[], **{"steps-0-DELETE": "on"})
    if is_public:
        submit_revision(open_revision(case), by=curator)
        publish_revision(open_revision(case), by=reviewer, weight="correction")
    assert not case.steps.exists()
    preview, _answer = bring_back(client, case, told(client, case)[1])
    assert {one.label for one in preview.context["differences"]} == {
        "Title · English",
        "Incidents",
        "Added",
    }
    if is_public:
        assert not case.steps.exists()
        submit_revision(open_revision(case), by=curator)
        publish_revision(open_revision(case), by=reviewer, weight="correction")
    assert snapshot(case) == then
    newest = told(client, case)[0]
    assert newest.act.startswith("changes by" if is_public else "version of")


def test_what_was_loaded_without_history_can_be_brought_back(signed_in, curator, settings):
    settings.SIMPLE_HISTORY_ENABLED = False
    claim = ClaimFactory(text_en="As it was loaded")
    claim.incidents.add(IncidentFactory())
    settings.SIMPLE_HISTORY_ENABLED = True
    then, client = snapshot(claim), signed_in(curator)
    sent(client, claim, text_en="Changed", incidents=[], **{"citations-0-DELETE": "on"})
    changed, loaded = told(client, claim)
    assert (str(changed.act), str(loaded.act)) == ("changed", "loaded into the archive")
    labels = [one.label for entry in changed.entries for one in entry.changes]
    assert {"Text · English", "About incidents", "Deleted"} <= set(labels)
    bring_back(client, claim, loaded)
    assert snapshot(claim) == then


def test_what_one_saving_did_is_told_as_one(signed_in, curator):
    case, client = LegalCaseFactory(), signed_in(curator)
    incident = IncidentFactory()
    step = {"steps-TOTAL_FORMS": 1, "steps-0-kind": "lodged", "steps-0-date": "2010-01-01"}
    sent(client, case, title_ru="Иначе", incidents=[incident.pk], **step)
    newest = told(client, case)[0]
    assert newest.user == curator
    labels = {one.label for entry in newest.entries for one in entry.changes}
    assert labels == {"Title · Russian", "Incidents", "Added"}


def test_words_are_marked_not_whole_texts(signed_in, curator):
    document, client = DocumentFactory(summary_ru="Суд вынес решение в мае."), signed_in(curator)
    sent(client, document, summary_ru="Суд вынес решение в июне.")
    [change] = told(client, document)[0].entries[0].changes
    assert "Суд вынес решение в " in change.marked.split("<del>")[0]
    assert "мае" in change.marked.split("<del>")[1].split("</del>")[0]
    assert "решение" not in change.marked.split("<del>")[1]


def test_bringing_back_does_not_undo_where_a_record_stands(signed_in, curator, reviewer):
    document, client = DocumentFactory(slug="before", title_en="First"), signed_in(reviewer)
    sent(client, document, slug="after", access="restricted", title_en="Second")
    bring_back(client, document, told(client, document)[1])
    document.refresh_from_db()
    assert (document.title_en, document.slug, document.access) == ("First", "after", "restricted")


def test_what_was_changed_since_the_preview_is_not_overwritten(signed_in, curator, reviewer):
    document, client = DocumentFactory(title_en="First"), signed_in(curator)
    sent(client, document, title_en="Second")
    page = address(Document, "bring_back", document.pk)
    preview = client.get(page, {"at": told(client, document)[1].stamp})
    sent(signed_in(reviewer), document, title_ru="Третье")
    data = {"at": preview.context["at"], "seen": preview.context["seen"]}
    assert "changed this record meanwhile" in client.post(page, data, follow=True).content.decode()
    document.refresh_from_db()
    assert (document.title_en, document.title_ru) == ("Second", "Третье")


def test_nobody_is_told_that_readers_see_a_version_that_waits_for_review(signed_in, curator):
    document, client = DocumentFactory(published=True, title_en="First"), signed_in(curator)
    Document.objects.get(pk=document.pk).save()
    Document.objects.filter(pk=document.pk).update(title_en="Second")
    page = address(Document, "bring_back", document.pk)
    preview = client.get(page, {"at": told(client, document)[-1].stamp})
    data = {"at": preview.context["at"], "seen": preview.context["seen"]}
    said = client.post(page, data, follow=True).content.decode()
    assert "when it has been reviewed" in said
    assert "was brought back" not in said


@pytest.mark.parametrize(
    "moment",
    [
        "",
        "soon",
        "2022-13-45",
        "2022-01-01T00:00:00",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
    ],
)
def test_a_moment_that_is_none_is_not_found(signed_in, curator, moment):
    page = address(Document, "bring_back", DocumentFactory().pk)
    assert signed_in(curator).get(page, {"at": moment}).status_code == 404


def test_a_translator_brings_back_no_whole_version(signed_in, translator):
    document, client = DocumentFactory(), signed_in(translator)
    page = client.get(address(Document, "history", document.pk))
    assert page.context["bring_back"] == ""
    stamp = page.context["page"][0].stamp
    answer = client.get(address(Document, "bring_back", document.pk), {"at": stamp})
    assert answer.status_code == 403


def test_the_history_reaches_no_further_than_it_is_known():
    """A moment before the first version says what the first one says."""
    document = DocumentFactory(title_en="First")
    document.title_en = "Second"
    document.save()
    assert as_of(document, document.created_at - timedelta(days=1))["fields"]["title_en"] == "First"


def test_a_long_history_is_shown_to_its_end_and_loses_no_change(signed_in, curator, monkeypatch):
    monkeypatch.setattr(HistoryAdmin, "history_limit", 4)
    monkeypatch.setattr("archive.admin.history.AT_ONCE", timedelta(0))
    case = LegalCaseFactory(title_en="Title 0")
    steps = [CaseStepFactory(case=case, note_en=f"Step {number} as it was") for number in (1, 2, 3)]
    for number in range(1, 7):
        case.title_en = f"Title {number}"
        case.save()
    for step in steps:
        step.note_en = "Mended"
        step.save()
    client, address_of_page, said = signed_in(curator), address(LegalCase, "history", case.pk), ""
    for _page in range(9):
        page = client.get(address_of_page)
        said += re.sub(r"<[^>]*>", "", page.content.decode().partition("<ol")[2])
        if not page.context["older"]:
            break
        address_of_page = (
            f"{page.request['PATH_INFO']}?{urlencode({'until': page.context['older']})}"
        )
    for number in range(6):
        assert f"taken out: {number}" in said
    for number in (1, 2, 3):
        assert said.count(f"taken out: Step {number} as it was") == 1


def test_no_moment_is_no_page_of_the_history(signed_in, curator):
    page = address(Document, "history", DocumentFactory().pk)
    assert signed_in(curator).get(page, {"until": "soon"}).status_code == 404


def test_the_history_tells_whose_changes_were_dropped(signed_in, curator, reviewer):
    document = DocumentFactory(published=True)
    with editing(document, by=curator):
        document.title_en = "Another"
        document.save()
    drop_revision(open_revision(document), by=reviewer)
    occasion = told(signed_in(curator), document)[0]
    assert (occasion.act, occasion.user) == ("changes by curator dropped", reviewer)
    assert not occasion.why


def test_what_was_added_is_told_with_its_first_words(signed_in, curator):
    document = DocumentFactory(title_en="First title", title_ru="Первое название")
    page = signed_in(curator).get(address(Document, "history", document.pk)).content.decode()
    assert "First title</ins>" in page
    assert "Первое название</ins>" in page
