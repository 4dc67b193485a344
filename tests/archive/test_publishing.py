"""The gate: who may take which step, and what a visitor sees because of it."""

import itertools
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from archive.models import (
    PUBLISHABLE,
    Access,
    Attachment,
    Citation,
    Claim,
    Comment,
    Document,
    FormerAddress,
    Role,
    Status,
    hide,
    may,
    publish,
    publish_due,
    send_back,
    submit,
    unhide,
    withdraw,
    withdrawals,
)
from archive.models.revisions import editing, intended
from archive.models.snapshots import digest
from archive.review.checklist import checklist, confirm
from tests.factories import (
    FACTORIES,
    AttachmentFactory,
    CaseStepFactory,
    CitationFactory,
    ClaimFactory,
    DocumentFactory,
    LegalCaseFactory,
    OrganisationFactory,
    PersonFactory,
    RoleFactory,
)

pytestmark = pytest.mark.django_db

STEPS = {"submit": submit, "return": send_back, "publish": publish, "withdraw": withdraw}
PEOPLE = ("curator", "translator", "reviewer", "administrator")
PUBLISHERS = ("reviewer", "administrator")

# (step, state it starts from) → (state it leads to, who may take it)
ALLOWED = {
    ("submit", "draft"): ("in_review", PEOPLE),
    ("submit", "withdrawn"): ("in_review", PEOPLE),
    ("return", "in_review"): ("draft", PUBLISHERS),
    ("publish", "in_review"): ("published", PUBLISHERS),
    ("withdraw", "published"): ("withdrawn", PUBLISHERS),
}
# Where one person is enough, these besides.
ALONE = {
    ("publish", "draft"): ("published", PUBLISHERS),
    ("publish", "withdrawn"): ("published", PUBLISHERS),
}


@pytest.fixture
def one_is_enough(settings):
    settings.REVIEW_BY_ANOTHER = False


def in_state(factory, state, **fields):
    if state == "draft":
        return factory(**fields, sources=["A report, page 5"])
    if state == "withdrawn":
        fields = {"sources": ["A report, page 5"], **fields}
    return factory(**{state: True}, **fields)


every_state = pytest.mark.parametrize("state", Status.values)
every_kind = pytest.mark.parametrize("kind", PUBLISHABLE, ids=lambda model: model._meta.model_name)


@every_state
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("person", PEOPLE)
def test_a_step_is_taken_only_by_those_who_may(step, state, person, request):
    _takes(request.getfixturevalue(person), person, step, state, ALLOWED)


@pytest.mark.usefixtures("one_is_enough")
@every_state
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("person", ["curator", "reviewer"])
def test_where_one_person_is_enough_nothing_has_to_be_submitted(step, state, person, request):
    _takes(request.getfixturevalue(person), person, step, state, ALLOWED | ALONE)


def _takes(user, person, step, state, table):
    document = in_state(DocumentFactory, state)
    leads_to, who = table.get((step, state), (None, ()))
    allowed = person in who
    assert may(user, step, document) is allowed
    if allowed:
        STEPS[step](document, by=user)
    else:
        with pytest.raises(PermissionDenied):
            STEPS[step](document, by=user)
    document.refresh_from_db()
    assert document.status == (leads_to if allowed else state)


@every_kind
def test_every_kind_of_record_can_be_published_and_withdrawn(kind, reviewer):
    record = FACTORIES[kind](in_review=True)
    publish(record, by=reviewer)
    assert kind.objects.published().filter(pk=record.pk).exists()
    withdraw(record, by=reviewer)
    assert not kind.objects.published().filter(pk=record.pk).exists()
    assert kind.objects.gone().filter(pk=record.pk).exists()


def test_publishing_and_withdrawing_are_dated(curator, reviewer):
    document = DocumentFactory(in_review=True)
    publish(document, by=reviewer)
    first = document.published_at
    assert first
    withdraw(document, by=reviewer)
    assert document.withdrawn_at >= first
    submit(document, by=curator)
    assert Document.objects.gone().get() == document
    publish(document, by=reviewer)
    document.refresh_from_db()
    assert document.published_at == first
    assert document.withdrawn_at is None


# Two people


def test_nobody_publishes_what_they_submitted(reviewer, administrator):
    document = DocumentFactory(sources=["A report"])
    submit(document, by=reviewer)
    assert not may(reviewer, "publish", document)
    with pytest.raises(PermissionDenied):
        publish(document, by=reviewer)
    publish(document, by=administrator)
    assert document.is_public
    assert (document.submitted_by, document.approved_by) == (reviewer, administrator)


