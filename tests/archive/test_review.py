"""Reviewing as people do it: comments on fields, the checklist, publishing and returning."""

import pytest

from archive.models import (
    Comment,
    Confirmation,
    Correction,
    Document,
    LegalCase,
    send_back,
    submit,
)
from archive.models.revisions import Revision, editing, open_revision, submit_revision
from archive.models.steps import mark_of_content, undo_return
from portal.corrections import changed_fields
from tests.archive.test_admin import address, form_data
from tests.factories import (
    AttachmentFactory,
    CaseStepFactory,
    CitationFactory,
    DocumentFactory,
    LegalCaseFactory,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.ignore_template_errors,
    pytest.mark.usefixtures("without_index"),
]

SUMMARY = {"summary_en": "Armenia executed captives.", "summary_ru": "Армения казнила пленных."}


@pytest.fixture
def document():
    return DocumentFactory(in_review=True)


def page_of(record):
    return address(type(record), "review", record.pk)


def on(**comments) -> dict:
    """What the form of the page sends where something was typed beside these fields."""
    return {f"comment-on-{field}": text for field, text in comments.items()}


def said_of(record) -> list[tuple[str, str]]:
    return list(Comment.objects.about(record).values_list("field", "text"))


def test_the_page_shows_the_record_in_both_languages_and_its_parts(signed_in, reviewer):
    case = LegalCaseFactory(in_review=True)
    CaseStepFactory(case=case, note_en="The first step.")
    page = signed_in(reviewer).get(page_of(case)).content.decode()
    for text in (case.title_en, case.title_ru, str(case.court), "The first step."):
        assert text in page


def test_a_comment_stands_beside_its_field(signed_in, reviewer, document):
    client = signed_in(reviewer)
    client.post(page_of(document), on(title_ru=" Не так. "))
    assert said_of(document) == [("title_ru", "Не так.")]
    rows = client.get(page_of(document)).context["rows"]
    about = {said.column: said.comments for row in rows for said in row.said}
    assert [comment.text for comment in about["title_ru"]] == ["Не так."]
    assert about["title_en"] == []


@pytest.mark.parametrize("field", ["", "no such field", "password"])
def test_a_comment_on_no_field_is_one_on_the_whole_record(signed_in, reviewer, document, field):
    page = signed_in(reviewer).post(
        page_of(document), {f"comment-on-{field}": "Look again."}, follow=True
    )
    assert said_of(document) == [("", "Look again.")]
    assert [comment.text for comment in page.context["comments"]] == ["Look again."]


def test_an_empty_comment_is_refused(signed_in, reviewer, document):
    page = signed_in(reviewer).post(
        page_of(document), {"comment": "1", "comment-on-": "  "}, follow=True
    )
    assert not Comment.objects.exists()
    assert "A comment says something" in page.content.decode()


def test_a_comment_on_a_part_stands_beside_it_and_in_the_checklist(signed_in, reviewer):
    case = LegalCaseFactory(in_review=True)
    client = signed_in(reviewer)
    client.post(page_of(case), on(steps="The judgment is missing.", respondents="Which?"))
    page = client.get(page_of(case))
    assert [part["name"] for part in page.context["parts"]] == ["steps"]
    (told,) = [told for told in page.context["points"] if told["point"].name == "comments"]
    found = {(one["place"], one["label"]) for one in told["findings"]}
    assert found == {("part-steps", "Steps"), ("said-respondents", "Respondents")}
    form = client.get(address(LegalCase, "change", case.pk))
    about = {(one["place"], one["label"]) for one in form.context["open_comments"]}
    assert about == {("steps-group", "Steps"), ("id_respondents", "Respondents")}
    assert 'id="steps-group"' in form.content.decode()


def test_whatever_is_pressed_keeps_every_comment_that_was_typed(signed_in, reviewer):
    document = DocumentFactory(in_review=True, **SUMMARY)
    client = signed_in(reviewer)
    (told,) = client.get(page_of(document)).context["points"]
    typed = on(title_en="Which?", title_ru="Какой?")
    confirmed = {"confirm": "wording", "digest-wording": told["point"].digest}
    client.post(page_of(document), {**typed, **confirmed})
    assert Confirmation.objects.about(document).exists()
    assert said_of(document) == [("title_en", "Which?"), ("title_ru", "Какой?")]
    client.post(page_of(document), {**typed, "settle": Comment.objects.first().pk})
    assert said_of(document) == [("title_en", "Which?"), ("title_ru", "Какой?")]
    sent = {**on(summary_en="No."), "confirmed": "return", "_back": "1", "reason": "Mend it."}
    client.post(page_of(document), sent)
    document.refresh_from_db()
    assert document.status == "draft"
    assert said_of(document)[2:] == [("summary_en", "No."), ("", "Mend it.")]


