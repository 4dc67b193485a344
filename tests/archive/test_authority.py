"""A name means the same in every script, inflected or not, and is no other name."""

from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.search.authority import Found, Names
from archive.search.sounds import sounds

SHUSHA = ["Shusha", "Shushi", "Шуша", "Шуши", "Şuşa", "Շուշի", "Shoushi"]
COURT = [
    "European Court of Human Rights",
    "Европейский суд по правам человека",
    "ECHR",
    "ЕСПЧ",
    "Strasbourg Court",
]


@pytest.fixture
def names():
    names = Names()
    names.put("shusha", SHUSHA, proper=True)
    names.put("court", COURT, proper=False)
    names.put("council", ["Council of Europe", "Совет Европы"], proper=False)
    names.put("person", ["Saribekyan", "Սարիբեկյան"], proper=True)
    names.put("case", ["35746/11", "ECLI:CE:ECHR:2020:0130JUD003574611"], proper=False)
    return names


def written_in(names, text: str) -> dict[tuple[int, int], set]:
    return {(start, end): set(who) for start, end, who in names.written_in(text.split())}


@pytest.mark.parametrize("text", [*SHUSHA, "ШУШЕ", "susa", "Շուշիում", "Shusha’s"])
def test_a_name_is_recognised_in_every_script_and_case(names, text):
    assert names.written_in(["in", text, "today"]) == [Found(1, 2, frozenset({"shusha"}))]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("жалоба в Европейский суд по правам человека", {(2, 7): {"court"}}),
        ("решением Европейского суда по правам человека", {(1, 6): {"court"}}),
        ("European Court Human Rights", {(0, 4): {"court"}}),
        ("ЕСПЧ о Шуше", {(0, 1): {"court"}, (2, 3): {"shusha"}}),
        ("European Court", {}),
        ("rights human", {}),
        ("", {}),
    ],
)
def test_names_of_several_words_are_recognised_whole(names, text, spans):
    assert written_in(names, text) == spans


def test_the_longest_name_wins_where_two_overlap(names):
    names.put("europe", ["Europe"], proper=True)
    names.put("rights", ["Human Rights"], proper=False)
    assert written_in(names, "Council of Europe") == {(0, 3): {"council"}}
    assert written_in(names, "European Court of Human Rights of Europe") == {
        (0, 5): {"court"},
        (6, 7): {"europe"},
    }


def test_two_may_have_one_name(names):
    names.put("region", ["Shusha"], proper=True)
    assert written_in(names, "Shusha") == {(0, 1): {"shusha", "region"}}


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("«Шуши»", {"shusha"}),
        ("susa", {"shusha"}),
        ("№ 35746/11", {"case"}),
        ("ecli:ce:echr:2020:0130jud003574611", {"case"}),
        ("the European Court of Human Rights", {"court"}),
        ("35746", set()),
        ("35746/112", set()),
        ("Shusha case", set()),
        ("Court", set()),
        ("\x00", set()),
        ("", set()),
    ],
)
def test_who_is_called_exactly_so(names, text, who):
    assert names.called(text) == who


@pytest.mark.parametrize("word", ["Сарибекяну", "saribegian", "САРИБЕКЯН", "Sarībekian"])
def test_a_spelling_that_is_not_known_is_met_by_its_sound(names, word):
    assert names.alike(word) == {"Saribekyan", "Սարիբեկյան"}


def test_a_known_spelling_is_not_alike_itself(names):
    assert names.alike("saribekyan") == {"Սարիբեկյան"}


@pytest.mark.parametrize("word", ["olive", "Elifov", "court", "Eurape", "x", "", "…", "35746"])
def test_other_words_sound_like_nobody(names, word):
    names.put("president", ["Aliyev", "Алиев"], proper=True)
    assert names.alike(word) == frozenset()


def test_an_ordinary_word_is_not_taken_for_a_name_that_sounds_like_it(names):
    names.put("minas", ["Minas", "Минас"], proper=True)
    assert names.alike("mines") == names.alike("Mines") == frozenset()
    assert names.alike("Մինաս") == {"Minas", "Минас"}


def test_ordinary_words_of_a_name_are_not_met_by_sound(names):
    names.put("corridor", ["Lachin corridor"], proper=True)
    names.put("title", ["Аскеров и другие против Армении"], proper=True)
    names.put("mason", ["John Mason"], proper=True)
    assert names.alike("Каридор") == names.alike("Drugije") == names.alike("Protiv") == set()
    assert names.alike("Ləçin") == {"Lachin"}
    assert names.alike("Asgarov") == {"Аскеров"}
    assert names.alike("Мейсон") == {"Mason"}


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Shu", ["shusha"]),
        ("шуш", ["shusha"]),
        ("su", ["shusha"]),
        ("human ri", ["court"]),
        ("of hum", ["court"]),
        ("европ", ["court", "council"]),
        ("35746/1", ["case"]),
        ("application no. 35746/1", ["case"]),
        ("жалоба № 3574", ["case"]),
        ("Сариб", ["person"]),
        ("saribeg", ["person"]),
        ("zzz", []),
        ("…", []),
        ("", []),
    ],
)
def test_names_are_offered_while_typing(names, text, who):
    assert [entry for entry, _ in names.starting_with(text, 5)] == who


