"""What a file says, and what it says of itself."""

import datetime as dt
import io
import shutil
import subprocess
from dataclasses import asdict
from email.message import EmailMessage

import docx
import pytest
from django.contrib.staticfiles import finders
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from archive.ingest.metadata import date_in, language_of, told_by
from archive.ingest.problems import Refused, sentence
from archive.ingest.reading import ORIGINS, Proposal, read, said_origin
from tests.archive.test_text import HOSTILE, pdf
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db

WORDS = {
    "en": "The Ministry of Foreign Affairs said on Sunday that the footage was being examined.",
    "ru": "Министерство иностранных дел заявило в воскресенье, что запись проверяется.",
    "az": "Xarici İşlər Nazirliyi bazar günü bildirib ki, görüntülər araşdırılır.",
    "hy": "Արտաքին գործերի նախարարությունը կիրակի օրը հայտարարեց, որ տեսանյութը ստուգվում է։",
    "tr": "Dışişleri Bakanlığı pazar günü görüntülerin incelendiğini açıkladı.",
    "fr": "Le ministère des Affaires étrangères a déclaré dimanche que la vidéo était examinée.",
    "und": "Міністерство закордонних справ заявило в неділю, що запис перевіряється.",
}


def page(head="", body="", *, encoding="utf-8"):
    words = "".join(f"<p>{WORDS['ru']} {number}</p>" for number in range(5))
    return (
        f"<!DOCTYPE html><html><head><meta charset={encoding}>{head}</head><body>"
        f"<nav>Меню</nav><article>{body}{words}</article><footer>Подпишитесь</footer></body></html>"
    ).encode(encoding)


def proposed(content, name="a.html", address=""):
    return {field: asdict(one) for field, one in read(content, name, address).proposals.items()}


def told(*lines, known=()):
    named = {"Example News": 1, "Пример Ньюс": 2}
    return told_by(list(lines), lambda name: named.get(name) if name in known else None)


# Words


def test_the_words_of_a_page_are_read_without_its_menus():
    reading = read(page(), "a.html")
    assert reading.media_type == "text/html"
    assert reading.paragraphs == [f"{WORDS['ru']} {number}" for number in range(5)]
    assert "\n".join(reading.paragraphs) == reading.text


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "koi8-r"])
def test_a_page_is_read_in_its_encoding(encoding):
    assert read(page(encoding=encoding), "a.html").paragraphs[0].startswith(WORDS["ru"])


def test_an_encoding_that_takes_for_ever_is_not_tried():
    content = page().replace(b"charset=utf-8", b"charset=punycode") + b"\xff"
    assert read(content, "a.html").text


def test_a_page_of_few_words_is_read_too():
    assert "Краткое сообщение" in read("<p>Краткое сообщение</p>".encode(), "a.html").text


def test_xhtml_is_read_as_it_declares():
    content = page(encoding="windows-1251").replace(
        b"<!DOCTYPE html>", b'<?xml version="1.0" encoding="windows-1251"?>\n<!DOCTYPE html>'
    )
    assert read(content, "a.xhtml").paragraphs[0].startswith(WORDS["ru"])


def test_the_lines_of_a_pdf_are_joined_to_paragraphs():
    reading = read(pdf("The judge named\nin the report\nsaid so.\nAnother\none."), "a.pdf")
    assert reading.paragraphs == ["The judge named in the report said so.", "Another one."]
    assert reading.text.split("\n") == reading.paragraphs


def test_numbered_paragraphs_of_a_pdf_begin_anew():
    reading = read(pdf("The facts\n1. The first\nthing\n2. The second"), "a.pdf")
    assert reading.paragraphs == ["The facts", "1. The first thing", "2. The second"]


def message(**headers):
    made = EmailMessage()
    for name, value in headers.items():
        made[name] = value
    made.set_content(f"{WORDS['ru']}\n")
    return made


def test_a_message_is_read_without_what_is_attached():
    made = message(Subject="Новости", From="Press <press@example.org>")
    made.add_attachment(b"secret", maintype="text", subtype="plain", filename="a.txt")
    assert read(made.as_bytes(), "a.eml").text == WORDS["ru"]


