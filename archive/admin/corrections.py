"""The public log of corrections, in which reviewers silence a line that says too much."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from archive.models import PUBLISHABLE, Correction, may_ever
from archive.models.revisions import unsay

from .publishing import day
from .steps import LONGEST_REASON, page_of, shortened


@admin.register(Correction)
class CorrectionAdmin(admin.ModelAdmin):
    """Read by those who publish. Nothing is written here: words are taken out or stay."""

    change_form_template = "admin/archive/correction.html"
    list_display = ["beginning", "about", "weight", "changed"]
    list_filter = ["weight"]
    search_fields = ["said_en", "said_ru"]
    list_per_page = 50
    actions = None
    fields = ["about", "weight", "changed", "said_en", "said_ru"]
    readonly_fields = fields

    changed = day("at", _("changed at"))

    @admin.display(description=_("what was changed"))
    def beginning(self, line):
        return shortened(line.said_en or line.said_ru) or "–"

    @admin.display(description=_("record"))
    def about(self, line):
        return format_html('<a href="{}">{}</a>', page_of(line.record), shortened(line.record))

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        context = {"limit": LONGEST_REASON, "subtitle": "", **(extra_context or {})}
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, context)
        line = self.get_object(request, object_id)
        if line is None or not self.has_view_permission(request, line):
            raise PermissionDenied
        if reason := request.POST.get("reason", "").strip()[:LONGEST_REASON]:
            unsay(line, by=request.user, reason=reason)
            messages.success(request, _("Readers do not see these words any more."))
        else:
            messages.error(request, _("Say why: whoever works on it next has to know."))
        return HttpResponseRedirect(request.path)

    def has_view_permission(self, request, obj=None):
        kinds = [obj.model] if obj else PUBLISHABLE
        return any(may_ever(request.user, "publish", kind) for kind in kinds)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
