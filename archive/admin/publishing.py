"""What the rooms of all publishable records share."""

from django.contrib import admin, messages
from django.contrib.admin.utils import flatten
from django.db import models
from django.db.models import Exists, OuterRef
from django.http import HttpResponseRedirect
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from modeltranslation.settings import AVAILABLE_LANGUAGES

from archive.models import EDTFField, Revision, Status, may_ever
from archive.models.steps import changed_in_review

from .bringing_back import BringBackAdmin
from .changes import ChangesAdmin
from .dates import day_in_words
from .exchange import ExchangeAdmin
from .finding import Findable
from .history import HistoryAdmin
from .review import ReviewAdmin
from .revisions import RevisionAdmin
from .steps import (
    ACTIONS,
    EXPLAINED,
    action_for,
    confirmation,
    page_of,
    steps_of,
    take,
    why_not_published,
)
from .texts import TextsAdmin, translates_only
from .translating import Translatable
from .untranslated import TranslationFilter
from .waiting import WaitingFilter

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
            ("not_before",),
            ("state", "published", "withdrawn", "created", "updated"),
        ],
    },
)


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


class PublishableAdmin(
    ExchangeAdmin,
    Findable,
    ReviewAdmin,
    ChangesAdmin,
    BringBackAdmin,
    RevisionAdmin,
    HistoryAdmin,
    Translatable,
    TextsAdmin,
):
    """Lists with badges, forms in two languages, and the steps to publication."""

    change_form_template = "admin/archive/change_form.html"
    list_per_page = 50
    save_on_top = False
    ordering = ["-updated_at", "-pk"]
    readonly_fields = ["state", "published", "withdrawn", "created", "updated"]
    state_filters = [WaitingFilter, "status", "access", TranslationFilter]

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
        return [first, "state", "translation", *others, "updated"]

    def get_queryset(self, request):
        """Each with `is_changed`: whether it has unpublished changes."""
        changes = Revision.objects.filter(kind=self.opts.model_name, record_id=OuterRef("pk"))
        return super().get_queryset(request).annotate(is_changed=Exists(changes))

    def get_list_filter(self, request):
        return [*self.state_filters, *self.list_filter]

    @admin.display(description=_("status"), ordering="status")
    def state(self, record):
        badges = [(record.status, record.get_status_display())]
        if record.access != record._meta.get_field("access").default:
            badges.append((record.access, record.get_access_display()))
        if record.status == Status.PUBLISHED and getattr(record, "is_changed", False):
            badges.append((Status.DRAFT, _("unpublished changes")))
        return format_html_join(" ", '<span class="badge badge-{}">{}</span>', badges)

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
            context["why_not_published"] = why_not_published(request.user, obj)
        return super().render_change_form(request, context, obj=obj, **kwargs)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        """What is reviewed is approved by someone other than who has changed it."""
        super().save_related(request, form, formsets, change)
        record = form.instance
        if any(part.has_changed() for part in (form, *formsets)):
            self.changed(request, record)

    def changed(self, request, record):
        changed_in_review(record, request.user)

    def response_change(self, request, obj):
        if (response := self.rehearsed(request, obj)) is not None:
            return response
        step = request.POST.get("_step")
        if step in ACTIONS and step not in EXPLAINED:
            self.message_user(request, _("Saved."))
        return self.step_taken(request, obj) or super().response_change(request, obj)

    def step_taken(self, request, record):
        self.settle_ticked(request, record)
        step = request.POST.get("_step")
        if step not in ACTIONS:
            return None
        if step in EXPLAINED:
            self.message_user(
                request, _("Your changes are saved. The rest happens when you confirm it.")
            )
            return confirmation(self, request, step, [record], back=True)
        if step == "publish" and getattr(request, "is_joined", False):
            text = _("Look at what somebody else has changed before you publish it.")
            self.message_user(request, text, messages.WARNING)
        else:
            take(request, step, record)
        return HttpResponseRedirect(page_of(record))

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

    # Who may delete

    def has_delete_permission(self, request, obj=None):
        """What was ever public is withdrawn, never deleted."""
        if obj and obj.was_public:
            return False
        return super().has_delete_permission(request, obj)
