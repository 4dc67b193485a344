"""The quality of the search is measured honestly, and a broken promise fails."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from archive.management.commands.searchquality import (
    measure_forms,
    measure_names,
    meeting_as_typed,
    meeting_by_sound,
    meeting_through_authority,
)


def run(**options) -> str:
    out = StringIO()
    call_command("searchquality", stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def file(tmp_path):
    def write(name: str, text: str):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_the_promises_are_kept_on_the_samples():
    shown = run()
    assert [line.split()[0] for line in shown.splitlines()[1:5]] == ["ru", "en", "hy", "az"]


def test_recall_and_precision_count_pairs_of_forms():
    found = measure_forms(
        {
            "мина": {"мина"},
            "мины": {"мина"},
            "war": {"war"},
            "wars": {"war"},
            "went": {"wend"},
            "go": {"go"},
        }
    )
    assert found.wanted == {("мина", "мины"), ("war", "wars")}
    assert found.missed == set()
    assert found.wrong == {("go", "went")}
    assert (found.recall, round(found.precision, 3), found.f1) == (1, 0.667, 0.8)


def test_a_form_with_two_base_forms_should_meet_both():
    found = measure_forms({"left": {"left", "leave"}, "leaves": {"leave"}, "zzz": {"left"}})
    assert found.wanted == {("leaves", "left"), ("left", "zzz")}
    assert found.missed == {("left", "zzz")}


def test_names_meet_in_three_ways():
    names = [["Saribekyan", "Сарибекян", "Saribəkyan"], ["Barda", "Бард"], ["Berd"]]
    typed = measure_names(names, meeting_as_typed)
    assert typed.wanted - typed.missed == {
        ("Saribekyan", "Saribəkyan"),
        ("Saribəkyan", "Saribekyan"),
    }
    heard = measure_names(names, meeting_by_sound)
    assert heard.missed == {("Barda", "Бард"), ("Бард", "Barda")}
    assert heard.wrong == {("Berd", "Бард"), ("Бард", "Berd")}
    assert heard.wrong_share == 2 / 22
    through = measure_names(names, meeting_through_authority)
    assert not {pair for pair in through.missed if "Saribekyan" in pair}


@pytest.mark.parametrize(
    ("forms", "promise"),
    [
        ("ru\tгород\tx\nru\tсело\tx\n", "ru recall ≥ 0.96"),
        ("ru\tгород\tгород\nru\tгорода\tсело\n", "ru precision ≥ 0.9"),
        ("en\tgo\tx\nen\tstay\tx\n", "en f1 ≥ 0.85"),
    ],
)
def test_forms_that_are_not_known_break_a_promise(file, forms, promise):
    with pytest.raises(CommandError, match=promise):
        run(forms=file("forms.tsv", forms))


@pytest.mark.parametrize(
    ("names", "promise"),
    [
        ("Tovuz\tQafan\n", "names ≥ 0.98"),
        ("Хасанов\tHasanov\nHuseynov\tГусейнов\n", "wrong ≤ 0.005"),
    ],
)
def test_names_that_are_not_known_break_a_promise(file, names, promise):
    with pytest.raises(CommandError, match=promise):
        run(names=file("names.tsv", names))


def test_what_was_missed_is_listed_when_asked_for(file):
    names = file("names.tsv", "# a remark\n\nTovuz\tQafan\tТовуз\n")
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("searchquality", names=names, verbosity=2, stdout=out)
    assert "missed: Qafan – Tovuz" in out.getvalue()
    assert "missed: Tovuz – Товуз" not in out.getvalue()


def test_a_file_of_another_shape_is_an_error(file):
    with pytest.raises(CommandError, match="line 2"):
        run(forms=file("forms.tsv", "# forms\nru\tгород\n"))
    with pytest.raises(CommandError, match="cannot be read"):
        run(forms=file("forms.tsv", "").parent / "none.tsv")
