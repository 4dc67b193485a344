"""Which translations no longer agree with their source, and who translates into which languages.

Whatever saves a record or a part of one is heard here (`connect`), so forms, imports and reverts
are all followed. Changes past `save()` are not, nor are fixtures, which bring both languages.
An open revision has notes of its own, kept like those of the record, which they replace as far as
the revision is published.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
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
from .workers import worker

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

_into: ContextVar[str] = ContextVar("into", default="")


@contextmanager
def translating(language: str) -> Iterator[None]:
    """What is written inside in this language is a translation: it follows its source, so that
    nothing has to follow it."""
    token = _into.set(language)
    try:
        yield
    finally:
        _into.reset(token)


class TranslatedText(About):
    """One field in one language whose source reads otherwise now: the source as it was translated.

    A comparison of the two shows the translator what has changed. A translation without a row
    agrees with its source. `record_id` may be that of a part (a step, a role), or of a revision;
    then `field` is a path, such as "casestep.12.note".
    """

    field = models.CharField(max_length=64)
    language = models.CharField(max_length=8)
    source_language = models.CharField(max_length=8)
    source = models.TextField()
    by = worker()
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
    return _source_language(_decisive(record), language)


def _decisive(record: models.Model) -> dict:
    """By what it is decided which language of a record is the original."""
    names = [*(f"{KIND}_{code}" for code in AVAILABLE_LANGUAGES), "language"]
    return {name: getattr(record, name, None) for name in names}


def _source_language(values: Mapping, language: str) -> str | None:
    known = [
        code
        for code in AVAILABLE_LANGUAGES
        if values.get(f"{KIND}_{code}") == TranslationKind.ORIGINAL
    ]
    known = known or [code for code in AVAILABLE_LANGUAGES if code == values.get("language")]
    if language in known:
        return None
    return (known or [code for code in AVAILABLE_LANGUAGES if code != language])[0]


def same(one: str | None, other: str | None) -> bool:
    """Whether two texts have the same words: line breaks, spaces and the way in which letters are
    composed make no difference."""
    return _words(one) == _words(other)


def _words(text: str | None) -> list[str]:
    return unicodedata.normalize("NFC", text or "").split()


# What waits for a translator


def missing_in(model: type[models.Model], language: str) -> Q:
    """Records of which a text, of their own or of a part, is there in another language only; of a
    record with an open revision, as that says."""
    revisions = _revisions().filter(kind=model._meta.model_name)
    revised = _missing(model, language, "data__fields__")
    found = _missing(model, language)
    for part, owner in part_models(model):
        rows = part._base_manager.filter(_missing(part, language), **{owner: OuterRef("pk")})
        found |= Exists(rows)
        revised |= Q(_MissingInParts(part, owner, language))
    found &= ~Q(pk__in=revisions.values("record_id"))
    return found | Q(pk__in=revisions.filter(revised).values("record_id"))


class _MissingInParts(models.Func):
    """Whether the `data` of a revision has a part of this kind with a text that is there in another
    language only. Its parts stand under numbers that no lookup of Django's can go through."""

    output_field = models.BooleanField()

    def __init__(self, part, owner: str, language: str):
        super().__init__("data")
        self.relation = _relation(part, owner)
        self.pairs = [
            (f"{field}_{language}", f"{field}_{other}")
            for field in texts_of(part)
            for other in AVAILABLE_LANGUAGES
            if other != language
        ]

    def as_sqlite(self, compiler, connection, **context):
        said = "COALESCE(json_extract(part.value, '$.fields.{}'), '')"
        missing = " OR ".join(
            f"({said.format(here)} = '' AND {said.format(there)} <> '')"
            for here, there in self.pairs
        )
        rows = f"json_each(%(expressions)s, '$.parts.{self.relation}') AS part"
        template = f"EXISTS (SELECT 1 FROM {rows} WHERE {missing})"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler, connection, **context):
        missing = " || ".join(
            f'(@."{there}" > "" && !(@."{here}" > ""))' for here, there in self.pairs
        )
        template = f"jsonb_path_exists(%(expressions)s, '$.parts.\"{self.relation}\".*.fields ? ({missing})')"
        return self.as_sql(compiler, connection, template=template, **context)


def _relation(part: type[models.Model], owner: str) -> str:
    """The name by which a record has its parts of this kind."""
    return part._meta.get_field(owner).remote_field.get_accessor_name()


def _missing(model, language: str, place: str = "") -> Q:
    """place: the path that leads to the columns, where they are kept in JSON."""
    found = Q()
    for field in texts_of(model):
        for other in AVAILABLE_LANGUAGES:
            if other != language:
                there = ~_empty(f"{place}{field}_{other}")
                found |= _empty(f"{place}{field}_{language}") & there
    return found


def _empty(column: str) -> Q:
    return Q(**{column: ""}) | Q(**{f"{column}__isnull": True})


