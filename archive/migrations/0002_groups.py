"""Who may do what: the four groups of DESIGN §1, with their permissions.

Curators write, translators translate, reviewers also publish, administrators also look after the
accounts. `archive.admin` narrows two of these further: what was ever public is changed by those
who may publish it, and whoever may change but not add edits only the texts.
"""

from django.contrib.auth.management import create_permissions
from django.db import migrations

RECORDS = ("document", "legalcase", "incident", "claim", "organisation", "person", "place")
# Parts of a record, edited on its page.
PARTS = ("attachment", "casestep", "caseoutcome", "citation", "role")
# The taxonomy has no drafts: what is saved is public.
TAXONOMY = ("violationtype", "treatyreference")

CURATOR = {
    **dict.fromkeys(RECORDS + PARTS, ("view", "add", "change", "delete")),
    **dict.fromkeys(TAXONOMY, ("view",)),
}
TRANSLATOR = {
    **dict.fromkeys(RECORDS + PARTS, ("view", "change")),
    **dict.fromkeys(TAXONOMY, ("view",)),
}
REVIEWER = {
    **CURATOR,
    **dict.fromkeys(RECORDS, ("view", "add", "change", "delete", "publish")),
    **dict.fromkeys(TAXONOMY, ("view", "add", "change", "delete")),
}
ADMINISTRATOR = {
    **REVIEWER,
    "group": ("view", "add", "change", "delete"),
    # An account is made inactive, not deleted: the history of the records names it.
    "user": ("view", "add", "change"),
}
GROUPS = {
    "Curator": CURATOR,
    "Translator": TRANSLATOR,
    "Reviewer": REVIEWER,
    "Administrator": ADMINISTRATOR,
}


def create_groups(apps, schema_editor):
    # Permissions are written after all migrations have run; these groups need them now.
    for label in ("auth", "archive"):
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, using=schema_editor.connection.alias, verbosity=0)
        config.models_module = None

    group_model = apps.get_model("auth", "Group")
    permission_model = apps.get_model("auth", "Permission")
    known = {
        permission.codename: permission
        for permission in permission_model.objects.filter(
            content_type__app_label__in=("auth", "archive")
        )
    }
    for name, granted in GROUPS.items():
        group, _created = group_model.objects.get_or_create(name=name)
        group.permissions.set(
            known[f"{action}_{model}"] for model, actions in granted.items() for action in actions
        )


def remove_groups(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=GROUPS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("archive", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(create_groups, remove_groups)]
