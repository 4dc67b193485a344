"""Which translations are outdated: whoever changes a text, and however."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.models import TranslatedText, TranslationKind
from archive.models.translations import (
    missing_in,
    outdated,
    outdated_in,
    same,
    source_language,
    translated,
)
from tests.factories import (
    CaseStepFactory,
    DocumentFactory,
    IncidentFactory,
    LegalCaseFactory,
    RoleFactory,
    TreatyReferenceFactory,
)

pytestmark = pytest.mark.django_db


def change(row, **texts):
    for name, text in texts.items():
        setattr(row, name, text)
    row.save()


def told(record) -> list[tuple]:
    return [(text.field, text.language, text.was, text.now) for text in outdated(record)]


def english_document(**texts):
    return DocumentFactory(language="en", title_en="A report", title_ru="Доклад", **texts)


# From which language


def test_the_original_is_the_source():
    record = IncidentFactory(translation_kind_ru=TranslationKind.ORIGINAL)
    assert source_language(record, "en") == "ru"
    assert source_language(record, "ru") is None


def test_without_a_mark_the_language_of_the_document_is_the_source():
    record = DocumentFactory(language="ru")
    assert source_language(record, "en") == "ru"
    assert source_language(record, "ru") is None


@pytest.mark.parametrize("language", ["hy", "az"])
def test_what_was_written_in_a_third_language_is_translated_from_the_other(language):
    record = DocumentFactory(language=language)
    assert source_language(record, "en") == "ru"
    assert source_language(record, "ru") == "en"


def test_two_originals_are_no_translations():
    original = TranslationKind.ORIGINAL
    record = IncidentFactory(translation_kind_en=original, translation_kind_ru=original)
    change(record, title_en="Something else")
    assert source_language(record, "en") is source_language(record, "ru") is None
    assert told(record) == []


# Outdated and no longer


def test_a_new_record_is_not_outdated():
    assert told(english_document()) == []


def test_a_changed_source_leaves_its_translation_outdated():
    record = english_document()
    change(record, title_en="A second report")
    assert told(record) == [("title", "ru", "A report", "A second report")]


def test_what_was_translated_stays_the_measure_through_several_changes():
    record = english_document()
    change(record, title_en="A second report")
    change(record, title_en="A third report")
    assert told(record) == [("title", "ru", "A report", "A third report")]


def test_a_source_put_back_is_translated_as_it_was():
    record = english_document()
    change(record, title_en="A second report")
    change(record, title_en="A report")
    assert told(record) == []


def test_a_new_translation_agrees_with_its_source():
    record = english_document()
    change(record, title_en="A second report")
    change(record, title_ru="Второй доклад")
    assert told(record) == []


def test_both_changed_together_agree():
    record = english_document()
    change(record, title_en="A second report", title_ru="Второй доклад")
    assert told(record) == []


def test_a_mended_translation_says_nothing_against_the_original():
    record = english_document()
    change(record, title_ru="Отчёт")
    assert told(record) == []


def test_without_an_original_each_follows_the_other_but_not_back_again():
    record = IncidentFactory(title_en="Shelling alleged", title_ru="Сообщения об обстреле")
    change(record, title_en="Shelling of a road alleged")
    assert [text[:2] for text in told(record)] == [("title", "ru")]
    change(record, title_ru="Сообщения об обстреле дороги")
    assert told(record) == []
    change(record, title_ru="Сообщения об обстреле моста")
    assert [text[:2] for text in told(record)] == [("title", "en")]


@pytest.mark.parametrize("empty", ["", None])
def test_what_is_not_there_is_missing_and_not_outdated(empty):
    record = english_document(summary_en="Two pages", summary_ru=empty)
    change(record, summary_en="Three pages")
    assert told(record) == []
    assert type(record).objects.filter(missing_in(type(record), "ru")).get() == record
    assert not type(record).objects.filter(missing_in(type(record), "en"))


def test_a_translation_taken_away_is_missing_and_no_longer_outdated():
    record = english_document(summary_en="Two pages", summary_ru="Две страницы")
    change(record, summary_en="Three pages")
    change(record, summary_ru="")
    assert told(record) == []


def test_a_text_that_was_first_written_as_a_translation_is_not_outdated_by_its_own_making():
    record = IncidentFactory(summary_en="Somebody reports", summary_ru="")
    change(record, summary_ru="Некто сообщает")
    assert told(record) == []


def test_line_breaks_as_browsers_send_them_change_nothing():
    record = english_document(summary_en="One\n\ntwo", summary_ru="Раз\n\nдва")
    change(record, summary_en="One\r\n\r\ntwo ")
    assert told(record) == []


def test_another_original_voids_what_was_noted():
    record = LegalCaseFactory(title_en="A case", title_ru="Дело")
    step = CaseStepFactory(case=record, note_en="In private", note_ru="При закрытых дверях")
    change(record, title_en="A new case")
    change(step, note_en="In public")
    assert len(outdated(record)) == 2
    change(record, translation_kind_ru=TranslationKind.ORIGINAL)
    assert told(record) == []


def test_saving_other_fields_only_leaves_the_texts_as_they_are():
    record = english_document()
    record.title_en = "Not to be stored"
    record.save(update_fields=["reference"])
    assert told(record) == []


# Parts


def test_a_part_is_outdated_with_its_record():
    record = LegalCaseFactory()
    step = CaseStepFactory(case=record, note_en="In private", note_ru="При закрытых дверях")
    change(step, note_en="In public")
    assert told(record) == [("note", "ru", "In private", "In public")]
    assert type(record).objects.filter(outdated_in(type(record), "ru")).get() == record
    step.delete()
    assert not TranslatedText.objects.exists()


@pytest.mark.parametrize(
    ("factory", "owner", "texts"),
    [
        (CaseStepFactory, "case", {"note_en": "In private", "note_ru": None}),
        (RoleFactory, "person", {"title_ru": ""}),
        (TreatyReferenceFactory, "violation_type", {"detail_en": "First", "detail_ru": ""}),
    ],
)
def test_a_part_without_a_translation_is_missed(factory, owner, texts):
    record = getattr(factory(**texts), owner)
    factory()
    assert type(record).objects.filter(missing_in(type(record), "ru")).get() == record


# What translators say


def test_a_text_that_still_holds_is_no_longer_outdated():
    record = english_document()
    change(record, title_en="A report.")
    translated(record, "title", "ru", "A report.")
    assert told(record) == []


def test_a_source_changed_while_it_was_translated_is_not_lost():
    record = english_document()
    change(record, title_en="A second report", title_ru="Второй доклад")
    translated(record, "title", "ru", "A report")
    assert told(record) == [("title", "ru", "A report", "A second report")]


# Words


@pytest.mark.parametrize("letters", ["Շուշի եւ Ստեփանակերտ", "Şuşa və Xankəndi, İŞĞ", "Ёлка й"])
def test_letters_of_every_script_are_told_apart(letters):
    assert same(letters, f" {letters}\r\n")
    assert not same(letters, letters[:-1])


@given(st.text(), st.text())
def test_the_same_words_are_the_same_both_ways(one, other):
    assert same(one, one)
    assert same(one, other) is same(other, one)
