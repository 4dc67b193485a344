"""What every record page does: answer for an address that is, was, or is no longer public."""

from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import cache_control, never_cache

from archive.models import FormerAddress


# Asked for again each time: browsers would keep a 301 for good.
@method_decorator(cache_control(no_cache=True), name="dispatch")
class RecordPage(View):
    """A published record (200), its former address (301), a withdrawn record (410) or a 404."""

    model = None

    def get_queryset(self):
        return self.model.objects.published()

    def get_context(self, record) -> dict:
        """What the template needs beside the record."""
        return {}

    def get(self, request, slug):
        record = self.get_queryset().filter(slug=slug).first()
        if record is None:
            return self.elsewhere(request, slug)
        name = self.model._meta.model_name
        context = {"record": record, **self.get_context(record)}
        return render(request, f"portal/{name}_detail.html", context)

    def elsewhere(self, request, slug):
        former = FormerAddress.objects.filter(kind=self.model._meta.model_name, slug=slug)
        moved = former.values("record_id")
        if record := self.model.objects.published().filter(pk__in=moved).first():
            return redirect(record, permanent=True)
        withdrawn = self.model.objects.gone().filter(Q(slug=slug) | Q(pk__in=moved)).first()
        if withdrawn is None:
            raise Http404
        return gone(request, withdrawn)


@never_cache
def gone(request, record):
    """The notice (410) that a record was public here, dated where it was withdrawn. It may be
    public again tomorrow, and browsers would keep a 410 for good."""
    context = {"withdrawn_at": record.gone_since}
    return render(request, "portal/withdrawn.html", context, status=410)
