"""Two versions of the same record: what of them goes together, and the questions that are left."""

from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from archive.models.lines import split_lines
from archive.models.snapshots import Conflict, merge, opposed

from .comparison import in_words, is_text, kind_of, label_of, part_of, row_in_words
from .differences import marked_differences


def together(model, base, mine, theirs, how: str) -> tuple[dict, list[Conflict]]:
    """What needs no decision, and what does, in the order of the fields: PostgreSQL keeps that of
    what is stored as JSON to itself."""
    if how in ("apart", "unseen"):
        joined, conflicts = theirs, opposed(base, mine, theirs)
    else:
        joined, conflicts = merge(base, mine, theirs)

    def place(conflict):
        meta = kind_of(model, conflict.relation)._meta
        names = [field.name for field in (*meta.fields, *meta.many_to_many)]
        at = names.index(conflict.field) if conflict.field else -1
        return conflict.relation, conflict.row, at

    return joined, sorted(conflicts, key=place)


def language_of(model, conflict: Conflict) -> str:
    """Of the text that both have changed; "" where it is none."""
    if not conflict.field:
        return ""
    return getattr(
        kind_of(model, conflict.relation)._meta.get_field(conflict.field), "language", ""
    )


class Question(NamedTuple):
    """A place where two have written different things. number: under which it is asked; mine and
    theirs in words, marked against each other; text: what can be written anew, None where a value
    is chosen; choice: what was answered so far."""

    number: int
    part: str
    label: str
    before: str
    mine: str
    theirs: str
    marked: str
    text: str | None
    choice: str


def question(model, number: int, conflict: Conflict, states, post) -> Question:
    part = part_of(model, conflict.relation, conflict.row, *states)
    kind = kind_of(model, conflict.relation)
    if conflict.field:
        field = kind._meta.get_field(conflict.field)
        label = label_of(kind, conflict.field)
        values = (conflict.base, conflict.mine, conflict.theirs)
        before, mine, theirs = (in_words(field, value) for value in values)
        text = post.get(f"anew-{number}", mine) if is_text(field) else None
    else:
        label, text = _("the whole row"), None
        before, mine, theirs = (
            row_in_words(model, conflict.relation, row) if row else ""
            for row in (conflict.base, conflict.mine, conflict.theirs)
        )
    marked = marked_differences(theirs, mine) if text is not None else ""
    choice = post.get(f"choice-{number}", "")
    return Question(number, part, label, before, mine, theirs, marked, text, choice)


def choices(model, conflicts: list[Conflict], post) -> tuple[dict, list[int]]:
    """Path → what was chosen; and the numbers of the questions that wait for an answer."""
    chosen, asked = {}, []
    for number, conflict in enumerate(conflicts):
        choice = post.get(f"choice-{number}")
        if choice == "anew" and conflict.field:
            field = kind_of(model, conflict.relation)._meta.get_field(conflict.field)
            text = post.get(f"anew-{number}", "").replace("\r\n", "\n").strip()
            chosen[conflict.path] = split_lines(text) if isinstance(conflict.mine, list) else text
            try:
                field.run_validators(chosen[conflict.path])
            except ValidationError:
                asked.append(number)
        elif choice in ("mine", "theirs"):
            chosen[conflict.path] = getattr(conflict, choice)
        else:
            asked.append(number)
    return chosen, asked