def test_a_reason_that_was_begun_is_still_there(signed_in, reviewer, document):
    comment = Comment.objects.create(
        kind="document", record_id=document.pk, text="Why?", author=reviewer
    )
    page = signed_in(reviewer).post(page_of(document), {"settle": comment.pk, "reason": "Because"})
    assert ">Because</textarea>" in page.content.decode()


def test_what_a_part_is_called_is_told_in_the_public_log():
    case = LegalCaseFactory(published=True)
    entry = Correction(kind="legalcase", record_id=case.pk, fields=["title_en", "steps"])
    assert changed_fields(entry) == ["title · English", "steps"]


def test_publishing_waits_until_the_comments_are_settled(signed_in, reviewer, curator, document):
    review = signed_in(reviewer)
    review.post(page_of(document), on(title_en="Which report?"))
    publish(review, document)
    document.refresh_from_db()
    assert document.status == "in_review"
    comment = Comment.objects.get()
    signed_in(curator).post(page_of(document), {"settle": comment.pk})
    comment.refresh_from_db()
    assert comment.settled_by == curator
    publish(review, document)
    document.refresh_from_db()
    assert document.is_public


def publish(client, record):
    data = {"action": "publish_selected", "_selected_action": record.pk, "confirmed": "publish"}
    data["seen"] = client.get(page_of(record)).context["seen"]
    return client.post(address(type(record), "changelist"), data, follow=True)


def test_a_settled_comment_may_be_opened_again(signed_in, reviewer, document):
    client = signed_in(reviewer)
    client.post(page_of(document), {"comment-on-": "Why?"})
    comment = Comment.objects.get()
    for act, is_settled in (("settle", True), ("reopen", False)):
        client.post(page_of(document), {act: comment.pk})
        comment.refresh_from_db()
        assert (comment.settled_at is not None) is is_settled


@pytest.mark.parametrize("number", ["x", "999999", "", "-1", "²", "9" * 30])
def test_settling_what_is_not_there_does_nothing(signed_in, reviewer, document, number):
    assert signed_in(reviewer).post(page_of(document), {"settle": number}).status_code == 302


def test_no_comment_is_settled_by_way_of_another_record(signed_in, reviewer, document):
    comment = Comment.objects.create(
        kind="document", record_id=DocumentFactory().pk, text="Why?", author=reviewer
    )
    signed_in(reviewer).post(page_of(document), {"settle": comment.pk})
    comment.refresh_from_db()
    assert comment.settled_at is None


def test_comments_are_ticked_off_on_the_form_while_they_are_dealt_with(
    signed_in, reviewer, curator, document
):
    comment = Comment.objects.create(
        kind="document", record_id=document.pk, field="title_en", text="Short.", author=reviewer
    )
    client, form = signed_in(curator), address(Document, "change", document.pk)
    page = client.get(form)
    assert f'name="_settle" value="{comment.pk}"' in page.content.decode()
    refused = client.post(form, {**form_data(page), "_settle": comment.pk, "slug": "no good"})
    assert "checked" in refused.content.decode()
    comment.refresh_from_db()
    assert comment.settled_at is None
    client.post(form, {**form_data(page), "_settle": comment.pk, "title_en": "A longer title"})
    comment.refresh_from_db()
    assert comment.settled_by == curator


def test_a_comment_that_was_ticked_does_not_stop_the_step_taken_with_it(
    signed_in, reviewer, document
):
    comment = Comment.objects.create(
        kind="document", record_id=document.pk, text="Short.", author=reviewer
    )
    client, form = signed_in(reviewer), address(Document, "change", document.pk)
    sent = form_data(client.get(form)) | {"_settle": comment.pk, "_step": "publish"}
    client.post(form, {name: value for name, value in sent.items() if name != "_save"})
    document.refresh_from_db()
    assert document.is_public


