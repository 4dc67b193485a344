"""The index follows the records in their own transaction, and is made anew without a gap."""

import os
import threading

import numpy as np
import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from archive.models import (
    PUBLISHABLE,
    Access,
    AllegedSide,
    Attachment,
    CaseStep,
    Citation,
    Claim,
    Document,
    EDTFField,
    Incident,
    LegalCase,
    LinesField,
    Organisation,
    Person,
    Phase,
    Place,
    Role,
    SearchEntry,
    SearchPosting,
    SearchState,
    SearchValue,
    Side,
    Status,
    ViolationType,
    rows_changing,
)
from archive.search import (
    Question,
    ask,
    corrected,
    current,
    rebuilding,
    suggest,
    verifying,
    writing,
)
from archive.search.columns import _Holder
from archive.search.entries import Vocabulary
from archive.search.postings import unpack_entries, unpack_terms
from archive.search.spelling import near
from tests.factories import (
    FACTORIES,
    AttachmentFactory,
    CaseStepFactory,
    CitationFactory,
    ClaimFactory,
    DocumentFactory,
    IncidentFactory,
    LegalCaseFactory,
    OrganisationFactory,
    PersonFactory,
    PlaceFactory,
    RoleFactory,
    ViolationTypeFactory,
)

pytestmark = pytest.mark.django_db


def found(text="", **question) -> set[str]:
    """Slugs of what is found, of whatever kind."""
    hits = ask(Question(text=text, **question)).page(0, 10_000)
    return {hit.kind.objects.get(pk=hit.pk).slug for hit in hits}


def agrees() -> bool:
    """The index says what the records say, and the process holds what the index says."""
    assert verifying.verify() == []
    assert shown(current()) == shown(_Holder().current())
    return True


def shown(view) -> dict:
    """All that a view says, without the numbers by which it says it."""
    entries = {}
    for row in np.flatnonzero(view.alive):
        start, length = view.starts[row], view.lengths[row]
        spans = view.span_row == row
        entries[int(view.kind[row]), int(view.record[row])] = (
            {view.facets[number] for number in view.values[start : start + length].tolist()},
            [column[row] for column in (view.earliest, view.latest, view.added, view.tie)],
            sorted(zip(view.span_first[spans], view.span_last[spans], strict=True)),
            view.said.get(int(row)),
        )
    names = {entry: view.names.spellings(entry) for entry in entries}
    rows = {name: int(view.record[row]) for name, row in view.rows.items()}
    return {"entries": entries, "names": names, "rows": rows}


def withdraw(record):
    record.status, record.withdrawn_at = Status.WITHDRAWN, timezone.now()
    record.save()


def publish(record):
    record.status, record.published_at = Status.PUBLISHED, timezone.now()
    record.save()


# ── following ──


def test_a_record_is_found_from_when_it_is_published_until_it_is_withdrawn():
    document = DocumentFactory(slug="one", title_en="Quinquereme")
    assert found("quinquereme") == set() and agrees()
    publish(document)
    assert found("quinquereme") == {"one"} and agrees()
    withdraw(document)
    assert found("quinquereme") == set() and agrees()


def test_restricting_a_record_takes_it_out():
    document = DocumentFactory(title_en="Quinquereme", published=True)
    document.access = Access.RESTRICTED
    document.save()
    assert found("quinquereme") == set() and agrees()


def test_an_edited_word_replaces_the_former():
    document = DocumentFactory(slug="one", title_en="Quinquereme", published=True)
    document.title_en = "Galleon"
    document.save()
    assert found("quinquereme") == set()
    assert found("galleon") == {"one"} and agrees()


def test_a_record_that_is_saved_unchanged_keeps_its_entry():
    document = DocumentFactory(published=True)
    before = set(SearchEntry.objects.values_list("pk", flat=True))
    document.internal_note = "nothing that is shown"
    document.save()
    assert set(SearchEntry.objects.values_list("pk", flat=True)) == before


@pytest.mark.parametrize("from_the_other_end", [False, True])
def test_links_are_followed_from_both_ends(from_the_other_end):
    place = PlaceFactory(slug="place", name_en="Nineveh", published=True)
    other = PlaceFactory(slug="other", name_en="Moluccas", published=True)
    document = DocumentFactory(slug="document", published=True)
    links, end = (place.documents, document) if from_the_other_end else (document.places, place)
    links.add(end)
    assert found("nineveh") == {"place", "document"} and agrees()
    links.remove(end)
    assert found("nineveh") == {"place"} and agrees()
    links.set([end])
    assert found("nineveh") == {"place", "document"} and agrees()
    links.clear()
    assert found("nineveh") == {"place"} and agrees()
    document.places.set([place])
    document.places.set([other])
    assert found("moluccas") == {"other", "document"} and agrees()


