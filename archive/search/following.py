"""The index follows the records: whatever is saved is indexed in the same transaction."""

from django.apps import apps
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save

from archive.models import rows_changed, rows_changing

from . import writing
from .entries import leading_to
from .records import KINDS, PARTS, dependants

# Models of which no public page shows anything. All others are records, parts of records, or rows
# that stand on pages all the same, like violation types.
_NOT_SHOWN = (
    "BulkChange",
    "Comment",
    "Confirmation",
    "Contribution",
    "FormerAddress",
    "Historical",
    "Intake",
    "Report",
    "Revision",
    "Search",
    "Suggestion",
    "TableImport",
    "TranslatedText",
    "TranslatorLanguage",
)


def connect() -> None:
    for part in PARTS:
        pre_save.connect(_before_save, sender=part, dispatch_uid="search")
    for model in apps.get_app_config("archive").get_models():
        if model.__name__.startswith(_NOT_SHOWN):
            continue
        for before in (pre_save, pre_delete, rows_changing):
            before.connect(_wait, sender=model, dispatch_uid="search: wait")
        if model in KINDS or model in PARTS:
            post_save.connect(_saved, sender=model, dispatch_uid="search")
            pre_delete.connect(_before_delete, sender=model, dispatch_uid="search")
            post_delete.connect(_deleted, sender=model, dispatch_uid="search")
            rows_changed.connect(_changed, sender=model, dispatch_uid="search")
        else:
            post_save.connect(_seen, sender=model, dispatch_uid="search")
            rows_changed.connect(_seen_changed, sender=model, dispatch_uid="search")
            pre_delete.connect(_before_forgotten, sender=model, dispatch_uid="search")
            post_delete.connect(_forgotten, sender=model, dispatch_uid="search")
    for through in _LINKS:
        m2m_changed.connect(_linked, sender=through, dispatch_uid="search")


# The table of every many-to-many relation → the field that it belongs to.
_LINKS = {
    field.remote_field.through: field for model in KINDS for field in model._meta.local_many_to_many
}


def _wait(sender, **kwargs):
    writing.wait_for_turn()


def _before_save(sender, instance, **kwargs):
    """A part may be moved from one record to another."""
    stored = sender._base_manager.filter(pk=instance.pk)
    instance._former_owners = list(stored.values_list(PARTS[sender], flat=True))


def _saved(sender, instance, **kwargs):
    former = {PARTS[sender]: instance._former_owners} if sender in PARTS else {}
    _changed(sender, [instance.pk], former)


def _changed(sender, pks, former, **kwargs):
    if sender in PARTS:
        rows = sender._base_manager.filter(pk__in=pks)
        owners = {*rows.values_list(PARTS[sender], flat=True), *former.get(PARTS[sender], ())}
        _index_owners(sender, owners)
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


def _seen(sender, instance, **kwargs):
    _seen_changed(sender, [instance.pk])


def _seen_changed(sender, pks, **kwargs):
    """Something that pages show; what is labelled with it is found by its label."""
    writing.touch()
    for kind, found in _leading_here(sender, pks):
        writing.index(kind, found)


def _leading_here(sender, pks) -> list[tuple[type, list[int]]]:
    """Records that have these as a value of their own."""
    return [
        (kind, found)
        for kind, path in dependants(sender)
        if (found := leading_to(kind, path, list(pks)))
    ]


def _before_forgotten(sender, instance, **kwargs):
    """What leads to a value can no longer be asked for when the value is gone."""
    instance._led_here = _leading_here(sender, [instance.pk])


def _forgotten(sender, instance, **kwargs):
    writing.touch()
    for kind, pks in instance._led_here:
        writing.index(kind, pks)


def _linked(sender, instance, action, reverse, model, pk_set, **kwargs):
    """Index both ends of every link that was made or cut."""
    if action.startswith("pre_"):
        writing.wait_for_turn()
    if action == "pre_clear":
        instance._cut = _others(_LINKS[sender], instance, reverse)
    elif action in ("post_add", "post_remove", "post_clear"):
        others = instance.__dict__.pop("_cut", []) if action == "post_clear" else pk_set
        for kind, pks in ((type(instance), [instance.pk]), (model, others)):
            if kind in KINDS and pks:
                writing.index(kind, pks)


def _others(field, instance, reverse) -> list[int]:
    ends = [field.m2m_field_name(), field.m2m_reverse_field_name()]
    here, there = reversed(ends) if reverse else ends
    rows = field.remote_field.through._base_manager.filter(**{here: instance.pk})
    return list(rows.values_list(there, flat=True))
