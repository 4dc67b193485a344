"""The translation screen: every text of a record and its parts, the source left, the translation
right, and what was changed in the source since."""

from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from itertools import groupby

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import flatten, flatten_fieldsets, unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from modeltranslation.settings import AVAILABLE_LANGUAGES

from archive.models import Publishable, Revision, may_ever
from archive.models.revisions import (
    as_revised,
    editing,
    open_revision,
    submit_revision,
    writes_directly,
)
from archive.models.translations import (
    KIND,
    outdated,
    rows_of,
    source_language,
    text_in,
    texts_of,
    translated,
    translating,
)

from .differences import marked_differences
from .steps import changes_page, page_of, reasons, shortened
from .texts import TextsForm, columns_of, language_name, languages_of, tidied
from .untranslated import ShowsTranslations, next_record, screen_page

LETTERS_A_LINE = 60
LINES = range(1, 15)  # of the field of a translation
# What a part is, so that its texts can be understood.
_PARTS = {
    "attachment": lambda part: part.file.name.rsplit("/", 1)[-1],
    "casestep": lambda part: f"{part.get_kind_display()}, {part.date.in_words}",
    "caseoutcome": lambda part: f"{part}: {part.get_outcome_display()}",
    "role": lambda part: f"{part.organisation}, {part.held.in_words}".rstrip(", "),
    "treatyreference": str,
}