def test_a_message_of_a_page_alone_is_read_as_one():
    made = message(From="a@example.org")
    made.set_content(page().decode(), subtype="html")
    assert read(made.as_bytes(), "a.eml").paragraphs[0].startswith(WORDS["ru"])


# Titles, publishers, dates, authors: each with its place

META = """<title>Заявление МИД | Пример Ньюс</title>
<meta property="og:title" content="Заявление МИД"><meta property="og:site_name" content="Пример Ньюс">
<meta property="article:published_time" content="2022-10-03T09:30:00+04:00">
<meta name="author" content="Анна Примерова"><link rel="canonical" href="https://example.org/a">"""
DATA = """<title>Заявление МИД – Пример Ньюс</title><script type="application/ld+json">
{"@context": "https://schema.org", "@type": "NewsArticle", "headline": "Заявление МИД",
"datePublished": "2022-10-03", "author": {"@type": "Person", "name": "Анна Примерова"},
"publisher": {"@type": "Organization", "name": "Пример Ньюс"}}</script>"""


def test_a_page_says_of_itself_what_its_description_says():
    assert proposed(page(META)) == {
        "title": {"value": "Заявление МИД", "origin": "html_meta", "record": None},
        "publisher": {"value": "Пример Ньюс", "origin": "html_meta", "record": None},
        "published_on": {"value": "2022-10-03", "origin": "html_meta", "record": None},
        "authors": {"value": ["Анна Примерова"], "origin": "html_meta", "record": None},
        "source_url": {"value": "https://example.org/a", "origin": "html_link", "record": None},
        "language": {"value": "ru", "origin": "words", "record": None},
    }


def test_a_page_may_describe_itself_to_machines():
    found = proposed(page(DATA))
    assert found["title"]["value"] == "Заявление МИД"
    assert found["authors"] == {
        "value": ["Анна Примерова"], "origin": "html_data", "record": None,
    }  # fmt: skip
    assert found["published_on"]["origin"] == "html_data"


def test_a_page_without_a_description_has_a_heading_and_a_marked_time():
    body = '<h1>Заявление МИД</h1><time datetime="2022-10-03">вчера</time>'
    found = proposed(page(body=body))
    assert found["title"] == {"value": "Заявление МИД", "origin": "html_heading", "record": None}
    assert found["published_on"] == {"value": "2022-10-03", "origin": "html_time", "record": None}


def test_a_date_may_stand_in_the_address():
    found = proposed(page(), address="https://example.org/2022/10/03/story")
    assert found["published_on"] == {"value": "2022-10-03", "origin": "address", "record": None}


def test_a_page_that_names_no_publisher_is_of_its_site():
    found = proposed(page(), address="https://www.news.example/a")
    assert found["publisher"] == {"value": "news.example", "origin": "address", "record": None}


def test_a_publisher_is_found_in_the_archive_by_any_of_its_names():
    known = OrganisationFactory(name_en="Example News", aliases=["Пример Ньюс", "Example.az"])
    found = proposed(page(META))
    assert found["publisher"] == {
        "value": "Пример Ньюс", "origin": "html_meta", "record": known.pk,
    }  # fmt: skip


@pytest.mark.parametrize(
    "address",
    [
        "https://www.news.example/a",
        "http://news.example/",
        "https://ru.news.example/a?b=1",
        "https://web.archive.org/web/2022/https://news.example/a",
    ],
)
def test_a_publisher_is_found_in_the_archive_by_its_site(address):
    known = OrganisationFactory(name_en="Example News", website="https://www.news.example/")
    OrganisationFactory(website="https://other.example")
    assert read(page(), "a.html", address).proposals["publisher"] == Proposal(
        "Example News", "address", known.pk
    )


def test_of_bodies_of_one_site_it_is_that_whose_pages_they_are():
    OrganisationFactory(website="https://body.example/")
    committee = OrganisationFactory(name_en="Committee", website="https://body.example/committee")
    found = proposed(page(), address="https://body.example/committee/reports/1")
    assert found["publisher"]["record"] == committee.pk


