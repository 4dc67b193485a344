"""Texts kept in every language: side by side, and enough in one of them.

A translator (someone who may change a record but not add one) edits these fields and no others,
in the languages that an administrator has given to them.
"""

import re
import unicodedata

from babel import Locale
from django import forms
from django.contrib.admin import widgets
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from modeltranslation.admin import (
    TranslationAdmin,
    TranslationStackedInline,
    TranslationTabularInline,
)
from modeltranslation.settings import AVAILABLE_LANGUAGES
from modeltranslation.utils import get_translation_fields

from archive.models import EDTFField, LinesField, TranslatorLanguage

from .dates import EXAMPLES, DateInput, DateWidget

# What comes along when text is copied from a page or a PDF and nobody sees: controls, soft hyphens,
# marks without width. Joiners and no-break spaces belong to the words.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060"
    "\u2066-\u2069\ufeff\ufff9-\ufffb]"
)
_LINE_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")


def tidied(text: str, *, lines: bool) -> str:
    """Text as it is stored: letters composed (NFC), no mark that nobody sees, one kind of line
    break; without `lines`, a line break is a space."""
    text = unicodedata.normalize("NFC", _UNSEEN.sub("", _LINE_BREAKS.sub("\n", text)))
    text = "\n".join(line.rstrip() for line in text.replace("\t", " ").split("\n"))
    return text.strip("\n") if lines else " ".join(text.split("\n")).strip()


class TextsForm(forms.ModelForm):
    """A required text is enough in one language, whichever that is."""

    required_texts = ()

    def clean(self):
        data = super().clean()
        for column in self._meta.model._meta.fields:
            text = data.get(column.name)
            if hasattr(column, "translated_field") and isinstance(text, str) and not column.choices:
                data[column.name] = tidied(text, lines=isinstance(column, models.TextField))
        for name in self.required_texts:
            columns = get_translation_fields(name)
            written = [column for column in columns if column in self.fields]
            if written and not any(self._text(data, column) for column in columns):
                self.add_error(written[0], _("Write it in one language at least."))
        return data

    def _text(self, data, column: str):
        """As it was written; where it cannot be written in this form, as it stands."""
        return data.get(column) if column in self.fields else getattr(self.instance, column)

    def _post_clean(self):
        """What the database would refuse is said here, even of fields that are not in the form:
        a translator may take away the only name of a forum."""
        super()._post_clean()
        if self.instance.pk and not self.errors:
            try:
                self.instance.validate_constraints()
            except ValidationError as error:
                self.add_error(None, error.messages)


def language_name(language: str) -> str:
    """In the active language, as in the middle of a sentence: “Russian”, «русский»."""
    return Locale.parse(get_language() or "en", sep="-").languages[language]


def translates_only(request, model) -> bool:
    """Whether this user may touch only the texts of such a record."""
    permission = f"{model._meta.app_label}.%s_{model._meta.model_name}"
    return not request.user.has_perm(permission % "add")


def languages_of(request, model) -> list[str]:
    """The languages in which this user may write texts of such records."""
    if not translates_only(request, model):
        return list(AVAILABLE_LANGUAGES)
    if not hasattr(request, "languages_given"):
        given = TranslatorLanguage.objects.filter(user_id=request.user.pk)
        request.languages_given = set(given.values_list("language", flat=True))
    return [code for code in AVAILABLE_LANGUAGES if code in request.languages_given]


