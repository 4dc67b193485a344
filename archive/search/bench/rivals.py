"""Other engines over the same corpus: for each query the number of matches, the best 20 with
snippets where the engine makes any, and the counts of the same eight facets.

Each is set up as its own documentation recommends and asked in the way that is fastest for it.
"""

import importlib.util
import itertools
import json
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Count, Q

from archive.models import Attachment, Document

from .queries import Query
from .served import serving

HITS = 20
# The eight facets: where their values are found, as addresses have them.
FACETS = {
    "kind": ("kind",),
    "language": ("language",),
    "organisation": ("publisher__slug", "organisations__slug"),
    "case": ("cases__slug",),
    "incident": ("incidents__slug",),
    "place": ("places__slug", "incidents__places__slug"),
    "violation": ("incidents__violation_types__slug",),
    "phase": ("incidents__phase",),
}
SINGLE = ("kind", "language")  # facets of which a document has one value
MOST_VALUES = 5_000  # more than any facet has
MOST_LISTED = 30_000  # SQLite takes 32,766 parameters unless it was built for more


class Rival:
    """An engine. `prepare` and `ask` run in one process, `close` after the last query."""

    name: ClassVar[str]
    package: ClassVar[str] = ""  # that has to be installed
    vendors: ClassVar[tuple[str, ...]] = ("sqlite",)  # our database, where it is compared
    most: ClassVar[int | None] = None  # documents with which its answers come within minutes
    is_served: ClassVar[bool] = False  # asked over HTTP, and compared with our own server

    @classmethod
    def takes_part(cls, size: int) -> bool:
        return (
            connection.vendor in cls.vendors
            and (cls.most is None or size <= cls.most)
            and (not cls.package or importlib.util.find_spec(cls.package) is not None)
        )

    def prepare(self, folder: Path) -> None:
        """Read the corpus and index it."""

    def ask(self, query: Query) -> int:
        """How many documents match."""
        raise NotImplementedError

    def close(self) -> None:
        """Leave nothing running."""


# ── the corpus, flat ──


@dataclass
class Flat:
    """A document as engines without relations want it: both languages in one text."""

    pk: int
    title: str
    summary: str
    body: str
    facets: dict[str, set[str]] = field(default_factory=lambda: {name: set() for name in FACETS})

    @property
    def texts(self) -> tuple[str, str, str]:
        return self.title, self.summary, self.body


def flat_documents() -> Iterator[Flat]:
    return itertools.chain.from_iterable(flat_batches())


def flat_batches(size: int = 2_000) -> Iterator[list[Flat]]:
    last = Document.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for start in range(1, last + 1, size):
        yield _flat_batch((start, start + size - 1))


def _flat_batch(span: tuple[int, int]) -> list[Flat]:
    here = Document.objects.filter(pk__range=span).order_by("pk")
    columns = ("pk", "title_en", "title_ru", "summary_en", "summary_ru")
    found = {
        pk: Flat(pk, f"{title_en}\n{title_ru}", f"{summary_en}\n{summary_ru}", "")
        for pk, title_en, title_ru, summary_en, summary_ru in here.values_list(*columns)
    }
    attached = Attachment.objects.filter(document__pk__range=span)
    for pk, text in attached.values_list("document", "text"):
        found[pk].body = text
    for name, paths in FACETS.items():
        for path in paths:
            for pk, value in here.order_by().values_list("pk", path):
                if value:
                    found[pk].facets[name].add(value)
    return list(found.values())


def _facet_rows(document: Flat) -> Iterator[tuple[int, str, str]]:
    for name, values in document.facets.items():
        for value in values:
            yield document.pk, name, value


# ── the floor ──