def test_a_pdf_has_properties():
    content = pdf("Words of it")
    content = content.replace(
        b"trailer << /Root 1 0 R >>",
        b"99 0 obj\n<< /Title (Annual report) /Author (Office of the Ombudsman)"
        b" /CreationDate (D:20221003120000Z) >>\nendobj\ntrailer << /Root 1 0 R /Info 99 0 R >>",
    )
    found = proposed(content, "a.pdf")
    assert found["title"] == {"value": "Annual report", "origin": "pdf", "record": None}
    assert found["authors"]["value"] == ["Office of the Ombudsman"]
    assert found["published_on"]["value"] == "2022-10-03"


def test_what_a_program_called_a_file_is_no_title():
    content = pdf("The annual report\nWords of it.").replace(
        b"trailer << /Root 1 0 R >>",
        b"99 0 obj\n<< /Title (Microsoft Word - final2.doc) >>\nendobj\n"
        b"trailer << /Root 1 0 R /Info 99 0 R >>",
    )
    assert "Microsoft" not in proposed(content, "a.pdf")["title"]["value"]


def test_a_document_has_properties():
    made = docx.Document()
    made.add_paragraph(WORDS["en"])
    made.core_properties.title = "Заявление"
    made.core_properties.author = "Office of the Ombudsman"
    made.core_properties.created = dt.datetime(2022, 10, 3)
    whole = io.BytesIO()
    made.save(whole)
    found = proposed(whole.getvalue(), "a.docx")
    assert found["title"] == {"value": "Заявление", "origin": "docx", "record": None}
    assert found["authors"]["value"] == ["Office of the Ombudsman"]
    assert found["published_on"]["value"] == "2022-10-03"


def test_a_message_has_a_head():
    made = message(
        Subject="Заявление",
        From="Пресс-служба <press@example.org>",
        Date="Mon, 03 Oct 2022 10:00:00 +0400",
    )
    found = proposed(made.as_bytes(), "a.eml")
    assert found["title"] == {"value": "Заявление", "origin": "email", "record": None}
    assert found["authors"]["value"] == ["Пресс-служба"]
    assert found["published_on"]["value"] == "2022-10-03"


# Plain text says it in lines of its own


def test_a_text_begins_with_its_title():
    found = proposed(f"\n Заявление министерства\n\n{WORDS['ru']}".encode(), "a.txt")
    assert found["title"] == {
        "value": "Заявление министерства", "origin": "first_line", "record": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "!-- Google tag (gtag.js) -->",
        "<div>",
        "|",
        "https://example.org/a",
        "By Anna Example",
        "October 3, 2022",
        "Photo: Example Agency",
        "Источник: Example Agency",
        "News",
    ],
)
def test_what_is_no_title_is_left_out(line):
    found = told(line, "The statement of the ministry", WORDS["en"])
    assert found["title"] == ("The statement of the ministry", "first_line")


def test_a_text_without_a_title_is_called_by_its_beginning():
    assert told(WORDS["ru"])["title"].origin == "beginning"
    value, origin = told("Один длинный абзац. " * 20)["title"]
    assert origin == "beginning"
    assert value.endswith(" …")
    assert len(value) < 130


@pytest.mark.parametrize(
    "line",
    [
        "October 3, 2022",
        "Oct. 3, 2022",
        "3rd of October 2022",
        "3 October 2022, 10:40",
        "Published: 3 October 2022 14:20 UTC",
        "Baku, October 3, 2022",
        "3 октября 2022 г.",
        "Опубликовано: 3 октября 2022, 10:40 МСК",
        "03.10.2022",
        "2022-10-03",
        "3 oktyabr 2022",
        "3 Ekim 2022",
        "Հոկտեմբերի 3, 2022",
    ],
)
def test_a_date_has_a_line_of_its_own(line):
    assert told("The statement of the ministry", line)["published_on"] == ("2022-10-03", "line")


