"""Tables out of the archive and back: what was edited changes, and nothing else."""

import csv
import io
import json

import pytest
from django.core.files.base import ContentFile
from django.test import override_settings
from django.utils import translation

from archive.exchange import exporting, importing, planning, saving, tables
from archive.exchange.columns import EXCHANGED, columns_of, rows_of
from archive.models import (
    Access,
    CaseStep,
    Claim,
    Document,
    FormerAddress,
    LegalCase,
    Organisation,
    Person,
    Revision,
    Status,
    TableImport,
    ViolationType,
)
from archive.models.revisions import editing
from tests.factories import (
    FACTORIES,
    AttachmentFactory,
    CitationFactory,
    ClaimFactory,
    DocumentFactory,
    IncidentFactory,
    LegalCaseFactory,
    OrganisationFactory,
    PersonFactory,
    PlaceFactory,
    RoleFactory,
    TreatyReferenceFactory,
    ViolationTypeFactory,
)

pytestmark = pytest.mark.django_db

FORMATS = (tables.CSV, tables.XLSX, tables.JSON)
Stage = TableImport.Stage


@pytest.fixture(autouse=True)
def _at_once():
    """Tasks are done where they are begun."""
    with override_settings(
        TASKS={"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    ):
        yield


@pytest.fixture
def bring_in():
    """bring_in(Document, content, by=curator) → the import, checked and (unless confirm=False)
    confirmed."""

    def begin(model, content, *, by, confirm=True, only_good_rows=False, name="table"):
        table = importing.begin(model, ContentFile(content, name=name), by=by)
        table.refresh_from_db()
        if confirm:
            importing.confirm(table, only_good_rows=only_good_rows)
            table.refresh_from_db()
        return table

    return begin


def exported(model, format=tables.CSV, records=None) -> bytes:
    pks = [one.pk for one in records] if records else model.objects.values_list("pk", flat=True)
    return b"".join(exporting.export(model, pks, format))


def rows_in(content: bytes) -> list[dict]:
    file = io.BytesIO(content)
    return [row for _number, row in tables.read(file, tables.format_of(file), ["slug"])]


def as_csv(rows: list[dict], separator=",") -> bytes:
    text = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(text, names, delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def edited(content: bytes, slug: str, **cells) -> bytes:
    """The exported CSV with these cells of one record written anew."""
    rows = rows_in(content)
    next(row for row in rows if row["slug"] == slug).update(cells)
    return as_csv(rows)


def said(table, language="en") -> list[tuple]:
    return [
        (problem["row"], problem["column"], problem["said"][language])
        for problem in table.report["problems"]
    ]


def everything(model) -> list[dict]:
    return rows_of(model, list(model.objects.order_by("slug")))


def full_house():
    """At least one record of every kind, with links, parts and both languages."""
    court = OrganisationFactory(slug="court", acronym_en="C", aliases=["One", "=Two"])
    OrganisationFactory(slug="chamber", parent=court)
    person = PersonFactory(slug="speaker")
    RoleFactory(person=person, organisation=court)
    place = PlaceFactory(slug="place", latitude="39.59639", longitude="-47.5")
    kind = ViolationTypeFactory(slug="kind")
    TreatyReferenceFactory(violation_type=kind, detail_en="common | shared \\ all")
    incident = IncidentFactory(slug="incident", places=[place], violation_types=[kind])
    case = LegalCaseFactory(slug="case", incidents=[incident], respondents=[court])
    CaseStep.objects.create(case=case, kind="lodged", date="2020-01", note_en="two\nlines")
    document = DocumentFactory(slug="document", cases=[case], authors=["-A", "B"])
    AttachmentFactory(document=document)
    claim = ClaimFactory(slug="claim", cited_in=document, speaker_organisation=court)
    CitationFactory(claim=claim, document=document, relayed_by=[court])
    ClaimFactory(slug="answer", cited_in=document, responds_to=[claim])


# ── round trips ──


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("model", EXCHANGED)
def test_what_is_exported_and_imported_again_changes_nothing(model, format, superuser, bring_in):
    full_house()
    table = bring_in(model, exported(model, format), by=superuser)
    assert table.stage == Stage.CHECKED, table.report
    assert table.report["counts"]["same"] == model.objects.count()
    assert not table.report["differences"] and not table.report["problems"]


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("model", (Document, LegalCase, Claim, Person, ViolationType))
def test_records_that_were_lost_come_back_as_they_were(model, format, superuser, bring_in):
    full_house()
    if model is Document:
        Document.objects.get(slug="document").attachments.all().delete()
        Claim.objects.all().delete()
    before, content = everything(model), exported(model, format)
    model.objects.all().delete()
    table = bring_in(model, content, by=superuser)
    assert table.stage == Stage.DONE, table.report
    assert table.report["late"] == []
    assert everything(model) == before


@pytest.mark.parametrize("format", FORMATS)
def test_only_the_edited_cell_changes(format, curator, bring_in):
    document = DocumentFactory(slug="a", title_ru="Доклад", authors=["B"], note_en="x\r\ny")
    DocumentFactory(slug="b")
    before = {row["slug"]: row for row in everything(Document)}
    rows = rows_in(exported(Document, format))
    next(row for row in rows if row["slug"] == "a")["title_ru"] = "Отчёт"
    content = json.dumps(rows).encode() if format == tables.JSON else as_csv(rows)
    table = bring_in(Document, content, by=curator)
    assert table.report["counts"] | {"cells": 1, "changed": 1, "same": 1} == table.report["counts"]
    before["a"]["title_ru"] = "Отчёт"
    assert {row["slug"]: row for row in everything(Document)} == before
    document.refresh_from_db()
    assert document.note_en == "x\r\ny"


@pytest.mark.parametrize("by_language", ("en", "ru"))
def test_the_table_is_the_same_whatever_the_language_of_the_curator(by_language):
    full_house()
    plain = exported(LegalCase)
    with translation.override(by_language):
        assert exported(LegalCase) == plain
    assert b"kind=lodged" in plain


def test_every_kind_of_record_has_a_table_with_both_languages():
    assert {*FACTORIES, ViolationType} == set(EXCHANGED)
    for model in EXCHANGED:
        names = [column.name for column in columns_of(model)]
        heading = getattr(model, "heading_field", "label")
        assert names[0] == "slug" and {f"{heading}_en", f"{heading}_ru"} <= set(names)


def test_an_empty_cell_empties_and_an_absent_column_leaves(curator, bring_in):
    DocumentFactory(slug="a", reference="A/1", summary_en="Kept", authors=["X"])
    bring_in(Document, b"slug,reference,authors\na,,\n", by=curator)
    document = Document.objects.get(slug="a")
    assert (document.reference, document.authors, document.summary_en) == ("", [], "Kept")


def test_a_new_row_becomes_a_draft_of_whoever_brought_it_in(curator, bring_in):
    OrganisationFactory(slug="publisher")
    row = {
        "slug": "new", "status": "published", "title_ru": "Новое", "language": "ru",
        "kind": "report", "publisher": "publisher", "published_on": "2022~",
    }  # fmt: skip
    table = bring_in(Document, as_csv([row]), by=curator)
    document = Document.objects.get(slug="new")
    assert table.report["written"] == {"new": 1, "changed": 0}
    assert (document.status, document.created_by, document.title_ru) == (
        Status.DRAFT,
        curator,
        "Новое",
    )
    assert (document.publisher.slug, str(document.published_on)) == ("publisher", "2022~")
    assert document.access == Access.PUBLIC


# ── what is public ──


def test_a_public_record_is_changed_by_way_of_a_review(curator, bring_in):
    document = DocumentFactory(slug="a", title_en="Before", published=True)
    table = bring_in(Document, edited(exported(Document), "a", title_en="After"), by=curator)
    assert table.stage == Stage.DONE and table.report["late"] == []
    assert table.report["counts"]["reviewed"] == 1
    document.refresh_from_db()
    assert document.title_en == "Before"
    assert Revision.objects.about(document).get().data["fields"]["title_en"] == "After"


def test_the_status_is_not_changed_by_a_table(curator, bring_in):
    DocumentFactory(slug="a")
    table = bring_in(Document, edited(exported(Document), "a", status="published"), by=curator)
    assert [(row, column) for row, column, _said in said(table)] == [(2, "status")]
    assert Document.objects.get(slug="a").status == Status.DRAFT


# ── nobody's change is lost ──


def test_what_a_colleague_changed_meanwhile_stays(curator, bring_in):
    DocumentFactory(slug="a", reference="old", title_en="Old")
    content = exported(Document)
    Document.objects.update(reference="colleague")
    table = bring_in(Document, edited(content, "a", title_en="Mine"), by=curator)
    document = Document.objects.get(slug="a")
    assert (document.title_en, document.reference) == ("Mine", "colleague")
    assert table.report["counts"]["left"] == 1


def test_a_cell_that_both_changed_is_said_and_not_overwritten(curator, bring_in):
    DocumentFactory(slug="a", reference="old")
    content = exported(Document)
    Document.objects.update(reference="colleague")
    table = bring_in(Document, edited(content, "a", reference="mine"), by=curator)
    ((row, column, text),) = said(table)
    assert (row, column) == (2, "reference") and "colleague" in text
    assert Document.objects.get().reference == "colleague"


def test_what_a_colleague_has_not_published_yet_is_not_overwritten(curator, reviewer, bring_in):
    document = DocumentFactory(slug="a", title_en="Old", reference="A", published=True)
    with editing(document, by=reviewer) as editable:
        editable.title_en = "Colleague"
        editable.save()
    content = edited(exported(Document), "a", title_en="Mine")
    table = bring_in(Document, content, by=curator)
    (late,) = table.report["late"]
    assert (late["row"], late["column"], late["value"]) == (2, "title_en", "Mine")
    assert "Colleague" in late["said"]["en"] and "unpublished" in late["said"]["en"]
    assert Revision.objects.about(document).get().data["fields"]["title_en"] == "Colleague"
    bring_in(Document, edited(exported(Document), "a", reference="B"), by=curator)
    fields = Revision.objects.about(document).get().data["fields"]
    assert (fields["title_en"], fields["reference"]) == ("Colleague", "B")


def test_links_and_parts_come_and_go_beside_those_of_a_colleague(curator, reviewer, bring_in):
    one, two, three = (IncidentFactory(slug=slug) for slug in ("one", "two", "three"))
    case = LegalCaseFactory(slug="a", incidents=[one], published=True)
    CaseStep.objects.create(case=case, kind="lodged", date="2020")
    with editing(case, by=reviewer) as editable:
        editable.incidents.add(two)
        CaseStep.objects.create(case=editable, kind="judgment", date="2023")
    cell = "kind=communicated | date=2021"
    row = {"slug": "a", "incidents": "three", "steps": cell}
    table = bring_in(LegalCase, as_csv([row]), by=curator)
    assert table.report["late"] == []
    data = Revision.objects.about(case).get().data
    steps = sorted(step["fields"]["date"] for step in data["parts"]["steps"].values())
    assert data["links"]["incidents"] == [two.pk, three.pk] and steps == ["2021", "2023"]


def test_a_part_that_a_colleague_has_changed_is_not_deleted(curator, reviewer, bring_in):
    case = LegalCaseFactory(slug="a", published=True)
    step = CaseStep.objects.create(case=case, kind="lodged", date="2020")
    with editing(case, by=reviewer):
        CaseStep.objects.filter(pk=step.pk).update(date="2021")
    table = bring_in(LegalCase, as_csv([{"slug": "a", "steps": ""}]), by=curator)
    assert [late["column"] for late in table.report["late"]] == ["steps"]


@pytest.mark.parametrize("model", (Document, ViolationType))
def test_what_changes_between_two_looks_is_compared_under_the_lock(model, superuser):
    """The plan was made; then, before it is carried out, somebody else saves."""
    (DocumentFactory if model is Document else ViolationTypeFactory)(slug="a")
    name = "reference" if model is Document else "label_en"
    (one,) = planning.plan(model, [(2, {"slug": "a", name: "mine"})])
    model.objects.update(**{name: "colleague"})
    assert saving.save_all([one], model, by=superuser) == []
    assert [problem.column for problem in one.problems] == [name]
    assert getattr(model.objects.get(), name) == "colleague"


def test_a_record_that_is_deleted_meanwhile_is_said(superuser):
    DocumentFactory(slug="a")
    (one,) = planning.plan(Document, [(2, {"slug": "a", "reference": "mine"})])
    Document.objects.all().delete()
    assert saving.save_all([one], Document, by=superuser) == []
    assert one.problems[0].said["en"] == "The record is gone."


def test_a_record_that_has_moved_is_found_by_its_former_address(curator, bring_in):
    document = DocumentFactory(slug="now", reference="A")
    FormerAddress.objects.create(kind="document", slug="formerly", record_id=document.pk)
    bring_in(Document, b"slug,reference\nformerly,B\n", by=curator)
    document.refresh_from_db()
    assert (document.slug, document.reference) == ("now", "B")


# ── wrong rows ──


WRONG = [
    (Document, "kind", "novel", "“novel” is none of: news_article, "),
    (Document, "published_on", "soon", "“soon” is not a date"),
    (Document, "published_on", "03/04/2022", "day first or month first"),
    (Document, "publisher", "nobody", "no record with the address “nobody”"),
    (Document, "cases", "nowhere", "no record with the address “nowhere”"),
    (Document, "source_url", "not an address", "valid URL"),
    (Document, "graphic_description", "maybe", "neither true nor false"),
    (Document, "title_en", "x" * 401, "400"),
    (Document, "not_before", "next week", "not a moment"),
    (Document, "title_en", "bell\x07", "cannot be stored"),
    (Document, "not_before", "9999-12-31T23:59:59-04:00", "not a moment"),
    (Document, "cases", "no\x00where", "cannot be stored"),
    (Document, "publisher", "no\x00body", "cannot be stored"),
    (Document, "slug", "no\x00slug", "Latin letters"),
    (Claim, "figure", "many", "not a number"),
    (Claim, "figure", "1.5", "not a whole number"),
    (Claim, "figure", "12", "A figure needs a unit."),
    (Claim, "kind", "finds", "Only courts and UN bodies"),
    (Claim, "citations", "document=here | page=3", "“page” is none of: document, "),
    (Claim, "citations", "document=here | locator=3", "a kind and a number, or neither"),
    (Claim, "citations", "locator=3 | locator_kind=page", "document is missing"),
    (LegalCase, "steps", "date=2020 | kind=lodged\ndate=2020 | kind=lodged", "there already"),
    (LegalCase, "steps", "2020", "has no name"),
    (LegalCase, "outcomes", "instrument=echr | article=2 | outcome=violation | votes_for=3", "both numbers"),
    (Document, "slug", "not a slug", "Latin letters"),
]  # fmt: skip


@pytest.mark.parametrize(("model", "column", "cell", "expected"), WRONG)
def test_a_wrong_cell_is_named_by_row_and_column(model, column, cell, expected, curator, bring_in):
    DocumentFactory(slug="here")
    FACTORIES[model](slug="a")
    FACTORIES[model](slug="b")
    before = everything(model)
    table = bring_in(model, as_csv([{"slug": "b", column: cell}]), by=curator)
    ((number, named, text),) = said(table)
    assert number == 2 and named in (column, "figure_unit", "") and expected in text
    assert table.stage == Stage.CHECKED and everything(model) == before


def test_nothing_is_saved_until_all_is_right(curator, bring_in):
    content = b"slug,title_en,language,kind\na,A,en,report\nb,B,xx,report\n"
    table = bring_in(Document, content, by=curator)
    assert table.stage == Stage.CHECKED and not Document.objects.exists()
    assert said(table)[0][:2] == (3, "language")


def test_the_good_rows_are_saved_on_purpose(curator, bring_in):
    content = b"slug,title_en,language,kind\na,A,en,report\nb,B,xx,report\nc,C,ru,report\n"
    table = bring_in(Document, content, by=curator, only_good_rows=True)
    assert table.stage == Stage.DONE and table.report["late"] == []
    assert set(Document.objects.values_list("slug", flat=True)) == {"a", "c"}


def test_a_required_text_is_enough_in_one_language_but_not_in_none(curator, bring_in):
    DocumentFactory(slug="a", title_en="A", title_ru="Б")
    table = bring_in(Document, b"slug,title_en,title_ru\na,,\n", by=curator)
    assert said(table) == [(2, "title_en", "Write it in one language at least.")]
    bring_in(Document, b"slug,title_en\na,\n", by=curator)
    assert not Document.objects.get().title_en


def test_the_same_address_twice_is_refused(curator, bring_in):
    DocumentFactory(slug="a")
    table = bring_in(Document, b"slug,reference\na,1\na,2\n", by=curator, only_good_rows=True)
    assert said(table) == [(3, "slug", "Row 2 has this address already.")]
    assert Document.objects.get().reference == "1"


def test_files_are_not_added_by_a_table(curator, bring_in):
    attachment = AttachmentFactory(document__slug="a", may_be_shown=False)
    cell = f"sha256={attachment.sha256} | description_ru=Запись | may_be_shown=true"
    bring_in(Document, as_csv([{"slug": "a", "attachments": cell}]), by=curator)
    attachment.refresh_from_db()
    assert attachment.may_be_shown and attachment.description_ru == "Запись"
    table = bring_in(Document, as_csv([{"slug": "a", "attachments": ""}]), by=curator)
    assert "page of the record" in said(table)[0][2]


# ── rows that need one another ──


@pytest.mark.parametrize("order", (1, -1))
def test_a_row_may_link_to_one_further_down(order, curator, bring_in):
    rows = [
        {"slug": "child", "name_en": "Child", "kind": "ngo", "parent": "parent"},
        {"slug": "parent", "name_en": "Parent", "kind": "ngo", "parent": ""},
    ][::order]
    table = bring_in(Organisation, as_csv(rows), by=curator)
    assert table.stage == Stage.DONE and table.report["late"] == []
    assert Organisation.objects.get(slug="child").parent.slug == "parent"


def test_a_link_to_nowhere_leaves_its_row_out(curator, bring_in):
    rows = [
        {"slug": "child", "name_en": "Child", "kind": "ngo", "parent": "nobody"},
        {"slug": "other", "name_en": "Other", "kind": "ngo", "parent": ""},
    ]
    table = bring_in(Organisation, as_csv(rows), by=curator, only_good_rows=True)
    assert said(table)[0][:2] == (2, "parent")
    assert list(Organisation.objects.values_list("slug", flat=True)) == ["other"]


# ── parts ──


def test_a_part_keeps_its_row_when_another_is_added(curator, bring_in):
    case = LegalCaseFactory(slug="a")
    step = CaseStep.objects.create(case=case, kind="lodged", date="2020-01-02", note_ru="Подано")
    cell = rows_in(exported(LegalCase))[0]["steps"] + "\nkind=judgment | date=2021-05"
    table = bring_in(LegalCase, as_csv([{"slug": "a", "steps": cell}]), by=curator)
    assert table.report["counts"]["cells"] == 1
    first, second = case.steps.all()
    assert (first.pk, first.note_ru, second.kind) == (step.pk, "Подано", "judgment")
    case.refresh_from_db()
    assert str(case.latest_step) == "2021-05-31"


def test_a_part_that_is_no_longer_named_goes(curator, bring_in):
    case = LegalCaseFactory(slug="a")
    for day in ("2020", "2021"):
        CaseStep.objects.create(case=case, kind="lodged", date=day)
    bring_in(LegalCase, as_csv([{"slug": "a", "steps": "kind=lodged | date=2021"}]), by=curator)
    assert [str(step.date) for step in case.steps.all()] == ["2021"]


# ── rights ──


@pytest.mark.parametrize("model", EXCHANGED)
def test_translators_may_export_only(model, translator):
    assert exporting.may_export(translator, model)
    assert not importing.may_import(translator, model)


def test_the_taxonomy_is_imported_by_reviewers_only(curator, reviewer):
    assert not importing.may_import(curator, ViolationType)
    assert importing.may_import(reviewer, ViolationType)


def test_an_import_ends_when_its_owner_may_no_longer_import(curator, bring_in):
    DocumentFactory(slug="a")
    table = bring_in(Document, b"slug,reference\na,1\n", by=curator, confirm=False)
    curator.groups.clear()
    TableImport.objects.update(stage=Stage.WRITING)
    importing.advance(table.pk)
    table.refresh_from_db()
    assert table.stage == Stage.FAILED and Document.objects.get().reference == ""


@pytest.mark.parametrize("sign", ("\u2028", "\u2029", "\x85"))
def test_a_line_sign_inside_a_part_divides_nothing(sign):
    case = LegalCaseFactory(slug="a")
    CaseStep.objects.create(case=case, kind="lodged", date="2020", note_en=f"a{sign}b")
    column = next(one for one in columns_of(LegalCase) if one.name == "steps")
    value = column.values([case])[case.pk]
    assert column.same(column.read(column.text(value)), value)


def test_a_text_that_a_workbook_could_not_hold_is_missed_in_a_new_row(curator, bring_in):
    DocumentFactory(slug="old", summary_en="Kept")
    new = {"slug": "new", "title_en": "A", "language": "en", "kind": "report"}
    rows = [{**one, "summary_en": tables.TOO_LONG} for one in (new, {**new, "slug": "old"})]
    table = bring_in(Document, as_csv(rows), by=curator, only_good_rows=True)
    assert [(row, column) for row, column, _said in said(table)] == [(2, "summary_en")]
    assert Document.objects.get().summary_en == "Kept"
