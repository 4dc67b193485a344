"""The translation screen, and the lists that lead to it."""

import pytest
from django.urls import reverse

from archive.models import (
    PUBLISHABLE,
    CaseStep,
    Claim,
    Document,
    LegalCase,
    Revision,
    TranslatedText,
    TranslatorLanguage,
)
from archive.models.revisions import drop_revision, editing, publish_revision, submit_revision
from archive.models.translations import outdated
from tests.archive.test_admin import address, form_data
from tests.factories import (
    FACTORIES,
    AttachmentFactory,
    CaseOutcomeFactory,
    CaseStepFactory,
    DocumentFactory,
    LegalCaseFactory,
    OrganisationFactory,
    PersonFactory,
    RoleFactory,
    TreatyReferenceFactory,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.ignore_template_errors,
    pytest.mark.usefixtures("without_index"),
]


@pytest.fixture
def into_russian(translator):
    TranslatorLanguage.objects.exclude(language="ru").delete()
    return translator


def screen_of(record, language="ru") -> str:
    name = f"admin:archive_{record._meta.model_name}_translate"
    return reverse(name, args=[record.pk, language])


def opened(client, record, language="ru") -> dict:
    """What the browser would send back from the screen, unchanged."""
    data = {}
    for form in client.get(screen_of(record, language)).context["screen"].forms:
        data |= {field.html_name: field.value() or "" for field in form}
        data |= {f"{field.html_name}-seen": field.value() or "" for field in form}
    for text in client.get(screen_of(record, language)).context["screen"].texts:
        data[f"{text.input.html_name}-source"] = text.source
    return data


def name_of(row, field, language="ru") -> str:
    return f"{row._meta.model_name}-{row.pk}-{field}_{language}"


def id_of(row, field) -> str:
    return f"{row._meta.model_name}-{row.pk}-{field}"


def send(client, record, language="ru", **data):
    return client.post(screen_of(record, language), data)


def translate(client, record, changes: dict, language="ru", **data):
    return send(client, record, language, **{**opened(client, record, language), **changes, **data})


def english_document(**texts):
    given = {"title_en": "A report", "title_ru": "Доклад", "sources": ["https://example.org/"]}
    return DocumentFactory(language="en", **{**given, **texts})


# What stands on it


@pytest.mark.parametrize("cast", ["curator", "translator", "reviewer", "administrator"])
@pytest.mark.parametrize("model", PUBLISHABLE)
def test_everyone_who_changes_a_record_may_translate_it(request, signed_in, model, cast):
    client, record = signed_in(request.getfixturevalue(cast)), FACTORIES[model]()
    assert client.get(screen_of(record)).status_code == 200
    whole = client.get(
        reverse(f"admin:archive_{model._meta.model_name}_translate", args=[record.pk])
    )
    assert whole["Location"] in (screen_of(record, "ru"), screen_of(record, "en"))


def test_the_texts_of_parts_stand_under_what_they_belong_to(signed_in, curator):
    case, person, attachment = LegalCaseFactory(), PersonFactory(), AttachmentFactory()
    step = CaseStepFactory(case=case, note_en="In private", date="2020-05-26")
    outcome = CaseOutcomeFactory(case=case, detail_en="Life", note_en="By majority")
    role = RoleFactory(person=person)
    reference = TreatyReferenceFactory()
    client = signed_in(curator)
    for row, field, record in (
        (step, "note", case),
        (outcome, "detail", case),
        (role, "title", person),
        (attachment, "description", attachment.document),
    ):
        screen = client.get(screen_of(record)).context["screen"]
        assert id_of(row, field) in [text.id for text in screen.texts]
        assert all(heading for heading, _texts in screen.groups[1:])
    assert client.get(screen_of(reference.violation_type)).status_code == 403


def test_who_keeps_the_taxonomy_translates_it(signed_in, reviewer):
    reference = TreatyReferenceFactory(detail_en="First sentence", detail_ru="")
    kept = reference.violation_type
    answer = translate(
        signed_in(reviewer), kept, {name_of(reference, "detail"): "Первое предложение"}
    )
    assert answer.status_code == 302
    reference.refresh_from_db()
    assert reference.detail_ru == "Первое предложение"


def test_fields_stand_in_the_order_of_the_ordinary_form(signed_in, curator):
    record = english_document(summary_en="Two pages", note_en="See below", rights_en="Free")
    screen = signed_in(curator).get(screen_of(record)).context["screen"]
    assert [text.field for text in screen.texts] == ["title", "summary", "rights", "note"]


