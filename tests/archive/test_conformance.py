"""What is found in the demonstration records, query by query: the same on every database.

The answers stand in conformance.json. After a wanted change of the records or of the ranking,
write them anew, and read the difference:

    WRITE_CONFORMANCE=1 pytest tests/archive/test_conformance.py
"""

import datetime as dt
import json
import os
from collections import Counter
from pathlib import Path

import pytest
from django.db.models import Manager, Model
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.models import Claim, Document, Incident, LegalCase, Organisation, Person, Place
from archive.search import Question, ask
from archive.search.columns import value_of
from archive.search.records import KINDS, SEARCHED
from archive.search.spelling import corrected

pytestmark = pytest.mark.usefixtures("live_archive")

ANSWERS = Path(__file__).with_name("conformance.json")
MOST_HITS = 15
COUNTED = ("type", "kind", "side", "phase", "place", "language")

TEXTS = [
    # words, in any form
    "", "prisoners", "prisoner of war", "военнопленных", "военнопленные", "пленный", "executing",
    "cluster munitions", "кассетные боеприпасы", "кассетными боеприпасами", "the", "и", "landmines",
    "мины", "ill-treatment", "надругательство над телами", "body of a serviceman", "2020", "44-day war",
    "обстрел", "удары по гражданским", "Lachin corridor", "Лачинский коридор", "quinquereme",
    # the language of queries
    '"cluster munitions"', '"munitions cluster"', "«кассетными боеприпасами»", "video -Hadrut",
    "видео -Гадрут", "Barda OR Ganja", "Барда ИЛИ Гянджа", "(Barda OR Ganja) strikes",
    "(Barda OR Ganja) -cluster", "desecrat*", "надругат*", "title:video", "заголовок:видео",
    "author:Waters", "publisher:Amnesty", "издатель:bellingcat", "court:ICJ", "суд:ЕСПЧ",
    "speaker:Bachelet", "говорит:Бачелет", "place:Shusha", "место:Шуша", "person:Aliyev",
    "organisation:ICRC", "case:Sargsyan", "title:strikes OR title:удары", "(((", '"cluster munitions',
    "OR", "-", "video -", "nosuchfield:Barda", "video (Barda OR Ganja",
    # numbers
    "35746/11", "no. 35746/11", "№ 35746/11", "жалоба № 35746/11", "applications nos. 54363/17",
    "application no. 40167/06", "number:13216/05", "2391 (2021)", "Resolution 2391",
    "CM/ResDH(2025)130", "55/3502/2021", "ECLI:CE:ECHR:2021:1104JUD003242716", "001-200439",
    # names, in four scripts, in any spelling
    "Shusha", "Шуши", "Şuşa", "Շուշի", "Stepanakert", "Ханкенди", "Xankəndi", "Ստեփանակերտ",
    "Gəncə", "Գանձակ", "Гянджа", "Ağdam", "Pashinyan", "Пашинян", "Փաշինյան", "Paşinyan",
    "Aliyev", "Алиева", "Əliyev", "Saribekyan", "Sarıbəkyan", "Սարիբեկյան", "ЕСПЧ", "ECHR",
    "Human Rights Watch", "Хьюман райтс вотч", "МИД Азербайджана", "омбудсмен", "olive",
    "Amnesty International Barda", "Makuchyan Minasyan", "munitons", "вооеннопленные", "cluter munitions", '"Sargsyan v. Azerbaijan"',
]  # fmt: skip


def record(model, slug: str) -> str:
    return f"{model._meta.model_name}.{model.objects.get(slug=slug).pk}"