def test_a_foreign_key_is_followed():
    first, second = (
        OrganisationFactory(slug=name, name_en=name, published=True) for name in ("navy", "guild")
    )
    document = DocumentFactory(slug="document", publisher=first, published=True)
    document.publisher = second
    document.save()
    assert found("navy") == {"navy"}
    assert found("guild") == {"guild", "document"} and agrees()


def test_rows_changed_past_save_are_followed():
    for slug in ("one", "two"):
        DocumentFactory(slug=slug, title_en="Galleon", published=True)
    Document.objects.filter(slug="one").update(title_en="Quinquereme")
    assert found("quinquereme") == {"one"} and agrees()
    Document.objects.update(status=Status.DRAFT)
    assert found("quinquereme") == found("galleon") == set() and agrees()
    stamp = timezone.now()
    documents = Document.objects.all()
    for document in documents:
        document.status, document.published_at, document.title_en = "published", stamp, "Trireme"
    Document.objects.bulk_update(documents, ["status", "published_at", "title_en"])
    assert found("trireme") == {"one", "two"} and agrees()


def test_rows_made_in_bulk_are_followed():
    new = DocumentFactory.build_batch(2, title_en="Quinquereme", published=True, publisher=None)
    Document.objects.bulk_create(new)
    assert len(found("quinquereme")) == 2 and agrees()


def test_a_draft_leaves_nothing_when_it_is_deleted():
    place = PlaceFactory(name_en="Nineveh")
    incident = IncidentFactory(places=[place], published=True)
    DocumentFactory(slug="one", incidents=[incident], published=True)
    place.delete()
    Document.objects.filter(slug="none").delete()
    assert found("nineveh") == set() and agrees()


def test_a_deleted_violation_type_is_no_value_any_more():
    kept, deleted = ViolationTypeFactory(), ViolationTypeFactory()
    incident = IncidentFactory(violation_types=[kept, deleted], published=True)
    DocumentFactory(incidents=[incident], published=True)
    ViolationType.objects.filter(pk=deleted.pk).delete()
    assert agrees()
    assert ask(Question()).counts("violation") == {f"violationtype.{kept.pk}": 2}


def test_attachments_are_followed():
    document = DocumentFactory(slug="one", published=True)
    attachment = AttachmentFactory(
        document=document, file=ContentFile(b"quinquereme", name="a.txt"), may_be_shown=False
    )
    assert found("quinquereme") == set()
    attachment.may_be_shown = True
    attachment.save()
    assert found("quinquereme") == {"one"} and agrees()
    Attachment.objects.update(text="galleon")
    assert found("quinquereme") == set()
    assert found("galleon") == {"one"} and agrees()
    attachment.delete()
    assert found("galleon") == set() and agrees()


def test_an_attachment_that_moves_leaves_its_former_document():
    first, second = (DocumentFactory(slug=slug, published=True) for slug in ("first", "second"))
    attachment = AttachmentFactory(
        document=first, file=ContentFile(b"quinquereme", name="a.txt"), may_be_shown=True
    )
    attachment.document = second
    attachment.save()
    assert found("quinquereme") == {"second"} and agrees()
    Attachment.objects.update(document=first)
    assert found("quinquereme") == {"first"} and agrees()


def test_a_claim_without_a_citation_is_not_found():
    claim = ClaimFactory(slug="claim", text_en="Quinquereme", published=True)
    assert found("quinquereme") == {"claim"}
    claim.citations.get().delete()
    assert found("quinquereme") == set() and agrees()
    citation = CitationFactory(claim=claim)
    assert found("quinquereme") == {"claim"} and agrees()
    citation.claim = ClaimFactory(published=True)
    citation.save()
    assert found("quinquereme") == set() and agrees()


def test_a_claim_goes_with_the_only_document_that_cites_it():
    claim = ClaimFactory(slug="claim", text_en="Quinquereme", published=True)
    document = claim.citations.get().document
    withdraw(document)
    assert found("quinquereme") == set() and agrees()
    publish(document)
    assert found("quinquereme") == {"claim"} and agrees()


def test_roles_are_followed():
    navy = OrganisationFactory(slug="navy", name_en="Navy", published=True)
    person = PersonFactory(slug="person", published=True)
    role = RoleFactory(person=person, organisation=navy, title_en="Helmsman")
    assert found("helmsman") == {"person"} and agrees()
    withdraw(navy)
    assert found("helmsman") == set() and agrees()
    publish(navy)
    assert found("navy") == {"navy", "person"} and agrees()
    role.person = PersonFactory(slug="other", published=True)
    role.save()
    assert found("helmsman") == {"other"} and agrees()
    role.delete()
    assert found("helmsman") == set() and agrees()


def test_steps_date_their_case():
    case = LegalCaseFactory(slug="case", published=True)
    step = CaseStepFactory(case=case, date="2011-03-04")
    assert ask(Question()).years()[2011] == 1 and agrees()
    step.date = "2012"
    step.save()
    assert ask(Question()).years()[2012] == 1 and agrees()
    step.delete()
    assert not ask(Question(kinds=(LegalCase,))).years() and agrees()


