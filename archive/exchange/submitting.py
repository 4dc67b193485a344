"""Sending on what a table or a bulk change has left to be reviewed in public records."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError

from archive.models import Revision, Status
from archive.models.revisions import submit_revision

MOST = 2000  # at once; the rest is sent on by asking again


def to_submit(model, numbers: Iterable[int]) -> list[int]:
    """Those of the public records (their numbers) whose unpublished changes nobody has submitted.
    One query."""
    drafts = Revision.objects.filter(
        kind=model._meta.model_name,
        stage=Revision.Stage.DRAFT,
        record_id__in=model._base_manager.filter(status=Status.PUBLISHED).values("pk"),
    )
    return sorted(set(numbers) & set(drafts.values_list("record_id", flat=True)))


def submit_changes(model, numbers: Iterable[int], *, by) -> int:
    """Submit the unpublished changes of these public records for review. Gives how many were."""
    chosen = to_submit(model, numbers)[:MOST]
    revisions = Revision.objects.filter(kind=model._meta.model_name, record_id__in=chosen)
    return sum(_submitted(revision, by) for revision in revisions)


def _submitted(revision: Revision, by) -> bool:
    try:
        submit_revision(revision, by=by)
    except (PermissionDenied, ValidationError):  # somebody was quicker
        return False
    return True
