"""CSV as Excel writes it, workbooks, JSON; references and HUDOC; what no spreadsheet computes."""

import csv
import io
import json
import re
import tracemalloc
import zipfile
from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.xml.constants import ARC_CONTENT_TYPES, SHARED_STRINGS

from archive.exchange import bibliographic, hudoc, planning, saving, sources, tables
from archive.exchange.cells import line_of, neutral, part_of, restored
from archive.exchange.columns import EXCHANGED, columns_of
from archive.models import Document, LegalCase
from tests.factories import DocumentFactory, LegalCaseFactory, OrganisationFactory

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), max_size=60)
DANGEROUS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "'=1",
    "''@",
    "＝1",
    "=cmd|' /C calc'!A0",
)


def read(content: bytes, format="") -> list[dict]:
    file = io.BytesIO(content)
    format = format or tables.format_of(file)
    return [row for _number, row in tables.read(file, format, ["slug", "title_en", "note_en"])]


def workbook(*rows) -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


# ── cells ──


@given(TEXT)
def test_a_neutralised_text_is_restored_exactly(text):
    assert restored(neutral(text)) == text


@given(TEXT)
def test_no_neutralised_text_begins_like_a_formula(text):
    assert not neutral(text).startswith(tuple("=+-@\t\r\n＝＋－＠"))


@given(TEXT)
def test_a_text_that_needs_no_apostrophe_gets_none(text):
    assert neutral(text) in (text, f"'{text}")


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_spreadsheets_compute_is_neutralised(text):
    assert neutral(text) == f"'{text}" and restored(f"'{text}") == text


@given(st.dictionaries(st.sampled_from(["kind", "date", "note_en"]), TEXT, max_size=3))
def test_a_part_is_read_as_it_was_written(part):
    line = line_of(part)
    assert part_of(line) == part and "\n" not in line


@given(st.lists(st.tuples(TEXT, TEXT), max_size=5))
@pytest.mark.parametrize("format", (tables.CSV, tables.XLSX, tables.JSON))
def test_a_table_of_any_texts_is_read_as_it_was_written(format, texts):
    rows = [[f"row-{n}", *row] for n, row in enumerate(texts)]
    header = ["slug", "title_en", "note_en"]
    content = b"".join(tables.write(format, header, rows))
    found = [[cell or "" for cell in row.values()] for row in read(content, format)]
    assert found == rows


# ── CSV, as others write it ──


@pytest.mark.parametrize("separator", (",", ";", "\t", "|"))
@pytest.mark.parametrize("encoding", ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"))
@pytest.mark.parametrize("end", ("\n", "\r\n"))
def test_csv_is_understood_whatever_excel_makes_of_it(separator, encoding, end):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator=end)
    writer.writerow(["slug", "title_en", "note_en"])
    writer.writerow(["a", "Comma, semicolon; «ёлочки» Խ ə", "two\nlines"])
    (row,) = read(text.getvalue().encode(encoding))
    assert row == {
        "slug": "a",
        "title_en": "Comma, semicolon; «ёлочки» Խ ə",
        "note_en": "two\nlines",
    }


def test_the_line_by_which_excel_names_the_separator_is_understood():
    assert read(b"sep=;\r\nslug;title_en\r\na;A,B\r\n") == [{"slug": "a", "title_en": "A,B"}]


def test_a_file_in_another_encoding_is_refused_rather_than_garbled():
    with pytest.raises(ValidationError, match="neither UTF-8 nor UTF-16"):
        read("slug,title_en\na,Доклад\n".encode("cp1251"))


def test_line_signs_inside_a_text_do_not_end_a_row():
    text = "one\u2028two\x85three\x0bfour"
    assert read(f"slug,title_en\na,{text}\n".encode())[0]["title_en"] == text


