"""Reviewing: a record as it would be published, what reviewers say of each field, the checklist.

The page shows a public record as its unpublished changes make it. Comments stand beside the field
they are about; on the form of the record they are listed, and ticked off while they are dealt with.
"""

from typing import NamedTuple

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from modeltranslation.settings import AVAILABLE_LANGUAGES

from archive.models import Attachment, Claim, Comment, Document, Publishable, Status
from archive.models.revisions import as_revised, open_revision
from archive.models.snapshots import fields_of, parts_of, snapshot
from archive.models.versions import as_of
from archive.review.checklist import Point, checklist, confirm, may_confirm

from .comparison import compare, in_words, label_of, row_in_words
from .dates import moment_in_words
from .steps import LONGEST_REASON, action_for, mark, page_of, steps_of, why_not_published
from .texts import language_name, tidied

# Steps that are taken on the page itself.
DECISIONS = ("publish", "return")
COMMENT_ON = "comment-on-"  # begins the names of the fields in which comments are typed
LONGEST_COMMENT = Comment._meta.get_field("text").max_length


class Link(NamedTuple):
    """is_outside: of the archive."""

    text: str
    address: str
    is_outside: bool = False


class Said(NamedTuple):
    """One column of the record. language: of its text, "" where it is in none; links: where what it
    names is found."""

    column: str
    label: str
    language: str
    text: str
    comments: list[Comment]
    links: list[Link]

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
        answer = self._sent_review(request, record) if request.method == "POST" else None
        return answer or TemplateResponse(
            request, "admin/archive/review.html", self._context(request, record)
        )

    def _context(self, request, record) -> dict:
        # Before anything is read: what comes to the record meanwhile is not seen.
        seen, user, revision = mark(record), request.user, open_revision(record)
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
            "claims": _claims_from(record),
            "returned": self._since_returned(record, data),
            "comments": [one for one in comments if one.field not in shown],
            "may_confirm": may_confirm(user, self.model),
            "may_comment": user.has_perm("archive.add_comment"),
            "may_settle": self._may_settle(request, record),
            "may_change": changeable,
            "seen": seen,
            "steps": [step["step"] for step in steps_of(user, record) if step["step"] in DECISIONS],
            "why_not_published": why_not_published(user, record),
            "submitted": moment_in_words(record.updated_at),
            "longest_comment": LONGEST_COMMENT,
            "reason": request.POST.get("reason", ""),
            "longest_reason": LONGEST_REASON,
        }

    def _since_returned(self, record, data: dict) -> dict | None:
        """What of a record in review was changed since it was last returned; None where it was
        not, or was published since."""
        if record.status != Status.IN_REVIEW:
            return None
        versions = record.history.filter(history_change_reason__isnull=False)
        versions = versions.order_by("-history_date", "-history_id")
        is_undone = False
        for moment, reason in versions.values_list("history_date", "history_change_reason"):
            if reason == "publish":
                return None
            # With a reason: not taken back by its author.
            if reason.startswith("return: ") and not is_undone:
                differences = compare(self.model, as_of(record, moment), data)
                return {"when": moment_in_words(moment), "differences": differences}
            if reason.partition(":")[0] in ("return", "unreturn"):
                is_undone = reason == "unreturn"
        return None

    def _sent_review(self, request, record):
        """Whichever button was pressed, every comment that was typed is kept first. None where the
        page is to be shown again as it is, with a reason that was begun."""
        place = self._comment(request, record)
        step = request.POST.get("confirmed") or request.POST.get("step")
        if step in DECISIONS:
            return action_for(step)(self, request, [record])
        place = self._act(request, record) or place
        if request.POST.get("reason", "").strip():
            return None
        return HttpResponseRedirect(f"{page_of(record, 'review')}{place}")

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
            if not self._may_settle(request, record):
                raise PermissionDenied
            done = self._settle(request, record, [number], reopen="reopen" in sent)
            return f"#comment-{number}" if done else ""
        return ""

    def _confirm(self, request, record, point: Point | None) -> None:
        if not may_confirm(request.user, self.model):
            raise PermissionDenied
        seen = request.POST.get(f"digest-{point.name}", "") if point else ""
        if point is None or not confirm(record, point, seen=seen, by=request.user):
            text = _("The record reads otherwise by now. Look at it again before you confirm.")
            messages.error(request, text)

    def _comment(self, request, record) -> str:
        """Keep the comments that were typed, of any number of fields; the place of the last one."""
        typed = {
            name.removeprefix(COMMENT_ON): tidied(text, lines=True).strip()[:LONGEST_COMMENT]
            for name, text in request.POST.items()
            if name.startswith(COMMENT_ON)
        }
        written = {field: text for field, text in typed.items() if text}
        if "comment" in request.POST and not written:
            messages.error(request, _("A comment says something."))
        if written and not request.user.has_perm("archive.add_comment"):
            raise PermissionDenied
        place, known = "", self._commentable
        for field, text in written.items():
            said = {
                "kind": record._meta.model_name,
                "record_id": record.pk,
                "field": field if field in known else "",
                "text": text,
                "author": request.user,
            }
            # A page that is sent twice says it once.
            comment = Comment.objects.filter(**said, settled_at=None).first()
            comment = comment or Comment.objects.create(**said)
            place = f"#comment-{comment.pk}"
        return place

    @property
    def _commentable(self) -> set[str]:
        """The names of what a comment may be about: columns, links and parts."""
        links = {field.name for field in self.model._meta.local_many_to_many}
        return {column.name for column in fields_of(self.model)} | links | {*parts_of(self.model)}

    def _may_settle(self, request, record) -> bool:
        return request.user.has_perm("archive.change_comment") and self.has_change_permission(
            request, record
        )

    def _settle(self, request, record, numbers: list[str], *, reopen: bool = False) -> int:
        """Settle those of its comments that bear these numbers, or reopen them; how many."""
        comments = Comment.objects.about(record).filter(settled_at__isnull=not reopen)
        chosen = [comment.pk for comment in comments if str(comment.pk) in numbers]
        settled = (None, None) if reopen else (timezone.now(), request.user)
        return Comment.objects.filter(pk__in=chosen).update(
            settled_at=settled[0], settled_by=settled[1]
        )

    # The form of the record

    def settle_ticked(self, request, record) -> None:
        """What was ticked on the form is settled as soon as that is saved, before any step that
        asks for it."""
        ticked = request.POST.getlist("_settle")
        if ticked and self._may_settle(request, record):
            self._settle(request, record, ticked)

    def render_change_form(self, request, context, obj=None, **kwargs):
        if obj:
            ticked = request.POST.getlist("_settle")
            context["open_comments"] = [
                {
                    "comment": comment,
                    "label": label_of(self.model, comment.field) if comment.field else "",
                    "place": f"{comment.field}-group"
                    if comment.field in parts_of(self.model)
                    else f"id_{comment.field}",
                    "ticked": str(comment.pk) in ticked,
                }
                for comment in comments_on(obj)
                if comment.settled_at is None
            ]
            context["may_settle"] = self._may_settle(request, obj)
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
        links = links_of(field, values[field.name])
        label = label_of(model, field.name)
        row.said.append(Said(field.name, label, language, text, about, links))
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
            "rows": [
                {"text": row_in_words(model, name, row), "links": _links_of_row(relation, pk, row)}
                for pk, row in rows.items()
            ],
            "comments": about,
        }
        for name, relation in parts_of(model).items()
        for about, rows in [
            ([one for one in comments if one.field == name], data["parts"].get(name, {}))
        ]
        if about or rows
    ]


