"""Which translations no longer agree with their source, and who translates into which languages.

Whatever saves a record or a part of one is heard here (`connect`), so forms, imports and reverts
are all followed. Changes past `save()` are not, nor are fixtures, which bring both languages.
"""

import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from modeltranslation.settings import AVAILABLE_LANGUAGES
from modeltranslation.translator import translator

from .about import About
from .publishing import TranslationKind

# Parts of a record that have texts of their own → the foreign key to the record.
OWNERS = {
    "attachment": "document",
    "casestep": "case",
    "caseoutcome": "case",
    "role": "person",
    "treatyreference": "violation_type",
}
# Translated, but a choice: it says where the texts of a language come from.
KIND = "translation_kind"


class TranslatedText(About):
    """One field in one language whose source reads otherwise now: the source as it was translated.

    A comparison of the two shows the translator what has changed. A translation without a row
    agrees with its source. `record_id` may be that of a part (a step, a role).
    """

    field = models.CharField(max_length=64)
    language = models.CharField(max_length=8)
    source_language = models.CharField(max_length=8)
    source = models.TextField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("translated text")
        verbose_name_plural = _("translated texts")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "record_id", "field", "language"],
                name="archive_translated_text_once",
            )
        ]

    def __str__(self):
        return f"{self.kind} {self.record_id}: {self.field}_{self.language}"


