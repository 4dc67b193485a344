"""Into which languages a translator writes, and what becomes of a text on its way into a form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.admin.texts import tidied
from archive.models import Document, TranslatorLanguage
from tests.archive.test_admin import address, form_data
from tests.factories import CaseStepFactory, DocumentFactory, LegalCaseFactory

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


@pytest.fixture
def into_russian(translator):
    TranslatorLanguage.objects.exclude(language="ru").delete()
    return translator


def save(client, record, **data):
    page = client.get(address(type(record), "change", record.pk))
    return client.post(
        address(type(record), "change", record.pk), {**form_data(page), **data}, follow=True
    )


def test_a_translator_writes_in_the_given_languages_only(signed_in, into_russian):
    record = DocumentFactory(title_en="A report", title_ru="Доклад", reference="1")
    save(
        signed_in(into_russian),
        record,
        title_en="Mine",
        title_ru="Отчёт",
        translation_kind_en="machine",
        translation_kind_ru="official",
        reference="2",
        status="published",
    )
    record.refresh_from_db()
    assert (record.title_en, record.title_ru) == ("A report", "Отчёт")
    assert (record.translation_kind_en, record.translation_kind_ru) == ("human", "official")
    assert (record.reference, record.status) == ("1", "draft")


def test_so_it_is_in_the_parts_of_a_record(signed_in, into_russian):
    record = LegalCaseFactory()
    step = CaseStepFactory(case=record, note_en="In private", note_ru="Закрыто", date="2020")
    written = {"note_en": "Mine", "note_ru": "При закрытых дверях", "date": "2021"}
    save(
        signed_in(into_russian),
        record,
        **{f"steps-0-{name}": value for name, value in written.items()},
    )
    step.refresh_from_db()
    assert (step.note_en, step.note_ru, str(step.date)) == (
        "In private",
        "При закрытых дверях",
        "2020",
    )


def test_a_translator_without_a_language_writes_nothing(signed_in, translator):
    TranslatorLanguage.objects.all().delete()
    page = signed_in(translator).get(address(Document, "change", DocumentFactory().pk))
    assert not page.context["adminform"].form.fields


def test_a_heading_in_the_other_language_is_enough(signed_in, into_russian):
    record = DocumentFactory(title_en="A report", title_ru="Доклад", summary_ru="")
    save(signed_in(into_russian), record, title_ru="", summary_ru="О чём речь")
    record.refresh_from_db()
    assert (record.title_ru or "", record.summary_ru) == ("", "О чём речь")


def test_the_last_heading_is_not_taken_away(signed_in, into_russian):
    record = DocumentFactory(title_en="", title_ru="Доклад")
    answer = save(signed_in(into_russian), record, title_ru="")
    assert "title_ru" in answer.context["adminform"].form.errors


def test_what_the_database_would_refuse_of_a_translator_is_said(signed_in, into_russian):
    record = LegalCaseFactory(court=None, forum_en="", forum_ru="Третейский суд")
    answer = save(signed_in(into_russian), record, forum_ru="")
    assert answer.context["adminform"].form.non_field_errors()
    record.refresh_from_db()
    assert record.forum_ru == "Третейский суд"


def test_an_administrator_gives_languages_on_the_page_of_the_account(
    signed_in, administrator, translator
):
    client, page = signed_in(administrator), f"/admin/auth/user/{translator.pk}/change/"
    form = client.get(page).context["adminform"].form
    assert form["languages"].value() == ["en", "ru"]
    groups = [group.pk for group in translator.groups.all()]
    client.post(page, {"username": "translator", "groups": groups, "languages": ["ru"]})
    given = translator.translator_languages.values_list("language", flat=True)
    assert list(given) == ["ru"]
    client.post(page, {"username": "translator", "groups": groups, "languages": ["xx"]})
    assert list(given.all()) == ["ru"]


# What is stored of what was typed or pasted


@pytest.mark.parametrize(
    ("pasted", "stored"),
    [
        ("One\r\n\r\ntwo\r", "One\n\ntwo"),
        ("One\u2028two\u2029three", "One\ntwo\nthree"),
        ("о\xadстров\u200bа\ufeff", "острова"),
        ("И\u0306од, е\u0308ж", "Йод, ёж"),
        ("\u202eevil\u202c", "evil"),
        ("13\xa0сентября", "13\xa0сентября"),
        ("one\ttwo  ", "one two"),
        ("Երեւան և Գյումրի", "Երեւան և Գյումրի"),
        ("Şuşa, İŞĞƏ, I\u0307", "Şuşa, İŞĞƏ, İ"),
        ("<b>bold</b>", "<b>bold</b>"),
    ],
)
def test_pasted_text_keeps_its_letters_and_loses_what_nobody_sees(pasted, stored):
    assert tidied(pasted, lines=True) == stored


def test_a_line_break_in_a_heading_is_a_space():
    assert tidied("Two\r\nlines", lines=False) == "Two lines"


@given(st.text(), st.booleans())
def test_what_is_tidy_stays_so(text, lines):
    tidy = tidied(text, lines=lines)
    assert tidied(tidy, lines=lines) == tidy


def test_a_text_that_is_too_long_is_refused_whole_and_kept_in_the_form(signed_in, curator):
    record, long = DocumentFactory(), "ж" * 401
    client = signed_in(curator)
    form = client.get(address(Document, "change", record.pk)).context["adminform"].form
    assert "maxlength" not in form.fields["title_ru"].widget.attrs
    answer = save(client, record, title_ru=long)
    form = answer.context["adminform"].form
    assert "title_ru" in form.errors
    assert form["title_ru"].value() == long
