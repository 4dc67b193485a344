"""Which files the archive takes in."""

import io
import zipfile

import docx
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from archive.models import files
from archive.models.files import KINDS, media_type, right_ending, validate_file


def packed(**parts):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return whole.getvalue()


def image(kind):
    whole = io.BytesIO()
    Image.new("RGB", (8, 8)).save(whole, kind)
    return whole.getvalue()


def office():
    whole = io.BytesIO()
    docx.Document().save(whole)
    return whole.getvalue()


ODT = b"application/vnd.oasis.opendocument.text"
PAGE = b"<!DOCTYPE html><html><body><script>run()</script></body></html>"
XHTML = b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script/></html>'
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>run()</script></svg>'
MESSAGE = b"From: a@example.org\nSubject: News\nDate: Mon, 3 Oct 2022 10:00:00 +0000\n\nWords"
TAKEN = {
    "a.pdf": b"%PDF-1.7 ...",
    "a.JPG": image("JPEG"),
    "a.jpeg": image("JPEG"),
    "a.png": image("PNG"),
    "a.webp": image("WEBP"),
    "a.txt": "Стенограмма\n".encode("cp1251"),
    "a-question.txt": b"P1 is where #!/bin/sh stands, said <b>nobody</b>",
    "a.mp3": b"ID3\x03\0\0\0\0\0\0",
    "frames.mp3": b"\xff\xfb\x90\x64" + bytes(1000),
    "a.ogg": b"OggS\0\2" + bytes(22) + b"\x01vorbis" + bytes(22),
    "a.mp4": b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41",
    "a.webm": b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\x82\x84webm",
    "a.docx": packed(word__document_xml=b"<w/>"),
    "whole.docx": office(),
    "a.odt": packed(mimetype=ODT),
    "a.html": PAGE,
    "part.htm": b"<p>One paragraph</p>",
    "a.xhtml": XHTML,
    "a.svg": SVG,
    "a.eml": MESSAGE,
    "long.eml": b"X-Mailer: none\nMIME-Version: 1.0\nSubject: News\n\nWords",
}
REFUSED = {
    "a.exe": b"MZ\x90\0",
    "program.pdf": b"MZ\x90\0",
    "program.txt": b"MZ\x90\0",
    "program.html": b"MZ\x90\0",
    "program.jpg": b"MZ\x90\0",
    "page.pdf": PAGE,
    "page.txt": PAGE,
    "page.png": PAGE,
    "page.eml": PAGE,
    "script.txt": b"<script>run()</script>",
    "picture.txt": SVG,
    "picture.html": SVG,
    "picture.png": SVG,
    "photo.png": image("JPEG"),
    "photo.jpg": image("PNG"),
    "photo.gif": image("GIF"),
    "report.txt": b"%PDF-1.7",
    "report.html": b"%PDF-1.7",
    "a.pdf.exe": b"%PDF-1.7",
    "without-ending": b"%PDF-1.7",
    "double.svg.pdf": SVG,
    "words.svg": b"Just words",
    "words.eml": b"Just words",
    "text.docx": packed(mimetype=ODT),
    "any.docx": packed(a=b"x"),
    "broken.odt": b"PK\x03\x04 broken",
    "archive.zip": packed(a=b"x"),
    "old.doc": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600),
    "macro.docm": packed(word__document_xml=b"<w/>"),
    "empty.txt": b"",
    "empty.html": b"",
}


@pytest.mark.parametrize(("name", "content"), TAKEN.items(), ids=TAKEN)
def test_a_file_whose_content_fits_its_name_is_taken(name, content):
    file = SimpleUploadedFile(name, content)
    validate_file(file)
    assert file.read() == content, "read from its beginning afterwards"
    assert media_type(name) != "application/octet-stream"


@pytest.mark.parametrize(("name", "content"), REFUSED.items(), ids=REFUSED)
def test_any_other_file_is_refused(name, content):
    with pytest.raises(ValidationError, match="the ending of the name must fit"):
        validate_file(SimpleUploadedFile(name, content))


def test_a_file_has_a_largest_size(settings):
    settings.ATTACHMENT_MAX_BYTES = 8
    with pytest.raises(ValidationError, match="larger than 8"):
        validate_file(SimpleUploadedFile("a.pdf", b"%PDF-1.7 and more"))


def test_a_file_that_is_huge_inside_is_refused(monkeypatch):
    bomb = packed(word__document_xml=b"<w/>", word__media=bytes(3_000_000))
    assert len(bomb) < 10_000
    validate_file(SimpleUploadedFile("a.docx", bomb))
    monkeypatch.setattr(files, "LARGEST_UNPACKED", 2_000_000)
    with pytest.raises(ValidationError, match="when unpacked"):
        validate_file(SimpleUploadedFile("a.docx", bomb))


def test_a_file_of_very_many_parts_is_refused(monkeypatch):
    monkeypatch.setattr(files, "MOST_PARTS", 2)
    bomb = packed(word__document_xml=b"<w/>", a=b"", b=b"")
    with pytest.raises(ValidationError, match="when unpacked"):
        validate_file(SimpleUploadedFile("a.docx", bomb))


@pytest.mark.parametrize(("name", "content"), TAKEN.items(), ids=TAKEN)
def test_the_ending_of_a_nameless_file_is_that_of_its_kind(name, content):
    file = SimpleUploadedFile("nameless", content)
    found = right_ending(content, file, hint=media_type(name))
    assert KINDS[found].media_type == media_type(name)


def test_a_nameless_file_of_no_known_kind_has_no_ending():
    assert right_ending(b"MZ\x90\0", io.BytesIO(b"MZ\x90\0"), hint="text/html") == ""


def test_nothing_that_a_browser_would_run_may_be_shown():
    assert {KINDS[end].media_type for end in (".html", ".htm", ".xhtml", ".svg", ".eml")} == (
        files.RUNNING
    )
