"""The lists as JSON, and what lists there are.

The parameters are those of the pages, with `size` and `lang` beside them.
"""

from functools import wraps
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.caching import kept
from portal.context import SITE_NAME
from portal.facets import ChoiceFacet, RecordFacet
from portal.panel import FacetPanel, Panel
from portal.parameters import Sort
from portal.views.lists import LISTS, PAGE_SIZE

from .answers import answer, refused
from .records import TYPE, described

MOST = 100  # records of a page
LANGUAGES = [code for code, _name in settings.LANGUAGES]


def in_chosen_language(view):
    """`lang` goes before what the program's headers ask for."""

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        chosen = request.GET.get("lang") or get_language()
        if chosen not in LANGUAGES:
            known = ", ".join(LANGUAGES)
            return refused(_("“lang” is one of these: %(known)s.") % {"known": known}, 400)
        with override(chosen):
            return view(request, *args, **kwargs)

    return wrapped


@require_safe
@in_chosen_language
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
    help_page = f"{settings.SITE_URL}{reverse('portal:search_help')}#programs"
    return answer({"name": SITE_NAME, "help": help_page, "lists": lists})


def _parameter(name: str, one) -> dict:
    """With the values of a choice and their labels; or the list whose addresses are the values."""
    said = {"names": list(getattr(one, "names", (name,))), "label": one.label}
    if isinstance(one, ChoiceFacet):
        said["values"] = one.choices
    elif isinstance(one, Sort):
        said["values"] = one.orders
    elif isinstance(one, RecordFacet) and one.records in TYPE:
        said["slugs_of"] = TYPE[one.records]
    return said


@require_safe
@in_chosen_language
@kept
def records(request, section: str):
    """One page of a list, with the counts of every facet."""
    if section not in LISTS:
        raise Http404
    size = _number(request.GET.get("size") or str(PAGE_SIZE), MOST)
    if size is None:
        return refused(_("“size” is a number from 1 to %(most)s.") % {"most": MOST}, 400)
    panel = LISTS[section].panel(request.GET, request.path)
    found = panel.filters.answer
    pages = -(-found.total // size) or 1
    page = _number(request.GET.get("page") or "1", pages)
    if page is None:
        raise Http404
    own = {name: value for name in ("size", "lang") if (value := request.GET.get(name))}
    period = panel.period or {"reasons": [], "years": []}
    return answer(
        {
            "count": found.total,
            "page": page,
            "pages": pages,
            "next": _turned(panel, own, page + 1) if page < pages else None,
            "previous": _turned(panel, own, page - 1) if page > 1 else None,
            "notices": [*found.notices, *period["reasons"], *_unknown(panel)],
            "searched_also": found.also,
            "results": described(found, found.page((page - 1) * size, size)),
            "facets": {facet.name: _facet(facet) for facet in panel.facets},
            "years": {year.year: year.count for year in period["years"]},
        }
    )


def _number(text: str, most: int) -> int | None:
    """From 1 to `most`; None for anything else."""
    is_short = text.isascii() and text.isdigit() and len(text) < 10
    return int(text) if is_short and 0 < int(text) <= most else None


def _turned(panel: Panel, own: dict, page: int) -> str:
    """The same list at another page."""
    pairs = [*panel.address.pairs, *own.items(), *([("page", page)] if page > 1 else [])]
    query = f"?{urlencode(pairs)}" if pairs else ""
    return f"{settings.SITE_URL}{panel.address.path}{query}"


def _unknown(panel: Panel) -> list[str]:
    message = _("The archive knows nothing by the name “%(value)s”, so that filter finds nothing.")
    return [message % {"value": value[:80]} for value in panel.unknown]


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