class Naive(Rival):
    """What Django offers without any index of words: `icontains`, and counts through the ORM."""

    name = "icontains"
    vendors = ("sqlite", "postgresql")
    fields = ("title_en", "title_ru", "summary_en", "summary_ru", "attachments__text")

    def ask(self, query):
        found = Document.objects.published().order_by()
        text = " ".join(query.words)
        for word in (text,) if query.is_phrase else query.words:
            matching = Q()
            for name in self.fields:
                matching |= Q(**{f"{name}__icontains": word})
            found = found.filter(pk__in=Document.objects.filter(matching).order_by().values("pk"))
        for name, values in query.chosen.items():
            chosen = Q()
            for path in FACETS[name]:
                chosen |= Q(**{f"{path}__in": values})
            found = found.filter(pk__in=Document.objects.filter(chosen).order_by().values("pk"))
        matches = list(found.values_list("pk", flat=True))
        # Looked for once and not once for every facet, as far as a database takes such lists.
        known = matches if len(matches) <= MOST_LISTED else found.values("pk")
        here = Document.objects.filter(pk__in=known)
        list(here.order_by("-published_on_earliest")[:HITS])
        for paths in FACETS.values():
            for path in paths:
                list(here.order_by().values_list(path).annotate(Count("pk", distinct=True)))
        return len(matches)


# ── FTS5 ──


_FLAT_TABLES = """
CREATE TABLE document (id INTEGER PRIMARY KEY, title TEXT, summary TEXT, body TEXT);
CREATE TABLE facet (document INTEGER, name TEXT, value TEXT,
    PRIMARY KEY (document, name, value)) WITHOUT ROWID;
"""
_WORDS = """
CREATE VIRTUAL TABLE words USING fts5(title, summary, body,
    content="document", content_rowid='id', tokenize='unicode61');
INSERT INTO words(words) VALUES ('rebuild');
INSERT INTO words(words) VALUES ('optimize');
INSERT INTO words(words, rank) VALUES ('rank', 'bm25(10.0, 4.0, 1.0)');
"""


class FTS5(Rival):
    """The full text of SQLite with its own ranking and snippets; all counts in one GROUP BY."""

    name = "FTS5"

    def prepare(self, folder):
        self.database = sqlite3.connect(folder / "fts5.sqlite3")
        self.database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        self.database.executescript(_FLAT_TABLES)
        for document in flat_documents():
            self.database.execute(
                "INSERT INTO document VALUES (?, ?, ?, ?)", (document.pk, *document.texts)
            )
            self.database.executemany("INSERT INTO facet VALUES (?, ?, ?)", _facet_rows(document))
        self.database.executescript("CREATE INDEX by_value ON facet (name, value, document);")
        self.database.executescript(_WORDS + "ANALYZE;")
        self.database.commit()

    def ask(self, query):
        chosen, values = "", []
        for name, wanted in query.chosen.items():
            chosen += " AND +{id} IN (SELECT document FROM facet WHERE name = ? AND value = ?)"
            values += [name, *wanted]
        if query.words:
            words = [" ".join(query.words)] if query.is_phrase else query.words
            values = [" ".join(f'"{word}"' for word in words), *values]
            source, where, order = "words", "words MATCH ?" + chosen.format(id="rowid"), "rank"
            shown = "rowid, snippet(words, -1, '[', ']', '…', 40)"
        else:
            source, where, order = "document", "TRUE" + chosen.format(id="id"), "id DESC"
            shown = "id, summary"
        self.database.execute(
            f"SELECT {shown} FROM {source} WHERE {where} ORDER BY {order} LIMIT {HITS}", values
        ).fetchall()
        counts = self.database.execute(
            f"WITH found AS MATERIALIZED (SELECT rowid AS number FROM {source} WHERE {where}) "
            "SELECT name, value, count(*) FROM found JOIN facet ON document = number "
            "GROUP BY name, value",
            values,
        ).fetchall()
        # Every document has one kind, so the counts of kinds sum up to the matches.
        return sum(count for name, _value, count in counts if name == "kind")

    def close(self):
        self.database.close()


# ── Datasette ──


