"""Changes of many records at once: tables that are brought in, and bulk actions with their undo."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class TableImport(models.Model):
    """A table of records: read, shown as a difference, and only then written."""

    class Stage(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        CHECKING = "checking", _("Checking the rows")
        CHECKED = "checked", _("Checked, nothing is changed yet")
        WRITING = "writing", _("Writing")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    kind = models.CharField(_("records"), max_length=32)
    file = models.FileField(_("file"), upload_to="imports/%Y/%m")
    name = models.CharField(_("name of the file"), max_length=200)
    format = models.CharField(_("format"), max_length=12)
    only_good_rows = models.BooleanField(_("save the good rows"), default=False)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage, default=Stage.WAITING)
    rows = models.PositiveIntegerField(_("rows"), null=True)
    rows_done = models.PositiveIntegerField(_("rows done"), default=0)
    # Counts, the first differences and the wrong rows, as codes with values.
    report = models.JSONField(_("report"), default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("brought in by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("brought in at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        verbose_name = _("import of a table")
        verbose_name_plural = _("imports of tables")
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return self.name


class BulkChange(models.Model):
    """What a bulk action did, and what each record said before, so that it can be undone."""

    kind = models.CharField(_("records"), max_length=32)
    action = models.CharField(_("action"), max_length=40)
    values = models.JSONField(_("values"), default=dict)
    # [{"record": pk, "before": {…}, "after": {…}}]
    changes = models.JSONField(_("changes"), default=list)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("done by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    at = models.DateTimeField(_("done at"), auto_now_add=True)
    undone_at = models.DateTimeField(_("undone at"), null=True)

    class Meta:
        verbose_name = _("bulk change")
        verbose_name_plural = _("bulk changes")
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.kind}: {self.action}"