def test_empty_rows_are_none_and_rows_are_counted_as_a_spreadsheet_does():
    file = io.BytesIO(b"slug,title_en\n,\na,A\n\nb,B\n")
    rows = list(tables.read(file, tables.CSV))
    assert [(number, row["slug"]) for number, row in rows] == [(3, "a"), (5, "b")]


def test_a_column_twice_is_refused():
    with pytest.raises(ValidationError, match="twice"):
        read(b"slug,title_en,title_en\na,A,B\n")


# ── workbooks ──


def test_what_excel_made_of_a_cell_is_turned_back():
    columns = {column.name: column for column in columns_of(Document)}
    (row,) = read(
        workbook(
            ["slug", "reference", "published_on", "graphic_description", "not_before"],
            ["a", 2022, datetime(2022, 9, 13), True, datetime(2026, 3, 1, 9)],
        )
    )
    read_row = {name: columns[name].read(cell) for name, cell in row.items()}
    assert read_row == {
        "slug": "a",
        "reference": "2022",
        "published_on": "2022-09-13",
        "graphic_description": True,
        "not_before": "2026-03-01T09:00:00+00:00",
    }


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("13.09.2022", "2022-09-13"),
        ("13/09/2022", "2022-09-13"),
        ("9/13/2022", "2022-09-13"),
        ("13.09.2022 0:00", "2022-09-13"),
        ("05/05/2022", "2022-05-05"),
        (date(2022, 9, 13), "2022-09-13"),
        ("2022-09-13?", "2022-09-13?"),
        (" 2020/2021 ", "2020/2021"),
    ],
)
def test_a_date_that_a_spreadsheet_rewrote_is_turned_back(cell, expected):
    column = next(one for one in columns_of(Document) if one.name == "published_on")
    assert column.read(cell) == expected


def test_a_text_too_long_for_a_workbook_is_left_as_it_is():
    content = b"".join(tables.write(tables.XLSX, ["slug", "note_en"], [["a", "x" * 40_000]]))
    assert read(content) == [{"slug": "a", "note_en": tables.TOO_LONG}]


def test_a_workbook_that_unpacks_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(tables, "_LARGEST_TABLE", 10_000_000)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 20_000_000)
    with pytest.raises(ValidationError, match="larger than any table"):
        read(file.getvalue(), tables.XLSX)


