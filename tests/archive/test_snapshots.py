"""What a record says, kept as JSON: taken, made true again, compared and merged."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.models import PUBLISHABLE, Claim, LegalCase, SearchChange, SearchState
from archive.models.snapshots import (
    apply,
    differences,
    merge,
    numbered,
    rehearsal,
    resolved,
    snapshot,
)
from tests.factories import (
    FACTORIES,
    AttachmentFactory,
    CaseOutcomeFactory,
    CaseStepFactory,
    CitationFactory,
    ClaimFactory,
    DocumentFactory,
    IncidentFactory,
    LegalCaseFactory,
    OrganisationFactory,
    PlaceFactory,
    RoleFactory,
)

every_kind = pytest.mark.parametrize("kind", PUBLISHABLE, ids=lambda model: model._meta.model_name)

# ── of records ──


@pytest.mark.django_db
@every_kind
def test_a_snapshot_is_json_and_sees_both_languages(kind):
    record = FACTORIES[kind]()
    data = snapshot(record)
    assert json.loads(json.dumps(data)) == data
    heading = kind.heading_field
    assert {f"{heading}_en", f"{heading}_ru", "note_en", "note_ru"} <= data["fields"].keys()
    assert data["fields"].keys().isdisjoint({heading, "status", "published_at", "updated_at"})


@pytest.mark.django_db
@every_kind
def test_what_was_made_true_again_is_what_was_taken(kind):
    record, other = FACTORIES[kind](), FACTORIES[kind](sources=["A", "Б"], note_ru="Спорно.")
    data = snapshot(other)
    data["fields"]["slug"] = "of-its-own"
    data["parts"] = numbered(data, {"parts": {}})["parts"]
    if kind is Claim:
        record.citations.all().delete()
    apply(record, data)
    now = snapshot(record)
    assert (now["fields"], now["links"]) == (data["fields"], data["links"])
    assert [list(rows.values()) for rows in now["parts"].values()] == [
        list(rows.values()) for rows in data["parts"].values()
    ]


@pytest.mark.django_db
def test_parts_are_added_changed_and_taken_away():
    case = LegalCaseFactory()
    kept, gone = (CaseStepFactory(case=case, date=date) for date in ("2020-11-02", "2021-01-20"))
    outcome = CaseOutcomeFactory(case=case, article="3")
    before = snapshot(case)
    kept.note_ru = "Отложено"
    kept.save()
    gone.delete()
    outcome.article = "8"
    outcome.save()
    CaseStepFactory(case=case, kind="judgment", date="2021-04-15")
    after = snapshot(case)
    assert {change.relation for change in differences(before, after)} == {"steps", "outcomes"}
    apply(case, before)
    assert snapshot(case) == before
    apply(case, after)
    assert snapshot(case) == after
    case.refresh_from_db()
    assert case.latest_step.isoformat() == "2021-04-15"


@pytest.mark.django_db
def test_links_of_a_record_and_of_its_parts_are_kept():
    claim = ClaimFactory(cited_in=False)
    incident, relay = IncidentFactory(), OrganisationFactory()
    citation = CitationFactory(claim=claim)
    empty = snapshot(claim)
    claim.incidents.add(incident)
    citation.relayed_by.add(relay)
    full = snapshot(claim)
    assert full["links"]["incidents"] == [incident.pk]
    assert full["parts"]["citations"][str(citation.pk)]["links"] == {"relayed_by": [relay.pk]}
    apply(claim, empty)
    assert not citation.relayed_by.exists()
    apply(claim, full)
    assert snapshot(claim) == full


@pytest.mark.django_db
def test_what_is_there_no_longer_is_not_linked():
    document, incident = DocumentFactory(), IncidentFactory()
    person = RoleFactory().person
    document.incidents.add(incident)
    data, of_person = snapshot(document), snapshot(person)
    incident.delete()
    apply(document, data)
    assert not document.incidents.exists()
    [role] = of_person["parts"]["roles"].values()
    role["fields"]["organisation"] = 10**9
    person.roles.all().delete()
    apply(person, of_person)
    assert not person.roles.exists()


@pytest.mark.django_db
def test_coordinates_dates_and_moments_come_back_as_they_were():
    place = PlaceFactory(latitude="40.1", longitude="45.12345", not_before="2030-01-02T03:04:05Z")
    data = snapshot(place)
    place.latitude = place.longitude = place.not_before = None
    place.save()
    apply(place, json.loads(json.dumps(data)))
    assert snapshot(place) == data
    assert str(place.longitude) == "45.12345"


@pytest.mark.django_db
def test_a_file_that_comes_back_is_read_anew():
    attachment = AttachmentFactory()
    document, content = attachment.document, attachment.file.read()
    data = snapshot(document)
    attachment.delete()
    apply(document, data)
    [again] = document.attachments.all()
    assert (again.sha256, again.file.read()) == (attachment.sha256, content)
    assert again.text == attachment.text != ""


@pytest.mark.django_db
def test_of_a_rehearsal_nothing_is_left():
    document = DocumentFactory(published=True, title_en="As it is")
    changes = SearchChange.objects.count()
    with rehearsal():
        document.title_en = "As it might be"
        document.save()
        DocumentFactory(published=True)
    document.refresh_from_db()
    assert document.title_en == "As it is"
    assert type(document).objects.count() == 1
    assert SearchChange.objects.count() == changes
    document.save()
    assert SearchState.objects.exists()


@pytest.mark.django_db
def test_a_rehearsal_that_fails_leaves_nothing_either():
    document = DocumentFactory(title_en="As it is")
    with pytest.raises(ZeroDivisionError), rehearsal():
        document.title_en = "As it might be"
        document.save()
        raise ZeroDivisionError
    document.refresh_from_db()
    assert document.title_en == "As it is"


@pytest.mark.django_db
def test_a_snapshot_costs_the_same_for_one_part_and_for_twenty(
    django_assert_num_queries, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    claim = ClaimFactory()
    with CaptureQueriesContext(connection) as one:
        snapshot(claim)
    for _ in range(19):
        CitationFactory(claim=claim)
    with django_assert_num_queries(len(one)):
        snapshot(claim)


# ── of two hands ──

texts = st.text(max_size=3)
lines = st.lists(st.sampled_from("abcdе"), max_size=4)
links = st.lists(st.integers(1, 5), max_size=3, unique=True).map(sorted)
rows = st.fixed_dictionaries(
    {
        "fields": st.fixed_dictionaries({"note_en": texts, "note_ru": texts, "sources": lines}),
        "links": st.fixed_dictionaries({"cases": links}),
    }
)
numbers = st.sampled_from(["1", "2", "3", "-4", "-5"])
snapshots = st.builds(
    lambda row, steps: {**row, "parts": {"steps": steps}},
    rows,
    st.dictionaries(numbers, rows, max_size=3),
)


@given(snapshots, snapshots)
def test_what_only_one_has_changed_is_taken_as_it_is(base, changed):
    assert merge(base, changed, base) == (changed, [])
    assert merge(base, base, changed) == (changed, [])
    assert merge(base, changed, changed) == (changed, [])


@given(snapshots, snapshots, snapshots)
def test_without_a_conflict_it_does_not_matter_who_was_first(base, mine, theirs):
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)
    assert len(one.conflicts) == len(other.conflicts)
    if not one.conflicts:
        assert one.data == other.data


@given(snapshots, snapshots, snapshots)
def test_no_text_that_somebody_wrote_is_lost(base, mine, theirs):
    """It stands in the result or in a conflict, for whoever decides it to see."""
    merged = merge(base, mine, theirs)
    seen = {merged.data["fields"][name] for name in ("note_en", "note_ru")}
    for conflict in merged.conflicts:
        seen |= {str(conflict.mine), str(conflict.theirs)}
    for side in (mine, theirs):
        for name in ("note_en", "note_ru"):
            assert side["fields"][name] in seen | {base["fields"][name]}


@given(snapshots, snapshots, snapshots)
def test_no_row_that_somebody_added_is_lost(base, mine, theirs):
    merged = merge(base, mine, theirs)
    kept = list(merged.data["parts"]["steps"].values())
    told = [(one.relation, one.row) for one in merged.conflicts]
    for side in (mine, theirs):
        for number, row in side["parts"]["steps"].items():
            if number not in base["parts"]["steps"]:
                assert row in kept or ("steps", number) in told


@given(snapshots, snapshots, snapshots)
def test_deciding_every_conflict_for_one_side_gives_what_that_side_wrote(base, mine, theirs):
    merged = merge(base, mine, theirs)
    decided = resolved(merged.data, {one.path: one.mine for one in merged.conflicts})
    again = {change.path: change.after for change in differences(decided, mine)}
    assert not {one.path for one in merged.conflicts} & again.keys()


@given(snapshots, snapshots)
def test_differences_lead_from_one_to_the_other(before, after):
    changes = differences(before, after)
    assert (changes == []) == (before == after)
    assert [(c.after, c.before) for c in changes] == [
        (back.before, back.after)
        for change in changes
        for back in differences(after, before)
        if back.path == change.path
    ]


def row(**fields):
    return {"fields": fields, "links": {}}


def test_lines_that_both_have_added_all_stay():
    def with_lines(*found):
        return {**row(aliases=list(found)), "parts": {}}

    merged = merge(with_lines("A"), with_lines("A", "Мы"), with_lines("A", "Они"))
    assert merged == (with_lines("A", "Мы", "Они"), [])
    assert merge(with_lines("A", "B"), with_lines("B", "A"), with_lines("A", "C")).conflicts


def test_a_row_that_one_has_deleted_and_the_other_changed_is_asked_about():
    base = {**row(), "parts": {"steps": {"7": row(note_en="Old")}}}
    mine = {**row(), "parts": {"steps": {}}}
    theirs = {**row(), "parts": {"steps": {"7": row(note_en="New")}}}
    [conflict] = merge(base, mine, theirs).conflicts
    assert (conflict.relation, conflict.row, conflict.field) == ("steps", "7", "")
    assert (conflict.mine, conflict.theirs) == (None, row(note_en="New"))
    assert resolved(theirs, {conflict.path: None})["parts"] == {"steps": {}}


def test_a_row_that_both_have_added_in_the_same_words_stands_once():
    base = {**row(), "parts": {"steps": {}}}
    mine = {**row(), "parts": {"steps": {"-3": row(note_en="Heard")}}}
    theirs = {**row(), "parts": {"steps": {"8": row(note_en="Heard")}}}
    assert merge(base, mine, theirs).data["parts"]["steps"] == {"8": row(note_en="Heard")}


def test_what_two_have_changed_in_different_fields_needs_nobody():
    base = {**row(title_en="A", title_ru="А"), "parts": {}}
    mine = {**row(title_en="B", title_ru="А"), "parts": {}}
    theirs = {**row(title_en="A", title_ru="Б"), "parts": {}}
    assert merge(base, mine, theirs) == ({**row(title_en="B", title_ru="Б"), "parts": {}}, [])


@pytest.mark.django_db
def test_the_dates_of_a_case_are_not_its_own():
    """They follow from its steps, so that no two hands collide over them."""
    assert snapshot(LegalCaseFactory())["fields"].keys().isdisjoint({"first_step", "latest_step"})
    assert {"steps", "outcomes"} == snapshot(LegalCase.objects.get())["parts"].keys()
