"""One change in many records of a list: chosen, previewed, done, and undone again."""

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from archive.exchange import bulk
from archive.exchange.bulk import ADD, REMOVE, SET, Operation
from archive.exchange.columns import LinksColumn
from archive.exchange.submitting import submit_changes, to_submit
from archive.models import BulkChange
from archive.models.revisions import open_revision, writes_directly
from archive.models.steps import STEPS

from .steps import LONGEST_REASON, PAST, shortened

ACTS = {
    # Translators: followed by what is linked, for example “cases”
    ADD: _("Add links: %(field)s"),
    REMOVE: _("Remove links: %(field)s"),
    # Translators: followed by the name of a field, for example “kind”
    SET: _("Set: %(field)s"),
}
_CHANGE_SELECTED = _("Change the selected records…")
SHOWN = 50
EARLIER = 20


def numbers_in(texts) -> list[int]:
    """Those of the texts that are numbers of records. Signs like ² are digits too, and no numbers."""
    return [int(text) for text in texts if text.isdecimal() and len(text) < 19]


class RecordsField(forms.CharField):
    """Numbers of records, with commas between."""

    widget = forms.HiddenInput

    def clean(self, value):
        numbers = numbers_in(super().clean(value).split(","))
        if not 0 < len(numbers) <= bulk.MOST:
            raise ValidationError(
                _("Choose between 1 and %(most)d records."), params={"most": bulk.MOST}
            )
        return numbers


def choices(model) -> list[tuple[str, str]]:
    """What can be done: "add:cases" and so on, with its name."""
    found = []
    for name, column in bulk.fields_of(model).items():
        acts = (ADD, REMOVE) if isinstance(column, LinksColumn) else (SET,)
        found += [(f"{act}:{name}", ACTS[act] % {"field": bulk.label(column)}) for act in acts]
    return found


