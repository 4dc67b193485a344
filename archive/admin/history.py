"""The history of a record in plain words: who changed what and when, in both languages."""

from dataclasses import replace
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from simple_history.template_utils import HistoricalRecordContextHelper
from simple_history.utils import get_m2m_reverse_field_name

from archive.models import EDTFDate, EDTFField, LinesField
from archive.translation import DERIVED

from .dates import moment_in_words
from .steps import told

PER_PAGE = 30
# What a version says of its own making, of no interest to a reader of the history.
# The status changes by steps only, which have a name of their own.
SILENT = {
    "id",
    "status",
    "created_at",
    "created_by",
    "updated_at",
    "submitted_by",
    "approved_by",
    "approved_at",
    "returned_at",
    "published_at",
    "withdrawn_at",
}
ACTS = {
    "+": pgettext_lazy("history", "added"),
    "~": pgettext_lazy("history", "changed"),
    "-": pgettext_lazy("history", "deleted"),
}


class Entry(NamedTuple):
    """One moment: act is what happened, part the kind of part it happened to ("" for the record),
    why the reason that somebody gave."""

    version: object
    act: str
    part: str
    changes: list
    why: str = ""

    @property
    def when(self) -> str:
        return moment_in_words(self.version.history_date)


class Readable(HistoricalRecordContextHelper):
    """Values as a curator knows them: labels of choices, dates in words, lists without brackets."""

    def format_delta_change(self, change):
        field = self.model._meta.get_field(change.field)
        return replace(
            change,
            field=field.verbose_name,
            old=self._words(field, self.prepare_delta_change_value(change, change.old)),
            new=self._words(field, self.prepare_delta_change_value(change, change.new)),
        )

    @staticmethod
    def _words(field, value) -> str:
        if value is None or value == "" or value == []:
            return ""
        if isinstance(field, EDTFField):
            return EDTFDate(value).in_words
        if isinstance(field, LinesField) or isinstance(value, list):
            return "; ".join(str(item) for item in value)
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        return str(dict(field.flatchoices).get(value, value))


def compared_fields(model) -> list[str]:
    """The fields in which versions are compared: no derived ones, and of a text every language."""
    return [
        field.name
        for field in (*model._meta.fields, *model._meta.many_to_many)
        if field.name not in SILENT
        and field.name not in DERIVED.get(model, ())
        and not field.name.endswith(("_earliest", "_latest"))
        and field.name not in ("first_step", "latest_step")
        and not hasattr(model, f"{field.name}_en")
    ]


class Moment(NamedTuple):
    """A version and the one before it, and the fields in which they differ. Told as an Entry."""

    version: object
    before: object | None
    changed: list[str]
    part: str

    @property
    def says_something(self) -> bool:
        """Saving without a change leaves a version too."""
        return bool(self.changed or self.version.history_type != "~" or any(self._step))

    @property
    def _step(self) -> tuple[str, str]:
        return told(self.version.history_change_reason)

    def told(self) -> Entry:
        """In words, for which what was linked is read from the database."""
        version, changes = self.version, []
        act, why = self._step
        if self.changed:
            delta = version.diff_against(
                self.before, included_fields=self.changed, foreign_keys_are_objs=True
            )
            changes = Readable(version.instance_type, version).context_for_delta_changes(delta)
        return Entry(version, act or ACTS[version.history_type], self.part, changes, why)


def moments(versions: list, model, part: str = "") -> list[Moment]:
    """Versions of any number of rows of one model, newest first, each with the one before it."""
    fields, found, newer = compared_fields(model), [], {}
    for version in versions:
        later = newer.get(version.id)
        if later is not None:
            changed = differences(later, version, fields) if later.history_type == "~" else []
            found.append(Moment(later, version, changed, part))
        newer[version.id] = version
    found += [Moment(first, None, [], part) for first in newer.values()]
    return [moment for moment in found if moment.says_something]


def differences(version, before, fields: list[str]) -> list[str]:
    """The fields that differ. No query where the links of both versions are prefetched."""
    return [name for name in fields if _stored(version, name) != _stored(before, name)]


def _stored(version, name: str):
    field = version.instance_type._meta.get_field(name)
    if not field.many_to_many:
        return getattr(version, field.attname)
    target = get_m2m_reverse_field_name(field)
    rows = getattr(version, links(type(version), name)).all()
    return {getattr(row, f"{target}_id") for row in rows}


def links(history, name: str) -> str:
    """Under which name a version has the rows of a many-to-many field, so that they prefetch."""
    return f"{getattr(history, name).model._meta.model_name}_set"


class HistoryAdmin:
    """A ModelAdmin whose history page also tells of the parts of the record."""

    object_history_template = "admin/archive/history.html"
    history_limit = 200

    def history_view(self, request, object_id, extra_context=None):
        record = self.get_object(request, object_id)
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        page = Paginator(self.moments(record), PER_PAGE).get_page(request.GET.get("p"))
        # Told only now: to put a change in words costs queries.
        page.object_list = [moment.told() for moment in page.object_list]
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: %(record)s") % {"record": record},
            "page": page,
            "object": record,
            "opts": self.opts,
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_template, context)

    def moments(self, record) -> list[Moment]:
        found = moments(self._versions(self.model, id=record.pk), self.model)
        for inline in self.inlines:
            relation = next(
                field.attname
                for field in inline.model._meta.fields
                if field.related_model == self.model
            )
            found += moments(
                self._versions(inline.model, **{relation: record.pk}),
                inline.model,
                inline.model._meta.verbose_name,
            )
        return sorted(found, key=lambda moment: moment.version.history_date, reverse=True)

    def _versions(self, model, **where) -> list:
        linked = [
            links(model.history.model, field.name) for field in model._meta.local_many_to_many
        ]
        versions = model.history.filter(**where).order_by("-history_date", "-history_id")
        versions = versions.select_related("history_user").prefetch_related(*linked)
        return list(versions[: self.history_limit])