@pytest.mark.parametrize(
    "line",
    [
        "On October 3, 2022 the ministry said that the footage was being examined",
        "Resolution 12 of 2022",
        "3 soldiers 2022",
        "October 3, 2999",
        "31.02.2022",
        "99.99.2022",
        "The events of 2020",
    ],
)
def test_a_date_in_the_words_is_not_that_of_the_text(line):
    assert "published_on" not in told("The statement of the ministry", line)


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("By Anna Example", ["Anna Example"]),
        ("By Anna Example and Boris Sample", ["Anna Example", "Boris Sample"]),
        ("Author: Anna Example", ["Anna Example"]),
        ("Автор: Анна Примерова", ["Анна Примерова"]),
        ("Текст: А. Примерова, Б. Образцов", ["А. Примерова", "Б. Образцов"]),
        ("Müəllif: Əli Nümunəyev", ["Əli Nümunəyev"]),
    ],
)
def test_authors_have_a_line_of_their_own(line, authors):
    assert told("The statement", line)["authors"] == (authors, "line")


@pytest.mark.parametrize("line", ["By the end of the year", "By 2022", "Text messages were sent"])
def test_other_lines_name_no_author(line):
    assert "authors" not in told("The statement", line)


@pytest.mark.parametrize(
    "line", ["By Example News", "Source: Example News", "Источник: Example News", "© Example News"]
)
def test_a_line_names_a_publisher_only_if_the_archive_knows_it(line):
    known = told("The statement", line, known=["Example News"])
    assert known["publisher"] == ("Example News", "line")
    assert "publisher" not in told("The statement", line)


def test_who_made_the_picture_is_not_the_publisher():
    line = "IMAGE SOURCE: Example News"
    assert "publisher" not in told("The statement", line, known=["Example News"])


def test_a_file_may_be_named_after_what_it_is():
    content = b"\xff\xfb\x90\x64" + bytes(1000)
    assert proposed(content, "Interview_with_the_ombudsman.mp3")["title"] == {
        "value": "Interview with the ombudsman", "origin": "file_name", "record": None,
    }  # fmt: skip
    assert "title" not in proposed(content, "VID_20221003_001.mp3")


# Languages


@pytest.mark.parametrize(("language", "words"), WORDS.items(), ids=WORDS)
def test_the_language_is_that_of_the_words(language, words):
    assert language_of(words) == language
    assert proposed(words.encode(), "a.txt")["language"] == {
        "value": language, "origin": "words", "record": None,
    }  # fmt: skip


def test_a_few_letters_tell_no_language():
    assert language_of("2022: 13 + 14") == ""
    assert "language" not in proposed(b"12345, 67890 and 3", "a.txt")


# Pictures and scans


def scan(*lines, kind="PNG", font=None):
    """Lines in a picture, or in the page of a PDF that is one."""
    image = Image.new("L", (1600, 300 + 120 * len(lines)), "white")
    font = font or ImageFont.load_default(64)
    for number, line in enumerate(lines):
        ImageDraw.Draw(image).text((100, 100 + 120 * number), line, "black", font)
    whole = io.BytesIO()
    image.save(whole, kind, **({"resolution": 200} if kind == "PDF" else {}))
    return whole.getvalue()


def reads_russian() -> bool:
    if not shutil.which("tesseract"):
        return False
    asked = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True)
    return "rus" in asked.stdout.split()


@pytest.mark.skipif(not shutil.which("tesseract"), reason="Tesseract is not installed")
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "PDF"])
def test_the_words_of_a_scan_are_recognised(kind):
    reading = read(
        scan("The Ministry said", "that the footage is examined", kind=kind), f"a.{kind}"
    )
    assert reading.text.replace("\n", " ") == "The Ministry said that the footage is examined"
    assert reading.problem == {}
    assert reading.language == "en"


@pytest.mark.skipif(not reads_russian(), reason="Tesseract reads no Russian here")
def test_the_words_of_a_russian_scan_are_recognised():
    letters = finders.find("portal/fonts/sans-cyrillic.woff2")
    picture = scan("Министерство сообщило", font=ImageFont.truetype(letters, 64))
    reading = read(picture, "a.png")
    assert (reading.text, reading.language) == ("Министерство сообщило", "ru")