def test_what_is_empty_in_both_languages_is_not_asked_for(signed_in, curator):
    record = english_document(summary_en="", summary_ru=None)
    screen = signed_in(curator).get(screen_of(record)).context["screen"]
    assert [text.field for text in screen.texts] == ["title"]


@pytest.mark.parametrize("empty", ["", None])
def test_a_missing_text_shows_its_source_and_no_fallback(signed_in, curator, empty):
    record = english_document(title_ru=empty)
    (text,) = signed_in(curator).get(screen_of(record)).context["screen"].texts
    assert (text.state, text.source, text.input.value() or "") == ("missing", "A report", "")


def test_the_change_of_the_source_is_shown_in_words(signed_in, curator, language):
    record = english_document(title_en="A report of two pages")
    record.title_en = "A report of three pages"
    record.save()
    client = signed_in(curator)
    client.cookies.load({"django_language": language})
    page = client.get(screen_of(record))
    (text,) = page.context["screen"].texts
    assert text.state == "outdated"
    said = {"en": ("taken out:", "put in:"), "ru": ("", "")}[language]
    assert all(words in text.differences for words in said)
    assert ">two</del>" in page.content.decode().replace(" </span>two", ">two")


def test_every_text_has_the_language_that_it_is_in(signed_in, curator):
    record = DocumentFactory(language="hy", original_title="Հայերեն վերնագիր և տեքստ")
    page = signed_in(curator).get(screen_of(record)).content.decode()
    assert '<span lang="hy">Հայերեն վերնագիր և տեքստ</span>' in page
    assert 'lang="en">' in page
    assert 'lang="ru"' in page


def test_markup_in_a_text_stays_text(signed_in, curator):
    record = english_document(title_en="<script>alert(1)</script>")
    record.title_en = "<script>alert(2)</script>"
    record.save()
    assert b"<script>alert" not in signed_in(curator).get(screen_of(record)).content


# Saving


def test_a_translation_is_saved_and_the_rest_left_alone(signed_in, into_russian):
    record = english_document(summary_en="Two\n\npages", summary_ru="", reference="1")
    changes = {name_of(record, "summary"): "Две\r\n\r\nстраницы", "document-title_en": "Mine"}
    translate(signed_in(into_russian), record, changes, title_en="Mine", reference="2")
    record.refresh_from_db()
    assert record.summary_ru == "Две\n\nстраницы"
    assert (record.title_en, record.title_ru, record.summary_en) == (
        "A report",
        "Доклад",
        "Two\n\npages",
    )
    assert record.reference == "1"


def test_the_origin_of_the_texts_is_set_here(signed_in, into_russian):
    record = english_document()
    changes = {name_of(record, "translation_kind"): "official"}
    translate(signed_in(into_russian), record, changes)
    record.refresh_from_db()
    assert (record.translation_kind_ru, record.translation_kind_en) == ("official", "human")


def test_an_unknown_origin_is_refused(signed_in, curator):
    record = english_document()
    answer = translate(signed_in(curator), record, {name_of(record, "translation_kind"): "magic"})
    assert answer.status_code == 200
    record.refresh_from_db()
    assert record.translation_kind_ru == "human"


def test_saving_without_a_change_changes_nothing(signed_in, curator):
    record = english_document(summary_en="a\r\nb", summary_ru=None)
    before = Document.objects.filter(pk=record.pk).values().get()
    translate(signed_in(curator), record, {})
    assert Document.objects.filter(pk=record.pk).values().get() == before


def test_parts_are_translated_too_and_their_record_is_marked_as_changed(signed_in, curator):
    case = LegalCaseFactory()
    step = CaseStepFactory(case=case, note_en="In private", note_ru="")
    former = LegalCase.objects.get(pk=case.pk).updated_at
    translate(signed_in(curator), case, {name_of(step, "note"): "При закрытых дверях"})
    step.refresh_from_db()
    assert step.note_ru == "При закрытых дверях"
    assert LegalCase.objects.get(pk=case.pk).updated_at > former


def test_a_translation_agrees_with_the_source_that_was_shown(signed_in, curator):
    record, client = english_document(), signed_in(curator)
    record.title_en = "A second report"
    record.save()
    translate(client, record, {name_of(record, "title"): "Второй доклад"})
    assert outdated(record) == []


