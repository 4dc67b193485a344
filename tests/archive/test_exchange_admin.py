"""Export and import in the curators' room."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.urls import reverse

from archive.exchange import importing, tables
from archive.models import Document, Incident, Revision, TableImport
from tests.factories import DocumentFactory, IncidentFactory

pytestmark = pytest.mark.django_db

IMPORT = reverse("admin:archive_document_import")
EXPORT = reverse("admin:archive_document_export")


@pytest.fixture(autouse=True)
def _at_once():
    with override_settings(
        TASKS={"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    ):
        yield


def upload(client, content: bytes, name="table.csv"):
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, content)}, follow=True)


def slugs_in(response) -> list[str]:
    file = io.BytesIO(b"".join(response.streaming_content))
    return [row["slug"] for _n, row in tables.read(file, tables.format_of(file), ["slug"])]


@pytest.mark.parametrize("format", tables.MEDIA_TYPES)
def test_what_the_list_shows_is_exported(format, curator, signed_in):
    DocumentFactory(slug="a", kind="report")
    DocumentFactory(slug="b", kind="letter", published=True)
    DocumentFactory(slug="c", kind="letter", restricted=True)
    response = signed_in(curator).get(EXPORT, {"as": format, "kind__exact": "letter"})
    assert response["Content-Type"] == tables.MEDIA_TYPES[format]
    assert response["Content-Disposition"].startswith('attachment; filename="document-')
    assert sorted(slugs_in(response)) == ["b", "c"]


def test_the_search_of_the_list_holds_for_the_export(curator, signed_in):
    DocumentFactory(slug="a", title_en="Bridge")
    DocumentFactory(slug="b")
    response = signed_in(curator).get(EXPORT, {"as": "csv", "q": "bridge", "p": "1"})
    assert slugs_in(response) == ["a"]


def test_selected_records_are_exported(curator, signed_in):
    chosen, _other = DocumentFactory(slug="a"), DocumentFactory(slug="b")
    data = {"action": "export_selected", "_selected_action": [chosen.pk]}
    response = signed_in(curator).post(reverse("admin:archive_document_changelist"), data)
    page = signed_in(curator).get(response.url)
    assert page.context["count"] == 1
    assert slugs_in(signed_in(curator).get(f"{response.url}&as=json")) == ["a"]


def test_a_filter_that_is_none_leads_to_the_page_without_one(curator, signed_in):
    assert signed_in(curator).get(EXPORT, {"nonsense": "1"}).url == EXPORT


def test_a_curator_brings_in_a_table_by_way_of_its_difference(curator, signed_in, language):
    DocumentFactory(slug="a", title_en="An old title")
    client = signed_in(curator)
    client.cookies["django_language"] = language
    page = upload(client, b"slug,title_en\na,A new title\n")
    assert page.context["checked"] and page.context["ready"]
    assert "<ins>" in page.text and "An" in page.text
    assert Document.objects.get().title_en == "An old title"
    done = client.post(page.request["PATH_INFO"], {"_write": ""}, follow=True)
    assert done.context["done"] and Document.objects.get().title_en == "A new title"
    assert done.context["differences"][0].title != "a" and "(<code>title_en</code>)" in done.text


def test_what_a_table_changes_in_public_records_is_submitted_with_one_button(curator, signed_in):
    DocumentFactory(slug="a", title_en="An old title", published=True)
    client = signed_in(curator)
    address = upload(client, b"slug,title_en\na,A new title\n").request["PATH_INFO"]
    done = client.post(address, {"_write": ""}, follow=True)
    assert done.context["to_submit"] == 1
    assert Revision.objects.get().stage == Revision.Stage.DRAFT
    assert client.post(address, {"_submit": ""}, follow=True).context["to_submit"] == 0
    assert Revision.objects.get().submitted_by == curator


def test_wrong_rows_are_said_in_the_language_of_the_curator(curator, signed_in):
    DocumentFactory(slug="a")
    client = signed_in(curator)
    page = upload(client, b"slug,kind\na,novel\n")
    (problem,) = page.context["problems"]
    assert (problem["row"], problem["column"]) == (2, "kind")
    assert "_write" not in page.text and "_good_rows" not in page.text


def test_a_file_that_is_no_table_is_refused_kindly(curator, signed_in):
    for content in (
        b"",
        b"\xff\xfe\x00",
        b"PK\x03\x04 not a workbook",
        b"{",
        b"slug\n",
        b"\x00" * 99,
    ):
        page = upload(signed_in(curator), content)
        assert page.status_code == 200
        assert page.context.get("failed") or page.context["form"].errors


def test_what_the_page_has_no_room_for_is_in_a_table(curator, signed_in, monkeypatch):
    monkeypatch.setattr(importing, "MOST_DIFFERENCES", 1)
    monkeypatch.setattr(importing, "MOST_PROBLEMS", 1)
    content = b"slug,title_en,language,kind,reference\n"
    for slug in "abcd":
        content += f"{slug},A {slug},en,{'report' if slug < 'c' else 'novel'},=1\n".encode()
    client = signed_in(curator)
    page = upload(client, content)
    assert len(page.context["differences"]) == len(page.context["problems"]) == 1
    address = page.request["PATH_INFO"]
    assert "?as=csv" in page.text
    response = client.get(address, {"as": "csv"})
    assert response["Content-Disposition"].startswith("attachment")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["slug"] for row in rows} == set("abcd")
    assert [(row["row"], row["column"]) for row in rows if row["problem_ru"]] == [
        ("4", "kind"),
        ("5", "kind"),
    ]
    assert {row["after"] for row in rows if row["column"] == "reference"} == {"'=1"}
    client.post(address, {"_good_rows": ""})
    done = client.get(address, {"as": "csv"})
    assert done.context["done"] and not done.context["has_findings"]


def test_it_is_said_what_else_may_be_brought_in(curator, signed_in):
    client = signed_in(curator)
    assert "BibTeX" in client.get(IMPORT).text
    assert "HUDOC" in client.get(reverse("admin:archive_legalcase_import")).text
    assert "BibTeX" not in client.get(reverse("admin:archive_incident_import")).text


@pytest.mark.parametrize("address", (IMPORT, EXPORT))
def test_strangers_find_neither(address, client, db):
    assert client.get(address).status_code == 302


def test_translators_export_and_do_not_import(translator, signed_in):
    DocumentFactory(slug="a", internal_note="seen by curators")
    client = signed_in(translator)
    assert slugs_in(client.get(EXPORT, {"as": "csv"})) == ["a"]
    assert client.get(IMPORT).status_code == 403
    assert upload(client, b"slug\na\n").status_code == 403
    page = client.get(reverse("admin:archive_document_changelist")).text
    assert EXPORT in page and IMPORT not in page


def test_nobody_confirms_the_import_of_another(curator, reviewer, signed_in):
    DocumentFactory(slug="a")
    page = upload(signed_in(curator), b"slug,reference\na,1\n")
    address = page.request["PATH_INFO"]
    assert signed_in(reviewer).post(address).status_code == 404
    assert Document.objects.get().reference == ""


def test_an_import_is_confirmed_once(curator, signed_in):
    DocumentFactory(slug="a")
    client = signed_in(curator)
    address = upload(client, b"slug,reference\na,1\n").request["PATH_INFO"]
    client.post(address)
    Document.objects.update(reference="2")
    client.post(address)
    assert Document.objects.get().reference == "2"
    assert TableImport.objects.get().stage == TableImport.Stage.DONE


def test_an_import_of_one_kind_is_not_found_among_another(curator, signed_in):
    upload(signed_in(curator), b"slug,reference\na,1\n")
    address = reverse("admin:archive_incident_one_import", args=[TableImport.objects.get().pk])
    assert signed_in(curator).get(address).status_code == 404


def test_the_export_takes_the_same_queries_for_one_record_and_for_many(
    curator, signed_in, django_assert_max_num_queries
):
    IncidentFactory.create_batch(20)
    client = signed_in(curator)
    with django_assert_max_num_queries(20):
        response = client.get(reverse("admin:archive_incident_export"), {"as": "csv"})
        assert len(slugs_in(response)) == Incident.objects.count()