class WhatForm(forms.Form):
    """Which records, and what to do with them."""

    records = RecordsField()
    what = forms.ChoiceField(label=_("What to do"), widget=forms.RadioSelect)

    def __init__(self, model, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = choices(model)


class LinksForm(forms.Form):
    """Records to link to, chosen or named by their addresses."""

    addresses = forms.CharField(
        label=_("Or their addresses"),
        required=False,
        help_text=_("The last part of the public address, with spaces between."),
    )

    def __init__(self, column, site, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.target = column.target
        self.fields["chosen"] = forms.ModelMultipleChoiceField(
            self.target._base_manager.all(),
            required=False,
            label=bulk.label(column),
            widget=AutocompleteSelectMultiple(column.field, site),
        )
        self.order_fields(["chosen"])

    def clean_addresses(self):
        slugs = set(self.cleaned_data["addresses"].replace(",", " ").replace(";", " ").split())
        found = dict(self.target._base_manager.filter(slug__in=slugs).values_list("slug", "pk"))
        if missing := sorted(slugs - set(found)):
            raise ValidationError(
                _("There is no record with the address “%(slug)s”."), params={"slug": missing[0]}
            )
        return list(found.values())

    def clean(self):
        data = super().clean()
        numbers = {record.pk for record in data.get("chosen") or ()}
        data["values"] = tuple(sorted(numbers | set(data.get("addresses") or ())))
        if not data["values"] and not self.errors:
            raise ValidationError(_("Choose one record at least."))
        return data


class CodeForm(forms.Form):
    """A code to set."""

    def __init__(self, column, site, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = column.field
        empty = [("", "–")] if field.blank else []
        self.fields["code"] = forms.ChoiceField(
            label=bulk.label(column), choices=[*empty, *field.flatchoices], required=not field.blank
        )

    def clean(self):
        data = super().clean()
        data["values"] = (data.get("code", ""),)
        return data


class BulkAdmin:
    """A ModelAdmin with an action that changes many records, and with an undo for that and for
    the steps of the list."""

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("bulk/", view(self.bulk_view), name=f"{name}_bulk"),
            path("bulk/<int:pk>/", view(self.one_bulk_view), name=f"{name}_one_bulk"),
            *super().get_urls(),
        ]

    def get_actions(self, request):
        actions = super().get_actions(request)
        if self._may_change_many(request):
            actions["change_selected"] = (change_selected, "change_selected", _CHANGE_SELECTED)
        return actions

    def _may_change_many(self, request) -> bool:
        return bulk.may_change_many(request.user, self.model)

    def response_action(self, request, queryset):
        """Steps that were taken with several records can be undone together."""
        step = request.POST.get("confirmed")
        if step not in STEPS or "_back" in request.POST:
            return super().response_action(request, queryset)
        chosen = numbers_in(request.POST.getlist(ACTION_CHECKBOX_NAME))
        before = bulk.states_of(self.model, chosen)
        contents = bulk.contents_of(self.model, chosen) if step == "return" else None
        response = super().response_action(request, queryset)
        done = bulk.note_steps(self.model, step, before, by=request.user, contents=contents)
        if done:
            address = self._address("one_bulk", done.pk)
            messages.info(
                request, format_html('<a href="{}">{}</a>', address, _("Look at it, or undo it"))
            )
        return response

    # Choosing and previewing

    def bulk_view(self, request):
        if not self._may_change_many(request):
            raise PermissionDenied
        if request.method != "POST":
            return self._earlier(request)
        asked = "what" in request.POST
        form = WhatForm(self.model, request.POST if asked else None, initial=request.POST.dict())
        if not asked or not form.is_valid():
            return self._asking(request, form)
        return self._valued(request, form.cleaned_data)

    def _earlier(self, request):
        """The last bulk changes of this user, to be looked at or undone."""
        mine = BulkChange.objects.filter(kind=self.opts.model_name, by=request.user)
        return self._page(
            request,
            "exchange_bulk_earlier",
            _("Your bulk changes"),
            earlier=[
                (self._address("one_bulk", done.pk), self._name_of(done), done, len(done.changes))
                for done in mine[:EARLIER]
            ],
        )

    def _asking(self, request, form):
        if form.errors.get("records"):
            messages.error(request, " ".join(form.errors["records"]))
            return HttpResponseRedirect(self._address("changelist"))
        records = request.POST.get("records", "")
        return self._page(
            request,
            "exchange_bulk",
            _("Change many records"),
            form=form,
            records=records,
            count=records.count(",") + 1,
        )

    def _valued(self, request, data: dict):
        act, _colon, name = data["what"].partition(":")
        column = bulk.fields_of(self.model)[name]
        made = LinksForm if isinstance(column, LinksColumn) else CodeForm
        given = _given(request) if "_preview" in request.POST or "_do" in request.POST else None
        form = made(column, self.admin_site, given)
        outcomes = None
        if form.is_bound and form.is_valid():
            operation = Operation(act, name, form.cleaned_data["values"])
            records = self._editable(request, data["records"])
            if "_do" in request.POST:
                return self._done(request, records, operation)
            outcomes = bulk.preview(records, operation)
        return self._page(
            request,
            "exchange_bulk_values",
            ACTS[act] % {"field": bulk.label(column)},
            form=form,
            media=self.media + form.media,
            records=",".join(map(str, data["records"])),
            what=data["what"],
            count=len(data["records"]),
            previewed=outcomes is not None,
            found=len(outcomes or ()),
            outcomes=[
                self._named(column, one, waits=not writes_directly(one.record))
                for one in (outcomes or ())[:SHOWN]
            ],
            more=len(outcomes or ()) - SHOWN,
        )

    def _editable(self, request, numbers: list[int]) -> list:
        found = self.get_queryset(request).filter(pk__in=numbers).order_by("pk")
        return [one for one in found if self.has_change_permission(request, one)]

    def _done(self, request, records, operation: Operation):
        done, left = bulk.change(records, operation, by=request.user)
        for one in left:
            self._say_left(request, one)
        if done is None:
            messages.warning(request, _("Nothing was changed."))
            return HttpResponseRedirect(self._address("changelist"))
        count = len(done.changes)
        messages.success(
            request,
            ngettext("%(count)d record is changed.", "%(count)d records are changed.", count)
            % {"count": count},
        )
        return HttpResponseRedirect(self._address("one_bulk", done.pk))

    def _say_left(self, request, one: bulk.Outcome) -> None:
        name = shortened(one.record) if one.record else "–"
        messages.warning(
            request,
            _("“%(record)s” was left as it is: %(reason)s")
            % {"record": name, "reason": one.problem},
        )

    # Done, and undone

    def one_bulk_view(self, request, pk):
        done = get_object_or_404(
            BulkChange.objects.filter(kind=self.opts.model_name, by=request.user), pk=pk
        )
        if not self.has_view_permission(request):
            raise PermissionDenied
        asks_why = bulk.is_published_by(done)
        may_undo = bulk.may_undo(request.user, done, self.model)
        numbers = [one["record"] for one in done.changes]
        if "_submit" in request.POST:
            self.submit_changes(request, numbers)
            return HttpResponseRedirect(self._address("one_bulk", pk))
        if request.method == "POST":
            reason = request.POST.get("reason", "").strip()[:LONGEST_REASON]
            if done.undone_at:
                messages.warning(request, _("This is undone already."))
            elif not may_undo:
                raise PermissionDenied
            elif asks_why and not reason:
                messages.error(request, _("Say why: whoever works on it next has to know."))
            else:
                self._undo(request, done, reason)
            return HttpResponseRedirect(self._address("one_bulk", pk))
        records = self.model._base_manager.in_bulk(numbers[:SHOWN])
        return self._page(
            request,
            "exchange_one_bulk",
            self._name_of(done),
            done=done,
            to_submit=len(to_submit(self.model, numbers)),
            may_undo=may_undo,
            asks_why=asks_why,
            withdrawn=done.action == "withdraw",
            limit=LONGEST_REASON,
            outcomes=[
                self._kept(done, records[one["record"]], one)
                for one in done.changes[:SHOWN]
                if one["record"] in records
            ],
            more=len(done.changes) - SHOWN,
        )

    def submit_changes(self, request, numbers: list[int]) -> None:
        """Send on the unpublished changes of these public records, and say so."""
        count = submit_changes(self.model, numbers, by=request.user)
        if not count:
            messages.warning(request, _("There is nothing left to submit."))
            return
        said = ngettext(
            "Changes of %(count)d record are submitted for review.",
            "Changes of %(count)d records are submitted for review.",
            count,
        )
        messages.success(request, said % {"count": count})

    def _name_of(self, done: BulkChange) -> str:
        if done.action in STEPS:
            return capfirst(PAST[done.action])
        column = bulk.fields_of(self.model)[done.values["field"]]
        return ACTS[done.action] % {"field": bulk.label(column)}

    def _undo(self, request, done: BulkChange, reason: str) -> None:
        left = bulk.undo(
            done,
            self.model,
            by=request.user,
            reason=reason,
            may_change=lambda record: self.has_change_permission(request, record),
        )
        if left is None:
            messages.warning(request, _("This is undone already."))
            return
        for one in left:
            self._say_left(request, one)
        count = len(done.changes) - len(left)
        if not count:
            messages.warning(request, _("Nothing was undone."))
            return
        messages.success(
            request,
            ngettext("Undone in %(count)d record.", "Undone in %(count)d records.", count)
            % {"count": count},
        )

    def _kept(self, done: BulkChange, record, change: dict) -> dict:
        ((field, before),), (after,) = change["before"].items(), change["after"].values()
        if field == bulk.APPROVED:
            return self._line(record, [], [PAST["approve"]])
        if field == "status":
            labels = dict(self.model._meta.get_field("status").flatchoices)
            return self._line(record, [labels[before]], [labels[after]])
        return self._named(
            bulk.fields_of(self.model)[field],
            bulk.Outcome(record, before, after),
            waits=open_revision(record) is not None,
        )

    def _named(self, column, one: bulk.Outcome, *, waits: bool) -> dict:
        """What goes and what comes, in names. waits: readers see it after a review."""
        if not isinstance(column, LinksColumn):
            labels = dict(column.field.flatchoices)
            said = ([str(labels.get(v, v))] for v in (one.before, one.after))
            return self._line(one.record, *said, waits=waits)
        gone, new = set(one.before) - set(one.after), set(one.after) - set(one.before)
        names = column.target._base_manager.in_bulk([*gone, *new])
        return self._line(
            one.record,
            *([str(names.get(pk, pk)) for pk in sorted(pks)] for pks in (gone, new)),
            waits=waits,
        )

    def _line(self, record, gone: list, new: list, *, waits: bool = False) -> dict:
        return {
            "record": record,
            "address": self._address("change", record.pk),
            "gone": [text for text in gone if text],
            "new": [text for text in new if text],
            "waits": waits,
        }


def _given(request):
    """What was posted, without what is no number of a record: Django's own widget fails at it."""
    given = request.POST.copy()
    given.setlist("chosen", list(map(str, numbers_in(given.getlist("chosen")))))
    return given


def change_selected(room, request, queryset):
    chosen = list(queryset.values_list("pk", flat=True)[: bulk.MOST + 1])
    if len(chosen) > bulk.MOST:
        messages.error(request, _("Choose at most %(most)d records at once.") % {"most": bulk.MOST})
        return None
    form = WhatForm(room.model, initial={"records": ",".join(map(str, chosen))})
    return room._page(
        request,
        "exchange_bulk",
        _("Change many records"),
        form=form,
        records=",".join(map(str, chosen)),
        count=len(chosen),
    )
