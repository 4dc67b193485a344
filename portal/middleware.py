from django.conf import settings


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
        if settings.DEBUG and response.status_code == 404:
            from .views.pages import not_found

            return not_found(request)
        return response