def narrowed() -> dict[str, Question]:
    """Questions with more than words, each by the name of what it shows."""
    barda, ecthr = record(Place, "barda"), record(Organisation, "ecthr")
    ganja = record(Place, "ganja")
    war = (dt.date(2020, 9, 27), dt.date(2020, 11, 10))
    return {
        "documents only": Question((Document,)),
        "cases only, with a word": Question((LegalCase,), text="captive"),
        "claims and incidents": Question((Claim, Incident), text="Hadrut"),
        "people by name, English": Question((Person,), order="name"),
        "people by name, Russian": Question((Person,), order="name", language="ru"),
        "places by name": Question((Place,), order="name"),
        "organisations by name, Russian": Question((Organisation,), order="name", language="ru"),
        "documents, newest": Question((Document,), order="newest"),
        "documents, oldest": Question((Document,), order="oldest"),
        "cases, oldest": Question((LegalCase,), order="oldest"),
        "incidents, oldest": Question((Incident,), order="oldest"),
        "added last": Question(text="video", order="added"),
        "one place": Question(chosen={"place": (barda,)}),
        "two places": Question(chosen={"place": (barda, ganja)}),
        "a place and a side": Question((Claim,), chosen={"place": (barda,), "side": ("armenian",)}),
        "of no side": Question((Claim,), chosen={"side": ("",)}),
        "a publisher": Question((Document,), chosen={"publisher": (ecthr,)}),
        "words and a publisher": Question((Document,), "applicant", {"publisher": (ecthr,)}),
        "a value that nobody has": Question(chosen={"place": ("place.0",)}),
        "the war of 2020": Question((Claim, Incident), period=war),
        "before 1995": Question(period=(None, dt.date(1994, 12, 31))),
        "since 2023, oldest": Question(period=(dt.date(2023, 1, 1), None), order="oldest"),
        "words, a place and a period": Question(
            (Claim, Incident), "strikes OR удары", {"place": (barda, ganja)}, war
        ),
    }


def readable(answer) -> dict:
    """The answer with slugs for keys, which differ from one database to the next."""
    slugs = {
        value_of(number, pk): f"{kind._meta.model_name}/{slug}"
        for number, kind in enumerate(KINDS)
        for pk, slug in kind.objects.values_list("pk", "slug")
    }
    hits = [slugs[value_of(KINDS.index(hit.kind), hit.pk)] for hit in answer.page(0, MOST_HITS)]
    counts = {
        name: {slugs.get(value, value): n for value, n in sorted(answer.counts(name).items())}
        for name in COUNTED
    }
    found = {
        "total": answer.total,
        "hits": hits,
        "counts": {name: dict(sorted(counted.items())) for name, counted in counts.items()},
        "years": {str(year): n for year, n in sorted(answer.years().items())},
        "also": answer.also,
        "notices": [str(notice) for notice in answer.notices],
        "corrected": corrected(answer),
    }
    return {name: value for name, value in found.items() if value}


def test_every_query_is_answered_as_written_down():
    questions = {text: Question(text=text) for text in TEXTS} | narrowed()
    answers = {name: readable(ask(question)) for name, question in questions.items()}
    answers = json.loads(json.dumps(answers))
    if os.environ.get("WRITE_CONFORMANCE"):
        lines = [
            f" {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in answers.items()
        ]
        ANSWERS.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    written = json.loads(ANSWERS.read_text())
    assert answers.keys() == written.keys()
    differing = {name: answers[name] for name in answers if answers[name] != written[name]}
    assert differing == {name: written[name] for name in differing}


def test_other_forms_and_scripts_find_the_same():
    def found(text):
        return set(ask(Question(text=text)).page(0, 1000))

    for spellings in (
        ["военнопленных", "военнопленные", "ВОЕННОПЛЕННЫМИ"],
        ["35746/11", "no. 35746/11", "№ 35746/11", "жалоба № 35746/11"],
        ["Шуша", "Шуши", "Şuşa", "Shusha", "Շուշի"],
        ["Ханкенди", "Xankəndi", "Stepanakert", "Степанакерте"],
        ["ЕСПЧ", "ECHR"],
        ["place:Shusha", "место:Шуша"],
    ):
        first, *others = map(found, spellings)
        assert first and all(other == first for other in others), spellings


# ── counted by hand ──


def ends(record, path: str):
    """What a path leads to from a record, through public records only."""
    name, _, rest = path.partition("__")
    value = getattr(record, name)
    if isinstance(value, Manager):
        rows = value.published() if hasattr(value, "published") else value.all()
    elif isinstance(value, Model):
        rows = [value] if value.is_public else []
    else:
        yield value
        return
    for row in rows:
        if rest:
            yield from ends(row, rest)
        else:
            yield f"{row._meta.model_name}.{row.pk}"


def days(record, kind) -> list[tuple[int | None, int | None]]:
    """First and last day of each of its dates."""
    relation, _, name = SEARCHED[kind].date.rpartition("__")
    rows = getattr(record, relation).all() if relation else [record]
    return [
        tuple(
            day and day.toordinal()
            for day in (getattr(row, f"{name}_earliest"), getattr(row, f"{name}_latest"))
        )
        for row in rows
        if name and getattr(row, name)
    ]


