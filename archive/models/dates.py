"""Dates as historians write them: "about 13 September 2022", "since November 2020", "2020".

Stored as EDTF (ISO 8601-2:2019, Library of Congress profile). The string is the truth; the
earliest and latest day beside it are derived from it, for sorting and filtering only.
"""

import datetime as dt
import math
import re
from functools import lru_cache

from babel.dates import format_date
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _
from edtf import parse_edtf
from edtf.parser.edtf_exceptions import EDTFParseException

_DATE = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>\d\d))?)?(?P<mark>[?~%]?)"
)
_SET = re.compile(r"\[([^\[\]]+)\]")
# The forms of EDTF that can be said in words: a date, a season, a decade or century, two of them
# or an open end with a slash between, one of several, some day between two.
_PLAIN = r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-\d\d)?)?[?~%]?"
_FORMS = re.compile(
    rf"{_PLAIN}|\d{{4}}-2[1-4]|\d{{3}}X|\d{{2}}XX|{_PLAIN}/(?:{_PLAIN}|\.\.)|\.\./{_PLAIN}"
    rf"|\[{_PLAIN}(?:,{_PLAIN})+\]|\[{_PLAIN}\.\.{_PLAIN}\]"
)
_SEVERAL = re.compile(r"[/,\[]")
_NBSP = "\N{NO-BREAK SPACE}"

# CLDR patterns; Russian writes «г.» after a year and declines the month beside a day.
_PATTERNS = {
    "ru": {
        "day": f"d{_NBSP}MMMM y{_NBSP}'г'.",
        "day_month": f"d{_NBSP}MMMM",
        "month": f"LLLL y{_NBSP}'г'.",
        "month_genitive": f"MMMM y{_NBSP}'г'.",
        "month_only": "LLLL",
        "year": f"y{_NBSP}'г'.",
    },
    "": {
        "day": f"d{_NBSP}MMMM{_NBSP}y",
        "day_month": f"d{_NBSP}MMMM",
        "month": f"MMMM{_NBSP}y",
        "month_genitive": f"MMMM{_NBSP}y",
        "month_only": "MMMM",
        "year": "y",
    },
}


@lru_cache(maxsize=8192)
def bounds(value: str) -> tuple[dt.date | None, dt.date | None]:
    """The earliest and the latest day that an EDTF string covers; None for an open end.

    Raises ValueError for anything that is not EDTF or has no words here. Strict bounds: "2022~" is 1 January to
    31 December 2022, since the library's fuzzy ones reach years further.
    """
    if not _FORMS.fullmatch(value):
        raise ValueError(f"not an EDTF date: {value!r}")
    if _SEVERAL.search(value):
        for point in re.findall(_PLAIN, value):
            bounds(point)
    try:
        parsed = parse_edtf(value)
        earliest, latest = _to_date(parsed.lower_strict()), _to_date(parsed.upper_strict())
    except (EDTFParseException, ValueError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"not an EDTF date: {value!r}") from error
    if earliest and latest and earliest > latest:
        raise ValueError(f"an EDTF interval that ends before it starts: {value!r}")
    return earliest, latest


def _to_date(moment) -> dt.date | None:
    if isinstance(moment, float) and math.isinf(moment):
        return None
    return dt.date(moment.tm_year, moment.tm_mon, moment.tm_mday)


class EDTFDate(str):
    """An EDTF string that knows its bounds and its words. The empty string is "no date"."""

    __slots__ = ()

    @property
    def earliest(self) -> dt.date | None:
        return bounds(str(self))[0] if self else None

    @property
    def latest(self) -> dt.date | None:
        return bounds(str(self))[1] if self else None

    @property
    def in_words(self) -> str:
        """The date in words of the active language: «около 13 сентября 2022 г.».

        A string that no form would have accepted (written past them) is shown as it is.
        """
        try:
            return _in_words(str(self), get_language() or "en") if self else ""
        except ValueError:
            return str(self)


@lru_cache(maxsize=2**12)
def _in_words(value: str, language: str) -> str:
    """language: the active one; gettext, which adds “about” and “since”, knows no other."""
    if chosen := _SET.fullmatch(value):
        inner = chosen.group(1)
        if ".." in inner:
            start, end = inner.split("..", 1)
            if start and end:
                return _between(start, end, language)
            return _range(start or "..", end or "..", language)
        # Translators: joins two alternative dates, "13 September 2022 or 14 September 2022"
        return _(" or ").join(_point(part.strip(), language) for part in inner.split(","))
    if "/" in value:
        return _range(*value.split("/", 1), language)
    return _point(value, language)


