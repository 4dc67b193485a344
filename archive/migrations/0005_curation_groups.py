"""Who may take in, comment, translate, change in bulk and answer readers."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

EVERYONE = {
    "comment": ("view", "add", "change"),
    "revision": ("view", "add", "change"),
}
CURATOR = {
    **EVERYONE,
    "revision": ("view", "add", "change", "delete"),
    "intake": ("view", "add", "change"),
    "suggestion": ("view", "change"),
    "report": ("view", "change"),
    "tableimport": ("view", "add"),
    "bulkchange": ("view", "add"),
    "correction": ("view",),
}
REVIEWER = {**CURATOR, "correction": ("view", "add")}
ADMINISTRATOR = {
    **REVIEWER,
    "translatorlanguage": ("view", "add", "change", "delete"),
}
GROUPS = {
    "Curator": CURATOR,
    "Translator": EVERYONE,
    "Reviewer": REVIEWER,
    "Administrator": ADMINISTRATOR,
}


def _permissions(apps, schema_editor, change):
    # Permissions are written after all migrations have run; these groups need them now.
    config = apps.get_app_config("archive")
    config.models_module = True
    create_permissions(config, apps=apps, using=schema_editor.connection.alias, verbosity=0)
    config.models_module = None
    known = {
        permission.codename: permission
        for permission in apps.get_model("auth", "Permission").objects.filter(
            content_type__app_label="archive"
        )
    }
    for name, granted in GROUPS.items():
        group = apps.get_model("auth", "Group").objects.filter(name=name).first()
        if group:  # unless somebody has renamed it
            codes = (f"{act}_{model}" for model, acts in granted.items() for act in acts)
            getattr(group.permissions, change)(*(known[code] for code in codes))


def grant(apps, schema_editor):
    _permissions(apps, schema_editor, "add")


def take_back(apps, schema_editor):
    _permissions(apps, schema_editor, "remove")


class Migration(migrations.Migration):
    dependencies = [("archive", "0004_curation")]

    operations = [migrations.RunPython(grant, take_back)]