def links_of(field, value) -> list[Link]:
    """Where what a value of a snapshot names is found: pages of records, or an address."""
    if not value:
        return []
    if isinstance(field, models.URLField):
        return [Link(value, value, is_outside=True)]
    model = field.related_model
    if not model or not issubclass(model, Publishable):
        return []
    found = model._base_manager.in_bulk(value if field.many_to_many else [value])
    return [Link(str(found[pk]), page_of(found[pk])) for pk in sorted(found)]


def _links_of_row(relation, number: str, row: dict) -> list[Link]:
    model = relation.related_model
    links = []
    if model is Attachment and row["fields"].get("file"):
        file = reverse("admin:archive_attachment_file", args=[number])
        links.append(Link(row["fields"]["file"].rsplit("/", 1)[-1], file))
    for name, value in {**row["fields"], **row["links"]}.items():
        links += links_of(model._meta.get_field(name), value)
    return links


def _claims_from(record) -> list[dict]:
    """The claims that cite a document, whatever their state."""
    if not isinstance(record, Document):
        return []
    claims = Claim._base_manager.filter(citations__document=record).distinct().order_by("pk")
    return [{"claim": claim, "address": page_of(claim, "review")} for claim in claims]


def _told(point: Point) -> dict:
    """A point for the page: what was found, each with the place on the page where it stands."""
    return {
        "point": point,
        "when": moment_in_words(point.confirmation.at) if point.confirmation else "",
        "findings": [
            {
                "place": _place_of(finding),
                "label": _name_of(finding),
                "finding": finding,
                "language": _language_of(finding.column),
            }
            for finding in point.findings
        ],
    }


def _place_of(finding) -> str:
    if finding.part:
        return f"part-{finding.part}"
    is_part = finding.column in parts_of(type(finding.owner))
    return f"part-{finding.column}" if is_part else f"said-{finding.column}"


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
