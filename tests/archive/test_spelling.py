"""Words that the reader may have meant: near ones, that find something."""

import pytest

from archive.models import Status
from archive.search import Question, ask, corrected, current
from archive.search.spelling import near
from tests.factories import DocumentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ships():
    DocumentFactory(title_en="Quinquereme of Nineveh", title_ru="Галеон", published=True)
    DocumentFactory(title_en="Stately galleon", title_ru="", published=True)
    DocumentFactory(title_en="Hidden canaryword", title_ru="")


def proposed(text: str, **question) -> list[tuple[str, int]]:
    return corrected(ask(Question(text=text, **question)))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("quinquerem", "quinquereme"),
        ("quinqeureme", "quinquereme"),
        ("quinkuerme", "quinquereme"),
        ("gallion", "galleon"),
        ("галион", "галеон"),
        ("QUINQEUREME", "quinquereme"),
        ("qiunquereme", "quinquereme"),
    ],
)
def test_a_word_with_one_or_two_wrong_letters_is_proposed_rightly(typed, meant):
    assert near(typed)[:1] == [meant]
    assert proposed(typed)[0] == (meant, 1)


@pytest.mark.parametrize("typed", ["gal", "gaxxxon", "zzzzzz", "", "…"])
def test_short_and_far_words_are_left_alone(typed):
    assert near(typed) == []
    assert proposed(typed) == []


def test_a_short_word_may_have_one_wrong_letter_only():
    DocumentFactory(title_en="Ophir", published=True)
    assert near("ophor") == ["ophir"]
    assert near("ophxx") == []


def test_only_the_unknown_word_is_replaced_and_the_rest_of_the_query_is_kept():
    assert proposed('stately "gallion"') == [('stately "galleon"', 1)]
    assert proposed("title:gallion OR ninevah")[0][0].startswith("title:galleon OR")


def test_no_part_of_another_word_is_written_otherwise():
    DocumentFactory(title_en="Gallionade on a galleon", title_ru="", published=True)
    assert proposed("gallionade  gallion") == [("gallionade galleon", 1)]


def test_what_is_excluded_is_not_proposed_otherwise():
    assert proposed("galleon -ninevah") == []
    assert proposed("gallion -ninevah") == [("galleon -ninevah", 1)]


def test_what_would_find_nothing_is_not_proposed():
    assert proposed("nineveh gallion") == []
    assert proposed("gallion", chosen={"kind": ("no such",)}) == []


def test_a_query_that_finds_something_has_nothing_unknown():
    assert proposed("galleon") == proposed("") == proposed("галеоны") == []


def test_there_are_at_most_so_many_and_none_twice():
    for title in ("marine", "mariner", "marines", "marinet", "marina", "maring"):
        DocumentFactory(title_en=title, title_ru="", published=True)
    found = near("marinx", most=3)
    assert len(found) == 3 == len(set(found))
    assert len(proposed("marinx")) <= 3


def test_a_word_of_a_hidden_record_is_never_proposed():
    assert near("canarywort") == proposed("canarywort") == []
    document = DocumentFactory(title_en="Canaryword", published=True)
    assert near("canarywort") == ["canaryword"]
    document.status, document.withdrawn_at = Status.WITHDRAWN, document.published_at
    document.save()
    assert near("canarywort") == proposed("canarywort") == []


def test_what_is_proposed_is_in_the_state_of_the_archive_that_was_asked():
    before = current()
    DocumentFactory(title_en="Ophir", published=True)
    assert near("ophor", view=before) == []
    assert near("ophor", view=current()) == ["ophir"]
