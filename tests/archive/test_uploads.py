"""What curators attach, and what readers get of it."""

import io
import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from PIL import ExifTags, Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from archive.models import Attachment, text_process
from archive.models.files import IMAGES
from archive.models.text import Unreadable, shown_image
from tests.archive.test_files import MESSAGE, PAGE, SVG, XHTML
from tests.factories import AttachmentFactory, DocumentFactory

GPS = {ExifTags.GPS.GPSLatitudeRef: "N", ExifTags.GPS.GPSLatitude: (40.0, 10.0, 0.0)}
SECRETS = (b"Example Camera", b"secret remark", b"Exif", b"GPS", b"xmpmeta", b"2022:10:03")


def photo(kind="JPEG", *, size=(40, 20), mode="RGB", orientation=None, profile=None):
    """A picture, its left half red, with all that a camera and its owner may note in it."""
    image = Image.new(mode, size, "blue" if mode != "L" else 30)
    image.paste("red" if mode != "L" else 200, (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Example Camera"
    exif[ExifTags.Base.DateTime] = "2022:10:03 10:00:00"
    exif[ExifTags.Base.ImageDescription] = "secret remark"
    if orientation:
        exif[ExifTags.Base.Orientation] = orientation
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(GPS)
    more = {"icc_profile": profile} if profile else {}
    if kind == "JPEG":
        more |= {"comment": b"secret remark", "xmp": b"<x:xmpmeta>secret remark</x:xmpmeta>"}
    if kind == "PNG":
        more["pnginfo"] = PngInfo()
        more["pnginfo"].add_itxt("Comment", "secret remark")
    whole = io.BytesIO()
    image.save(whole, kind, exif=exif, **more)
    return whole.getvalue()


def attached(content, name, **values):
    return AttachmentFactory(file=ContentFile(content, name=name), **values)


def fetched(client, attachment):
    address = reverse("portal:attachment", args=[attachment.document.slug, attachment.sha256])
    return client.get(address)


# Pictures made anew


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_made_anew_says_nothing_of_who_took_it_where(kind):
    original = photo(kind)
    assert b"Example Camera" in original and b"secret remark" in original
    made = shown_image(original)
    assert not any(secret in made for secret in SECRETS)
    image = Image.open(io.BytesIO(made))
    assert image.format == kind
    assert image.size == (40, 20)
    assert not image.getexif()
    assert not set(image.info) & {"exif", "comment", "xmp", "icc_profile", "Comment"}
    red, _green, blue = image.convert("RGB").getpixel((5, 10))
    assert red > 200 and blue < 60


def test_a_picture_stays_upright():
    image = Image.open(io.BytesIO(shown_image(photo(orientation=6))))
    assert image.size == (20, 40)
    assert image.getpixel((10, 5))[0] > 200, "the left half is the upper one now"


def test_colours_stay_what_they_were():
    """The profile goes, which may name a device; the colours are put in common ones before."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    made = Image.open(io.BytesIO(shown_image(photo(profile=profile))))
    assert "icc_profile" not in made.info
    assert made.getpixel((5, 10))[0] > 240


@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "CMYK"), ("JPEG", "L"), ("PNG", "P"), ("PNG", "RGBA"), ("PNG", "L")]
)
def test_pictures_of_every_sort_are_made_anew(kind, mode):
    whole = io.BytesIO()
    Image.new(mode, (8, 8)).save(whole, kind)
    assert Image.open(io.BytesIO(shown_image(whole.getvalue()))).size == (8, 8)


def test_what_hides_behind_a_picture_is_gone():
    assert b"PK\x03\x04" not in shown_image(photo() + b"PK\x03\x04 hidden")
    assert b"<script>" not in shown_image(photo("PNG") + b"<script>run()</script>")


def png_of(width, height):
    """A picture that is small as a file and huge when it is unpacked."""

    def chunk(name, content):
        body = name + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


BROKEN = {
    "cut short": photo()[:200],
    "no picture": b"\xff\xd8\xff\xe0 and nothing else",
    "larger than it may be": png_of(20_000, 20_000),
    "very much larger": png_of(2**31 - 1, 2**31 - 1),
    "another kind than it says": b"GIF89a" + bytes(100),
    "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_of_some_pictures_no_copy_is_made(content):
    with pytest.raises(Unreadable):
        shown_image(content)


def test_the_largest_picture_is_made_anew():
    whole = io.BytesIO()
    Image.new("RGB", (10_000, text_process.LARGEST_PICTURE // 10_000)).save(whole, "JPEG")
    assert Image.open(io.BytesIO(shown_image(whole.getvalue()))).size[0] == 10_000


# What readers get


@pytest.mark.django_db
class TestReaders:
    def test_readers_get_the_picture_made_anew_and_curators_the_original(
        self, client, curator, signed_in
    ):
        original = photo()
        attachment = attached(original, "IMG_40.1N.jpg", document__published=True)
        answer = fetched(client, attachment)
        given = b"".join(answer.streaming_content)
        assert answer.status_code == 200
        assert not any(secret in given for secret in SECRETS)
        assert "IMG" not in answer["Content-Disposition"]
        page = reverse("admin:archive_attachment_file", args=[attachment.pk])
        kept = signed_in(curator).get(page)
        assert b"".join(kept.streaming_content) == original

    @pytest.mark.parametrize(
        ("content", "name"),
        [(photo(), "a.jpg"), (photo("PNG"), "a.png"), (b"%PDF-1.7", "a.pdf"), (b"Words", "a.txt")],
        ids=["jpg", "png", "pdf", "txt"],
    )
    def test_a_file_is_saved_and_runs_nowhere(self, client, content, name):
        answer = fetched(client, attached(content, name, document__published=True))
        assert answer["Content-Disposition"].startswith("attachment;")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"

    def test_a_curator_s_original_runs_nowhere_either(self, curator, signed_in):
        attachment = attached(PAGE, "a.html", may_be_shown=False)
        page = reverse("admin:archive_attachment_file", args=[attachment.pk])
        answer = signed_in(curator).get(page)
        assert b"".join(answer.streaming_content) == PAGE
        assert answer["Content-Disposition"].startswith("attachment;")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]

    def test_a_picture_without_a_copy_is_shown_to_nobody(self, client):
        attachment = attached(BROKEN["cut short"], "a.jpg", document__published=True)
        assert not attachment.shown
        assert fetched(client, attachment).status_code == 404
        assert attachment not in Attachment.objects.published()
        page = client.get(reverse("portal:document", args=[attachment.document.slug]))
        assert attachment.sha256 not in page.content.decode()

    def test_a_copy_is_made_when_a_picture_is_first_shown(self):
        attachment = attached(photo(), "a.jpg", may_be_shown=False)
        assert not attachment.shown
        attachment.may_be_shown = True
        attachment.save()
        assert attachment.shown

    def test_another_picture_has_another_copy(self):
        attachment = attached(photo(), "a.jpg")
        former = attachment.shown.name
        attachment.file = ContentFile(photo(size=(60, 60)), name="b.jpg")
        attachment.save()
        assert attachment.shown.name != former
        assert Image.open(attachment.shown).size == (60, 60)


# What may be shown at all

RUNNING = {"a.html": PAGE, "a.xhtml": XHTML, "a.svg": SVG, "a.eml": MESSAGE}


@pytest.mark.django_db
class TestWhatMayBeShown:
    @pytest.mark.parametrize(("name", "content"), RUNNING.items(), ids=RUNNING)
    def test_what_a_browser_would_run_is_kept_and_never_shown(self, name, content):
        attachment = attached(content, name, may_be_shown=False)
        attachment.full_clean()
        attachment.may_be_shown = True
        with pytest.raises(ValidationError, match="for curators only"):
            attachment.full_clean()
        with pytest.raises(IntegrityError), transaction.atomic():
            attachment.save()

    @pytest.mark.parametrize(("name", "content"), RUNNING.items(), ids=RUNNING)
    def test_nor_when_it_is_new(self, name, content):
        attachment = AttachmentFactory.build(
            document=DocumentFactory(), file=ContentFile(content, name=name), may_be_shown=True
        )
        with pytest.raises(ValidationError, match="for curators only"):
            attachment.full_clean(exclude=["sha256", "media_type", "size"])

    @pytest.mark.parametrize("content", [BROKEN["cut short"], BROKEN["larger than it may be"]])
    def test_a_picture_without_a_copy_is_refused(self, content):
        name = "a.png" if content.startswith(b"\x89") else "a.jpg"
        attachment = AttachmentFactory.build(
            document=DocumentFactory(), file=ContentFile(content, name=name), may_be_shown=True
        )
        with pytest.raises(ValidationError, match="No copy for readers can be made"):
            attachment.full_clean(exclude=["sha256", "media_type", "size"])
        attachment.may_be_shown = False
        attachment.full_clean(exclude=["sha256", "media_type", "size"])

    def test_a_picture_is_of_a_kind_that_is_made_anew(self):
        for kind in ("JPEG", "PNG", "WEBP"):
            assert attached(photo(kind), f"a.{kind.lower()}").media_type in IMAGES

    def test_words_have_a_fingerprint(self):
        text = " ".join(f"word{number}" for number in range(50))
        assert attached(text.encode(), "a.txt").fingerprint is not None
        assert attached(b"Words", "a.txt").fingerprint is None