def test_what_is_offered_is_the_spelling_that_was_begun(names):
    assert names.starting_with("шуши", 5) == [("shusha", "Шуши")]
    assert names.starting_with("Strasb", 5) == [("court", "Strasbourg Court")]


def test_a_name_that_begins_so_goes_before_one_with_a_later_word(names):
    names.put("later", ["A Court"], proper=False)
    names.put("first", ["Court of Appeal of the North"], proper=False)
    assert [entry for entry, _ in names.starting_with("court", 2)] == ["first", "later"]


def test_no_more_are_offered_than_asked_for(names):
    for number in range(30):
        names.put(number, [f"Village {number}"], proper=True)
    assert len(names.starting_with("villa", 8)) == 8


def test_new_spellings_replace_the_old_ones(names):
    names.put("shusha", ["Berdzor"], proper=True)
    assert names.spellings("shusha") == ("Berdzor",)
    assert written_in(names, "Шуше") == {}
    assert names.called("Berdzor") == {"shusha"}
    assert names.starting_with("шуш", 5) == []


def test_nothing_is_left_of_a_removed_name(names):
    for entry in ("shusha", "court", "council", "person", "case"):
        names.put(entry, [], proper=True)
    assert names.spellings("shusha") == ()
    assert written_in(names, "Шуша ЕСПЧ Saribekyan") == {}
    assert names.alike("Сарибекян") == frozenset()
    assert all(names.starting_with(text, 5) == [] for text in ("Шу", "e", "3", "Сариб"))
    fresh = Names()
    assert {k: len(v) for k, v in vars(names).items() if isinstance(v, dict)} == {
        k: len(v) for k, v in vars(fresh).items() if isinstance(v, dict)
    }


def test_a_name_without_a_word_is_no_name(names):
    names.put("blank", ["", "…", "the"], proper=True)
    assert names.spellings("blank") == ()


def test_a_word_that_stands_twice_in_a_name_is_removed_with_it(names):
    names.put("twice", ["Baden Baden", "Baden Baden"], proper=True)
    assert names.alike("Бадэн") == {"Baden"}
    names.put("twice", [], proper=True)
    assert names.alike("Бадэн") == frozenset()
    assert names.starting_with("baden", 5) == []


def test_names_may_be_changed_while_they_are_read(names):
    errors = []

    def read():
        try:
            for _ in range(200):
                names.written_in(["Village", "1"])
                names.alike("Вилладж")
                names.starting_with("vil", 5)
        except Exception as error:  # noqa: BLE001  # whatever it is, it belongs in the report
            errors.append(error)

    readers = [Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(200):
        names.put(number % 20, [f"Village {number}"] if number % 3 else [], proper=True)
    for reader in readers:
        reader.join()
    assert errors == []


@given(st.lists(st.text(max_size=30), max_size=4), st.text(max_size=30))
def test_no_name_and_no_text_is_an_error(spellings, text):
    names = Names()
    names.put(1, spellings, proper=True)
    names.written_in(text.split())
    names.alike(text)
    names.called(text)
    for typed in (text, *spellings):
        assert all(entry == 1 for entry, _ in names.starting_with(typed, 3))
    for spelling in names.spellings(1):
        assert names.called(spelling) == {1}
    names.put(1, [], proper=True)
    assert names.starting_with(text, 3) == []


@pytest.mark.parametrize(
    "alike",
    [
        "Сарибекян Saribekyan Saribəkyan Սարիբեկյան",
        "Əliyev Aliyev Алиев Ալիև",
        "Xocalı Khojaly Ходжалы Խոջալու",
        "Bərdə Barda Барда Բարդա",
        "Hakobyan Акопян Հակոբյան",
        "Heydər Heydar Гейдар Հեյդար",
        "Hovhannisyan Ованнисян Հովհաննիսյան Oganesyan",
        "Voskan Воскан Ոսկան",
        "Qarabağ Карабах Karabakh Ղարաբաղ",
    ],
)
def test_spellings_of_one_name_sound_alike(alike):
    first, *others = map(sounds, alike.split())
    assert all(first & other for other in others)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Aliyev", "olive"),
        ("Aliyev", "Valiyev"),
        ("Barda", "Berd"),
        ("Hakobyan", "Hovsepyan"),
        ("Petrosyan", "Poghosyan"),
        ("Safarov", "Jafarov"),
        ("Լաչին", "Լևոն"),
    ],
)
def test_different_names_do_not_sound_alike(one, other):
    assert sounds(one).isdisjoint(sounds(other))


@pytest.mark.parametrize("word", ["Ali", "Эйе", "", "…", "125"])
def test_what_has_hardly_a_consonant_has_no_sound(word):
    assert sounds(word) == frozenset()


@given(st.text())
def test_no_word_has_many_sounds(word):
    assert len(sounds(word)) <= 16
