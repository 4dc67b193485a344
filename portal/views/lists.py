"""The lists: a queryset, a filter set and a template each; and the search across all of them."""

from urllib.parse import urlencode

from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.db.models import Case, Value, When
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe
from django.views.generic import View

from archive.models import (
    CaseKind,
    Claim,
    Document,
    Incident,
    LegalCase,
    Organisation,
    Person,
    Place,
)
from archive.search import exactly
from portal import filters
from portal.cards import with_card_relations
from portal.panel import Address, Panel

PAGE_SIZE = 20
BETWEEN_STATES = (CaseKind.INTER_STATE, CaseKind.ICJ, CaseKind.ARBITRATION)
GROUP_SIZE = 5


class RecordList(View):
    """One kind of record, narrowed by its filters. Asked by htmx it answers with the part of the
    page that changes, rendered by the same template."""

    model = None
    filterset = None
    title = None
    introduction = None
    counted = None  # "3 documents"
    shortcut = None  # a question often asked: its name and the filters that ask it

    def get(self, request):
        chosen = self.filterset(request.GET, queryset=self.model.objects.published())
        panel = Panel(chosen, request.path)
        page = page_or_404(with_card_relations(chosen.qs), request.GET.get("page", "1"))
        context = {
            "panel": panel,
            "page": page,
            "title": self.title,
            "introduction": self.introduction,
            "shortcut": self.shortcut,
            "counted": self.counted % {"count": page.paginator.count},
            "query": dict(panel.address.pairs).get("q", ""),
            "card": f"portal/_{self.model._meta.model_name}_card.html",
            "pages": pages(page, panel.address),
        }
        fragment = request.htmx and not request.htmx.history_restore_request
        template = "_listing" if fragment else "record_list"
        response = TemplateResponse(request, f"portal/{template}.html", context)
        if fragment:
            response["HX-Push-Url"] = str(panel.address.having(page=page_number(page)))
        patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
        return response


def page_or_404(queryset, number: str, size: int = PAGE_SIZE):
    try:
        return Paginator(queryset, size).page(int(number))
    except (ValueError, PageNotAnInteger, EmptyPage) as error:
        raise Http404 from error


def page_number(page) -> int | None:
    """The page as the address names it: not at all, when it is the first."""
    return page.number if page.number > 1 else None