def test_a_source_changed_while_it_was_translated_is_shown_next(signed_in, curator):
    record, client = english_document(), signed_in(curator)
    data = opened(client, record)
    record.title_en = "A second report"
    record.save()
    send(client, record, **{**data, name_of(record, "title"): "Отчёт"})
    (text,) = outdated(record)
    assert (text.was, text.now) == ("A report", "A second report")


def test_mending_a_translation_does_not_ask_for_the_other_one(signed_in, curator):
    record = FACTORIES[LegalCase](title_en="A case", title_ru="Дело")
    translate(signed_in(curator), record, {name_of(record, "title"): "Производство"})
    assert outdated(record) == []


def test_a_text_that_still_holds_is_no_longer_outdated(signed_in, curator):
    record, client = (
        english_document(summary_en="Two pages", summary_ru="Кратко"),
        signed_in(curator),
    )
    record.title_en, record.summary_en = "A report.", "Three pages"
    record.save()
    answer = translate(client, record, {}, _holds=id_of(record, "title"))
    assert [text.field for text in outdated(record)] == ["summary"]
    assert answer["Location"].endswith(f"#id_{name_of(record, 'summary')}")


def test_what_holds_of_a_source_that_was_changed_meanwhile_is_asked_again(signed_in, curator):
    record, client = english_document(), signed_in(curator)
    record.title_en = "A second report"
    record.save()
    data = opened(client, record)
    record.title_en = "A third report"
    record.save()
    send(client, record, **data, _holds=id_of(record, "title"))
    (text,) = outdated(record)
    assert (text.was, text.now) == ("A second report", "A third report")


# What is refused


def test_the_only_heading_is_not_taken_away(signed_in, curator):
    record = DocumentFactory(title_en="", title_ru="Доклад")
    answer = translate(signed_in(curator), record, {name_of(record, "title"): ""})
    assert answer.status_code == 200
    assert answer.context["has_errors"]


def test_a_text_that_is_too_long_is_kept_on_the_screen(signed_in, curator):
    record, long = english_document(), "ж" * 401
    answer = translate(signed_in(curator), record, {name_of(record, "title"): long})
    assert answer.status_code == 200
    assert long in answer.content.decode()
    record.refresh_from_db()
    assert record.title_ru == "Доклад"


def test_what_the_database_would_refuse_is_said(signed_in, curator):
    record = LegalCaseFactory(court=None, forum_en="", forum_ru="Третейский суд")
    answer = translate(signed_in(curator), record, {name_of(record, "forum"): ""})
    assert answer.status_code == 200
    record.refresh_from_db()
    assert record.forum_ru == "Третейский суд"


@pytest.mark.parametrize("sent", [{}, {"_next": "1"}, {"_holds": "x"}, {"_at": "x", "_stay": "1"}])
def test_half_a_form_loses_nothing(signed_in, curator, sent):
    record = english_document(summary_en="Two pages", summary_ru="Две страницы")
    assert send(signed_in(curator), record, **sent).status_code in (200, 302)
    record.refresh_from_db()
    assert (record.title_ru, record.summary_ru) == ("Доклад", "Две страницы")


# Two people at once


def test_different_texts_of_one_record_are_both_kept(signed_in, curator, translator):
    record = english_document(summary_en="Two pages", summary_ru="")
    first, second = signed_in(curator), signed_in(translator)
    mine, theirs = opened(first, record), opened(second, record)
    send(first, record, **{**mine, name_of(record, "title"): "Отчёт"})
    send(second, record, **{**theirs, name_of(record, "summary"): "Две страницы"})
    record.refresh_from_db()
    assert (record.title_ru, record.summary_ru) == ("Отчёт", "Две страницы")


def test_two_versions_of_one_text_are_both_shown_and_one_is_chosen(signed_in, curator, translator):
    record = english_document()
    first, second = signed_in(curator), signed_in(translator)
    data = opened(second, record)
    translate(first, record, {name_of(record, "title"): "Отчёт"})
    answer = send(second, record, **{**data, name_of(record, "title"): "Сообщение"})
    page = answer.content.decode()
    assert "Отчёт" in page
    assert "Сообщение</textarea>" in page
    record.refresh_from_db()
    assert record.title_ru == "Отчёт"
    (text,) = answer.context["screen"].texts
    again = {**data, name_of(record, "title"): "Сообщение"}
    again[f"{name_of(record, 'title')}-seen"] = text.seen
    send(second, record, **again)
    record.refresh_from_db()
    assert record.title_ru == "Сообщение"


