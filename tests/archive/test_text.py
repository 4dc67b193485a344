"""Which words of a file are read, and what happens to a file that resists."""

import io
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from archive.models import Attachment, text_process
from archive.models.files import KINDS
from archive.models.text import READABLE, extract_text
from tests.factories import AttachmentFactory

PDF, DOCX, ODT = (KINDS[ending].media_type for ending in (".pdf", ".docx", ".odt"))


def read(content, media_type):
    return extract_text(ContentFile(content, name="file"), media_type)


def pdf(*pages):
    """A PDF of these pages in Helvetica; its letters after Z are Cyrillic, from А on."""
    letters = "".join(f"<{n:02x}> <{0x410 + n - 0x80:04x}>\n" for n in range(0x80, 0xC0))
    to_unicode = (
        "begincmap 1 begincodespacerange <00> <ff> endcodespacerange\n"
        "95 beginbfchar\n"
        + "".join(f"<{n:02x}> <{n:04x}>\n" for n in range(0x20, 0x7F))
        + f"endbfchar 64 beginbfchar\n{letters}endbfchar endcmap"
    )
    numbers = range(5, 5 + 2 * len(pages), 2)
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{n} 0 R' for n in numbers)}] >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /FirstChar 0 /ToUnicode 4 0 R >>",
        stream(to_unicode),
    ]
    for number, page in zip(numbers, pages, strict=True):
        shown = "".join(f"<{shown_as(line).hex()}> Tj T*\n" for line in page.split("\n"))
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800]"
            f" /Resources << /Font << /F 3 0 R >> >> /Contents {number + 1} 0 R >>"
        )
        objects.append(stream(f"BT /F 12 Tf 72 720 Td 14 TL\n{shown}ET"))
    body = "".join(f"{n} 0 obj\n{one}\nendobj\n" for n, one in enumerate(objects, 1))
    return f"%PDF-1.4\n{body}trailer << /Root 1 0 R >>\n".encode()


def stream(content):
    return f"<< /Length {len(content)} >>\nstream\n{content}\nendstream"


def shown_as(line):
    return bytes(ord(c) - 0x410 + 0x80 if c >= "А" else ord(c) for c in line)


