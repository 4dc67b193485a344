"""What a record said at some moment, from its history and that of its parts.

A record that was loaded from a file has no history: its first version is noted just before it is
changed for the first time, so that this change can be told and taken back too.
"""

from datetime import datetime

from django.conf import settings
from django.db.models import Model
from django.utils import timezone
from simple_history.utils import get_m2m_reverse_field_name

from .publishable import Publishable
from .snapshots import fields_of, parts_of, plain, rehearsing, snapshot

# Not brought back with the words: where a record stands, and who may see it, is decided anew.
KEPT_AS_IT_IS = ("access", "slug", "not_before")
# Why a first version was noted.
LOADED = "loaded"


def as_of(record: Publishable, moment: datetime) -> dict:
    """A snapshot of what the record said at that moment; where its history does not reach so far
    back, of the earliest that is known."""
    now = snapshot(record)
    versions = type(record).history.filter(id=record.pk)
    version = versions.filter(history_date__lte=moment).order_by(*_NEWEST).first()
    version = version or versions.order_by(*_OLDEST).first()
    row = said(version) if version else {"fields": dict(now["fields"]), "links": now["links"]}
    row["fields"] |= {name: now["fields"][name] for name in KEPT_AS_IT_IS}
    parts = {
        name: _rows_as_of(relation, record, moment, now["parts"][name])
        for name, relation in parts_of(type(record)).items()
    }
    return {**row, "parts": parts}


_OLDEST = ("history_date", "history_id")
_NEWEST = ("-history_date", "-history_id")


def _rows_as_of(relation, record, moment: datetime, now: dict[str, dict]) -> dict[str, dict]:
    model = relation.related_model
    linked = [field.name for field in model._meta.local_many_to_many]
    versions = model.history.filter(**{relation.field.attname: record.pk}).order_by(*_OLDEST)
    first, latest = {}, {}
    for version in versions.prefetch_related(*(rows_of_links(model, name) for name in linked)):
        first.setdefault(version.id, version)
        if version.history_date <= moment:
            latest[version.id] = version
    rows = {number: row for number, row in now.items() if int(number) not in first}
    for pk, earliest in first.items():
        version = latest.get(pk) or earliest
        was_there = pk in latest or earliest.history_type != "+"
        if was_there and not (pk in latest and version.history_type == "-"):
            rows[str(pk)] = said(version)
    return rows


def said(version) -> dict:
    """What one version of a record or of a part says, as in a snapshot."""
    model = version.instance_type
    fields = {
        field.name: plain(field, getattr(version, field.attname)) for field in fields_of(model)
    }
    links = {}
    for field in model._meta.local_many_to_many:
        target = f"{get_m2m_reverse_field_name(field)}_id"
        rows = getattr(version, rows_of_links(model, field.name)).all()
        links[field.name] = sorted(getattr(row, target) for row in rows)
    return {"fields": fields, "links": links}


def rows_of_links(model, name: str) -> str:
    """Under which name a version has the rows of a many-to-many field, so that they prefetch."""
    return f"{getattr(model.history.model, name).model._meta.model_name}_set"


# ── the first version of what was loaded ──


def begin_before_saving(sender, instance, raw=False, **kwargs) -> None:
    """Receiver of `pre_save` and `pre_delete`."""
    if raw or instance.pk is None or rehearsing() or not _is_kept():
        return
    if sender.history.filter(id=instance.pk).exists():
        return
    stored = sender._base_manager.filter(pk=instance.pk).first()
    if stored is not None:
        _begin(stored)


def _is_kept() -> bool:
    return getattr(settings, "SIMPLE_HISTORY_ENABLED", True)


def begin_before_linking(sender, instance, action, reverse, **kwargs) -> None:
    """Receiver of `m2m_changed`, which the one that has the field hears."""
    if action.startswith("pre_") and not reverse:
        begin_before_saving(type(instance), instance)


def _begin(stored: Model) -> None:
    moment = getattr(stored, "created_at", None) or _beginning_of_owner(stored)
    _keep(stored, history_date=moment, history_type="+", history_change_reason=LOADED)


def note(record: Model, reason: str, *, by) -> None:
    """Something happened to a record that changed nothing in it: its history tells of it."""
    if not _is_kept():
        return
    begin_before_saving(type(record), record)
    _keep(
        type(record)._base_manager.get(pk=record.pk),
        history_date=timezone.now(),
        history_type="~",
        history_change_reason=reason,
        history_user=by,
    )


def _keep(stored: Model, **about) -> None:
    history = type(stored).history.model
    values = {field.attname: getattr(stored, field.attname) for field in history.tracked_fields}
    version = history.objects.create(**about, **values)
    for field in stored._meta.local_many_to_many:
        through = field.remote_field.through
        links = through._base_manager.filter(**{field.m2m_field_name(): stored.pk})
        columns = [column.attname for column in through._meta.concrete_fields]
        kept = getattr(history, field.name).model
        kept.objects.bulk_create(
            kept(history=version, **{name: getattr(link, name) for name in columns})
            for link in links
        )


def _beginning_of_owner(part: Model) -> datetime:
    for field in part._meta.concrete_fields:
        if field.many_to_one and field.remote_field in parts_of(field.related_model).values():
            owner = getattr(part, field.name)
            return getattr(owner, "created_at", None) or timezone.now()
    return timezone.now()
