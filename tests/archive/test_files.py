"""Which files the archive takes in."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from archive.models.files import media_type, validate_file


def packed(**parts):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return whole.getvalue()


ODT = b"application/vnd.oasis.opendocument.text"
TAKEN = {
    "a.pdf": b"%PDF-1.7 ...",
    "a.JPG": b"\xff\xd8\xff\xe0",
    "a.png": b"\x89PNG\r\n\x1a\n",
    "a.webp": b"RIFF1234WEBP",
    "a.txt": "Стенограмма\n".encode("cp1251"),
    "a.mp3": b"ID3",
    "a.ogg": b"OggS",
    "a.mp4": b"\0\0\0\x20ftypisom",
    "a.webm": b"\x1a\x45\xdf\xa3",
    "a.docx": packed(word__document_xml=b"<w/>"),
    "a.odt": packed(mimetype=ODT),
}
REFUSED = {
    "a.exe": b"MZ\x90\0",
    "a.pdf": b"MZ\x90\0",
    "a.txt": b"MZ\x90\0",
    "a.html": b"<script>",
    "a.svg": b"<svg>",
    "a.pdf.exe": b"%PDF-1.7",
    "a": b"%PDF-1.7",
    "a.docx": packed(mimetype=ODT),
    "a.odt": b"PK\x03\x04 broken",
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