def packed(**parts):
    """A ZIP file; `word__document` names word/document.xml."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/") + ".xml", content)
    return whole.getvalue()


WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OFFICE = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)


def docx(body, **parts):
    return packed(word__document=f"<w:document {WORD}>{body}</w:document>", **parts)


def odt(body):
    return packed(content=f"<office:text {OFFICE}>{body}</office:text>")


# What is read


def test_every_page_of_a_pdf_is_read():
    text = read(pdf("Application no. 35746/11", "Жалоба", "The third page"), PDF)
    assert text == "Application no. 35746/11\nЖалоба\nThe third page"


def test_a_word_divided_between_two_lines_is_one_word_again():
    text = read(pdf("Согласно Конвен-\nции о правах"), PDF)
    assert text == "Согласно Конвенции о правах"


def test_the_words_of_a_docx_are_read_with_its_notes():
    body = (
        "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>Военно</w:t></w:r>"
        "<w:r><w:t>пленные</w:t><w:tab/><w:t>были</w:t></w:r></w:p>"
        "<w:tbl><w:tc><w:p><w:t>one cell</w:t></w:p></w:tc><w:tc><w:p><w:t>another</w:t></w:p>"
        "</w:tc></w:tbl>"
    )
    notes = f"<w:footnotes {WORD}><w:p><w:t>See paragraph 12.</w:t></w:p></w:footnotes>"
    text = read(docx(body, word__footnotes=notes), DOCX)
    assert text.split("\n\n") == ["Военнопленные были", "one cell", "another", "See paragraph 12."]


def test_what_was_deleted_or_written_twice_in_a_docx_is_not_read():
    body = (
        "<w:p><w:del><w:delText>secret</w:delText></w:del><w:moveFrom><w:t>moved</w:t></w:moveFrom>"
        "<w:AlternateContent><w:Choice><w:t>box</w:t></w:Choice>"
        "<w:Fallback><w:t>box</w:t></w:Fallback></w:AlternateContent>"
        "<w:instrText>PAGE</w:instrText></w:p>"
    )
    assert read(docx(body), DOCX) == "box"


def test_the_words_of_an_odt_are_read_without_remarks_and_deletions():
    body = (
        "<text:tracked-changes><text:p>secret</text:p></text:tracked-changes>"
        "<text:h>Заголовок</text:h>"
        "<text:p>Two<text:s/>words<office:annotation><text:p>remark</text:p></office:annotation>"
        "<text:note><text:note-citation>1</text:note-citation>"
        "<text:note-body><text:p>A note.</text:p></text:note-body></text:note>"
        "<text:line-break/>end</text:p>"
    )
    assert read(odt(body), ODT).split() == ["Заголовок", "Two", "words", "A", "note.", "end"]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Şuşa və Xankəndi, Շուշի, Шуша", "utf-8"),
        ("Şuşa və Xankəndi, Շուշի, Шуша", "utf-8-sig"),
        ("Şuşa və Xankəndi, Շուշի, Шуша", "utf-16"),
        ("Стенограмма заседания Совета № 12, ECHR", "cp1251"),
        ("ЗАЯВЛЕНИЕ ОМБУДСМЕНА", "cp1251"),
        ("Déclaration de l'élève, préparée à Genève", "cp1252"),
        ("İnsan hakları ve özgürlükleri", "cp1254"),
    ],
)
def test_plain_text_is_read_in_the_usual_encodings(text, encoding):
    assert read(text.encode(encoding), "text/plain") == text


def test_lines_are_kept_and_empty_space_is_not():
    assert read(b" One \t line \r\n\r\n \r\n\r\n two\rthree \n", "text/plain") == (
        "One line\n\ntwo\nthree"
    )


@pytest.mark.parametrize(
    "media_type", sorted({kind.media_type for kind in KINDS.values()} - READABLE)
)
def test_pictures_and_recordings_have_no_text(media_type):
    assert read(b"Not to be read as text", media_type) == ""


def test_a_file_is_left_at_its_beginning():
    file = ContentFile(b"Once more", name="file")
    file.read(4)
    assert extract_text(file, "text/plain") == "Once more"
    assert file.read() == b"Once more"


# What resists

HOSTILE = {
    "a PDF that is none": (PDF, b"%PDF-1.7 and nothing else"),
    "a PDF without text": (PDF, pdf("")),
    "a PDF whose pages are each other's parents": (PDF, pdf("a").replace(b"[5 0 R]", b"[2 0 R]")),
    "a ZIP that is none": (DOCX, b"PK\x03\x04 broken"),
    "a part that is missing": (ODT, packed(other="<p>a</p>")),
    "XML that never ends": (DOCX, packed(word__document="<w><p><t>a")),
    "entities that swell up": (
        DOCX,
        packed(
            word__document='<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
            "<w><p><t>&b;</t></p></w>"
        ),
    ),
    "a file from elsewhere": (
        ODT,
        packed(content='<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/hostname">]><w><p>&a;</p></w>'),
    ),
    "a small file that is huge inside": (
        DOCX,
        packed(word__document=b"<w><p><t>" + b" " * (text_process.LARGEST_PART + 1)),
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_read_has_no_text(name):
    media_type, content = HOSTILE[name]
    assert read(content, media_type) == ""


def test_a_reader_that_takes_too_long_is_stopped(monkeypatch):
    whole = pdf("Long enough")
    assert read(whole, PDF) == "Long enough"
    monkeypatch.setattr("archive.models.text.SECONDS", 0.001)
    assert read(whole, PDF) == ""


def test_more_than_the_longest_text_is_left_unread():
    body = f"<w:p><w:t>{'слово ' * 1_000_000}</w:t></w:p>"
    text = read(docx(body), DOCX)
    assert text_process.LONGEST_TEXT - 10 < len(text) <= text_process.LONGEST_TEXT


def test_a_file_larger_than_may_be_attached_is_not_read(settings):
    settings.ATTACHMENT_MAX_BYTES = 4
    assert read(b"12345", "text/plain") == ""


@given(st.binary(max_size=400))
def test_any_bytes_read_as_text_can_be_stored(content):
    text = read(content, "text/plain")
    assert "\x00" not in text
    text.encode()


# Files of documents


def test_the_words_of_a_file_are_kept_when_it_is_attached(draft_document):
    attachment = AttachmentFactory(
        document=draft_document, file=ContentFile("Стенограмма".encode("cp1251"), name="a.txt")
    )
    assert Attachment.objects.get(pk=attachment.pk).text == "Стенограмма"


def test_another_file_brings_other_words(draft_document):
    attachment = AttachmentFactory(document=draft_document)
    attachment.file = ContentFile(pdf("Other words"), name="b.pdf")
    attachment.save()
    assert Attachment.objects.get(pk=attachment.pk).text == "Other words"


def test_a_file_that_cannot_be_read_is_attached_all_the_same(draft_document):
    broken = ContentFile(b"%PDF-1.7 and nothing else", name="a.pdf")
    assert AttachmentFactory(document=draft_document, file=broken).text == ""


def form_of(document, client):
    answer = client.get(reverse("admin:archive_document_change", args=[document.pk]))
    return answer.content.decode()


def test_a_curator_sees_what_was_read(curator, signed_in, draft_document):
    said = ContentFile(b"<script>said</script>\n\n" + b"word " * 10_000, name="a.txt")
    AttachmentFactory(document=draft_document, file=said)
    form = form_of(draft_document, signed_in(curator))
    assert "50,022 characters" in form
    assert '<div lang="en"><p>&lt;script&gt;said&lt;/script&gt;</p>' in form
    assert form.count("word ") == pytest.approx(2_000, abs=10), "its beginning only"


def test_a_curator_is_told_of_a_file_without_words(curator, signed_in, draft_document):
    client = signed_in(curator)
    AttachmentFactory(document=draft_document, file=ContentFile(b"ID3", name="a.mp3"))
    assert "No words could be read" not in form_of(draft_document, client)
    AttachmentFactory(document=draft_document, file=ContentFile(pdf(""), name="scan.pdf"))
    assert "No words could be read" in form_of(draft_document, client)
