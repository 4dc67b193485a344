"""Our own search, as the pages of the portal use it. Every call of it stands here."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle, repeat
from time import perf_counter
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import uuid4

import numpy as np
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from archive.models import Attachment, Document
from archive.search import Question, ask, suggest, writing
from archive.search.compiled import ByIds
from archive.search.snippets import Wanted, marked, snippet

from .corpus import LANGUAGES, as_indexed
from .queries import WARMING, Query
from .timing import milliseconds_of

HITS = 20
FACETS = (
    "kind", "organisation", "case", "incident", "place", "violation", "phase", "side", "language",
)  # fmt: skip


class Page(NamedTuple):
    matches: int
    engine: float  # milliseconds: the hits and all counts
    whole: float  # milliseconds: the same, with the texts read and the snippets made


def page(query: Query) -> Page:
    """The first page of a list of documents, but for the template."""
    started = perf_counter()
    chosen = {
        name: tuple(as_indexed(value) for value in values) for name, values in query.chosen.items()
    }
    question = Question((Document,), query.text, chosen, language=query.language)
    answer = ask(question)
    total, hits = answer.total, answer.page(0, HITS)
    for name in FACETS:
        answer.counts(name)
    asked = perf_counter()
    _snippets([hit.pk for hit in hits], answer.wanted, query.language)
    done = perf_counter()
    return Page(total, (asked - started) * 1000, (done - started) * 1000)


def _snippets(pks: list[int], wanted: Wanted, language: str) -> None:
    """Of each document the title with its hits and an excerpt, of its file where nothing else
    has any; as on the pages of the portal."""
    documents = Document.objects.in_bulk(pks)
    columns = [f"summary_{code}" for code in sorted(LANGUAGES, key=lambda code: code != language)]
    missing = []
    for pk in pks:
        document = documents[pk]
        marked(getattr(document, f"title_{language}") or "", wanted)
        texts = (getattr(document, column) or "" for column in columns)
        if not any(snippet(text, wanted) for text in texts):
            missing.append(pk)
    for _pk, text in _files(missing):
        snippet(text, wanted)


_files = ByIds(
    lambda documents: Attachment.objects.published().filter(document__in=documents),
    "document_id",
    "text",
)


def suggestions(query: Query) -> float:
    """Milliseconds until there are suggestions for what stands in the box."""
    return milliseconds_of(lambda: suggest(query.text, limit=8))


def address(query: Query) -> str:
    """The list of documents that answers the query."""
    with override(query.language):
        return f"{reverse('portal:document_list')}?{urlencode(_parameters(query))}"


def data_address(query: Query) -> str:
    """The same list as JSON."""
    parameters = [*_parameters(query), ("lang", query.language)]
    return f"{reverse('api:records', args=['documents'])}?{urlencode(parameters)}"


def _parameters(query: Query) -> list[tuple[str, str]]:
    words = [("q", query.text)] if query.text else []
    return words + [(name, value) for name, values in query.chosen.items() for value in values]


SENTENCE = 20  # words of a document that a correction replaces


def saving(
    random: np.random.Generator, lengths: dict[str, tuple[int, int]]
) -> dict[str, list[float]]:
    """Milliseconds that the index takes of saving a document, by what is done: one that is new;
    one of the corpus of which a sentence, or the whole text, is replaced. Some are saved first and
    not timed.

    lengths: name → words of a new text, and how many documents are saved with such a text.
    """
    texts = Attachment.objects.order_by("pk").values_list("text", flat=True)[:200]
    words = " ".join(texts).split()
    numbers = Document.objects.order_by("pk").values_list("pk", flat=True)[:2000]
    # Each once, unless there are too few.
    documents = cycle(random.permutation(numbers).tolist())

    def written(length: int) -> str:
        return " ".join(random.choice(words, length).tolist())

    def corrected(text: str) -> str:
        said = text.split()
        at = int(random.integers(max(1, len(said) - SENTENCE)))
        return " ".join([*said[:at], written(SENTENCE), *said[at + SENTENCE :]])

    found = {}
    for name, (length, times) in lengths.items():
        anew = partial(_saved, rewrite=lambda text, length=length: written(length))
        found[f"a new document of {name}"] = _timed(times, anew, repeat(None))
        found[f"a document with all words replaced by {name}"] = _timed(times, anew, documents)
    times = max(times for _length, times in lengths.values())
    found["a document with one sentence replaced"] = _timed(
        times, partial(_saved, rewrite=corrected), documents
    )
    return found


def _timed(times: int, save: Callable, documents: Iterator) -> list[float]:
    """documents: their numbers, None for one that is new."""
    return [save(next(documents)) for _time in range(WARMING + times)][WARMING:]


def _saved(pk: int | None, rewrite: Callable[[str], str]) -> float:
    """Milliseconds."""
    with transaction.atomic():
        number = _written(pk, rewrite)
        return milliseconds_of(lambda: writing.index(Document, [number]))


def _written(pk: int | None, rewrite: Callable[[str], str]) -> int:
    """The number of this document, or of a new one like any other, with its text written anew;
    the index not yet told."""
    with writing.paused():
        if pk is None:
            first = Document.objects.first()
            attachment = first.attachments.get()
            columns = [field.attname for field in Document._meta.concrete_fields]
            said = {name: getattr(first, name) for name in columns if name != "id"}
            document = Document(**said | {"slug": f"saved-{uuid4().hex}"})
            document.save(force_insert=True)
            attachment.pk, attachment.document = None, document
            attachment.text = rewrite(attachment.text)
            attachment.save(force_insert=True)
            return document.pk
        attachment = Attachment.objects.get(document=pk)
        Attachment.objects.filter(pk=attachment.pk).update(text=rewrite(attachment.text))
        return pk
