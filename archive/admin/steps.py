"""The steps from draft to published and back, as buttons on a record and actions on a list.

What a step is and who may take it is decided in `archive.models.steps`; here it gets a name
and a page to confirm it on.
"""

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from archive.models import (
    Citation,
    Claim,
    Document,
    Status,
    may,
    may_ever,
    obstacles,
    publish,
    send_back,
    submit,
    withdraw,
)
from archive.models.revisions import (
    Revision,
    as_revised,
    intended,
    may_submit,
    open_revision,
    submit_revision,
)
from archive.models.snapshots import digest

from .dates import moment_in_words


def open_to(user, step: str, record) -> bool:
    """Whether this user may take the step with the record, or submit what is to be changed in it."""
    return may(user, step, record) or (step == "submit" and bool(_changes_to_submit(user, record)))


def _changes_to_submit(user, record) -> Revision | None:
    revision = open_revision(record) if record.status == Status.PUBLISHED else None
    return revision if revision and may_submit(user, revision) else None


def _submit(record, *, by) -> None:
    """The record, or where it is public what is to be changed in it."""
    if revision := _changes_to_submit(by, record):
        submit_revision(revision, by=by)
    else:
        submit(record, by=by)


TAKE = {"submit": _submit, "return": send_back, "publish": publish, "withdraw": withdraw}
# Steps of which somebody will ask why they were taken.
EXPLAINED = ("return", "withdraw")
LONGEST_REASON = 2000  # characters
# Of more records it is said only afterwards what stood in the way of which.
MOST_LOOKED_THROUGH = 50

# Buttons on the page of a record: each saves the form first.
BUTTONS = {
    "submit": _("Save and submit for review"),
    "return": _("Save and return…"),
    "publish": _("Save and publish"),
    "withdraw": _("Save and withdraw…"),
}
# Actions on a list of records.
ACTIONS = {
    "submit": _("Submit the selected records for review"),
    "return": _("Return the selected records"),
    "publish": _("Publish the selected records"),
    "withdraw": _("Withdraw the selected records"),
}
# Asked before a step, of one record or of many.
QUESTIONS = {
    "submit": _("Submit for review?"),
    "return": _("Return to those who work on it?"),
    "publish": _("Publish?"),
    "withdraw": _("Withdraw from the public archive?"),
}
# The title where the step is open to none of them.
NOTHING = {
    "submit": _("Nothing to submit for review"),
    "return": _("Nothing to return"),
    "publish": _("Nothing to publish"),
    "withdraw": _("Nothing to withdraw"),
}
ANSWERS = {
    "submit": _("Yes, submit"),
    "return": _("Yes, return"),
    "publish": _("Yes, publish"),
    "withdraw": _("Yes, withdraw"),
}
CONSEQUENCES = {
    "submit": _(
        "What is submitted waits on the first page of every reviewer. Of a public record the "
        "unpublished changes are submitted."
    ),
    "return": _(
        "What is returned waits on the first page of whoever submitted it, with your reason as a "
        "comment."
    ),
    "publish": _(
        "Everyone sees at once what is published; what is under an embargo is approved, and "
        "published by itself when that ends."
    ),
    "withdraw": _(
        "What is withdrawn leaves every page, list and feed at once. Its address only says that "
        "a record was withdrawn, and when."
    ),
}
# Translators: said of one record after a step, for example “Amnesty International”: published.
DONE = {
    "submit": _("“%(record)s”: submitted for review."),
    "return": _("“%(record)s”: returned."),
    "publish": _("“%(record)s”: published."),
    "withdraw": _("“%(record)s”: withdrawn."),
}
# Translators: what happened to a record, in its history
PAST = {
    "submit": pgettext_lazy("history", "submitted for review"),
    "return": pgettext_lazy("history", "returned"),
    "unreturn": pgettext_lazy("history", "return undone"),
    "approve": pgettext_lazy("history", "approved, to be published when its embargo ends"),
    "lapse": pgettext_lazy("history", "not published at the end of its embargo: approval lapsed"),
    "publish": pgettext_lazy("history", "published"),
    "withdraw": pgettext_lazy("history", "withdrawn"),
    "hide": pgettext_lazy("history", "hidden from readers"),
    "unhide": pgettext_lazy("history", "shown to readers again"),
    "unsay": pgettext_lazy("history", "words taken out of the public log of corrections"),
}


