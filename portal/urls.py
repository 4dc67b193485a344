from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path, register_converter

from .views import help, lists, options, pages, records, reports, suggestions


class Section:
    """The last part of the address of a list. Any word would do for the views, but an address of
    nothing would then be looked for in every language."""

    regex = "|".join(lists.LISTS)
    to_python = to_url = str


register_converter(Section, "section")

section = (
    [
        path("", pages.home, name="home"),
        path("search/", lists.Search.as_view(), name="search"),
        path("search/help/", help.search_help, name="search_help"),
        path("search/suggest/", suggestions.suggestions, name="suggestions"),
        path("documents/", lists.DocumentList.as_view(), name="document_list"),
        path("documents/<slug:slug>/", records.DocumentPage.as_view(), name="document"),
        re_path(
            r"^documents/(?P<slug>[-a-zA-Z0-9_]+)/files/(?P<sha256>[0-9a-f]{64})/$",
            records.attachment,
            name="attachment",
        ),
        path("cases/", lists.CaseList.as_view(), name="legalcase_list"),
        path("cases/<slug:slug>/", records.CasePage.as_view(), name="legalcase"),
        path("incidents/", lists.IncidentList.as_view(), name="incident_list"),
        path("incidents/<slug:slug>/", records.IncidentPage.as_view(), name="incident"),
        path("claims/", lists.ClaimList.as_view(), name="claim_list"),
        path("claims/<slug:slug>/", records.ClaimPage.as_view(), name="claim"),
        path("organisations/", lists.OrganisationList.as_view(), name="organisation_list"),
        path("organisations/<slug:slug>/", records.OrganisationPage.as_view(), name="organisation"),
        path("people/", lists.PersonList.as_view(), name="person_list"),
        path("people/<slug:slug>/", records.PersonPage.as_view(), name="person"),
        path("places/", lists.PlaceList.as_view(), name="place_list"),
        path("places/<slug:slug>/", records.PlacePage.as_view(), name="place"),
        path("<section:section>/options/<slug:facet>/", options.options, name="options"),
        path("<section:section>/<slug:slug>/report/", reports.report, name="report"),
        path("about/", pages.about, name="about"),
        path("about/methodology/", pages.methodology, name="methodology"),
        path("about/corrections/", pages.corrections, name="corrections"),
    ],
    "portal",
)

urlpatterns = [
    path("", pages.choose_language, name="choose_language"),
    path("robots.txt", pages.robots, name="robots"),
    path("favicon.ico", pages.favicon, name="favicon"),
    path("sitemap.xml", pages.sitemap, name="sitemap"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("portal.api.urls")),
    *i18n_patterns(path("", include(section))),
]

handler400 = "portal.views.pages.bad_request"
handler403 = "portal.views.pages.forbidden"
handler404 = "portal.views.pages.not_found"
handler500 = "portal.views.pages.server_error"