def test_what_was_ticked_is_not_lost_on_the_page_of_two_versions(signed_in, curator, document):
    comment = Comment.objects.create(kind="document", record_id=document.pk, text="Short.")
    client, form = signed_in(curator), address(Document, "change", document.pk)
    opened = client.get(form)
    sent = {**form_data(opened), "_seen": opened.context["seen"], "_settle": comment.pk}
    sent["title_en"] = "Mine"
    Document.objects.filter(pk=document.pk).update(title_en="Theirs")
    page = client.post(form, sent)
    assert f'name="_settle" value="{comment.pk}"' in page.content.decode()
    decided = {"_merge": page.context["merge"], "choice-0": "mine", "_settle": comment.pk}
    client.post(form, decided)
    comment.refresh_from_db()
    assert comment.settled_by == curator


def test_a_point_is_confirmed_by_name(signed_in, reviewer):
    document = DocumentFactory(in_review=True, **SUMMARY)
    client = signed_in(reviewer)
    page = client.get(page_of(document))
    (told,) = page.context["points"]
    assert told["point"].name == "wording"
    assert [one["place"] for one in told["findings"]] == ["said-summary_en", "said-summary_ru"]
    client.post(page_of(document), {"confirm": "wording", "digest-wording": told["point"].digest})
    assert Confirmation.objects.about(document).get().by == reviewer
    assert "Confirmed by reviewer" in client.get(page_of(document)).content.decode()


@pytest.mark.parametrize("sent", [{"digest-wording": "0"}, {"confirm": "source"}, {"confirm": "x"}])
def test_a_confirmation_of_something_else_is_refused(signed_in, reviewer, sent):
    document = DocumentFactory(in_review=True, **SUMMARY)
    data = {"confirm": "wording", "digest-wording": "", **sent}
    page = signed_in(reviewer).post(page_of(document), data, follow=True)
    assert not Confirmation.objects.exists()
    assert "reads otherwise by now" in page.content.decode()


def test_a_translator_comments_and_confirms_nothing(signed_in, translator):
    document, client = DocumentFactory(in_review=True, **SUMMARY), signed_in(translator)
    (told,) = client.get(page_of(document)).context["points"]
    data = {"confirm": "wording", "digest-wording": told["point"].digest}
    assert client.post(page_of(document), data).status_code == 403
    client.post(page_of(document), {"comment-on-": "This word?"})
    assert said_of(document) == [("", "This word?")]


def test_who_may_not_publish_is_told_who_may(signed_in, curator, reviewer, document):
    page = signed_in(curator).get(page_of(document))
    assert page.context["steps"] == []
    assert "Publishing is for reviewers" in page.content.decode()
    own = DocumentFactory(sources=["A report"])
    submit(own, by=reviewer)
    page = signed_in(reviewer).get(page_of(own))
    assert page.context["steps"] == ["return"]
    assert "someone else has to publish it" in page.content.decode()


def test_returning_asks_why_and_the_reason_is_a_comment(signed_in, reviewer, document):
    data = {
        "action": "return_selected",
        "_selected_action": document.pk,
        "_back": "1",
        "confirmed": "return",
    }
    client = signed_in(reviewer)
    page = client.post(address(Document, "changelist"), data)
    assert page.context["asks_why"]
    client.post(address(Document, "changelist"), {**data, "reason": "The date is missing."})
    document.refresh_from_db()
    assert (document.status, said_of(document)) == ("draft", [("", "The date is missing.")])


@pytest.mark.usefixtures("with_history")
def test_the_history_page_tells_why(signed_in, reviewer, document):
    client = signed_in(reviewer)
    data = {"action": "return_selected", "_selected_action": document.pk, "confirmed": "return"}
    client.post(address(Document, "changelist"), {**data, "reason": "The date is missing."})
    page = client.get(address(Document, "history", document.pk)).content.decode()
    assert "The date is missing." in page


def test_a_public_record_is_reviewed_as_its_changes_make_it(signed_in, curator, reviewer):
    document = DocumentFactory(published=True, sources=["A report"])
    with editing(document, by=curator) as changed:
        changed.summary_en, changed.summary_ru = SUMMARY.values()
        changed.save()
    page = signed_in(reviewer).get(page_of(document))
    assert [told["point"].name for told in page.context["points"]] == ["wording"]
    assert SUMMARY["summary_en"] in page.content.decode()
    point = page.context["points"][0]["point"]
    signed_in(reviewer).post(
        page_of(document), {"confirm": "wording", "digest-wording": point.digest}
    )
    assert Confirmation.objects.about(document).get().by == reviewer
    document.refresh_from_db()
    assert not document.summary_en
    assert Revision.objects.count() == 1