@pytest.mark.usefixtures("one_is_enough")
def test_where_the_setting_says_so_one_person_is_enough(reviewer):
    document = DocumentFactory(sources=["A report"])
    submit(document, by=reviewer)
    publish(document, by=reviewer)
    assert document.is_public


def test_not_even_a_superuser_publishes_alone(superuser):
    document = DocumentFactory(sources=["A report"])
    submit(document, by=superuser)
    assert not may(superuser, "publish", document)


def test_what_nobody_is_known_to_have_submitted_is_submitted_again(curator, reviewer):
    document = DocumentFactory(in_review=True, submitted_by=None)
    assert not may(reviewer, "publish", document)
    send_back(document, by=reviewer)
    submit(document, by=curator)
    assert may(reviewer, "publish", document)


def test_submitted_again_meanwhile_by_the_one_who_publishes_it_stays_in_review(reviewer):
    document = DocumentFactory(in_review=True)
    opened_earlier = Document.objects.get(pk=document.pk)
    Document.objects.update(submitted_by=reviewer)
    with pytest.raises(PermissionDenied):
        publish(opened_earlier, by=reviewer)
    document.refresh_from_db()
    assert document.status == Status.IN_REVIEW


def test_who_changes_what_is_reviewed_does_not_publish_it(reviewer, administrator):
    document, case = DocumentFactory(in_review=True), LegalCaseFactory()
    with editing(document, by=reviewer):
        pass
    assert may(reviewer, "publish", document)
    with editing(document, by=reviewer) as changed:
        changed.cases.add(case)
    assert not may(reviewer, "publish", document)
    assert may(administrator, "publish", document)


# Returned


def test_what_is_returned_says_why_until_it_is_submitted_again(curator, reviewer):
    document = DocumentFactory(in_review=True)
    send_back(document, by=reviewer, reason="The date is missing.")
    assert document.status == Status.DRAFT
    assert document.returned_at
    comment = Comment.objects.about(document).get()
    assert (comment.text, comment.author) == ("The date is missing.", reviewer)
    assert Document.objects.returned().get() == document
    submit(document, by=curator)
    assert not Document.objects.returned().exists()


def test_what_was_withdrawn_is_withdrawn_again_when_returned(curator, reviewer):
    document = DocumentFactory(withdrawn=True)
    submit(document, by=curator)
    send_back(document, by=reviewer)
    assert document.status == Status.WITHDRAWN


@pytest.mark.usefixtures("with_history")
@pytest.mark.parametrize(
    ("step", "state", "told"),
    [("return", "in_review", "return"), ("withdraw", "published", "withdraw")],
)
def test_the_history_keeps_the_reason_in_full(step, state, told, reviewer):
    document, reason = DocumentFactory(**{state: True}), "Because: " + "of this. " * 100
    STEPS[step](document, by=reviewer, reason=reason)
    assert document.history.first().history_change_reason == f"{told}: {reason}"


# Embargo


def tomorrow():
    return timezone.now() + timedelta(days=1)


def test_what_is_under_an_embargo_is_approved_and_published_when_it_ends(reviewer):
    document = DocumentFactory(in_review=True, not_before=tomorrow())
    publish(document, by=reviewer)
    assert document.is_scheduled
    assert not Document.objects.published().exists()
    assert publish_due(timezone.now()) == ([], [])
    assert publish_due(tomorrow()) == ([document], [])
    document.refresh_from_db()
    assert document.is_public
    assert document.approved_by == reviewer
    assert publish_due(tomorrow()) == ([], [])


def test_what_is_changed_after_its_approval_is_approved_again(reviewer):
    document = DocumentFactory(in_review=True, not_before=tomorrow())
    publish(document, by=reviewer)
    document.title_en = "Another"
    document.save(update_fields=["title_en"])
    assert publish_due(tomorrow()) == ([], [])
    document.refresh_from_db()
    assert not document.is_scheduled
    assert Document.objects.waiting().get() == document


