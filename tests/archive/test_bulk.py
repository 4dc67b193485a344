"""One change in many records: previewed, done, and undone where nobody has changed it since."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from archive.exchange import bulk
from archive.exchange.bulk import ADD, REMOVE, SET, Operation
from archive.models import (
    PUBLISHABLE,
    BulkChange,
    Claim,
    Document,
    Person,
    Place,
    Revision,
    Status,
    ViolationType,
    may,
    send_back,
    submit,
)
from archive.models.revisions import editing
from archive.models.steps import take_back
from tests.factories import (
    ClaimFactory,
    DocumentFactory,
    LegalCaseFactory,
    OrganisationFactory,
    PersonFactory,
    PlaceFactory,
    RoleFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_index")]

LIST = reverse("admin:archive_document_changelist")
BULK = reverse("admin:archive_document_bulk")


def links(record, name="cases") -> list[str]:
    return sorted(getattr(record, name).values_list("slug", flat=True))


def now(done) -> BulkChange:
    done.refresh_from_db()
    return done


@pytest.fixture
def case():
    return LegalCaseFactory(slug="case")


@pytest.fixture
def documents(case):
    first = DocumentFactory(slug="a", kind="report")
    second = DocumentFactory(slug="b", kind="letter", cases=[LegalCaseFactory(slug="other")])
    third = DocumentFactory(slug="c", kind="report", cases=[case])
    return [first, second, third]


def test_the_preview_changes_nothing_and_leaves_out_what_says_it_already(documents, case):
    found = bulk.preview(documents, Operation(ADD, "cases", (case.pk,)))
    assert [one.record.slug for one in found] == ["a", "b"]
    assert links(documents[0]) == []


def test_links_are_added_to_those_that_are_there_and_undone(documents, case, curator):
    done, left = bulk.change(documents, Operation(ADD, "cases", (case.pk,)), by=curator)
    assert left == [] and len(done.changes) == 2
    assert [links(one) for one in documents] == [["case"], ["case", "other"], ["case"]]
    assert bulk.undo(done, Document, by=curator) == []
    assert [links(one) for one in documents] == [[], ["other"], ["case"]]


def test_links_are_removed_and_come_back(documents, case, curator):
    done, _left = bulk.change(documents, Operation(REMOVE, "cases", (case.pk,)), by=curator)
    assert [links(one) for one in documents] == [[], ["other"], []]
    bulk.undo(done, Document, by=curator)
    assert links(documents[2]) == ["case"]


def test_undoing_keeps_what_someone_else_has_linked_since(documents, case, curator):
    done, _left = bulk.change(documents, Operation(ADD, "cases", (case.pk,)), by=curator)
    documents[0].cases.add(LegalCaseFactory(slug="later"))
    assert bulk.undo(done, Document, by=curator) == []
    assert links(documents[0]) == ["later"]


def test_a_code_that_someone_has_changed_since_stays_and_that_is_said(documents, curator):
    done, _left = bulk.change(documents, Operation(SET, "kind", ("letter",)), by=curator)
    Document.objects.filter(slug="a").update(kind="video")
    (left,) = bulk.undo(done, Document, by=curator)
    assert left.record.slug == "a" and "since" in left.problem
    assert dict(Document.objects.values_list("slug", "kind")) == {
        "a": "video", "b": "letter", "c": "report",
    }  # fmt: skip


def test_nothing_is_undone_twice(documents, case, curator):
    done, _left = bulk.change(documents, Operation(ADD, "cases", (case.pk,)), by=curator)
    bulk.undo(done, Document, by=curator)
    documents[0].cases.add(case)
    assert bulk.undo(done, Document, by=curator) is None
    assert links(documents[0]) == ["case"]


def test_a_public_record_is_changed_by_way_of_a_review(case, curator):
    document = DocumentFactory(published=True)
    done, _left = bulk.change([document], Operation(ADD, "cases", (case.pk,)), by=curator)
    assert links(document) == []
    revision = Revision.objects.about(document).get()
    assert revision.data["links"]["cases"] == [case.pk]
    assert bulk.undo(done, Document, by=curator) == []
    assert not Revision.objects.about(document).exists()


def test_a_record_that_cannot_be_changed_so_is_left_and_said(curator):
    NGO = OrganisationFactory(published=True, kind="ngo")
    claim = ClaimFactory(speaker_organisation=NGO, kind="alleges")
    done, (left,) = bulk.change([claim], Operation(SET, "kind", ("finds",)), by=curator)
    assert done is None and "Only courts" in left.problem
    assert Claim.objects.get().kind == "alleges"


def test_every_kind_of_record_offers_what_can_be_changed():
    offered = {model: set(bulk.fields_of(model)) for model in PUBLISHABLE}
    assert {"cases", "places", "kind"} <= offered[Document]
    assert not {"status", "access", "translation_kind_en"} & set().union(*offered.values())
    assert bulk.fields_of(ViolationType) == {}


# ── in the curators' room ──


def chosen(*records) -> dict:
    return {"records": ",".join(str(one.pk) for one in records)}


def test_a_curator_chooses_previews_changes_and_undoes(
    documents, case, curator, signed_in, language
):
    client = signed_in(curator)
    client.cookies["django_language"] = language
    action = {"action": "change_selected", "_selected_action": [one.pk for one in documents]}
    assert "add:cases" in client.post(LIST, action).text
    what = {**chosen(*documents), "what": "add:cases"}
    assert client.post(BULK, what).context["previewed"] is False
    page = client.post(BULK, {**what, "chosen": [case.pk], "_preview": ""})
    assert page.context["found"] == 2 and links(documents[0]) == []
    page = client.post(BULK, {**what, "chosen": [case.pk], "_do": ""}, follow=True)
    assert links(documents[0]) == ["case"]
    page = client.post(page.request["PATH_INFO"], follow=True)
    assert links(documents[0]) == [] and page.context["done"].undone_at


def test_records_to_link_are_named_by_address_without_a_script(documents, case, curator, signed_in):
    data = {**chosen(documents[0]), "what": "add:cases", "addresses": "case, other", "_do": ""}
    signed_in(curator).post(BULK, data)
    assert links(documents[0]) == ["case", "other"]
    page = signed_in(curator).post(BULK, {**data, "addresses": "nowhere"})
    assert "nowhere" in str(page.context["form"].errors)


@pytest.mark.parametrize(
    "data",
    (
        {"records": "", "what": "add:cases"},
        {"records": "1", "what": "add:nothing"},
        {"records": "x,y", "what": "set:kind", "code": "report", "_do": ""},
        {"records": "1", "what": "set:kind", "code": "novel", "_do": ""},
        {"records": "1", "what": "set:status", "code": "published", "_do": ""},
        {"records": "1", "what": "add:cases", "chosen": ["x"], "_do": ""},
        {"records": "²", "what": "set:kind", "code": "report", "_do": ""},
        {"records": "9" * 30, "what": "set:kind", "code": "report", "_do": ""},
        {"records": "1", "what": "add:cases", "chosen": ["²"], "_do": ""},
    ),
)
def test_what_cannot_be_asked_is_refused_kindly(data, documents, curator, signed_in):
    before = list(Document.objects.order_by("pk").values())
    assert signed_in(curator).post(BULK, data, follow=True).status_code == 200
    assert list(Document.objects.order_by("pk").values()) == before


def test_translators_change_nothing_in_bulk(documents, case, translator, signed_in):
    client = signed_in(translator)
    assert "change_selected" not in client.get(LIST).text
    data = {**chosen(*documents), "what": "add:cases", "chosen": [case.pk], "_do": ""}
    assert client.post(BULK, data).status_code == 403


def test_a_bulk_change_is_seen_and_undone_by_its_author_only(
    documents, case, curator, reviewer, signed_in
):
    done, _left = bulk.change(documents, Operation(ADD, "cases", (case.pk,)), by=curator)
    address = reverse("admin:archive_document_one_bulk", args=[done.pk])
    assert signed_in(reviewer).post(address).status_code == 404
    other = reverse("admin:archive_incident_one_bulk", args=[done.pk])
    assert signed_in(curator).get(other).status_code == 404
    assert links(documents[0]) == ["case"]


PLACES = reverse("admin:archive_place_changelist")


def take_together(client, step: str, places, **more):
    """A step with several places, confirmed on the list. What can be undone, or None."""
    numbers = [one.pk for one in places]
    data = {"action": f"{step}_selected", "_selected_action": numbers, "confirmed": step, **more}
    client.post(PLACES, data)
    return BulkChange.objects.first()


def undo_page(done) -> str:
    return reverse("admin:archive_place_one_bulk", args=[done.pk])


def states() -> set[str]:
    return set(Place.objects.values_list("status", flat=True))


def test_a_curator_takes_back_what_they_have_submitted_themselves(curator, signed_in):
    places = [PlaceFactory(slug=slug) for slug in "ab"]
    client = signed_in(curator)
    done = take_together(client, "submit", places)
    assert (done.action, len(done.changes)) == ("submit", 2) and states() == {Status.IN_REVIEW}
    assert client.get(undo_page(done)).context["may_undo"]
    client.post(undo_page(done))
    assert states() == {Status.DRAFT}
    assert not Place.objects.returned().exists(), "nobody has returned it"


def test_what_someone_has_approved_is_not_taken_back(curator, signed_in):
    place = PlaceFactory()
    done = take_together(signed_in(curator), "submit", [place])
    Place.objects.update(approved_at=timezone.now())
    page = signed_in(curator).get(undo_page(done))
    assert not page.context["may_undo"] and "cannot be undone" in page.text
    assert signed_in(curator).post(undo_page(done)).status_code == 403
    assert states() == {Status.IN_REVIEW}


def test_a_withdrawal_is_undone_by_going_before_a_reviewer_again(reviewer, signed_in):
    places = [PlaceFactory(slug=slug, published=True) for slug in "ab"]
    client = signed_in(reviewer)
    done = take_together(client, "withdraw", places, reason="Wrong.")
    assert states() == {Status.WITHDRAWN}
    assert "for review again" in client.get(undo_page(done)).text
    client.post(undo_page(done))
    assert states() == {Status.IN_REVIEW} and now(done).undone_at


def returned(client, curator):
    """A place that a curator has submitted, as it was returned by somebody else, and how that is
    undone."""
    place = PlaceFactory(slug="place")
    submit(place, by=curator)
    return place, take_together(client, "return", [place], reason="Wrong.")


def test_a_return_is_undone_and_whoever_submitted_it_still_has(curator, reviewer, signed_in):
    client = signed_in(reviewer)
    place, done = returned(client, curator)
    client.post(undo_page(done))
    place.refresh_from_db()
    assert (place.status, place.submitted_by) == (Status.IN_REVIEW, curator)
    assert place.returned_at is None and now(done).undone_at
    assert may(reviewer, "publish", place) and not may(curator, "publish", place)


def test_who_returns_and_rewrites_does_not_undo_that_in_another_name(curator, reviewer, signed_in):
    client = signed_in(reviewer)
    place, done = returned(client, curator)
    with editing(place, by=reviewer):
        place.name_en = "Elsewhere"
        place.save()
    client.post(undo_page(done))
    place.refresh_from_db()
    assert (place.status, now(done).undone_at) == (Status.DRAFT, None)


def test_a_part_that_was_changed_since_keeps_a_return_from_being_undone(curator, reviewer):
    person = PersonFactory()
    role = RoleFactory(person=person)
    submit(person, by=curator)
    before = bulk.states_of(Person, [person.pk])
    contents = bulk.contents_of(Person, [person.pk])
    send_back(person, by=reviewer)
    done = bulk.note_steps(Person, "return", before, by=reviewer, contents=contents)
    type(role).objects.update(title_en="Another")
    assert len(bulk.undo(done, Person, by=reviewer)) == 1
    assert Person.objects.get().status == Status.DRAFT


def test_what_is_rewritten_while_others_are_returned_keeps_its_return(curator, reviewer):
    places = [PlaceFactory(), PlaceFactory()]
    for place in places:
        submit(place, by=curator)
    numbers = [place.pk for place in places]
    before, contents = bulk.states_of(Place, numbers), bulk.contents_of(Place, numbers)
    send_back(places[0], by=reviewer)
    with editing(places[0], by=reviewer):
        places[0].name_en = "Elsewhere"
        places[0].save()
    send_back(places[1], by=reviewer)
    done = bulk.note_steps(Place, "return", before, by=reviewer, contents=contents)
    assert len(bulk.undo(done, Place, by=reviewer)) == 1
    statuses = Place.objects.in_bulk(numbers)
    assert [statuses[pk].status for pk in numbers] == [Status.DRAFT, Status.IN_REVIEW]


def test_what_was_submitted_and_taken_back_since_is_not_put_before_reviewers(
    curator, reviewer, signed_in
):
    client = signed_in(reviewer)
    place, done = returned(client, curator)
    place.refresh_from_db()
    submit(place, by=curator)
    take_back(place, by=curator)
    client.post(undo_page(done))
    assert states() == {Status.DRAFT} and not now(done).undone_at


def test_of_whom_it_is_not_known_who_submitted_it_whoever_undoes_the_return_does(
    curator, reviewer, signed_in
):
    client = signed_in(reviewer)
    place, done = returned(client, curator)
    Place.objects.update(submitted_by=None)
    client.post(undo_page(done))
    place.refresh_from_db()
    assert (place.status, place.submitted_by) == (Status.IN_REVIEW, reviewer)


def test_a_publication_is_undone_with_a_reason(reviewer, signed_in):
    place = PlaceFactory(published=True)
    state = {"status": "in_review", "approved": False}
    done = bulk.note_steps(Place, "publish", {place.pk: state}, by=reviewer)
    client = signed_in(reviewer)
    client.post(undo_page(done))
    assert states() == {Status.PUBLISHED} and not now(done).undone_at
    client.post(undo_page(done), {"reason": "Too early."})
    assert states() == {Status.WITHDRAWN}


def test_an_approval_under_an_embargo_is_noted_and_undone(reviewer, signed_in):
    place = PlaceFactory()
    before = bulk.states_of(Place, [place.pk])
    end = timezone.now() + timedelta(days=1)
    approved = {"status": Status.IN_REVIEW, "approved_at": timezone.now(), "not_before": end}
    before[place.pk]["status"] = "in_review"
    Place.objects.update(**approved)
    done = bulk.note_steps(Place, "publish", before, by=reviewer)
    assert done.changes[0]["after"] == {"approved": True}
    page = signed_in(reviewer).get(undo_page(done))
    assert page.context["may_undo"] and not page.context["asks_why"]
    signed_in(reviewer).post(undo_page(done))
    place.refresh_from_db()
    assert place.status == Status.IN_REVIEW and not place.is_scheduled


def test_what_could_not_be_undone_can_be_tried_again(documents, case, curator):
    done, _left = bulk.change(documents[:1], Operation(ADD, "cases", (case.pk,)), by=curator)
    documents[0].cases.clear()
    assert len(bulk.undo(done, Document, by=curator)) == 1 and not now(done).undone_at
    documents[0].cases.add(case)
    assert bulk.undo(done, Document, by=curator) == [] and now(done).undone_at


def test_what_was_deleted_since_is_not_linked_again(documents, curator):
    first, second = LegalCaseFactory(slug="first"), LegalCaseFactory(slug="second")
    documents[0].cases.add(first, second)
    operation = Operation(REMOVE, "cases", (first.pk, second.pk))
    done, _left = bulk.change(documents[:1], operation, by=curator)
    first.delete()
    assert bulk.undo(done, Document, by=curator) == []
    assert links(documents[0]) == ["second"]
    connection.check_constraints()


def test_what_was_added_and_deleted_since_does_not_keep_the_rest_from_being_undone(
    documents, case, curator
):
    gone = LegalCaseFactory(slug="gone")
    operation = Operation(ADD, "cases", (case.pk, gone.pk))
    done, _left = bulk.change(documents[:1], operation, by=curator)
    gone.delete()
    assert bulk.undo(done, Document, by=curator) == [] and links(documents[0]) == []


def test_nobody_undoes_what_they_may_not_do_any_more(documents, case, curator, signed_in):
    done, _left = bulk.change(documents, Operation(ADD, "cases", (case.pk,)), by=curator)
    address = reverse("admin:archive_document_one_bulk", args=[done.pk])
    curator.groups.set([Group.objects.get(name="Translator")])
    page = signed_in(curator).get(address)
    assert page.status_code == 200 and not page.context["may_undo"]
    assert signed_in(curator).post(address).status_code == 403
    assert links(documents[0]) == ["case"]


def test_a_record_that_its_own_rules_close_is_left_and_said(documents, case, curator):
    done, _left = bulk.change(documents[:2], Operation(ADD, "cases", (case.pk,)), by=curator)
    (left,) = bulk.undo(done, Document, by=curator, may_change=lambda one: one.slug != "a")
    assert left.record.slug == "a" and "not open to you" in left.problem
    assert links(documents[0]) == ["case"] and links(documents[1]) == ["other"]


def test_more_records_than_can_be_changed_at_once_are_said(
    documents, curator, signed_in, monkeypatch
):
    monkeypatch.setattr(bulk, "MOST", 2)
    numbers = [one.pk for one in documents]
    action = {"action": "change_selected", "_selected_action": numbers[:1], "select_across": "1"}
    page = signed_in(curator).post(LIST, action, follow=True)
    assert "Choose at most 2 records at once." in page.text
    data = {**chosen(*documents), "what": "set:kind", "code": "letter", "_do": ""}
    page = signed_in(curator).post(BULK, data, follow=True)
    assert "Choose between 1 and 2 records." in page.text
    assert Document.objects.filter(kind="letter").count() == 1


def test_changes_of_public_records_are_submitted_from_the_page_of_the_bulk_change(
    case, curator, signed_in
):
    public = DocumentFactory(slug="a", published=True)
    done, _left = bulk.change([public], Operation(ADD, "cases", (case.pk,)), by=curator)
    address = reverse("admin:archive_document_one_bulk", args=[done.pk])
    assert signed_in(curator).get(address).context["to_submit"] == 1
    page = signed_in(curator).post(address, {"_submit": ""}, follow=True)
    revision = Revision.objects.get()
    assert (revision.stage, revision.submitted_by) == (Revision.Stage.IN_REVIEW, curator)
    assert page.context["to_submit"] == 0


def test_the_list_marks_unpublished_changes_and_submits_them(case, curator, signed_in):
    public = DocumentFactory(slug="a", published=True)
    client = signed_in(curator)
    assert "unpublished changes</span>" not in client.get(LIST).text
    bulk.change([public], Operation(ADD, "cases", (case.pk,)), by=curator)
    assert "unpublished changes</span>" in client.get(LIST).text
    action = {"action": "submit_selected", "_selected_action": [public.pk]}
    assert client.post(LIST, action).context["ready"]
    client.post(LIST, {**action, "confirmed": "submit"})
    assert Revision.objects.get().stage == Revision.Stage.IN_REVIEW
    public.refresh_from_db()
    assert public.status == Status.PUBLISHED


def test_a_bulk_change_is_found_again_and_undone_later(documents, case, curator, signed_in):
    done, _left = bulk.change(documents, Operation(ADD, "cases", (case.pk,)), by=curator)
    address = reverse("admin:archive_document_one_bulk", args=[done.pk])
    client = signed_in(curator)
    action = {"action": "change_selected", "_selected_action": [documents[0].pk]}
    assert f'href="{BULK}"' in client.post(LIST, action).text
    assert address in client.get(BULK).text
    assert "<ins>" in client.get(address).text
    assert "<ins>" not in client.post(address, follow=True).text
    assert "undone</span>" in client.get(BULK).text
