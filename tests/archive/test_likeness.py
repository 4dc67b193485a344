"""What the archive has already: by its file, its address, its words."""

import random

import pytest
from django.core.files.base import ContentFile
from hypothesis import given
from hypothesis import strategies as st

from archive.ingest.likeness import Likeness, fingerprint, key_of, like
from archive.models import Document, Intake, IntakeStage
from tests.factories import AttachmentFactory, DocumentFactory

SAME = {
    "another protocol": "http://example.org/news/story?b=2&a=1",
    "with www.": "https://www.example.org/news/story?a=1&b=2",
    "large letters in the host": "HTTPS://EXAMPLE.org/news/story?a=1&b=2",
    "the usual port": "https://example.org:443/news/story?a=1&b=2",
    "a mark in the page": "https://example.org/news/story?a=1&b=2#comments",
    "what follows readers": "https://example.org/news/story?utm_source=post&a=1&fbclid=x&b=2",
    "a slash at the end": "https://example.org/news/story/?a=1&b=2",
    "two slashes": "https://example.org//news/story?a=1&b=2",
    "letters in numbers": "https://example.org/%6Eews/story?a=1&b=2",
    "a copy in a web archive": "https://web.archive.org/web/2022/https://example.org/news/story?a=1&b=2",
    "space around it": "  https://example.org/news/story?a=1&b=2\n",
}
OTHER = {
    "another page": "https://example.org/news/other?a=1&b=2",
    "another host": "https://news.example.org/news/story?a=1&b=2",
    "other parameters": "https://example.org/news/story?a=1&b=3",
    "another port": "https://example.org:8443/news/story?a=1&b=2",
    "another page of small letters": "https://example.org/News/story?a=1&b=2",
}
KEY = "example.org/news/story?a=1&b=2"


@pytest.mark.parametrize("address", SAME.values(), ids=SAME)
def test_addresses_of_one_page_have_one_key(address):
    assert key_of(address) == KEY


@pytest.mark.parametrize("address", OTHER.values(), ids=OTHER)
def test_addresses_of_other_pages_have_others(address):
    assert key_of(address) not in ("", KEY)


def test_an_address_in_any_script_is_one_with_that_in_numbers():
    assert key_of("https://пример.испытание/путь") == (
        key_of("https://xn--e1afmkfd.xn--80akhbyknj4f/%D0%BF%D1%83%D1%82%D1%8C/")
    )


@pytest.mark.parametrize("address", ["", "not an address", "http://[::1", "mailto:a@example.org"])
def test_what_is_no_address_has_no_key(address):
    assert key_of(address) == ""


@given(st.text(max_size=80) | st.text(max_size=80).map(lambda path: f"https://example.org/{path}"))
def test_anything_has_a_key_that_can_be_stored(address):
    key = key_of(address)
    assert len(key) <= 600
    assert "\x00" not in key
    key.encode()


def test_a_nul_in_numbers_is_left_out():
    assert key_of("https://example.org/a%00b") == "example.org/ab"


@pytest.mark.django_db
def test_a_document_keeps_the_key_of_its_address():
    document = DocumentFactory(source_url="https://www.example.org/a/")
    assert Document.objects.get(source_key="example.org/a") == document
    document.source_url = ""
    document.save()
    assert Document.objects.get(pk=document.pk).source_key == ""


# Words

WORDS = [f"word{number}" for number in range(3000)]


def article(seed, length=400):
    """A text of common and rare words, another with each seed."""
    drawing = random.Random(seed)
    return " ".join(WORDS[min(int(drawing.paretovariate(0.5)), 2999)] for _ in range(length))


def without(text, part, seed=0):
    drawing = random.Random(seed)
    return " ".join(word for word in text.split() if drawing.random() > part)


def distance(one, other):
    return ((fingerprint(one) ^ fingerprint(other)) & (2**64 - 1)).bit_count()


def test_texts_with_most_words_in_common_have_fingerprints_that_are_near():
    text = article(1)
    assert distance(text, text.upper()) == 0
    assert distance(text, without(text, 0.1)) < 12


def test_a_fingerprint_fits_the_column():
    assert all(-(2**63) <= fingerprint(article(seed)) < 2**63 for seed in range(20))


