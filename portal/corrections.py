"""The public log of what was changed in records after they were published."""

from collections import defaultdict
from collections.abc import Iterable

from archive.models import Correction
from archive.models.snapshots import parts_of


def of_record(record) -> list[Correction]:
    """Newest first."""
    return list(Correction.objects.about(record))


def with_records(entries: Iterable[Correction]) -> list[Correction]:
    """Each with its `public_record`, None where readers do not see it now, and the name of its
    kind. A query for each kind of record."""
    numbers = defaultdict(set)
    for entry in (entries := list(entries)):
        numbers[entry.model].add(entry.record_id)
    records = {model: model.objects.published().in_bulk(pks) for model, pks in numbers.items()}
    for entry in entries:
        entry.public_record = records[entry.model].get(entry.record_id)
        entry.kind_of_record = entry.model._meta.verbose_name
    return entries


def changed_fields(entry: Correction) -> list[str]:
    """The names of the fields and kinds of parts that were changed, in the reader's language."""
    known = {
        field.name: field.verbose_name
        for field in entry.model._meta.get_fields()
        if hasattr(field, "verbose_name")
    }
    for name, relation in parts_of(entry.model).items():
        known[name] = relation.related_model._meta.verbose_name_plural
    return [str(known[name]) for name in entry.fields if name in known]
