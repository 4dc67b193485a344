"""A list of short strings (aliases, sources, authors), edited one per line.

Kept as text, not JSON, so that a database search sees Cyrillic and Armenian letters as they are.
"""

from django import forms
from django.db import models
from django.db.models.query_utils import DeferredAttribute


def split_lines(value) -> list[str]:
    if value is None:
        return []
    lines = value.splitlines() if isinstance(value, str) else value
    return [line for line in (str(line).strip() for line in lines) if line]


class _LinesAttribute(DeferredAttribute):
    def __set__(self, instance, value):
        instance.__dict__[self.field.attname] = split_lines(value)


class LinesFormField(forms.CharField):
    widget = forms.Textarea

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        super().__init__(**kwargs)

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def has_changed(self, initial, data):
        return split_lines(initial) != split_lines(data)


class LinesField(models.TextField):
    """Python value: list[str]. Database value: the strings joined by newlines."""

    descriptor_class = _LinesAttribute

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", list)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value, expression, connection):
        return split_lines(value)

    def to_python(self, value):
        return split_lines(value)

    def get_prep_value(self, value):
        return "\n".join(split_lines(value))

    def value_to_string(self, obj):
        return self.get_prep_value(self.value_from_object(obj))

    def formfield(self, **kwargs):
        # A default that is called would make Django compare with a copy in the page.
        defaults = {"form_class": LinesFormField, "max_length": None, "show_hidden_initial": False}
        return super().formfield(**{**defaults, **kwargs})
