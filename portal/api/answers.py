"""What every answer to a program has."""

import json
from functools import wraps

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from portal.languages import CODES

METHODS = ("GET", "HEAD", "OPTIONS")


def answer(said: dict, status: int = 200) -> HttpResponse:
    """For programs on any site: there is nothing here that a visitor could not see."""
    content = json.dumps(said, ensure_ascii=False, cls=DjangoJSONEncoder, separators=(",", ":"))
    return HttpResponse(content, "application/json", status, headers=_headers())


def _headers() -> dict[str, str]:
    return {
        "Access-Control-Allow-Origin": "*",
        "Content-Language": get_language(),
        "X-Robots-Tag": "noindex",
    }


def refused(message: str, status: int) -> HttpResponse:
    return answer({"error": message}, status)


def not_found() -> HttpResponse:
    said = _(
        "There is no such list. /api/v1/ names them; a record has a page, not an address here."
    )
    return refused(said, 404)


def is_for_a_program(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def for_programs(view):
    """To be read only, in the language that `lang` asks for, or else the program's headers."""

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        if request.method == "OPTIONS":
            asked = {
                "Access-Control-Allow-Methods": ", ".join(METHODS),
                "Access-Control-Allow-Headers": "*",
            }
            asked["Allow"] = ", ".join(METHODS)
            return HttpResponse(status=204, headers=_headers() | asked)
        chosen = request.GET.get("lang") or get_language()
        if chosen not in CODES:
            known = ", ".join(CODES)
            return refused(
                _("The parameter “lang” is one of these: %(known)s.") % {"known": known}, 400
            )
        with override(chosen):
            if request.method not in METHODS:
                response = refused(_("This address can only be read."), 405)
                response["Allow"] = ", ".join(METHODS)
                return response
            return view(request, *args, **kwargs)

    return csrf_exempt(wrapped)  # so that who writes is told why not
