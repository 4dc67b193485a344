"""Addresses for search engines: what is published, in every language, and nothing else."""

from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps import views as sitemap_views
from django.contrib.sitemaps.views import SitemapIndexItem
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import reverse

from archive.models import PUBLISHABLE

from .context import MORE, SECTIONS


class PortalSitemap(Sitemap):
    i18n = alternates = True
    protocol = urlsplit(settings.SITE_URL).scheme
    limit = 10_000  # each entry is written once a language, with its alternates

    def get_domain(self, site=None):
        return urlsplit(settings.SITE_URL).netloc

    def get_urls(self, *args, **kwargs):
        """With x-default, the same address as in the head of the page."""
        urls = super().get_urls(*args, **kwargs)
        for url in urls:
            alternates = {found["lang_code"]: found["location"] for found in url["alternates"]}
            default = {"lang_code": "x-default", "location": alternates[settings.LANGUAGE_CODE]}
            url["alternates"].append(default)
        return urls


class PageSitemap(PortalSitemap):
    def items(self):
        return ["home", *(name for name, _label in SECTIONS + MORE)]

    def location(self, item):
        return reverse(f"portal:{item}")


class RecordSitemap(PortalSitemap):
    def __init__(self, model):
        self.model = model

    def items(self):
        return self.model.objects.published().only("slug", "updated_at").order_by("pk")

    def lastmod(self, record):
        return record.updated_at

    def get_latest_lastmod(self):
        return self.items().order_by("-updated_at").values_list("updated_at", flat=True).first()


def sections() -> dict[str, PortalSitemap]:
    records = {model._meta.model_name: RecordSitemap(model) for model in PUBLISHABLE}
    return {"pages": PageSitemap(), **records}


def answer(request):
    """One file while the archive is small; an index of one file a kind (?section=) when it grows."""
    known, section = sections(), request.GET.get("section")
    if section is not None:
        if section not in known:
            raise Http404
        return sitemap_views.sitemap(request, known, section=section)
    if all(found.paginator.num_pages == 1 for found in known.values()):
        return sitemap_views.sitemap(request, known)
    return _index(request, known)


def _index(request, known):
    files = []
    for section, found in known.items():
        for number in found.paginator.page_range:
            query = urlencode({"section": section, "p": number})
            address = f"{settings.SITE_URL}{request.path}?{query}"
            files.append(SitemapIndexItem(address, found.get_latest_lastmod()))
    return TemplateResponse(
        request, "sitemap_index.xml", {"sitemaps": files}, content_type="application/xml"
    )
