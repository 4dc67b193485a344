"""`manage.py ingest`: a folder of files and addresses at once."""

import io

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from archive.ingest.intake import advance, begin_address, begin_file, drop, paragraphs
from archive.models import Intake, Suggestion
from archive.models import IntakeStage as Stage
from tests.factories import AttachmentFactory, DocumentFactory, OrganisationFactory

pytestmark = pytest.mark.django_db

NEWS = "Observers report on the border\n\nThe Northern Observatory said that {} houses had burnt."


def ingest(*sources, **options) -> str:
    out = io.StringIO()
    call_command("ingest", *map(str, sources), stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "below").mkdir()
    (tmp_path / "one.txt").write_text(NEWS.format("seven"))
    (tmp_path / "below" / "two.txt").write_text("Заседание прошло в среду. Отчёт опубликован.")
    (tmp_path / ".hidden.txt").write_text("Not meant")
    return tmp_path


def test_a_folder_is_taken_in_with_all_that_is_below_it(folder, curator):
    OrganisationFactory(name_en="Northern Observatory")
    said = ingest(folder, by="curator")
    assert "Taken in: 2" in said
    assert "Failed: 0" in said
    intakes = Intake.objects.order_by("name")
    assert [(one.name, one.stage, one.by) for one in intakes] == [
        ("one.txt", Stage.READY, curator),
        ("two.txt", Stage.READY, curator),
    ]
    assert Suggestion.objects.filter(intake=intakes[0], target="organisation").count() == 1


def test_given_again_everything_is_skipped(folder):
    ingest(folder)
    said = ingest(folder)
    assert "Taken in: 0" in said
    assert "Skipped as a duplicate: 2" in said
    assert Intake.objects.count() == 2


def test_what_was_set_aside_is_not_taken_in_by_the_same_command(folder):
    ingest(folder)
    for intake in Intake.objects.all():
        drop(intake)
    assert "Skipped as a duplicate: 2" in ingest(folder)
    assert Intake.objects.count() == 2


def test_an_address_that_was_set_aside_is_not_taken_in_by_the_same_command():
    drop(begin_address("https://news.example/a").intake)
    assert "Skipped as a duplicate: 1" in ingest("https://news.example/a")
    assert Intake.objects.count() == 1


def test_what_the_archive_has_already_is_skipped(folder):
    document = DocumentFactory(title_en="Had before")
    AttachmentFactory(
        document=document, file=ContentFile((folder / "one.txt").read_bytes(), name="had.txt")
    )
    said = ingest(folder / "one.txt")
    assert "the archive has it: Had before" in said
    dropped = Intake.objects.get()
    assert (dropped.stage, dropped.document) == (Stage.DROPPED, document)
    assert "taken in before" in ingest(folder / "one.txt")
    assert Intake.objects.count() == 1


def test_a_reprint_is_taken_in_and_remarked_upon(folder):
    words = " ".join(f"Sentence number {n} of a long report stands here." for n in range(40))
    (folder / "one.txt").write_text(words)
    ingest(folder / "one.txt")
    (folder / "reprint.txt").write_text(f"{words} And a word more.")
    assert "like something the archive has" in ingest(folder / "reprint.txt")


def test_what_fails_is_named_with_the_reason_and_the_rest_comes_in(folder):
    (folder / "broken.pdf").write_bytes(b"no such thing")
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 could not"):
        call_command("ingest", str(folder), stdout=out)
    assert "broken.pdf: The archive does not keep files of this kind" in out.getvalue()
    assert "Taken in: 2" in out.getvalue()


def test_a_path_that_does_not_exist_is_named(folder):
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("ingest", str(folder / "none.txt"), stdout=out)
    assert "none.txt" in out.getvalue()


def test_what_was_begun_is_finished_on_resuming(folder):
    begun = begin_file(ContentFile(NEWS.format("eight").encode(), name="begun.txt")).intake
    advance(begun.pk, Stage.WAITING)
    advance(begun.pk, Stage.READING)
    assert "Taken in: 1" in ingest(resume=True)
    begun.refresh_from_db()
    assert begun.stage == Stage.READY
    assert paragraphs(begun.text)[0] == "Observers report on the border"


def test_nothing_named_is_an_error():
    with pytest.raises(CommandError, match="Name files"):
        ingest()


def test_an_unknown_user_is_an_error(folder):
    with pytest.raises(CommandError, match="no user nobody"):
        ingest(folder, by="nobody")
