"""Words are found in other forms, scripts and spellings, and not in other words."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.search import analyser
from archive.search.analyser import LONGEST_KEY, WORD, beginnings, fold, is_ordinary, keys


def words(text: str) -> list[str]:
    return WORD.findall(text)


def meet(one: str, other: str) -> bool:
    """Every word of one text meets the word of the other in its place."""
    pairs = list(zip(words(one), words(other), strict=True))
    return all(keys(a) == keys(b) or set(keys(a)) & set(keys(b)) for a, b in pairs)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("военнопленными", "военнопленных"),
        ("ВОЕННОПЛЕННЫЕ", "военнопленный"),
        ("Обстрел", "обстрелы"),
        ("мины", "мин"),
        ("люди", "человека"),
        ("Пётр пришёл", "Петр пришел"),
        ("Executions", "execution"),
        ("armies", "army"),
        ("Mining", "mines"),
        ("bombings", "bombed"),
        ("killings", "killed"),
        ("women and children", "woman and child"),
        ("POWs", "POW"),
        ("Azeris", "Azeri"),
        ("Armenians", "Armenian"),
        ("Azerbaijanis", "Azerbaijani"),
        ("taken", "took"),
        ("lost lives", "losing life"),
        ("Azerbaijan's", "Azerbaijan"),
        ("Azerbaijan’s", "azerbaijan"),
        ("organisations", "Organization"),
        ("neighbours", "neighbor"),
        ("defence centre", "defense center"),
        ("Saribekyan", "Saribəkyan"),
        ("Saribekyan", "SARIBƏKYAN"),
        ("Sarıbəkyan", "saribekyan"),
        ("Ağdam Şuşa", "agdam susa"),
        ("İsmayıl", "ismayil"),
        ("İSMAYIL", "ismayıl"),
        ("Şuşanın", "susanin"),
        ("Laçına", "Laçının"),
        ("əsirlərin", "əsir"),
        ("məhkəməsində", "məhkəmə"),
        ("Երևան", "ԵՐԵՎԱՆ"),
        ("Երևանում", "Երեւանի"),
        ("ի՞նչ", "ինչ"),
        ("Hürriyet", "hurriyet"),
        ("naïve", "naive"),
        ("0130JUD003574611", "0130jud003574611"),
        ("35746/11", "35746 11"),
    ],
)
def test_a_word_meets_its_other_forms(one, other):
    assert meet(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("министерства", "мины"),
        ("minister", "mines"),
        ("ministry", "minister"),
        ("warning", "war"),
        ("olive", "Aliyev"),
        ("112", "11"),
        ("20", "2"),
        ("мир", "мера"),
        ("international", "internal"),
        ("universe", "university"),
        ("Gəncə", "gənc"),
        ("Goris", "Gori"),
        ("James", "jam"),
    ],
)
def test_a_word_does_not_meet_another_word(one, other):
    assert not meet(one, other)


# By the grammar, not by a dictionary: the endings of the five cases and names that take them.
DECLENSIONS = {
    " а у ом е": """
        Торосян Мирзоян Татоян Давтян Марукян Асрян Самвелян Пашинян Григорян Киракосян Сарибекян
        Арам Арарат Арман Артур Эдмон Эдвард Эльнур Ильхам Кямран Никол Агбулаг Агдам Аскеран Берд
        Будапешт Гюлистан Гадрут Агарцин Джебраил Джермук Кельбаджар Лачин Ходжавенд Мингечевир
        Нафталан Карабах Шаплар Степанакерт Страсбург Сусузлуг Тертер Товуз Ттуджур Варденис
        Кармирахпюр Ереван Зангилан Горис Арцах Иванян
    """,
    " а у ым е": "Алиев Лавров Мамедов Байрамов Кривошеев",
    "а ой у": "Алиев Абдуллаев",
    "а ы е у ой": "Бард Сабин Лейл",
    "а и е у ой": "Мараг Гааг",
    "а и е у ей": "Шуш Гяндж",
}
DECLINED = [
    (stem, endings.split(" ")) for endings, stems in DECLENSIONS.items() for stem in stems.split()
]


@pytest.mark.parametrize(("stem", "endings"), DECLINED)
def test_every_case_of_a_russian_name_meets_every_other(stem, endings):
    forms = [stem + ending for ending in endings]
    assert [(a, b) for a in forms for b in forms if not meet(a, b)] == []


@pytest.mark.parametrize("word", ["the", "OF", "и", "При", "что", "_", "…", ""])
def test_what_says_nothing_has_no_key(word):
    assert keys(word) == ()


def test_the_likeliest_form_comes_first():
    assert keys("мины")[0] == "мина"
    assert keys("Сарибекян")[0] == keys("Сарибекяну")[0] == "сарибекян"
    assert keys("captured")[0] == "capture"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("35746/11", ["35746", "11"]),
        ("ECLI:CE:ECHR", ["ECLI", "CE", "ECHR"]),
        ("«Пётр», T’alish…", ["Пётр", "T’alish"]),
        ("'quoted'", ["quoted"]),
        ("co\u00adopera\u00adtion", ["co\u00adopera\u00adtion"]),
        ("snake_case", ["snake", "case"]),
        ("Нагорно-Карабахский", ["Нагорно", "Карабахский"]),
        (unicodedata.normalize("NFD", "Şuşa и Ёлкой"), None),
        ("ինչո՞ւ", ["ինչո՞ւ"]),
    ],
)
def test_words_are_found_whole_where_they_stand(text, found):
    assert words(text) == (found or text.split())


def test_what_is_folded():
    assert fold("Şuşa İSMAYIL Sarıbəkyan Ёлкой") == "susa ismayil saribekyan елкой"
    assert fold("T’alish, co\u00adoperate — №") == "talish, cooperate — №"
    assert fold("Երևան ԵՐԵՎԱՆ") == "երեւան երեւան"
    assert fold(unicodedata.normalize("NFD", "за́йка")) == "зайка"


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_no_text_is_an_error_and_no_key_is_long(text):
    for word in [*words(text), text]:
        assert all(0 < len(key) <= LONGEST_KEY for key in keys(word))


@given(st.from_regex(WORD, fullmatch=True))
def test_a_composed_word_and_a_decomposed_one_are_one(word):
    assert keys(unicodedata.normalize("NFC", word)) == keys(unicodedata.normalize("NFD", word))


def test_a_word_of_a_million_letters_is_cut():
    assert all(len(key) <= LONGEST_KEY for key in keys("ы" * 1_000_000))
    assert all(len(key) <= LONGEST_KEY for key in keys("a" * 1_000_000))


def test_the_dictionary_is_loaded_once_by_many_threads():
    analyser._loaded.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        found = {
            id(dictionary) for dictionary in pool.map(lambda _: analyser._dictionary(), range(8))
        }
    assert len(found) == 1


@pytest.mark.parametrize("word", ["Mines", "court's", "обстрела", "МИРЕ"])
def test_what_a_dictionary_has_is_an_ordinary_word(word):
    assert is_ordinary(word)


@pytest.mark.parametrize("word", ["Yerevan", "arthur", "Алиева", "Шуше", "Սեր", "1", "", "Gəncə"])
def test_a_name_is_no_ordinary_word(word):
    assert not is_ordinary(word)


# ── beginnings ──


@pytest.mark.parametrize(
    ("start", "key"),
    [
        ("люде", "человек"),
        ("childre", "child"),
        ("казненн", "казнить"),
        ("citie", "city"),
        ("casualtie", "casualty"),
        ("wome", "woman"),
        ("дет", "ребенок"),
    ],
)
def test_the_beginning_of_a_form_leads_to_a_key_that_begins_otherwise(start, key):
    assert key in beginnings(start)


@pytest.mark.parametrize(
    "start", ["olive", "ali", "алие", "мин", "pashinya", "xyz", "", "…", "հայ"]
)
def test_where_the_key_begins_so_itself_or_the_word_is_a_name_it_leads_to_nothing(start):
    assert beginnings(start) == frozenset()


@given(st.text(alphabet="аеиойстнрлкбвм", min_size=2, max_size=6) | st.text(max_size=8))
def test_a_beginning_leads_only_to_keys_of_words_that_begin_so(start):
    assert not any(key.startswith(start) for key in beginnings(start))
