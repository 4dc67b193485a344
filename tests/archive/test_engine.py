"""One question, one answer: what matches, in which order, and how it is counted."""

import datetime as dt
from collections import Counter

import pytest
from django.utils import timezone

from archive.models import (
    Document,
    DocumentKind,
    LegalCase,
    Person,
    Place,
    SearchState,
)
from archive.search import Hit, Question, ask, prepare, rebuilding, writing
from archive.search.engine import ORDERS
from archive.search.snippets import marked
from tests.factories import (
    CaseStepFactory,
    DocumentFactory,
    LegalCaseFactory,
    OrganisationFactory,
    PersonFactory,
    PlaceFactory,
)

pytestmark = pytest.mark.django_db


def document(slug: str, title: str = "", **fields):
    """Says nothing but what is given."""
    texts = {"title_en": title, "title_ru": "", "original_title": "", "publisher": None}
    return DocumentFactory(slug=slug, published=True, **{**texts, **fields})


def ranked(text: str = "", **question) -> list[str]:
    """Slugs in order."""
    hits = ask(Question(text=text, **question)).page(0, 100)
    return [hit.kind.objects.get(pk=hit.pk).slug for hit in hits]


def found(text: str, **question) -> set[str]:
    return set(ranked(text, **question))


# ── what matches ──


@pytest.fixture
def ships():
    document("galleon", "The galleon of Nineveh", authors=["John Masefield"])
    document("trireme", "The trireme", summary_en="A galleon of Ophir", reference="A/HRC/51/1")
    document("coaster", "A dirty British coaster", note_en="with a cargo of coal")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("galleon", {"galleon", "trireme"}),
        ("galleon ophir", {"trireme"}),
        ("galleon OR coaster", {"galleon", "trireme", "coaster"}),
        ("galleon ИЛИ coaster", {"galleon", "trireme", "coaster"}),
        ("galleon -ophir", {"galleon"}),
        ("galleon -(ophir OR coal)", {"galleon"}),
        ("galleon -(nineveh ophir)", {"galleon", "trireme"}),
        ("(galleon OR coal) -trireme", {"galleon", "coaster"}),
        ('"british coaster"', {"coaster"}),
        ('"coaster british"', set()),
        ('"dirty coaster"', set()),
        ('"galleon of nineveh"', {"galleon"}),
        ('-"galleon of nineveh" galleon', {"trireme"}),
        ("gal*", {"galleon", "trireme"}),
        ("coas*", {"coaster"}),
        ("title:galleon", {"galleon"}),
        ("title:gal*", {"galleon"}),
        ('title:"the trireme"', {"trireme"}),
        ("title:coal", set()),
        ("заголовок:galleon", {"galleon"}),
        ("author:masefield", {"galleon"}),
        ("author:galleon", set()),
        ("number:A/HRC/51/1", {"trireme"}),
        ("A/HRC/51/1", {"trireme"}),
        ("A/HRC/51", {"trireme"}),
        ("A/HRC/5", set()),
        ("the of", set()),
    ],
)
def test_the_query_language_is_followed(ships, text, expected):
    assert found(text) == expected


def test_no_phrase_reaches_from_one_text_into_the_next():
    document("one", "The galleon", summary_en="trireme and more", authors=["quin", "quereme"])
    assert found('"galleon trireme"') == found('"quin quereme"') == set()
    assert found('"trireme and more"') == {"one"}


def test_a_phrase_is_met_in_any_inflection_and_across_a_common_word():
    document("one", title_ru="Обстрел жилых кварталов города")
    assert found('"обстрелы жилого квартала"') == {"one"}
    document("two", "Execution of the prisoners")
    assert found('"execution of prisoners"') == set()
    assert found('"executions of the prisoner"') == {"two"}


