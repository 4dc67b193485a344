"""The checklist before publishing: what passes, what is asked, and that no way leads past it."""

import itertools
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from archive.models import (
    PUBLISHABLE,
    Comment,
    Confirmation,
    Status,
    publish,
    publish_due,
)
from archive.review.checklist import SUBJECTS, checklist, confirm
from archive.review.lexicon import lexicon, sentences, words
from archive.review.names import mentioned
from archive.review.sources import unsourced
from archive.review.wording import accusations, describes_violence, hedge_in_one_language
from tests.factories import (
    FACTORIES,
    AttachmentFactory,
    CaseStepFactory,
    ClaimFactory,
    DocumentFactory,
    IncidentFactory,
    LegalCaseFactory,
    OrganisationFactory,
    PersonFactory,
    PlaceFactory,
)

pytestmark = pytest.mark.django_db


def point(record, name):
    return next(point for point in checklist(record) if point.name == name)


def found(record, name):
    return [(one.column, one.said) for one in point(record, name).findings]


def accept(record, name, by):
    seen = point(record, name)
    assert confirm(record, seen, seen=seen.digest, by=by)


# No way past it


@pytest.mark.parametrize("kind", PUBLISHABLE, ids=lambda kind: kind._meta.model_name)
def test_a_record_as_it_should_be_passes_by_itself(kind):
    record = FACTORIES[kind](in_review=True)
    assert [point.name for point in checklist(record) if point.state != "passed"] == []


@pytest.mark.parametrize("kind", PUBLISHABLE, ids=lambda kind: kind._meta.model_name)
def test_no_kind_of_record_is_published_past_it(kind, reviewer):
    note = {"note_en": "Armenia executed the captives.", "note_ru": "Армения казнила пленных."}
    record = FACTORIES[kind](in_review=True, **note)
    with pytest.raises(ValidationError, match="Attributed wording"):
        publish(record, by=reviewer)
    accept(record, "wording", reviewer)
    publish(record, by=reviewer)
    assert record.status == Status.PUBLISHED


def test_not_even_a_superuser_goes_past_it(superuser):
    with pytest.raises(ValidationError, match="A source"):
        publish(DocumentFactory(in_review=True, sources=[]), by=superuser)


def test_what_was_approved_is_looked_at_again_when_its_embargo_ends(reviewer):
    later = timezone.now() + timedelta(hours=1)
    document = DocumentFactory(in_review=True, not_before=later)
    publish(document, by=reviewer)
    Comment.objects.create(kind="document", record_id=document.pk, text="Wait.", author=reviewer)
    published, held = publish_due(later)
    assert published == []
    assert "settle the comments" in held[0][1][0]


def test_every_point_is_said_in_both_languages(language):
    for subject in SUBJECTS.values():
        assert str(subject.title)
        assert str(subject.advice)


# Confirmed


def test_a_confirmation_holds_for_the_texts_as_they_were_seen(reviewer):
    document = DocumentFactory(in_review=True, summary_en="A report.")
    accept(document, "languages", reviewer)
    assert point(document, "languages").state == "confirmed"
    assert point(document, "languages").confirmation.by == reviewer
    document.summary_en = "Another report."
    document.save()
    assert point(document, "languages").state == "open"


def test_a_text_of_a_part_counts_as_well(reviewer):
    case = LegalCaseFactory(in_review=True, note_en="A remark.")
    accept(case, "languages", reviewer)
    CaseStepFactory(case=case, note_en="Another remark.", note_ru="Ещё одно примечание.")
    assert point(case, "languages").state == "open"


def test_what_was_seen_differently_is_not_confirmed(reviewer):
    document = DocumentFactory(in_review=True, summary_en="A report.")
    assert not confirm(document, point(document, "languages"), seen="0" * 64, by=reviewer)
    assert not Confirmation.objects.exists()


def test_a_missing_source_cannot_be_confirmed_away(reviewer):
    document = DocumentFactory(in_review=True, sources=[])
    seen = point(document, "source")
    assert not confirm(document, seen, seen=seen.digest, by=reviewer)


def test_who_only_translates_confirms_nothing(translator, curator):
    document = DocumentFactory(in_review=True, summary_en="A report.")
    seen = point(document, "languages")
    with pytest.raises(PermissionDenied):
        confirm(document, seen, seen=seen.digest, by=translator)
    assert confirm(document, seen, seen=seen.digest, by=curator)


# Languages, sources


def test_a_text_in_one_language_is_shown_where_it_is_missing():
    document = DocumentFactory(summary_en="A report.", note_ru="Примечание")
    assert found(document, "languages") == [("summary_ru", ""), ("note_en", "")]


