from django.conf import settings
from django.middleware.gzip import GZipMiddleware
from django.template.response import TemplateResponse


class PermissionsPolicyMiddleware:
    """No page of the archive needs a device feature, so none may ask for one."""

    POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", self.POLICY)
        return response


class PlainNotFoundMiddleware:
    """The demonstration runs with DEBUG on; a reader's 404 is the archive's own page there too."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        # A view that makes a 404 of its own has more to say.
        is_data = response.get("Content-Type") == "application/json"
        own = is_data or isinstance(response, TemplateResponse)
        if settings.DEBUG and response.status_code == 404 and not own:
            from .views.pages import not_found

            return not_found(request)
        return response


class CompressTextMiddleware(GZipMiddleware):
    """Compresses pages and static text; files and pictures go out as they are.

    It stands before WhiteNoise, which answers without asking what comes after it. In production
    WhiteNoise sends files that are compressed already, which are left alone.
    """

    TEXT = ("text/", "application/json", "application/xml", "application/atom+xml", "image/svg")

    def process_response(self, request, response):
        # Neither part of a file nor an answer without a body may be compressed.
        whole = request.method == "GET" and response.status_code not in (206, 304)
        if not whole or not response.get("Content-Type", "").startswith(self.TEXT):
            return response
        before = response.get("ETag")
        response = super().process_response(request, response)
        if response.get("ETag") != before:
            # Made weak, which WhiteNoise does not recognise; it does the date of the file.
            del response["ETag"]
        return response