# Translators: in the history; %(author)s is who had prepared the changes
WRITTEN = {
    "take in": pgettext_lazy("history", "changes by %(author)s taken into the record"),
    "drop": pgettext_lazy("history", "changes by %(author)s dropped"),
}


def told(change_reason: str | None) -> tuple[str, str]:
    """What happened, and why as somebody said it, of the reason that a version was kept with;
    empty for what is no step."""
    step, _colon, why = (change_reason or "").partition(": ")
    if step in WRITTEN:
        return WRITTEN[step] % {"author": why}, ""
    return (str(PAST[step]), why) if step in PAST else ("", "")


def steps_of(user, record) -> list[dict]:
    """The buttons that this user finds under this record."""
    return [
        {"step": step, "label": label}
        for step, label in BUTTONS.items()
        if may(user, step, record) and not (step == "publish" and record.is_scheduled)
    ]


def why_not_published(user, record) -> str:
    """Why there is no button to publish this record; "" where there is, or needs none."""
    if record.is_scheduled and record.not_before:
        # Translators: %(when)s is a day and a time
        return _("Approved; published by itself on %(when)s. A change takes the approval back.") % {
            "when": moment_in_words(record.not_before)
        }
    if record.status == Status.PUBLISHED or may(user, "publish", record):
        return ""
    if not may_ever(user, "publish", type(record)):
        return _("Publishing is for reviewers.") if record.status == Status.IN_REVIEW else ""
    if record.status != Status.IN_REVIEW:
        return _("Submit it first: someone else then reviews and publishes it.")
    if record.submitted_by is None:
        return _("Nobody knows who submitted this. Return it, so that it is submitted again.")
    return _("You submitted this or have changed it since: someone else has to publish it.")


def take(request, step: str, record, *, reason: str = "", seen: str | None = None) -> bool:
    """Take the step and say so; what stands in the way is said, never raised.

    seen: where it is published, the digest of what was shown before.
    """
    name = {"record": shortened(record)}
    given = {"reason": reason} if step in EXPLAINED else {}
    if step == "publish":
        given["seen"] = seen
    try:
        TAKE[step](record, by=request.user, **given)
    except PermissionDenied:
        why = why_not_published(request.user, record) if step == "publish" else ""
        why = why or _("This step is not open to you, or no longer open to this record.")
    except ValidationError as error:
        why = " ".join(reasons(error, record))
    else:
        messages.success(request, done(step, record))
        return True
    said = _("“%(record)s”: %(reason)s") % {**name, "reason": why}
    if step == "publish":
        link = format_html(
            '<a href="{}">{}</a>', page_of(record, "review"), _("Checklist and review")
        )
        said = format_html("{} {}", said, link)
    messages.error(request, said)
    return False


def done(step: str, record) -> str:
    if step == "publish" and record.is_scheduled:
        # Translators: %(when)s is a day and a time
        return _("“%(record)s”: approved; published by itself on %(when)s.") % {
            "record": shortened(record),
            "when": moment_in_words(record.not_before),
        }
    if step == "submit" and record.status == Status.PUBLISHED:
        said = _("“%(record)s”: the unpublished changes are submitted for review.")
        return said % {"record": shortened(record)}
    return DONE[step] % {"record": shortened(record)}


def reasons(error: ValidationError, record) -> list[str]:
    """The messages of an error, each after the name of the field it concerns."""
    if not hasattr(error, "error_dict"):
        return error.messages
    found = []
    for field, texts in error.message_dict.items():
        known = {field.name: field.verbose_name for field in record._meta.fields}
        found += [
            # Translators: the name of a field, and what is wrong with it
            _("%(field)s: %(problem)s") % {"field": known[field], "problem": text}
            if field in known
            else text
            for text in texts
        ]
    return found


