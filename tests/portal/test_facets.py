"""Counts beside the options, over the demonstration records, held against counting by hand."""

from collections import Counter
from functools import cache

import pytest
from django.http import QueryDict

from archive.models import PUBLISHABLE
from archive.search.records import SEARCHED
from portal import filters
from portal.facets import Facet
from portal.panel import Panel

pytestmark = pytest.mark.usefixtures("live_archive")

FILTERS = {
    "document": filters.DocumentFilters,
    "legalcase": filters.CaseFilters,
    "incident": filters.IncidentFilters,
    "claim": filters.ClaimFilters,
    "organisation": filters.OrganisationFilters,
    "person": filters.PersonFilters,
    "place": filters.PlaceFilters,
}
QUESTIONS = [
    ("document", ""),
    ("document", "kind=judgment&kind=report&side=third"),
    ("document", "organisation=ecthr&violation=torture&violation=murder_killing"),
    ("legalcase", ""),
    ("legalcase", "organisation=ecthr&side=armenian&stage=judgment&stage=final"),
    ("incident", ""),
    ("incident", "phase=war_2020&side=azerbaijani"),
    ("claim", ""),
    ("claim", "kind=denies&kind=rejects&side=azerbaijani&side=third"),
    ("claim", "phase=september_2022&phase=war_2020&organisation=human-rights-watch"),
    ("organisation", "kind=media&country=AZ"),
    ("person", "side=third"),
    ("place", "country=AZ&kind=village"),
]


def model_of(name):
    return next(model for model in PUBLISHABLE if model._meta.model_name == name)


def panel_of(name, question) -> Panel:
    records = model_of(name).objects.published()
    return Panel(FILTERS[name](QueryDict(question), queryset=records), "/")


def reached(record, path: list[str]) -> set:
    """The values at the end of a path from one record, through public records only."""
    if not path:
        return {record}
    related = getattr(record, path[0])
    if related is None:
        return set()
    if isinstance(related, str):
        return {related}
    ends = set()
    for one in related.all() if hasattr(related, "all") else [related]:
        if getattr(one, "is_public", True) and _owners_are_public(one):
            ends |= reached(one, path[1:])
    return ends


def _owners_are_public(row) -> bool:
    owners = [getattr(row, name) for name in getattr(row, "gate_through", ())]
    return all(owner is None or owner.is_public for owner in owners)


def values(record, name, facet) -> set:
    paths = SEARCHED[type(record)].facets[name]
    found = set().union(*(reached(record, path.split("__")) for path in paths))
    return {facet.shown(value) if isinstance(value, str) else value.slug for value in found} - {""}


@cache
def by_record(name) -> dict[str, dict[str, set]]:
    """Every public record of a kind → facet → its values. Slow: it asks record by record."""
    facets = FILTERS[name].base_filters.items()
    return {
        record.slug: {
            key: values(record, key, one) for key, one in facets if isinstance(one, Facet)
        }
        for record in model_of(name).objects.all()
        if record.is_public
    }


def by_hand(name, question, facet_name) -> Counter:
    """Counts of one facet, its own choice set aside, the others asked for one by one."""
    asked = {key: set(chosen) for key, chosen in QueryDict(question).lists() if key != facet_name}
    kept = [
        facets
        for facets in by_record(name).values()
        if all(facets[key] & chosen for key, chosen in asked.items())
    ]
    return Counter(value for facets in kept for value in facets[facet_name])


@pytest.mark.parametrize(("name", "question"), QUESTIONS)
def test_counts_are_those_of_counting_by_hand(name, question):
    panel = panel_of(name, question)
    for facet in panel.facets:
        every = panel.every_option(facet.name)
        offered = {option.value: option.count for option in every if option.count}
        assert offered == dict(by_hand(name, question, facet.name)), facet.name


@pytest.mark.parametrize(("name", "question"), [row for row in QUESTIONS if row[1]])
def test_an_option_added_gives_as_many_records_as_it_says(name, question):
    """A count promises what a reader finds who chooses that option alone in its facet."""
    for facet in panel_of(name, question).facets:
        for option in facet.options[:3]:
            chosen = QueryDict(question, mutable=True)
            chosen.setlist(facet.name, [option.value])
            found = panel_of(name, chosen.urlencode()).filters.answer
            assert len(set(found.page(0, found.total))) == found.total == option.count


@pytest.mark.parametrize("name", FILTERS)
def test_nothing_hidden_is_offered(name, client, language):
    page = client.get(f"/{language}/{model_page(name)}/").content.decode()
    assert "canary" not in page
    assert "канарейка" not in page
    for facet in panel_of(name, "").facets:
        assert not any(option.value.startswith("invented-") for option in facet.options)


@pytest.mark.parametrize("name", FILTERS)
def test_a_search_for_a_hidden_word_finds_nothing(name, client):
    response = client.get(f"/en/{model_page(name)}/?q=canary")
    assert response.context["page"].paginator.count == 0


def model_page(name):
    pages = {"legalcase": "cases", "person": "people"}
    return pages.get(name, f"{name}s")


def test_options_stand_by_count_and_sides_by_the_alphabet(language):
    panel = panel_of("claim", "")
    kinds, sides = panel.facets[0].options, panel.facets[2].options
    assert [o.count for o in kinds] == sorted((o.count for o in kinds), reverse=True)
    assert [o.label for o in sides] == sorted(o.label for o in sides)


def test_every_year_leads_to_as_many_records_as_its_bar_says():
    for name in ("document", "legalcase", "incident", "claim"):
        for year in panel_of(name, "").period["years"]:
            query = str(year.address).partition("?")[2]
            assert panel_of(name, query).filters.answer.total == year.count, (name, year.year)