def test_theirs_may_be_taken(signed_in, curator, translator):
    record = english_document(summary_en="Two pages")
    data = opened(signed_in(translator), record)
    translate(signed_in(curator), record, {name_of(record, "title"): "Отчёт"})
    changes = {name_of(record, "title"): "Моё", name_of(record, "summary"): "Две страницы"}
    taken = {f"{name_of(record, 'title')}-take": "on"}
    send(signed_in(translator), record, **{**data, **changes, **taken})
    record.refresh_from_db()
    assert (record.title_ru, record.summary_ru) == ("Отчёт", "Две страницы")


# Onwards


def test_the_next_text_that_waits_is_shown_next_and_after_the_last_the_first(signed_in, curator):
    record = english_document(title_ru="", summary_en="Two pages", note_en="Note")
    client = signed_in(curator)
    title, summary, note = (id_of(record, name) for name in ("title", "summary", "note"))
    for at, following in ((title, summary), (summary, note), (note, title), ("", title)):
        answer = translate(client, record, {}, _at=at, _next="1")
        field = following.rsplit("-", 1)[-1]
        assert answer["Location"] == f"{screen_of(record)}#id_{name_of(record, field)}"
    answer = translate(client, record, {name_of(record, "title"): "Доклад"}, _at=note, _next="1")
    assert answer["Location"] == f"{screen_of(record)}#id_{name_of(record, 'summary')}"


def test_after_the_last_text_comes_the_next_record(signed_in, into_russian):
    record, other = english_document(title_ru=""), OrganisationFactory(name_ru="")
    client = signed_in(into_russian)
    answer = translate(client, record, {name_of(record, "title"): "Доклад"}, _next="1")
    assert answer["Location"] == screen_of(other)
    answer = translate(client, other, {name_of(other, "name"): "Орган"}, _next="1")
    assert answer["Location"] == screen_of(other)


# Who may what


def test_a_translator_works_in_the_given_languages_only(signed_in, into_russian):
    record, client = english_document(), signed_in(into_russian)
    assert client.get(screen_of(record, "en")).status_code == 403
    assert send(client, record, "en").status_code == 403
    assert client.get(screen_of(record, "fr")).status_code == 404


def test_a_translator_without_a_language_is_told_so(signed_in, translator):
    TranslatorLanguage.objects.all().delete()
    answer = signed_in(translator).get(screen_of(english_document()), follow=True)
    assert "administrator" in str(list(answer.context["messages"])[0])


def test_visitors_see_no_screen(client, published_document):
    assert client.get(screen_of(published_document)).status_code == 302


# What readers see


def test_a_translation_of_a_public_record_waits_for_review(signed_in, into_russian):
    record = english_document(summary_en="Two pages", summary_ru="", published=True)
    client = signed_in(into_russian)
    translate(client, record, {name_of(record, "summary"): "Две страницы"})
    record.refresh_from_db()
    assert not record.summary_ru
    assert Revision.objects.about(record).get().author == into_russian
    page = client.get(screen_of(record))
    texts = {text.field: text for text in page.context["screen"].texts}
    assert texts["summary"].input.value() == "Две страницы"
    assert texts["summary"].state == "done"
    assert "Две страницы" not in client.get(f"/ru/documents/{record.slug}/").content.decode()


def revised(client, record, **texts):
    """Changed in the ordinary form, so that it waits for review."""
    page = address(type(record), "change", record.pk)
    answer = client.post(page, {**form_data(client.get(page)), **texts})
    assert answer.status_code == 302
    return Revision.objects.about(record).get()


def waits(client, state) -> set[str]:
    page = client.get("/admin/archive/document/", {"translation": f"{state}-ru"})
    return {record.slug for record in page.context["cl"].queryset}