def test_what_changes_of_an_incident_reaches_all_that_is_about_it():
    incident = IncidentFactory(phase=Phase.FIRST_WAR, published=True)
    about = {
        DocumentFactory(incidents=[incident], published=True),
        LegalCaseFactory(incidents=[incident], published=True),
        ClaimFactory(incidents=[incident], published=True),
        incident,
    }
    place = PlaceFactory(slug="place", name_en="Nineveh", published=True)
    incident.places.add(place)
    assert found(chosen={"place": (f"place.{place.pk}",)}) == {one.slug for one in about}
    incident.phase = Phase.WAR_2020
    incident.save()
    assert ask(Question()).counts("phase") == {Phase.WAR_2020: 4} and agrees()
    withdraw(incident)
    assert ask(Question()).counts("phase") == {} and agrees()


def test_the_side_of_an_organisation_reaches_its_claims_and_documents():
    organisation = OrganisationFactory(side=Side.ARMENIAN, published=True)
    ClaimFactory(speaker_organisation=organisation, published=True)
    DocumentFactory(publisher=organisation, published=True)
    organisation.side = Side.AZERBAIJANI
    organisation.save()
    sides = ask(Question(kinds=(Claim, Document, Organisation))).counts("side")
    assert sides[Side.AZERBAIJANI] == 3 and Side.ARMENIAN not in sides and agrees()


def test_a_withdrawn_organisation_takes_its_claims_along_and_brings_them_back():
    organisation = OrganisationFactory(slug="navy", name_en="Navy", published=True)
    ClaimFactory(slug="claim", speaker_organisation=organisation, published=True)
    withdraw(organisation)
    assert found("navy") == set() and ask(Question(kinds=(Claim,))).total == 0 and agrees()
    publish(organisation)
    assert found("navy") == {"navy", "claim"} and agrees()


# Kinds of record that the steps below work on.
_FIELDS = [
    field
    for model in PUBLISHABLE
    for field in model._meta.local_many_to_many
    if field.related_model in (*PUBLISHABLE, ViolationType)
]
_KEYS = [
    field
    for model in PUBLISHABLE
    for field in model._meta.concrete_fields
    if field.is_relation and field.related_model in PUBLISHABLE
]
_WORDS = st.sampled_from(["galleon", "quinquereme", "трирема", "Ninəvə", ""])