def test_links_and_parts_too_are_published_as_they_were_approved(reviewer):
    linked, case = DocumentFactory(in_review=True, not_before=tomorrow()), LegalCaseFactory()
    with_file = DocumentFactory(in_review=True, not_before=tomorrow())
    unchanged = DocumentFactory(in_review=True, not_before=tomorrow())
    for document in (linked, with_file, unchanged):
        publish(document, by=reviewer)
    linked.cases.add(case)
    AttachmentFactory(document=with_file)
    published, held = publish_due(tomorrow())
    assert published == [unchanged]
    assert {record for record, _why in held} == {linked, with_file}


def test_what_is_no_longer_sound_at_the_end_of_its_embargo_waits_for_review_again(reviewer):
    document = DocumentFactory(in_review=True, not_before=tomorrow())
    publish(document, by=reviewer)
    Document.objects.update(title_en="", title_ru="")
    published, held = publish_due(tomorrow())
    assert published == []
    assert [record for record, _why in held] == [document]
    document.refresh_from_db()
    assert Document.objects.waiting().get() == document


def test_what_is_returned_is_no_longer_approved(reviewer):
    document = DocumentFactory(in_review=True, not_before=tomorrow())
    publish(document, by=reviewer)
    send_back(document, by=reviewer)
    assert publish_due(tomorrow()) == ([], [])


def test_an_embargo_comes_too_late_for_what_is_public():
    with pytest.raises(ValidationError, match="withdraw it instead"):
        DocumentFactory(published=True, not_before=tomorrow()).full_clean()


# Hiding


@every_state
def test_who_answers_reports_hides_a_record_at_once(state, curator):
    document = in_state(DocumentFactory, state)
    hide(document, by=curator)
    document.refresh_from_db()
    assert (document.access, document.status) == (Access.RESTRICTED, state)
    assert not Document.objects.published().exists()
    assert not Document.objects.gone().exists()


def test_what_was_hidden_is_shown_again_after_the_checklist_only(curator, reviewer):
    document = DocumentFactory(published=True, sources=["A report"])
    hide(document, by=curator)
    Document.objects.update(summary_en="Hovhannes Petrosyan told of it.")
    with pytest.raises(ValidationError, match="private names"):
        unhide(document, by=reviewer)
    assert not Document.objects.published().exists()


def test_who_changes_what_is_in_review_neither_publishes_nor_has_submitted_it(
    curator, translator, reviewer, administrator
):
    document = DocumentFactory(sources=["A report"])
    submit(document, by=reviewer)
    for hand in (translator, administrator):
        with editing(document, by=hand):
            document.note_en = document.note_ru = hand.username
            document.save()
    document.refresh_from_db()
    assert document.submitted_by == reviewer
    assert not any(may(hand, "publish", document) for hand in (reviewer, administrator))
    send_back(document, by=reviewer)
    submit(document, by=curator)
    assert not may(administrator, "publish", document)
    assert may(reviewer, "publish", document)


def test_what_somebody_has_not_seen_they_do_not_publish(reviewer):
    document = DocumentFactory(in_review=True)
    seen = digest(intended(document))
    AttachmentFactory(document=document)
    with pytest.raises(ValidationError, match="Look at it again"):
        publish(document, by=reviewer, seen=seen)
    publish(document, by=reviewer, seen=digest(intended(document)))


def test_only_those_who_publish_show_it_again(curator, reviewer, translator):
    document = DocumentFactory(published=True, sources=["A report"])
    with pytest.raises(PermissionDenied):
        hide(document, by=translator)
    hide(document, by=curator)
    with pytest.raises(PermissionDenied):
        unhide(document, by=curator)
    assert not document.is_public
    unhide(document, by=reviewer)
    assert Document.objects.published().get() == document


@pytest.mark.usefixtures("with_history")
def test_the_history_says_who_took_the_step(reviewer):
    document = DocumentFactory(in_review=True)
    publish(document, by=reviewer)
    latest = document.history.first()
    assert (latest.history_user, latest.history_change_reason) == (reviewer, "publish")


def test_a_record_that_is_not_sound_is_not_published(reviewer):
    document = DocumentFactory(in_review=True, source_url="not an address")
    with pytest.raises(ValidationError):
        publish(document, by=reviewer)
    document.refresh_from_db()
    assert document.status == Status.IN_REVIEW


def test_a_record_without_a_heading_is_not_published(reviewer):
    with pytest.raises(ValidationError):
        publish(DocumentFactory(in_review=True, title_en="", title_ru=""), by=reviewer)