class TranslatorLanguage(models.Model):
    """A language into which someone of the group Translator may write."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="translator_languages"
    )
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES)

    class Meta:
        verbose_name = _("language of a translator")
        verbose_name_plural = _("languages of translators")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "language"], name="archive_translator_language_once"
            )
        ]

    def __str__(self):
        return self.language


class Outdated(NamedTuple):
    """A text of a record or of a part of it (`row`), and its source as it was and as it is."""

    row: models.Model
    field: str
    language: str
    source_language: str
    was: str
    now: str


# What has texts


def texts_of(model: type[models.Model]) -> tuple[str, ...]:
    """The names of the fields that are kept in every language."""
    fields = translator.get_options_for_model(model).all_fields
    return tuple(name for name in fields if name != KIND)


def part_models(model: type[models.Model]) -> list[tuple[type[models.Model], str]]:
    """The models of parts with texts that such a record has, each with its foreign key to it."""
    parts = [(apps.get_model("archive", kind), owner) for kind, owner in OWNERS.items()]
    return [
        (part, owner) for part, owner in parts if part._meta.get_field(owner).related_model is model
    ]


def rows_of(record: models.Model) -> list[models.Model]:
    """The record and those of its parts that have texts. A query for each kind of part."""
    rows = [record]
    for part, owner in part_models(type(record)):
        rows += part._default_manager.filter(**{owner: record.pk})
    return rows


def record_of(row: models.Model) -> models.Model:
    """The record that a part belongs to; a record itself."""
    owner = OWNERS.get(row._meta.model_name)
    return getattr(row, owner) if owner else row


def text_in(row: models.Model, field: str, language: str) -> str:
    """Without the fallback to other languages that reading `row.field` has."""
    return getattr(row, f"{field}_{language}") or ""


def source_language(record: models.Model, language: str) -> str | None:
    """From which language a text of this record is translated; None: this is the original."""
    known = [code for code in AVAILABLE_LANGUAGES if _is_original(record, code)]
    known = known or [
        code for code in AVAILABLE_LANGUAGES if code == getattr(record, "language", "")
    ]
    if language in known:
        return None
    return (known or [code for code in AVAILABLE_LANGUAGES if code != language])[0]


def _is_original(record, language: str) -> bool:
    return getattr(record, f"{KIND}_{language}", None) == TranslationKind.ORIGINAL


def same(one: str | None, other: str | None) -> bool:
    """Whether two texts have the same words: line breaks, spaces and the way in which letters are
    composed make no difference."""
    return _words(one) == _words(other)


def _words(text: str | None) -> list[str]:
    return unicodedata.normalize("NFC", text or "").split()


# What waits for a translator


def missing_in(model: type[models.Model], language: str) -> Q:
    """Records of which a text, of their own or of a part, is there in another language only."""
    found = _missing(model, language)
    for part, owner in part_models(model):
        rows = part._base_manager.filter(_missing(part, language), **{owner: OuterRef("pk")})
        found |= Exists(rows)
    return found


def _missing(model, language: str) -> Q:
    found = Q()
    for field in texts_of(model):
        for other in AVAILABLE_LANGUAGES:
            if other != language:
                found |= _empty(f"{field}_{language}") & ~_empty(f"{field}_{other}")
    return found


def _empty(column: str) -> Q:
    return Q(**{column: ""}) | Q(**{f"{column}__isnull": True})


def outdated_in(model: type[models.Model], language: str) -> Q:
    """Records of which a text, of their own or of a part, was translated from another source."""
    found = Q(pk__in=_noted(model, language))
    for part, owner in part_models(model):
        rows = part._base_manager.filter(pk__in=_noted(part, language))
        found |= Q(pk__in=rows.values(f"{owner}_id"))
    return found


def _noted(model, language: str):
    notes = TranslatedText.objects.filter(kind=model._meta.model_name, language=language)
    return notes.values("record_id")


def outdated(record: models.Model) -> list[Outdated]:
    """The translations of this record, parts included, that no longer agree with their source."""
    rows = {(row._meta.model_name, row.pk): row for row in rows_of(record)}
    found = []
    for note in _notes(rows.values()):
        row = rows[note.kind, note.record_id]
        now = text_in(row, note.field, note.source_language)
        found.append(
            Outdated(row, note.field, note.language, note.source_language, note.source, now)
        )
    return found


def _notes(rows: Iterable[models.Model]) -> models.QuerySet:
    about = Q(pk__in=[])
    for row in rows:
        about |= Q(kind=row._meta.model_name, record_id=row.pk)
    return TranslatedText.objects.filter(about).order_by("pk")


# What translators do


def translated(row: models.Model, field: str, language: str, source: str, *, by=None) -> None:
    """The text agrees with `source`, which is what its translator saw; if the source reads
    otherwise by now, the text is outdated from the beginning."""
    origin = source_language(record_of(row), language)
    about = {"kind": row._meta.model_name, "record_id": row.pk}
    key = {**about, "field": field, "language": language}
    if origin is None or same(source, text_in(row, field, origin)):
        TranslatedText.objects.filter(**key).delete()
    else:
        noted = {"source_language": origin, "source": source, "by": by}
        TranslatedText.objects.update_or_create(**key, defaults=noted)


# Hearing of every change


def connect() -> None:
    """Follow the texts of all translated models from now on."""
    for model in translator.get_registered_models(abstract=False):
        models.signals.pre_save.connect(_remember, sender=model)
        models.signals.post_save.connect(_follow, sender=model)
        models.signals.post_delete.connect(_forget, sender=model)


def _columns(model) -> list[str]:
    """What a translation depends on, of a record or a part of one."""
    fields = translator.get_options_for_model(model).all_fields
    columns = [f"{name}_{code}" for name in fields for code in AVAILABLE_LANGUAGES]
    has_language = any(field.name == "language" for field in model._meta.fields)
    return [*columns, "language"] if has_language else columns


def _remember(sender, instance, raw, update_fields, **kwargs):
    """Keep the texts as they are stored until the new ones are written. One query a save."""
    columns = _columns(sender)
    if update_fields is not None:
        columns = [name for name in columns if name in update_fields]
    if columns and not raw and not instance._state.adding:
        stored = sender._base_manager.filter(pk=instance.pk)
        instance._texts_before = stored.values(*columns).first()


def _follow(sender, instance, **kwargs):
    before = instance.__dict__.pop("_texts_before", None) or {}
    changed = {name for name in before if not same(before[name], getattr(instance, name))}
    if not changed:
        return
    if any(name == "language" or name.startswith(KIND) for name in changed):
        _forget_originals(instance)
    fields = [
        field
        for field in texts_of(sender)
        if any(f"{field}_{code}" in changed for code in AVAILABLE_LANGUAGES)
    ]
    notes = {(note.field, note.language): note for note in _notes([instance])} if fields else {}
    for field in fields:
        _follow_text(instance, field, before, changed, notes)


def _follow_text(row, field: str, before: dict, changed: set, notes: dict) -> None:
    """A text that was changed agrees with its source now; one that was not, whose source was, is
    outdated, unless that was changed in order to agree with it."""
    record = record_of(row)
    for language in AVAILABLE_LANGUAGES:
        note = notes.get((field, language))
        origin = source_language(record, language)
        text = text_in(row, field, language)
        if f"{field}_{language}" in changed or not text or origin is None:
            if note:
                note.delete()
        elif f"{field}_{origin}" in changed:
            follows = (field, origin) in notes or row.__dict__.get("_translating") == origin
            _compare(row, field, language, origin, before, note, follows)


def _compare(row, field, language, origin, before, note, follows: bool) -> None:
    former, now = before[f"{field}_{origin}"], text_in(row, field, origin)
    if note and (not now or same(note.source, now)):
        note.delete()
    elif former and now and not note and not follows:
        TranslatedText.objects.create(
            kind=row._meta.model_name,
            record_id=row.pk,
            field=field,
            language=language,
            source_language=origin,
            source=former,
        )


@transaction.atomic
def _forget_originals(record) -> None:
    """Where it was decided anew which language is the original, notes on others are void."""
    for note in _notes(rows_of(record)):
        if source_language(record, note.language) != note.source_language:
            note.delete()


def _forget(sender, instance, **kwargs):
    _notes([instance]).delete()
