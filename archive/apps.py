from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class ArchiveConfig(AppConfig):
    name = "archive"
    verbose_name = _("Archive")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from .models import translations
        from .review import checklist
        from .search import following

        following.connect()
        checklist.connect()
        translations.connect()


class CuratorsRoomConfig(admin_apps.AdminConfig):
    """Django's admin, with a first page and a language switch of our own."""

    default = False
    default_site = "archive.admin.site.curators_site"
