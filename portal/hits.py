"""A page of hits as records, with all that their cards show, and why each was found."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.utils.translation import get_language
from modeltranslation.settings import AVAILABLE_LANGUAGES

from archive.models import Attachment, Claim, Document
from archive.search import Answer
from archive.search.compiled import ByIds
from archive.search.snippets import Piece, Wanted, snippet

from .cards import with_card_relations

# Where a hit is looked for beside the title, in this order.
_TEXTS = ("summary", "note")


@dataclass(frozen=True)
class Excerpt:
    """A stretch of a record's own text with the hits marked; language "" where it is the
    reader's; is_file: it stands in an attached file."""

    pieces: list[Piece]
    language: str = ""
    is_file: bool = False


class Hits:
    """The hits of an answer, sliced by a paginator: one page is read, with the same few queries a
    kind for one record and for twenty."""

    def __init__(self, answer: Answer):
        self.answer = answer

    def __len__(self):
        return self.answer.total

    def __iter__(self):
        return iter(self[0 : len(self)])

    def __getitem__(self, part: slice) -> list:
        hits = self.answer.page(part.start or 0, part.stop - (part.start or 0))
        by_kind = {}
        for kind in {hit.kind for hit in hits}:
            wanted = [hit.pk for hit in hits if hit.kind is kind]
            found = with_card_relations(kind.objects.published().filter(pk__in=wanted)).order_by()
            by_kind[kind] = {record.pk: record for record in found}
        if self.answer.question.text.strip():
            say_why(by_kind, self.answer.wanted)
        # A record withdrawn since the index was read is not there any more.
        return [record for hit in hits if (record := by_kind[hit.kind].get(hit.pk))]


def paginator(answer: Answer, size: int) -> Paginator:
    return Paginator(Hits(answer), size)


def say_why(by_kind: dict[type[Model], dict], wanted: Wanted) -> None:
    """Give every record the words to mark in its title, and an excerpt if there is one.

    by_kind: kind → number → record, or what has the columns of its texts, and `is_sensitive`.
    """
    missing = {}
    for kind, records in by_kind.items():
        for pk, record in records.items():
            is_gated = _is_gated(kind, record)
            record.wanted = wanted
            record.excerpt = None if is_gated else _excerpt(record, wanted)
            if kind is Document and not record.excerpt and not is_gated:
                missing[pk] = record
    if missing:
        _look_into_files(missing, wanted)


def _is_gated(kind: type[Model], record) -> bool:
    """Behind a warning nothing is quoted; what a claim says is its title."""
    return kind is Claim or getattr(record, "is_sensitive", False)


def _excerpt(record, wanted: Wanted) -> Excerpt | None:
    here = get_language()
    for language in sorted(AVAILABLE_LANGUAGES, key=lambda code: code != here):
        for name in _TEXTS:
            text = getattr(record, f"{name}_{language}", "")
            if text and (pieces := snippet(text, wanted)):
                return Excerpt(pieces, "" if language == here else language)
    return None


def _look_into_files(documents: dict, wanted: Wanted) -> None:
    """Files that readers are warned of are found by their words and not quoted."""
    for _pk, owner, text in sorted(_files(list(documents))):
        document = documents[owner]
        if not document.excerpt and (pieces := snippet(text, wanted)):
            document.excerpt = Excerpt(pieces, is_file=True)


def _quotable(documents) -> QuerySet:
    files = Attachment.objects.published().filter(document__in=documents, is_graphic=False)
    return files.exclude(text="")


_files = ByIds(_quotable, "pk", "document_id", "text")
