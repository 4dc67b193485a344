"""What every answer to a program has."""

import json

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language


def answer(said: dict, status: int = 200) -> HttpResponse:
    """For programs on any site: there is nothing here that a visitor could not see."""
    content = json.dumps(said, ensure_ascii=False, cls=DjangoJSONEncoder, separators=(",", ":"))
    headers = {
        "Access-Control-Allow-Origin": "*",
        "Content-Language": get_language(),
        "X-Robots-Tag": "noindex",
    }
    return HttpResponse(content, "application/json", status, headers=headers)


def refused(message: str, status: int) -> HttpResponse:
    return answer({"error": message}, status)


def is_for_a_program(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")