@pytest.fixture
def linked():
    """Records of every kind about one place, one organisation and one person."""
    navy = OrganisationFactory(slug="navy", name_en="Navy", name_ru="Флот", published=True)
    nelson = PersonFactory(slug="nelson", name_en="Nelson", name_ru="Нельсон", published=True)
    nineveh = PlaceFactory(slug="nineveh", name_en="Nineveh", name_ru="Ниневия", published=True)
    case = LegalCaseFactory(
        slug="case", title_en="Ahab v. Whale", application_numbers=["35746/11"], court=navy,
        published=True,
    )  # fmt: skip
    document("published", publisher=navy)
    document("mentions", organisations=[navy], people=[nelson])
    document("there", places=[nineveh])
    document("judgment", cases=[case])
    document("says", "The navy, Nelson and Nineveh")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("navy", {"navy", "published", "mentions", "case", "says"}),
        ("Флот", {"navy", "published", "mentions", "case", "says"}),
        ("publisher:navy", {"navy", "published"}),
        ("organisation:navy", {"navy", "published", "mentions", "case"}),
        ("court:navy", {"navy", "case"}),
        ("суд:флот", {"navy", "case"}),
        ("person:nelson", {"nelson", "mentions"}),
        ("place:nineveh", {"nineveh", "there"}),
        ("место:ниневия", {"nineveh", "there"}),
        ("place:nin*", {"nineveh", "there"}),
        ("place:navy", set()),
        ("case:ahab", {"case", "judgment"}),
        ("case:35746/11", {"case", "judgment"}),
        ("35746/11", {"case", "judgment"}),
        ('"Ahab v. Whale"', {"case", "judgment"}),
        ('"Nineveh"', {"nineveh", "there", "says"}),
        ("navy -publisher:navy", {"mentions", "case", "says"}),
    ],
)
def test_names_and_numbers_find_what_is_linked_with_them(linked, text, expected):
    assert found(text) == expected


def test_a_name_in_the_vicinity_is_met_by_its_sound_and_said_so():
    PersonFactory(slug="person", name_en="Pashinyan", name_ru="Пашинян", published=True)
    answer = ask(Question(text="Paşinyan"))
    assert answer.total == 1
    answer = ask(Question(text="Pachinian"))
    assert answer.total == 1
    assert set(answer.also) == {"Pachinian"}


@pytest.fixture
def people():
    """Two of one surname and one of an ordinary word, each with a document that names them."""
    for slug, en, ru in (
        ("ilham", "Ilham Aliyev", "Ильхам Алиев"),
        ("heydar", "Heydar Aliyev", "Гейдар Алиев"),
        ("price", "Ned Price", "Нед Прайс"),
    ):
        person = PersonFactory(slug=slug, name_en=en, name_ru=ru, published=True)
        document(f"about-{slug}", people=[person])
    document("street", "A street of Aliyevs")
    document("bread", "The price of bread")
    PlaceFactory(slug="village", name_en="New Aliyev", name_ru="Новый Алиев", published=True)


@pytest.mark.parametrize("surname", ["Aliyev", "Алиев", "Алиевым", "Əliyev", "Alyev"])
def test_a_surname_finds_what_is_linked_with_everyone_who_has_it(people, surname):
    assert {"ilham", "about-ilham", "heydar", "about-heydar"} <= found(surname)
    assert "about-price" not in found(surname)


def test_a_surname_in_quotation_marks_finds_only_what_says_it(people):
    assert found('"Aliyevs"') == {"ilham", "heydar", "street", "village"}


def test_a_word_that_is_a_surname_too_finds_nothing_linked_with_who_has_it(people):
    assert found("price") == {"price", "bread"}


def test_an_ordinary_word_is_not_taken_for_a_name():
    PersonFactory(name_en="Aliyev", name_ru="Алиев", published=True)
    document("olive", "An olive")
    assert found("olive") == {"olive"}
    assert ask(Question(text="olive")).also == {}


def test_unknown_words_are_named():
    document("one", "galleon")
    answer = ask(Question(text="galleon quinquereme"))
    assert (answer.total, answer.unknown) == (0, ["quinquereme"])
    assert ask(Question(text="galleon")).unknown == []


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("People and children", "childre*"),
        ("Двое людей", "люде*"),
        ("Казнённые пленные", "казненн*"),
        ("Of the cities", "title:citie*"),
        ("No casualty", "casualtie*"),
    ],
)
def test_a_beginning_finds_words_whose_base_form_begins_otherwise(title, text):
    document("one", title, title_ru=title)
    document("other", "Министерство", summary_en="An oil field")
    answer = ask(Question(text=text))
    assert [hit.pk for hit in answer.page(0, 9)] == [Document.objects.get(slug="one").pk]
    assert any(piece.is_hit for piece in marked(title, answer.wanted))