def test_what_was_changed_in_a_public_record_is_translated_before_it_is_published(
    signed_in, curator, into_russian, reviewer
):
    record = english_document(slug="report", published=True)
    revision = revised(signed_in(curator), record, title_en="A second report")
    assert outdated(record) == []
    client = signed_in(into_russian)
    assert waits(client, "outdated") == {"report"}
    (text,) = client.get(screen_of(record)).context["screen"].texts
    assert (text.state, text.was, text.source) == ("outdated", "A report", "A second report")
    translate(client, record, {name_of(record, "title"): "Второй доклад"})
    (text,) = client.get(screen_of(record)).context["screen"].texts
    assert text.state == "done"
    assert waits(client, "outdated") == set()
    revision.refresh_from_db()
    submit_revision(revision, by=into_russian)
    publish_revision(revision, by=reviewer, weight="wording")
    record.refresh_from_db()
    assert (record.title_en, record.title_ru) == ("A second report", "Второй доклад")
    assert outdated(record) == []
    assert waits(client, "outdated") == set()


def test_a_translation_of_a_public_record_is_submitted_from_its_screen(
    signed_in, into_russian, reviewer
):
    record = english_document(published=True)
    client = signed_in(into_russian)
    assert 'name="_submit"' in client.get(screen_of(record)).content.decode()
    translate(client, record, {name_of(record, "title"): "Отчёт"})
    page = client.get(screen_of(record)).content.decode()
    assert address(Document, "changes", record.pk) in page
    assert "Submit them for review when they are ready" in page
    mine = dict(client.get("/admin/").context["work"])["My unpublished changes of public records"]
    assert [row.title for row in mine.rows] == ["A report"]
    answer = client.post(screen_of(record), opened(client, record) | {"_submit": "1"}, follow=True)
    assert "wait for review" in answer.content.decode()
    revision = Revision.objects.about(record).get()
    assert (revision.stage, revision.submitted_by) == ("in_review", into_russian)
    publish_revision(revision, by=reviewer, weight="wording")
    record.refresh_from_db()
    assert record.title_ru == "Отчёт"


def test_who_takes_changes_back_from_review_is_told_so(signed_in, curator, into_russian):
    record = english_document(published=True)
    submit_revision(revised(signed_in(curator), record, title_en="The report"), by=curator)
    client = signed_in(into_russian)
    assert "What you save takes them back" in client.get(screen_of(record)).content.decode()
    translate(client, record, {name_of(record, "title"): "Отчёт"})
    assert "were waiting for review" in client.get(screen_of(record)).content.decode()
    for user in (into_russian, curator):
        lists = dict(signed_in(user).get("/admin/").context["work"])
        assert lists["My unpublished changes of public records"].count == 1
    client.post(screen_of(record), opened(client, record) | {"_submit": "1"})
    assert Revision.objects.about(record).get().stage == "in_review"


def test_what_is_not_public_has_nothing_to_submit_on_the_screen(signed_in, into_russian):
    page = signed_in(into_russian).get(screen_of(english_document())).content.decode()
    assert 'name="_submit"' not in page


def test_a_text_that_is_new_in_unpublished_changes_waits_for_its_translation(
    signed_in, curator, into_russian
):
    record = english_document(slug="report", published=True)
    client = signed_in(into_russian)
    assert waits(client, "missing") == set()
    revised(signed_in(curator), record, summary_en="What it says.")
    assert waits(client, "missing") == {"report"}
    translate(client, record, {name_of(record, "summary"): "О чём он."})
    assert waits(client, "missing") == set()


def published_case():
    source = ["https://example.org/"]
    return LegalCaseFactory(
        slug="case", title_en="A case", title_ru="Дело", sources=source, published=True
    )


def case_with_a_new_step(client, **texts):
    """A published case of which only the unpublished changes have a step, and those changes."""
    case = published_case()
    prefix = CaseStep._meta.get_field("case").remote_field.get_accessor_name()
    fields = {
        f"{prefix}-TOTAL_FORMS": 1,
        f"{prefix}-0-kind": "judgment",
        f"{prefix}-0-date": "2020-05-26",
        **{f"{prefix}-0-{name}": text for name, text in texts.items()},
    }
    return case, revised(client, case, **fields)


def waiting_cases(client, state) -> set[str]:
    page = client.get("/admin/archive/legalcase/", {"translation": f"{state}-ru"})
    return {record.slug for record in page.context["cl"].queryset}


def new_step(client, case):
    texts = client.get(screen_of(case)).context["screen"].texts
    return next(text for text in texts if text.form.instance._meta.model_name == "casestep")


