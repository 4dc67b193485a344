"""The benchmark measures what it says it does, and touches nothing but what it made."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from django.conf import settings
from django.db import connection, transaction

from archive.models import Attachment, Document, Organisation, Place

pytest.importorskip("wordfreq", reason="needs requirements/bench.txt")

from archive.search.bench import kills, rivals
from archive.search.bench.corpus import write_corpus
from archive.search.bench.measure import COMPARED, _of_asking
from archive.search.bench.queries import KINDS, TYPED, WARMING, Query, draw_queries
from archive.search.bench.report import with_ratios
from archive.search.bench.timing import spread
from archive.search.bench.words import invented_names, lexicon

pytestmark = pytest.mark.database


def run_bench(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "manage.py", "bench", *arguments],
        cwd=settings.BASE_DIR,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=600,
    )


def test_the_whole_command_prints_figures_for_every_kind_and_opens_no_other_database(tmp_path):
    real, figures = tmp_path / "real.sqlite3", tmp_path / "figures.json"
    real.write_bytes(b"the archive's own database")
    on_postgres = connection.vendor == "postgresql"
    ran = run_bench(
        "--size=200", "--queries=3", "--kills=1", "--seed=7", f"--json={figures}",
        *([f"--postgres={os.environ['DATABASE_URL']}"] if on_postgres else []),
        DATABASE_URL=f"sqlite:///{real}", TMPDIR=str(tmp_path),
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert real.read_bytes() == b"the archive's own database"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["figures.json", "real.sqlite3"]
    found = json.loads(figures.read_text())
    assert set(found["kinds"]) == set(KINDS) - {TYPED}
    for kind, of in found["kinds"].items():
        assert f"\n{kind} " in ran.stdout
        for measured in ("engine", "page", "http", "cached", "data", "data cached"):
            assert 0 < of[measured]["p50"] <= of[measured]["p95"], (kind, measured)
        assert of["loop"] > 0 and of["http loop"] > 0
    assert found["suggestions"]["p50"] > 0 and found["saving loop"] > 0
    assert found["kills"] == {"times": 1, "disagreements": 0}
    assert "1 kills of a writer: 0 disagreements" in ran.stdout
    for name in ("icontains", "PostgreSQL FTS" if on_postgres else "FTS5"):
        assert set(found["rivals"][name]["ratios"]) == set(COMPARED), name


def test_a_corpus_without_documents_is_refused():
    ran = run_bench("--size=0")
    assert ran.returncode
    assert "at least one document" in ran.stderr


@pytest.fixture
def corpus(db):
    return write_corpus(200, seed=3)


def test_the_corpus_is_of_published_records_with_words_in_both_languages(corpus):
    assert Document.objects.published().count() == 200
    document = Document.objects.get(pk=77)
    text = document.attachments.published().get().text
    for code in ("en", "ru"):
        words = corpus.lexicons[code].words
        assert set(getattr(document, f"title_{code}").lower().split()) <= set(map(str.lower, words))
    assert len(text.split()) == 2 * 352
    assert document.published_on_earliest == document.published_on.earliest
    assert document.publisher in Organisation.objects.published()


def test_a_record_made_after_the_corpus_gets_a_number_of_its_own(corpus):
    assert Place.objects.create(slug="new", kind="city").pk > len(corpus.places)


def test_the_same_seed_gives_the_same_corpus_and_another_seed_another(db):
    first, again, other = (texts_of_corpus(seed) for seed in (3, 3, 4))
    assert first == again
    assert first != other


def texts_of_corpus(seed):
    before = transaction.savepoint()
    write_corpus(50, seed)
    texts = list(Attachment.objects.order_by("pk").values_list("text", flat=True))
    transaction.savepoint_rollback(before)
    return texts


def test_queries_find_what_they_are_drawn_for(corpus):
    drawn = draw_queries(corpus, seed=3, amount=5)
    assert set(drawn) == set(KINDS)
    texts = [
        f"{a.document.title_en} {a.document.title_ru} {a.document.summary_en} "
        f"{a.document.summary_ru} {a.text}".lower()
        for a in Attachment.objects.select_related("document")
    ]
    for query in drawn["phrase"]:
        assert any(" ".join(query.words) in text for text in texts), query
    for query in drawn["no result"]:
        assert not any(query.text in text for text in texts), query
    assert all(len(set(map(str, queries))) == len(queries) for queries in drawn.values())


def test_words_are_drawn_as_often_as_they_are_used():
    english = lexicon("en")
    drawn = english.draw(np.random.default_rng(1), (500, 1000))
    share = np.bincount(drawn.ravel(), minlength=len(english.words)) / drawn.size
    assert np.allclose(share[:50], english.frequencies[:50], rtol=0.1)


def test_no_two_invented_places_are_the_same_and_each_is_spelt_in_four_scripts():
    names = invented_names(np.random.default_rng(1), 900)
    assert len({russian for _en, russian, *_others in names}) == 900
    assert all(len(set(spelt)) >= 3 for spelt in names)


# The others need a server, or a database without a transaction around it.
@pytest.mark.parametrize("rival", [rivals.Naive, rivals.FTS5, rivals.Tantivy])
def test_every_engine_finds_the_same_documents_by_facets(rival, corpus, tmp_path):
    if not rival.takes_part(200):
        pytest.skip(f"{rival.name} is not compared here")
    engine = rival()
    engine.prepare(tmp_path)
    try:
        for query in draw_queries(corpus, seed=3, amount=5)["browse"]:
            expected = Document.objects.all()
            for name, values in query.chosen.items():
                rows = Document.objects.none()
                for path in rivals.FACETS[name]:
                    rows |= Document.objects.filter(**{f"{path}__in": values})
                expected = expected.filter(pk__in=rows.values("pk"))
            assert engine.ask(query) == expected.count(), query
    finally:
        engine.close()


def test_the_writer_that_is_killed_writes_what_the_index_follows(corpus):
    random = np.random.default_rng(1)
    for step in (kills._make, kills._change, kills._attach, kills._link, kills._withdraw):
        step(random, "some words of a text")
    assert Document.objects.count() == 201


def test_a_spread_is_a_median_and_a_late_one():
    assert spread([1.0, 2.0, 3.0, 4.0, 100.0])["p50"] == 3.0
    assert spread(range(101))["p95"] == 95.0


def test_each_query_is_put_to_both_and_ours_is_asked_in_every_way_in_turn():
    asked = []

    class Near(rivals.Rival):
        def ask(self, query):
            asked.append(f"theirs {query.text}")
            return 3

    def ours(name, milliseconds):
        def ask(query):
            asked.append(f"{name} {query.text}")
            return milliseconds

        return ask

    queries = [Query(str(number)) for number in range(WARMING + 4)]
    a, b, c, d = (query.text for query in queries[WARMING:])
    found = _of_asking(Near(), [{"ours": ours("ours", 2.0)}], queries)
    # The first two are not timed.
    turns = [f"ours {a}", f"theirs {a}", f"theirs {b}", f"ours {b}"]
    turns += [f"ours {c}", f"theirs {c}", f"theirs {d}", f"ours {d}"]
    assert asked[2:] == turns
    assert (found["matches"], found["ours"]["ours"]["p50"], found["page"]["n"]) == (3, 2.0, 4)
    asked.clear()
    page = {"page": ours("page", 2.0), "again": ours("again", 1.0)}
    found = _of_asking(Near(), [page, {"data": ours("data", 3.0)}], queries)
    turns = [f"page {a}", f"again {a}", f"theirs {a}", f"data {b}", f"theirs {b}"]
    turns += [f"theirs {c}", f"page {c}", f"again {c}", f"theirs {d}", f"data {d}"]
    assert asked[4:] == turns
    assert {name: times["n"] for name, times in found["ours"].items()} == {
        "page": 2, "again": 2, "data": 2,
    }  # fmt: skip
    assert all(times["theirs"] > 0 for times in found["ours"].values())
    only = queries[: WARMING + 1]
    found = _of_asking(Near(), [page, {"data": ours("data", 3.0)}], only)
    assert set(found["ours"]) == {"page", "again", "data"}


def test_ratios_are_of_every_way_in_which_ours_was_asked():
    def times(p50):
        return {"p50": p50, "p95": 99.0, "n": 5}

    asked = {"page": times(41.0), "ours": {"ours": times(2.0) | {"theirs": 40.0}}}
    page, data = times(2.0) | {"theirs": 40.0}, times(0.5) | {"theirs": 50.0}
    served = {"page": times(45.0), "ours": {"http": page, "data": data}}
    figures = {
        "rivals": {"near": {"kinds": {"browse": asked}}, "far": {"kinds": {"browse": served}}}
    }
    rated = with_ratios(figures)["rivals"]
    assert rated["near"]["ratios"] == {"browse": [20.0]}
    assert rated["far"]["ratios"] == {"browse": [20.0, 100.0]}