def test_a_beginning_finds_neither_a_name_that_sounds_so_nor_more_than_begins_so():
    PersonFactory(name_en="Aliyev", name_ru="Алиев", published=True)
    document("olive", "An olive")
    document("ministry", "Заявление министерства")
    document("mine", "Мины")
    document("other", "Танки")
    assert found("olive*") == {"olive"}
    assert found("мин*") == {"ministry", "mine"}


def test_nothing_is_said_of_words_that_are_excluded(linked):
    answer = ask(Question(text="navy -quinquereme -nineveh -nels* -Нельсонн"))
    assert answer.unknown == []
    assert answer.also == {"navy": ["Флот"]}
    assert (answer.wanted.keys, answer.wanted.prefixes) == ({"navy", "флот"}, ())
    assert ask(Question(text="galeon -quinquereme")).unknown == ["galeon"]


def test_words_too_common_to_be_searched_are_left_out_and_alone_get_a_notice():
    document("one", "The galleon")
    assert found("the galleon") == {"one"}
    assert not ask(Question(text="the galleon")).notices
    assert len(ask(Question(text="the")).notices) == 1


def test_what_is_to_be_marked_are_the_words_that_were_looked_for():
    document("one", "Two armies of Nineveh")
    wanted = ask(Question(text="army nine*")).wanted
    hits = [piece.text for piece in marked("Two armies of Nineveh", wanted) if piece.is_hit]
    assert hits == ["armies", "Nineveh"]


def test_a_question_finds_only_the_kinds_that_it_asks_for(linked):
    assert found("nineveh", kinds=(Place,)) == {"nineveh"}
    assert found("nineveh", kinds=(Place, Document)) == {"nineveh", "there", "says"}
    assert found("", kinds=(Person,)) == {"nelson"}


# ── in order ──


def test_a_title_goes_before_a_summary_and_that_before_the_rest():
    document("rest", "One", note_en="a galleon at sea")
    document("title", "Galleon at sea")
    document("summary", "One", summary_en="a galleon at sea")
    assert ranked("galleon") == ["title", "summary", "rest"]


def test_what_is_called_exactly_so_goes_before_all_others():
    for number in range(3):
        document(f"often-{number}", "Nineveh, Nineveh, Nineveh and Nineveh", summary_en="Nineveh")
    PlaceFactory(slug="place", name_en="Nineveh", published=True, note_en="long " * 300)
    LegalCaseFactory(
        slug="case", title_en="A long title of a case", application_numbers=["35746/11"],
        summary_en="word " * 300, published=True,
    )  # fmt: skip
    document("numbers", "35746/11, 35746/11")
    assert ranked("nineveh")[0] == "place"
    assert ranked("no. 35746/11")[0] == "case"


def test_a_rare_word_weighs_more_than_a_frequent_one():
    for number in range(6):
        document(f"frequent-{number}", "galleon")
    document("rare", "quinquereme")
    assert ranked("galleon OR quinquereme")[0] == "rare"


def test_more_occurrences_and_fewer_words_weigh_more():
    document("long", "galleon", summary_en="other words " * 200)
    document("short", "galleon")
    document("often", "galleon", note_en="galleon galleon galleon")
    assert ranked("galleon") == ["often", "short", "long"]


def test_all_other_words_being_equal_a_whole_word_goes_before_its_beginning():
    document("begins", "galleonists")
    document("whole", "galleon")
    assert ranked("galleon*")[0] == "whole"


def test_among_equals_the_newer_goes_first_and_the_undated_last():
    for slug, date in (("old", "1992"), ("new", "2023-05"), ("none", ""), ("mid", "2020-11-01")):
        document(slug, "galleon", published_on=date)
    assert ranked("galleon") == ["new", "mid", "old", "none"]
    assert ranked("") == ["new", "mid", "old", "none"]


