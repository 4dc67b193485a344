"""The index follows the records: whatever is saved is indexed in the same transaction."""

from django.apps import apps
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete

from archive.models import rows_changed

from . import writing
from .records import KINDS, PARTS

# Rows that are no record and no part of one, and yet are read on public pages.
_NOT_SHOWN = ("Search", "Historical", "FormerAddress")


def connect() -> None:
    for model in apps.get_app_config("archive").get_models():
        if model in KINDS or model in PARTS:
            post_save.connect(_saved, sender=model, dispatch_uid="search")
            pre_delete.connect(_before_delete, sender=model, dispatch_uid="search")
            post_delete.connect(_deleted, sender=model, dispatch_uid="search")
            rows_changed.connect(_changed, sender=model, dispatch_uid="search")
        elif not model.__name__.startswith(_NOT_SHOWN):
            post_save.connect(_touched, sender=model, dispatch_uid="search")
            post_delete.connect(_touched, sender=model, dispatch_uid="search")
    for through in _LINKS:
        m2m_changed.connect(_linked, sender=through, dispatch_uid="search")


# The table of every many-to-many relation → the field that it belongs to.
_LINKS = {
    field.remote_field.through: field for model in KINDS for field in model._meta.local_many_to_many
}


def _saved(sender, instance, **kwargs):
    _changed(sender, [instance.pk])


def _changed(sender, pks, **kwargs):
    if sender in PARTS:
        rows = sender._base_manager.filter(pk__in=pks)
        _index_owners(sender, rows.values_list(PARTS[sender], flat=True))
    elif sender in KINDS:
        writing.index(sender, pks)


def _index_owners(part, pks):
    writing.index(part._meta.get_field(PARTS[part]).related_model, pks)


def _before_delete(sender, instance, **kwargs):
    instance._deleted_pk = (
        getattr(instance, f"{PARTS[sender]}_id") if sender in PARTS else instance.pk
    )


def _deleted(sender, instance, **kwargs):
    if sender in PARTS:
        _index_owners(sender, [instance._deleted_pk])
    else:
        writing.index(sender, [instance._deleted_pk])


def _touched(sender, **kwargs):
    writing.touch()


def _linked(sender, instance, action, reverse, model, pk_set, **kwargs):
    """Index both ends of every link that was made or cut."""
    if action == "pre_clear":
        instance._cut = _others(_LINKS[sender], instance, reverse)
    elif action in ("post_add", "post_remove", "post_clear"):
        others = instance.__dict__.pop("_cut", []) if action == "post_clear" else pk_set
        _changed(type(instance), [instance.pk])
        if others:
            _changed(model, others)


def _others(field, instance, reverse) -> list[int]:
    ends = [field.m2m_field_name(), field.m2m_reverse_field_name()]
    here, there = reversed(ends) if reverse else ends
    rows = field.remote_field.through._base_manager.filter(**{here: instance.pk})
    return list(rows.values_list(there, flat=True))