def pages(page, address: Address) -> list[dict]:
    """Links of the pagination; a number of None stands for a gap."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    links = []
    for number in numbers:
        known = isinstance(number, int)
        target = address.having(page=number if number != 1 else None) if known else None
        links.append({"number": number if known else None, "address": target})
    return links


class DocumentList(RecordList):
    model, filterset = Document, filters.DocumentFilters
    title = pgettext_lazy("section", "Documents")
    introduction = _(
        "Articles, reports, judgments, statements and letters, each with its source and its "
        "date. What a document says is recorded claim by claim."
    )
    counted = ngettext_lazy("%(count)s document", "%(count)s documents", "count")


class CaseList(RecordList):
    model, filterset = LegalCase, filters.CaseFilters
    title = pgettext_lazy("section", "Cases")
    introduction = _(
        "Applications, inter-State cases and criminal proceedings in any forum, with their "
        "dated steps and what was decided, article by article."
    )
    counted = ngettext_lazy("%(count)s case", "%(count)s cases", "count")
    shortcut = {
        "label": _("Only the cases between the States"),
        "query": urlencode([("kind", kind) for kind in BETWEEN_STATES]),
    }


class IncidentList(RecordList):
    model, filterset = Incident, filters.IncidentFilters
    title = pgettext_lazy("section", "Incidents")
    introduction = _(
        "Alleged events. To be listed here is to be alleged, not to be established: each page "
        "sets what the sides say beside what was found."
    )
    counted = ngettext_lazy("%(count)s incident", "%(count)s incidents", "count")


class ClaimList(RecordList):
    model, filterset = Claim, filters.ClaimFilters
    title = pgettext_lazy("section", "Claims")
    introduction = _(
        "Who said what, when, and where it is reported. A claim is not a finding: the findings "
        "of courts and UN bodies are marked as theirs."
    )
    counted = ngettext_lazy("%(count)s claim", "%(count)s claims", "count")


class OrganisationList(RecordList):
    model, filterset = Organisation, filters.OrganisationFilters
    title = pgettext_lazy("section", "Organisations")
    introduction = _(
        "The bodies that speak, publish, investigate and judge, under all their names."
    )
    counted = ngettext_lazy("%(count)s organisation", "%(count)s organisations", "count")


class PersonList(RecordList):
    model, filterset = Person, filters.PersonFilters
    title = pgettext_lazy("section", "People")
    introduction = _(
        "Officials and authors acting in public. Victims, witnesses and accused persons are not "
        "named in this archive."
    )
    counted = ngettext_lazy("%(count)s person", "%(count)s people", "count")


class PlaceList(RecordList):
    model, filterset = Place, filters.PlaceFilters
    title = pgettext_lazy("section", "Places")
    introduction = _(
        "Places under all the names in use. The names have equal rank, and their order says "
        "nothing about the status of a place."
    )
    counted = ngettext_lazy("%(count)s place", "%(count)s places", "count")


# Value of the parameter `type` → list. The values are those of the lists' addresses.
TYPES = {
    "documents": DocumentList,
    "cases": CaseList,
    "incidents": IncidentList,
    "claims": ClaimList,
    "organisations": OrganisationList,
    "people": PersonList,
    "places": PlaceList,
}


@require_safe
def search(request):
    """Every kind of record, by kind: the first of each, with the way to all of them. A kind with
    a record that goes by exactly these words, or by this number, comes first."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    types = list(dict.fromkeys(text for text in request.GET.getlist("type") if text))[:50]
    groups = [group(name, one, query) for name, one in TYPES.items()]
    groups.sort(key=lambda one: not one["exact"])
    shown = [one for one in groups if one["name"] in types] if types else groups
    size = PAGE_SIZE if len(shown) == 1 else GROUP_SIZE
    number = request.GET.get("page", "1")
    # Only a single kind has further pages; the overview is one page long.
    rows = shown[0]["records"] if len(shown) == 1 else ()
    page = page_or_404(rows, number, size)
    address = Address(request.path, [("q", query)] if query else [])
    address.pairs += [("type", name) for name in types]
    for one in groups:
        one["address"] = address.having(type=one["name"])
        one["chosen"] = one["name"] in types
    for one in shown:
        one["rows"] = page if len(shown) == 1 else one["records"][:size]
    context = {
        "query": query,
        "groups": groups,
        "shown": [one for one in shown if one["count"]],
        "total": sum(one["count"] for one in shown),
        "everything": address.without("type"),
        "unknown": [name for name in types if name not in TYPES],
        "types": types,
        "page": page,
        "pages": pages(page, address),
    }
    return TemplateResponse(request, "portal/search.html", context)


def group(name: str, one: type[RecordList], query: str) -> dict:
    """The records of one kind that match, not yet read, and how many there are; those that
    go by the very words of the query first."""
    chosen = one.filterset({"q": query}, queryset=one.model.objects.published())
    count = chosen.qs.count()
    exact = list(exactly(chosen.qs, query).values_list("pk", flat=True)) if count and query else []
    usual = chosen.qs.query.order_by
    first = Case(When(pk__in=exact, then=Value(0)), default=Value(1))
    records = chosen.qs.order_by(first, *usual) if exact else chosen.qs
    model_name = one.model._meta.model_name
    return {
        "name": name,
        "title": one.title,
        "count": count,
        "exact": bool(exact),
        "counted": one.counted % {"count": count},
        "records": with_card_relations(records),
        "card": f"portal/_{model_name}_card.html",
        "list": Address(reverse(f"portal:{model_name}_list"), [("q", query)] if query else []),
    }