def test_a_part_that_is_new_in_unpublished_changes_waits_for_its_translation(
    signed_in, curator, into_russian, reviewer
):
    case, revision = case_with_a_new_step(signed_in(curator), note_en="In private")
    client = signed_in(into_russian)
    assert waiting_cases(client, "missing") == {"case"}
    assert works(client.get("/admin/"), "Missing translations") == ["A case"]
    text = new_step(client, case)
    assert (text.state, text.source) == ("missing", "In private")
    translate(client, case, {text.input.html_name: "При закрытых дверях"})
    assert waiting_cases(client, "missing") == set()
    assert works(client.get("/admin/"), "Missing translations") == []
    assert new_step(client, case).input.value() == "При закрытых дверях"
    assert not case.steps.exists()
    revision.refresh_from_db()
    submit_revision(revision, by=into_russian)
    publish_revision(revision, by=reviewer, weight="addition")
    (step,) = case.steps.all()
    assert (step.note_en, step.note_ru) == ("In private", "При закрытых дверях")
    assert waiting_cases(client, "missing") == set()


@pytest.mark.parametrize(
    ("factory", "owner", "field", "linked"),
    [
        (AttachmentFactory, "document", "description", {}),
        (CaseOutcomeFactory, "case", "note", {}),
        (RoleFactory, "person", "title", {"organisation": OrganisationFactory}),
    ],
)
def test_parts_of_every_kind_are_translated_before_they_are_published(
    signed_in, into_russian, factory, owner, field, linked
):
    model = factory._meta.model
    record = FACTORIES[model._meta.get_field(owner).related_model](published=True)
    linked = {name: make() for name, make in linked.items()}
    with editing(record, by=into_russian):
        factory(**linked, **{owner: record, f"{field}_en": "A remark", f"{field}_ru": ""})
    assert not model.objects.exists()
    client = signed_in(into_russian)
    text = next(
        text
        for text in client.get(screen_of(record)).context["screen"].texts
        if isinstance(text.form.instance, model) and text.field == field
    )
    assert text.state == "missing"
    name, limit = text.input.html_name, model._meta.get_field(f"{field}_ru").max_length
    if limit:
        answer = translate(client, record, {name: "ж" * (limit + 1)})
        assert answer.status_code == 200 and answer.context["has_errors"]
    translate(client, record, {name: "Примечание"})
    relation = model._meta.get_field(owner).remote_field.get_accessor_name()
    (row,) = Revision.objects.about(record).get().data["parts"][relation].values()
    assert row["fields"][f"{field}_ru"] == "Примечание"


def test_a_part_translated_in_unpublished_changes_waits_no_longer(signed_in, curator, into_russian):
    case = published_case()
    step = CaseStepFactory(case=case, note_en="In private", note_ru="")
    client = signed_in(into_russian)
    assert waiting_cases(client, "missing") == {"case"}
    translate(client, case, {name_of(step, "note"): "При закрытых дверях"})
    assert waiting_cases(client, "missing") == set()


def test_a_part_that_is_new_and_outdated_is_published_as_such(signed_in, curator, reviewer):
    client = signed_in(curator)
    case, revision = case_with_a_new_step(
        client, note_en="In private", note_ru="При закрытых дверях"
    )
    assert outdated(case) == []
    page = client.get(address(LegalCase, "change", case.pk))
    data = form_data(page)
    (name,) = [name for name, value in data.items() if value == "In private"]
    client.post(address(LegalCase, "change", case.pk), {**data, name: "In public"})
    assert waiting_cases(client, "outdated") == {"case"}
    revision.refresh_from_db()
    submit_revision(revision, by=curator)
    publish_revision(revision, by=reviewer, weight="addition")
    (text,) = outdated(LegalCase.objects.get(pk=case.pk))
    assert (text.row, text.was, text.now) == (case.steps.get(), "In private", "In public")
    assert waiting_cases(client, "outdated") == {"case"}


def test_what_still_holds_in_a_revision_holds_when_it_is_published(
    signed_in, curator, into_russian, reviewer
):
    record = english_document(slug="report", published=True)
    revision = revised(signed_in(curator), record, title_en="A report.. ")
    revised(signed_in(curator), record, title_en="The report")
    client = signed_in(into_russian)
    translate(client, record, {}, _holds=id_of(record, "title"))
    assert waits(client, "outdated") == set()
    revision.refresh_from_db()
    submit_revision(revision, by=curator)
    publish_revision(revision, by=reviewer, weight="wording")
    assert outdated(Document.objects.get(pk=record.pk)) == []


