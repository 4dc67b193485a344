"""Who asks, when a proxy stands between."""

from ipaddress import ip_address

from django.conf import settings


def client_address(request) -> str | None:
    """The address that failed sign-ins are counted by.

    What a visitor claims in X-Forwarded-For stands to the left; the last entry is our proxy's own.
    """
    direct = request.META.get("REMOTE_ADDR") or None
    if not settings.BEHIND_PROXY:
        return direct
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").rsplit(",", 1)[-1].strip()
    try:
        return str(ip_address(forwarded))
    except ValueError:
        return direct
