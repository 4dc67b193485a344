"""Pages that are not records or lists: home, about, language, robots, sitemap, errors."""

from functools import wraps

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from archive.models import PUBLISHABLE, ClaimKind, Correction, ViolationType, withdrawals
from portal import context, holdings, sitemaps
from portal.api import answers
from portal.corrections import with_records
from portal.glossary import CLAIM_DEFINITIONS
from portal.languages import language_of
from portal.panel import Address

from .lists import page_or_404, pages

CORRECTIONS_A_PAGE = 50


@require_safe
def home(request):
    return render(
        request,
        "portal/home.html",
        {
            "counts": holdings.counts(),
            "incidents_by_side": holdings.incidents_by_side(),
            "claims_by_speaker": holdings.claims_by_speaker(),
            "scale": holdings.SCALE,
            "latest_documents": holdings.latest_documents(),
            "newly_added": holdings.newly_added(),
        },
    )


@require_safe
def about(request):
    return render(request, "portal/about.html")


@require_safe
def methodology(request):
    return render(
        request,
        "portal/methodology.html",
        {
            "claim_verbs": [
                {"label": kind.label, "definition": CLAIM_DEFINITIONS[kind]} for kind in ClaimKind
            ],
            "violation_types": sorted(ViolationType.objects.all(), key=str),
        },
    )


@require_safe
def corrections(request):
    """With the log of corrections, and of what was withdrawn: of records that readers do not see
    the kind and the day, nothing else."""
    log = Paginator(Correction.objects.all(), CORRECTIONS_A_PAGE)
    page = page_or_404(log, request.GET.get("page", "1"))
    withdrawn = [
        {"day": moment, "kind": model._meta.verbose_name}
        for model in PUBLISHABLE
        for moment in withdrawals(model)
    ]
    withdrawn.sort(key=lambda entry: entry["day"], reverse=True)
    context = {
        "withdrawn": withdrawn,
        "page": page,
        "corrections": with_records(page.object_list),
        "pages": pages(page, Address(request.path, [])),
    }
    return render(request, "portal/corrections.html", context)


@require_safe
def choose_language(request):
    """To the home page in the language that the reader's browser asks for."""
    response = HttpResponseRedirect(f"/{translation.get_language_from_request(request)}/")
    patch_vary_headers(response, ["Accept-Language"])
    return response


@require_safe
def favicon(request):
    """For readers of feeds and browsers that ask for it without reading a page."""
    return HttpResponseRedirect(static("portal/icons/favicon-32.png"))


@require_safe
def robots(request):
    lines = "User-agent: *", "Disallow: /admin/", "", f"Sitemap: {settings.SITE_URL}/sitemap.xml"
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request):
    return sitemaps.answer(request)


def _in_language_of_path(view):
    """Error pages speak the language of the address, also where no middleware has set it."""

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        with translation.override(language_of(request.path) or translation.get_language()):
            return view(request, *args, **kwargs)

    return wrapped


@_in_language_of_path
def bad_request(request, exception=None):
    if answers.is_for_a_program(request):
        return answers.refused(_("This address cannot be read."), 400)
    return render(request, "portal/400.html", status=400)


@_in_language_of_path
def forbidden(request, exception=None):
    return render(request, "portal/403.html", status=403)


@never_cache
@_in_language_of_path
def not_found(request, exception=None):
    if answers.is_for_a_program(request):
        return answers.not_found()
    return render(request, "portal/404.html", status=404)


@_in_language_of_path
def server_error(request):
    """Rendered without the database and without context processors: either may be what failed."""
    if answers.is_for_a_program(request):
        return answers.refused(_("Something went wrong on our side"), 500)
    page = render_to_string("portal/500.html", {"request": request, **context.site(request)})
    return HttpResponse(page, status=500)