def test_what_is_not_there_is_not_reviewed(signed_in, reviewer):
    answer = signed_in(reviewer).get(address(Document, "review", 999999))
    assert answer.status_code == 302


def test_the_page_needs_no_looser_policy(signed_in, reviewer, document):
    Comment.objects.create(kind="document", record_id=document.pk, text="x", author=reviewer)
    html = signed_in(reviewer).get(page_of(document)).content.decode()
    assert " style=" not in html
    assert "<script" not in html.partition("<main")[2]


def test_what_a_record_names_is_a_click_away_from_its_review(signed_in, reviewer, document):
    case = LegalCaseFactory()
    document.cases.add(case)
    Document.objects.filter(pk=document.pk).update(source_url="https://example.org/a")
    file = AttachmentFactory(document=document)
    claim = CitationFactory(document=document).claim
    page = signed_in(reviewer).get(page_of(document)).content.decode()
    assert f'href="{address(LegalCase, "change", case.pk)}"' in page
    outside = 'href="https://example.org/a" rel="noopener noreferrer" target="_blank"'
    assert outside in page
    assert f"/files/{file.pk}/" in page
    assert f'href="{page_of(claim)}"' in page
    assert f'href="{address(Document, "history", document.pk)}"' in page


@pytest.mark.usefixtures("with_history")
def test_the_review_says_what_was_changed_since_the_return(signed_in, reviewer, curator):
    document = DocumentFactory(title_en="First title")
    submit(document, by=curator)
    client = signed_in(reviewer)
    assert client.get(page_of(document)).context["returned"] is None
    send_back(document, by=reviewer, reason="Another title, please.")
    document = Document.objects.get()
    document.title_en = "Second title"
    document.save()
    submit(document, by=curator)
    page = client.get(page_of(document))
    (difference,) = page.context["returned"]["differences"]
    assert (difference.old, difference.new) == ("First title", "Second title")
    assert "What was changed since it was returned" in page.content.decode()


@pytest.mark.usefixtures("with_history")
def test_the_review_says_nothing_of_a_return_that_was_undone(signed_in, reviewer, curator):
    document = DocumentFactory(in_review=True)
    send_back(document, by=reviewer, reason="By mistake.")
    returned = Document.objects.get()
    said = mark_of_content(returned)
    undo_return(document, by=reviewer, said=said, returned=str(returned.returned_at))
    client = signed_in(reviewer)
    assert client.get(page_of(document)).context["returned"] is None
    history = client.get(address(Document, "history", document.pk)).content.decode()
    assert "Return undone" in history
    send_back(document, by=reviewer, reason="Another title, please.")
    submit(document, by=curator)
    assert client.get(page_of(document)).context["returned"]["differences"] == []


def test_words_for_the_public_log_are_kept_on_the_way_to_the_checklist(
    signed_in, reviewer, curator
):
    document = DocumentFactory(published=True)
    with editing(document, by=curator):
        document.title_en = "Another title"
        document.save()
    submit_revision(open_revision(document), by=curator)
    client, changes = signed_in(reviewer), address(Document, "changes", document.pk)
    typed = {"_act": "review", "weight": "wording", "said_en": "The title.", "said_ru": "Имя."}
    assert client.post(changes, typed).url == f"{page_of(document)}#checklist"
    page = client.get(changes).content.decode()
    assert ">The title.</textarea>" in page
    assert ">Имя.</textarea>" in page
    assert 'value="wording" required checked' in page


def test_what_something_stands_in_the_way_of_has_no_button_to_publish_it(
    signed_in, reviewer, document
):
    Comment.objects.create(kind="document", record_id=document.pk, text="Why?", author=reviewer)
    page = signed_in(reviewer).post(page_of(document), {"step": "publish", "_back": "1"})
    assert page.context["ready"][0]["obstacles"]
    text = page.content.decode()
    assert "Yes, publish" not in text
    assert "Cancel" in text
