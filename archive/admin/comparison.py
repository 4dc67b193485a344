"""Two states of a record side by side, as a curator reads them: fields by their names, links by what
they lead to, texts word by word."""

from typing import Any, NamedTuple

from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from archive.models import EDTFDate, EDTFField, LinesField
from archive.models.snapshots import Change, differences, filled, parts_of

from .dates import moment_in_words
from .differences import marked_differences


class Difference(NamedTuple):
    """A line of a comparison. part: of which row of the record ("" for the record itself); old and
    new in words; marked: both in one, with <del> and <ins>."""

    part: str
    label: str
    old: str
    new: str
    marked: SafeString


def compare(model: type[models.Model], before: dict, after: dict) -> list[Difference]:
    """What differs between two snapshots of a record of this kind."""
    found = []
    for change in differences(before, after):
        part = part_of(model, change.relation, change.row, after, before)
        if change.relation and not change.field:
            found.append(_whole_row(model, change, part))
        else:
            kind = kind_of(model, change.relation)
            found.append(_of_field(kind, change, part))
    return found


def kind_of(model, relation: str) -> type[models.Model]:
    return parts_of(model)[relation].related_model if relation else model


def part_of(model, relation: str, row: str, *states: dict) -> str:
    """What a row is called, from the first of the states that has it."""
    if not relation:
        return ""
    kind = kind_of(model, relation)
    said = next(rows[row] for state in states if row in (rows := state["parts"].get(relation, {})))
    name = str(filled(kind(), said["fields"])).strip()
    # Translators: a kind of part and which one it is, for example: Step: Judgment 2021-04-15
    return _("%(kind)s: %(name)s") % {"kind": capfirst(kind._meta.verbose_name), "name": name}


def label_of(kind, name: str) -> str:
    """What a column, a link or a kind of part is called."""
    part = parts_of(kind).get(name)
    label = (
        part.related_model._meta.verbose_name_plural
        if part
        else kind._meta.get_field(name).verbose_name
    )
    return capfirst(label)


def _of_field(kind, change: Change, part: str) -> Difference:
    field = kind._meta.get_field(change.field)
    old, new = in_words(field, change.before), in_words(field, change.after)
    if field.many_to_many:
        marked = _marked_links(field, change.before or [], change.after or [])
    elif is_text(field):
        marked = marked_differences(old, new)
    else:
        marked = _joined(_marks(old, new))
    return Difference(part, label_of(kind, change.field), old, new, marked)


def _whole_row(model, change: Change, part: str) -> Difference:
    # Translators: label of a line that tells of a part of a record which is new
    new_part = pgettext("difference", "added")
    # Translators: label of a line that tells of a part of a record which is gone
    gone = pgettext("difference", "deleted")
    label = gone if change.after is None else new_part
    old, new = (
        "" if row is None else row_in_words(model, change.relation, row)
        for row in (change.before, change.after)
    )
    return Difference(part, capfirst(label), old, new, _joined(_marks(old, new)))


def row_in_words(model, relation: str, row: dict) -> str:
    """All that a row says, a field a line."""
    kind = kind_of(model, relation)
    lines = []
    for name, value in {**row["fields"], **row["links"]}.items():
        field = kind._meta.get_field(name)
        words = in_words(field, value)
        if words and (field.many_to_many or field.editable) and value is not False:
            lines.append(
                _("%(field)s: %(value)s") % {"field": label_of(kind, name), "value": words}
            )
    return "\n".join(lines)


def _marks(old: str, new: str) -> list[SafeString]:
    """What is gone and what is new, whole."""
    return [marked_differences(*pair) for pair in ((old, ""), ("", new)) if any(pair)]


def _joined(marks: list[SafeString]) -> SafeString:
    return format_html_join(" → ", "{}", ((mark,) for mark in marks))


def _marked_links(field, before: list[int], after: list[int]) -> SafeString:
    names = _names(field.related_model, {*before, *after})
    gone = [(names[pk], "") for pk in before if pk not in after]
    new = [("", names[pk]) for pk in after if pk not in before]
    return format_html_join("; ", "{}", ((marked_differences(*pair),) for pair in gone + new))


def is_text(field) -> bool:
    """Whether it is written in words, rather than chosen."""
    return (
        isinstance(field, (models.CharField, models.TextField))
        and not field.choices
        and not isinstance(field, (EDTFField, models.FileField))
    )


def in_words(field, value: Any) -> str:
    """A value of a snapshot as a curator knows it."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(field, LinesField):
        return "\n".join(value)
    if field.many_to_many:
        return "; ".join(_names(field.related_model, value).values())
    if field.many_to_one:
        return _names(field.related_model, [value])[value]
    if isinstance(field, EDTFField):
        return EDTFDate(value).in_words
    if isinstance(field, models.FileField):
        return value.rsplit("/", 1)[-1]
    if isinstance(field, models.DateTimeField):
        return moment_in_words(parse_datetime(value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(dict(field.flatchoices).get(value, value))


def _names(model, pks) -> dict[int, str]:
    """What the rows with these numbers are called, those that are gone included."""
    found = model._base_manager.in_bulk(pks)
    # Translators: stands for something linked that was deleted since
    gone = _("no longer there")
    return {pk: str(found.get(pk, gone)) for pk in sorted(pks)}