class Following(RuleBasedStateMachine):
    """Random changes of a small cast; after each, the index agrees with the records."""

    def __init__(self):
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.usual = writing.MERGE_AT, writing._SHORT_ROW
        writing.MERGE_AT, writing._SHORT_ROW = 9, 12  # so that merging and cutting happen here

    def teardown(self):
        writing.MERGE_AT, writing._SHORT_ROW = self.usual
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    def any(self, data, model):
        pks = list(model._base_manager.order_by("pk").values_list("pk", flat=True))
        return model._base_manager.get(pk=data.draw(st.sampled_from(pks)))

    @rule(data=st.data(), model=st.sampled_from(PUBLISHABLE), state=st.sampled_from(Status.values))
    def change_state(self, data, model, state):
        record = self.any(data, model)
        record.status, record.published_at = state, timezone.now()
        record.withdrawn_at = timezone.now()
        record.access = data.draw(st.sampled_from([*[Access.PUBLIC] * 3, Access.RESTRICTED]))
        record.save()

    @rule(data=st.data(), model=st.sampled_from(PUBLISHABLE), word=_WORDS)
    def edit(self, data, model, word):
        record = self.any(data, model)
        setattr(record, f"{record.heading_field}_ru", word)
        record.note_en = word
        record.save()

    @rule(data=st.data(), model=st.sampled_from(PUBLISHABLE), word=_WORDS)
    def edit_past_save(self, data, model, word):
        model.objects.filter(pk__lte=self.any(data, model).pk).update(note_ru=word)

    @rule(data=st.data(), field=st.sampled_from(_FIELDS), backwards=st.booleans())
    def link(self, data, field, backwards):
        here, there = self.any(data, field.model), self.any(data, field.related_model)
        links = getattr(here, field.name)
        if backwards and field.remote_field.get_accessor_name():
            links = getattr(there, field.remote_field.get_accessor_name())
            there = here
        match data.draw(st.sampled_from(["add", "remove", "set", "clear"])):
            case "add":
                links.add(there)
            case "remove":
                links.remove(there)
            case "set":
                links.set([there])
            case "clear":
                links.clear()

    @rule(data=st.data(), field=st.sampled_from(_KEYS))
    def point_elsewhere(self, data, field):
        record, other = self.any(data, field.model), self.any(data, field.related_model)
        is_allowed = field.model is not Claim or getattr(record, field.attname)  # one speaker
        if is_allowed and other != record:  # none is its own parent
            setattr(record, field.name, other)
            record.save()

    @rule(data=st.data())
    def change_kind_and_phase(self, data):
        for model, name, values in (
            (Incident, "phase", Phase.values),
            (Organisation, "side", Side.values),
            (Person, "side", Side.values),
            (Incident, "victims_side", AllegedSide.values),
        ):
            record = self.any(data, model)
            setattr(record, name, data.draw(st.sampled_from(values)))
            record.save()

    @rule(data=st.data(), word=_WORDS, shown=st.booleans())
    def attach(self, data, word, shown):
        file = ContentFile(os.urandom(8).hex().encode() + word.encode(), name="a.txt")
        AttachmentFactory(document=self.any(data, Document), file=file, may_be_shown=shown)

    @rule(data=st.data(), word=_WORDS)
    def add_parts(self, data, word):
        person, navy = self.any(data, Person), self.any(data, Organisation)
        RoleFactory(person=person, organisation=navy, title_en=word)
        CaseStepFactory(case=self.any(data, LegalCase))
        CitationFactory(claim=self.any(data, Claim), document=self.any(data, Document))

    @rule(data=st.data(), part=st.sampled_from([Attachment, Role, CaseStep, Citation]))
    def move_or_remove_a_part(self, data, part):
        if not part.objects.exists():
            return
        row = self.any(data, part)
        [owner] = [
            f
            for f in part._meta.concrete_fields
            if f.name in ("document", "person", "case", "claim")
        ][:1]
        match data.draw(st.sampled_from(["delete", "delete past", "move", "move past"])):
            case "delete":
                row.delete()
            case "delete past":
                part.objects.filter(pk=row.pk).delete()
            case "move":
                setattr(row, owner.name, self.any(data, owner.related_model))
                row.save()
            case "move past" if part is not CaseStep:
                there = self.any(data, owner.related_model)
                part.objects.filter(pk=row.pk).update(**{owner.name: there})

    @rule(data=st.data(), model=st.sampled_from([Document, Place, Incident, Claim]))
    def make_and_delete_a_draft(self, data, model):
        draft = FACTORIES[model]()
        if model is Place:
            draft.documents.add(self.any(data, Document))
        if model is Claim:
            draft.citations.all().delete()
        draft.delete()

    @rule()
    def roll_back(self):
        with transaction.atomic():
            DocumentFactory(title_en="unheard", published=True)
            Organisation.objects.update(side=Side.ARMENIAN)
            current()
            transaction.set_rollback(True)

    @rule()
    def merge(self):
        writing.merge()

    @invariant()
    def index_agrees(self):
        assert agrees()


@pytest.fixture
def cast():
    """Two of each kind, linked in a row."""
    place = PlaceFactory(published=True)
    incident = IncidentFactory(
        places=[place], violation_types=[ViolationTypeFactory()], published=True
    )
    case = LegalCaseFactory(incidents=[incident], published=True)
    document = DocumentFactory(incidents=[incident], cases=[case], published=True)
    organisation = OrganisationFactory(published=True)
    person = PersonFactory(published=True)
    RoleFactory(person=person, organisation=organisation)
    ClaimFactory(
        speaker_organisation=organisation, incidents=[incident], cited_in=document, published=True
    )
    ClaimFactory(speaker_organisation=None, speaker_person=person, published=True)
    for model in (Place, Incident, LegalCase, Person):
        FACTORIES[model]()


