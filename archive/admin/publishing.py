"""What the rooms of all publishable records share."""

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.contrib.admin.utils import flatten
from django.db import models
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from modeltranslation.settings import AVAILABLE_LANGUAGES

from archive.models import EDTFField, may_ever, rows_changing

from .dates import day_in_words
from .finding import Findable
from .history import HistoryAdmin
from .steps import ACTIONS, action_for, confirmation, page_of, steps_of, take
from .texts import TextsAdmin, TextsForm, language_name, translates_only

# A fieldset of this class comes below the parts of the record (citations, steps, files).
AFTER_PARTS = "after-parts"

# Fieldsets that every record ends with.
PROVENANCE = (
    _("Where it comes from"),
    {"classes": [AFTER_PARTS], "fields": [("note",), ("sources", "internal_note")]},
)
PUBLISHING = (
    _("Publishing"),
    {
        "classes": [AFTER_PARTS],
        "fields": [
            ("translation_kind",),
            ("slug", "access"),
            ("state", "published", "withdrawn", "created", "updated"),
        ],
    },
)


class MissingLanguage(SimpleListFilter):
    """Records without a heading in one language."""

    title = _("missing language")
    parameter_name = "missing"

    def lookups(self, request, model_admin):
        return [(code, language_name(code)) for code in AVAILABLE_LANGUAGES]

    def queryset(self, request, queryset):
        if self.value() not in AVAILABLE_LANGUAGES:
            return queryset
        column = f"{queryset.model.heading_field}_{self.value()}"
        return queryset.filter(Q(**{column: ""}) | Q(**{f"{column}__isnull": True}))


def badge(kind: str, text) -> str:
    return format_html('<span class="badge badge-{}">{}</span>', kind, text)


def day(name: str, label):
    """A column or read-only field: the day of a moment, in words."""

    @admin.display(description=label, ordering=name)
    def in_words(room, record):
        moment = getattr(record, name)
        return day_in_words(moment) if moment else "–"

    return in_words


def told(field):
    """A date in words, a tick as yes or no: for those who may read the record only."""

    @admin.display(description=field.verbose_name)
    def in_words(record):
        value = getattr(record, field.name)
        if isinstance(field, EDTFField):
            return value.in_words or "–"
        return _("yes") if value else _("no")

    return in_words


class RecordForm(TextsForm):
    """Refused when someone saved the record after this form was opened (`_seen`)."""

    def clean(self):
        data = super().clean()
        seen, record = self.data.get("_seen"), self.instance
        if seen and record.pk:
            rows_changing.send(type(record))
            stored = type(record)._base_manager.select_for_update().get(pk=record.pk)
            if stored.updated_at.isoformat() != seen:
                self.add_error(None, changed_meanwhile(stored))
        return data


def changed_meanwhile(record) -> str:
    latest = record.history.order_by("-history_date", "-history_id").first()
    if latest and latest.history_user:
        return _(
            "%(user)s has changed this record while you were editing it. Open it again and enter "
            "your changes once more."
        ) % {"user": latest.history_user}
    return _(
        "This record was changed while you were editing it. Open it again and enter your changes "
        "once more."
    )


