"""The way of an intake, from a file or an address to a draft document."""

import hashlib
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from archive.ingest import tasks
from archive.ingest.intake import (
    advance,
    begin_address,
    begin_file,
    describe_by_hand,
    drop,
    paragraphs,
    retry,
    run,
)
from archive.ingest.making import NotReady, free_address, make_document
from archive.ingest.problems import Refused
from archive.management.commands import db_worker
from archive.models import (
    Attachment,
    Claim,
    Document,
    FormerAddress,
    Intake,
    Organisation,
    Status,
    Suggestion,
)
from archive.models import IntakeStage as Stage
from tests.factories import (
    CourtFactory,
    DocumentFactory,
    IncidentFactory,
    IntakeFactory,
    LegalCaseFactory,
    OrganisationFactory,
    PersonFactory,
    PlaceFactory,
    SuggestionFactory,
    ViolationTypeFactory,
)

pytestmark = pytest.mark.django_db

TEXT = (
    "Observers describe the shelling of two villages\n\n"
    "The Northern Observatory said on Monday that two villages had been shelled. It spoke of "
    "damaged houses and of families who had left for the town before the evening.\n\n"
    "The district administration denied the report and called it groundless.\n"
)


def a_file(text=TEXT, name="report.txt"):
    return ContentFile(text.encode(), name=name)


def stored(intake) -> bytes:
    with default_storage.open(intake.original.name) as original:
        return original.read()


@pytest.fixture
def observatory():
    return OrganisationFactory(name_en="Northern Observatory", name_ru="Северная обсерватория")


@pytest.fixture
def site(settings):
    """site(pages) → the address of a server on this machine; pages: path → (type, content)."""
    servers = []

    def serve(pages):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                kind, content = pages.get(self.path, ("", b""))
                self.send_response(200 if kind else 404)
                self.send_header("Content-Type", kind or "text/plain")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        host = f"127.0.0.1:{server.server_port}"
        settings.FETCH_ALSO = [host]
        return f"http://{host}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


# Stages


def test_a_file_comes_as_far_as_the_curator(observatory):
    intake = run(begin_file(a_file()).intake)
    assert intake.stage == Stage.READY
    assert paragraphs(intake.text) == paragraphs(TEXT)
    assert intake.proposals["title"]["value"] == "Observers describe the shelling of two villages"
    assert intake.proposals["language"]["value"] == "en"
    suggested = intake.suggestions.get(target=Suggestion.Target.ORGANISATION)
    assert suggested.record_id == observatory.pk
    assert suggested.paragraph == 2
    assert "The Northern Observatory said" in suggested.sentence


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.txt", b"", "file_empty"),
        ("run.exe", b"MZ\x90\0", "file_kind"),
        ("page.pdf", b"<html><body>", "file_kind"),
        ("large.txt", b"Words. " * 200, "too_large"),
    ],
)
def test_what_the_archive_does_not_keep_is_not_stored(settings, name, content, code):
    settings.ATTACHMENT_MAX_BYTES = 1000
    with pytest.raises(Refused) as refused:
        begin_file(ContentFile(content, name=name))
    assert refused.value.code == code
    assert not Intake.objects.exists()


def test_a_file_that_is_too_large_is_not_even_read(settings, tmp_path):
    settings.ATTACHMENT_MAX_BYTES = 10
    path = tmp_path / "large.txt"
    path.write_text("More than ten bytes")
    with path.open("rb") as opened:
        file = File(opened, name=path.name)
        with pytest.raises(Refused):
            begin_file(file)
        assert opened.tell() == 0


def test_what_no_database_keeps_is_left_out_of_what_a_file_says_of_itself():
    message = (
        "From: A. Writer <a@news.example>\n"
        "Subject: =?utf-8?B?QSByZXBvcnQAIG9mIHRoZSBib3JkZXIB?=\n"  # with NUL and another sign
        "Content-Type: text/plain; charset=utf-8\n\nThe observers said so.\n"
    )
    intake = run(begin_file(ContentFile(message.encode(), name="message.eml")).intake)
    assert intake.stage == Stage.READY
    assert intake.proposals["title"]["value"] == "A report of the border"


