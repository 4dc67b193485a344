"""The demonstration records: whole, in both languages, with nothing private or half-done in them."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from archive import models
from archive.models import FINDING_KINDS, PUBLISHABLE, Claim, LegalCase, Person
from archive.models.dates import EDTFField, bounds
from archive.translation import TRANSLATED

pytestmark = pytest.mark.usefixtures("live_archive")

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
CORPUS = {
    "organisations": 72,
    "persons": 28,
    "cases": 36,
    "incidents": 39,
    "claims": 167,
    "documents": 63,
    "places": 52,
    "violations": 16,
}
# Denials of what the archive holds no separate claim about.
DENIALS_OF_NOTHING_RECORDED = {"ext-32", "ext-35", "ext-36", "ext-70", "ext-75"}
NOT_FOR_READERS = re.compile(
    r"\b(the tool|this tool|brief|data ?set|dataset|checked=|unverified_fields)\b"
    r"|\b\d{3}_[0-9a-f]{8}|(?<![\w:/.])/\w+/|исходн\w+ текст\w* 00|\bTODO\b",
    re.IGNORECASE,
)
# An acronym may exist in one language only.
ONE_LANGUAGE_MAY_DO = {"acronym", "translation_kind"}
# A claim is also a heading: it names its subject instead of pointing back to another claim.
POINTS_BACK = re.compile(
    r"(He|She|It|Its|They|Their|These|Of these|Another|"
    r"Он|Она|Оно|Они|Её|Их|Его|Это|Ещё|Из них|По её|По его)\b"
    r"|The (ministry|envoy|minister|article|spokesman (says|sees))\b|(Министерство|Пресс-секретарь) \w+(ет|ит)\b"
)
ABOUT_FOOTAGE = re.compile(r"^(Videos?|Footage|Видеозапис[ьи])\b")
ALLEGED = re.compile(r"alleged|предполагаем", re.IGNORECASE)


def rows(name):
    return json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))


def corpus_rows():
    return [row for name in CORPUS for row in rows(name)]


@pytest.mark.parametrize("name", CORPUS)
def test_every_record_of_the_reference_data_is_there(name):
    assert sum("slug" in row["fields"] for row in rows(name)) == CORPUS[name]


def test_the_corpus_is_public_and_the_invented_records_are_not():
    published = {model: model.objects.published().count() for model in PUBLISHABLE}
    assert sum(published.values()) == sum(CORPUS.values()) - CORPUS["violations"]
    for model in PUBLISHABLE:
        assert not model.objects.published().filter(slug__startswith="invented-").exists()
        assert model.objects.filter(slug__startswith="invented-").count() >= 4


def test_every_text_of_the_corpus_is_in_both_languages():
    lonely = []
    for row in corpus_rows():
        fields = row["fields"]
        for name in fields:
            stem, _, language = name.rpartition("_")
            if language in ("en", "ru") and stem not in ONE_LANGUAGE_MAY_DO:
                other = f"{stem}_{'ru' if language == 'en' else 'en'}"
                if not fields.get(other):
                    lonely.append((row["model"], fields.get("slug"), name))
    assert lonely == []


def test_every_record_of_the_corpus_has_a_heading():
    headings = {"title", "name", "label", "text", "instrument"}
    for row in corpus_rows():
        fields = row["fields"]
        if "slug" in fields or row["model"] == "archive.treatyreference":
            assert any(f"{heading}_ru" in fields for heading in headings), fields


def test_every_claim_names_its_subject():
    for row in rows("claims"):
        for language in ("en", "ru"):
            text = row["fields"].get(f"text_{language}", "")
            assert not POINTS_BACK.match(text), text


def test_what_footage_shows_is_alleged_whoever_is_said_to_have_done_it():
    titles = [
        row["fields"][f"title_{language}"] for row in rows("incidents") for language in ("en", "ru")
    ]
    about_footage = [title for title in titles if ABOUT_FOOTAGE.search(title)]
    assert len(about_footage) >= 16
    assert [title for title in about_footage if not ALLEGED.search(title)] == []


def test_what_the_editors_wrote_wins_even_where_it_is_empty():
    fields = {row["fields"].get("slug"): row["fields"] for row in rows("organisations")}
    assert "acronym_en" not in fields["armenia"] and "acronym_en" not in fields["azerbaijan"]
    assert "acronym_ru" not in fields["amnesty-international"]
    plural = {slug for slug, values in fields.items() if values.get("is_plural")}
    assert plural == {"armenia-armed-forces", "azerbaijan-armed-forces", "nk-de-facto-authorities"}
    places = {row["fields"]["slug"]: row["fields"] for row in rows("places")}
    assert places["shusha"]["variants"].split() == ["Shushi", "Shusha", "Choucha"]


def test_a_claim_seen_elsewhere_than_in_its_document_says_so():
    claims = {
        row["fields"]["slug"]: row["fields"] for row in rows("claims") if "slug" in row["fields"]
    }
    for slug, host in {
        "ext-23": "aljazeera.com",
        "ext-47": "evnreport.com",
        "ext-63": "arminfo.info",
    }.items():
        assert re.search(rf"Seen at .*{host}.*, not in the document", claims[slug]["note_en"])
        assert host in claims[slug]["note_ru"]


def test_an_application_number_that_nobody_saw_is_marked():
    cases = [row["fields"] for row in rows("cases") if "47319/20" in str(row["fields"])]
    assert len(cases) == 2
    for fields in cases:
        assert fields["note_en"].startswith("The application number is not verified")
        assert fields["note_ru"].startswith("Номер жалобы не проверен")


def test_russian_texts_are_russian():
    untranslated = []
    for row in corpus_rows():
        for name, value in row["fields"].items():
            if name.endswith(("note_ru", "summary_ru", "text_ru", "description_ru", "method_ru")):
                letters = [letter for letter in value if letter.isalpha()]
                cyrillic = sum("а" <= letter.lower() <= "ё" for letter in letters)
                if cyrillic < len(letters) / 3:
                    untranslated.append((row["fields"].get("slug"), name, value))
    assert untranslated == []


def test_nothing_speaks_of_how_the_texts_were_made():
    found = [
        (row["fields"].get("slug"), name, NOT_FOR_READERS.search(value)[0])
        for row in corpus_rows()
        for name, value in row["fields"].items()
        if isinstance(value, str) and NOT_FOR_READERS.search(value)
    ]
    assert found == []


def test_the_bounds_of_every_date_follow_from_its_string():
    dated = 0
    for model in (*TRANSLATED, models.Citation):
        for field in (field for field in model._meta.fields if isinstance(field, EDTFField)):
            for record in model._default_manager.exclude(**{field.name: ""}):
                stored = (
                    getattr(record, f"{field.name}_earliest"),
                    getattr(record, f"{field.name}_latest"),
                )
                assert stored == bounds(str(getattr(record, field.name))), record
                dated += 1
    assert dated > 300


def test_the_span_of_every_case_follows_from_its_steps():
    for case in LegalCase.objects.prefetch_related("steps"):
        steps = case.steps.all()
        earliest = min((step.date_earliest for step in steps if step.date_earliest), default=None)
        latest = max((step.date_latest for step in steps if step.date_latest), default=None)
        assert (case.first_step, case.latest_step) == (earliest, latest), case.slug


@pytest.mark.parametrize("model", [*TRANSLATED, models.Citation])
def test_every_record_would_pass_the_forms(model):
    for record in model._default_manager.all():
        record.full_clean()


def test_every_claim_is_cited_and_about_something():
    for claim in Claim.objects.prefetch_related("citations", "incidents", "cases"):
        assert claim.citations.all(), claim.slug
        assert claim.incidents.all() or claim.cases.all() or claim.about_documents.all(), claim.slug


def test_only_courts_and_un_bodies_make_findings():
    findings = Claim.objects.findings().select_related("speaker_organisation")
    assert findings
    for claim in findings:
        assert claim.speaker_organisation.kind in FINDING_KINDS, claim.slug


def test_a_denial_names_what_it_denies():
    denials = Claim.objects.published().filter(kind__in=("denies", "rejects"))
    unanswered = set(denials.filter(responds_to=None).values_list("slug", flat=True))
    assert unanswered == DENIALS_OF_NOTHING_RECORDED


def test_a_denial_answers_another_speaker_about_the_same_thing():
    """«Same thing» through incident or case; an answer may also be about a document."""
    for claim in Claim.objects.published().prefetch_related("responds_to"):
        for other in claim.responds_to.all():
            assert other != claim
            if claim.is_denial:
                assert other.speaker != claim.speaker, (claim.slug, other.slug)


def test_sources_are_addresses_or_titles_never_file_names():
    for model in (*PUBLISHABLE, models.ViolationType):
        for record in model._default_manager.all():
            assert record.sources, record.slug
            for source in record.sources:
                assert not re.search(r"\.(txt|json|csv|pdf\.txt)$", source), source


def test_only_those_who_act_in_public_are_named():
    named = Person.objects.published().prefetch_related("roles")
    assert len(named) == 28
    for person in named:
        assert person.roles.all(), person.slug


def test_invented_records_say_so_and_carry_a_word_of_their_own():
    canaries = Counter()
    for row in rows("invented"):
        fields = row["fields"]
        if "slug" not in fields:
            continue
        headings = [
            (language, fields[f"{heading}_{language}"])
            for heading in ("title", "name", "text")
            for language in ("en", "ru")
            if f"{heading}_{language}" in fields
        ]
        assert headings
        for language, heading in headings:
            says = {"en": "Invented record for training", "ru": "Вымышленная запись для обучения"}
            assert heading.startswith(says[language])
            canaries.update(re.findall(r"\b(?:canary|канарейка)\w+", heading))
    assert set(canaries.values()) == {1}