class Datasette(Rival):
    """Over HTTP, with its own search of an FTS5 table and its own facets, without a time limit."""

    name = "Datasette"
    package = "datasette"
    most = 10_000
    is_served = True

    def prepare(self, folder):
        file = folder / "datasette.db"
        names = ", ".join(f'"{name}"' for name in FACETS)
        with sqlite3.connect(file) as database:
            database.execute(
                f"CREATE TABLE document (id INTEGER PRIMARY KEY, title, summary, body, {names})"
            )
            database.executemany(
                f"INSERT INTO document VALUES ({', '.join('?' * (4 + len(FACETS)))})",
                (self._row(document) for document in flat_documents()),
            )
            for name in SINGLE:
                database.execute(f'CREATE INDEX by_{name} ON document ("{name}")')
            database.executescript(
                _WORDS.replace("VIRTUAL TABLE words", "VIRTUAL TABLE document_fts")
                .replace("INTO words(words", "INTO document_fts(document_fts")
            )  # fmt: skip
        database.close()
        limits = ("facet_time_limit_ms", "sql_time_limit_ms", "max_returned_rows")
        settings = [part for name in limits for part in ("--setting", name, "1000000")]
        self._stack = ExitStack()
        self._server = self._stack.enter_context(
            serving(
                "datasette", "serve", str(file), "--port", "{port}", *settings,
                "--setting", "suggest_facets", "off", "--setting", "default_page_size", str(HITS),
            )
        )  # fmt: skip

    def _row(self, document: Flat) -> tuple:
        values = [
            next(iter(found), "") if name in SINGLE else json.dumps(sorted(found))
            for name, found in document.facets.items()
        ]
        return (document.pk, *document.texts, *values)

    def ask(self, query):
        words = [" ".join(query.words)] if query.is_phrase else query.words
        parameters = [("_facet" if name in SINGLE else "_facet_array", name) for name in FACETS]
        # Its facets of lists compare whole rows; without the long column they are far faster.
        parameters += [("_facet_size", "max"), ("_nocol", "body")]
        if words:
            parameters.append(("_search", " ".join(f'"{word}"' for word in words)))
            parameters.append(("_searchmode", "raw"))
        for name, values in query.chosen.items():
            path = name if name in SINGLE else f"{name}__arraycontains"
            parameters += [(path, value) for value in values]
        answer = json.loads(self._server.get(f"/datasette/document.json?{urlencode(parameters)}"))
        if len(answer["facet_results"]) != len(FACETS):
            raise RuntimeError(f"Datasette left out facets: {sorted(answer['facet_results'])}")
        return answer["filtered_table_rows_count"]

    def close(self):
        self._stack.close()


# ── tantivy ──


class Tantivy(Rival):
    """The Rust engine in our process: facets as terms of fast fields, aggregated."""

    name = "tantivy"
    package = "tantivy"
    texts = ("title", "summary", "body")

    def prepare(self, folder):
        import tantivy

        schema = tantivy.SchemaBuilder()
        schema.add_integer_field("pk", stored=True, fast=True)
        for name in self.texts:
            schema.add_text_field(name, stored=True)
        for name in FACETS:
            schema.add_text_field(f"facet_{name}", tokenizer_name="raw", fast=True)
        place = folder / "tantivy"
        place.mkdir()
        self._tantivy, self._schema = tantivy, schema.build()
        self._index = tantivy.Index(self._schema, path=str(place))
        writer = self._index.writer(256_000_000, 1)
        for document in flat_documents():
            facets = {f"facet_{name}": sorted(v) for name, v in document.facets.items() if v}
            texts = dict(zip(self.texts, document.texts, strict=True))
            writer.add_document(tantivy.Document(pk=document.pk, **texts, **facets))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def ask(self, query):
        asked = self._query(query)
        order = {} if query.words else {"order_by_field": "pk"}
        found = self._searcher.search(asked, limit=HITS, count=True, **order)
        makers = [
            self._tantivy.SnippetGenerator.create(self._searcher, asked, self._schema, name)
            for name in (self.texts if query.words else ())
        ]
        for _score, address in found.hits:
            document = self._searcher.doc(address)
            for maker in makers:
                maker.snippet_from_doc(document)
        terms = {f"facet_{name}": MOST_VALUES for name in FACETS}
        self._searcher.aggregate(
            asked, {name: {"terms": {"field": name, "size": size}} for name, size in terms.items()}
        )
        return found.count

    def _query(self, query: Query):
        tantivy, must = self._tantivy, self._tantivy.Occur.Must
        parts = []
        if query.words:
            words = [" ".join(query.words)] if query.is_phrase else query.words
            parts.append(
                self._index.parse_query(
                    " ".join(f'"{word}"' for word in words),
                    list(self.texts),
                    field_boosts={"title": 10.0, "summary": 4.0},
                    conjunction_by_default=True,
                )
            )
        parts += [
            tantivy.Query.term_query(self._schema, f"facet_{name}", value)
            for name, values in query.chosen.items()
            for value in values
        ]
        if not parts:
            return tantivy.Query.all_query()
        return tantivy.Query.boolean_query([(must, part) for part in parts])