@pytest.fixture
def dated():
    moments = timezone.now() + dt.timedelta(days=1) * -3, timezone.now()
    dates = {
        "b-2020": "2020", "a-2020": "2020", "day": "2020-12-31", "old": "1992/1994",
        "open": "2019/..", "undated": "",
    }  # fmt: skip
    for number, (slug, date) in enumerate(dates.items()):
        record = document(slug, "galleon", published_on=date)
        moment = moments[0] + dt.timedelta(hours=number)
        Document.objects.filter(pk=record.pk).update(published_at=moment)


def test_newest_and_oldest_put_the_undated_last(dated):
    newest = ranked(order="newest")
    assert newest[-1] == "undated"
    assert newest.index("day") < newest.index("a-2020") < newest.index("b-2020")
    assert newest.index("b-2020") < newest.index("old")
    oldest = ranked(order="oldest")
    assert oldest[0] == "old" and oldest[-1] == "undated"
    assert oldest.index("open") < oldest.index("a-2020") < oldest.index("b-2020")
    assert oldest.index("b-2020") < oldest.index("day")


def test_added_puts_the_last_published_first(dated):
    assert ranked(order="added") == ["undated", "open", "old", "day", "a-2020", "b-2020"]


def test_names_are_in_the_order_of_the_readers_language():
    for en, ru in (("Beta", "Яков"), ("alpha", "борис"), ("Gamma", "Анна")):
        PersonFactory(slug=en.lower(), name_en=en, name_ru=ru, published=True)
    question = {"kinds": (Person,), "order": "name"}
    assert ranked(**question, language="en") == ["alpha", "beta", "gamma"]
    assert ranked(**question, language="ru") == ["gamma", "alpha", "beta"]


@pytest.mark.parametrize("order", ORDERS)
def test_what_is_alike_stands_in_the_same_order_however_the_index_was_made(order):
    alike = {"name_en": "Nineveh", "name_ru": "", "published": True}
    places = [PlaceFactory(slug=f"a-place-alike-{at}", **alike) for at in range(3)]
    people = [PersonFactory(slug=f"a-place-alike-{at}", **alike) for at in range(2)]
    for record in (*people, *places):
        type(record).objects.update(published_at=places[0].published_at)
    for record in (people[0], places[1], people[1], places[0]):  # written into the index anew
        record.note_en = "changed"
        record.save()
    maintained = ask(Question(order=order)).page(0, 9)
    rebuilding.rebuild()
    assert ask(Question(order=order)).page(0, 9) == maintained
    assert [hit.pk for hit in maintained if hit.kind is Place] == [place.pk for place in places]


@pytest.mark.parametrize("text", ["", "ga*"])
@pytest.mark.parametrize("order", ORDERS)
def test_pages_go_on_where_the_one_before_ended(dated, linked, order, text):
    answer = ask(Question(text=text, order=order))
    whole = answer.page(0, 100)
    assert len(whole) == len(set(whole)) == answer.total
    assert [hit for start in range(0, 20, 3) for hit in answer.page(start, 3)] == whole
    assert answer.page(100, 10) == answer.page(0, 0) == []


# ── counted ──


@pytest.fixture
def fleet():
    navy, guild = OrganisationFactory.create_batch(2, published=True)
    document("a", "galleon", publisher=navy, kind=DocumentKind.REPORT, published_on="2020-02")
    document("b", "galleon", publisher=guild, kind=DocumentKind.REPORT, published_on="2021")
    document("c", "galleon", publisher=guild, kind=DocumentKind.LETTER, published_on="2021-05-01")
    document("d", "trireme", publisher=guild, kind=DocumentKind.LETTER, published_on="1992/1994")
    return {"navy": f"organisation.{navy.pk}", "guild": f"organisation.{guild.pk}"}


def test_a_facet_is_counted_with_its_own_choice_set_aside(fleet):
    navy, guild = fleet["navy"], fleet["guild"]
    question = Question((Document,), chosen={"publisher": (guild,)})
    answer = ask(question)
    assert answer.total == 3
    assert answer.counts("publisher") == {navy: 1, guild: 3}
    assert answer.counts("kind") == {DocumentKind.REPORT: 1, DocumentKind.LETTER: 2}
    both = answer.asked(chosen={"publisher": (guild,), "kind": (DocumentKind.REPORT,)})
    assert both.total == 1
    assert both.counts("publisher") == {navy: 1, guild: 1}
    assert both.counts("kind") == {DocumentKind.REPORT: 1, DocumentKind.LETTER: 2}
    assert answer.asked(chosen={"publisher": (guild, navy)}).total == 4