def test_an_acronym_may_be_in_one_language():
    assert found(OrganisationFactory(acronym_en="ICRC"), "languages") == []


SOURCED = [
    lambda: DocumentFactory(sources=["A book"]),
    lambda: DocumentFactory(source_url="https://example.org/"),
    lambda: AttachmentFactory(document=DocumentFactory()).document,
    lambda: ClaimFactory(),
    lambda: LegalCaseFactory(ecli="ECLI:CE:ECHR:2020:0526JUD001724713"),
    lambda: _linked(IncidentFactory()),
    lambda: PlaceFactory(geonames=1),
    lambda: OrganisationFactory(website="https://example.org/"),
]
UNSOURCED = [
    DocumentFactory,
    LegalCaseFactory,
    IncidentFactory,
    PersonFactory,
    PlaceFactory,
    OrganisationFactory,
    lambda: ClaimFactory(cited_in=False),
]


def _linked(incident):
    DocumentFactory(incidents=[incident], published=True)
    return incident


def _unseen_sources():
    """Records that rest on others which readers do not see, for each way of resting on them."""
    incident, case, person = IncidentFactory(), LegalCaseFactory(), PersonFactory()
    for state in ({}, {"withdrawn": True}, {"restricted": True}):
        DocumentFactory(incidents=[incident], cases=[case], people=[person], **state)
    organisation = OrganisationFactory()
    DocumentFactory(publisher=organisation)
    claim = ClaimFactory(cited_in=DocumentFactory(withdrawn=True))
    return [incident, case, person, organisation, claim]


def test_a_source_that_readers_do_not_see_is_none():
    for record in _unseen_sources():
        assert found(record, "source") == [("sources", "")], record


@pytest.mark.parametrize("make", SOURCED)
def test_one_source_of_any_sort_is_enough(make):
    assert found(make(), "source") == []


@pytest.mark.parametrize("make", UNSOURCED)
def test_a_record_without_any_source_is_found(make):
    record = make()
    assert found(record, "source") == [("sources", "")]
    assert list(unsourced(type(record).objects.filter(pk=record.pk))) == [record]


# Wording: words of one side are words of the other

SIDES = {
    "en": [("Armenia", "Azerbaijan"), ("Armenian", "Azerbaijani"), ("Yerevan", "Baku")],
    "ru": [
        ("Армения", "Азербайджан"),
        ("Армянские", "Азербайджанские"),
        ("армянских", "азербайджанских"),
        ("армяне", "азербайджанцы"),
        ("Ереване", "Баку"),
    ],
}
ACCUSING = [
    ("en", "{Armenia} committed war crimes in the village."),
    ("en", "{Armenian} forces executed six prisoners."),
    ("en", "Prisoners were tortured in {Yerevan}."),
    ("en", "This was genocide by {Armenia}."),
    ("en", "{Armenian} occupiers looted the houses."),
    ("en", "{Armenia} ordered the torture of prisoners."),
    ("en", "The massacre of {Armenian} civilians is of great concern."),
    ("en", "{Armenia} was holding and torturing captives."),
    ("en", "{Armenian} soldiers showed cruelty and raped women."),
    ("en", "{Armenia} demanded and urged a massacre, and called it a feat."),
    ("en", "The {Armenian} state tortured captives."),
    ("en", "{Armenian} soldiers took no account of the torture."),
    ("ru", "{Армения} решила устроить геноцид."),
    ("ru", "{Армения} требовала расправы над пленными."),
    ("ru", "{Армения} призвала к расправе и просила о казнях."),
    ("ru", "{Армянские} военные показали жестокость."),
    ("ru", "{Армянские} власти предписали казнь пленных."),
    ("ru", "{Армения} совершила военные преступления в селе."),
    ("ru", "{Армянские} силы казнили шестерых пленных."),
    ("ru", "Пленных пытали в {Ереване}."),
    ("ru", "Это была резня, которую устроили {армяне}."),
    ("ru", "Казнены шестеро {армянских} пленных."),
]
ATTRIBUTED = [
    ("en", "According to prosecutors, {Armenian} forces executed six prisoners."),
    ("en", "The Ministry accuses {Armenia} of war crimes."),
    ("en", "The Court found torture in a prison in {Yerevan}."),
    ("en", "Alleged torture of captives in {Yerevan}"),
    ("en", "{Armenian} officials denied the execution."),
    ("en", "The Court ordered {Armenia} to prevent torture."),
    ("en", "The Court held that {Armenian} agents had tortured the applicant."),
    ("en", "The ministry urges {Armenia} to punish war crimes."),
    ("en", "Footage shows {Armenian} soldiers desecrating graves."),
    ("en", "The Ombudsman states that {Armenian} soldiers tortured captives."),
    ("en", "Execution of the judgment by {Armenia}"),
    ("en", "Six {Armenian} soldiers were killed."),
    ("ru", "По данным прокуратуры, {Армянские} силы казнили шестерых пленных."),
    ("ru", "Министерство обвинило {армянских} военных в пытках."),
    ("ru", "Суд установил пытки в {Ереване}."),
    ("ru", "Суд предписал не допускать пыток в {Ереване}."),
    ("ru", "Омбудсмен требует расследовать пытки в {Ереване}."),
    ("ru", "Министр иностранных дел призывает судить {армянских} военных за пытки."),
    ("ru", "На видео показано, как расстреляли {армянских} пленных, сообщает газета."),
    ("ru", "Предполагаемая казнь {армянских} пленных"),
    ("ru", "Погибли шестеро {армянских} солдат."),
    ("ru", "{Армения} является участницей Конвенции против пыток."),
]