# ── PostgreSQL ──


# As its Russian configuration, which stems words in Latin letters as the English one does, but
# without their lists of words to leave out: some of the queries are such words.
_STEMMING = """
CREATE TEXT SEARCH DICTIONARY rival_en (TEMPLATE = snowball, LANGUAGE = english);
CREATE TEXT SEARCH DICTIONARY rival_ru (TEMPLATE = snowball, LANGUAGE = russian);
CREATE TEXT SEARCH CONFIGURATION rival (COPY = russian);
ALTER TEXT SEARCH CONFIGURATION rival
    ALTER MAPPING FOR asciiword, asciihword, hword_asciipart WITH rival_en;
ALTER TEXT SEARCH CONFIGURATION rival ALTER MAPPING FOR word, hword, hword_part WITH rival_ru;
"""
_FILL = """
INSERT INTO rival SELECT d.id, a.text,
    setweight(to_tsvector('rival', concat_ws(' ', d.title_en, d.title_ru)), 'A')
    || setweight(to_tsvector('rival', concat_ws(' ', d.summary_en, d.summary_ru)), 'B')
    || setweight(to_tsvector('rival', a.text), 'C')
FROM archive_document d JOIN archive_attachment a ON a.document_id = d.id
"""


class PostgreSQL(Rival):
    """Its own full text: both languages stemmed in one tsvector under GIN, ts_rank_cd over the
    matches, ts_headline of the 20, all counts in one GROUP BY."""

    name = "PostgreSQL FTS"
    vendors = ("postgresql",)

    def prepare(self, folder):
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE rival (id bigint PRIMARY KEY, body text, words tsvector)")
            cursor.execute("CREATE TABLE rival_facet (document bigint, name text, value text)")
            cursor.execute(_STEMMING)
            cursor.execute(_FILL)
        for documents in flat_batches():
            with connection.cursor() as cursor, cursor.copy("COPY rival_facet FROM STDIN") as copy:
                for document in documents:
                    for row in _facet_rows(document):
                        copy.write_row(row)
        with connection.cursor() as cursor:
            cursor.execute("CREATE INDEX ON rival USING gin (words)")
            cursor.execute("CREATE INDEX ON rival_facet (document) INCLUDE (name, value)")
            cursor.execute("CREATE INDEX ON rival_facet (name, value, document)")
            cursor.execute("VACUUM ANALYZE rival")
            cursor.execute("VACUUM ANALYZE rival_facet")

    def ask(self, query):
        chosen, values = "", []
        for name, wanted in query.chosen.items():
            chosen += " AND id IN (SELECT document FROM rival_facet WHERE name = %s AND value = %s)"
            values += [name, *wanted]
        source, where, order, shown = "rival", "TRUE", "id DESC", "left(body, 240)"
        if query.words:
            text = " ".join(query.words)
            text = f'"{text}"' if query.is_phrase else text
            source = "rival, websearch_to_tsquery('rival', %s) asked"
            where, order = "words @@ asked", "ts_rank_cd(words, asked) DESC, id DESC"
            shown = "ts_headline('rival', body, asked)"
            values = [text, *values]
        asked = ", asked" if query.words else ""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id, {shown} FROM (SELECT id, body{asked} FROM {source} "
                f"WHERE {where}{chosen} ORDER BY {order} LIMIT {HITS}) AS best",
                values,
            )
            cursor.fetchall()
            cursor.execute(
                f"WITH found AS MATERIALIZED (SELECT id FROM {source} WHERE {where}{chosen}) "
                "SELECT name, value, count(*) FROM found JOIN rival_facet ON document = id "
                "GROUP BY name, value",
                values,
            )
            counts = cursor.fetchall()
        return sum(count for name, _value, count in counts if name == "kind")

    def close(self):
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE rival, rival_facet")
            cursor.execute("DROP TEXT SEARCH CONFIGURATION rival")
            cursor.execute("DROP TEXT SEARCH DICTIONARY rival_en, rival_ru")


RIVALS: tuple[type[Rival], ...] = (Naive, FTS5, Tantivy, PostgreSQL, Datasette)