def test_an_outdated_translation_is_published_as_such(signed_in, curator, reviewer):
    record = english_document(slug="report", published=True)
    revision = revised(signed_in(curator), record, title_en="The report")
    submit_revision(revision, by=curator)
    publish_revision(revision, by=reviewer, weight="wording")
    (text,) = outdated(Document.objects.get(pk=record.pk))
    assert (text.was, text.now) == ("A report", "The report")
    assert waits(signed_in(curator), "outdated") == {"report"}


def test_dropped_changes_leave_the_translations_as_they_were(signed_in, curator, into_russian):
    record = english_document(published=True)
    revision = revised(signed_in(curator), record, title_en="The report")
    translate(signed_in(into_russian), record, {}, _holds=id_of(record, "title"))
    drop_revision(revision, by=curator)
    assert outdated(record) == []
    assert not TranslatedText.objects.exists()


def test_a_text_of_a_public_record_that_still_holds_needs_no_review(
    signed_in, curator, into_russian, reviewer
):
    record = english_document(published=True)
    revision = revised(signed_in(curator), record, title_en="The report")
    submit_revision(revision, by=curator)
    publish_revision(revision, by=reviewer, weight="wording")
    translate(signed_in(into_russian), record, {}, _holds=id_of(record, "title"))
    assert outdated(Document.objects.get(pk=record.pk)) == []
    assert not Revision.objects.exists()


# Lists


def works(page, title) -> list[str]:
    lists = dict(page.context["work"])
    listing = next((listing for name, listing in lists.items() if str(name) == title), None)
    return [row.title for row in listing.rows] if listing else []


def test_the_first_page_lists_what_waits_for_a_translator(signed_in, into_russian):
    english_document(title_ru="")
    DocumentFactory(title_en="", title_ru="Только по-русски")
    late = english_document(title_en="Late")
    late.title_en = "Later"
    late.save()
    CaseStepFactory(case=LegalCaseFactory(title_en="The case"), note_en="In private", note_ru="")
    FACTORIES[Claim](text_en="Gone", text_ru="", withdrawn=True)
    page = signed_in(into_russian).get("/admin/")
    assert sorted(works(page, "Missing translations")) == ["A report", "The case"]
    assert works(page, "Outdated translations") == ["Later"]


def test_a_translator_without_a_language_has_no_such_list(signed_in, translator):
    TranslatorLanguage.objects.all().delete()
    english_document(title_ru="")
    assert works(signed_in(translator).get("/admin/"), "Missing translations") == []


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ("missing", {"only-en", "only-ru"}),
        ("missing-ru", {"only-en"}),
        ("missing-en", {"only-ru"}),
        ("outdated", {"changed"}),
        ("outdated-ru", {"changed"}),
        ("outdated-en", set()),
        ("nonsense", {"only-en", "only-ru", "changed", "whole"}),
    ],
)
def test_a_list_is_filtered_by_what_waits(signed_in, curator, chosen, found):
    english_document(slug="only-en", title_ru="")
    DocumentFactory(slug="only-ru", title_en=None)
    english_document(slug="whole")
    changed = english_document(slug="changed")
    changed.title_en = "Another"
    changed.save()
    page = signed_in(curator).get("/admin/archive/document/", {"translation": chosen})
    assert {record.slug for record in page.context["cl"].queryset} == found


def test_a_list_leads_to_the_screen(signed_in, into_russian):
    half, client = english_document(title_ru=""), signed_in(into_russian)
    page = client.get("/admin/archive/document/").content.decode()
    assert f'href="{screen_of(half)}"' in page
    assert "missing: Russian" in page


def test_a_language_that_was_not_given_is_named_without_a_way_to_it(signed_in, into_russian):
    half = DocumentFactory(title_en="", title_ru="Доклад")
    page = signed_in(into_russian).get("/admin/archive/document/").content.decode()
    assert "missing: English" in page
    assert screen_of(half, "en") not in page


def test_the_screen_costs_no_query_for_each_part(signed_in, curator, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    case, client = LegalCaseFactory(), signed_in(curator)
    CaseStepFactory(case=case, note_en="In private")
    client.get(screen_of(case))
    with CaptureQueriesContext(connection) as one:
        client.get(screen_of(case))
    for _number in range(9):
        CaseStepFactory(case=case, note_en="In private")
        CaseOutcomeFactory(case=case, note_en="By majority")
    with django_assert_num_queries(len(one)):
        client.get(screen_of(case))