def test_what_no_database_keeps_is_left_out_of_what_went_wrong(monkeypatch):
    def refuse(address):
        raise Refused("address_malformed", address="https://news.example/\0\ud800")

    monkeypatch.setattr("archive.ingest.intake.fetch", refuse)
    intake = run(begin_address("https://news.example/a").intake)
    assert intake.problem["address"] == "https://news.example/?"


def test_the_original_is_kept_byte_for_byte():
    content = "Ադրբեջան, Azərbaycan, Азербайджан\r\n\r\n".encode()
    intake = run(begin_file(ContentFile(content, name="мой файл.txt")).intake)
    assert stored(intake) == content
    assert intake.sha256 == hashlib.sha256(content).hexdigest()
    assert intake.name == "мой файл.txt"


def test_an_address_is_fetched_and_read(site):
    page = f"<html><head><title>Observers</title></head><body><article><p>{TEXT}</p></article>"
    address = site({"/news/1": ("text/html; charset=utf-8", page.encode())}) + "/news/1"
    intake = run(begin_address(address).intake)
    assert intake.stage == Stage.READY
    assert stored(intake) == page.encode()
    assert "two villages had been shelled" in intake.text


def test_an_address_that_answers_with_an_error_fails_with_a_reason(site, language):
    intake = run(begin_address(site({}) + "/gone").intake)
    assert intake.stage == Stage.FAILED
    assert intake.problem["code"] == "answer"
    assert intake.problem["status"] == 404


def test_what_failed_is_tried_again_from_where_it_can_be(site):
    pages = {}
    intake = run(begin_address(site(pages) + "/late").intake)
    assert intake.stage == Stage.FAILED
    pages["/late"] = ("text/plain", TEXT.encode())
    assert run(retry(intake)).stage == Stage.READY
    assert intake.problem == {}


def test_each_stage_is_done_once_however_often_it_is_asked_for(observatory):
    intake = begin_file(a_file()).intake
    for stage in (Stage.WAITING, Stage.READING, Stage.COMPARING, Stage.RECOGNISING):
        advance(intake.pk, stage)
        intake.refresh_from_db()
        done = (intake.stage, intake.updated_at, intake.suggestions.count())
        advance(intake.pk, stage)
        intake.refresh_from_db()
        assert (intake.stage, intake.updated_at, intake.suggestions.count()) == done
    assert intake.stage == Stage.READY


def test_what_is_set_aside_while_it_is_worked_at_stays_set_aside(observatory):
    intake = begin_file(a_file()).intake
    advance(intake.pk, Stage.WAITING)
    stale = Intake.objects.get(pk=intake.pk)
    drop(intake)
    advance(stale.pk, stale.stage)
    intake.refresh_from_db()
    assert intake.stage == Stage.DROPPED


def test_what_was_set_aside_can_be_taken_up_again():
    intake = begin_file(a_file()).intake
    drop(intake)
    assert run(retry(intake)).stage == Stage.READY


def test_a_name_that_is_no_text_is_made_one():
    intake = begin_file(a_file(name=b"r\xe9sum\xe9.txt".decode(errors="surrogateescape"))).intake
    assert Intake.objects.get(pk=intake.pk).name == "r?sum?.txt"


def test_what_was_answered_stays_answered_when_it_is_taken_up_again(observatory):
    intake = run(begin_file(a_file()).intake)
    intake.suggestions.update(answer=Suggestion.Answer.REJECTED)
    count = intake.suggestions.count()
    drop(intake)
    run(retry(intake))
    assert intake.suggestions.filter(answer=Suggestion.Answer.REJECTED).count() == count
    assert intake.suggestions.count() == count


def test_the_same_file_is_taken_in_once():
    first = begin_file(a_file())
    again = begin_file(a_file(name="copy.txt"))
    assert (first.is_new, again.is_new) == (True, False)
    assert again.intake == first.intake
    assert Intake.objects.count() == 1


def test_the_same_address_is_taken_in_once_however_it_is_written():
    first = begin_address("https://news.example/a?utm_source=feed")
    again = begin_address("http://news.example/a#top")
    assert again.intake == first.intake
    assert not again.is_new