def test_a_heading_in_one_language_is_enough_where_somebody_has_confirmed_it(reviewer):
    document = DocumentFactory(in_review=True, title_en="", title_ru="Заявление")
    with pytest.raises(ValidationError, match="Both languages"):
        publish(document, by=reviewer)
    (point,) = [point for point in checklist(document) if point.name == "languages"]
    confirm(document, point, seen=point.digest, by=reviewer)
    publish(document, by=reviewer)
    assert Document.objects.published().get() == document
    assert document.missing_languages == ["en"]


def test_two_people_do_not_overrule_each_other(reviewer):
    document = DocumentFactory(in_review=True)
    seen_earlier = Document.objects.get(pk=document.pk)
    publish(document, by=reviewer)
    with pytest.raises(ValidationError, match="Someone else"):
        send_back(seen_earlier, by=reviewer)
    document.refresh_from_db()
    assert document.status == Status.PUBLISHED


def test_nobody_publishes_without_being_somebody():
    from django.contrib.auth.models import AnonymousUser

    assert not may(AnonymousUser(), "publish", DocumentFactory())


# What a visitor sees


def states(**fields):
    """Every combination of status and access, as the fields that make it."""
    now = timezone.now()
    for status, access in itertools.product(Status.values, Access.values):
        yield {
            "status": status,
            "access": access,
            "published_at": now,
            "withdrawn_at": now,
            **fields,
        }


@every_kind
def test_only_published_and_public_records_are_seen(kind):
    for state in states():
        record = FACTORIES[kind](**state)
        expected = state["status"] == "published" and state["access"] == "public"
        assert kind.objects.published().filter(pk=record.pk).exists() is expected
        assert kind.objects.get(pk=record.pk).is_public is expected


@pytest.mark.parametrize(
    ("factory", "field"),
    [(OrganisationFactory, "speaker_organisation"), (PersonFactory, "speaker_person")],
)
def test_a_claim_is_seen_only_with_its_speaker_and_source(factory, field):
    """published() and is_public agree on every combination of claim, speaker and document."""
    speakers = [factory(**state) for state in states()]
    documents = [DocumentFactory(**state) for state in states()]
    expected = set()
    for speaker, document in itertools.product(speakers, documents):
        who = {"speaker_organisation": None, "speaker_person": None, field: speaker}
        claim = ClaimFactory(published=True, cited_in=document, **who)
        if speaker.is_public and document.is_public:
            expected.add(claim.pk)
    assert len(expected) == 1
    assert set(Claim.objects.published().values_list("pk", flat=True)) == expected
    assert {claim.pk for claim in Claim.objects.all() if claim.is_public} == expected


def test_a_claim_without_a_source_is_not_seen():
    claim = ClaimFactory(published=True, cited_in=False)
    assert not claim.is_public
    assert not Claim.objects.published().exists()


def test_one_public_source_is_enough_and_the_other_stays_hidden():
    claim = ClaimFactory(published=True, cited_in=False)
    CitationFactory(claim=claim, document=DocumentFactory())
    seen = CitationFactory(claim=claim, document=DocumentFactory(published=True))
    assert claim.is_public
    assert list(Claim.objects.published()) == [claim]
    assert list(claim.citations.published()) == [seen]


def test_a_claim_with_two_public_sources_is_counted_once():
    claim = ClaimFactory(published=True)
    CitationFactory(claim=claim)
    assert Claim.objects.published().count() == 1


@every_state
def test_a_file_is_seen_only_with_its_document_and_by_permission(state):
    document = in_state(DocumentFactory, state)
    AttachmentFactory(document=document, may_be_shown=False)
    shown = AttachmentFactory(document=document)
    assert list(Attachment.objects.published()) == ([shown] if state == "published" else [])


@pytest.mark.parametrize("hidden", ["person", "organisation"])
def test_a_role_is_seen_only_with_both_its_ends(hidden):
    ends = {
        "person": PersonFactory(published=hidden != "person"),
        "organisation": OrganisationFactory(published=hidden != "organisation"),
    }
    RoleFactory(**ends)
    assert not Role.objects.published().exists()
    both = RoleFactory(
        person=PersonFactory(published=True), organisation=OrganisationFactory(published=True)
    )
    assert list(Role.objects.published()) == [both]


def test_gated_rows_of_a_draft_are_hidden():
    CitationFactory(document=DocumentFactory())
    assert not Citation.objects.published().exists()


# Addresses that never die