def _between(start: str, end: str, language: str) -> str:
    # Translators: some day in a period. Russian: the start stands in the genitive, the end does not.
    return _("between %(start)s and %(end)s") % {
        "start": _point(start, language, "genitive"),
        "end": _point(end, language),
    }


def _range(start: str, end: str, language: str) -> str:
    if end in ("..", ""):
        if start.endswith("~"):
            words = _point(start[:-1], language, "genitive")
            return pgettext("date", "since about %(date)s") % {"date": words}
        return pgettext("date", "since %(date)s") % {"date": _point(start, language, "genitive")}
    if start in ("..", ""):
        return pgettext("date", "until %(date)s") % {"date": _point(end, language, "genitive")}
    if start == end:
        return _point(start, language)
    first, last = _DATE.fullmatch(start), _DATE.fullmatch(end)
    short = None
    if start.isdigit() and end.isdigit():
        # Translators: two years; Russian adds «гг.»
        return pgettext("years", "%(start)s–%(end)s") % {"start": start, "end": end}
    if first and last and not first["mark"] and not last["mark"] and first["year"] == last["year"]:
        day, patterns = _as_date(first), _patterns(language)
        if first["day"] and last["day"]:
            same_month = first["month"] == last["month"]
            short = format_date(day, "d" if same_month else patterns["day_month"], locale=language)
            if same_month:
                return f"{short}–{_point(end, language)}"
        elif first["month"] and last["month"] and not first["day"] and not last["day"]:
            short = format_date(day, patterns["month_only"], locale=language)
    return f"{short or _point(start, language)}{_NBSP}– {_point(end, language)}"


def _point(value: str, language: str, case: str = "nominative") -> str:
    """One date in words. case: the Russian case that the words around it ask for."""
    match = _DATE.fullmatch(value)
    if not match:
        earliest, latest = bounds(value)
        if earliest and latest and earliest != latest:
            return _between(earliest.isoformat(), latest.isoformat(), language)
        return value
    mark = match["mark"]
    if mark:
        case = "genitive"
    words = _plain(match, language, case)
    if mark == "~":
        return _("about %(date)s") % {"date": words}
    if mark in ("?", "%"):
        return _("about %(date)s (date uncertain)") % {"date": words}
    return words


def _plain(match: re.Match, language: str, case: str) -> str:
    patterns = _patterns(language)
    if match["day"]:
        pattern = patterns["day"]
    elif match["month"]:
        pattern = patterns["month" if case == "nominative" else "month_genitive"]
    else:
        pattern = patterns["year"]
    return format_date(_as_date(match), pattern, locale=language)


def _as_date(match: re.Match) -> dt.date:
    return dt.date(int(match["year"]), int(match["month"] or 1), int(match["day"] or 1))


def _patterns(language: str) -> dict[str, str]:
    return _PATTERNS.get(language.split("-")[0], _PATTERNS[""])


def validate_edtf(value: str) -> None:
    try:
        bounds(value)
    except ValueError as error:
        raise ValidationError(
            gettext_lazy(
                "“%(value)s” is not a date this archive can read. Write 2022, 2022-09, 2022-09-13, "
                "2022-09-13? (uncertain), 2022~ (about), 2020-09-27/2020-11-10 (from–to) or "
                "2020-11-10/.. (since)."
            ),
            code="invalid_edtf",
            params={"value": value},
        ) from error


class _EDTFAttribute(DeferredAttribute):
    def __set__(self, instance, value):
        instance.__dict__[self.field.attname] = EDTFDate(value or "")


class EDTFField(models.CharField):
    """An EDTF date. The model declares `<name>_earliest` and `<name>_latest` (DateField) beside it,
    which this field fills on every save; `QuerySet.update()` and raw fixtures bypass that."""

    descriptor_class = _EDTFAttribute
    default_validators = [validate_edtf]

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 64)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def pre_save(self, model_instance, add):
        value = getattr(model_instance, self.attname)
        setattr(model_instance, f"{self.attname}_earliest", value.earliest)
        setattr(model_instance, f"{self.attname}_latest", value.latest)
        return str(value)


def bound_field(label=None) -> models.DateField:
    """A derived bound of an EDTFField."""
    return models.DateField(label, null=True, blank=True, editable=False)


def within(name: str, start: dt.date | None, end: dt.date | None) -> models.Q:
    """Rows whose EDTF field `name` overlaps the days start…end (either may be None)."""
    overlaps = ~models.Q(**{name: ""})
    if start:
        overlaps &= models.Q(**{f"{name}_latest__gte": start}) | models.Q(
            **{f"{name}_latest": None}
        )
    if end:
        overlaps &= models.Q(**{f"{name}_earliest__lte": end}) | models.Q(
            **{f"{name}_earliest": None}
        )
    return overlaps