def test_a_file_that_was_set_aside_may_come_again():
    drop(begin_file(a_file()).intake)
    assert begin_file(a_file()).is_new


def test_what_the_archive_has_already_is_found(settings):
    document = DocumentFactory()
    Attachment.objects.create(document=document, file=a_file(), description_en="Original")
    intake = run(begin_file(a_file()).intake)
    assert [(one["document"], one["why"]) for one in intake.likenesses] == [(document.pk, "file")]


def test_what_cannot_be_read_can_be_described_by_hand():
    intake = IntakeFactory(
        stage=Stage.FAILED, problem={"code": "file_slow", "seconds": 60}, text=""
    )
    describe_by_hand(intake)
    assert intake.stage == Stage.READY
    assert intake.problem["code"] == "file_slow"


# In the background


# A worker closes its connection when it is done, and a transaction of the test with it.
of_its_own = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def work():
    """What `make serve` has running, until nothing waits any more."""
    call_command("db_worker", batch=True, startup_delay=False, verbosity=0)


@of_its_own
def test_a_worker_takes_every_stage_in_a_task_of_its_own():
    intake = begin_file(a_file()).intake
    tasks.work_at(intake)
    work()
    intake.refresh_from_db()
    assert intake.stage == Stage.READY
    taken = DBTaskResult.objects.order_by("enqueued_at").values_list("args_kwargs", flat=True)
    assert [one["args"][1] for one in taken] == ["waiting", "reading", "comparing", "recognising"]


@of_its_own
def test_the_task_of_a_dead_worker_is_done_by_the_next():
    intake = begin_file(a_file()).intake
    tasks.work_at(intake)
    dead = db_worker.name_of(2**22 + 1)  # there is no such process
    DBTaskResult.objects.get().claim(dead)
    work()
    intake.refresh_from_db()
    assert intake.stage == Stage.READY


def test_the_task_of_a_living_worker_is_left_to_it(settings):
    tasks.work_at(begin_file(a_file()).intake)
    DBTaskResult.objects.get().claim(db_worker.name_of(os.getpid()))
    assert db_worker.take_up() == 0
    assert DBTaskResult.objects.running().count() == 1


def test_the_task_of_a_worker_elsewhere_is_left_to_it_for_an_hour():
    tasks.work_at(begin_file(a_file()).intake)
    task = DBTaskResult.objects.get()
    task.claim("another-machine 17 123456")
    assert db_worker.take_up() == 0
    started = timezone.now() - db_worker.LEASE
    DBTaskResult.objects.update(started_at=started)
    assert db_worker.take_up() == 1


def test_a_task_that_kills_worker_after_worker_is_given_up():
    intake = begin_file(a_file()).intake
    tasks.work_at(intake)
    task = DBTaskResult.objects.get()
    for _attempt in range(db_worker.MOST_WORKERS):
        assert task.status == "READY"
        task.claim(db_worker.name_of(2**22 + 1))
        db_worker.take_up()
        task.refresh_from_db()
    assert task.status == "FAILED"
    Intake.objects.update(updated_at=timezone.now() - tasks.FORGOTTEN_AFTER)
    tasks.resume()
    intake.refresh_from_db()
    assert (intake.stage, intake.problem) == (Stage.FAILED, {"code": "stopped"})


def test_an_intake_without_a_task_is_taken_up():
    intake = begin_file(a_file()).intake
    assert tasks.resume() == 0  # it has only just come
    Intake.objects.update(updated_at=timezone.now() - tasks.FORGOTTEN_AFTER)
    assert tasks.resume() == 1
    assert tasks.resume() == 0  # a task waits for it now
    assert DBTaskResult.objects.get().args_kwargs["args"] == [intake.pk, "waiting"]


# The draft


def described(**values):
    return Document(
        **{"original_title": "A report", "language": "en", "kind": "news_article", **values}
    )


def accept(intake, record, target, **values):
    return SuggestionFactory(
        intake=intake,
        record_id=record.pk,
        target=target,
        answer=Suggestion.Answer.ACCEPTED,
        **values,
    )