def both_ways(language, sentence):
    """The sentence about each side."""
    return [sentence.format(**{pair[0]: pair[side] for pair in SIDES[language]}) for side in (0, 1)]


@pytest.mark.parametrize(("language", "sentence"), ACCUSING)
def test_an_accusation_without_a_voice_is_found_of_either_side(language, sentence):
    for said in both_ways(language, sentence):
        assert [one.sentence for one in accusations(said, language)] == [said]


@pytest.mark.parametrize(("language", "sentence"), ATTRIBUTED)
def test_what_says_whose_words_it_is_passes_for_either_side(language, sentence):
    for said in both_ways(language, sentence):
        assert accusations(said, language) == []


@pytest.mark.parametrize("code", ["en", "ru"])
def test_the_names_of_the_sides_are_neither_accusing_nor_attributing(code):
    lists = lexicon(code)
    for name in itertools.chain.from_iterable(SIDES[code]):
        said = words(name)
        assert lists.sides.found_in(said)
        for listed in (lists.accusations, lists.attributions, lists.hedges, lists.violence):
            assert not listed.found_in(said)


def test_an_accusation_of_a_named_person_is_found():
    PersonFactory(published=True, name_en="Adam Testov", name_ru="Адам Тестов")
    incident = IncidentFactory(
        summary_en="Adam Testov tortured captives.", summary_ru="Адам Тестов пытал пленных."
    )
    assert {column for column, _said in found(incident, "wording")} == {"summary_en", "summary_ru"}


def test_the_title_of_a_document_is_a_quotation_and_that_of_an_incident_is_ours():
    title = {"title_en": "Armenia executed captives", "title_ru": "Армения казнила пленных"}
    assert found(DocumentFactory(**title), "wording") == []
    assert [column for column, _said in found(IncidentFactory(**title), "wording")] == [
        "title_en",
        "title_ru",
    ]


def test_a_hedge_in_one_language_only_is_found_in_the_other():
    pairs = {"en": "Alleged strike on a village", "ru": "Удар по селу"}
    (hedge,) = hedge_in_one_language(pairs)
    assert (hedge.language, hedge.other, hedge.words) == ("en", "ru", ["Alleged"])
    assert hedge_in_one_language({**pairs, "ru": "Предполагаемый удар по селу"}) == []
    assert hedge_in_one_language({**pairs, "ru": "Удар по селу, по словам жителей"}) == []
    assert hedge_in_one_language({**pairs, "ru": ""}) == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Chiragov and Others v. Armenia was decided. It is final.", 2),
        ("Application no. 35746/11 was lodged. The Court ruled.", 2),
        ("В 2015 г. Суд решил. Это окончательно.", 2),
        ("One.\nTwo", 2),
        ("", 0),
    ],
)
def test_an_abbreviation_ends_no_sentence(text, count):
    assert len(sentences(text)) == count


@given(st.text())
def test_no_text_breaks_the_lint(text):
    for code in ("en", "ru"):
        accusations(text, code)
        describes_violence(text, code)
    hedge_in_one_language({"en": text, "ru": text})
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