def test_a_few_words_have_no_fingerprint():
    assert fingerprint("Just a few words") is None
    assert fingerprint("") is None


def attached(text, **document):
    file = ContentFile(text.encode(), name="a.txt")
    return AttachmentFactory(document=DocumentFactory(**document), file=file)


def looked_for(text="", *, sha256="", address="", exclude=None):
    return like(sha256, address, fingerprint(text), text, exclude=exclude)


@pytest.mark.django_db
class TestDocuments:
    def test_the_same_file_is_found(self):
        there = attached("Words")
        attached("Others")
        assert looked_for("Words", sha256=there.sha256) == [
            Likeness(there.document_id, "file", 1.0)
        ]

    def test_the_same_address_is_found_however_it_is_written(self):
        there = DocumentFactory(source_url="http://www.example.org/a?utm_source=post")
        DocumentFactory(source_url="https://example.org/b")
        assert looked_for(address="https://example.org/a/#top") == [
            Likeness(there.pk, "address", 1.0)
        ]

    def test_documents_without_an_address_are_not_alike_for_that(self):
        DocumentFactory(source_url="")
        assert looked_for(address="") == []
        assert looked_for(address="no address") == []

    def test_nearly_the_same_words_are_found_with_their_share(self):
        text = article(1)
        there = attached(text)
        attached(article(2))
        assert looked_for(text) == [Likeness(there.document_id, "text", 1.0)]
        (found,) = looked_for(without(text, 0.05))
        assert found.document_id == there.document_id
        assert 0.6 < found.share < 1

    def test_a_reprint_with_words_of_its_own_around_it_is_found(self):
        there = attached(article(1))
        (found,) = looked_for(f"{article(5, 40)} {article(1)} {article(6, 40)}")
        assert found == Likeness(there.document_id, "text", 1.0)

    def test_the_nearest_comes_first_and_each_document_once(self):
        text = article(1)
        half = attached(without(text, 0.1, seed=1))
        whole = attached(text, source_url="https://example.org/a")
        found = looked_for(text, sha256=whole.sha256, address="https://example.org/a")
        assert [(one.document_id, one.why) for one in found] == [
            (whole.document_id, "file"),
            (half.document_id, "text"),
        ]

    def test_another_text_in_the_same_words_is_no_likeness(self):
        text = article(1)
        words = text.split()
        random.Random(1).shuffle(words)
        attached(" ".join(words))
        assert distance(text, " ".join(words)) == 0
        assert looked_for(text) == []


@pytest.mark.django_db
class TestIntakes:
    def taken_in(self, text="", **values):
        return Intake.objects.create(text=text, fingerprint=fingerprint(text), **values)

    def test_an_earlier_one_is_found_by_all_three(self):
        text = article(1)
        there = self.taken_in(text, sha256="a" * 64, address="https://example.org/a")
        later = self.taken_in()
        for looked in (
            looked_for(sha256="a" * 64, exclude=later.pk),
            looked_for(address="http://example.org/a", exclude=later.pk),
            looked_for(text, exclude=later.pk),
        ):
            assert [(one.document_id, one.intake_id) for one in looked] == [(None, there.pk)]

    def test_where_it_was_sent_on_to_is_its_address_too(self):
        there = self.taken_in(
            address="https://example.org/1", final_address="https://example.org/a"
        )
        (found,) = looked_for(address="https://example.org/a")
        assert found.intake_id == there.pk

    def test_of_two_alike_only_the_later_is_told_of_the_other(self):
        text = article(1)
        first, second = self.taken_in(text), self.taken_in(text)
        assert looked_for(text, exclude=first.pk) == []
        assert looked_for(text, exclude=second.pk) == [Likeness(None, "text", 1.0, first.pk)]

    def test_what_was_set_aside_or_became_a_document_is_not_told_twice(self):
        text = article(1)
        there = attached(text)
        self.taken_in(text, stage=IntakeStage.DONE, document=there.document)
        self.taken_in(text, stage=IntakeStage.DROPPED)
        self.taken_in(text, stage=IntakeStage.FAILED)
        assert looked_for(text) == [Likeness(there.document_id, "text", 1.0)]
