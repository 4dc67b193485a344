"""The lists as JSON, and what lists there are.

The parameters are those of the pages, and beside them those of `OWN`.
"""

from django.conf import settings
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from archive.models import ViolationType
from portal.caching import kept
from portal.context import SITE_NAME
from portal.facets import ChoiceFacet, RecordFacet, TypeFacet
from portal.languages import CODES, OWN_NAMES
from portal.panel import Address, FacetPanel, Panel
from portal.parameters import Sort, Text
from portal.templatetags.portal_tags import translated_text
from portal.views.lists import LISTS, PAGE_SIZE

from .answers import answer, for_programs, not_found, refused
from .records import TYPE, described

MOST = 100  # records of a page
SWITCHES = ("excerpts", "warned")
OWN = ("size", *SWITCHES, "lang")  # parameters that the pages do not have
MOST_NAMED = 10  # parameters that are not known
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


@for_programs
@kept
def contents(request):
    """Every list with the parameters that it takes."""
    lists = [
        {
            "name": section,
            "title": listing.title,
            "address": f"{settings.SITE_URL}{reverse('api:records', args=[section])}",
            "parameters": [
                _parameter(name, one) for name, one in listing.filterset.base_filters.items()
            ],
        }
        for section, listing in LISTS.items()
    ]
    excerpts = _("Excerpts with the words of the search")
    warned = _("What stands behind a warning too")
    everywhere = [
        {"names": ["page"], "label": _("Page")},
        {"names": ["size"], "label": _("Records of a page"), "most": MOST},
        {"names": ["excerpts"], "label": excerpts, "values": {"1": excerpts}},
        {"names": ["warned"], "label": warned, "values": {"1": warned}},
        {"names": ["lang"], "label": _("Language"), "values": {c: OWN_NAMES[c] for c in CODES}},
    ]
    help_page = f"{settings.SITE_URL}{reverse('portal:search_help')}#programs"
    said = {"name": SITE_NAME, "help": help_page, "licence": LICENCE}
    return answer({**said, "parameters": everywhere, "lists": lists})


def _parameter(name: str, one) -> dict:
    """With the values of a vocabulary and their labels; or the list whose records are the values,
    by the last part of their address. Countries go by their codes in ISO 3166."""
    said = {"names": list(getattr(one, "names", (name,))), "label": one.label}
    if isinstance(one, Text):
        said["label"] = _("Words or numbers")
    elif isinstance(one, Sort):
        said |= {"label": pgettext("of a list", "Order"), "values": one.orders}
    elif isinstance(one, ChoiceFacet):
        labels = {value: str(label) for value, label in one.choices.items()}
        by_label = sorted(labels.items(), key=lambda pair: pair[1].casefold())
        said["values"] = dict(by_label) if one.alphabetical else labels
    elif isinstance(one, TypeFacet):
        said["values"] = one.labels
    elif isinstance(one, RecordFacet) and one.records is ViolationType:
        said["values"] = {
            violation.slug: translated_text(violation, "label").text
            for violation in ViolationType.objects.order_by("slug")
        }
    elif isinstance(one, RecordFacet):
        said["slugs_of"] = TYPE[one.records]
    return said


@for_programs
@kept
def records(request, section: str):
    """One page of a list, with the counts of every facet."""
    if section not in LISTS:
        return not_found()
    size = _number(request.GET.get("size") or str(PAGE_SIZE), MOST)
    if size is None:
        message = _("The parameter “size” is a number from 1 to %(most)s.")
        return refused(message % {"most": MOST}, 400)
    for name in SWITCHES:
        if request.GET.get(name, "") not in ("", "0", "1"):
            return refused(_("The parameter “%(name)s” is 1 or 0.") % {"name": name}, 400)
    panel = LISTS[section].panel(request.GET, request.path)
    found = panel.filters.answer
    pages = -(-found.total // size) or 1
    page = _number(request.GET.get("page") or "1", pages)
    if page is None:
        message = _("This list has no such page: the last one is %(last)s.")
        return refused(message % {"last": pages}, 404)
    own = {name: value for name in OWN if (value := request.GET.get(name))}
    here = panel.address.having(**own | {"lang": get_language()})
    period = panel.period or {"reasons": [], "years": []}
    results = described(
        found,
        found.page((page - 1) * size, size),
        with_excerpts=own.get("excerpts") == "1",
        with_warned=own.get("warned") == "1",
    )
    return answer(
        {
            "licence": LICENCE,
            "count": found.total,
            "page": page,
            "pages": pages,
            "next": _turned(here, page + 1) if page < pages else None,
            "previous": _turned(here, page - 1) if page > 1 else None,
            "notices": [
                *_ignored(request, panel),
                *found.notices,
                *period["reasons"],
                *panel.unknown,
            ],
            "searched_also": found.also,
            "results": results,
            "facets": {facet.name: _facet(facet) for facet in panel.facets},
            "years": {year.year: year.count for year in period["years"]},
        }
    )


def _number(text: str, most: int) -> int | None:
    """From 1 to `most`; None for anything else."""
    is_short = text.isascii() and text.isdigit() and len(text) < 10
    return int(text) if is_short and 0 < int(text) <= most else None


def _ignored(request, panel: Panel) -> list[str]:
    """Parameters and orders that the list does not have: a program that mistypes one is not to
    take the whole list for an answer."""
    known = {*panel.filters.parameters(), *OWN, "page"}
    message = _("This list has no parameter “%(name)s”.")
    names = [name for name in request.GET if name not in known][:MOST_NAMED]
    notices = [message % {"name": Truncator(name).chars(40)} for name in names]
    order = request.GET.get("sort")
    if order and order not in panel.filters.filters["sort"].orders:
        unknown = _("There is no order “%(name)s” here, so the usual one is kept.")
        notices.append(unknown % {"name": Truncator(order).chars(40)})
    return notices


def _turned(here: Address, page: int) -> str:
    return f"{settings.SITE_URL}{here.having(page=page if page > 1 else None)}"


def _facet(facet: FacetPanel) -> dict:
    """The options of most records, and those chosen; total: how many there are."""
    options = [
        {
            "value": option.value,
            "label": option.label,
            "count": option.count,
            "is_chosen": option.chosen,
        }
        for option in facet.options
    ]
    return {"label": facet.label, "total": facet.total, "options": options}
