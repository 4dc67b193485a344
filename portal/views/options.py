"""All options of one facet of a list, on a page of their own: some lists have thousands."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from archive.search.analyser import fold
from archive.search.columns import value_of
from archive.search.records import KINDS
from portal.caching import kept
from portal.facets import Facet, RecordFacet
from portal.panel import Address, Option, Panel

from .lists import LISTS, RecordList, page_or_404, pages

PAGE_SIZE = 200
_MOST_NAMES = 200  # as many as are looked at of those that begin alike


@kept
@require_safe
def options(request, section: str, facet: str):
    """Every option that the result has, each a link to the list with it added, or removed where
    it is chosen. Parameters: those of the list, `letters` to narrow the options by, `by`."""
    listing = LISTS.get(section)
    if not listing or not isinstance(listing.filterset.base_filters.get(facet), Facet):
        raise Http404
    panel = listing.panel(request.GET, reverse(_name_of(listing)))
    letters = request.GET.get("letters", "").replace("\x00", "").strip()[:100]
    by_name = request.GET.get("by") == "name"
    found = _narrowed(panel, facet, letters)
    found.sort(key=lambda one: (0 if by_name else -one.count, fold(one.label), one.value))
    page = page_or_404(Paginator(found, PAGE_SIZE), request.GET.get("page", "1"))
    own = [("letters", letters)] if letters else []
    here = Address(request.path, panel.address.pairs + own)
    context = {
        "title": listing.title,
        "label": panel.filters.facets[facet].label,
        "panel": panel,
        "page": page,
        "letters": letters,
        "by_name": by_name,
        "by_count_address": here,
        "by_name_address": here.having(by="name"),
        "options": [(option, _address(panel, facet, option)) for option in page.object_list],
        "pages": pages(page, here.having(by="name") if by_name else here),
    }
    return render(request, "portal/options.html", context)


def _name_of(listing: type[RecordList]) -> str:
    return f"portal:{listing.model._meta.model_name}_list" if listing.model else "portal:search"


def _address(panel: Panel, facet: str, option: Option) -> Address:
    """Of the list, with the option added or removed."""
    if option.chosen:
        return panel.address.without(facet, value=option.value)
    return Address(panel.address.path, [*panel.address.pairs, (facet, option.value)])


def _narrowed(panel: Panel, facet: str, letters: str) -> list[Option]:
    """The options with these letters in their label, or under a name that begins so."""
    every = panel.every_option(facet)
    if not letters:
        return every
    known = _known_as(panel.filters.facets[facet], letters)
    folded = fold(letters)
    return [one for one in every if folded in fold(one.label) or one.value in known]


def _known_as(facet: Facet, letters: str) -> set[str]:
    """Values whose records go by a name of which a word begins with the letters."""
    if not isinstance(facet, RecordFacet) or facet.records not in KINDS:
        return set()
    named = facet.parent.view.names.starting_with(letters, _MOST_NAMES)
    return {facet.shown(value_of(*entry)) for entry, _spelling in named}