def outdated_in(model: type[models.Model], language: str) -> Q:
    """Records of which a text, of their own or of a part, was translated from another source; of
    a record with an open revision, as that says."""
    revisions = _revisions().filter(kind=model._meta.model_name)
    found = Q(pk__in=_noted(model, language))
    for part, owner in part_models(model):
        rows = part._base_manager.filter(pk__in=_noted(part, language))
        found |= Q(pk__in=rows.values(f"{owner}_id"))
    noted = revisions.filter(pk__in=_noted(revisions.model, language))
    return found & ~Q(pk__in=revisions.values("record_id")) | Q(pk__in=noted.values("record_id"))


def _noted(model, language: str) -> models.QuerySet:
    notes = TranslatedText.objects.filter(kind=model._meta.model_name, language=language)
    return notes.values("record_id")


def _revisions() -> models.QuerySet:
    return apps.get_model("archive", "Revision").objects.all()


def outdated(record: models.Model, revision: models.Model | None = None) -> list[Outdated]:
    """The translations of this record, parts included, that no longer agree with their source.

    revision: the open one, where the record stands as that says (`as_revised`, `editing`).
    """
    rows = {(row._meta.model_name, row.pk): row for row in rows_of(record)}
    found = []
    for note in _notes([revision] if revision else rows.values()):
        *row, field = _place(note)
        if (row := rows.get(tuple(row))) is not None:
            now = text_in(row, field, note.source_language)
            found.append(
                Outdated(row, field, note.language, note.source_language, note.source, now)
            )
    return found


def _place(note: TranslatedText) -> tuple[str, int, str]:
    """Kind and number of the row, and the name of the field."""
    if note.kind != "revision":
        return note.kind, note.record_id, note.field
    kind, number, field = note.field.split(".")
    return kind, int(number), field


def _notes(rows: Iterable[models.Model]) -> models.QuerySet:
    about = Q(pk__in=[])
    for row in rows:
        about |= Q(kind=row._meta.model_name, record_id=row.pk)
    return TranslatedText.objects.filter(about).order_by("pk")


def _notes_by_place(row: models.Model) -> dict[tuple[str, str], TranslatedText]:
    return {(note.field, note.language): note for note in _notes([row])}


# What translators do


def translated(
    row: models.Model,
    field: str,
    language: str,
    source: str,
    *,
    now: str | None = None,
    by=None,
    revision: models.Model | None = None,
) -> None:
    """The text agrees with `source`, which is what its translator saw; if the source reads
    otherwise by now, the text is outdated from the beginning.

    revision: where that is so; now: how the source reads there, if not as in the row.
    """
    origin = source_language(record_of(row), language)
    key = {**_key(revision or row, row, field), "language": language}
    if now is None or origin is None:
        now = text_in(row, field, origin) if origin else ""
    if not now or same(source, now):
        TranslatedText.objects.filter(**key).delete()
    else:
        noted = {"source_language": origin, "source": source, "by": by}
        TranslatedText.objects.update_or_create(**key, defaults=noted)


def _key(about: models.Model, row: models.Model, field: str) -> dict:
    kind = about._meta.model_name
    if kind == "revision":
        field = f"{row._meta.model_name}.{row.pk}.{field}"
    return {"kind": kind, "record_id": about.pk, "field": field}


# Hearing of every change


def connect() -> None:
    """Follow the texts of all translated models, and of what is to become of them, from now on."""
    for model in translator.get_registered_models(abstract=False):
        models.signals.pre_save.connect(_remember, sender=model)
        models.signals.post_save.connect(_follow, sender=model)
        models.signals.post_delete.connect(_forget, sender=model)
    revision = _revisions().model
    models.signals.pre_save.connect(_remember_revision, sender=revision)
    models.signals.post_save.connect(_follow_revision, sender=revision)
    models.signals.pre_delete.connect(_settle_revision, sender=revision)


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
    after = {name: getattr(instance, name) for name in _columns(sender)} if before else {}
    if not _differing(before, after):
        return
    if any(_decides(name) for name in _differing(before, after)):
        _forget_originals(instance)
    decisive, notes = _decisive(record_of(instance)), _notes_by_place(instance)
    key = {"kind": sender._meta.model_name, "record_id": instance.pk}
    for field in texts_of(sender):
        _follow_text(field, before, after, decisive, _Notes(notes, key, field))


def _forget(sender, instance, **kwargs):
    _notes([instance]).delete()


class _Notes(NamedTuple):
    """The notes on one row (field and language → note), and how one on this field is found."""

    notes: dict
    key: dict
    path: str

    def of(self, language: str) -> TranslatedText | None:
        return self.notes.get((self.path, language))

    def add(self, language: str, source_language: str, source: str) -> None:
        TranslatedText.objects.create(
            **self.key,
            field=self.path,
            language=language,
            source_language=source_language,
            source=source,
        )


def _differing(before: Mapping, after: Mapping) -> set[str]:
    return {name for name in before if not same(before[name], after.get(name))}


def _decides(column: str) -> bool:
    return column == "language" or column.startswith(KIND)


