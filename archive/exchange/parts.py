"""The parts of a record as a table says them: which rows stay, change, come and go."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from .columns import LinkColumn, LinksColumn, PartsColumn, translated

_FILES = _("Files are added and removed on the page of the record, not by a table.")


def check(column: PartsColumn, before: list[dict], after: list[dict], addresses) -> None:
    """Raises ValidationError where these parts could not be stored."""
    if column.holds_files and _files(before) != _files(after):
        raise ValidationError(_FILES)
    rows = [_made(column, part, addresses) for part in after]
    for number, row in enumerate(rows, 1):
        try:
            _validate(column, row)
        except ValidationError as error:
            raise ValidationError(
                # Translators: what is wrong with one of several lines of a cell
                [
                    ValidationError(
                        _("Line %(line)d: %(problem)s"),
                        params={"line": number, "problem": problem.message % (problem.params or {})}
                        if problem.params
                        else {"line": number, "problem": problem.message},
                    )
                    for problem in error.error_list
                ]
            ) from error
    _refuse_twins(column, rows)


def _files(parts: list[dict]) -> list[str]:
    return sorted(part.get("sha256", "") for part in parts)


def _made(column, part, addresses):
    row = column.model()
    column.fill(row, part, addresses)
    return row


def _validate(column, row) -> None:
    links = {known.name for known in column.columns if isinstance(known, LinkColumn)}
    texts = translated(column.model)
    for name in links:
        field = column.model._meta.get_field(name)
        if not field.null and getattr(row, field.attname) is None:
            raise ValidationError(_("%(column)s is missing."), params={"column": name})
    given = {known.name for known in column.columns if known.given}
    without = {column.field.name, "id", "file", *links, *texts, *given}
    unseen = {
        field.name
        for field in column.model._meta.fields
        if not field.editable or field.name in without
    }
    errors = []
    try:
        row.clean_fields(exclude=unseen)
    except ValidationError as error:
        for name, problems in error.error_dict.items():
            errors += [_named(name, problem) for problem in problems]
    for name, columns in texts.items():
        blank = column.model._meta.get_field(name).blank
        if not blank and not any(getattr(row, one) for one in columns):
            errors.append(_named(columns[0], ValidationError(MISSING_TEXT)))
    for constraint in column.model._meta.constraints:
        try:
            constraint.validate(column.model, row, exclude={column.field.name})
        except ValidationError as error:
            errors += error.error_list
    if errors:
        raise ValidationError(errors)


MISSING_TEXT = _("Write it in one language at least.")


def _named(column: str, problem: ValidationError) -> ValidationError:
    return ValidationError(
        # Translators: the code of a column, and what is wrong with it
        _("%(column)s: %(problem)s"),
        params={"column": column, "problem": told(problem)},
    )


def told(problem: ValidationError):
    """The lazy sentence of one error, which says it in the language of whoever reads it."""
    return _Told(problem)


class _Told:
    def __init__(self, problem):
        self.problem = problem

    def __str__(self):
        return " ".join(self.problem.messages)


def _refuse_twins(column, rows) -> None:
    for constraint in column.model._meta.constraints:
        if not isinstance(constraint, models.UniqueConstraint):
            continue
        names = [name for name in constraint.fields if name != column.field.name]
        fields = [column.model._meta.get_field(name).attname for name in names]
        seen = set()
        for row in rows:
            key = tuple(getattr(row, name) for name in fields)
            if key in seen and not column.holds_files:
                raise ValidationError(constraint.violation_error_message)
            seen.add(key)


def write(column: PartsColumn, record, parts: list[dict], addresses, by=None) -> None:
    """Make these the parts of the record. A row that says the same is left alone."""
    stored = column.rows([record.pk])
    pairs, gone, coming = matched(column, stored, parts)
    for row in gone:
        row._history_user = by
        row.delete()
    for row, part in [*pairs, *((column.model(), part) for part in coming)]:
        setattr(row, column.field.attname, record.pk)
        column.fill(row, part, addresses)
        row._history_user = by
        row.save()
        for known in column.columns:
            if isinstance(known, LinksColumn):
                known.write(row, part.get(known.name, []), addresses)


def matched(column: PartsColumn, stored: list[tuple], parts: list[dict]):
    """(rows to change with what they shall say, rows to delete, parts to make)."""
    left, coming = list(stored), []
    for part in parts:
        key = column.key(part)
        same = next((one for one in left if column.key(one[1]) == key), None)
        if same is None:
            coming.append(part)
        else:
            left.remove(same)
    pairs = []
    while left and coming:
        likest = max(
            ((_alike(one[1], part), one, part) for one in left for part in coming),
            key=lambda found: found[0],
        )
        if not likest[0]:
            break
        left.remove(likest[1])
        coming.remove(likest[2])
        pairs.append((likest[1][0], likest[2]))
    return pairs, [row for row, _part in left], coming


def _alike(one: dict, other: dict) -> int:
    """In how many cells they agree; a file stays itself whatever is said of it."""
    same = sum(one[name] == other.get(name) for name in one)
    return same + 1000 * (bool(one.get("sha256")) and one.get("sha256") == other.get("sha256"))
