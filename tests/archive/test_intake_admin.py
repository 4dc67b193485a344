"""Taking in, as a curator does it in the curators' room."""

import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from archive.admin.work import lists_for
from archive.ingest import tasks
from archive.ingest.intake import run
from archive.models import Document, Intake, Suggestion
from archive.models import IntakeStage as Stage
from tests.factories import (
    AttachmentFactory,
    DocumentFactory,
    IncidentFactory,
    IntakeFactory,
    OrganisationFactory,
    PersonFactory,
    SuggestionFactory,
    ViolationTypeFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

ADD = reverse("admin:archive_intake_add")
LIST = reverse("admin:archive_intake_changelist")


def page_of(intake):
    return reverse("admin:archive_intake_change", args=[intake.pk])


def fields(**values):
    """What the browser sends of an intake that nobody has corrected."""
    return {
        "original_title": "A report of the border",
        "title_en": "A report of the border",
        "title_ru": "",
        "language": "en",
        "kind": "news_article",
        "publisher": "",
        "published_on": "2022-10-03",
        "authors": "A. Writer\nB. Writer",
        "source_url": "",
        **values,
    }


@pytest.fixture
def room(signed_in, curator):
    return signed_in(curator)


# Bringing


def test_files_and_addresses_are_brought_together(room, curator):
    files = [SimpleUploadedFile(f"{n}.txt", f"Text number {n}".encode()) for n in range(2)]
    answer = room.post(ADD, {"files": files, "addresses": "news.example/a\n"})
    assert answer.headers["Location"] == LIST
    assert Intake.objects.filter(by=curator, stage=Stage.WAITING).count() == 3
    assert Intake.objects.get(name="").address == "https://news.example/a"
    assert DBTaskResult.objects.ready().count() == 3


def test_one_file_leads_to_its_own_page(room):
    answer = room.post(ADD, {"files": [SimpleUploadedFile("a.txt", b"Text")]})
    assert answer.headers["Location"] == page_of(Intake.objects.get())


def test_a_file_of_an_unknown_kind_is_refused_by_name(room, language):
    files = [SimpleUploadedFile("a.txt", b"Text"), SimpleUploadedFile("run.exe", b"MZ\x90\x00")]
    page = room.post(ADD, {"files": files})
    assert "run.exe" in page.content.decode()
    assert not Intake.objects.exists()


@pytest.mark.parametrize(
    "address", ["not an address", "ftp://news.example/a", "javascript:alert(1)"]
)
def test_what_is_no_address_is_said_to_be_none(room, address):
    page = room.post(ADD, {"addresses": f"https://news.example/good\n{address}"})
    assert page.context["form"].errors["addresses"]
    assert not Intake.objects.exists()


def test_nothing_brought_is_said(room):
    assert room.post(ADD, {"addresses": " "}).context["form"].non_field_errors()


def test_the_same_file_leads_to_where_it_is_already(room):
    room.post(ADD, {"files": [SimpleUploadedFile("a.txt", b"Text")]})
    answer = room.post(ADD, {"files": [SimpleUploadedFile("b.txt", b"Text")]}, follow=True)
    assert answer.redirect_chain[-1][0] == page_of(Intake.objects.get())
    assert len(answer.context["messages"]) == 1


def test_the_documents_lead_to_it(room, translator, signed_in):
    documents = reverse("admin:archive_document_changelist")
    assert ADD in room.get(documents).content.decode()
    assert ADD not in signed_in(translator).get(documents).content.decode()


# How far it has come


def test_the_list_says_how_far_everything_has_come(room, language):
    IntakeFactory(stage=Stage.READING)
    IntakeFactory(stage=Stage.FAILED, problem={"code": "too_slow", "host": "slow.example"})
    IntakeFactory(proposals={"title": {"value": "The title of it", "origin": ""}})
    page = room.get(LIST, headers={"Accept-Language": language}).content.decode()
    assert '<progress max="5" value="2">' in page
    assert "slow.example" in page
    assert "The title of it" in page
    assert 'http-equiv="refresh"' in page


def test_a_finished_list_does_not_reload(room):
    IntakeFactory()
    assert 'http-equiv="refresh"' not in room.get(LIST).content.decode()


def test_the_list_costs_the_same_for_one_and_for_nine(room):
    IntakeFactory(document=DocumentFactory(), stage=Stage.DONE)
    with CaptureQueriesContext(connection) as one:
        room.get(LIST)
    for _number in range(8):
        IntakeFactory(document=DocumentFactory(), stage=Stage.DONE)
    with CaptureQueriesContext(connection) as many:
        room.get(LIST)
    assert len(many) == len(one)


def test_what_waits_without_a_worker_is_said(room):
    intake = IntakeFactory(stage=Stage.WAITING)
    tasks.work_at(intake)
    assert "db_worker" not in room.get(page_of(intake)).content.decode()
    DBTaskResult.objects.update(enqueued_at=timezone.now() - tasks.NEGLECTED_AFTER)
    assert "db_worker" in room.get(page_of(intake)).content.decode()


def test_what_failed_can_be_tried_again(room):
    intake = IntakeFactory(stage=Stage.FAILED, problem={"code": "unexpected"})
    room.post(page_of(intake), {"_retry": ""})
    intake.refresh_from_db()
    assert intake.stage == Stage.WAITING
    assert DBTaskResult.objects.ready().count() == 1


def test_what_could_not_be_read_can_be_described_by_hand(room):
    intake = IntakeFactory(
        stage=Stage.FAILED, problem={"code": "file_slow", "seconds": 60}, text=""
    )
    page = room.post(page_of(intake), {"_by_hand": ""}, follow=True)
    assert "adminform" in page.context


def test_the_first_page_lists_what_waits_for_a_curator(rf, curator, translator):
    IntakeFactory(proposals={"title": {"value": "Waiting here", "origin": ""}})
    IntakeFactory(stage=Stage.DROPPED)
    request = rf.get("/")
    titles = {}
    for user in (curator, translator):
        request.user = user
        rows = [row for _title, listed in lists_for(request) for row in listed.rows]
        titles[user] = [row.title for row in rows if row.kind == "intake"]
    assert titles == {curator: ["Waiting here"], translator: []}


# What is asked


def test_the_proposed_fields_say_where_they_come_from(room):
    publisher = OrganisationFactory(name_en="The Gazette")
    intake = run(
        Intake.objects.create(
            name="a.txt", original=ContentFile(b"A headline\n\nText of it.", name="a.txt")
        )
    )
    intake.proposals["publisher"] = {"value": "Gazette", "origin": "", "record": publisher.pk}
    intake.save()
    form = room.get(page_of(intake)).context["form"]
    assert form["original_title"].value() == "A headline"
    assert form.fields["original_title"].help_text
    assert form["publisher"].value() == publisher.pk


def test_the_page_shows_each_suggestion_with_its_sentence(room):
    record = OrganisationFactory(name_en="Northern Observatory")
    intake = IntakeFactory()
    SuggestionFactory(intake=intake, record_id=record.pk, found="observers")
    page = room.get(page_of(intake)).content.decode()
    assert "Northern Observatory" in page
    assert re.search(r"The <mark>observers</mark> said so\.", page)
    assert 'href="#paragraph-2"' in page
    assert 'id="paragraph-2"' in page


def test_the_text_of_a_file_is_shown_as_text(room):
    hostile = "<script>alert(1)</script> & <b>bold</b>"
    intake = IntakeFactory(
        text=hostile,
        proposals={
            "title": {"value": hostile, "origin": ""},
            "publisher": {"value": hostile, "origin": "words", "record": None},
            "language": {"value": "hy", "origin": ""},
        },
    )
    SuggestionFactory(intake=intake, sentence=hostile, found="bold")
    other = IntakeFactory(text=hostile)
    intake.likenesses = [{"document": None, "intake": other.pk, "why": "text", "share": 0.9}]
    intake.save()
    page = room.get(page_of(intake)).content.decode()
    assert "<script>alert" not in page
    assert "<b>bold" not in page
    assert '<ol class="intake-text" lang="hy">' in page


def test_what_is_entered_and_answered_is_kept(room, curator):
    intake = IntakeFactory()
    suggestions = SuggestionFactory.create_batch(3, intake=intake)
    answers = {f"suggestion-{suggestions[0].pk}": "accepted"}
    answers[f"suggestion-{suggestions[1].pk}"] = "rejected"
    entered = fields(original_title="Corrected", kind="", published_on="not a date")
    room.post(page_of(intake), {**entered, **answers, "_save": ""})
    assert [one.answer for one in intake.suggestions.order_by("pk")] == [
        "accepted",
        "rejected",
        "open",
    ]
    assert intake.suggestions.get(answer="accepted").answered_by == curator
    form = room.get(page_of(intake)).context["form"]
    assert form["original_title"].value() == "Corrected"
    assert form["published_on"].value() == "not a date"
    assert not Document.objects.exists()


def test_all_of_a_kind_are_accepted_at_once_but_what_was_rejected(room):
    intake = IntakeFactory()
    person = SuggestionFactory(intake=intake, target="person", record_id=PersonFactory().pk)
    rejected, open_one = SuggestionFactory.create_batch(2, intake=intake)
    answers = {f"suggestion-{rejected.pk}": "rejected"}
    answer = room.post(page_of(intake), {**fields(), **answers, "_accept": "organisation"})
    assert answer.headers["Location"].endswith("#kind-organisation")
    given = dict(Suggestion.objects.values_list("pk", "answer"))
    assert given == {person.pk: "open", rejected.pk: "rejected", open_one.pk: "accepted"}


def as_shown(room, intake):
    """What the browser sends of the page as it stands."""
    context = room.get(page_of(intake)).context
    hidden = {f"seen-{name}": value for name, value in context["seen"].items()}
    return {**context["seen"], **hidden, "_save": ""}


def entered(intake, name):
    intake.refresh_from_db()
    return intake.proposals.get(name, {}).get("entered")


def test_two_curators_keep_what_each_has_entered(room, signed_in, reviewer):
    intake = IntakeFactory()
    first, second = as_shown(room, intake), as_shown(room, intake)
    room.post(page_of(intake), {**first, "authors": "A. Writer"})
    answer = signed_in(reviewer).post(page_of(intake), {**second, "kind": "report"})
    assert answer.status_code == 302
    assert (entered(intake, "authors"), entered(intake, "kind")) == ("A. Writer", "report")


def test_the_draft_is_made_of_what_both_have_entered(room, signed_in, reviewer):
    intake = IntakeFactory()
    shown = {**as_shown(room, intake), "kind": "report"}
    signed_in(reviewer).post(page_of(intake), {**as_shown(room, intake), "authors": "A. Writer"})
    room.post(page_of(intake), {**shown, "_make": ""})
    assert Document.objects.get().authors == ["A. Writer"]


@pytest.mark.parametrize("action", ["_save", "_make"])
def test_the_second_of_two_is_told_and_keeps_what_was_typed(room, signed_in, reviewer, action):
    intake = IntakeFactory()
    second = {**as_shown(room, intake), "kind": "report", "publisher": "", action: ""}
    publisher = OrganisationFactory(name_en="The Gazette")
    theirs = {"kind": "news_article", "publisher": publisher.pk}
    signed_in(reviewer).post(page_of(intake), {**as_shown(room, intake), **theirs})
    page = room.post(page_of(intake), second)
    assert ["News article" in problem for problem in page.context["problems"]] == [True]
    assert page.context["form"]["kind"].value() == "report"
    assert page.context["form"]["publisher"].value() == str(publisher.pk)
    assert entered(intake, "kind") == "news_article"
    assert not Document.objects.exists()
    hidden = {f"seen-{name}": value for name, value in page.context["seen"].items()}
    room.post(page_of(intake), {**second, **hidden})
    assert "report" in (entered(intake, "kind"), *Document.objects.values_list("kind", flat=True))


def test_an_answer_that_the_page_still_showed_undoes_no_later_one(room):
    suggestion = SuggestionFactory(answer="accepted")
    intake = suggestion.intake
    stale = as_shown(room, intake)
    room.post(
        page_of(intake), {**as_shown(room, intake), f"suggestion-{suggestion.pk}": "rejected"}
    )
    room.post(page_of(intake), stale)
    assert intake.suggestions.get().answer == "rejected"


def test_who_answers_what_was_answered_otherwise_is_told(room):
    suggestion = SuggestionFactory(found="the observers")
    intake, name = suggestion.intake, f"suggestion-{suggestion.pk}"
    stale = as_shown(room, intake)
    room.post(page_of(intake), {**as_shown(room, intake), name: "accepted"})
    one = {"suggestion": suggestion.pk, "answer": "rejected", "seen": "open"}
    address = reverse("admin:archive_intake_answer", args=[intake.pk])
    assert room.post(address, one).status_code == 409
    page = room.post(page_of(intake), {**stale, name: "rejected"}, follow=True)
    assert any("the observers" in str(said) for said in page.context["messages"])
    assert intake.suggestions.get().answer == "rejected"


@pytest.mark.parametrize(
    ("publisher", "kind"), [("media", "news_article"), ("court", "judgment"), ("ngo", "")]
)
def test_the_kind_is_proposed_where_the_publisher_tells_it(room, publisher, kind):
    body = OrganisationFactory(kind=publisher)
    proposals = {"publisher": {"value": "", "origin": "line", "record": body.pk}}
    form = room.get(page_of(IntakeFactory(proposals=proposals))).context["form"]
    assert form["kind"].value() == kind
    assert ("publisher" in form.fields["kind"].help_text) == bool(kind)


def test_without_a_known_publisher_no_kind_is_proposed(room):
    assert not room.get(page_of(IntakeFactory())).context["form"]["kind"].value()


@pytest.mark.parametrize("action", ["_drop", "_same"])
def test_what_was_made_into_a_document_meanwhile_is_not_said_to_be_set_aside(room, action):
    intake = IntakeFactory(stage=Stage.DONE, document=DocumentFactory())
    page = room.post(page_of(intake), {action: "like-0"}, follow=True)
    assert ["in the meantime" in str(said) for said in page.context["messages"]] == [True]
    intake.refresh_from_db()
    assert intake.stage == Stage.DONE


def test_a_violation_type_says_which_incident_has_it_already(room):
    kind, other = ViolationTypeFactory(), ViolationTypeFactory()
    incident = IncidentFactory(title_en="The shelling of a village")
    incident.violation_types.add(kind)
    intake = IntakeFactory()
    for target, record in (
        ("incident", incident),
        ("violationtype", kind),
        ("violationtype", other),
    ):
        SuggestionFactory(intake=intake, target=target, record_id=record.pk)
    groups = {group.target: group.rows for group in room.get(page_of(intake)).context["groups"]}
    remarks = {row.record: row.remark for row in groups["violationtype"]}
    assert "The shelling of a village" in remarks[kind]
    assert not remarks[other]


@pytest.mark.parametrize(
    ("answer", "status", "kept"),
    [("accepted", 204, "accepted"), ("rejected", 204, "rejected"), ("published", 400, "open")],
)
def test_one_answer_is_kept_by_itself(room, answer, status, kept):
    suggestion = SuggestionFactory()
    address = reverse("admin:archive_intake_answer", args=[suggestion.intake_id])
    given = room.post(address, {"suggestion": suggestion.pk, "answer": answer})
    suggestion.refresh_from_db()
    assert (given.status_code, suggestion.answer) == (status, kept)


def test_an_answer_that_comes_too_late_is_not_kept(room):
    suggestion = SuggestionFactory(intake__stage=Stage.DONE)
    address = reverse("admin:archive_intake_answer", args=[suggestion.intake_id])
    given = room.post(address, {"suggestion": suggestion.pk, "answer": "accepted"})
    assert given.status_code == 409


# Duplicates


@pytest.fixture
def alike():
    document = DocumentFactory(title_en="The first report", published=True)
    AttachmentFactory(document=document, file=ContentFile(b"Words of the first.", name="f.txt"))
    likenesses = [{"document": document.pk, "intake": None, "why": "text", "share": 0.87}]
    return IntakeFactory(likenesses=likenesses), document


def test_what_is_alike_is_shown_beside_it(room, alike):
    page = room.get(page_of(alike[0])).content.decode()
    assert "The first report" in page
    assert "Words of the first." in page
    assert "87" in page


def test_the_same_is_set_aside_and_the_other_opened(room, alike):
    intake, document = alike
    answer = room.post(page_of(intake), {**fields(), "_same": "like-0"})
    assert answer.headers["Location"] == reverse(
        "admin:archive_document_change", args=[document.pk]
    )
    intake.refresh_from_db()
    assert (intake.stage, intake.document) == (Stage.DROPPED, document)
    assert Document.objects.count() == 1


def test_a_draft_waits_until_it_is_said_what_is_alike(room, alike):
    page = room.post(page_of(alike[0]), {**fields(), "_make": ""})
    assert page.context["problems"]
    assert Document.objects.count() == 1


@pytest.mark.parametrize(("answer", "is_reprint"), [("reprint", True), ("different", False)])
def test_what_is_said_of_the_likeness_stands_in_the_draft(room, alike, answer, is_reprint):
    intake, document = alike
    room.post(page_of(intake), {**fields(), "like-0": answer, "_make": ""})
    intake.refresh_from_db()
    assert intake.document.reprint_of == (document if is_reprint else None)


def test_it_is_a_reprint_of_one_document_only(room, alike):
    intake, _document = alike
    other = DocumentFactory()
    intake.likenesses.append({"document": other.pk, "intake": None, "why": "text", "share": 0.8})
    intake.save()
    data = {**fields(), "like-0": "reprint", "like-1": "reprint", "_make": ""}
    assert room.post(page_of(intake), data).context["problems"]


# The draft


def test_the_draft_is_made_and_opened(room, curator):
    publisher = OrganisationFactory()
    intake = IntakeFactory()
    accepted = SuggestionFactory(intake=intake)
    data = fields(publisher=publisher.pk, source_url="https://news.example/a")
    data |= {f"suggestion-{accepted.pk}": "accepted", "_make": ""}
    answer = room.post(page_of(intake), data)
    document = Document.objects.get()
    assert answer.headers["Location"] == reverse(
        "admin:archive_document_change", args=[document.pk]
    )
    assert (document.publisher, document.published_on) == (publisher, "2022-10-03")
    assert document.authors == ["A. Writer", "B. Writer"]
    assert document.sources == ["https://news.example/a"]
    assert document.created_by == curator
    assert document.organisations.get().pk == accepted.record_id
    assert not document.is_public


@pytest.mark.parametrize(
    ("field", "value"),
    [("kind", ""), ("published_on", "some day"), ("language", "xx"), ("original_title", "")],
)
def test_a_draft_that_cannot_be_made_says_why_and_keeps_what_was_entered(room, field, value):
    intake = IntakeFactory()
    data = fields(authors="C. Writer", **{field: value})
    if field == "original_title":
        data["title_en"] = ""
    page = room.post(page_of(intake), {**data, "_make": ""})
    assert page.context["form"].errors[field]
    assert page.context["form"]["authors"].value() == "C. Writer"
    assert not Document.objects.exists()


def test_asked_twice_the_draft_is_made_once(room):
    intake = IntakeFactory()
    for _time in range(2):
        answer = room.post(page_of(intake), {**fields(), "_make": ""}, follow=True)
    assert Document.objects.count() == 1
    assert answer.redirect_chain[-1][0] == reverse(
        "admin:archive_document_change", args=[Document.objects.get().pk]
    )


# Who


@pytest.mark.parametrize("page", ["add", "list", "one", "original", "answer"])
def test_translators_see_nothing_of_it(translator, signed_in, page):
    suggestion = SuggestionFactory()
    addresses = {
        "add": ADD,
        "list": LIST,
        "one": page_of(suggestion.intake),
        "original": reverse("admin:archive_intake_original", args=[suggestion.intake_id]),
        "answer": reverse("admin:archive_intake_answer", args=[suggestion.intake_id]),
    }
    client = signed_in(translator)
    assert client.get(addresses[page]).status_code == 403
    assert client.post(addresses[page], fields()).status_code == 403


def test_nobody_deletes_what_came_in(administrator, signed_in):
    intake = IntakeFactory()
    address = reverse("admin:archive_intake_delete", args=[intake.pk])
    assert signed_in(administrator).post(address, {"post": "yes"}).status_code == 403


def test_the_original_is_given_out_to_be_saved(room):
    intake = IntakeFactory(name="page.html", original=ContentFile(b"<b>x</b>", name="page.html"))
    answer = room.get(reverse("admin:archive_intake_original", args=[intake.pk]))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="page.html"'
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content) == b"<b>x</b>"


def test_an_original_that_is_missing_is_said_to_be(room):
    intake = IntakeFactory()
    intake.original.storage.delete(intake.original.name)
    answer = room.get(reverse("admin:archive_intake_original", args=[intake.pk]), follow=True)
    assert len(answer.context["messages"]) == 1


@pytest.mark.parametrize("action", ["_save", "_make"])
@pytest.mark.parametrize("publisher", ["somebody", "9" * 40, "999999", "١"])
def test_a_publisher_that_nobody_can_choose_breaks_nothing(room, publisher, action):
    intake = IntakeFactory()
    data = {**fields(publisher=publisher), f"suggestion-{'9' * 40}": "accepted", action: ""}
    assert room.post(page_of(intake), data).status_code in (200, 302)
    assert room.get(page_of(intake), follow=True).status_code == 200


def test_a_very_long_address_is_refused(room):
    page = room.post(ADD, {"addresses": f"https://news.example/{'a' * 2000}"})
    assert page.context["form"].errors["addresses"]


def test_an_unknown_intake_is_no_error(room):
    assert room.get(reverse("admin:archive_intake_change", args=[999])).status_code == 302
