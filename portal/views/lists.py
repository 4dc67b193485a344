"""The lists: a filter set and a few words each; and the search across all of them."""

from urllib.parse import urlencode

from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy
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
from portal import filters
from portal.caching import kept
from portal.fewer_words import fewer_words
from portal.hits import paginator
from portal.panel import Address, Panel, as_data
from portal.ways_on import ways_on

PAGE_SIZE = 20
BETWEEN_STATES = (CaseKind.INTER_STATE, CaseKind.ICJ, CaseKind.ARBITRATION)


@method_decorator(kept, name="dispatch")
class RecordList(View):
    """Records narrowed by filters. Asked by htmx it answers with the part of the page that
    changes, rendered by the same template."""

    section = None  # the last part of its address
    model = None
    filterset = None
    title = None
    introduction = None
    counted = None  # "3 documents"
    shortcut = None  # a question often asked: its name and the filters that ask it

    @classmethod
    def panel(cls, parameters, path: str) -> Panel:
        """What an address asks of this list. path: of the list, in the reader's language."""
        queryset = (cls.model or Document).objects.published()
        return Panel(cls.filterset(parameters, queryset=queryset), path)

    def get(self, request):
        panel = self.panel(request.GET, request.path)
        chosen = panel.filters
        page = page_or_404(paginator(chosen.answer, PAGE_SIZE), request.GET.get("page", "1"))
        query = chosen.question.text
        context = {
            "panel": panel,
            "section": self.section,
            "page": page,
            "title": self.title,
            "introduction": self.introduction,
            "shortcut": self.shortcut,
            "counted": self.counted % {"count": page.paginator.count},
            "query": query,
            "shows_kinds": self.model is None,
            "pages": pages(page, panel.address),
            "data_address": as_data(
                self.section, panel.address.having(page=page_number(page)).pairs
            ),
            "notices": chosen.answer.notices,
            **ways_on(chosen.answer, panel),
            **fewer_words(chosen.answer, panel.address),
        }
        fragment = request.htmx and not request.htmx.history_restore_request
        template = "_listing" if fragment else "record_list"
        response = TemplateResponse(request, f"portal/{template}.html", context)
        if fragment:
            response["HX-Push-Url"] = str(panel.address.having(page=page_number(page)))
        patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
        return response


def page_or_404(paginated: Paginator, number: str):
    try:
        return paginated.page(int(number))
    except (ValueError, PageNotAnInteger, EmptyPage) as error:
        raise Http404 from error


def page_number(page) -> int | None:
    """The page as the address names it: not at all, when it is the first."""
    return page.number if page.number > 1 else None


def pages(page, address: Address) -> list[dict]:
    """Links of the pagination: the numbers, where None stands for a gap, between the previous
    and the next page, which have a `rel`."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    links = []
    for number in numbers:
        known = isinstance(number, int)
        target = address.having(page=number if number != 1 else None) if known else None
        links.append({"number": number if known else None, "address": target, "rel": ""})
    at = next(place for place, link in enumerate(links) if link["number"] == page.number)
    before = [{**link, "rel": "prev"} for link in links[:at][-1:]]
    after = [{**link, "rel": "next"} for link in links[at + 1 :][:1]]
    return [*before, *links, *after]


class DocumentList(RecordList):
    section = "documents"
    model, filterset = Document, filters.DocumentFilters
    title = pgettext_lazy("section", "Documents")
    introduction = _(
        "Articles, reports, judgments, statements and letters, each with its source and its "
        "date. What a document says is recorded claim by claim."
    )
    counted = ngettext_lazy("%(count)s document", "%(count)s documents", "count")


class CaseList(RecordList):
    section = "cases"
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
    section = "incidents"
    model, filterset = Incident, filters.IncidentFilters
    title = pgettext_lazy("section", "Incidents")
    introduction = _(
        "Alleged events. To be listed here is to be alleged, not to be established: each page "
        "sets what the sides say beside what was found."
    )
    counted = ngettext_lazy("%(count)s incident", "%(count)s incidents", "count")


class ClaimList(RecordList):
    section = "claims"
    model, filterset = Claim, filters.ClaimFilters
    title = pgettext_lazy("section", "Claims")
    introduction = _(
        "Who said what, when, and where it is reported. A claim is not a finding: the findings "
        "of courts and UN bodies are marked as theirs."
    )
    counted = ngettext_lazy("%(count)s claim", "%(count)s claims", "count")


class OrganisationList(RecordList):
    section = "organisations"
    model, filterset = Organisation, filters.OrganisationFilters
    title = pgettext_lazy("section", "Organisations")
    introduction = _(
        "The bodies that speak, publish, investigate and judge, under all their names."
    )
    counted = ngettext_lazy("%(count)s organisation", "%(count)s organisations", "count")


class PersonList(RecordList):
    section = "people"
    model, filterset = Person, filters.PersonFilters
    title = pgettext_lazy("section", "People")
    introduction = _(
        "Officials and authors acting in public. Victims, witnesses and accused persons are not "
        "named in this archive."
    )
    counted = ngettext_lazy("%(count)s person", "%(count)s people", "count")


class PlaceList(RecordList):
    section = "places"
    model, filterset = Place, filters.PlaceFilters
    title = pgettext_lazy("section", "Places")
    introduction = _(
        "Places under all the names in use. The names have equal rank, and their order says "
        "nothing about the status of a place."
    )
    counted = ngettext_lazy("%(count)s place", "%(count)s places", "count")


class Search(RecordList):
    """Every kind of record in one list, the best match first."""

    section = "search"
    filterset = filters.SearchFilters
    title = _("Search the archive")
    introduction = _(
        "Search the documents, cases, incidents, claims, organisations, people and places of the "
        "archive at once."
    )
    counted = ngettext_lazy("%(count)s record", "%(count)s records", "count")


LISTS = {
    one.section: one
    for one in (
        DocumentList,
        CaseList,
        IncidentList,
        ClaimList,
        OrganisationList,
        PersonList,
        PlaceList,
        Search,
    )
}
