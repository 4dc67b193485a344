"""The curators' room: Django's admin site, opening on the work that waits."""

from functools import cache
from typing import NamedTuple

from django.contrib.admin import AdminSite
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.i18n import set_language

from archive.models import PUBLISHABLE, ViolationType

from .dates import day_in_words, in_words

# The order in which the first page and the menu name the records.
ORDER = [model.__name__ for model in (*PUBLISHABLE, ViolationType)]
RECENT = 8


class Work(NamedTuple):
    """A record that waits for someone, on the first page."""

    record: object
    kind: str
    address: str
    updated: str


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
        work = {
            "waiting": self._recent(request, "return"),
            "drafts": self._recent(request, "submit"),
        }
        return super().index(request, {**work, **(extra_context or {})})

    def _recent(self, request, step: str) -> list[Work]:
        """The newest records, of every kind that this user sees, that the step is open to."""
        found = []
        for model in PUBLISHABLE:
            room = self._registry[model]
            if room.has_view_permission(request):
                newest = room.get_queryset(request).open_to(step).order_by("-updated_at")
                found += newest.select_related(*room.list_select_related or ())[:RECENT]
        found.sort(key=lambda record: record.updated_at, reverse=True)
        return [work(record) for record in found[:RECENT]]


@cache
def curators_site() -> CuratorsSite:
    """The one site. Django asks twice: the first asking imports the rooms, which ask again."""
    return CuratorsSite()


def work(record) -> Work:
    opts = record._meta
    address = reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[record.pk])
    return Work(record, opts.verbose_name, address, day_in_words(record.updated_at))