def repacked(content: bytes, parts: dict[str, bytes]) -> bytes:
    """The workbook with these parts in place of its own."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()} | parts
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    return file.getvalue()


@pytest.mark.parametrize("part", ("xl/styles.xml", "xl/theme/theme1.xml", "xl/strings.xml"))
def test_a_part_that_is_read_as_a_whole_has_a_limit_of_its_own(part, monkeypatch):
    monkeypatch.setattr(tables, "_LARGEST_OTHER", 1_000_000)
    content = repacked(workbook(["slug"], ["a"]), {part: b" " * 2_000_000})
    with pytest.raises(ValidationError, match="larger than any table"):
        read(content, tables.XLSX)


def test_shared_texts_have_a_limit_wherever_they_stand(monkeypatch):
    monkeypatch.setattr(tables, "_LARGEST_STRINGS", 1000)
    name, content = "xl/worksheets/strings.xml", workbook(["slug"], ["a"])
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        types = packed.read(ARC_CONTENT_TYPES).decode()
    declared = f'<Override PartName="/{name}" ContentType="{SHARED_STRINGS}"/></Types>'
    types = types.replace("</Types>", declared).encode()
    content = repacked(content, {name: b" " * 2000, ARC_CONTENT_TYPES: types})
    with pytest.raises(ValidationError, match="larger than any table"):
        read(content, tables.XLSX)


def test_shared_texts_are_not_held_in_memory():
    rows = [(f"a-{number}", f"{number} " + "длинный текст " * 200) for number in range(3000)]
    content = workbook(["slug", "note_en"], *rows)
    tracemalloc.start()
    try:
        found = sum(
            len(row["note_en"]) for _number, row in tables.read(io.BytesIO(content), "xlsx")
        )
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found == sum(len(text) for _slug, text in rows) > 8_000_000
    assert most < 6_000_000


@pytest.mark.parametrize("text", ["_x0041_", "_x005F_", "a_x000D_b", "x005F_"])
def test_what_looks_like_a_sign_that_a_workbook_writes_as_a_number_stays(text):
    escaped = re.sub("_(?=x[0-9A-F]{4}_)", "_x005F_", text)  # as Excel does
    assert read(workbook(["slug"], [escaped])) == [{"slug": text}]


def test_a_workbook_that_is_damaged_or_encrypted_is_refused():
    content = workbook(["slug", "title_en"], *([f"a-{n}", f"A {n}"] for n in range(99)))
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        sheet = packed.getinfo("xl/worksheets/sheet1.xml")
        start = sheet.header_offset + 30 + len(sheet.filename)
    damaged = content[:start] + b"\xff" * 40 + content[start + 40 :]
    encrypted = bytearray(content)
    for sign in (b"PK\x03\x04", b"PK\x01\x02"):
        place = 6 if sign == b"PK\x03\x04" else 8
        at = -1
        while (at := encrypted.find(sign, at + 1)) >= 0:
            encrypted[at + place] |= 1
    for broken in (damaged, bytes(encrypted)):
        assert tables.count(io.BytesIO(broken), tables.XLSX) == 0
        with pytest.raises(ValidationError, match="damaged"):
            read(broken, tables.XLSX)


# ── JSON ──


@pytest.mark.parametrize(
    "text",
    (
        '[{"slug": "a"}, {"slug": "b"}]',
        '{"slug": "a"}\n{"slug": "b"}\n',
        '\ufeff[\n  {\n    "slug": "a"\n  },\n  {"slug": "b"}\n]\n',
    ),
)
def test_records_of_json_are_read_one_by_one(text):
    assert read(text.encode()) == [{"slug": "a"}, {"slug": "b"}]


@pytest.mark.parametrize("text", ('[{"slug": "a"', "[1, 2]", "{", '[{"slug": "a"}, nonsense]'))
def test_json_that_is_not_well_formed_is_refused(text):
    with pytest.raises(ValidationError):
        read(text.encode(), tables.JSON)


def test_json_of_many_records_is_read_across_its_pieces(monkeypatch):
    monkeypatch.setattr(tables, "_READ_AT_ONCE", 7)
    said = [{"slug": f"a{n}", "title_en": "Ёж" * n} for n in range(20)]
    assert read(json.dumps(said, ensure_ascii=False).encode(), tables.JSON) == said


# ── columns ──


@pytest.mark.parametrize("model", EXCHANGED)
def test_no_name_or_code_of_a_column_needs_a_language(model):
    for column in columns_of(model):
        assert column.name.isascii() and column.name.islower()


# ── references ──

RIS = b"""TY  - NEWS
TI  - Report on a village
AU  - Doe, A.
AU  - Roe, B.
PY  - 2022/09/13/
UR  - https://example.org/report
PB  - Observers
JO  - The Daily
LA  - en
ER  -