def test_a_changed_address_is_remembered():
    document = DocumentFactory(slug="first", published=True)
    document = Document.objects.get(pk=document.pk)
    document.slug = "second"
    document.save()
    former = FormerAddress.objects.get()
    assert (former.kind, former.slug, former.record_id) == ("document", "first", document.pk)


def test_every_former_address_is_remembered_and_taking_one_back_frees_it():
    document = DocumentFactory(slug="first", published=True)
    for slug in ("second", "third", "first"):
        document.slug = slug
        document.save()
    assert set(FormerAddress.objects.values_list("slug", flat=True)) == {"second", "third"}


def test_a_record_just_created_and_renamed_leaves_a_redirect():
    document = DocumentFactory(slug="first", published=True)
    document.slug = "second"
    document.save()
    assert FormerAddress.objects.filter(slug="first").exists()


def test_a_record_never_public_leaves_nothing_behind():
    document = DocumentFactory(slug="first")
    document.slug = "second"
    document.save()
    assert not FormerAddress.objects.exists()


def test_a_former_address_is_not_given_to_another_record():
    document = DocumentFactory(slug="first", published=True)
    document.slug = "second"
    document.save()
    with pytest.raises(ValidationError) as caught:
        DocumentFactory.build(slug="first", publisher=None).full_clean()
    assert "slug" in caught.value.message_dict
    with pytest.raises(ValidationError):
        DocumentFactory(slug="first")


def test_publishing_keeps_what_a_colleague_saved_meanwhile(reviewer):
    document = DocumentFactory(in_review=True, title_en="Before")
    opened_earlier = Document.objects.get(pk=document.pk)
    document.title_en = "After"
    document.save()
    publish(opened_earlier, by=reviewer)
    assert Document.objects.get().title_en == "After"


def test_publishing_keeps_what_the_steps_of_a_case_say(reviewer):
    case = LegalCaseFactory(in_review=True)
    CaseStepFactory(case=case, date="2020-05-26")
    publish(case, by=reviewer)
    case.refresh_from_db()
    assert case.first_step.isoformat() == "2020-05-26"


def test_a_claim_without_a_public_source_or_speaker_is_not_published(reviewer):
    claim = ClaimFactory(in_review=True, cited_in=False)
    with pytest.raises(ValidationError, match="published document"):
        publish(claim, by=reviewer)
    of_a_draft = ClaimFactory(in_review=True, speaker_organisation=OrganisationFactory())
    with pytest.raises(ValidationError, match="speaker first"):
        publish(of_a_draft, by=reviewer)


def test_a_claim_is_gone_with_its_speaker(reviewer):
    claim = ClaimFactory(published=True)
    withdraw(claim.speaker, by=reviewer)
    claim.refresh_from_db()
    assert Claim.objects.gone().get() == claim
    assert claim.gone_since == claim.speaker.withdrawn_at


@pytest.mark.usefixtures("with_history")
def test_the_log_of_withdrawals_remembers_a_record_shown_again(curator, reviewer):
    document = DocumentFactory(published=True, sources=["A report"])
    withdraw(document, by=reviewer)
    withdrawn_at = document.withdrawn_at
    submit(document, by=curator)
    publish(document, by=reviewer)
    assert withdrawals(Document) == {withdrawn_at}


def test_no_way_of_deleting_reaches_a_record_once_public():
    DocumentFactory(published=True)
    with pytest.raises(ProtectedError):
        Document.objects.all().delete()
    DocumentFactory()
    Document.objects.filter(published_at=None).delete()
    assert Document.objects.count() == 1


def test_the_same_address_may_serve_another_kind_of_record():
    document = DocumentFactory(slug="first")
    document.slug = "second"
    document.save()
    PersonFactory.build(slug="first").full_clean()


# Withdrawn, never deleted


@pytest.mark.parametrize("state", ["published", "withdrawn", "restricted"])
def test_what_was_ever_public_is_never_deleted(state):
    with pytest.raises(ProtectedError):
        in_state(DocumentFactory, state).delete()


@pytest.mark.parametrize("state", ["draft", "in_review"])
def test_what_was_never_public_may_be_deleted(state):
    in_state(DocumentFactory, state).delete()
    assert not Document.objects.exists()


# The database holds the states too


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "secret"},
        {"access": "nobody"},
        {"status": "published", "published_at": None},
        {"status": "withdrawn", "published_at": None, "withdrawn_at": None},
    ],
)
def test_the_database_refuses_an_impossible_state(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        DocumentFactory(**fields)
