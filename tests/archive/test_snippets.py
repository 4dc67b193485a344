"""Snippets show where a text is hit, in its own letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.search.analyser import WORD, fold, keys
from archive.search.snippets import Piece, Wanted, marked, snippet


def wanted(*words, prefixes=()):
    return Wanted(frozenset(key for word in words for key in keys(word)), tuple(prefixes))


def shown(pieces):
    """The hits in brackets."""
    return "".join(f"[{piece.text}]" if piece.is_hit else piece.text for piece in pieces)


def hits(pieces):
    return [piece.text for piece in pieces if piece.is_hit]


FILLER = "Здесь сказано о другом. " * 20


@pytest.mark.parametrize(
    ("text", "word", "found"),
    [
        ("Landmines and a landmine.", "landmine", ["Landmines", "landmine"]),
        ("Мины, мин и «минами»", "мина", ["Мины", "мин", "минами"]),
        ("министерство", "мина", []),
        ("За день, дня, дней и дном", "день", ["день", "дня", "дней"]),
        ("Человек среди людей", "человек", ["Человек", "людей"]),
        ("The men and a man", "man", ["men", "man"]),
        ("feet and foot", "foot", ["feet", "foot"]),
        ("They went where we go", "go", ["went", "go"]),
        ("Сожгли и сжечь", "сжечь", ["Сожгли", "сжечь"]),
        ("Ёлка и елка", "елка", ["Ёлка", "елка"]),
        ("Şuşa şəhəri, Shusha", "Şuşa", ["Şuşa"]),
        ("Ə və ƏRAZİ", "ərazi", ["ƏRAZİ"]),
        ("Երևանում և ԵՐԵՒԱՆ", "Երևան", ["Երևանում", "ԵՐԵՒԱՆ"]),
        ("Եվրոպա, Եւրոպա", "Եվրոպա", ["Եվրոպա", "Եւրոպա"]),
        ("Nagorno-Karabakh", "Karabakh", ["Karabakh"]),
        ("Cote d’Ivoire", "Ivoire", []),
        ("‘Court’ (Court’s)", "court", ["Court", "Court’s"]),
        ("the 11th of 11", "11", ["11"]),
        ("and the", "and", []),
    ],
)
def test_words_are_marked_in_every_form(text, word, found):
    assert hits(marked(text, wanted(word))) == found


def test_soft_hyphens_and_combining_marks_stay_where_they_are():
    text = "В раз\u00adми\u00adни\u00adровании s\u0327us\u0327a и и\u0306од"
    found = hits(marked(text, wanted("разминирование", "şuşa", "йод")))
    assert found == ["раз\u00adми\u00adни\u00adровании", "s\u0327us\u0327a", "и\u0306од"]


def test_beginnings_of_words_are_marked():
    pieces = marked("Şuşalı, Shushi, sushi", Wanted(frozenset(), ("sus", "shu")))
    assert hits(pieces) == ["Şuşalı", "Shushi", "sushi"]


def test_a_number_is_one_hit():
    pieces = marked("Case 35746/11 of 2011, or 11", wanted("35746", "11"))
    assert shown(pieces) == "Case [35746/11] of 2011, or [11]"


def test_a_text_without_a_hit_is_shown_whole_or_not_at_all():
    assert marked("A report", wanted("mines")) == [Piece("A report", False)]
    assert snippet("A report", wanted("mines")) == []
    assert snippet("A report", wanted()) == []
    assert marked("", wanted("mines")) == []


def test_a_short_text_is_shown_whole():
    assert shown(snippet("A report about mines.", wanted("mine"))) == "A report about [mines]."


def test_a_snippet_begins_and_ends_with_a_sentence_where_it_can():
    text = f"{FILLER}Найдены мины. Карты минных полей не переданы. {FILLER}"
    pieces = snippet(text, wanted("мина"), 84)
    assert shown(pieces) == (
        "… Здесь сказано о другом. Найдены [мины]. Карты минных полей не переданы. …"
    )


def test_a_snippet_without_sentences_is_cut_at_words_with_the_hit_in_the_middle():
    pieces = snippet("слово " * 50 + "мина" + " слово" * 50, wanted("мина"), 40)
    assert shown(pieces) == "… слово слово слово [мина] слово слово слово …"


def test_a_hit_at_either_end_has_the_rest_of_the_length_on_its_other_side():
    first = snippet("мина" + " слово" * 50, wanted("мина"), 40)
    last = snippet("слово " * 50 + "мина", wanted("мина"), 40)
    assert shown(first) == "[мина]" + " слово" * 6 + " …"
    assert shown(last) == "… " + "слово " * 6 + "[мина]"


def test_different_hits_together_are_better_than_many_of_one_kind():
    text = f"Мины, мины, мины. {FILLER} Карты и мины. {FILLER} Карты."
    assert hits(snippet(text, wanted("мина", "карта"), 60)) == ["Карты", "мины"]


def test_more_hits_together_are_better_than_the_first():
    text = f"Мины. {FILLER} Мины и ещё мины. {FILLER}"
    assert hits(snippet(text, wanted("мина"), 60)) == ["Мины", "мины"]


WORDS = ["мины", "Шуша", "Shu\u00adsha", "şəhər", "Երևան", "s\u0327us\u0327a", "35746/11", "d’Arc"]
texts = st.lists(
    st.sampled_from([*WORDS, " ", "\n", ". ", "’", "-", "…"]) | st.text(max_size=4), max_size=80
).map("".join)


@given(texts, st.lists(st.sampled_from(WORDS)), st.integers(1, 300))
def test_a_snippet_is_a_stretch_of_the_text_that_cuts_no_word(text, asked, length):
    pieces = snippet(text, wanted(*(word for one in asked for word in WORD.findall(one))), length)
    has_before = bool(pieces) and pieces[0] == ("… ", False)
    has_after = bool(pieces) and pieces[-1] == (" …", False)
    kept = pieces[has_before : len(pieces) - has_after]
    stretch = "".join(piece.text for piece in kept)
    assert stretch in text
    assert all(piece.text for piece in pieces)
    assert bool(hits(pieces)) == bool(pieces)
    assert set(WORD.findall(stretch)) <= set(WORD.findall(text))
    longest = max(map(len, WORD.findall(text)), default=0)
    assert len(stretch) <= max(length, longest)


@given(texts, st.lists(st.sampled_from(WORDS)))
def test_exactly_the_words_with_a_wanted_key_are_marked(text, asked):
    """What the quick look at beginnings leaves out is really not wanted."""
    one = wanted(*(word for piece in asked for word in WORD.findall(piece)))
    pieces = marked(text, one)
    assert "".join(piece.text for piece in pieces) == text
    expected = [word for word in WORD.findall(text) if one.keys.intersection(keys(word))]
    assert [word for hit in hits(pieces) for word in WORD.findall(hit)] == expected


@given(st.text(max_size=200), st.text(min_size=1, max_size=3))
def test_any_text_may_be_asked_for_any_beginning(text, beginning):
    prefix = fold(beginning)
    pieces = marked(text, Wanted(frozenset(), (prefix,)))
    assert "".join(piece.text for piece in pieces) == text
    for hit in hits(pieces):
        assert any(form.startswith(prefix) for form in (fold(hit), *keys(hit)))