def test_the_draft_links_what_was_accepted_and_nothing_else(curator):
    intake = IntakeFactory()
    records = {
        "organisations": (OrganisationFactory(), "organisation"),
        "people": (PersonFactory(), "person"),
        "places": (PlaceFactory(), "place"),
        "cases": (LegalCaseFactory(), "legalcase"),
        "incidents": (IncidentFactory(), "incident"),
    }
    for record, target in records.values():
        accept(intake, record, target)
    SuggestionFactory(intake=intake, answer=Suggestion.Answer.REJECTED)
    SuggestionFactory(intake=intake)
    made = make_document(intake, described(), by=curator)
    for name, (record, _target) in records.items():
        assert list(getattr(made.document, name).all()) == [record]
    assert made.links == len(records)


def test_the_draft_is_no_more_than_a_draft(curator):
    intake = IntakeFactory()
    speaker = OrganisationFactory()
    accept(intake, speaker, "claim", data={"speaker": "organisation", "kind": "alleges"})
    document = make_document(intake, described(), by=curator).document
    assert document.status == Claim.objects.get().status == Status.DRAFT
    assert document.created_by == curator
    assert not Document.objects.published().exists()
    assert not document.attachments.get().may_be_shown
    assert (intake.stage, intake.document) == (Stage.DONE, document)


def test_the_original_is_attached_untouched(curator):
    intake = begin_file(a_file()).intake
    document = make_document(run(intake), described(), by=curator).document
    attachment = document.attachments.get()
    with attachment.file.open("rb") as original:
        assert original.read() == TEXT.encode()
    assert attachment.sha256 == hashlib.sha256(TEXT.encode()).hexdigest()
    assert attachment.media_type == "text/plain"
    assert attachment.text == intake.text
    assert attachment.description_ru and attachment.description_en


@pytest.mark.parametrize(
    ("code", "titles"),
    [("en", ("A report", "")), ("ru", ("", "A report")), ("hy", ("", "")), ("az", ("", ""))],
)
def test_the_title_stands_in_the_column_of_its_language(curator, code, titles):
    made = make_document(IntakeFactory(), described(language=code), by=curator)
    document = Document.objects.get(pk=made.document.pk)
    assert (document.title_en or "", document.title_ru or "") == titles
    assert document.original_title == "A report"
    for language in {code} & {"en", "ru"}:
        assert getattr(document, f"translation_kind_{language}") == "original"


def test_an_accepted_claim_is_cited_with_its_paragraph(curator):
    intake = IntakeFactory()
    person = PersonFactory()
    accept(
        intake,
        person,
        "claim",
        paragraph=3,
        sentence="The ministry denied it.",
        data={"speaker": "person", "kind": "denies"},
    )
    document = make_document(intake, described(), by=curator).document
    claim = Claim.objects.get()
    citation = claim.citations.get()
    assert (claim.speaker, claim.kind, claim.text_en) == (
        person,
        "denies",
        "The ministry denied it.",
    )
    assert (citation.document, citation.paragraph) == (document, 3)


def test_only_courts_find(curator):
    intake = IntakeFactory()
    for speaker in (OrganisationFactory(), CourtFactory()):
        accept(intake, speaker, "claim", data={"speaker": "organisation", "kind": "finds"})
    make_document(intake, described(), by=curator)
    kinds = {claim.speaker.kind: claim.kind for claim in Claim.objects.all()}
    assert kinds == {"ngo": "concludes", "court": "finds"}


def test_accepted_violation_types_are_noted(curator):
    intake = IntakeFactory()
    accept(intake, ViolationTypeFactory(label_en="Pillage"), "violationtype")
    assert "Pillage" in make_document(intake, described(), by=curator).document.internal_note


def test_a_violation_type_that_an_accepted_incident_has_is_not_noted(curator):
    intake, kind, incident = IntakeFactory(), ViolationTypeFactory(), IncidentFactory()
    incident.violation_types.add(kind)
    accept(intake, kind, "violationtype")
    accept(intake, incident, "incident")
    assert make_document(intake, described(), by=curator).document.internal_note == ""


def test_a_suggested_record_that_is_gone_is_passed_over(curator):
    intake = IntakeFactory()
    gone = OrganisationFactory()
    accept(intake, gone, "organisation")
    accept(intake, gone, "claim", data={"speaker": "organisation", "kind": "alleges"})
    Organisation.objects.filter(pk=gone.pk).delete()
    made = make_document(intake, described(), by=curator)
    assert (made.links, made.claims) == (0, [])


