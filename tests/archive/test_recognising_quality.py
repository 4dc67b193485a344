"""`ingestquality` says what was recognised, missed and wrong, and fails where that is too much."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.factories import OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db

TEXT = "It rained.\n\nTarvin Olverian of the Lantern Society said nothing of it.\n"


@pytest.fixture
def measured(tmp_path):
    """measured(organisations=[…], …) → what the command prints about one text."""
    OrganisationFactory(slug="lantern", name_en="Lantern Society")
    PersonFactory(slug="olverian", name_en="Tarvin Olverian")
    (tmp_path / "text.txt").write_text(TEXT)

    def measure(*, claims=(), **expected):
        lists = {name: [] for name in ("organisations", "persons", "cases", "incidents", "places")}
        document = {
            "slug": "text",
            "language": "en",
            "source_file": "text.txt",
            **lists,
            **expected,
        }
        (tmp_path / "expected.json").write_text(json.dumps([document, {"source_file": None}]))
        (tmp_path / "claims.json").write_text(json.dumps(list(claims)))
        out = StringIO()
        call_command(
            "ingestquality",
            tmp_path,
            expected=tmp_path / "expected.json",
            claims=tmp_path / "claims.json",
            stdout=out,
        )
        return out.getvalue()

    return measure


def row(text, name):
    return next(line.split() for line in text.splitlines() if line.startswith(name))


def test_all_that_is_expected_and_nothing_else_is_a_recall_and_precision_of_one(measured):
    said = measured(organisations=["lantern"], persons=["olverian"])
    assert row(said, "everything")[1:] == ["2", "2", "0", "1.000", "1.000"]
    assert "missed" not in said


def test_what_is_missed_fails_the_command(measured):
    with pytest.raises(CommandError, match="Not reached"):
        measured(organisations=["lantern", "other"], persons=["olverian"])


def test_what_is_suggested_and_not_expected_counts_as_wrong(measured):
    with pytest.raises(CommandError, match="Not reached"):
        measured(organisations=["lantern"])


def test_claims_are_held_against_speaker_and_paragraph(measured):
    claim = {"reported_in": "text", "speaker": "olverian", "locator": {"paragraph": 2}}
    said = measured(organisations=["lantern"], persons=["olverian"], claims=[claim])
    assert row(said, "Claim")[1:4] == ["1", "1", "0"]


def test_what_cannot_be_read_is_said(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("ingestquality", tmp_path, expected=tmp_path / "nothing.json")
    (tmp_path / "empty.json").write_text("[]")
    with pytest.raises(CommandError, match="source_file"):
        call_command("ingestquality", tmp_path, expected=tmp_path / "empty.json")
