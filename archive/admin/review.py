"""Reviewing: a record as it would be published, what reviewers say of each field, the checklist.

The page shows a public record as its unpublished changes make it. Comments stand beside the field
they are about; on the form of the record they are listed, and ticked off while they are dealt with.
"""

from typing import NamedTuple

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from modeltranslation.settings import AVAILABLE_LANGUAGES

from archive.models import Comment, Publishable
from archive.models.revisions import as_revised, open_revision
from archive.models.snapshots import fields_of, parts_of, snapshot
from archive.review.checklist import Point, checklist, confirm, may_confirm

from .comparison import in_words, label_of, row_in_words
from .dates import moment_in_words
from .steps import LONGEST_REASON, page_of, steps_of, why_not_published
from .texts import language_name

# Steps that are taken on the page itself.
DECISIONS = ("publish", "return")
LONGEST_COMMENT = Comment._meta.get_field("text").max_length


class Said(NamedTuple):
    """One column of the record. language: of its text, "" where it is in none."""

    column: str
    label: str
    language: str
    text: str
    comments: list[Comment]

    @property
    def language_name(self) -> str:
        return capfirst(language_name(self.language)) if self.language else ""


class Row(NamedTuple):
    """What stands side by side: a text in every language, or one value."""

    label: str
    said: list[Said]


