"""Accounts. An administrator looks after them, but cannot make or touch a superuser."""

from django import forms
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group, User
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from archive.models import TranslatorLanguage

from .publishing import day

admin.site.unregister(User)

ROLES = {
    "Curator": _("Curator"),
    "Translator": _("Translator"),
    "Reviewer": _("Reviewer"),
    "Administrator": _("Administrator"),
}


def role_name(group):
    return ROLES.get(group.name, group.name)


class GroupsField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, group):
        return role_name(group)


class AccountForm(UserChangeForm):
    languages = forms.MultipleChoiceField(
        label=_("Translates into"),
        choices=settings.LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A translator writes in these languages only; everyone else in all of them."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        given = self.instance.translator_languages.values_list("language", flat=True)
        self.initial["languages"] = list(given)


def has_left_traces(account) -> bool:
    """Whether this user ever signed in or stands in the history. At worst a query a model."""
    return account.last_login is not None or any(
        model.objects.filter(history_user=account).exists()
        for model in apps.get_app_config("archive").get_models(include_auto_created=False)
        if hasattr(model, "history_user")
    )


def give_languages(account, languages) -> None:
    """Let a translator write in these languages and no others."""
    account.translator_languages.exclude(language__in=languages).delete()
    for language in languages:
        TranslatorLanguage.objects.get_or_create(user=account, language=language)


@admin.register(User)
class AccountAdmin(UserAdmin):
    form = AccountForm
    list_display = ["username", "full_name", "roles", "is_active", "signed_in"]
    list_filter = ["groups", "is_active"]
    filter_horizontal = ["user_permissions"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": [("first_name", "last_name"), "email"]}),
        (
            _("What they may do"),
            {
                "description": _(
                    "Curators write and submit, translators edit texts, reviewers also publish "
                    "and withdraw, administrators also look after accounts. Members of a group "
                    "may sign in; take the tick “active” away instead of deleting an account."
                ),
                "fields": ["groups", "languages", "is_active"],
            },
        ),
        (_("Dates"), {"fields": [("signed_in", "joined")]}),
    ]
    readonly_fields = ["signed_in", "joined"]
    superuser_fields = (
        _("Beyond the groups"),
        {"fields": ["is_staff", "is_superuser", "user_permissions"]},
    )

    signed_in = day("last_login", _("last signed in"))
    joined = day("date_joined", _("joined"))

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "groups":
            return GroupsField(Group.objects.all(), required=False, label=capfirst(_("groups")))
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        return (
            [*fieldsets, self.superuser_fields] if obj and request.user.is_superuser else fieldsets
        )

    def has_change_permission(self, request, obj=None):
        return self._may_touch(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        """The history of the records names who changed what: only unused accounts go away."""
        if obj and has_left_traces(obj):
            return False
        return self._may_touch(request, obj) and super().has_delete_permission(request, obj)

    @staticmethod
    def _may_touch(request, account) -> bool:
        return account is None or not account.is_superuser or request.user.is_superuser

    def save_related(self, request, form, formsets, change):
        """Whoever belongs to a group works here, so they may sign in."""
        super().save_related(request, form, formsets, change)
        account = form.instance
        if not account.is_staff and account.groups.exists():
            account.is_staff = True
            account.save(update_fields=["is_staff"])
        if "languages" in form.cleaned_data:
            give_languages(account, form.cleaned_data["languages"])

    @admin.display(description=_("name"))
    def full_name(self, account):
        return account.get_full_name()

    @admin.display(description=_("roles"))
    def roles(self, account):
        return ", ".join(str(role_name(group)) for group in account.groups.all())
