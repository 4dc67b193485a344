"""Public pages kept in the memory of the process for as long as nothing public has changed.

The index moves to another state in the transaction of every change of anything that a visitor can
see, and a page is kept under the state that was read before it was made: one that shows what has
been withdrawn is never asked for again. Nothing else enters into a page but its address, the
language, the headers of htmx and the settings; no page depends on the time of day.
"""

import gzip
from collections.abc import Callable
from functools import wraps
from hashlib import blake2b

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import caches
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import re_accepts_gzip
from django.utils.autoreload import file_changed
from django.utils.cache import (
    get_conditional_response,
    patch_cache_control,
    patch_vary_headers,
)
from django.utils.translation import get_language

from archive.search import current

MOST_BYTES = 60_000  # of a page, packed: 500 of them (see settings) take 30 MB at most
_PRIVATE = (settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name)


def kept(view: Callable) -> Callable:
    """A view whose page is made once for each state of the archive.

    Pages are checked with the server before a browser shows them again: 304 where they are still
    the same. Not for those who are signed in or have a message waiting; and not inside a
    transaction, which may see what others must not, or what will never be.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not _may_be_kept(request):
            return view(request, *args, **kwargs)
        pages, key = caches["pages"], _key(request)
        if (page := pages.get(key)) is None:
            response = _rendered(view(request, *args, **kwargs))
            if response.status_code != 200 or response.cookies:
                return response
            page = gzip.compress(response.content, 6), _headers(response)
            if len(page[0]) <= MOST_BYTES:
                pages.set(key, page)
        return _answer(request, *page)

    return answer


def _may_be_kept(request: HttpRequest) -> bool:
    return (
        request.method in ("GET", "HEAD")
        and not connection.in_atomic_block
        and not any(name in request.COOKIES for name in _PRIVATE)
    )


def _key(request: HttpRequest) -> str:
    view = current()
    state = view.generation, view.token, view.edition
    htmx = [request.headers.get(name) for name in ("HX-Request", "HX-History-Restore-Request")]
    asked = state, request.get_full_path(), get_language(), htmx
    return _digest(repr(asked).encode())


def _answer(request: HttpRequest, packed: bytes, headers: dict[str, str]) -> HttpResponse:
    """A page as it is kept: packed, since it holds no secret that its length could tell."""
    if re_accepts_gzip.search(request.headers.get("Accept-Encoding", "")):
        response = HttpResponse(packed, headers={**headers, "Content-Encoding": "gzip"})
    else:
        response = HttpResponse(gzip.decompress(packed), headers=headers)
    answer = get_conditional_response(request, etag=headers["ETag"], response=response)
    if answer.status_code == 304:  # keeps few of the headers
        for name, value in headers.items():
            if name not in ("Content-Type", "Content-Length"):
                answer[name] = value
    return answer


def _rendered(response: HttpResponse) -> HttpResponse:
    return response.render() if hasattr(response, "render") else response


def _headers(response: HttpResponse) -> dict[str, str]:
    if not response.has_header("Cache-Control"):
        patch_cache_control(response, no_cache=True)
    patch_vary_headers(response, ["Accept-Encoding"])
    response.headers["ETag"] = f'W/"{_digest(response.content)}"'
    return dict(response.headers)


def _digest(content: bytes) -> str:
    return blake2b(content, digest_size=16).hexdigest()


def _forget_all(**kwargs) -> None:
    caches["pages"].clear()


# The development server reads a changed template without starting anew.
file_changed.connect(_forget_all, dispatch_uid="pages")