class WithoutShortcuts:
    """No buttons beside a relation that delete or leave for the related record."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(getattr(field, "widget", None), widgets.RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = field.widget.can_view_related = False
        return field


class Texts(WithoutShortcuts):
    """What records and the parts of records share, as a ModelAdmin or an inline."""

    form = TextsForm
    formfield_overrides = {
        EDTFField: {"widget": DateWidget, "form_class": DateInput},
        LinesField: {"widget": widgets.AdminTextareaWidget(attrs={"rows": 3})},
        models.URLField: {"assume_scheme": "https"},
        models.TextField: {"widget": widgets.AdminTextareaWidget(attrs={"rows": 5})},
    }

    @property
    def texts(self) -> list[str]:
        """The columns of all translated fields."""
        return [column for name in self.trans_opts.all_fields for column in columns_of(name)]

    def replace_orig_field(self, option):
        """Columns for translated names; a tuple stays one, so its fields share a row."""
        replaced = []
        for name in option or ():
            if isinstance(name, (list, tuple)):
                replaced.append(tuple(self.replace_orig_field(name)))
            elif name in self.trans_opts.all_fields:
                replaced += columns_of(name)
            else:
                replaced.append(name)
        return replaced

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(db_field, EDTFField) and "EDTF" in str(field.help_text or "EDTF"):
            field.help_text = EXAMPLES
        if field and db_field.name == "slug":
            field.error_messages["invalid"] = _(
                "An address is written in Latin letters, digits and hyphens, without spaces."
            )
        if isinstance(getattr(field, "widget", None), forms.SplitDateTimeWidget):
            for widget, part in zip(field.widget.widgets, (_("date"), _("time")), strict=True):
                widget.attrs["aria-label"] = f"{capfirst(db_field.verbose_name)}, {part}"
        language = getattr(db_field, "language", None)
        if field and language in AVAILABLE_LANGUAGES and hasattr(db_field, "translated_field"):
            field.required = False
            field.widget.attrs["lang"] = language
            # Browsers cut off what is pasted over the limit, and say nothing.
            field.widget.attrs.pop("maxlength", None)
            field.label = capfirst(db_field.verbose_name)
            if (
                not db_field.choices
                and not self.opts.get_field(db_field.translated_field.name).blank
            ):
                field.help_text = field.help_text or _("Needed in one language at least.")
        return field

    def _get_form_or_formset(self, request, obj, **kwargs):
        kwargs = super()._get_form_or_formset(request, obj, **kwargs)
        required = [
            name for name in self.trans_opts.all_fields if not self.opts.get_field(name).blank
        ]
        kwargs["form"] = type(self.form.__name__, (self.form,), {"required_texts": required})
        return kwargs

    def get_readonly_fields(self, request, obj=None):
        readonly = list(super().get_readonly_fields(request, obj))
        if translates_only(request, self.model):
            closed = [*self.other_fields(), *self._texts_of_others(request)]
            readonly += [name for name in closed if name not in readonly]
        return readonly

    def _texts_of_others(self, request) -> list[str]:
        """The columns of languages that were not given to this user."""
        given = languages_of(request, self.model)
        return [name for name in self.texts if self.opts.get_field(name).language not in given]

    def other_fields(self) -> list[str]:
        texts = {*self.trans_opts.all_fields, *self.texts}
        fields = (*self.opts.fields, *self.opts.many_to_many)
        parent = getattr(self, "fk_name", None)
        return [
            field.name
            for field in fields
            if field.editable
            and not field.primary_key
            and field.name not in texts
            and field.name != parent
        ]


def columns_of(name: str) -> list[str]:
    return list(get_translation_fields(name))


class TextsAdmin(Texts, TranslationAdmin):
    pass


class RowsFormSet(forms.BaseInlineFormSet):
    def add_fields(self, form, index):
        super().add_fields(form, index)
        if deletion := form.fields.get("DELETE"):
            deletion.widget.attrs["aria-label"] = str(deletion.label)


class RowsInline(Texts, TranslationTabularInline):
    """Parts of a record as rows of a table."""

    formset = RowsFormSet
    extra = 0

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """The head of a column is no label to a screen reader."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and field.label:
            field.widget.attrs.setdefault("aria-label", str(field.label))
        return field


class BlocksInline(Texts, TranslationStackedInline):
    """Parts of a record with too many fields for a row."""

    extra = 0
