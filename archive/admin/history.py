"""The history of a record in plain words: who changed what and when, in both languages."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Max
from django.template.response import TemplateResponse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from archive.models.snapshots import parts_of
from archive.models.versions import LOADED, rows_of_links, said

from .comparison import Difference, compare, part_of
from .dates import moment_in_words, moment_of
from .steps import told

PER_PAGE = 30
ACTS = {
    "+": pgettext_lazy("history", "added"),
    "~": pgettext_lazy("history", "changed"),
    "-": pgettext_lazy("history", "deleted"),
}
# Versions of one saving lie closer together than this, on a loaded machine too.
AT_ONCE = timedelta(seconds=20)
_NOTHING = {"fields": {}, "links": {}, "parts": {}}


class Moment(NamedTuple):
    """A version and the one before it. relation: of which kind of part, "" for the record."""

    version: object
    before: object | None
    relation: str

    @property
    def changed(self) -> set[str]:
        """The fields in which it differs from the one before."""
        if self.before is None or self.version.history_type != "~":
            return set()
        old, new = said(self.before), said(self.version)
        old, new = ({**one["fields"], **one["links"]} for one in (old, new))
        return {name for name in new if old.get(name) != new[name]}

    @property
    def step(self) -> str:
        """What was done, where that is more than saving; and why, where somebody said."""
        reason = self.version.history_change_reason or ""
        return reason if any(what_happened(reason)) else ""

    @property
    def says_something(self) -> bool:
        """Saving without a change leaves a version too."""
        return bool(self.changed or self.version.history_type != "~" or self.step)

    def told(self, model) -> "Entry":
        """In words, for which what was linked is read from the database."""
        version = self.version
        act, why = what_happened(version.history_change_reason or "")
        act = act or ACTS[version.history_type]
        rows = [self.before and said(self.before), said(version)]
        if version.history_type != "~":
            rows = [None, rows[1]] if version.history_type == "+" else [rows[1], None]
        if not self.relation:
            states = [{**row, "parts": {}} if row else _NOTHING for row in rows]
            if version.history_type == "+":
                states[0] = _blank(states[1])
            differences = compare(model, *states) if rows[1] else []
            return Entry(version, act, "", differences, why)
        name = str(version.id)
        parts = [{self.relation: {name: row} if row else {}} for row in rows]
        states = [{**_NOTHING, "parts": part} for part in parts]
        part = part_of(model, self.relation, name, *reversed(states))
        return Entry(version, act, part, compare(model, *states) if any(rows) else [], why)


def _blank(state: dict) -> dict:
    """The state with nothing in it but what says nothing."""
    return {
        "fields": {name: None if value else value for name, value in state["fields"].items()},
        "links": {name: [] for name in state["links"]},
        "parts": {},
    }


def what_happened(reason: str) -> tuple[str, str]:
    """What happened, and why as somebody said it, of the reason that a version was kept with."""
    step, _colon, rest = reason.partition(": ")
    if step == "revise":
        # Translators: in the history; %(author)s is who had prepared the changes
        return _("changes by %(author)s published") % {"author": rest}, ""
    if step == "revert":
        # Translators: in the history; %(when)s is a day and a time
        return _("version of %(when)s brought back") % {
            "when": moment_in_words(parse_datetime(rest))
        }, ""
    if step == LOADED:
        return _("loaded into the archive"), ""
    return told(reason)


class Entry(NamedTuple):
    """What happened to the record or to one of its parts: act says what, part to which part (""
    for the record), why the reason that somebody gave."""

    version: object
    act: str
    part: str
    changes: list[Difference]
    why: str = ""


class Occasion(NamedTuple):
    """What somebody changed at once, the record and its parts, the newest first."""

    entries: list[Entry]

    @property
    def act(self) -> str:
        of_record = [entry for entry in self.entries if not entry.part]
        return of_record[-1].act if of_record else ACTS["~"]

    @property
    def why(self) -> str:
        return next((entry.why for entry in self.entries if entry.why), "")

    @property
    def user(self):
        return self.entries[0].version.history_user

    @property
    def moment(self) -> datetime:
        return self.entries[0].version.history_date

    @property
    def stamp(self) -> str:
        return self.moment.isoformat()

    @property
    def when(self) -> str:
        return moment_in_words(self.moment)


def moments(versions: list, relation: str = "") -> list[Moment]:
    """Versions of any number of rows of one model, newest first, each with the one before it."""
    found, newer = [], {}
    for version in versions:
        if (later := newer.get(version.id)) is not None:
            found.append(Moment(later, version, relation))
        newer[version.id] = version
    found += [Moment(first, None, relation) for first in newer.values()]
    return [moment for moment in found if moment.says_something]


def occasions(found: list[Moment]) -> list[list[Moment]]:
    """Moments, newest first, put together that came of one saving."""
    together: list[list[Moment]] = []
    for moment in found:
        if together and _at_once(moment, together[-1]):
            together[-1].append(moment)
        else:
            together.append([moment])
    return together


def _at_once(moment: Moment, later: list[Moment]) -> bool:
    """Links and parts are saved after the record: a row that was saved twice was saved anew, unless
    only its links differ."""
    version, last = moment.version, later[-1]
    same_row = [one for one in later if _row(one) == _row(moment)]
    return (
        version.history_user_id == last.version.history_user_id
        and last.version.history_date - version.history_date < AT_ONCE
        and (not last.step or last.step == moment.step)
        and all(one.changed <= _links(one.version) for one in same_row)
    )


def _row(moment: Moment) -> tuple[str, int]:
    return moment.relation, moment.version.id


def _links(version) -> set[str]:
    return {field.name for field in version.instance_type._meta.local_many_to_many}


class HistoryAdmin:
    """A ModelAdmin whose history page also tells of the parts of the record."""

    object_history_template = "admin/archive/history.html"
    history_limit = 200

    def history_view(self, request, object_id, extra_context=None):
        record = self.get_object(request, unquote(object_id))
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        until = moment_of(request.GET["until"]) if "until" in request.GET else None
        found, older = self.moments(record, until)
        page = Paginator(occasions(found), PER_PAGE).get_page(request.GET.get("p"))
        # Told only now: to put a change in words costs queries.
        page.object_list = [
            Occasion([moment.told(self.model) for moment in together])
            for together in page.object_list
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: %(record)s") % {"record": record},
            "page": page,
            "until": until.isoformat() if until else "",
            "older": older.isoformat() if older else "",
            "original": record,
            "opts": self.opts,
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_template, context)

    def moments(self, record, until: datetime | None) -> tuple[list[Moment], datetime | None]:
        """Newest first, up to a moment; and up to which moment the rest is to be asked for, where
        there are more than are looked through at once."""
        found, cuts = [], []
        kinds = [("", self.model, {"id": record.pk})]
        for name, relation in parts_of(self.model).items():
            kinds.append((name, relation.related_model, {relation.field.attname: record.pk}))
        for name, model, where in kinds:
            if until:
                where["history_date__lte"] = until
            versions, cut = self._versions(model, where)
            found += moments(versions, name)
            cuts += [cut] if cut else []
        older = max(cuts, default=None)
        if older:
            found = [moment for moment in found if moment.version.history_date > older]
        found.sort(key=lambda moment: moment.version.history_date, reverse=True)
        return found, older

    def _versions(self, model, where: dict) -> tuple[list, datetime | None]:
        """The newest, each row also as it was before them, and the moment of the first left out."""
        linked = [rows_of_links(model, field.name) for field in model._meta.local_many_to_many]
        known = model.history.select_related("history_user").prefetch_related(*linked)
        known = known.order_by("-history_date", "-history_id")
        versions = list(known.filter(**where)[: self.history_limit + 1])
        if len(versions) <= self.history_limit:
            return versions, None
        cut = versions.pop().history_date
        rows = {version.id for version in versions}
        before = model.history.filter(id__in=rows, history_date__lte=cut).order_by().values("id")
        before = before.annotate(latest=Max("history_id")).values("latest")
        seen = {version.history_id for version in versions}
        versions += known.filter(history_id__in=before).exclude(history_id__in=seen)
        return versions, cut