def test_after_any_changes_the_index_agrees_with_the_records(cast):
    run_state_machine_as_test(
        Following,
        settings=settings(
            max_examples=8,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


# ── transactions ──


def test_what_is_rolled_back_is_not_found_and_its_generation_is_told_from_another():
    DocumentFactory(slug="kept", title_en="Galleon", published=True)
    before = current()
    with transaction.atomic():
        DocumentFactory(slug="undone", title_en="Quinquereme", published=True)
        assert found("quinquereme") == {"undone"}
        inside = current()
        transaction.set_rollback(True)
    assert found("quinquereme") == set() and agrees()
    assert current().generation == before.generation
    DocumentFactory(slug="new", title_en="Trireme", publisher=None, published=True)
    DocumentFactory(slug="newer", title_en="Trireme", publisher=None, published=True)
    while current().generation < inside.generation:
        writing.touch()
    assert found("quinquereme") == set()
    assert found("trireme") == {"new", "newer"} and agrees()


def test_another_change_under_the_same_generation_is_noticed():
    DocumentFactory(slug="kept", title_en="Galleon", publisher=None, published=True)
    with transaction.atomic():
        DocumentFactory(slug="undone", title_en="Quinquereme", publisher=None, published=True)
        inside = current()
        transaction.set_rollback(True)
    DocumentFactory(slug="new", title_en="Trireme", publisher=None, published=True)
    assert current().generation == inside.generation
    assert current().token != inside.token
    assert found("quinquereme") == set()
    assert found("trireme") == {"new"}
    assert found() == {"kept", "new"} and agrees()


def test_a_view_taken_before_a_change_stays_as_it_was():
    kept, changed = (
        PlaceFactory(slug=name, name_en=name, published=True) for name in ("nineveh", "moluccas")
    )
    lone = PlaceFactory(published=True)
    document = DocumentFactory(places=[changed], publisher=None, published=True)
    view = current()
    question = Question(chosen={"place": (f"place.{changed.pk}",)})
    before, counts = shown(view)["entries"], ask(question, view).counts("place")
    withdraw(lone)
    current()
    assert shown(view)["entries"] == before
    changed.name_en = "Ophir"
    changed.save()
    document.places.set([kept])
    withdraw(kept)
    DocumentFactory.create_batch(3, published=True)
    current()
    assert shown(view)["entries"] == before
    assert ask(question, view).counts("place") == counts
    assert ask(question, view).page(0, 5) == [(Document, document.pk)]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs two connections at once")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_others_see_a_change_when_it_is_committed():
    DocumentFactory(slug="kept", title_en="Galleon", publisher=None, published=True)
    assert found("galleon") == {"kept"}
    holder, seen = _Holder(), []

    def look():
        seen.append(int(holder.current().alive.sum()))
        connection.close()

    def elsewhere():
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()

    elsewhere()
    with transaction.atomic():
        DocumentFactory(title_en="Galleon", publisher=None, published=True)
        assert len(found("galleon")) == 2
        elsewhere()
    elsewhere()
    assert seen == [1, 1, 2]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs two connections at once")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_writers_at_the_same_time_wait_for_each_other():
    places = PlaceFactory.create_batch(4, published=True)

    def write(place):
        for number in range(5):
            place.name_en = f"Nineveh {number}"
            place.save()
            DocumentFactory(places=[place], publisher=None, published=True)
        connection.close()

    threads = [threading.Thread(target=write, args=[place]) for place in places]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found("nineveh 4")) == 4 * 6 and agrees()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs two connections at once")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_who_save_the_same_records_in_different_order_do_not_block_each_other():
    one, two = DocumentFactory.create_batch(2, publisher=None, published=True)
    incident = IncidentFactory(published=True)
    together, failures = threading.Barrier(2), []

    def work(first, second):
        try:
            together.wait()
            for _ in range(5):
                with transaction.atomic():
                    first.save()
                    incident.documents.add(second)
                    rows_changing.send(Document)
                    Document._base_manager.select_for_update().get(pk=second.pk).save()
        except DatabaseError as error:
            failures.append(error)
        connection.close()

    threads = [threading.Thread(target=work, args=pair) for pair in ((one, two), (two, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures and agrees()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs two connections at once")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_first_two_writers_of_all_may_come_at_once():
    together, failures = threading.Barrier(2), []

    def write():
        try:
            together.wait()
            DocumentFactory(publisher=None, title_en="Galleon", published=True)
        except DatabaseError as error:
            failures.append(error)
        connection.close()

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert len(found("galleon")) == 2 and agrees()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs two connections at once")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_rebuild_numbers_no_value_while_a_change_is_not_committed():
    for factory in FACTORIES.values():
        factory(published=True)
    steps, seen, go_on = [], threading.Event(), threading.Event()

    def progress(done, of):
        steps.append(done)
        seen.set()
        go_on.wait(10)

    def rebuild():
        rebuilding.rebuild(progress)
        connection.close()

    thread = threading.Thread(target=rebuild)
    thread.start()
    assert seen.wait(10)
    with transaction.atomic():
        PlaceFactory(published=True)
        before = len(steps)
        go_on.set()
        thread.join(0.5)
        assert thread.is_alive() and len(steps) == before
    thread.join()
    assert len(steps) > before and agrees()


# ── the gate ──

_CANARIES = {
    "draft": {},
    "in_review": {"in_review": True},
    "restricted": {"restricted": True},
    "withdrawn": {"withdrawn": True},
}


def texts(model, word: str) -> dict:
    """This word in every text field of a record, its facet values and names among them."""
    values = {}
    for field in model._meta.concrete_fields:
        if field.choices or field.name in ("slug", "country", "status") or field.is_relation:
            continue
        if isinstance(field, LinesField):
            values[field.name] = [word]
        elif isinstance(field, models.CharField | models.TextField) and not isinstance(
            field, models.URLField | EDTFField
        ):
            values[field.name] = word
    return values


def everything_stored() -> str:
    """Every column of every row of the index's own tables, as text."""
    packed_terms = map(bytes, SearchEntry.objects.values_list("terms", flat=True))
    found = [term for packed in packed_terms for term in unpack_terms(packed)]
    for model in apps.get_app_config("archive").get_models():
        if model.__name__.startswith("Search"):
            for row in model.objects.values_list():
                is_bytes = (isinstance(value, bytes | memoryview) for value in row)
                found += [
                    bytes(value) if packed else str(value).encode()
                    for value, packed in zip(row, is_bytes, strict=True)
                ]
    return b"\n".join(found).decode("utf-8", "replace").lower()


def say_nothing_of(word: str) -> bool:
    """Neither hits nor counts, suggestions, other spellings, corrections or rows tell of it."""
    for query in (word, f"{word[:5]}*", f'"{word}"', f"title:{word}", f"place:{word}"):
        answer = ask(Question(text=query))
        assert (answer.total, answer.also, sum(answer.years().values())) == (0, {}, 0), query
        for facet in ("type", "organisation", "place", "kind", "side", "person", "case"):
            assert not answer.counts(facet)
    typo = word[:-1] + "x"
    assert suggest(word[:4]) == suggest(word) == near(typo) == []
    assert corrected(ask(Question(text=typo))) == []
    assert word not in everything_stored()
    return True


@pytest.mark.parametrize("state", _CANARIES)
def test_no_text_of_a_hidden_record_is_anywhere(state):
    seen = {model: factory(published=True) for model, factory in FACTORIES.items()}
    hidden = []
    words = [f"canaryword{letter}" for letter in "abcdefg"]
    for (model, factory), word in zip(FACTORIES.items(), words, strict=True):
        hidden.append(factory(**texts(model, word), **_CANARIES[state]))
    AttachmentFactory(document=hidden[0], file=ContentFile(words[0].encode(), name="a.txt"))
    for record in (*seen.values(), *hidden):
        for field in record._meta.local_many_to_many:
            if field.related_model in FACTORIES:
                others = [seen[field.related_model], *hidden]
                getattr(record, field.name).add(
                    *[one for one in others if type(one) is field.related_model]
                )
    for word in words:
        assert say_nothing_of(word)
    values = " ".join(SearchValue.objects.values_list("value", flat=True)).split()
    assert not {f"{record._meta.model_name}.{record.pk}" for record in hidden} & set(values)
    writing.merge()
    rebuilding.rebuild()
    assert "canaryword" not in everything_stored()


def test_a_process_looks_up_beforehand_the_words_of_public_files_only(monkeypatch):
    for word, public in (("openlyword", True), ("canaryword", False)):
        file = ContentFile(f"{word} shelling {word}".encode(), name="a.txt")
        AttachmentFactory(document=DocumentFactory(published=public), file=file)
    monkeypatch.setattr(writing, "_known_words", Vocabulary())
    monkeypatch.setattr(writing, "_usual_words", [])
    writing.learn_usual_words()
    assert writing._known_words.of(b"w").keys() == {"openlyword", "shelling"}
    assert b"wshell" in writing._known_words.terms
    monkeypatch.setattr(writing, "_MOST_KNOWN", 1)  # full: another is begun with the same words
    full = writing._known_words
    DocumentFactory(published=True, title_en="Something else")
    assert writing._known_words is not full
    assert {"openlyword", "shelling"} <= writing._known_words.of(b"w").keys()


def test_what_is_never_shown_of_public_records_is_not_in_the_index():
    for factory in FACTORIES.values():
        factory(published=True, internal_note="canaryword", sources=["canaryword"])
    document = DocumentFactory(published=True)
    AttachmentFactory(
        document=document, file=ContentFile(b"canaryword", name="a.txt"), may_be_shown=False
    )
    RoleFactory(person=PersonFactory(published=True), title_en="canaryword")
    assert say_nothing_of("canaryword")


@pytest.mark.parametrize("prepare", [lambda: None, writing.merge, rebuilding.rebuild])
@pytest.mark.parametrize("take_out", ["withdraw", "edit", "restrict"])
def test_what_was_public_leaves_no_trace(prepare, take_out):
    places = PlaceFactory.create_batch(3, published=True)
    document = DocumentFactory(
        title_en="canaryword shared", summary_ru="canaryword", authors=["canaryword"],
        publisher=None, published=True,
    )  # fmt: skip
    place = PlaceFactory(name_en="Canaryword", variants=["canaryword"], published=True)
    document.places.set([*places, place])
    DocumentFactory.create_batch(2, title_en="shared", publisher=None, published=True)
    prepare()
    assert len(found("canaryword")) == 2
    assert "canaryword" in everything_stored()
    for record in (document, place):
        if take_out == "withdraw":
            withdraw(record)
        elif take_out == "restrict":
            record.access = Access.RESTRICTED
            record.save()
        else:
            blank = {name: type(value)() for name, value in texts(type(record), "").items()}
            type(record).objects.filter(pk=record.pk).update(
                **{**blank, "note_en": "", f"{record.heading_field}_en": "shared"}
            )
    assert say_nothing_of("canaryword")
    if take_out != "edit":
        assert len(found("shared")) == 2
    assert agrees()


def test_a_record_that_was_edited_and_then_withdrawn_leaves_none_of_its_numbers():
    others = DocumentFactory.create_batch(60, title_en="shared", publisher=None, published=True)
    document = DocumentFactory(
        slug="it", title_en="canaryword shared", note_en="unique", publisher=None, published=True
    )
    writing.merge()
    numbers = {SearchEntry.objects.get(kind=0, record_id=document.pk).pk}
    for note, title in (("other", "canaryword shared"), ("another", "canaryword")):
        document.note_en, document.title_en = note, title
        document.save()
        writing.merge()
        numbers.add(SearchEntry.objects.get(kind=0, record_id=document.pk).pk)
    assert len(numbers) == 3
    assert len(found("shared")) == len(others) and agrees()
    withdraw(document)
    for row in SearchPosting.objects.all():
        assert numbers.isdisjoint(unpack_entries(bytes(row.entries)).tolist()), bytes(row.term)
    assert say_nothing_of("canaryword") and agrees()


def test_the_last_of_two_rebuilds_is_the_one_that_counts(fleet):
    other = []

    def begin_another(done, of):
        if not other:
            other.append(True)
            other.append(rebuilding.rebuild())

    with pytest.raises(rebuilding.Overtaken):
        rebuilding.rebuild(begin_another)
    assert other[1] == SearchEntry.objects.count()
    assert agrees()


def test_steps_and_violation_types_changed_past_save_are_followed():
    case = LegalCaseFactory(published=True)
    step = CaseStepFactory(case=case, date="1999-01-01")
    violation = ViolationTypeFactory(label_en="Privateering")
    incident = IncidentFactory(slug="raid", violation_types=[violation], published=True)
    type(step).objects.update(date_earliest="2001-02-03", date_latest="2001-02-03")
    assert ask(Question((type(case),))).years() == {2001: 1} and agrees()
    before = current().generation
    type(violation).objects.update(label_en="Buccaneering")
    assert current().generation > before
    assert found("buccaneering") == {"raid"} and not found("privateering") and agrees()
    violation.label_en = "Looting"
    violation.save()
    assert found("looting") == {incident.slug} and agrees()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL leaves it to vacuuming")
def test_what_was_public_leaves_no_bytes_in_the_file():
    # In one language: what a translation was made from is kept for the translators.
    document = DocumentFactory(title_en="Canaryword", title_ru="", publisher=None, published=True)
    writing.merge()
    assert b"wcanaryword" in connection.connection.serialize()
    document.title_en = "Galleon"
    document.save()
    writing.merge()
    assert b"canaryword" not in connection.connection.serialize().lower()


# ── rebuilding, verifying, merging ──


def answers() -> dict:
    """What a reader gets by the words, names and facets of what is indexed."""
    questions = [
        Question(text=text, order=order)
        for text in ("", "galleon", "galleon OR village", '"first galleon"', "organisation", "vil*")
        for order in ("relevance", "newest", "name")
    ]
    facets = ("type", "kind", "place", "side", "organisation", "phase")
    return {
        (one.text, one.order): (
            ask(one).page(0, 100),
            [ask(one).counts(facet) for facet in facets],
            ask(one).years(),
        )
        for one in questions
    }


@pytest.fixture
def fleet(cast):
    place = Place.objects.published().first()
    for number in range(8):
        title = f"The first galleon {number}" if number % 2 else f"Galleon the {number}th"
        DocumentFactory(title_en=title, places=[place], published=True)
    DocumentFactory(title_en="Withdrawn galleon", withdrawn=True)


def test_a_rebuilt_index_answers_as_before_and_has_as_many_entries(fleet):
    before, entries = answers(), SearchEntry.objects.count()
    assert rebuilding.rebuild() == entries == SearchEntry.objects.count()
    assert answers() == before and agrees()


def test_merging_changes_no_answer(fleet):
    before = answers()
    assert verifying.standing()["waiting"] > 0
    writing.merge()
    assert verifying.standing()["waiting"] == 0
    assert answers() == before and agrees()
    writing.merge()
    assert answers() == before and agrees()


def test_what_is_left_of_an_edited_record_in_long_rows_finds_nothing(monkeypatch):
    monkeypatch.setattr(writing, "_SHORT_ROW", 0)
    documents = DocumentFactory.create_batch(
        4, title_en="Swift galleon", publisher=None, published=True
    )
    writing.merge()
    documents[0].title_en = "Trireme"
    documents[0].save()
    assert found("galleon") == found("gall*") == {one.slug for one in documents[1:]}
    assert found('"swift galleon"') == {one.slug for one in documents[1:]}
    writing.merge()
    assert found("galleon") == found("gall*") == {one.slug for one in documents[1:]}
    assert found("ga*") == found("galle*") == found("galleon")
    withdraw(documents[0])
    assert found("trireme") == set() and agrees()
    rebuilding.rebuild()
    assert found("galleon") == {one.slug for one in documents[1:]} and agrees()


def test_single_entries_are_merged_by_themselves(monkeypatch):
    monkeypatch.setattr(writing, "MERGE_AT", 4)
    documents = DocumentFactory.create_batch(9, publisher=None, published=True)
    assert SearchState.objects.get().merged == SearchEntry.objects.order_by("pk")[7].pk
    for document in documents[::2]:
        withdraw(document)
    assert len(found("document")) == 4 and agrees()


def test_a_change_while_the_index_is_rebuilt_is_not_lost(fleet):
    document = Document.objects.get(title_en="The first galleon 1")
    gone = Document.objects.get(title_en="The first galleon 3")
    steps = iter(
        [
            lambda: document.places.clear(),
            lambda: withdraw(gone),
            lambda: PlaceFactory(slug="new", name_en="Nineveh", published=True),
            lambda: Document.objects.filter(pk=document.pk).update(title_en="Quinquereme"),
        ]
    )
    rebuilding.rebuild(lambda done, of: next(steps, lambda: None)())
    assert next(steps, None) is None
    assert found("quinquereme") == {document.slug}
    assert found("nineveh") == {"new"}
    assert gone.slug not in found("galleon") and agrees()


def test_a_rebuild_that_is_cut_short_leaves_the_old_index_in_force(fleet):
    before = answers()

    def stop(done, of):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuilding.rebuild(stop)
    assert answers() == before and agrees()
    assert SearchEntry.objects.values("edition").distinct().count() == 2
    rebuilding.rebuild()
    assert SearchEntry.objects.values("edition").distinct().count() == 1
    assert SearchPosting.objects.values("edition").distinct().count() == 1
    assert answers() == before and agrees()


def test_a_reader_of_the_former_edition_gets_the_answer_of_the_new(fleet):
    view = current()
    wanted = ask(Question(text="galleon")).page(0, 100)
    rebuilding.rebuild()
    answer = ask(Question(text="galleon"), view)
    assert answer.page(0, 100) == wanted
    assert answer.view.edition == current().edition != view.edition


def test_an_empty_archive_has_a_right_index():
    assert verifying.verify() == []
    assert ask(Question(text="galleon")).total == ask(Question()).total == 0
    assert rebuilding.rebuild() == 0
    assert agrees()


def test_an_index_that_was_never_made_is_noticed(fleet):
    SearchState.objects.all().delete()
    assert verifying.verify() == ["There is no index."]


def _lose_a_posting():
    SearchPosting.objects.filter(term=b"wgalleon").order_by("pk").first().delete()


def _change_weights():
    row = SearchPosting.objects.filter(term=b"wgalleon").order_by("pk").first()
    weights = bytes([bytes(row.weights)[0] ^ 1]) + bytes(row.weights)[1:]
    SearchPosting.objects.filter(pk=row.pk).update(weights=weights)


def _change_places():
    row = SearchPosting.objects.filter(term=b"wgalleon").order_by("pk").first()
    places = bytes(row.places)[:-1] + bytes([bytes(row.places)[-1] + 1])
    SearchPosting.objects.filter(pk=row.pk).update(places=places)


def _change_values():
    entry = SearchEntry.objects.exclude(values=b"").order_by("pk").first()
    SearchEntry.objects.filter(pk=entry.pk).update(values=bytes(entry.values)[4:])


def _change_dates():
    entry = SearchEntry.objects.exclude(latest=None).order_by("pk").first()
    SearchEntry.objects.filter(pk=entry.pk).update(latest=entry.latest + 1)


def _change_names():
    entry = SearchEntry.objects.exclude(says="").order_by("pk").first()
    SearchEntry.objects.filter(pk=entry.pk).update(says=entry.says.replace("names", "no names"))


def _lose_an_entry():
    SearchEntry.objects.order_by("pk").first().delete()


def _show_a_hidden_record():
    places = SearchEntry.objects.filter(kind=PUBLISHABLE.index(Place))
    places.filter(pk=places.first().pk).update(record_id=PlaceFactory().pk)


def _change_the_record_behind_its_back():
    with writing.paused():
        Document.objects.filter(title_en="The first galleon 1").update(title_en="Trireme")


def _use_another_analyser():
    SearchState.objects.update(analyser="another")


DAMAGE = [
    _lose_a_posting,
    _change_weights,
    _change_places,
    _change_values,
    _change_dates,
    _change_names,
    _lose_an_entry,
    _show_a_hidden_record,
    _change_the_record_behind_its_back,
    _use_another_analyser,
]


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_noticed_and_mended_by_a_rebuild(fleet, damage):
    writing.merge()
    damage()
    assert verifying.verify()
    rebuilding.rebuild()
    assert verifying.verify() == []


def test_damage_to_what_is_not_merged_is_noticed(fleet):
    entry = SearchEntry.objects.order_by("pk").last()
    SearchEntry.objects.filter(pk=entry.pk).update(checksum=entry.checksum + 1)
    name = PUBLISHABLE[entry.kind]._meta.model_name
    assert verifying.verify() == [f"{name} {entry.record_id}: checksum differ."]