@pytest.mark.parametrize("kind", ["PNG", "PDF"])
def test_without_tesseract_a_scan_is_taken_with_a_message(monkeypatch, tmp_path, kind):
    monkeypatch.setenv("PATH", str(tmp_path))
    reading = read(scan("The Ministry said", kind=kind), f"a.{kind.lower()}")
    assert reading.text == ""
    assert "Tesseract, which is not installed here" in sentence(reading.problem)


def test_a_scan_that_tesseract_gives_up_on_is_taken_without_words(monkeypatch, tmp_path):
    program = tmp_path / "tesseract"
    program.write_text('#!/bin/sh\n[ "$1" = --list-langs ] || exit 1\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    reading = read(scan("The Ministry said"), "a.png")
    assert sentence(reading.problem) == "There are no words to be read in this file."


# What goes wrong


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", b"", "The file is empty."),
        ("a.exe", b"MZ\x90\0", "does not keep files of this kind"),
        ("a.pdf", b"<html><body>", "does not fit the content"),
        ("a.docx", b"PK\x03\x04 broken", "does not fit the content"),
        ("a.pdf", b"%PDF-1.7 and nothing else", "locked or damaged"),
    ],
)
def test_what_is_no_such_file_is_refused(name, content, said):
    with pytest.raises(Refused, match=said):
        read(content, name)


# Of these reading ends with nothing found.
WORDLESS = {"a PDF without text", "a small file that is huge inside"}


@pytest.mark.parametrize("case", sorted(set(HOSTILE) - WORDLESS))
def test_a_file_that_resists_is_refused_with_a_message(case):
    media_type, content = HOSTILE[case]
    ending = {"application/pdf": ".pdf"}.get(media_type, ".docx")
    with pytest.raises(Refused):
        read(content, f"a{ending}")


def test_what_is_too_large_is_refused(settings):
    settings.ATTACHMENT_MAX_BYTES = 4
    with pytest.raises(Refused, match="larger than"):
        read(b"12345", "a.txt")


def test_a_file_that_takes_too_long_is_refused(monkeypatch):
    monkeypatch.setattr("archive.models.text.SECONDS", 0.001)
    with pytest.raises(Refused, match="Reading the file took more than"):
        read(pdf("Words"), "a.pdf")


def test_a_nameless_file_is_known_by_its_content():
    assert read(pdf("Words"), "download").media_type == "application/pdf"


def test_a_recording_is_taken_without_words():
    reading = read(b"\xff\xfb\x90\x64" + bytes(1000), "a.mp3")
    assert (reading.text, reading.paragraphs, reading.language) == ("", [], "")
    assert sentence(reading.problem) == "There are no words to be read in this file."


@pytest.mark.parametrize("depth", [10_000, 100_000])
def test_a_page_nested_for_ever_does_no_harm(depth):
    content = b"<!DOCTYPE html><html><body>" + b"<div>" * depth + b"words"
    try:
        assert read(content, "a.html").language == ""
    except Refused as refused:
        assert refused.code in ("file_damaged", "file_slow")


@given(st.text(max_size=300), st.text(max_size=100))
def test_any_lines_are_read_without_an_error(one, other):
    for _value, origin in told(*f"{one}\n{other}".split("\n")).values():
        assert origin in ORIGINS


@given(st.from_regex(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}", fullmatch=True))
def test_any_number_with_dots_is_a_day_that_was_or_none(text):
    assert (date_in(text) or dt.date(2000, 1, 1)) <= dt.date.today() + dt.timedelta(days=1)


def test_every_place_is_said_in_words(language):
    said = {said_origin(origin) for origin in ORIGINS}
    assert len(said) == len(ORIGINS)
    assert all(said)


def test_a_problem_is_said_in_the_language_of_who_reads_it():
    problem = Refused("too_large", limit=1024).problem
    assert problem == {"code": "too_large", "limit": 1024}
    with translation.override("en"):
        assert sentence(problem) == "It is larger than 1.0\xa0KB."
    assert sentence({}) == ""
