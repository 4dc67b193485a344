"""The lists as data say what their pages say, in both languages."""

import re

import pytest
from django.utils import translation

from archive.models import PUBLISHABLE
from portal.api.records import TYPE
from portal.views.lists import LISTS

pytestmark = pytest.mark.usefixtures("live_archive")

every_list = pytest.mark.parametrize("section", LISTS)


def asked(client, section, **parameters):
    response = client.get(f"/api/v1/{section}/", parameters)
    assert response.status_code == 200
    return response.json()


QUESTIONS = [
    {},
    {"q": "Ganja"},
    {"q": "пленные OR mines", "sort": "oldest"},
    {"q": "Şuşa", "from": "2020", "to": "2022-06"},
    {"q": '"war crimes"', "phase": "post_2020"},
    {"violation": "landmines", "place": ["aghdam", "ganja"], "sort": "added"},
    {"q": "zzzz"},
    {"place": "nowhere " * 20, "organisation": "nobody", "from": "20x0", "to": "2021"},
]


@pytest.mark.parametrize("number", range(len(QUESTIONS)), ids=lambda at: str(QUESTIONS[at]))
@every_list
def test_the_records_of_a_list_are_those_of_its_page_in_its_order(client, section, number):
    """In one language each: every list and every question has both of them in turn."""
    filters = LISTS[section].filterset
    question = {
        name: value for name, value in QUESTIONS[number].items() if name in filters.parameters()
    }
    if question.get("sort") not in filters.base_filters["sort"].orders:
        question.pop("sort", None)
    language = ("en", "ru")[(number + list(LISTS).index(section)) % 2]
    page = client.get(f"/{language}/{section}/", question)
    with translation.override(language):
        expected = said_by(page.context)
    shown = page.context["page"].object_list
    said = asked(client, section, lang=language, **question)
    assert {name: said[name] for name in expected} == expected
    assert [(one["type"], one["slug"]) for one in said["results"]] == [
        (TYPE[type(record)], record.slug) for record in shown
    ]


def said_by(context):
    """What the page of a list says, as its data should."""
    panel, page = context["panel"], context["page"]
    years = panel.period["years"] if panel.period else []
    wrong = map(str, panel.period["reasons"] if panel.period else [])
    return {
        "count": page.paginator.count,
        "pages": page.paginator.num_pages,
        "notices": [*map(str, context["notices"]), *wrong, *panel.unknown],
        "searched_also": {one["typed"]: one["others"] for one in context["also"]},
        "facets": {facet.name: options_of(facet) for facet in panel.facets},
        "years": {str(year.year): year.count for year in years},
    }


def options_of(facet):
    options = [
        {"value": o.value, "label": o.label, "count": o.count, "is_chosen": o.chosen}
        for o in facet.options
    ]
    return {"label": str(facet.label), "total": facet.total, "options": options}


@every_list
def test_a_link_below_the_results_leads_to_their_data(client, section, language):
    for number in (1, 2):
        page = client.get(f"/{language}/{section}/", {"sort": "added", "page": number})
        if page.status_code == 404:
            continue
        [address] = re.findall(r'<p class="meta as-data"><a href="([^"]+)"', page.content.decode())
        said = client.get(address.replace("&amp;", "&"))
        assert said["Content-Language"] == language
        expected = asked(client, section, sort="added", page=number, lang=language)
        assert said.json() == expected


@every_list
def test_next_leads_through_every_record_once(client, section):
    answer = asked(client, section, size=7, lang="ru", sort="added")
    assert answer["pages"] > 1
    pages = [answer]
    while answer["next"]:
        answer = client.get(answer["next"]).json()
        pages.append(answer)
    found = [(one["type"], one["slug"]) for page in pages for one in page["results"]]
    assert len(found) == len(set(found)) == pages[0]["count"]
    assert [page["page"] for page in pages] == list(range(1, pages[0]["pages"] + 1))
    assert client.get(answer["previous"]).json() == pages[-2]
    assert all(page["facets"] == pages[0]["facets"] for page in pages)


def test_every_record_has_its_page_in_both_languages(client):
    for record in asked(client, "search", size=100)["results"]:
        assert set(record["address"]) == {"en", "ru"}
        for code, address in record["address"].items():
            assert f"/{code}/{record['type']}/{record['slug']}/" in address
    for kind in PUBLISHABLE:
        address = asked(client, TYPE[kind], size=1)["results"][0]["address"]["ru"]
        assert client.get(address).status_code == 200