def _follow_text(field: str, before: Mapping, after: Mapping, decisive: Mapping, notes: _Notes):
    """A text that was changed agrees with its source now; one that was not, whose source was, is
    outdated, unless that was changed in order to agree with it."""
    columns = {code: f"{field}_{code}" for code in AVAILABLE_LANGUAGES}
    changed = {
        code
        for code, name in columns.items()
        if name in before and not same(before[name], after[name])
    }
    for code in AVAILABLE_LANGUAGES if changed else ():
        note, origin = notes.of(code), _source_language(decisive, code)
        if code in changed or not after.get(columns[code]) or origin is None:
            if note:
                note.delete()
        elif origin in changed:
            former, now = before[columns[origin]], after[columns[origin]]
            follows = notes.of(origin) is not None or _into.get() == origin
            if note and (not now or same(note.source, now)):
                note.delete()
            elif former and now and not note and not follows:
                notes.add(code, origin, former)


@transaction.atomic
def _forget_originals(record) -> None:
    """Where it was decided anew which language is the original, notes on others are void."""
    for note in _notes(rows_of(record)):
        if source_language(record, note.language) != note.source_language:
            note.delete()


# Revisions


def _remember_revision(sender, instance, **kwargs):
    stored = sender.objects.filter(pk=instance.pk)
    instance._data_before = stored.values_list("data", flat=True).first()


def _follow_revision(sender, instance, created, **kwargs):
    """The same for what a revision says, beginning with what was noted on its record."""
    before = instance.__dict__.pop("_data_before", None)
    if created:
        before = instance.base
        _copy_notes(instance)
    said = {(kind, number): row for kind, number, row in _texts_said(instance, before)}
    decisive, notes = instance.data.get("fields", {}), _notes_by_place(instance)
    key = {"kind": "revision", "record_id": instance.pk}
    for kind, number, after in _texts_said(instance, instance.data):
        former = said.get((kind, number))
        for field in texts_of(apps.get_model("archive", kind)) if former else ():
            path = f"{kind}.{number}.{field}"
            _follow_text(field, former, after, decisive, _Notes(notes, key, path))
    for note in _notes([instance]):
        if _source_language(decisive, note.language) != note.source_language:
            note.delete()


def _texts_said(revision, data: dict | None) -> Iterator[tuple[str, int, dict]]:
    """Kind, number and fields of each row with texts in a snapshot of the revised record."""
    yield revision.kind, revision.record_id, (data or {}).get("fields", {})
    for part, owner in part_models(revision.model):
        rows = (data or {}).get("parts", {}).get(_relation(part, owner), {})
        for number, row in rows.items():
            yield part._meta.model_name, int(number), row["fields"]


def _copy_notes(revision) -> None:
    record = revision.record
    for note in _notes(rows_of(record)) if record is not None else ():
        path = f"{note.kind}.{note.record_id}.{note.field}"
        note.pk, note.kind, note.record_id, note.field = None, "revision", revision.pk, path
        note.save(force_insert=True)


def _settle_revision(sender, instance, **kwargs):
    """Published or dropped: of every text that now reads as the revision said, in all languages,
    the notes of the revision are those of the record."""
    noted = {(*_place(note), note.language): note for note in _notes([instance])}
    record = instance.record
    said = {(kind, number): row for kind, number, row in _texts_said(instance, instance.data)}
    rows = rows_of(record) if record is not None else []
    added = _added(rows, said)
    for row in rows:
        place = added.get((row._meta.model_name, row.pk), (row._meta.model_name, row.pk))
        for field in texts_of(type(row)) if place in said else ():
            if not _reads(row, field, said[place]):
                continue
            _notes([row]).filter(field=field).delete()
            for code in AVAILABLE_LANGUAGES:
                if note := noted.get((*place, field, code)):
                    note.pk, note.kind, note.record_id = None, row._meta.model_name, row.pk
                    note.field = field
                    note.save(force_insert=True)
    _notes([instance]).delete()


def _added(rows: list[models.Model], said: dict) -> dict[tuple[str, int], tuple[str, int]]:
    """Kind and number of a row that has come out of a revision → where that had it, which was
    under another number: it is known by its texts. One of which notes tell already is older."""
    left = [place for place in said if place[1] < 0]
    known = {(note.kind, note.record_id) for note in _notes(rows)} if left else ()
    found = {}
    for row in sorted(rows, key=lambda row: row.pk) if left else ():
        here = (row._meta.model_name, row.pk)
        if here in said or here in known:
            continue
        fields = texts_of(type(row))
        alike = (
            place
            for place in left
            if place[0] == here[0] and all(_reads(row, field, said[place]) for field in fields)
        )
        if (place := next(alike, None)) is not None:
            left.remove(place)
            found[here] = place
    return found


def _reads(row: models.Model, field: str, said: Mapping) -> bool:
    """Whether the text of a row is what is said of it, in all languages."""
    columns = [f"{field}_{code}" for code in AVAILABLE_LANGUAGES]
    return all(same(getattr(row, column), said.get(column)) for column in columns)
