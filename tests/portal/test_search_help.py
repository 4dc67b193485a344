"""The help page of the search: what it shows as an example is understood and finds something."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from django.utils import translation

from archive.search import Question, ask
from archive.search.language import FIELDS, parse
from portal.views import help

pytestmark = pytest.mark.usefixtures("live_archive")

EXAMPLE = re.compile(r'<th scope="row"><a class="mono" href="([^"]+)"')


def examples(client):
    page = client.get(reverse("portal:search_help")).content.decode()
    addresses = [urlsplit(html.unescape(address)) for address in EXAMPLE.findall(page)]
    assert {address.path for address in addresses} == {reverse("portal:search")}
    return [parse_qs(address.query)["q"][0] for address in addresses]


def test_every_example_is_understood(client, language):
    found = examples(client)
    assert len(found) > 20
    assert [text for text in found if parse(text).notices] == []


def test_every_example_finds_something(client, language):
    assert [text for text in examples(client) if not ask(Question(text=text)).total] == []


def test_there_is_an_example_of_every_field():
    assert set(help.FIELD_EXAMPLES) == set(FIELDS.values())
    for field, example in help.FIELD_EXAMPLES.items():
        with translation.override("en"):
            assert parse(str(example.query)).tree.name == field


def test_the_page_names_every_name_of_a_field(client, language):
    page = client.get(reverse("portal:search_help")).content.decode()
    assert [name for name in FIELDS if not re.search(rf"\b{name}\b", page)] == []


def test_a_long_number_may_break_on_a_phone(client):
    assert "ECLI:<wbr>CE:<wbr>" in client.get(reverse("portal:search_help")).content.decode()
