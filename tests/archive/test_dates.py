"""EDTF dates: their words in both languages, their bounds, and search by them."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st

from archive.models import EDTFDate, Incident, within
from archive.models.dates import bounds, validate_edtf
from tests.factories import IncidentFactory

# Every shape that the demonstration records use, and those that curators are told to write.
WORDS = [
    ("2020-10-08", "8 October 2020", "8 октября 2020 г."),
    ("2022-10", "October 2022", "октябрь 2022 г."),
    ("2022", "2022", "2022 г."),
    ("2022-09-13~", "about 13 September 2022", "около 13 сентября 2022 г."),
    ("2022-10~", "about October 2022", "около октября 2022 г."),
    ("2020~", "about 2020", "около 2020 г."),
    ("2020-09-27/2020-11-10", "27 September – 10 November 2020", "27 сентября – 10 ноября 2020 г."),
    ("2020-10-04/2020-10-17", "4–17 October 2020", "4–17 октября 2020 г."),
    (
        "2020-12-27/2021-01-05",
        "27 December 2020 – 5 January 2021",
        "27 декабря 2020 г. – 5 января 2021 г.",
    ),
    ("2020-10/2020-12", "October – December 2020", "октябрь – декабрь 2020 г."),
    (
        "2020-12/2021-02",
        "December 2020 – February 2021",
        "декабрь 2020 г. – февраль 2021 г.",
    ),
    ("2014-01-28/2014-05", "28 January 2014 – May 2014", "28 января 2014 г. – май 2014 г."),
    ("2020-11-10/..", "since 10 November 2020", "с 10 ноября 2020 г."),
    ("2020-11/..", "since November 2020", "с ноября 2020 г."),
    ("../2020-11-10", "until 10 November 2020", "до 10 ноября 2020 г."),
    ("2022-09-13/2022-09-13", "13 September 2022", "13 сентября 2022 г."),
]

shown = pytest.mark.parametrize(("value", "english", "russian"), WORDS, ids=[w[0] for w in WORDS])


def words(value: str, language: str) -> str:
    with translation.override(language):
        return EDTFDate(value).in_words.replace("\N{NO-BREAK SPACE}", " ")


@shown
def test_a_date_reads_naturally_in_english(value, english, russian):
    assert words(value, "en") == english


@shown
def test_a_date_reads_naturally_in_russian(value, english, russian):
    assert words(value, "ru") == russian


def test_years_that_span_are_joined_by_a_dash():
    assert words("1991/1999", "en") == "1991–1999"
    assert words("1991/1999", "ru") == "1991–1999 гг."


@pytest.mark.parametrize("mark", ["?", "%"])
def test_an_uncertain_date_says_that_it_is_uncertain(mark):
    assert words(f"2022-09-13{mark}", "en") == "about 13 September 2022 (date uncertain)"
    assert words(f"2022-09-13{mark}", "ru").startswith("около 13 сентября 2022 г.")


def test_alternative_dates_are_both_named(language):
    text = words("[2022-09-13,2022-09-14]", language)
    assert "13" in text
    assert "14" in text
    assert {"en": " or ", "ru": " или "}[language] in text


def test_an_unspecified_day_is_never_the_first_of_the_month(language):
    assert EDTFDate("2022-09").latest == dt.date(2022, 9, 30)
    assert not words("2022-09", language).startswith("1 ")


def test_a_day_and_its_month_hold_together_on_a_line():
    with translation.override("en"):
        assert "13\N{NO-BREAK SPACE}September" in EDTFDate("2022-09-13").in_words
    with translation.override("ru"):
        assert "13\N{NO-BREAK SPACE}сентября" in EDTFDate("2022-09-13").in_words
        assert "2022\N{NO-BREAK SPACE}г." in EDTFDate("2022-09-13").in_words


def test_no_date_has_no_words_and_no_bounds():
    none = EDTFDate("")
    assert (none.in_words, none.earliest, none.latest) == ("", None, None)


@pytest.mark.parametrize(
    ("value", "earliest", "latest"),
    [
        ("2022-09-13?", "2022-09-13", "2022-09-13"),
        ("2022~", "2022-01-01", "2022-12-31"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("1991/1999", "1991-01-01", "1999-12-31"),
        ("2014-01-28/2014", "2014-01-28", "2014-12-31"),
        ("2020-11-10/..", "2020-11-10", None),
        ("../2020-11", None, "2020-11-30"),
        ("2022~/..", "2022-01-01", None),
        ("[2022-09-13,2022-09-14]", "2022-09-13", "2022-09-14"),
    ],
)
def test_bounds_are_the_strict_ones(value, earliest, latest):
    assert [day and day.isoformat() for day in bounds(value)] == [earliest, latest]


@pytest.mark.parametrize(
    "value",
    [
        "hello",
        "2022-13",
        "2022-02-30",
        "13.09.2022",
        "2022-9-1",
        "2022/2021",
        "/",
        "..",
        "-0100",
        "2020-21/..",
        "199X/200X",
    ],
)
def test_what_is_no_date_is_refused_with_examples(value):
    with pytest.raises(ValidationError, match="2022-09-13"):
        validate_edtf(value)


# What EDTF is put together from, in forms that this archive reads and in others.
years = st.sampled_from(["0000", "0001", "1918", "1991", "2020", "2022", "9999", "-0044", "Y17000"])
months = st.sampled_from(["-01", "-02", "-09", "-12", "-13"])
numbered_days = st.sampled_from(["-01", "-13", "-29", "-30", "-31", "-32"])
seasons = st.builds("{}-{}".format, years, st.integers(20, 42))
coarse = st.sampled_from(["202X", "20XX", "2XXX", "XXXX", "2022-XX", "2022-09-XX", "2022-XX-13"])
marks = st.sampled_from(["", "", "", "?", "~", "%", "?~"])
points = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "", "", "", "?", "~", "%"]),
    st.one_of(
        years,
        st.builds("{}{}".format, years, months),
        st.builds("{}{}{}".format, years, months, numbered_days),
        seasons,
        coarse,
    ),
    marks,
)
ends = st.one_of(points, points, st.sampled_from(["..", ""]))
edtf = st.one_of(
    points,
    st.builds("{}/{}".format, ends, ends),
    st.builds("[{}..{}]".format, ends, ends),
    *(
        st.lists(ends, min_size=1, max_size=3).map(",".join).map(brackets.format)
        for brackets in ("[{}]", "{{{}}}", "{}")
    ),
)
NOTATION = set("?~%X[]{}/")


@given(edtf)
@example("2020-21/2020-23")
@example("[1991..202X]")
@example("../20XX")
@example("2022~/..")
def test_what_passes_is_said_in_words_and_the_rest_is_refused(value):
    try:
        validate_edtf(value)
    except ValidationError:
        # Written past the form, it must not break the page that shows it.
        for language in ("en", "ru"):
            assert bool(words(value, language)) is bool(value)
        return
    for language in ("en", "ru"):
        said = words(value, language)
        assert said
        assert not NOTATION & set(said), said
        assert ".." not in said


@given(st.text(max_size=70))
def test_nothing_that_a_curator_types_breaks_the_reader_of_dates(text):
    try:
        earliest, latest = bounds(text)
    except ValueError:
        return
    assert earliest is None or latest is None or earliest <= latest


days = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))


@given(days, st.sampled_from(["", "?", "~", "%"]))
def test_a_day_covers_itself(day, mark):
    assert bounds(f"{day.isoformat()}{mark}") == (day, day)


@given(days, days)
def test_an_interval_covers_its_ends(one, other):
    first, last = sorted([one, other])
    assert bounds(f"{first.isoformat()}/{last.isoformat()}") == (first, last)
    for language in ("en", "ru"):
        assert str(last.year) in words(f"{first.isoformat()}/{last.isoformat()}", language)


@given(days)
def test_a_coarser_date_contains_the_finer_one(day):
    year, month = f"{day:%Y}", f"{day:%Y-%m}"
    assert bounds(year)[0] <= bounds(month)[0] <= day <= bounds(month)[1] <= bounds(year)[1]


@pytest.mark.django_db
class TestStoredDates:
    def test_saving_fills_the_bounds(self):
        incident = IncidentFactory(date="2022-09?")
        incident.refresh_from_db()
        assert incident.date == "2022-09?"
        assert isinstance(incident.date, EDTFDate)
        assert incident.date_earliest == dt.date(2022, 9, 1)
        assert incident.date_latest == dt.date(2022, 9, 30)

    def test_changing_the_date_changes_the_bounds(self):
        incident = IncidentFactory(date="2022-09-13")
        incident.date = "2020-11-10/.."
        incident.save()
        incident.refresh_from_db()
        assert (incident.date_earliest, incident.date_latest) == (dt.date(2020, 11, 10), None)

    def test_a_bad_date_is_a_form_error(self):
        with pytest.raises(ValidationError) as caught:
            IncidentFactory.build(date="13.09.2022").full_clean()
        assert "date" in caught.value.message_dict

    @pytest.mark.parametrize(
        ("value", "found"),
        [
            ("2022-09-13", True),
            ("2022", True),
            ("2022-08-31", False),
            ("2022-10-01", False),
            ("2022-08-01/2022-09-01", True),
            ("2020-11-10/..", True),
            ("../2022-08-31", False),
            ("../2022-09-01", True),
            ("2022-09-30/..", True),
            ("2022-10-01/..", False),
            ("", False),
        ],
    )
    def test_a_period_finds_what_overlaps_it(self, value, found):
        IncidentFactory(date=value)
        september = within("date", dt.date(2022, 9, 1), dt.date(2022, 9, 30))
        assert Incident.objects.filter(september).exists() is found

    def test_a_period_may_be_open(self):
        IncidentFactory(date="2022-09-13")
        assert Incident.objects.filter(within("date", dt.date(2022, 9, 13), None)).exists()
        assert Incident.objects.filter(within("date", None, dt.date(2022, 9, 13))).exists()
        assert not Incident.objects.filter(within("date", None, dt.date(2022, 9, 12))).exists()
