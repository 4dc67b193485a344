"""The form on every record to report an error or to ask for a removal."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from portal.reporting import ReportForm, TooMany, count

from .lists import LISTS


# Nobody is signed in here and no cookie is set, so there is nothing that another site could send
# in somebody's name.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request, section: str, slug: str):
    """The form (200, with what was wrong: 400, too many within the hour: 429), and after it was
    sent a page that says so (303 to `?sent`)."""
    model = LISTS[section].model if section in LISTS else None
    if model is None:
        raise Http404
    record = get_object_or_404(model.objects.published(), slug=slug)
    context = {"record": record, "section": section}
    if request.method == "POST":
        form = ReportForm(request.POST, record=record)
        status = _take(request, form)
        if status == 303:
            response = redirect(f"{request.path}?sent=1")
            response.status_code = status
            return response
        return render(request, "portal/report.html", {**context, "form": form}, status=status)
    if "sent" in request.GET:
        return render(request, "portal/report_sent.html", context)
    return render(request, "portal/report.html", {**context, "form": ReportForm(record=record)})


def _take(request, form: ReportForm) -> int:
    """The status of the answer."""
    if not form.is_valid():
        return 400
    try:
        count(request, form.cleaned_data["matter"])
    except TooMany:
        form.add_error(None, form.TOO_MANY)
        return 429
    form.keep()
    return 303