class TranslationForm(TextsForm):
    """The texts of one row in one language.

    Beside each text the form brings back what its user saw of it (`…-seen`) and of its source
    (`…-source`): what somebody else has written meanwhile is not written over.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.theirs: dict[str, str] = {}
        for name, field in self.fields.items():
            column = self._meta.model._meta.get_field(name)
            if not column.choices:
                field.widget = forms.Textarea()
            field.required = False
            field.widget.attrs["lang"] = column.language

    def clean(self):
        for name in self.fields:
            if self.add_prefix(name) not in self.data:
                self.cleaned_data[name] = self.initial[name]
        data = super().clean()
        for name in [name for name in self.fields if name in data]:
            data[name] = self._settled(name, data[name])
        return data

    def _settled(self, name: str, typed: str | None) -> str | None:
        stored = self.initial[name]
        seen = self.brought(name, "seen", stored)
        if _plain(typed) == _plain(seen):
            return stored
        if _plain(stored) in (_plain(seen), _plain(typed)):
            return typed
        if f"{self.add_prefix(name)}-take" in self.data:
            return stored
        self.theirs[name] = stored or ""
        self.add_error(name, _("Somebody else has written this text while you were at it."))
        return typed

    def brought(self, name: str, what: str, default: str | None) -> str | None:
        return self.data.get(f"{self.add_prefix(name)}-{what}", default)

    @property
    def written(self) -> list[str]:
        """The columns that are to be stored otherwise than they are."""
        if not self.is_bound:
            return []
        return [
            name
            for name in self.fields
            if (self.cleaned_data.get(name) or "") != (self.initial[name] or "")
        ]


def _plain(text: str | None) -> str:
    return tidied(text or "", lines=True).strip()


@dataclass
class Text:
    """One field of the screen. was: the source as it was translated, where it reads otherwise now;
    origin: whether the left text is what this one is to agree with, and not only the other one."""

    form: TranslationForm
    field: str
    language: str
    source_language: str
    source: str
    was: str | None
    origin: bool

    @property
    def id(self) -> str:
        row = self.form.instance
        return f"{row._meta.model_name}-{row.pk}-{self.field}"

    @property
    def column(self) -> str:
        return f"{self.field}_{self.language}"

    @property
    def label(self) -> str:
        return capfirst(self.form.instance._meta.get_field(self.field).verbose_name)

    @property
    def input(self) -> forms.BoundField:
        bound = self.form[self.column]
        longest = max(len(self.source), len(bound.value() or ""))
        limit = self.form._meta.model._meta.get_field(self.column).max_length
        attrs = {"rows": min(max(longest // LETTERS_A_LINE + 1, LINES[0]), LINES[-1])}
        attrs |= {"data-limit": limit} if limit else {}
        bound.field.widget.attrs |= {**attrs, "aria-describedby": f"{self.id}-source"}
        return bound

    @property
    def state(self) -> str:
        if self.source and not (self.form.initial[self.column] or "").strip():
            return "missing"
        return "done" if self.was is None else "outdated"

    @property
    def seen(self) -> str:
        """What is shown as stored: once there are two versions, that of the others."""
        stored = self.form.initial[self.column] or ""
        if self.form.is_bound and self.column not in self.form.theirs:
            return self.form.brought(self.column, "seen", stored)
        return stored

    @property
    def theirs(self) -> str | None:
        return self.form.theirs.get(self.column)

    @property
    def source_seen(self) -> str:
        """From what is translated, also where the source was changed under the translator."""
        return self.form.brought(self.column, "source", self.source)

    @property
    def differences(self) -> SafeString:
        return marked_differences(self.was or "", self.source)

    @property
    def their_differences(self) -> SafeString:
        return marked_differences(self.theirs or "", self.input.value() or "")


class Screen:
    """The texts of a record in one language, beside those from which they are translated."""

    def __init__(self, room, record, language: str, data=None, revision=None):
        self.room, self.record, self.language = room, record, language
        self.origin = source_language(record, language)
        self.other = self.origin or next(code for code in AVAILABLE_LANGUAGES if code != language)
        notes = {
            (type(text.row), text.row.pk, text.field): text.was
            for text in outdated(record, revision)
            if text.language == language
        }
        self.texts: list[Text] = []
        self.forms: list[TranslationForm] = []
        for row in rows_of(record):
            self._add(row, notes, data)

    def _add(self, row, notes: dict, data) -> None:
        model, is_record = type(row), row is self.record
        shown = {field: self._source(row, field) for field in self._fields(model)}
        there = [
            field
            for field, (_code, source) in shown.items()
            if source or text_in(row, field, self.language)
        ]
        names = [f"{field}_{self.language}" for field in there]
        if is_record and hasattr(row, KIND):
            names.append(f"{KIND}_{self.language}")
        if not names:
            return
        form = _form_class(model, names)(
            data, instance=row, prefix=f"{row._meta.model_name}-{row.pk}"
        )
        self.forms.append(form)
        self.texts += [
            Text(
                form,
                field,
                self.language,
                *shown[field],
                was=notes.get((model, row.pk, field)),
                origin=shown[field][0] == self.origin,
            )
            for field in there
        ]

    def _source(self, row, field: str) -> tuple[str, str]:
        """From the language of the original, or else from whichever there is."""
        others = [code for code in AVAILABLE_LANGUAGES if code not in (self.language, self.other)]
        there = [code for code in (self.other, *others) if text_in(row, field, code)]
        code = there[0] if there else self.other
        return code, text_in(row, field, code)

    def _fields(self, model) -> list[str]:
        """In the order of the ordinary form, as far as it names them."""
        inlines = [inline for inline in self.room.inlines if inline.model is model]
        place = inlines[0] if inlines else self.room
        listed = flatten_fieldsets(place.fieldsets or ()) or flatten(place.fields or ())
        places = {name: number for number, name in enumerate(listed)}

        def position(field: str) -> int:
            names = (field, *columns_of(field))
            return min((places[name] for name in names if name in places), default=len(places))

        return sorted(texts_of(model), key=position)

    @property
    def kind(self) -> forms.BoundField | None:
        """Where the texts of this language come from."""
        name = f"{KIND}_{self.language}"
        return next((form[name] for form in self.forms if name in form.fields), None)

    @property
    def groups(self) -> list[tuple[str, list[Text]]]:
        """The texts of the record, then of each of its parts, after what it is."""
        groups = groupby(self.texts, key=lambda text: text.form.instance)
        return [(self._heading(row), list(texts)) for row, texts in groups]

    def _heading(self, row) -> str:
        if row is self.record:
            return ""
        name = capfirst(row._meta.verbose_name)
        # Translators: a kind of part and which one it is: “Step: Judgment, 26 May 2020”
        return _("%(kind)s: %(which)s") % {"kind": name, "which": _PARTS[row._meta.model_name](row)}

    def is_valid(self) -> bool:
        return not sum(not form.is_valid() for form in self.forms)

    def count(self, state: str) -> int:
        return sum(text.state == state for text in self.texts)

    def save(self) -> bool:
        """Store what was written; whether anything was."""
        written = {form: form.written for form in self.forms}
        for form, columns in written.items():
            if columns or form.instance is self.record and any(written.values()):
                form.instance.save()
        return any(written.values())

    def note(self, *, by, confirmed: str, revision) -> None:
        """Note from which source was translated, and of which text it was said that it still
        holds (by its id)."""
        for text in self.texts:
            if text.origin and (text.column in text.form.written or text.id == confirmed):
                translated(
                    text.form.instance,
                    text.field,
                    self.language,
                    tidied(text.source_seen, lines=True),
                    now=text.source,
                    by=by,
                    revision=revision,
                )

    def next_due(self, at: str, confirmed: str = "") -> str:
        """The id of the text that waits next after this one, all the way round; "" for none."""
        due = [text for text in self.texts if text.id != confirmed and self._is_due(text)]
        later = [text.id for text in self.texts]
        behind = later.index(at) if at in later else -1
        ids = sorted((later.index(text.id) <= behind, later.index(text.id)) for text in due)
        return later[ids[0][1]] if ids else ""

    def anchor(self, id: str) -> str:
        """The end of an address that leads into the field of a text: browsers set the cursor."""
        return next((f"#{text.input.id_for_label}" for text in self.texts if text.id == id), "")

    @staticmethod
    def _is_due(text: Text) -> bool:
        if not text.form.is_bound or text.column not in text.form.written:
            return text.state != "done"
        return not text.form.cleaned_data[text.column] and bool(text.source)


def _form_class(model, names: list[str]) -> type[TranslationForm]:
    required = [name for name in texts_of(model) if not model._meta.get_field(name).blank]
    return forms.modelform_factory(
        model, form=type("Form", (TranslationForm,), {"required_texts": required}), fields=names
    )


def _revision(record):
    """The unpublished changes that a translation would add to."""
    if not isinstance(record, Publishable) or writes_directly(record):
        return None
    return open_revision(record)


def _waits(revision) -> bool:
    return revision is not None and revision.stage == Revision.Stage.IN_REVIEW


def _looking(record) -> AbstractContextManager:
    return as_revised(record) if _revision(record) else nullcontext()


def _changing(record, user) -> AbstractContextManager:
    return editing(record, by=user) if isinstance(record, Publishable) else nullcontext()


class Refused(Exception):
    """Something on the screen is not to be stored as it is."""


class Translatable(ShowsTranslations):
    """A ModelAdmin with a translation screen for every record."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.translate_view)
        name = f"archive_{self.opts.model_name}_translate"
        return [
            path("<path:object_id>/translate/", view, name=name),
            path("<path:object_id>/translate/<slug:language>/", view, name=name),
            *super().get_urls(),
        ]

    def translate_view(self, request, object_id, language=""):
        record = self.get_object(request, unquote(object_id))
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_change_permission(request, record):
            raise PermissionDenied
        given = languages_of(request, self.model)
        if not given:
            text = _("No language was given to you yet. Ask an administrator for one.")
            messages.warning(request, text)
            return HttpResponseRedirect(page_of(record))
        if not language:
            return HttpResponseRedirect(screen_page(record, self._most_wanted(request, record)))
        if language not in AVAILABLE_LANGUAGES:
            raise Http404
        if language not in given:
            raise PermissionDenied
        if request.method == "POST":
            return self._translated(request, record, language)
        with _looking(record):
            screen = Screen(self, record, language, revision=_revision(record))
            return self._screen_page(request, screen).render()

    def _most_wanted(self, request, record) -> str:
        """Among the languages of this user the one in which most texts wait."""
        revision, codes = _revision(record), languages_of(request, self.model)
        with _looking(record):
            screens = [Screen(self, record, code, revision=revision) for code in codes]
        return max(screens, key=lambda screen: len(screen.texts) - screen.count("done")).language

    def _translated(self, request, record, language: str):
        user, confirmed = request.user, request.POST.get("_holds", "")
        try:
            with transaction.atomic(), translating(language):
                with _changing(record, user):
                    revision = _revision(record)
                    was_waiting = _waits(revision)
                    screen = Screen(self, record, language, request.POST, revision)
                    if not screen.is_valid():
                        raise Refused
                    is_written = screen.save()
                screen.note(by=user, confirmed=confirmed, revision=_revision(record))
        except Refused:
            return self._screen_page(request, screen)
        except ValidationError as error:
            for reason in reasons(error, record):
                messages.error(request, reason)
            return HttpResponseRedirect(page_of(record))
        if is_written or "_submit" in request.POST:
            self._say_saved(request, record, was_waiting)
        return HttpResponseRedirect(self._onwards(request, screen, confirmed))

    def _say_saved(self, request, record, was_waiting: bool):
        """was_waiting: the changes of this record were in review before these."""
        if isinstance(record, Publishable) and not writes_directly(record):
            messages.success(request, self._submitted(request, record, was_waiting))
            return
        if isinstance(record, Publishable):
            self.changed(request, record)
        messages.success(request, _("Saved."))

    def _submitted(self, request, record, was_waiting: bool) -> str:
        """Submit what was saved where that is asked for; what becomes of it, and where it is."""
        revision = open_revision(record)
        if revision is None:
            return _("Saved: the record says just what readers see.")
        if "_submit" in request.POST and not _waits(revision):
            with suppress(PermissionDenied), transaction.atomic():
                submit_revision(revision, by=request.user)
                revision.refresh_from_db()
        if _waits(revision):
            text = _("Your changes are saved and wait for review. Readers do not see them yet.")
        elif was_waiting:
            text = _(
                "Your changes are saved. The changes of this record were waiting for review; submit "
                "them again when they are ready."
            )
        else:
            text = _(
                "Your changes are saved. Submit them for review when they are ready: readers see "
                "them after that."
            )
        link = format_html('<a href="{}">{}</a>', changes_page(record), _("Unpublished changes"))
        return format_html("{} {}", text, link)

    def _onwards(self, request, screen: Screen, confirmed: str) -> str:
        """To the next text that waits, in this record or in another one."""
        page = screen_page(screen.record, screen.language)
        at = confirmed or request.POST.get("_at", "")
        waiting = screen.next_due(at, confirmed)
        if "_next" not in request.POST and not confirmed:
            return page + screen.anchor(at)
        if waiting:
            return page + screen.anchor(waiting)
        following = next_record(request, screen.language, screen.record)
        if following is None:
            text = _("No other record waits for a translation into this language.")
            messages.success(request, text)
            return page
        messages.success(
            request,
            _("“%(record)s”: all texts are translated. This is the next record that waits.")
            % {"record": shortened(screen.record)},
        )
        return screen_page(following, screen.language)

    def _screen_page(self, request, screen: Screen) -> TemplateResponse:
        record, language = screen.record, screen.language
        context = {
            **self.admin_site.each_context(request),
            "title": _("Translation: %(language)s") % {"language": language_name(language)},
            "subtitle": str(record),
            "opts": self.opts,
            "original": record,
            "screen": screen,
            "source_name": language_name(screen.other),
            "target_name": language_name(language),
            "source_kind": getattr(record, f"get_{KIND}_{screen.other}_display", lambda: "")(),
            "languages": [
                (code, language_name(code), screen_page(record, code))
                for code in languages_of(request, self.model)
            ],
            "in_words": progress(screen),
            **self._about_changes(request, record),
            "has_errors": any(form.is_bound and form.errors for form in screen.forms),
        }
        return TemplateResponse(request, "admin/archive/translate.html", context)

    def _about_changes(self, request, record) -> dict:
        if not isinstance(record, Publishable) or writes_directly(record):
            return {}
        revision = open_revision(record)
        return {
            "is_reviewed_first": True,
            "revision": revision,
            "waits": _waits(revision),
            "may_submit": may_ever(request.user, "submit", self.model),
        }


def progress(screen: Screen) -> str:
    """How much waits on the screen, in words."""
    missing, changed = screen.count("missing"), screen.count("outdated")
    told = []
    if missing:
        told.append(
            ngettext("%(count)d text is missing.", "%(count)d texts are missing.", missing)
            % {"count": missing}
        )
    if changed:
        told.append(
            ngettext(
                "The source of %(count)d text was changed after it was translated.",
                "The sources of %(count)d texts were changed after they were translated.",
                changed,
            )
            % {"count": changed}
        )
    return " ".join(told) or _("All texts are translated.")
