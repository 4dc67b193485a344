"""What a reader types is understood, in both languages, and is never an error."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.search.analyser import WORD
from archive.search.language import (
    FIELDS,
    LONGEST_TEXT,
    MOST_TERMS,
    And,
    Field,
    Not,
    Or,
    Phrase,
    Prefix,
    Word,
    parse,
    quoted,
    rewritten,
)


def words(*texts):
    return And(tuple(map(Word, texts)))


def understood(text):
    """The tree of a text that nothing is wrong with."""
    parsed = parse(text)
    assert parsed.notices == ()
    return parsed.tree


def leaves(node):
    match node:
        case None:
            return []
        case And(parts) | Or(parts):
            return [leaf for part in parts for leaf in leaves(part)]
        case Not(part) | Field(_, part):
            return leaves(part)
    return [node]


def written(node):
    """The words in a tree, in order."""
    return [
        word
        for leaf in leaves(node)
        for word in (leaf.words if isinstance(leaf, Phrase) else [leaf.text])
    ]


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("мины", Word("мины")),
        ("mines in Shusha", words("mines", "in", "Shusha")),
        ('"use of force"', Phrase(("use", "of", "force"))),
        ("«применение силы»", Phrase(("применение", "силы"))),
        ("„применение силы“", Phrase(("применение", "силы"))),
        ("“use of force”", Phrase(("use", "of", "force"))),
        ("«дело „Чирагов“ ”»", Phrase(("дело", "Чирагов"))),
        ("mines -maps", And((Word("mines"), Not(Word("maps"))))),
        ("мины −карты", And((Word("мины"), Not(Word("карты"))))),
        ("мины –карты", And((Word("мины"), Not(Word("карты"))))),
        ('mines -"land mines"', And((Word("mines"), Not(Phrase(("land", "mines")))))),
        ("mines -(maps lists)", And((Word("mines"), Not(words("maps", "lists"))))),
        ("mines OR maps", Or((Word("mines"), Word("maps")))),
        ("мины ИЛИ карты", Or((Word("мины"), Word("карты")))),
        ("mines|maps", Or((Word("mines"), Word("maps")))),
        ("mines or maps", words("mines", "or", "maps")),
        ("a b OR c -d", And((Word("a"), Or((Word("b"), Word("c"))), Not(Word("d"))))),
        ("(a b) OR c", Or((words("a", "b"), Word("c")))),
        ("(a b) (c (d))", words("a", "b", "c", "d")),
        ("a (b OR (c OR d))", And((Word("a"), Or((Word("b"), Word("c"), Word("d")))))),
        ("разминир*", Prefix("разминир")),
        ("title:report", Field("title", Word("report"))),
        ("Заголовок:доклад", Field("title", Word("доклад"))),
        ('суд:"Европейский суд"', Field("court", Phrase(("Европейский", "суд")))),
        ("место:(Шуша ИЛИ Лачин)", Field("place", Or((Word("Шуша"), Word("Лачин"))))),
        ("-title:report a", And((Not(Field("title", Word("report"))), Word("a")))),
        ("Nagorno-Karabakh", words("Nagorno", "Karabakh")),
        ("a -Nagorno-Karabakh", And((Word("a"), Not(words("Nagorno", "Karabakh"))))),
        ("Нагорно-Караб*", And((Word("Нагорно"), Prefix("Караб")))),
        ("ВИНОВЕН/ИЛИ нет", words("ВИНОВЕН", "или", "нет")),
        ("Армения – Азербайджан", words("Армения", "Азербайджан")),
        ("", None),
        (" \t\n", None),
    ],
)
def test_a_query_is_read_as_the_help_page_says(text, tree):
    assert understood(text) == tree


@pytest.mark.parametrize(
    "text",
    [
        "35746/11",
        "no. 35746/11",
        "no 35746/11",
        "nos. 35746/11",
        "№ 35746/11",
        "№35746/11",
        "n° 35746/11",
        "35746–11",
        "application no. 35746/11",
        "Applications nos. 35746/11",
        "case 35746/11",
        "app 35746/11",
        "Apps. nos. 35746/11",
        "appl. no. 35746/11",
        "жалоба № 35746/11",
        "жалобы №№ 35746/11",
        "дело № 35746/11",
        "«№ 35746/11»",
    ],
)
def test_the_number_of_an_application_is_known_in_any_usual_form(text):
    assert understood(text) == Phrase(("35746", "11"))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("ECLI:CE:ECHR:2020:0130JUD003574611", "ECLI CE ECHR 2020 0130JUD003574611"),
        ("ecli:ce:echr:2020:0130jud003574611", "ecli ce echr 2020 0130jud003574611"),
        ("001-200440", "001 200440"),
        ("A/HRC/51/1", "A HRC 51 1"),
        ("S/RES/822 (1993)", "S RES 822 1993"),
        ("27.09.2020", "27 09 2020"),
        ("Ми-8", "Ми 8"),
    ],
)
def test_other_numbers_stand_as_they_are_written(text, parts):
    assert understood(text) == Phrase(tuple(parts.split()))


def test_a_number_with_its_whole_year_is_also_that_with_two_digits_of_it():
    either = Or((Phrase(("35746", "2011")), Phrase(("35746", "11"))))
    assert understood("35746/2011") == understood("app. no. 35746/2011") == either
    assert understood("video -35746/2011") == And((Word("video"), Not(either)))
    assert understood("S/2020/123") == Phrase(("S", "2020", "123"))


@pytest.mark.parametrize(
    "address",
    [
        "https://hudoc.echr.coe.int/eng?i=001-200440",
        "https://hudoc.echr.coe.int/eng#{%22itemid%22:[%22001-200440%22]}",
        'https://hudoc.echr.coe.int/rus#{"itemid":["001-200440"]}',
    ],
)
def test_of_an_address_in_hudoc_the_number_is_searched(address):
    assert understood(address) == Phrase(("001", "200440"))


def test_what_is_said_before_a_number_is_no_part_of_the_text():
    assert parse(" Application  no. 35746/11 ").text == "35746/11"


def test_several_numbers_are_several():
    tree = understood("applications nos. 35746/11, 13216/05 -№ 40583/15")
    assert tree == And(
        (Phrase(("35746", "11")), Phrase(("13216", "05")), Not(Phrase(("40583", "15"))))
    )


def test_a_sign_for_a_number_is_a_word_where_no_number_follows():
    assert written(understood("no mines, case closed")) == ["no", "mines", "case", "closed"]


def test_every_field_is_known_in_both_languages():
    english, russian = set(), set()
    for name, field in FIELDS.items():
        (english if name.isascii() else russian).add(field)
    assert english == russian == set(FIELDS.values())


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ('mines "maps', words("mines", "maps")),
        ("mines» maps", words("mines", "maps")),
        ("(mines maps", words("mines", "maps")),
        ("mines) maps", words("mines", "maps")),
        ("(" * 9 + "a" + ")" * 9, Word("a")),
        ("OR mines", Word("mines")),
        ("mines ИЛИ", Word("mines")),
        ("mines OR OR maps", words("mines", "maps")),
        ("mines - maps", words("mines", "maps")),
        ("--mines", Word("mines")),
        ("* mines", Word("mines")),
        ("mi*nes", words("mi", "nes")),
        ('"mine* maps"', Phrase(("mine", "maps"))),
        ("-mines -maps", words("mines", "maps")),
        ("mines OR -maps", Or((Word("mines"), Word("maps")))),
        ("https://hudoc", words("https", "hudoc")),
        ("title: report", words("title", "report")),
        ("title:-report", words("title", "report")),
        ("title:(author:x)", Field("title", words("author", "x"))),
        ("!?", None),
    ],
)
def test_what_is_malformed_is_searched_as_words_with_one_notice(text, tree):
    parsed = parse(text)
    assert parsed.tree == tree
    assert len(parsed.notices) == 1


def test_a_notice_names_the_field_that_there_is_not():
    (notice,) = parse("https://example.org").notices
    assert "“https:”" in str(notice)


def test_what_cannot_be_seen_is_left_out():
    parsed = parse("\u202eShu\u00adsha\u200b \x00 \ud800 min\ufeffes\u2028maps")
    assert (parsed.text, parsed.tree) == ("Shusha mines maps", words("Shusha", "mines", "maps"))


def test_a_long_query_is_read_from_its_beginning_up_to_a_whole_word():
    parsed = parse("шуша " + "я" * (LONGEST_TEXT - 6) + " мина")
    assert parsed.tree == words("шуша", "я" * (LONGEST_TEXT - 6))
    assert parse("шуша " + "я" * LONGEST_TEXT).tree == Word("шуша")
    assert len(parsed.notices) == 1


@pytest.mark.parametrize("text", ["word " * 40, '"' + "word " * 40 + '"', "1/2 " * 40])
def test_only_so_many_words_are_read(text):
    parsed = parse(text)
    assert len(written(parsed.tree)) == MOST_TERMS
    assert len(parsed.notices) == 1
    assert parse(" ".join(written(parsed.tree))).notices == ()


@pytest.mark.parametrize(
    "unit", ["(", ")", '"', "-", "a OR ", "a:", "title:", "a/1", "\ud800", "я", "(a ", "-(", " "]
)
def test_a_megabyte_is_read_at_once(unit):
    before = perf_counter()
    parse(unit * (2**20 // len(unit)))
    assert perf_counter() - before < 0.1


SIGNS = ["OR", "ИЛИ", "|", "(", ")", '"', "«", "»", "-", "–", "*", "title:", "суд:", "x:", "№", "."]
PIECES = ["мины", "Şuşa", "d’Ivoire", "35746/11", "А-Б", "no", "case", "a_b", " ", " ", *SIGNS]
queries = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=15).map("".join)


def is_well_formed(node, is_in_field=False):
    """What the engine relies on."""
    match node:
        case And(parts):
            return not all(isinstance(part, Not) for part in parts) and all(
                is_well_formed(part.part if isinstance(part, Not) else part, is_in_field)
                for part in parts
            )
        case Or(parts):
            return all(is_well_formed(part, is_in_field) for part in parts)
        case Field(name, part):
            return not is_in_field and name in FIELDS.values() and is_well_formed(part, True)
        case Phrase(parts):
            return bool(parts) and all(map(WORD.fullmatch, parts))
        case Word(text) | Prefix(text):
            return bool(WORD.fullmatch(text))
    return False


@given(st.text() | queries)
def test_whatever_is_typed_gives_a_tree_that_can_be_answered(text):
    tree = parse(text).tree
    assert tree is None or is_well_formed(tree)


@given(queries)
def test_a_tree_written_out_is_read_as_the_same_tree(text):
    parsed = parse(text)
    again = parse(str(parsed.tree or ""))
    assert again.tree == parsed.tree
    assert again.notices == ()


@given(st.text(st.characters(exclude_characters="\"“”„«»:|№°'", exclude_categories=["C"])))
def test_no_word_is_lost(text):
    parsed = parse(text)
    lost = {"OR", "ИЛИ"}
    assert [word for word in WORD.findall(parsed.text) if word.upper() not in lost][
        :MOST_TERMS
    ] == [word for word in written(parsed.tree) if word.upper() not in lost]


# ── trees of other words ──


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Nagorno-Karabakh", "Nagorno Karabakh", '"Nagorno Karabakh"'),
        ("war  Nagorno–Karabakh  1994", "Nagorno Karabakh", 'war "Nagorno Karabakh" 1994'),
        ("Human\tRights   Watch", "Human Rights Watch", '"Human Rights Watch"'),
        ("Шуша Шушанов", "Шуша", '"Шуша" Шушанов'),
        ("Шуша OR Шушанов", "Шуша", '"Шуша" OR Шушанов'),
        ("war OR (Шуша peace)", "Шуша", 'war OR ("Шуша" peace)'),
        ("Шуша title:Шуша -Шуша", "Шуша", '"Шуша" title:Шуша -Шуша'),
        ('Шуша "город Шуша"', "Шуша", '"Шуша" "город Шуша"'),
        ("Rights Human", "Human Rights", "Rights Human"),
    ],
)
def test_words_are_quoted_where_they_stand_side_by_side(text, words, expected):
    assert str(quoted(parse(text).tree, tuple(words.split()))) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mne mnefield", "mine mnefield"),
        ('"mne  field" title:(mne OR war)', '"mine field" title:(mine OR war)'),
        ("mne* -mne", "mine* -mne"),
    ],
)
def test_whole_words_are_written_otherwise(text, expected):
    assert str(rewritten(parse(text).tree, {"mne": "mine"})) == expected


@given(queries)
def test_a_tree_with_words_quoted_or_written_otherwise_can_be_answered(text):
    tree = parse(text).tree
    for word in written(tree):
        assert is_well_formed(quoted(tree, (word,)))
        assert is_well_formed(rewritten(tree, {word: "mine"}))
