"""Differences between texts, in words."""

from hypothesis import given
from hypothesis import strategies as st

from archive.admin.differences import marked_differences, word_differences

TEXTS = st.lists(st.sampled_from(["one", "два", "Շուշի", "İŞ", " ", "\n", ",", "-"])).map("".join)


@given(TEXTS | st.text(), TEXTS | st.text())
def test_both_texts_are_whole_in_their_difference(before, after):
    pieces = word_differences(before, after)
    assert "".join(text for kind, text in pieces if kind <= 0) == before
    assert "".join(text for kind, text in pieces if kind >= 0) == after


def test_words_are_never_divided():
    assert word_differences("Two men died.", "Three men have died.") == [
        (-1, "Two"),
        (1, "Three"),
        (0, " men"),
        (1, " have"),
        (0, " died."),
    ]


def test_a_phrase_written_anew_is_one_difference():
    assert word_differences("в районе моста", "у старой дороги") == [
        (-1, "в районе моста"),
        (1, "у старой дороги"),
    ]


def test_a_difference_is_said_in_words_too_and_never_runs():
    html = marked_differences("a <b>bold</b>", "a <script>")
    assert "<script>" not in html
    assert '<del><span class="visually-hidden">taken out: </span>' in html
    assert '<ins><span class="visually-hidden">put in: </span>' in html
