"""Which translations wait for someone: as lists on the first page, as a filter and as badges of
every list of records."""

from collections import defaultdict
from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modeltranslation.settings import AVAILABLE_LANGUAGES

from archive.models import PUBLISHABLE
from archive.models.translations import missing_in, outdated_in

from .texts import language_name, languages_of
from .work import Listing, of_every_kind, work, work_list

PARAMETER = "translation"


class Due(NamedTuple):
    """find: (kind of record, language) → those of which a text waits for a translation."""

    title: str
    badge: str
    find: Callable[[type, str], Q]
    order: int


DUE = {
    "missing": Due(
        _("Missing translations"),
        # Translators: on a record in a list; the name of a language follows
        pgettext_lazy("translation", "missing: %(language)s"),
        missing_in,
        50,
    ),
    "outdated": Due(
        _("Outdated translations"),
        # Translators: on a record in a list, of which the source was changed after it was
        # translated; the name of the language of the translation follows
        pgettext_lazy("translation", "outdated: %(language)s"),
        outdated_in,
        60,
    ),
}


def screen_page(record, language: str = "") -> str:
    """The address of the translation screen of a record."""
    arguments = [record.pk, language] if language else [record.pk]
    return reverse(f"admin:archive_{record._meta.model_name}_translate", args=arguments)


def waiting(records: QuerySet, states: list[str], languages: list[str]) -> QuerySet:
    """Records with a text that waits in one of these states, in one of these languages. What was
    withdrawn waits for nothing."""
    model = records.model
    conditions = [DUE[state].find(model, code) for state in states for code in languages]
    records = records.filter(reduce(or_, conditions, Q(pk__in=[])))
    has_readers = any(field.name == "withdrawn_at" for field in model._meta.fields)
    return records.filter(withdrawn_at__isnull=True) if has_readers else records


def due_of(model, pks: list[int]) -> dict[int, list[tuple[str, str]]]:
    """pk → what waits: state and language. One query."""
    asked = [(state, code) for state in DUE for code in AVAILABLE_LANGUAGES]
    answers = {
        f"{state}_in_{code}": ExpressionWrapper(DUE[state].find(model, code), BooleanField())
        for state, code in asked
    }
    rows = model._base_manager.filter(pk__in=pks).values_list("pk").annotate(**answers).order_by()
    found = defaultdict(list)
    for pk, *told in rows:
        found[pk] = [about for about, is_due in zip(asked, told, strict=True) if is_due]
    return found


def next_record(request, language: str, after):
    """A record of which a text waits in this language, of the same kind first; None: there is
    none."""
    for model in sorted(PUBLISHABLE, key=lambda model: model is not type(after)):
        room = admin.site._registry[model]
        if room.has_change_permission(request):
            records = waiting(room.get_queryset(request), list(DUE), [language])
            if model is type(after):
                records = records.exclude(pk=after.pk)
            if (record := records.order_by("-updated_at").first()) is not None:
                return record
    return None


# The first page


def listing(request, state: str) -> Listing | None:
    """What waits in the languages of this user."""

    def find(room) -> QuerySet | None:
        languages = languages_of(request, room.model)
        if languages and room.has_change_permission(request):
            return waiting(room.get_queryset(request), [state], languages)
        return None

    return of_every_kind({PARAMETER: state}, find, lambda records: _rows(request, state, records))


def _rows(request, state: str, records: list) -> list:
    by_model = defaultdict(list)
    for record in records:
        by_model[type(record)].append(record.pk)
    due = {model: due_of(model, pks) for model, pks in by_model.items()}
    found = []
    for record in records:
        given = languages_of(request, type(record))
        codes = [
            code for told, code in due[type(record)][record.pk] if told == state and code in given
        ]
        remark = ", ".join(language_name(code) for code in codes) if len(given) > 1 else ""
        page = screen_page(record, codes[0] if codes else "")
        found.append(work(record, remark=remark)._replace(address=page))
    return found


@work_list(DUE["missing"].title, order=DUE["missing"].order)
def missing_translations(request) -> Listing | None:
    return listing(request, "missing")


@work_list(DUE["outdated"].title, order=DUE["outdated"].order)
def outdated_translations(request) -> Listing | None:
    return listing(request, "outdated")


# Lists of records


class TranslationFilter(SimpleListFilter):
    """What waits for a translation: in the languages of this user, or in a certain one."""

    title = _("translation")
    parameter_name = PARAMETER

    def __init__(self, request, params, model, model_admin):
        self.given = languages_of(request, model)
        super().__init__(request, params, model, model_admin)

    def lookups(self, request, model_admin):
        found = []
        for state, due in DUE.items() if self.given else ():
            found.append((state, due.title))
            found += [
                (f"{state}-{code}", capfirst(due.badge % {"language": language_name(code)}))
                for code in AVAILABLE_LANGUAGES
                if len(self.given) > 1
            ]
        return found

    def queryset(self, request, queryset):
        state, _dash, code = (self.value() or "").partition("-")
        if state not in DUE:
            return queryset
        return waiting(queryset, [state], [code] if code in AVAILABLE_LANGUAGES else self.given)


class ShowsTranslations:
    """A ModelAdmin whose list tells of each record what waits for a translation, and leads there."""

    def get_changelist_instance(self, request):
        changelist = super().get_changelist_instance(request)
        records = list(changelist.result_list)
        due = due_of(self.model, [record.pk for record in records])
        for record in records:
            record.due = due[record.pk]
            record.translatable_into = languages_of(request, self.model)
        return changelist

    @admin.display(description=_("translation"))
    def translation(self, record):
        return format_html_join(" ", "{}", ((_badge(record, *about),) for about in record.due))


def _badge(record, state: str, language: str) -> str:
    text = DUE[state].badge % {"language": language_name(language)}
    if language not in record.translatable_into:
        return format_html('<span class="badge badge-{}">{}</span>', state, text)
    return format_html(
        '<a class="badge badge-{}" href="{}">{}</a>', state, screen_page(record, language), text
    )