class ByHand:
    """Every public record with its facet values and its dates, read without the index."""

    def __init__(self):
        self.values, self.days = {}, {}
        for kind in KINDS:
            for record in kind.objects.published():
                key = kind, record.pk
                self.days[key] = days(record, kind)
                self.values[key] = {
                    facet: {
                        value
                        for path in paths
                        for value in ends(record, path)
                        if value or (facet == "side" and value is not None)
                    }
                    for facet, paths in SEARCHED[kind].paths.items()
                }

    def passes(self, key, question, but="") -> bool:
        for facet, values in question.chosen.items():
            if values and facet != but and not self.values[key].get(facet, set()) & set(values):
                return False
        if not question.period or but == "period":
            return True
        first, last = (day and day.toordinal() for day in question.period)
        return any(
            (not first or end is None or end >= first)
            and (not last or start is None or start <= last)
            for start, end in self.days[key]
        )

    def counts(self, facet, keys) -> Counter:
        return Counter(value for key in keys for value in self.values[key].get(facet, ()))

    def years(self, keys) -> Counter:
        """What is open reaches as far as there are years."""
        spans = {
            key: [
                [day and dt.date.fromordinal(day).year for day in span] for span in self.days[key]
            ]
            for key in keys
        }
        known = [year for some in spans.values() for span in some for year in span if year]
        return Counter(
            year
            for some in spans.values()
            for year in {
                year
                for first, last in some
                for year in range(first or min(known), (last or max(known)) + 1)
            }
        )


@pytest.fixture
def by_hand():
    return ByHand()


FACETS = sorted({facet for searched in SEARCHED.values() for facet in searched.paths})
DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2026, 1, 1))


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_totals_and_counts_are_those_that_counting_by_hand_gives(by_hand, data):
    all_values = {
        facet: sorted({value for of in by_hand.values.values() for value in of.get(facet, ())})
        for facet in FACETS
    }
    facets = data.draw(st.lists(st.sampled_from(FACETS), max_size=2, unique=True))
    chosen = {
        facet: tuple(data.draw(st.lists(st.sampled_from(all_values[facet]), max_size=3)))
        for facet in facets
    }
    period = data.draw(st.none() | st.tuples(st.none() | DAYS, st.none() | DAYS))
    kinds = data.draw(st.just(KINDS) | st.sets(st.sampled_from(KINDS), min_size=1).map(tuple))
    text = data.draw(st.sampled_from(["", "", "video", "Barda OR Ganja", "плен*", "2020", "ECHR"]))
    question = Question(kinds, text, chosen, period)
    worded = {tuple(hit) for hit in ask(Question(text=text)).page(0, 1000)}
    asked = {key for key in worded if key[0] in kinds}

    def kept(but="", among=asked):
        return {key for key in among if by_hand.passes(key, question, but)}

    answer = ask(question)
    assert {tuple(hit) for hit in answer.page(0, 1000)} == kept()
    assert answer.total == len(kept())
    for facet in FACETS:
        assert answer.counts(facet) == by_hand.counts(facet, kept(facet)), facet
    kinds_found = Counter(kind._meta.model_name for kind, _pk in kept(among=worded))
    assert answer.counts("type") == kinds_found
    assert answer.years() == by_hand.years(kept("period"))
    for name in chosen:
        others = {other: values for other, values in chosen.items() if other != name}
        assert answer.asked(chosen=others).total == len(kept(name))
    assert answer.asked(period=None).total == len(kept("period"))
    everything = {key for key in by_hand.values if key[0] in kinds}
    assert answer.asked(text="").total == len(kept(among=everything))


@pytest.mark.parametrize("facet", ["type", "kind", "place", "organisation", "violation", "side"])
@pytest.mark.parametrize(
    "question",
    [
        Question(),
        Question((Document,), text="2020"),
        Question((Claim,), chosen={"side": ("armenian",)}),
        Question(text="zzzz"),
    ],
    ids=str,
)
def test_the_highest_counts_are_those_of_all_counts(question, facet):
    answer = ask(question)
    counts = answer.counts(facet)
    ranked = sorted(counts.values(), reverse=True)
    for most in (1, 2, 5, 1000):
        edge = ranked[most - 1] if most <= len(ranked) else 0
        highest = {value: count for value, count in counts.items() if count >= edge}
        found, total = answer.highest(facet, most)
        assert total == len(counts)
        assert found == (counts if facet == "type" else highest)
    assert {value: answer.count(facet, value) for value in counts} == counts
    assert answer.count(facet, "nothing") == 0
