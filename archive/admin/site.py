"""The curators' room: Django's admin site, opening on the work that waits."""

from functools import cache

from django.contrib.admin import AdminSite
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.i18n import set_language

from archive.models import PUBLISHABLE, ViolationType

from .dates import in_words
from .work import lists_for

# The order in which the first page and the menu name the records.
ORDER = [model.__name__ for model in (*PUBLISHABLE, ViolationType)]


def _place_of(model: dict) -> int:
    """The records first, then what else is looked after here."""
    name = model["object_name"]
    return ORDER.index(name) if name in ORDER else len(ORDER)


class CuratorsSite(AdminSite):
    # Translators: name of the admin, where curators work on the records
    site_header = _("Curators’ room")
    site_title = _("Curators’ room")
    index_title = _("Work in progress")
    # The kinds of record stand in one line under the masthead instead.
    enable_nav_sidebar = False

    def get_urls(self):
        return [
            path("language/", set_language, name="language"),
            path("in-words/", self.admin_view(in_words), name="in_words"),
            *super().get_urls(),
        ]

    def get_app_list(self, request, app_label=None):
        apps = super().get_app_list(request, app_label)
        apps.sort(key=lambda app: app["app_label"] != "archive")
        for app in apps:
            if app["app_label"] == "archive":
                app["models"].sort(key=_place_of)
        return apps

    def index(self, request, extra_context=None):
        lists = lists_for(request)
        work = {
            "work": [(title, listing) for title, listing in lists if listing.count],
            "nothing_in": [title for title, listing in lists if not listing.count],
        }
        return super().index(request, {**work, **(extra_context or {})})


@cache
def curators_site() -> CuratorsSite:
    """The one site. Django asks twice: the first asking imports the rooms, which ask again."""
    return CuratorsSite()
