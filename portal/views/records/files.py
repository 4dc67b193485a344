"""Stored files. They are handed over, never opened inside a page of ours."""

from pathlib import PurePath

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from archive.models import Attachment, Document

from .base import gone


@require_safe
def attachment(request, slug, sha256):
    """A file that may be shown; a graphic one only after the reader has chosen to have it."""
    shown = Attachment.objects.filter(sha256=sha256, may_be_shown=True)
    if document := Document.objects.gone().filter(slug=slug, attachments__in=shown).first():
        return gone(request, document)
    stored = get_object_or_404(
        Attachment.objects.published().select_related("document").defer("text"),
        document__slug=slug,
        sha256=sha256,
    )
    if stored.is_graphic and request.GET.get("confirm") != "1":
        return render(request, "portal/attachment_warning.html", {"attachment": stored})
    try:
        content = stored.given.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    suffix = PurePath(stored.file.name).suffix
    response = FileResponse(
        content,
        as_attachment=True,
        filename=f"{stored.document.slug}-{stored.sha256[:8]}{suffix}",
        content_type=stored.media_type,
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Robots-Tag"] = "noindex"
    return response