def test_values_that_nobody_has_find_nothing(fleet):
    assert ask(Question(chosen={"publisher": ("organisation.999999",)})).total == 0
    assert ask(Question(chosen={"no such facet": ("x",)})).total == 0
    assert ask(Question((Document,), chosen={"kind": ()})).total == 4


def test_years_are_counted_by_every_year_that_a_date_touches(fleet):
    answer = ask(Question((Document,)))
    assert answer.years() == Counter({2020: 1, 2021: 2, 1992: 1, 1993: 1, 1994: 1})
    # The period is set aside, as the choice of a facet is.
    period = (dt.date(2021, 1, 1), None)
    assert answer.asked(period=period).years() == answer.years()
    assert answer.asked(text="galleon").years() == Counter({2020: 1, 2021: 2})


def test_a_record_with_several_dates_counts_once_a_year():
    case = LegalCaseFactory(published=True)
    for date in ("2011-03-01", "2011-07-01", "2013"):
        CaseStepFactory(case=case, date=date)
    assert ask(Question((LegalCase,))).years() == {2011: 1, 2013: 1}


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (None, None, {"a", "b", "c", "d"}),
        (dt.date(2021, 1, 1), None, {"b", "c"}),
        (None, dt.date(2020, 2, 1), {"a", "d"}),
        (None, dt.date(2020, 1, 31), {"d"}),
        (dt.date(1993, 1, 1), dt.date(1993, 1, 1), {"d"}),
        (dt.date(2021, 5, 2), dt.date(2021, 5, 3), {"b"}),
        (dt.date(2022, 1, 1), dt.date(2030, 1, 1), set()),
    ],
)
def test_a_period_keeps_what_may_have_been_in_it(fleet, first, last, expected):
    assert found("", kinds=(Document,), period=(first, last)) == expected


def test_kinds_are_counted_whatever_kinds_were_asked_for(linked):
    counts = ask(Question((Place,), text="nineveh")).counts("type")
    assert {str(kind): number for kind, number in counts.items()} == {"place": 1, "document": 2}


def test_nothing_is_kept_of_what_visitors_choose(fleet):
    def kept_after(values, *kinds) -> set:
        for asked in ({}, {"text": "galleon"}):
            answer = ask(Question(kinds, chosen={"publisher": values}, **asked))
            answer.page(0, 5), answer.counts("kind"), answer.years()
            answer = ask(Question(kinds, **asked))
            answer.page(0, 5), answer.counts("kind"), answer.years()
        return set(answer.view.memo)

    navy, guild = fleet["navy"], fleet["guild"]
    kept_after((navy,), Document)
    before = kept_after((navy,), Place)
    assert kept_after((guild,), Document) == kept_after((guild, navy), Place) == before
    assert kept_after((guild,), Document, Place) == kept_after((navy,), Place, Document) == before


def test_a_hit_names_a_kind_and_a_key():
    place = PlaceFactory(published=True)
    assert ask(Question()).page(0, 5) == [Hit(Place, place.pk)]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize(("made_by", "warnings"), [(writing.stamp(), 0), ("0.0", 1)])
def test_serving_with_an_index_of_another_version_is_noticed(caplog, made_by, warnings):
    document("one", "galleon")
    SearchState.objects.update(analyser=made_by)
    prepare()
    found = [record for record in caplog.records if record.name == "archive.search"]
    assert len(found) == warnings


def test_an_answer_costs_few_queries(linked, django_assert_max_num_queries):
    ask(Question(text="navy"))
    with django_assert_max_num_queries(1):
        answer = ask(Question())
        answer.page(0, 20), answer.counts("kind"), answer.years()
    with django_assert_max_num_queries(3):
        answer = ask(Question(text="navy"))
        answer.page(0, 20), answer.counts("kind"), answer.years(), answer.counts("type")
    with django_assert_max_num_queries(4):
        ask(Question(text='"navy, nelson and nineveh"')).page(0, 20)
