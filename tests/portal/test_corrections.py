"""The public log of corrections: on its page and on the record."""

import pytest
from django.urls import reverse
from django.utils import timezone

from archive.models import Correction
from tests.factories import DocumentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]
LOG = "/{}/about/corrections/"


def corrected(record, **values):
    return Correction.objects.create(
        kind="document",
        record_id=record.pk,
        at=timezone.now(),
        **{"weight": "correction", "said_en": "The date was put right.", **values},
    )


@pytest.fixture
def document():
    return DocumentFactory(slug="harvest", title_en="Harvest", title_ru="Урожай", published=True)


def test_a_correction_stands_in_the_log_and_on_the_record(client, document):
    corrected(document, fields=["published_on", "title_ru"])
    for address in (LOG.format("en"), "/en/documents/harvest/"):
        page = client.get(address).text
        assert "The date was put right." in page
        assert "Correction of fact" in page
        assert "date of publication" in page


def test_what_is_said_in_one_language_is_marked_as_such_in_the_other(client, document):
    corrected(document)
    page = client.get(LOG.format("ru")).text
    assert '<p lang="en">The date was put right.</p>' in page
    assert "Урожай" in page


@pytest.mark.parametrize("state", ["in_review", "restricted", "withdrawn"])
def test_of_a_record_that_is_not_public_the_log_says_the_day_and_the_kind(client, state):
    corrected(DocumentFactory(slug="canary-slug", title_en="Canary", **{state: True}))
    page = client.get(LOG.format("en"))
    (entry,) = page.context["corrections"]
    assert entry.public_record is None
    assert "A record that is no longer public was corrected." in page.text
    assert "No record has been corrected" not in page.text
    for secret in ("put right", "Canary", "canary-slug", "Correction of fact"):
        assert secret not in page.text


def test_only_an_empty_log_says_that_nothing_was_corrected(client):
    assert "No record has been corrected" in client.get(LOG.format("en")).text


def test_a_long_log_has_pages_and_as_many_queries_as_a_short_one(
    client, document, django_assert_num_queries, django_assert_max_num_queries
):
    corrected(document)
    client.get(LOG.format("en"))
    with django_assert_max_num_queries(11) as short:
        client.get(LOG.format("en"))
    for number in range(60):
        corrected(document, said_en=f"Correction number {number}.")
    with django_assert_num_queries(len(short)):
        page = client.get(LOG.format("en")).text
    assert "Correction number 59." in page
    assert "Correction number 3." not in page
    assert "Correction number 3." in client.get(LOG.format("en") + "?page=2").text
    assert client.get(LOG.format("en") + "?page=9").status_code == 404


def test_only_those_who_publish_take_words_out_of_the_log(
    client, signed_in, curator, reviewer, document
):
    line = corrected(document)
    page = reverse("admin:archive_correction_change", args=[line.pk])
    assert signed_in(curator).get(page).status_code == 403
    assert signed_in(curator).post(page, {"reason": "A name."}).status_code == 403
    room = signed_in(reviewer)
    assert "The date was put right." in room.get(page).text
    assert "Say why" in room.post(page, {"reason": " "}, follow=True).text
    assert "The date was put right." in client.get(LOG.format("en")).text
    room.post(page, {"reason": "A name."})
    log = client.get(LOG.format("en")).text
    assert "put right" not in log
    assert "Correction of fact" in log
    assert room.get(reverse("admin:archive_correction_changelist")).status_code == 200