def test_asked_twice_there_is_one_document(curator):
    intake = IntakeFactory()
    stale = Intake.objects.get(pk=intake.pk)
    make_document(intake, described(), by=curator)
    with pytest.raises(NotReady):
        make_document(stale, described(), by=curator)
    assert Document.objects.count() == 1


@pytest.mark.parametrize(
    ("title", "address"),
    [
        ("A report", "a-report-2"),
        ("Отчёт о границе", "otchet-o-granitse"),
        ("Şəhər və kənd", "seher-ve-kend"),
        ("…", "document"),
    ],
)
def test_the_address_is_made_of_the_title_and_free(title, address):
    DocumentFactory(slug="a-report")
    assert free_address(Document, title) == address


def test_an_address_that_once_led_elsewhere_is_not_free():
    FormerAddress.objects.create(kind="document", slug="a-report", record_id=1)
    assert free_address(Document, "A report") == "a-report-2"


def test_the_sentence_of_a_drafted_claim_is_original_in_the_language_of_its_document(curator):
    intake = IntakeFactory()
    accept(
        intake,
        PersonFactory(),
        "claim",
        data={"speaker": "person", "kind": "denies"},
        sentence="No.",
    )
    make_document(intake, described(), by=curator)
    assert Claim.objects.get().translation_kind_en == "original"


@pytest.mark.parametrize(
    ("code", "sentence", "texts", "original"),
    [
        ("en", "The mayor said that nobody had come.", ("The mayor said that nobody had come.", ""), "en"),
        ("en", "Мэр заявил, что никто не приехал.", ("", "Мэр заявил, что никто не приехал."), "ru"),
        ("ru", "The mayor said that nobody had come.", ("The mayor said that nobody had come.", ""), "en"),
        ("hy", "Мэр заявил, что никто не приехал.", ("", "Мэр заявил, что никто не приехал."), "ru"),
        ("hy", "Քաղաքապետը հայտարարել է, որ ոչ ոք չի եկել։", ("", ""), ""),
        ("ru", "Նա ասաց։", ("", ""), ""),
        ("ru", "Никто.", ("", "Никто."), "ru"),
        ("ru", "Так сообщил Human Rights Watch (HRW).", ("", "Так сообщил Human Rights Watch (HRW)."), "ru"),
        ("ru", "23.11.2020", ("", "23.11.2020"), "ru"),
        ("hy", "Human Rights Watch International-ն հայտնել է", ("", ""), ""),
    ],
)  # fmt: skip
def test_a_drafted_claim_has_its_sentence_in_the_language_that_it_is_in_and_no_other(
    curator, code, sentence, texts, original
):
    intake = IntakeFactory()
    data = {"speaker": "person", "kind": "denies"}
    accept(intake, PersonFactory(), "claim", data=data, sentence=sentence)
    make_document(intake, described(language=code), by=curator)
    claim = Claim.objects.get()
    assert (claim.text_en or "", claim.text_ru or "") == texts
    # Nothing is translated yet: whoever does says how.
    kinds = {language: "original" if language == original else "human" for language in ("en", "ru")}
    assert kinds == {"en": claim.translation_kind_en, "ru": claim.translation_kind_ru}
    assert sentence in claim.internal_note


@pytest.mark.parametrize("count", (1, 2))
def test_drafted_claims_are_about_the_only_accepted_incident(count, curator):
    intake = IntakeFactory()
    for _number in range(count):
        accept(intake, IncidentFactory(), "incident")
    accept(intake, PersonFactory(), "claim", data={"speaker": "person", "kind": "denies"})
    made = make_document(intake, described(), by=curator)
    (claim,) = Claim.objects.filter(pk__in=made.claims)
    assert claim.incidents.count() == (count == 1)


def test_a_publisher_that_the_archive_does_not_have_is_kept_in_the_internal_note(curator):
    intake = IntakeFactory(proposals={"publisher": {"value": "The Unknown Herald"}})
    made = make_document(intake, described(), by=curator)
    assert "The Unknown Herald" in made.document.internal_note