def shortened(record) -> str:
    text = str(record)
    return text if len(text) <= 80 else f"{text[:79]}…"


def action_for(step: str):
    """The action of a list that asks, then takes the step with every record it is open to."""

    def act(room, request, queryset):
        records = list(queryset)
        if not records:
            messages.warning(request, _("There are no such records any more."))
            return None
        reason = request.POST.get("reason", "").strip()[:LONGEST_REASON]
        back = "_back" in request.POST
        if request.POST.get("confirmed") != step:
            return confirmation(room, request, step, records, back=back)
        if step in EXPLAINED and not reason:
            messages.error(request, _("Say why: whoever works on it next has to know."))
            return confirmation(room, request, step, records, back=back)
        seen = _seen(request)
        taken = sum(
            take(request, step, record, reason=reason, seen=seen.get(str(record.pk), ""))
            for record in records
        )
        if taken < len(records):
            left = len(records) - taken
            messages.warning(
                request,
                ngettext(
                    "%(count)d record was left as it was.",
                    "%(count)d records were left as they were.",
                    left,
                )
                % {"count": left},
            )
        return HttpResponseRedirect(page_of(records[0])) if back else None

    act.__name__ = f"{step}_selected"
    act.short_description = ACTIONS[step]
    return act


def _seen(request) -> dict[str, str]:
    """Number of a record → digest of it as it was shown, from the page that was confirmed."""
    pairs = (one.partition(":") for one in request.POST.get("seen", "").split())
    return {number: digest for number, _colon, digest in pairs}


def mark(record) -> str:
    """What a page that shows the record, or asks about it, sends along: see `_seen`."""
    return f"{record.pk}:{digest(intended(record))}"


def vanishing(model, records: list) -> int:
    """How many public claims nobody would see any more without these records."""
    claims = Claim.objects.published()
    if model is Document:
        elsewhere = Citation.objects.published().exclude(document__in=records)
        cited = claims.filter(citations__document__in=records).distinct()
        return cited.exclude(Exists(elsewhere.filter(claim=OuterRef("pk")))).count()
    relations = [
        relation
        for relation in Claim.gate_through
        if Claim._meta.get_field(relation).related_model is model
    ]
    return sum(claims.filter(**{f"{relation}__in": records}).count() for relation in relations)


def page_of(record, page: str = "change") -> str:
    opts = record._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=[record.pk])


def changes_page(record) -> str:
    return page_of(record, "changes")


def confirmation(
    room, request, step: str, records: list, *, back: bool = False
) -> TemplateResponse:
    """The page that says what the step will do to which records.

    back: it was asked on the page of the one record, which is where the answer leads again.
    """
    ready = [record for record in records if open_to(request.user, step, record)]
    chosen = {record.pk for record in ready}
    is_looked_through = step == "publish" and len(ready) <= MOST_LOOKED_THROUGH
    shown = request.POST.get("seen") or " ".join(map(mark, ready if step == "publish" else ()))
    context = {
        **room.admin_site.each_context(request),
        "title": QUESTIONS[step] if ready else NOTHING[step],
        "answer": ANSWERS[step],
        "vanishing": vanishing(room.model, ready) if step == "withdraw" else 0,
        "back": page_of(records[0]) if back else "",
        "consequence": CONSEQUENCES[step],
        "step": step,
        "asks_why": step in EXPLAINED,
        "limit": LONGEST_REASON,
        "action": f"{step}_selected",
        "checkbox_name": ACTION_CHECKBOX_NAME,
        "seen": shown,
        "ready": [
            {
                "record": record,
                "obstacles": _obstacles(request, record) if is_looked_through else [],
            }
            for record in ready
        ],
        "left": [record for record in records if record.pk not in chosen],
        "opts": room.opts,
    }
    return TemplateResponse(request, "admin/archive/step_confirmation.html", context)


def _obstacles(request, record) -> list[str]:
    with as_revised(record):
        return obstacles(record, by=request.user)