# Names


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("en", "The report names Karen Testyan as a witness.", ["Karen Testyan"]),
        ("en", "A villager called Testyan was seen.", ["Testyan"]),
        ("en", "Rashad Testzade, a driver, said so.", ["Rashad Testzade"]),
        ("en", "The report names John Smith and Jane Roe.", ["John Smith", "Jane Roe"]),
        ("en", "Grace Hunter said so.", ["Grace Hunter"]),
        ("en", "A boy, Daniel, was wounded.", ["Daniel"]),
        ("en", "With them was Gevorg, a driver.", ["Gevorg"]),
        ("en", "With them was Rəşad, a driver.", ["Rəşad"]),
        ("en", "A teacher, Aynur Bright, was heard.", ["Aynur Bright"]),
        ("en", "The court heard Mr Baker.", ["Mr Baker"]),
        ("en", "Dr Baker was heard.", ["Dr Baker"]),
        ("en", "The European Court of Human Rights gave judgment.", []),
        ("en", "On Friday, and in April, the General Staff met.", []),
        ("en", "The Prime Minister spoke in the Grand Chamber.", []),
        ("en", "Armenia Accuses Azerbaijan", []),
        ("ru", "Об этом рассказал Карен Тестян.", ["Карен Тестян"]),
        ("ru", "Со слов Ивана Петровича Тестова.", ["Ивана Петровича Тестова"]),
        ("ru", "Показания дали Джон Смит и Вера Зима.", ["Джон Смит", "Вера Зима"]),
        ("ru", "Рядом был Роман Мельник.", ["Роман Мельник"]),
        ("ru", "Суд выслушал г-на Мельника.", ["Мельника"]),
        ("ru", "Европейский суд по правам человека вынес постановление.", []),
        ("ru", "Вооружённые силы Азербайджана сообщили о потерях.", []),
    ],
)
def test_names_are_found_and_what_only_looks_like_one_is_not(language, text, names):
    assert mentioned(text, language).unknown == names


def test_a_namesake_of_whom_the_archive_has_published_is_found():
    PersonFactory(published=True, name_en="Adam Hunter", name_ru="Адам Хантер")
    assert mentioned("Grace Hunter said so.", "en").unknown == ["Grace Hunter"]


@pytest.mark.parametrize("text", ["Adam Testyan said so.", "President Testyan said so."])
def test_whom_the_archive_has_published_is_no_private_name(text):
    assert mentioned(text, "en").unknown
    PersonFactory(published=True, name_en="Adam Testyan", name_ru="Адам Тестян")
    assert mentioned(text, "en").unknown == []
    assert mentioned("Со слов Тестяна.", "ru").unknown == []


def test_a_person_who_is_only_a_draft_is_nobody_yet():
    PersonFactory(name_en="Adam Testyan", name_ru="Адам Тестян")
    assert mentioned("Adam Testyan said so.", "en").unknown == ["Adam Testyan"]


def test_the_note_on_a_person_may_name_that_person():
    note = {"note_en": "Testyan left office.", "note_ru": "Тестян покинул должность."}
    person = PersonFactory(name_en="Adam Testyan", name_ru="Адам Тестян", **note)
    assert found(person, "names") == []


# Warnings, places


def test_words_of_violence_ask_for_a_warning():
    text = {"summary_en": "The bodies of the dead and a severed hand.", "summary_ru": "Трупы."}
    incident = IncidentFactory(**text)
    assert {column for column, _said in found(incident, "sensitivity")} == {
        "summary_en",
        "summary_ru",
    }
    assert found(IncidentFactory(**text, human_remains=True), "sensitivity") == []
    assert found(ClaimFactory(text_en="The bodies of the dead."), "sensitivity") == []


@pytest.mark.parametrize(
    ("fields", "columns"),
    [
        ({}, []),
        ({"latitude": "39.6", "longitude": "46.75", "precision": "settlement"}, []),
        (
            {"latitude": "39.60094", "longitude": "46.75", "precision": "settlement"},
            ["latitude"],
        ),
        (
            {
                "latitude": "39.60094",
                "longitude": "46.75123",
                "precision": "settlement",
                "geonames": 5,
            },
            [],
        ),
        ({"latitude": "39.6", "longitude": "46.75"}, ["precision"]),
    ],
)
def test_a_point_on_the_map_is_coarse_or_a_gazetteers(fields, columns):
    place = PlaceFactory(**fields)
    place.refresh_from_db()
    assert [column for column, _said in found(place, "point")] == columns


@pytest.mark.parametrize(
    ("text", "is_exact"),
    [
        ("39.60094, 46.75123", True),
        ("39.60094° N, 46.75123° E", True),
        ("39°35′47″", True),
        ("at 39.6, 46.7", False),
        ("3,890 people, 1,200 houses", False),
        ("35746/11", False),
    ],
)
def test_exact_coordinates_in_a_text_are_found(text, is_exact):
    incident = IncidentFactory(note_en=f"A house {text}.", note_ru="Дом.")
    assert bool(found(incident, "coordinates")) is is_exact
