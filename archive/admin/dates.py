"""EDTF dates as curators type them: examples to copy, and at once the words readers will see."""

import re
from datetime import UTC, datetime

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.formats import time_format
from django.utils.timezone import is_naive, localtime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from archive.models import EDTFDate
from archive.models.dates import validate_edtf

EXAMPLES = _(
    "2022-09-13, 2022-09, 2022; 2022-09-13? (uncertain); 2022~ (about); "
    "2020-09-27/2020-11-10 (from–to); 2020-11-10/.. (since)."
)


_DAY_FIRST = re.compile(r"(?:(\d{1,2})([./]))?(\d{1,2})[./](\d{4})([?~%]?)")


def as_edtf(text: str) -> str:
    """A date written day first, 13.09.2022 or 13/09/2022 or 09.2022, turned around."""
    text = text.strip()
    if match := _DAY_FIRST.fullmatch(text):
        day, _separator, month, year, mark = match.groups()
        return f"{year}-{month:0>2}{f'-{day:0>2}' if day else ''}{mark}"
    return text


class DateInput(forms.CharField):
    """An EDTF date, which may also be written day first."""

    def to_python(self, value):
        return as_edtf(super().to_python(value))


def words_of(value: str) -> str:
    """The date in words, or "" for what is not (yet) a date."""
    value = as_edtf(value)
    try:
        validate_edtf(value)
    except ValidationError:
        return ""
    return EDTFDate(value).in_words


def day_in_words(moment) -> str:
    """The day of a moment, written as every other date is."""
    return EDTFDate(localtime(moment).date().isoformat()).in_words


def moment_in_words(moment) -> str:
    # Translators: a day in words and the time of day
    return _("%(day)s, %(time)s") % {
        "day": day_in_words(moment),
        "time": time_format(localtime(moment), "H:i"),
    }


@require_GET
def in_words(request):
    """The words of ?value=…, for the preview beside a date field."""
    return HttpResponse(words_of(request.GET.get("value", "")[:64]), content_type="text/plain")


class DateWidget(AdminTextInputWidget):
    template_name = "admin/archive/date_widget.html"

    class Media:
        js = ["archive/dates.js"]

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, {"maxlength": None, **(attrs or {})})
        context["in_words"] = words_of(value) if value else ""
        context["address"] = reverse("admin:in_words")
        context["widget"]["attrs"].update({"class": "vTextField edtf", "autocomplete": "off"})
        return context


def moment_of(text: str) -> datetime:
    """The moment in an address, as ISO 8601 with a time zone. Raises Http404."""
    try:
        moment = parse_datetime(text)
        if moment is None or is_naive(moment):
            raise Http404
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Http404 from error