class PublishableAdmin(Findable, HistoryAdmin, TextsAdmin):
    """Lists with badges, forms in two languages, and the steps to publication."""

    form = RecordForm
    change_form_template = "admin/archive/change_form.html"
    list_per_page = 50
    save_on_top = False
    ordering = ["-updated_at", "-pk"]
    readonly_fields = ["state", "published", "withdrawn", "created", "updated"]
    state_filters = ["status", "access", MissingLanguage]

    class Media:
        js = ["archive/form.js"]

    def __init__(self, model, admin_site):
        super().__init__(model, admin_site)
        self.told = {
            f"{field.name}_told": told(field)
            for field in model._meta.fields
            if isinstance(field, (EDTFField, models.BooleanField))
        }
        for name, in_words in self.told.items():
            setattr(self, name, in_words)

    # Lists

    def get_list_display(self, request):
        first, *others = self.list_display
        return [first, "state", "missing", *others, "updated"]

    def get_list_filter(self, request):
        return [*self.state_filters, *self.list_filter]

    @admin.display(description=_("status"), ordering="status")
    def state(self, record):
        badges = [(record.status, record.get_status_display())]
        if record.access == record._meta.get_field("access").default:
            return badge(*badges[0])
        badges.append((record.access, record.get_access_display()))
        return format_html_join(" ", '<span class="badge badge-{}">{}</span>', badges)

    @admin.display(description=_("missing"))
    def missing(self, record):
        return format_html_join(
            " ",
            '<span class="badge badge-missing">{}</span>',
            ((language_name(code),) for code in record.missing_languages),
        )

    published = day("published_at", _("published"))
    withdrawn = day("withdrawn_at", _("withdrawn"))
    created = day("created_at", _("created"))
    updated = day("updated_at", _("updated"))

    # Forms

    def get_prepopulated_fields(self, request, obj=None):
        heading = f"{self.model.heading_field}_{AVAILABLE_LANGUAGES[0]}"
        return {} if obj else {"slug": (heading,)}

    def get_fieldsets(self, request, obj=None):
        """A part that holds something, or a mistake, stands open."""
        fieldsets = [
            (name, {**options, "classes": self._folded(request, obj, options)})
            for name, options in super().get_fieldsets(request, obj)
        ]
        if obj and (
            translates_only(request, self.model) or not self.has_change_permission(request, obj)
        ):
            for _name, options in fieldsets:
                options["fields"] = [self._told(name) for name in options["fields"]]
        return fieldsets

    def _told(self, name):
        if isinstance(name, (list, tuple)):
            return tuple(self._told(one) for one in name)
        return f"{name}_told" if f"{name}_told" in self.told else name

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), *self.told]

    def _folded(self, request, obj, options) -> list[str]:
        classes = list(options.get("classes", ()))
        fields = flatten(options["fields"])
        if request.method == "POST" or any(getattr(obj, name, None) for name in fields):
            return [name for name in classes if name != "collapse"]
        return classes

    def get_view_on_site_url(self, obj=None):
        return obj.get_absolute_url() if obj and obj.is_public else None

    def render_change_form(self, request, context, obj=None, **kwargs):
        context["show_save_and_add_another"] = obj is None
        if obj and self.has_change_permission(request, obj):
            context["steps"] = steps_of(request.user, obj)
            # Shown again, the form is as old as it was.
            context["seen"] = request.POST.get("_seen") or obj.updated_at.isoformat()
        return super().render_change_form(request, context, obj=obj, **kwargs)

    def response_change(self, request, obj):
        step = request.POST.get("_step")
        if step not in ACTIONS:
            return super().response_change(request, obj)
        if step == "withdraw":
            self.message_user(
                request, _("Your changes are saved. The record stays public until you confirm.")
            )
            return confirmation(self, request, step, [obj], back=True)
        self.message_user(request, _("Saved."))
        take(request, step, obj)
        return HttpResponseRedirect(page_of(obj))

    # Steps

    def get_actions(self, request):
        actions = super().get_actions(request)
        # One record is deleted on its own page, where it is said what goes with it.
        actions.pop("delete_selected", None)
        for step, label in ACTIONS.items():
            if may_ever(request.user, step, self.model):
                act = action_for(step)
                actions[act.__name__] = (act, act.__name__, label)
        return actions

    # Who may change or delete

    def has_change_permission(self, request, obj=None):
        """What was ever public is changed by those who may publish it."""
        if obj and obj.was_public and not may_ever(request.user, "publish", self.model):
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        """What was ever public is withdrawn, never deleted."""
        if obj and obj.was_public:
            return False
        return super().has_delete_permission(request, obj)