TY  - RPRT
TI  - \xd0\x94\xd0\xbe\xd0\xba\xd0\xbb\xd0\xb0\xd0\xb4 \xd0\xbe \xd1\x81\xd0\xb5\xd0\xbb\xd0\xb5
PY  - 2020
ER  -
"""

BIBTEX = rb"""@techreport{one,
  title = {A {UN} report \& annex},
  author = {Doe, A. and Roe, B.},
  year = 2021, month = sep, day = 5,
  institution = {Observers},
  url = {https://example.org/un},
  abstract = {Not ours to publish.}
}
"""


def source(model, content: bytes):
    file = io.BytesIO(content)
    format = sources.format_of(file, model)
    return format, list(sources.open_rows(file, format, model).rows())


@pytest.mark.django_db
def test_ris_becomes_documents():
    OrganisationFactory(slug="observers", name_en="Observers")
    format, ((_n, first), (_m, second)) = source(Document, RIS)
    assert format == bibliographic.RIS
    assert (first["slug"], first["kind"]) == ("report-on-a-village-2022", "news_article")
    assert (first["publisher"], str(first["published_on"])) == ("observers", "2022-09-13")
    assert first["authors"] == ["Doe, A.", "Roe, B."] and "The Daily" in first["internal_note"]
    assert (second["title_ru"], second["language"], second["slug"]) == (
        "Доклад о селе", "ru", "doklad-o-sele-2020",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"TY  - NEWS\nTI  - A\nER  - \n\nTY  - NEWS\nTI  - B\n", 5),
        (b"TY  - NEWS\nTI  - A\nTY  - NEWS\nTI  - B\nER  - \n", 1),
    ],
)
def test_a_reference_without_its_last_line_is_named_and_not_lost(content, line):
    with pytest.raises(ValidationError, match=f"line {line} has no last line"):
        source(Document, content)


@pytest.mark.django_db
def test_a_year_is_read_by_its_older_name_too():
    _format, ((_n, row),) = source(Document, b"TY  - RPRT\nTI  - A\nY1  - 2021/02//\nER  - \n")
    assert row["published_on"] == "2021-02" and "2021" not in row["internal_note"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "title", "language"),
    [
        ("hy", "Զեկույց", "hy"),
        ("", "Զեկույց", "hy"),
        ("", "Kəndin hesabatı", "az"),
        ("tr", "Köy raporu", "tr"),
        ("fr", "Rapport", "fr"),
    ],
)
def test_a_title_in_a_language_that_the_archive_is_not_read_in_is_the_original_one(
    said, title, language, curator
):
    ris = f"TY  - RPRT\nTI  - {title}\nLA  - {said}\nER  - \n".encode()
    format, rows = source(Document, ris)
    ((_n, row),) = rows
    assert (row["original_title"], row["language"]) == (title, language)
    assert not {"title_en", "title_ru", "translation_kind_en"} & set(row)
    (one,) = planning.plan(Document, rows, only_empty=True)
    assert one.problems == [] and saving.save_all([one], Document, by=curator) == [one]
    assert Document.objects.get().original_title == title
    (again,) = planning.plan(Document, [(2, {"slug": row["slug"], "reference": "A/1"})])
    assert again.problems == [], "its other cells can be edited"


@pytest.mark.django_db
def test_bibtex_becomes_documents():
    format, ((_n, row),) = source(Document, BIBTEX)
    assert format == bibliographic.BIBTEX
    assert (row["title_en"], str(row["published_on"])) == ("A UN report & annex", "2021-09-05")
    assert row["authors"] == ["Doe, A.", "Roe, B."] and row["publisher"] == ""
    assert "abstract: Not ours" in row["internal_note"]
    assert "publisher: Observers" in row["internal_note"] and "summary_en" not in row


@pytest.mark.django_db
def test_a_reference_that_is_there_already_is_found_by_its_address():
    DocumentFactory(slug="known", source_url="https://example.org/un")
    _format, ((_n, row),) = source(Document, BIBTEX)
    assert row["slug"] == "known"


@pytest.mark.django_db
@pytest.mark.parametrize("content", (b"@article{a, title = {x", b"TY  - NEWS\nnonsense\n"))
def test_references_that_cannot_be_read_are_refused_or_empty(content):
    try:
        _format, rows = source(Document, content)
    except ValidationError:
        return
    assert all(row["slug"] for _number, row in rows)


HUDOC_ROWS = [
    {
        "itemid": "001-1", "docname": "CASE OF DOE AND OTHERS v. AZERBAIJAN", "appno": "12345/17;54364/17",
        "ecli": "ECLI:CE:ECHR:2023:1219JUD001234517", "kpdate": "19/12/2023 00:00:00",
        "doctype": "HEJUD", "respondent": "AZE", "languageisocode": "ENG", "importance": "2",
        "conclusion": "Violation of Article 2 - Right to life (Substantive aspect);No violation of "
        "Article 3 - Prohibition of torture;Violation of Article 1 of Protocol No. 1;Remainder inadmissible",
    },
    {
        "itemid": "001-2", "docname": "AFFAIRE DOE ET AUTRES c. AZERBAÏDJAN", "appno": "12345/17",
        "ecli": "", "kpdate": "2023-12-19T00:00:00", "doctype": "HFJUD", "respondent": "AZE",
        "languageisocode": "FRE", "importance": "2", "conclusion": "",
    },
    {
        "itemid": "001-3", "docname": "ROE v. ARMENIA", "appno": "1/20", "ecli": "",
        "kpdate": "01/02/2021", "doctype": "HECOM", "respondent": "ARM", "languageisocode": "ENG",
        "importance": "4", "conclusion": "",
    },
]  # fmt: skip


def hudoc_csv() -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, HUDOC_ROWS[0])
    writer.writeheader()
    writer.writerows(HUDOC_ROWS)
    return text.getvalue().encode("utf-8-sig")


def hudoc_json() -> bytes:
    return json.dumps({"results": [{"columns": row} for row in HUDOC_ROWS]}).encode()


@pytest.mark.django_db
@pytest.mark.parametrize("content", (hudoc_csv(), hudoc_json(), json.dumps(HUDOC_ROWS).encode()))
def test_hudoc_documents_become_cases(content):
    OrganisationFactory(slug="ecthr", kind="court", acronym_en="ECHR")
    OrganisationFactory(slug="azerbaijan", kind="government", country="AZ")
    format, ((_n, first), (_m, second)) = source(LegalCase, content)
    assert format == hudoc.HUDOC
    assert first["title_en"] == "Doe and Others v. Azerbaijan"
    assert first["application_numbers"] == ["12345/17", "54364/17"]
    assert (first["court"], first["respondents"], first["stage"]) == (
        "ecthr", ["azerbaijan"], "judgment",
    )  # fmt: skip
    assert first["steps"] == [{"kind": "judgment", "date": "2023-12-19"}]
    outcomes = [
        (one["instrument"], one["article"], one["aspect"], one["outcome"])
        for one in first["outcomes"]
    ]
    assert outcomes == [
        ("echr", "2", "substantive", "violation"),
        ("echr", "3", "", "no_violation"),
        ("echr_p1", "1", "", "violation"),
    ]
    assert all(one["unverified"] for one in first["outcomes"])
    assert (second["stage"], second["steps"][0]["date"]) == ("communicated", "2021-02-01")


@pytest.mark.django_db
def test_a_case_of_which_there_is_french_only_is_called_as_there():
    content = json.dumps(HUDOC_ROWS[1:2]).encode()
    _format, rows = source(LegalCase, content)
    assert rows[0][1]["title_en"] == "Doe et Autres c. Azerbaïdjan"
    (one,) = planning.plan(LegalCase, rows, only_empty=True)
    assert one.problems == []
    LegalCaseFactory(slug="known", title_en="", title_ru="Доу", application_numbers=["12345/17"])
    _format, ((_n, row),) = source(LegalCase, content)
    assert (row["slug"], row["title_en"]) == ("known", "")


@pytest.mark.django_db
def test_a_case_that_is_there_is_found_by_its_number():
    LegalCaseFactory(slug="known", application_numbers=["99/01", "54364/17"])
    _format, ((_n, row), _second) = source(LegalCase, hudoc_csv())
    assert row["slug"] == "known"


@pytest.mark.django_db
def test_a_table_of_ours_is_not_taken_for_one_of_hudoc():
    format, _rows = source(LegalCase, b"slug,title_en,hudoc_item_id\na,A,001-1\n")
    assert format == tables.CSV
