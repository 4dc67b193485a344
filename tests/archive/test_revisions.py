"""Changes of what is public stay unseen until reviewed, and no two editors destroy each other's."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from archive.models import (
    PUBLISHABLE,
    CaseStep,
    Claim,
    Comment,
    Contribution,
    Correction,
    Document,
    LegalCase,
    Revision,
    SearchChange,
    TranslatorLanguage,
    hide,
    may,
    publish,
    submit,
    withdraw,
)
from archive.models.revisions import (
    as_revised,
    changes_of,
    drop_revision,
    editing,
    open_revision,
    publish_revision,
    publishing_hindrance,
    return_revision,
    standing,
    submit_revision,
    unsay,
)
from archive.models.snapshots import snapshot
from tests.factories import (
    FACTORIES,
    AttachmentFactory,
    CaseStepFactory,
    CitationFactory,
    ClaimFactory,
    DocumentFactory,
    IncidentFactory,
    LegalCaseFactory,
    UserFactory,
)

from .test_admin import address, form_data

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.ignore_template_errors,
    pytest.mark.usefixtures("without_index"),
]

SAID = {"en": "The date was wrong.", "ru": "Дата была неверна."}
PRIVATE = {
    "summary_en": "Hovhannes Petrosyan told of it.",
    "summary_ru": "Ованес Петросян рассказал об этом.",
}
every_kind = pytest.mark.parametrize("kind", PUBLISHABLE, ids=lambda model: model._meta.model_name)


def published(kind=Document, **values):
    """A record that passes the checklist, and that readers see."""
    if kind is Claim:
        return ClaimFactory(published=True, sources=["A report"], **values)
    return FACTORIES[kind](published=True, sources=["A report"], **values)


def change(record, by, **values):
    with editing(record, by=by):
        for name, value in values.items():
            setattr(record, name, value)
        record.save()
    return open_revision(record)


def submitted(record, by, **values):
    revision = change(record, by, **values)
    submit_revision(revision, by=by)
    return Revision.objects.get(pk=revision.pk)


# ── by code ──


@every_kind
def test_what_is_changed_in_a_public_record_is_not_seen(kind, curator):
    record = published(kind)
    before, changes = snapshot(record), SearchChange.objects.count()
    revision = change(record, curator, note_ru="Источники расходятся.")
    assert snapshot(record) == before
    assert record.note_ru != "Источники расходятся."
    assert SearchChange.objects.count() == changes
    assert revision.data["fields"]["note_ru"] == "Источники расходятся."
    assert [one.field for one in changes_of(revision)] == ["note_ru"]


@every_kind
def test_reviewed_by_another_it_is_seen_and_logged(kind, curator, reviewer):
    record = published(kind)
    revision = submitted(
        record, curator, note_en="Sources differ.", note_ru="Источники расходятся."
    )
    line = publish_revision(revision, by=reviewer, weight="addition", said=SAID)
    record.refresh_from_db()
    assert (record.note_en, record.note_ru) == ("Sources differ.", "Источники расходятся.")
    assert open_revision(record) is None
    assert (line.weight, line.said_ru, line.by) == ("addition", SAID["ru"], reviewer)
    assert line.fields == ["note_en", "note_ru"]
    assert Correction.objects.about(record).get() == line


def test_a_draft_is_changed_as_ever(curator):
    record = DocumentFactory()
    assert change(record, curator, title_en="Another") is None
    assert Document.objects.get(pk=record.pk).title_en == "Another"


def test_one_who_publishes_alone_passes_the_checklist_and_is_logged(reviewer, settings):
    settings.REVIEW_BY_ANOTHER = False
    record = published()
    revision = change(record, reviewer, **PRIVATE)
    with pytest.raises(ValidationError, match="private names"):
        publish_revision(revision, by=reviewer, weight="wording")
    revision = change(record, reviewer, summary_en="", summary_ru="", title_en="Another")
    publish_revision(revision, by=reviewer, weight="wording")
    assert Document.objects.get(pk=record.pk).title_en == "Another"
    assert Correction.objects.about(record).get().by == reviewer


def test_editing_goes_on_where_it_was_left(curator, translator):
    record = published()
    change(record, curator, title_en="Another")
    with editing(record, by=translator):
        assert record.title_en == "Another"
        record.title_ru = "Другое"
        record.save()
    revision = open_revision(record)
    assert revision.author == curator
    assert [one.field for one in changes_of(revision)] == ["title_en", "title_ru"]


def test_changes_that_come_to_nothing_are_none(curator):
    record = published(title_en="As it is")
    change(record, curator, title_en="Another")
    assert change(record, curator, title_en="As it is") is None


def test_an_editing_that_fails_leaves_everything_as_it_was(curator):
    record = published()
    with pytest.raises(ZeroDivisionError), editing(record, by=curator):
        record.title_en = "Another"
        record.save()
        raise ZeroDivisionError
    assert open_revision(record) is None


def test_parts_are_changed_unseen_too(curator, reviewer):
    case = published(LegalCase)
    kept = CaseStepFactory(case=case, date="2019-05-17")
    gone = CaseStepFactory(case=case, date="2020-05-17")
    with editing(case, by=curator):
        CaseStep.objects.filter(pk=gone.pk).get().delete()
        step = case.steps.get()
        step.note_en, step.note_ru = "Adjourned", "Отложено"
        step.save()
        CaseStep.objects.create(case=case, kind="judgment", date="2021-04-15")
    assert set(case.steps.all()) == {kept, gone}
    with as_revised(case):
        assert case.steps.count() == 2
        new = case.steps.get(kind="judgment")
        assert new.pk < 0
    with as_revised(case):
        assert case.steps.get(kind="judgment").pk == new.pk
    submit_revision(open_revision(case), by=curator)
    publish_revision(open_revision(case), by=reviewer, weight="addition", said=SAID)
    assert {step.kind for step in case.steps.all()} == {kept.kind, "judgment"}
    assert all(step.pk > 0 for step in case.steps.all())
    kept.refresh_from_db()
    assert kept.note_en == "Adjourned"
    case.refresh_from_db()
    assert case.latest_step.isoformat() == "2021-04-15"


def test_a_new_file_waits_in_the_store(curator, reviewer, django_capture_on_commit_callbacks):
    document = published()
    with editing(document, by=curator):
        document.attachments.create(
            file=ContentFile(b"What was said", name="said.txt"),
            description_en="Transcript",
            description_ru="Стенограмма",
        )
    assert not document.attachments.exists()
    with as_revised(document):
        waiting = document.attachments.get().file.name
    assert default_storage.exists(waiting)
    submit_revision(open_revision(document), by=curator)
    with django_capture_on_commit_callbacks(execute=True):
        publish_revision(open_revision(document), by=reviewer, weight="addition", said=SAID)
    attachment = document.attachments.get()
    assert attachment.file.read() == b"What was said"
    assert attachment.text == "What was said"
    assert not default_storage.exists(waiting)


def test_what_is_dropped_takes_its_new_files_with_it_and_no_others(
    curator, django_capture_on_commit_callbacks
):
    attachment = AttachmentFactory(document=published())
    document = attachment.document
    with editing(document, by=curator):
        document.attachments.create(
            file=ContentFile(b"More", name="more.txt"), description_en="More"
        )
    with as_revised(document):
        waiting = document.attachments.exclude(pk=attachment.pk).get().file.name
    with django_capture_on_commit_callbacks(execute=True):
        drop_revision(open_revision(document), by=curator)
    assert not default_storage.exists(waiting)
    assert default_storage.exists(attachment.file.name)


def test_two_people_publish_a_change(curator, reviewer, administrator):
    record = published()
    revision = change(record, reviewer, title_en="Another")
    for hand in (curator, reviewer, administrator):
        with pytest.raises(PermissionDenied):
            publish_revision(revision, by=hand, weight="wording")
    submit_revision(revision, by=reviewer)
    for hand in (curator, reviewer):
        with pytest.raises(PermissionDenied):
            publish_revision(revision, by=hand, weight="wording")
    publish_revision(revision, by=administrator, weight="wording")
    assert Document.objects.get(pk=record.pk).title_en == "Another"


def test_what_was_changed_after_it_was_submitted_is_submitted_again(curator, reviewer):
    record = published()
    revision = submitted(record, curator, title_en="Another")
    change(record, reviewer, title_en="Quite another")
    with pytest.raises(PermissionDenied):
        publish_revision(revision, by=reviewer, weight="wording")


def test_what_came_back_says_why(curator, reviewer):
    record = published()
    return_revision(
        submitted(record, curator, title_en="Another"), by=reviewer, reason="Not in the source."
    )
    revision = open_revision(record)
    assert (revision.stage, revision.submitted_by) == ("draft", None)
    assert revision.returned_at
    assert Comment.objects.about(record).get().text == "Not in the source."


def test_changes_are_dropped_by_who_began_them_and_by_reviewers(curator, translator, reviewer):
    record = published()
    with pytest.raises(PermissionDenied):
        drop_revision(change(record, curator, title_en="Another"), by=translator)
    drop_revision(open_revision(record), by=curator)
    drop_revision(change(record, curator, title_en="Another"), by=reviewer)
    assert open_revision(record) is None


def test_readers_are_told_what_kind_of_change_it_is(curator, reviewer):
    revision = submitted(published(), curator, title_en="Another")
    with pytest.raises(ValidationError):
        publish_revision(revision, by=reviewer)
    assert Revision.objects.filter(pk=revision.pk).exists()


def test_what_readers_do_not_see_is_not_logged(curator, reviewer):
    record = published()
    revision = submitted(record, curator, internal_note="Ask again in May.")
    assert publish_revision(revision, by=reviewer) is None
    assert not Correction.objects.exists()
    assert Document.objects.get(pk=record.pk).internal_note == "Ask again in May."


def test_nothing_is_published_that_could_not_stand_alone(curator, reviewer):
    claim = published(Claim)
    with editing(claim, by=curator):
        claim.citations.all().delete()
        CitationFactory(claim=claim, document=DocumentFactory())
    submit_revision(open_revision(claim), by=curator)
    with pytest.raises(ValidationError):
        publish_revision(open_revision(claim), by=reviewer, weight="correction", said=SAID)
    assert claim.citations.published().exists()


def test_a_record_hidden_meanwhile_stays_hidden(curator, reviewer):
    record = published()
    revision = submitted(record, curator, title_en="Another")
    hide(record, by=reviewer)
    publish_revision(revision, by=reviewer, weight="wording")
    record.refresh_from_db()
    assert (record.title_en, record.access) == ("Another", "restricted")


def test_what_was_changed_past_the_changes_is_decided_first(curator, reviewer):
    record = published()
    revision = submitted(record, curator, title_en="Mine", title_ru="Моё")
    Document.objects.filter(pk=record.pk).update(title_en="Theirs", reference="A/1")
    assert [one.field for one in standing(revision).conflicts] == ["title_en"]
    with pytest.raises(ValidationError):
        publish_revision(revision, by=reviewer, weight="wording")
    with pytest.raises(ValidationError), editing(record, by=curator):
        pytest.fail("was let in")


def test_changes_of_an_address_leave_a_redirect_only_when_published(client, curator, reviewer):
    record = published(slug="before")
    revision = submitted(record, curator, slug="after")
    assert client.get("/en/documents/before/").status_code == 200
    assert client.get("/en/documents/after/").status_code == 404
    publish_revision(revision, by=reviewer, weight="wording")
    assert client.get("/en/documents/before/").status_code == 301
    assert client.get("/en/documents/after/").status_code == 200


# ── of what readers do not see ──


def test_a_withdrawn_record_is_changed_as_a_draft_and_published_as_it_was_changed(
    curator, reviewer
):
    record = DocumentFactory(withdrawn=True, sources=["A report"], title_en="Wrong")
    assert change(record, curator, title_en="Right") is None
    submit(record, by=curator)
    publish(record, by=reviewer)
    assert Document.objects.published().get().title_en == "Right"


def test_changes_left_of_when_it_was_public_go_in_when_it_is_submitted(curator, reviewer):
    record = published(title_en="Wrong", title_ru="Неверно")
    change(record, curator, title_en="Right")
    withdraw(record, by=reviewer)
    revision = change(record, curator, title_ru="Верно")
    with pytest.raises(PermissionDenied):
        submit_revision(revision, by=curator)
    assert "go into the record" in publishing_hindrance(reviewer, revision)
    submit(record, by=curator)
    assert open_revision(record) is None
    record.refresh_from_db()
    assert (record.title_en, record.title_ru, record.status) == ("Right", "Верно", "in_review")


def test_they_go_in_when_one_person_publishes_it_too_after_the_checklist(reviewer, settings):
    settings.REVIEW_BY_ANOTHER = False
    record = published()
    change(record, reviewer, **PRIVATE)
    withdraw(record, by=reviewer)
    with pytest.raises(ValidationError, match="private names"):
        publish(record, by=reviewer)
    change(record, reviewer, summary_en="It was told.", summary_ru="Об этом рассказали.")
    publish(record, by=reviewer)
    assert Document.objects.published().get().summary_en == "It was told."


def test_who_wrote_them_does_not_publish_the_record(curator, reviewer, administrator):
    record = published()
    change(record, reviewer, title_en="Right")
    withdraw(record, by=reviewer)
    submit(record, by=curator)
    assert not may(reviewer, "publish", record)
    assert may(administrator, "publish", record)


def test_changes_that_contradict_a_withdrawn_record_are_decided_before_it_is_submitted(
    curator, reviewer
):
    record = published()
    change(record, curator, title_en="Mine")
    withdraw(record, by=reviewer)
    Document.objects.filter(pk=record.pk).update(title_en="Theirs")
    with pytest.raises(ValidationError, match="Decide first"):
        submit(record, by=curator)
    record.refresh_from_db()
    assert record.status == "withdrawn"
    assert open_revision(record)


def test_what_is_published_while_hidden_passes_the_checklist_too(curator, reviewer):
    record = published()
    hide(record, by=reviewer)
    revision = submitted(record, curator, **PRIVATE)
    with pytest.raises(ValidationError, match="private names"):
        publish_revision(revision, by=reviewer, weight="wording")


def test_what_makes_itself_public_passes_the_checklist(curator, reviewer):
    record = DocumentFactory(restricted=True, sources=["A report"])
    revision = submitted(record, curator, access="public", **PRIVATE)
    with pytest.raises(ValidationError, match="private names"):
        publish_revision(revision, by=reviewer, weight="wording")
    assert not Document.objects.published().exists()


def test_a_claim_whose_speaker_is_withdrawn_passes_the_checklist(curator, reviewer):
    claim = published(Claim)
    withdraw(claim.speaker, by=reviewer)
    revision = submitted(claim, curator, note_en=PRIVATE["summary_en"])
    with pytest.raises(ValidationError, match="private names"):
        publish_revision(revision, by=reviewer, weight="wording")


# ── who ──


def test_nobody_publishes_changes_they_had_a_hand_in(curator, translator, reviewer, administrator):
    record = published()
    change(record, reviewer, title_en="Another")
    change(record, administrator, title_ru="Другое")
    revision = submitted(record, translator, note_ru="Источники расходятся.")
    for hand in (reviewer, administrator):
        with pytest.raises(PermissionDenied, match="someone else"):
            publish_revision(revision, by=hand, weight="wording")


def test_what_was_published_or_dropped_binds_nobody_afterwards(curator, reviewer):
    record = published()
    drop_revision(change(record, reviewer, title_en="Another"), by=reviewer)
    revision = submitted(record, curator, title_en="A third")
    publish_revision(revision, by=reviewer, weight="wording")
    assert not Contribution.objects.exists()


@pytest.mark.usefixtures("with_history")
def test_the_history_names_everyone_who_wrote_and_what_was_dropped(curator, translator, reviewer):
    record = published()
    record.incidents.add(IncidentFactory())
    drop_revision(change(record, curator, title_en="Another"), by=reviewer)
    latest = record.history.first()
    assert latest.history_change_reason == "drop: curator"
    assert latest.history_user == reviewer
    assert latest.incidents.count() == 1
    change(record, translator, title_ru="Другое")
    publish_revision(submitted(record, curator, title_en="A"), by=reviewer, weight="wording")
    assert record.history.first().history_change_reason == "revise: translator, curator"


# ── what the log says ──


def test_words_of_the_log_are_looked_at_for_names_and_accusations(curator, reviewer):
    revision = submitted(published(), curator, title_en="Another")
    said = {"en": PRIVATE["summary_en"], "ru": "Армения казнила пленных."}
    with pytest.raises(ValidationError) as refused:
        publish_revision(revision, by=reviewer, weight="correction", said=said)
    assert "Hovhannes Petrosyan" in refused.value.messages[0]
    assert "Attributed wording" in refused.value.messages[1]
    assert publish_revision(revision, by=reviewer, weight="correction", said=said, is_sure=True)


@pytest.mark.usefixtures("with_history")
def test_reviewers_take_words_out_of_the_log_and_the_line_stays(curator, reviewer):
    record = published()
    revision = submitted(record, curator, title_en="Another")
    line = publish_revision(revision, by=reviewer, weight="correction", said=SAID)
    with pytest.raises(PermissionDenied):
        unsay(line, by=curator, reason="It names somebody.")
    unsay(line, by=reviewer, reason="It names somebody.")
    kept = Correction.objects.get()
    assert (kept.said_en, kept.said_ru, kept.at, kept.fields) == ("", "", line.at, ["title_en"])
    told = record.history.first()
    assert told.history_change_reason == "unsay: It names somebody."
    assert told.history_user == reviewer


# ── in the room ──


class Hand:
    """Somebody at the form of one record."""

    def __init__(self, client, record):
        self.client, self.record = client, record
        self.page = address(type(record), "change", record.pk)

    def open(self):
        self.form = self.client.get(self.page)
        self.data = {**form_data(self.form), "_seen": self.form.context["seen"]}
        return self

    def send(self, **values):
        return self.client.post(self.page, {**self.data, **values})

    def changes(self):
        return self.page.replace("/change/", "/changes/")

    def act(self, act, **values):
        page = self.client.get(self.changes())
        seen = page.context["seen"]
        return self.client.post(self.changes(), {"_act": act, "seen": seen, **values})


@pytest.fixture
def at(signed_in):
    return lambda user, record: Hand(signed_in(user), record).open()


@every_kind
def test_a_form_of_a_public_record_sent_back_unchanged_changes_nothing(at, curator, kind):
    record = published(kind)
    before = snapshot(record)
    assert at(curator, record).send().status_code == 302
    assert snapshot(record) == before
    assert open_revision(record) is None


def test_the_whole_way_of_a_correction(at, client, curator, reviewer):
    record = published(title_en="Wrong title", title_ru="Неверное название")
    public = reverse("portal:document", args=[record.slug])
    hand = at(curator, record)
    assert "This record is or was public" in hand.form.content.decode()
    hand.send(title_en="Right title", _changes="submit")
    assert "Right title" not in client.get(public).content.decode()
    assert hand.open().data["title_en"] == "Right title"
    review = at(reviewer, record)
    page = review.client.get(review.changes())
    assert [(one.label, one.old, one.new) for one in page.context["differences"]] == [
        ("Title · English", "Wrong title", "Right title")
    ]
    review.act("publish", weight="correction", said_en=SAID["en"], said_ru=SAID["ru"])
    assert "Right title" in client.get(public).content.decode()
    assert Correction.objects.get().said_en == SAID["en"]


def test_a_correction_is_told_in_both_languages(at, curator, reviewer):
    record = published()
    at(curator, record).send(title_en="Right title", _changes="submit")
    answer = at(reviewer, record).act("publish", weight="correction", said_en=SAID["en"])
    assert answer.status_code == 200
    assert SAID["en"] in answer.content.decode()
    assert open_revision(record)


def test_a_reviewer_returns_and_the_author_finds_it_on_the_first_page(at, curator, reviewer):
    record = published(title_en="A known title")
    hand = at(curator, record)
    hand.send(title_ru="Иначе", _changes="submit")
    review = at(reviewer, record)
    assert "A known title" in review.client.get("/admin/").content.decode()
    review.act("return", reason="See page 3")
    assert open_revision(record).stage == "draft"
    assert hand.changes() in hand.client.get("/admin/").content.decode()


def test_who_submitted_is_told_why_somebody_else_publishes(at, reviewer):
    record = published()
    hand = at(reviewer, record)
    hand.send(title_en="Another", _changes="submit")
    assert "someone else has to publish" in hand.client.get(hand.changes()).content.decode()
    hand.act("publish", weight="wording")
    assert Document.objects.get(pk=record.pk).title_en == record.title_en


def test_nobody_publishes_what_they_have_not_seen(at, curator, reviewer):
    record = published()
    hand, review = at(curator, record), at(reviewer, record)
    hand.send(title_en="Harmless", _changes="submit")
    seen = review.client.get(review.changes()).context["seen"]
    hand.open().send(title_en="Otherwise", _changes="submit")
    review.client.post(review.changes(), {"_act": "publish", "seen": seen, "weight": "wording"})
    assert Document.objects.get(pk=record.pk).title_en == record.title_en
    assert open_revision(record)


def test_a_translator_changes_the_texts_of_a_public_record_and_nothing_else(at, translator):
    record = published(title_ru="")
    hand = at(translator, record)
    hand.send(title_ru="Доклад", kind="letter", slug="elsewhere")
    revision = open_revision(record)
    assert [one.field for one in changes_of(revision)] == ["title_ru"]


def test_new_rows_keep_their_place_in_the_form(at, curator):
    case = published(LegalCase)
    hand = at(curator, case)
    new = {"kind": "lodged", "date": "2011-08-08"}
    added = {f"steps-0-{name}": value for name, value in new.items()}
    hand.send(**{"steps-TOTAL_FORMS": 1, **added})
    number = hand.open().data["steps-0-id"]
    assert int(str(number)) < 0
    hand.send(**{"steps-0-date": "2012-09-09"})
    assert hand.open().data["steps-0-id"] == number
    with as_revised(case):
        assert [step.date for step in case.steps.all()] == ["2012-09-09"]
    hand.send(**{"steps-0-DELETE": "on"})
    assert open_revision(case) is None


def test_a_file_is_added_to_a_public_document_unseen(at, client, curator, reviewer):
    document = published()
    hand = at(curator, document)
    file = SimpleUploadedFile("said.txt", b"What was said there")
    row = {"file": file, "description_en": "Transcript", "description_ru": "Стенограмма"}
    row = {f"attachments-0-{name}": value for name, value in row.items()}
    hand.send(**{"attachments-TOTAL_FORMS": 1, **row, "_changes": "submit"})
    assert not document.attachments.exists()
    waiting = reverse("admin:archive_attachment_file", args=[hand.open().data["attachments-0-id"]])
    assert waiting in hand.form.content.decode()
    assert b"".join(hand.client.get(waiting).streaming_content) == b"What was said there"
    assert client.get(waiting).status_code == 302
    at(reviewer, document).act("publish", weight="addition", said_en="A", said_ru="Б")
    assert document.attachments.get().text == "What was said there"


def test_a_mistake_in_the_form_is_said_and_nothing_kept(at, curator):
    record = published()
    answer = at(curator, record).send(published_on="yesterday", title_en="Kept in the form")
    assert answer.status_code == 200
    assert "published_on" in answer.context["adminform"].form.errors
    assert "Kept in the form" in answer.content.decode()
    assert open_revision(record) is None


def test_changes_that_wait_for_review_are_not_submitted_twice(at, curator):
    record = published()
    hand = at(curator, record)
    hand.send(title_en="Another", _changes="submit")
    assert 'name="_changes"' not in hand.open().form.content.decode()
    answer = hand.client.post(hand.page, {**hand.data, "_changes": "submit"}, follow=True)
    assert answer.status_code == 200
    assert "wait for review already" in answer.content.decode()
    assert open_revision(record).stage == "in_review"


def test_a_withdrawn_record_offers_one_way_to_submit(at, curator, reviewer):
    record = published()
    change(record, curator, title_en="Another")
    withdraw(record, by=reviewer)
    hand = at(curator, record)
    page = hand.form.content.decode()
    assert 'name="_changes"' not in page
    assert 'name="_step" value="submit"' in page
    hand.send(_step="submit")
    record.refresh_from_db()
    assert (record.title_en, record.status) == ("Another", "in_review")


def test_words_of_the_log_are_refused_until_somebody_stands_for_them(at, curator, reviewer):
    record = published()
    at(curator, record).send(title_en="Another", _changes="submit")
    review = at(reviewer, record)
    said = {"weight": "correction", "said_en": PRIVATE["summary_en"], "said_ru": "Исправлено."}
    answer = review.act("publish", **said)
    assert "Hovhannes Petrosyan" in answer.content.decode()
    assert not Correction.objects.exists()
    review.act("publish", **said, said_as="of other words")
    assert not Correction.objects.exists()
    review.act("publish", **said, said_as=answer.context["said_as"])
    assert Correction.objects.get().said_en == PRIVATE["summary_en"]


def test_changes_dropped_meanwhile_are_no_error(at, curator, reviewer):
    record = published()
    at(curator, record).send(title_en="Another", _changes="submit")
    review = at(reviewer, record)
    seen = review.client.get(review.changes()).context["seen"]
    drop_revision(open_revision(record), by=curator)
    answer = review.client.post(
        review.changes(), {"_act": "publish", "seen": seen, "weight": "wording"}, follow=True
    )
    assert answer.status_code == 200
    assert "There are no unpublished changes" in answer.content.decode()


def test_nobody_publishes_what_has_come_to_the_record_since_they_looked(at, curator, reviewer):
    record = published()
    at(curator, record).send(title_en="Another", _changes="submit")
    review = at(reviewer, record)
    seen = review.client.get(review.changes()).context["seen"]
    Document.objects.filter(pk=record.pk).update(note_en="Unseen")
    sent = {"_act": "publish", "seen": seen, "weight": "wording"}
    answer = review.client.post(review.changes(), sent, follow=True)
    assert "Look at them once more" in answer.content.decode()
    assert open_revision(record)


def test_changes_of_others_are_found_by_those_who_publish(at, curator, reviewer):
    record = published(title_en="A known title")
    hand = at(curator, record)
    hand.send(title_ru="Иначе")
    others = "Other unpublished changes"
    assert hand.changes() in at(reviewer, record).client.get("/admin/").content.decode()
    assert others not in hand.client.get("/admin/").content.decode()


def test_hidden_changes_are_not_said_to_be_public(at, curator, reviewer):
    record = published()
    hide(record, by=reviewer)
    at(curator, record).send(title_en="Another", _changes="submit")
    review = at(reviewer, record)
    review.act("publish", weight="wording")
    page = review.client.get(review.page).content.decode()
    assert "which readers do not see now" in page


# Two people at once, on a draft and on the changes of a public record


@pytest.fixture(params=["a draft", "a public record"])
def shared(request):
    return DocumentFactory(
        **({"published": True, "sources": ["A"]} if "public" in request.param else {}),
        title_en="Old",
        title_ru="Старое",
        reference="",
    )


def now(record):
    with as_revised(record):
        return Document.objects.get(pk=record.pk)


def test_what_does_not_collide_is_put_together(at, shared, curator, reviewer):
    first, second = at(reviewer, shared), at(curator, shared)
    first.send(title_en="Theirs")
    assert second.send(title_ru="Моё").status_code == 302
    assert (now(shared).title_en, now(shared).title_ru) == ("Theirs", "Моё")


def test_what_collides_is_shown_and_decided(at, shared, curator, reviewer):
    first, second = at(reviewer, shared), at(curator, shared)
    first.send(title_en="Theirs", title_ru="Их")
    answer = second.send(title_en="Mine", title_ru="Моё", reference="A/1")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert all(text in page for text in ("Mine", "Theirs", "Моё", "Их", "A/1"))
    assert (now(shared).title_en, now(shared).reference) == ("Theirs", "")
    asked = {question.label: question.number for question in answer.context["questions"]}
    decided = {
        "_merge": answer.context["merge"],
        f"choice-{asked['Title · English']}": "theirs",
        f"choice-{asked['Title · Russian']}": "anew",
        f"anew-{asked['Title · Russian']}": "Наше",
    }
    assert second.client.post(second.page, decided).status_code == 302
    found = now(shared)
    assert (found.title_en, found.title_ru, found.reference) == ("Theirs", "Наше", "A/1")


def test_without_a_decision_it_is_asked_again_and_nothing_lost(at, shared, curator, reviewer):
    first, second = at(reviewer, shared), at(curator, shared)
    first.send(title_en="Theirs")
    answer = second.send(title_en="Mine", reference="A/1")
    sent = {"_merge": answer.context["merge"], "anew-0": "x" * 500, "choice-0": "anew"}
    for data in ({"_merge": sent["_merge"]}, sent):
        again = second.client.post(second.page, data)
        assert again.context["asked"] == [0]
        assert "A/1" in again.content.decode()
    assert "x" * 500 in again.content.decode()
    assert now(shared).title_en == "Theirs"


def test_a_third_one_who_saves_while_it_is_decided_is_not_overwritten(
    at, shared, curator, reviewer, administrator
):
    first, second, third = at(reviewer, shared), at(curator, shared), at(administrator, shared)
    first.send(title_en="Theirs")
    answer = second.send(title_en="Mine")
    third.open().send(title_ru="Третье")
    second.client.post(second.page, {"_merge": answer.context["merge"], "choice-0": "mine"})
    assert (now(shared).title_en, now(shared).title_ru) == ("Mine", "Третье")


def test_rows_of_both_are_kept(at, curator, reviewer):
    case = LegalCaseFactory()
    old = CaseStepFactory(case=case, kind="lodged", date="2010-01-01")
    first, second = at(reviewer, case), at(curator, case)

    def with_step(kind, date):
        return {"steps-TOTAL_FORMS": 2, "steps-1-kind": kind, "steps-1-date": date}

    first.send(**with_step("hearing", "2012-01-01"))
    assert second.send(**with_step("judgment", "2013-01-01")).status_code == 302
    assert [step.kind for step in case.steps.all()] == ["lodged", "hearing", "judgment"]
    assert case.steps.first() == old


def test_a_row_deleted_by_one_and_changed_by_the_other_is_asked_about(at, curator, reviewer):
    case = LegalCaseFactory()
    CaseStepFactory(case=case, kind="lodged", date="2010-01-01")
    first, second = at(reviewer, case), at(curator, case)
    first.send(**{"steps-0-DELETE": "on"})
    answer = second.send(**{"steps-0-note_en": "Heard in camera"})
    assert "Heard in camera" in answer.content.decode()
    second.client.post(second.page, {"_merge": answer.context["merge"], "choice-0": "mine"})
    assert case.steps.get().note_en == "Heard in camera"


@pytest.mark.parametrize("is_public", [False, True], ids=["draft", "public"])
def test_two_changes_that_do_not_go_together_are_decided_place_by_place(
    at, curator, reviewer, is_public
):
    """Each is right by itself: another figure, and no figure with a unit at all."""
    claim = ClaimFactory(figure=3, figure_unit="deaths", published=is_public)
    first, second = at(reviewer, claim), at(curator, claim)
    first.send(figure="", figure_unit="")
    answer = second.send(figure="4", text_en="Said anew")
    decided = {"_merge": answer.context["merge"], "choice-0": "mine"}
    answer = second.client.post(second.page, decided)
    assert "could not be saved" in answer.content.decode()
    asked = [question.label for question in answer.context["questions"]]
    assert asked == ["Text · English", "Figure", "Unit"]
    decided = {f"choice-{number}": "mine" for number in range(3)}
    answer = second.client.post(second.page, {"_merge": answer.context["merge"], **decided})
    assert answer.status_code == 302
    with as_revised(claim):
        claim.refresh_from_db()
        assert (claim.figure, claim.figure_unit, claim.text_en) == (4, "deaths", "Said anew")


def test_changes_of_a_record_that_was_changed_past_them_are_decided_in_the_form(
    at, curator, reviewer
):
    record = published(title_en="Old")
    change(record, curator, title_en="Mine", reference="A/1")
    Document.objects.filter(pk=record.pk).update(title_en="Theirs")
    client = at(curator, published()).client
    page = address(Document, "change", record.pk)
    asked = client.get(page)
    assert [question.label for question in asked.context["questions"]] == ["Title · English"]
    client.post(page, {"_merge": asked.context["merge"], "choice-0": "mine"})
    assert (now(record).title_en, now(record).reference) == ("Mine", "A/1")
    assert standing(open_revision(record)).conflicts == []


def test_what_is_sent_back_changed_by_a_stranger_is_not_believed(at, curator, reviewer):
    record = published()
    other = at(curator, published()).form.context["seen"]
    hand = at(curator, record)
    for forged in ("", "x", hand.data["_seen"][:-2], other):
        answer = hand.send(_seen=forged, title_en=f"After{forged[:3]}")
        assert f"After{forged[:3]}" in answer.content.decode()
        assert "came back incomplete" in answer.content.decode()
        assert hand.client.post(hand.page, {"_merge": forged}).status_code == 302
    assert not open_revision(record)
    hand.client.post(hand.page, {"_merge": answer.context["merge"], "choice-0": "mine"})
    assert now(record).title_en.startswith("After")


def test_the_last_to_save_the_changes_of_a_public_record_is_named(at, curator, reviewer):
    record = published(title_en="Old")
    change(record, curator, reference="A/1")
    first, second = at(reviewer, record), at(curator, record)
    first.send(title_en="Theirs")
    assert second.send(title_en="Mine").context["who"] == "reviewer"


def test_a_translator_decides_about_texts_in_their_languages_only(at, curator, translator):
    TranslatorLanguage.objects.filter(language="en").delete()
    record = DocumentFactory(title_en="Old", title_ru="Старое", reference="A/1")
    hand, other = at(translator, record), at(curator, record)
    other.send(title_en="Theirs", title_ru="Их", reference="B/2")
    answer = hand.send(_seen="", title_ru="Моё")
    asked = [question.label for question in answer.context["questions"]]
    assert asked == ["Title · Russian"]
    decided = {f"choice-{number}": "mine" for number in range(9)}
    hand.client.post(hand.page, {"_merge": answer.context["merge"], **decided})
    record.refresh_from_db()
    assert (record.title_ru, record.title_en, record.reference) == ("Моё", "Theirs", "B/2")


def test_a_translator_does_not_decide_what_the_record_and_its_changes_say(at, curator, translator):
    record = published(title_en="Old")
    hand = at(translator, record)
    change(record, curator, title_en="Mine")
    Document.objects.filter(pk=record.pk).update(title_en="Theirs")
    answer = hand.client.get(hand.page, follow=True)
    assert "has to decide first" in answer.content.decode()
    assert "questions" not in answer.context


def test_links_may_lead_nowhere_by_the_time_they_are_published(curator, reviewer):
    record, incident = published(), IncidentFactory()
    with editing(record, by=curator):
        record.incidents.add(incident)
        record.title_en = "Another"
        record.save()
    submit_revision(open_revision(record), by=curator)
    incident.delete()
    publish_revision(open_revision(record), by=reviewer, weight="addition", said=SAID)
    record.refresh_from_db()
    assert (record.title_en, record.incidents.count()) == ("Another", 0)


def test_whoever_may_only_read_gets_no_form_and_no_step(signed_in, curator):
    record = published()
    change(record, curator, title_en="Another")
    client = signed_in(UserFactory())
    page = address(Document, "change", record.pk).replace("/change/", "/changes/")
    assert client.get(page).status_code == 403
    assert client.post(page, {"_act": "drop"}).status_code == 403
    assert open_revision(record)