class ReviewAdmin:
    """A ModelAdmin with a page to review a record on. Stands before `RevisionAdmin`."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.review_view)
        name = f"archive_{self.opts.model_name}_review"
        return [path("<path:object_id>/review/", view, name=name), *super().get_urls()]

    def review_view(self, request, object_id):
        record = self.get_object(request, unquote(object_id))
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        if request.method == "POST":
            place = self._act(request, record)
            return HttpResponseRedirect(f"{page_of(record, 'review')}{place}")
        return TemplateResponse(
            request, "admin/archive/review.html", self._context(request, record)
        )

    def _context(self, request, record) -> dict:
        user, revision = request.user, open_revision(record)
        comments = comments_on(record)
        with as_revised(record):
            points, data = checklist(record), snapshot(record)
            rows = rows_of(self.model, data, comments)
            parts = parts_in_words(self.model, data, comments)
        shown = {said.column for row in rows for said in row.said} | {one["name"] for one in parts}
        changeable = self.has_change_permission(request, record)
        return {
            **self.admin_site.each_context(request),
            "title": _("Review"),
            "subtitle": str(record),
            "opts": self.opts,
            "original": record,
            "revision": revision,
            "points": [_told(point) for point in points if point.findings],
            "passed": [point.subject.title for point in points if not point.findings],
            "open_points": sum(point.state == "open" for point in points),
            "rows": rows,
            "parts": parts,
            "comments": [one for one in comments if one.field not in shown],
            "may_confirm": may_confirm(user, self.model),
            "may_comment": user.has_perm("archive.add_comment"),
            "may_settle": changeable and user.has_perm("archive.change_comment"),
            "may_change": changeable,
            "steps": []
            if revision
            else [step["step"] for step in steps_of(user, record) if step["step"] in DECISIONS],
            "why_not_published": "" if revision else why_not_published(user, record),
            "submitted": moment_in_words(record.updated_at),
            "longest_comment": LONGEST_COMMENT,
            "longest_reason": LONGEST_REASON,
        }

    def _act(self, request, record) -> str:
        """Do what a button of the page says; where on the page to go on."""
        sent = request.POST
        if "confirm" in sent:
            with as_revised(record):
                points = {point.name: point for point in checklist(record)}
            self._confirm(request, record, points.get(sent["confirm"]))
            return "#checklist"
        if "settle" in sent or "reopen" in sent:
            number = sent.get("settle") or sent.get("reopen", "")
            self._settle(request, record, [number], reopen="reopen" in sent)
            return f"#comment-{number}" if number.isdigit() else ""
        return self._comment(request, record)

    def _confirm(self, request, record, point: Point | None) -> None:
        if not may_confirm(request.user, self.model):
            raise PermissionDenied
        if point is None or not confirm(
            record, point, seen=request.POST.get("digest", ""), by=request.user
        ):
            text = _("The record reads otherwise by now. Look at it again before you confirm.")
            messages.error(request, text)

    def _comment(self, request, record) -> str:
        if not request.user.has_perm("archive.add_comment"):
            raise PermissionDenied
        text = request.POST.get("text", "").strip()
        field = request.POST.get("field", "")
        if not text:
            messages.error(request, _("A comment says something."))
            return ""
        known = {column.name for column in fields_of(self.model)} | {*parts_of(self.model)}
        known |= {field.name for field in self.model._meta.local_many_to_many}
        comment = Comment.objects.create(
            kind=record._meta.model_name,
            record_id=record.pk,
            field=field if field in known else "",
            text=text[:LONGEST_COMMENT],
            author=request.user,
        )
        return f"#comment-{comment.pk}"

    def _settle(self, request, record, numbers: list[str], *, reopen: bool = False) -> None:
        if not request.user.has_perm("archive.change_comment"):
            raise PermissionDenied
        if not self.has_change_permission(request, record):
            raise PermissionDenied
        chosen = Comment.objects.about(record).filter(
            pk__in=[number for number in numbers if number.isdigit()], settled_at__isnull=not reopen
        )
        settled = (None, None) if reopen else (timezone.now(), request.user)
        chosen.update(settled_at=settled[0], settled_by=settled[1])

    # The form of the record

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        response = super().changeform_view(request, object_id, form_url, extra_context)
        ticked = request.POST.getlist("_settle")
        if ticked and object_id and response.status_code == 302:  # what was sent is saved
            record = self.get_object(request, unquote(object_id))
            self._settle(request, record, ticked)
        return response

    def render_change_form(self, request, context, obj=None, **kwargs):
        if obj:
            comments = [one for one in comments_on(obj) if one.settled_at is None]
            columns = {column.name for column in fields_of(self.model)}
            context["open_comments"] = [
                {
                    "comment": comment,
                    "label": label_of(self.model, comment.field)
                    if comment.field in columns
                    else "",
                    "ticked": str(comment.pk) in request.POST.getlist("_settle"),
                }
                for comment in comments
            ]
            context["review_address"] = page_of(obj, "review")
        return super().render_change_form(request, context, obj=obj, **kwargs)


def comments_on(record) -> list[Comment]:
    """Oldest first, each with `when` in words."""
    comments = list(Comment.objects.about(record).select_related("author", "settled_by"))
    for comment in comments:
        comment.when = moment_in_words(comment.at)
    return comments


def rows_of(model, data: dict, comments: list[Comment]) -> list[Row]:
    """The fields that hold something, or of which something was said: what only such records have,
    then what all have."""
    rows: dict[str, Row] = {}
    shared = {field.name for field in Publishable._meta.get_fields()}
    fields = [*fields_of(model), *model._meta.local_many_to_many]
    order = {model.heading_field: 0, **dict.fromkeys(shared, 2)}
    fields.sort(key=lambda field: order.get(_source(field).name, 1))
    values = {**data["fields"], **data["links"]}
    for field in fields:
        about = [comment for comment in comments if comment.field == field.name]
        text = in_words(field, values[field.name])
        name = _source(field).name
        row = rows.setdefault(name, Row(label_of(model, name), []))
        language = getattr(field, "language", "")
        row.said.append(Said(field.name, label_of(model, field.name), language, text, about))
    return [row for row in rows.values() if any(said.text or said.comments for said in row.said)]


def _source(field):
    """The field of which this is the column of one language; any other is its own."""
    return getattr(field, "translated_field", field)


def parts_in_words(model, data: dict, comments: list[Comment]) -> list[dict]:
    """The parts of the record by kind: name, title, what each row says, and comments."""
    return [
        {
            "name": name,
            "title": capfirst(relation.related_model._meta.verbose_name_plural),
            "rows": [row_in_words(model, name, row) for row in rows.values()],
            "comments": about,
        }
        for name, relation in parts_of(model).items()
        for about, rows in [
            ([one for one in comments if one.field == name], data["parts"].get(name, {}))
        ]
        if about or rows
    ]


def _told(point: Point) -> dict:
    """A point for the page: what was found, each with the place on the page where it stands."""
    return {
        "point": point,
        "when": moment_in_words(point.confirmation.at) if point.confirmation else "",
        "findings": [
            {
                "place": f"part-{finding.part}" if finding.part else f"said-{finding.column}",
                "label": _name_of(finding),
                "finding": finding,
                "language": _language_of(finding.column),
            }
            for finding in point.findings
        ],
    }


def _name_of(finding) -> str:
    """ "Title · Russian", and before it of which part."""
    owner = finding.owner
    if not finding.column:
        return ""
    label = label_of(type(owner), finding.column)
    if not finding.part:
        return label
    # Translators: a kind of part and one of its fields, for example: Step: Remark · Russian
    return _("%(part)s: %(field)s") % {
        "part": capfirst(owner._meta.verbose_name),
        "field": label,
    }


def _language_of(column: str) -> str:
    code = column.rpartition("_")[2]
    return code if code in AVAILABLE_LANGUAGES else ""
