"""The lists as data: what is said of each kind of record, and to whom."""

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from archive.models import (
    PUBLISHABLE,
    Claim,
    Document,
    Incident,
    LegalCase,
    Organisation,
    Person,
    Place,
    Status,
)
from archive.search import Question, ask
from portal.api.records import CALLED, FIELDS, TYPE, described
from portal.facets import Facet
from portal.filters import FILTERS
from portal.hits import Hits
from portal.views.lists import LISTS
from tests.factories import (
    FACTORIES,
    AttachmentFactory,
    CaseStepFactory,
    CitationFactory,
    ClaimFactory,
    DocumentFactory,
    IncidentFactory,
    LegalCaseFactory,
    OrganisationFactory,
    PersonFactory,
    PlaceFactory,
    RoleFactory,
    ViolationTypeFactory,
)

pytestmark = pytest.mark.django_db

every_kind = pytest.mark.parametrize("kind", PUBLISHABLE, ids=lambda kind: kind._meta.model_name)


def asked(client, section, status=200, **parameters):
    response = client.get(f"/api/v1/{section}/", parameters)
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/json"
    return response.json()


def the_one(client, kind, **parameters):
    [found] = asked(client, TYPE[kind], **parameters)["results"]
    return found


def stored(text):
    return ContentFile(text.encode(), name="file.txt")


# ── what is said of a record ──


def test_a_document_with_its_publisher_and_all_that_it_is_about(client):
    place = PlaceFactory(published=True, slug="ganja")
    incident = IncidentFactory(published=True, slug="strike", places=[place])
    DocumentFactory(
        published=True,
        slug="report",
        title_en="A report",
        title_ru="",
        kind="report",
        language="az",
        original_title="Hesabat",
        authors=["One", "Two"],
        published_on="2020-10~",
        publisher=OrganisationFactory(
            published=True, slug="watch", name_en="The Watch", name_ru="Наблюдатели"
        ),
        incidents=[incident],
        cases=[LegalCaseFactory(published=True, slug="case")],
    )
    said = the_one(client, Document)
    assert said["type"] == "documents"
    assert said["title"] == {"en": "A report"}
    assert (said["kind"], said["language"]) == ("report", "az")
    assert (said["original_title"], said["authors"]) == ("Hesabat", ["One", "Two"])
    assert said["published_on"] == "2020-10~"
    assert said["archived_url"] is None
    assert said["publisher"] == {
        "type": "organisations",
        "slug": "watch",
        "name": {"en": "The Watch", "ru": "Наблюдатели"},
    }
    assert said["warnings"] == []
    assert said["labels"] == {
        "kind": "Report",
        "language": "Azerbaijani",
        "side": "Third parties",
    }
    assert said["found_by"] == {
        "organisation": ["watch"],
        "case": ["case"],
        "incident": ["strike"],
        "place": ["ganja"],
        "alleged_violation": [],
    }


def test_a_claim_comes_with_its_speaker_its_verb_and_where_it_is_reported(client):
    speaker = PersonFactory(published=True, slug="minister", name_en="A. Minister", name_ru="")
    for held, title in (("../2020", "Deputy"), ("2021/..", "Minister")):
        RoleFactory(
            person=speaker,
            organisation=OrganisationFactory(published=True),
            held=held,
            title_en=title,
            title_ru="Министр",
        )
    document = DocumentFactory(published=True, slug="paper", title_en="Paper", title_ru="Газета")
    claim = ClaimFactory(
        published=True,
        kind="denies",
        date="2021",
        speaker_organisation=None,
        speaker_person=speaker,
        cited_in=False,
    )
    CitationFactory(
        claim=claim,
        document=document,
        locator_kind="paragraph",
        locator="7",
        relayed_by=[
            OrganisationFactory(published=True, slug="agency"),
            OrganisationFactory(slug="unseen"),
        ],
    )
    CitationFactory(claim=claim, document=DocumentFactory(slug="draft"))
    answered = [ClaimFactory(published=True, slug="allegation", kind="alleges"), ClaimFactory()]
    claim.responds_to.add(*answered)
    [said] = asked(client, "claims", kind="denies")["results"]
    assert (said["kind"], said["labels"]["kind"], said["date"]) == ("denies", "denies", "2021")
    assert said["speaker"] == {
        "type": "people",
        "slug": "minister",
        "name": {"en": "A. Minister"},
        "office": {"en": "Minister", "ru": "Министр"},
    }
    assert said["in_answer_to"] == ["allegation"]
    assert said["found_by"]["person"] == ["minister"]
    [report] = said["reported_in"]
    assert report["relayed_by"][0]["slug"] == "agency" and len(report["relayed_by"]) == 1
    assert {name: report[name] for name in ("slug", "title", "locator_kind", "locator")} == {
        "slug": "paper",
        "title": {"en": "Paper", "ru": "Газета"},
        "locator_kind": "paragraph",
        "locator": "7",
    }


def test_labels_are_in_the_language_asked_for_and_codes_are_not(client):
    ClaimFactory(published=True, kind="denies")
    for lang, label in (("en", "denies"), ("ru", "отрицает")):
        [said] = asked(client, "claims", lang=lang)["results"]
        assert (said["kind"], said["labels"]["kind"]) == ("denies", label)


def test_the_sides_of_an_incident_are_called_alleged(client):
    IncidentFactory(published=True, victims_side="armenian", responsible_side="azerbaijani")
    said = the_one(client, Incident)
    assert said["alleged_victims_side"] == "armenian"
    assert said["alleged_responsible_side"] == "azerbaijani"
    assert not {"victims_side", "responsible_side"} & set(said)


WHOLE = {
    Document: {
        "kind": "report",
        "published_on": "2020-10~",
        "language": "hy",
        "original_title": "Զեկույց",
        "authors": ["One", "Two"],
        "reference": "A/75/1",
        "source_url": "https://example.org/1",
        "archived_url": "https://example.org/2",
    },
    LegalCase: {
        "kind": "individual_application",
        "stage": "refused",
        "stage_note": {"en": "according to one side", "ru": "по словам одной стороны"},
        "note": {"en": "A remark", "ru": "Замечание"},
        "sources": ["https://example.org/3"],
        "application_numbers": ["1/20", "2/20"],
        "ecli": "ECLI:CE:ECHR:2021:1104JUD003242716",
        "hudoc_item_id": "001-1",
        "forum": {"en": "A forum", "ru": "Форум"},
        "applicants": {"en": "Two men", "ru": "Двое мужчин"},
        "applicant_side": "armenian",
    },
    Incident: {"date": "2020-10-04/2020-10-08", "phase": "war_2020"},
    Claim: {
        "kind": "reports_figure",
        "date": "2021-01",
        "event_date": "2020-11~",
        "verification_method": {"en": "seen", "ru": "видели"},
        "figure": 12,
        "figure_unit": "deaths",
        "figure_qualifier": "at_least",
        "figure_counted": {"en": "civilians", "ru": "гражданские"},
        "figure_note": {"en": "a remark", "ru": "замечание"},
    },
    Organisation: {
        "acronym": {"en": "ABC", "ru": "АБВ"},
        "aliases": ["One", "Ուրիշ"],
        "kind": "ngo",
        "side": "azerbaijani",
        "is_de_facto": True,
        "country": "AZ",
        "website": "https://example.org/",
    },
    Person: {"aliases": ["One"], "side": "armenian"},
    Place: {
        "azerbaijani_name": "Şuşa",
        "armenian_name": "Շուշի",
        "variants": ["Shousha"],
        "kind": "town",
        "country": "AZ",
    },
}


@every_kind
def test_every_column_is_said_as_it_was_written(client, kind):
    written = {}
    for name, value in WHOLE[kind].items():
        is_text = isinstance(value, dict)
        written |= {f"{name}_{c}": text for c, text in value.items()} if is_text else {name: value}
    record = FACTORIES[kind](published=True, **written)
    said = the_one(client, kind)
    expected = {
        **WHOLE[kind],
        "slug": record.slug,
        kind.heading_field: {
            code: getattr(record, f"{kind.heading_field}_{code}") for code in ("en", "ru")
        },
    }
    for name, value in expected.items():
        assert (said[name], type(said[name])) == (value, type(value)), name
    assert {CALLED.get(name, name) for name in FIELDS[kind]} <= said.keys()


def test_a_case_comes_with_its_steps_as_they_are_dated_and_its_respondents(client):
    state = OrganisationFactory(published=True, slug="state")
    case = LegalCaseFactory(published=True, respondents=[state, OrganisationFactory()])
    CaseStepFactory(case=case, kind="judgment", date="2021~", note_en="as reported", note_ru="")
    CaseStepFactory(case=case, kind="lodged", date="2019-03")
    for lang, lodged, judgment in (("en", "Lodged", "Judgment"), ("ru", "Подана", None)):
        said = the_one(client, LegalCase, lang=lang)
        first, last = said["steps"]
        assert (first["kind"], first["date"], first["note"]) == ("lodged", "2019-03", {})
        assert (last["kind"], last["date"], last["note"]) == (
            "judgment",
            "2021~",
            {"en": "as reported"},
        )
        if lang == "en":
            assert (first["label"], last["label"]) == (lodged, judgment)
        else:
            assert first["label"] != "Lodged"
        assert [one["slug"] for one in said["respondents"]] == ["state"]


def test_a_case_names_both_parties_and_says_when_one_is_not_shown(client):
    state, other, hidden = (
        OrganisationFactory(published=True, slug="state"),
        OrganisationFactory(published=True, slug="other"),
        OrganisationFactory(),
    )
    words = {"applicants_en": "A State", "applicants_ru": "Государство"}
    LegalCaseFactory(
        published=True,
        slug="a",
        applicant_organisations=[state, hidden],
        respondents=[other, hidden],
        **words,
    )
    LegalCaseFactory(published=True, slug="b", respondents=[other, state], **words)
    said = {one["slug"]: one for one in asked(client, "cases")["results"]}
    for slug, applicants, text, respondents, hides in (
        ("a", ["state"], {}, ["other"], True),
        ("b", [], {"en": "A State", "ru": "Государство"}, ["other", "state"], False),
    ):
        one = said[slug]
        assert [body["slug"] for body in one["applicant_bodies"]] == applicants
        assert one["applicants"] == text
        assert [body["slug"] for body in one["respondents"]] == respondents
        assert one["hides_respondents"] is hides
        assert one["prosecuting_side"] is None


def test_criminal_proceedings_have_a_side_that_prosecutes_and_no_parties(client):
    LegalCaseFactory(
        published=True,
        kind="criminal_investigation",
        applicant_side="armenian",
        respondents=[OrganisationFactory(published=True)],
        applicants_en="Somebody",
    )
    said = the_one(client, LegalCase)
    assert (said["prosecuting_side"], said["applicant_side"]) == ("armenian", None)
    assert "applicant_side" not in said["labels"]
    assert said["labels"]["prosecuting_side"] == "Armenian side"
    assert (said["applicants"], said["applicant_bodies"], said["respondents"]) == ({}, [], [])


def test_the_court_in_the_hague_has_terms_of_its_own(client):
    court = OrganisationFactory(published=True, slug="icj")
    for publisher in (court, OrganisationFactory(published=True)):
        DocumentFactory(published=True, kind="court_order", publisher=publisher)
    labels = {
        one["publisher"]["slug"] == "icj": one["labels"]["kind"]
        for one in asked(client, "documents", lang="ru")["results"]
    }
    assert labels[True] == "Постановление" != labels[False]


@pytest.mark.parametrize("kind", [Document, Claim, Organisation, Person])
def test_the_side_is_said_as_the_filter_has_it(client, kind):
    body = OrganisationFactory if kind in (Document, Claim) else FACTORIES[kind]
    link = {Document: "publisher", Claim: "speaker_organisation"}.get(kind)
    for side in ("armenian", ""):
        owner = body(published=True, side=side, slug=f"of-{side or 'none'}")
        if link:
            FACTORIES[kind](published=True, **{link: owner})
    for side, label in (("armenian", "Armenian side"), ("third", "Third parties")):
        results = asked(client, TYPE[kind], side=side)["results"]
        assert results
        assert {(one["side"], one["labels"]["side"]) for one in results} == {(side, label)}


def test_nobody_said_exactly(client):
    figures = {"kind": "reports_figure", "figure": 6, "figure_unit": "deaths"}
    ClaimFactory(published=True, figure_qualifier="exact", **figures)
    said = the_one(client, Claim)
    assert (said["figure"], said["figure_qualifier"]) == (6, None)
    assert "figure_qualifier" not in said["labels"]


def test_a_qualifier_without_a_figure_is_not_said(client):
    ClaimFactory(
        published=True,
        kind="reports_figure",
        figure=None,
        figure_unit="deaths",
        figure_qualifier="about",
    )
    said = the_one(client, Claim)
    assert said["figure_qualifier"] is None
    assert "figure_qualifier" not in said["labels"]


@every_kind
def test_what_is_not_known_is_null(client, kind):
    FACTORIES[kind](published=True)
    assert "" not in the_one(client, kind).values()


def test_how_a_text_was_translated_is_said_of_the_texts_that_there_are(client):
    DocumentFactory(
        published=True,
        title_ru="",
        summary_ru="",
        translation_kind_en="original",
        translation_kind_ru="human",
    )
    assert the_one(client, Document)["translation_kind"] == {"en": "original"}


@pytest.mark.parametrize("flag", ["graphic_description", "human_remains"])
def test_what_stands_behind_a_warning_is_not_in_the_data(client, flag):
    words = {"summary_en": "unbearable detail", "summary_ru": "unbearable detail", flag: True}
    spoken = {
        "text_en": "unbearable detail",
        "text_ru": "unbearable detail",
        **{"kind": "reports_figure", "figure": 77, "figure_unit": "deaths"},
        **{"figure_qualifier": "exact", "figure_counted_en": "unbearable", "note_en": "unbearable"},
    }
    incident = IncidentFactory(published=True, **words)
    document = DocumentFactory(published=True, **words)
    AttachmentFactory(document=document, file=stored("unbearable detail"))
    about = ClaimFactory(published=True, **spoken)
    about.incidents.add(incident)
    quoted = ClaimFactory(published=True, **spoken)
    quoted.about_documents.add(document)
    shown = ClaimFactory(published=True, **spoken)
    gated = {incident.slug, document.slug, about.slug, quoted.slug}
    for question in ({}, {"q": "unbearable", "excerpts": 1}):
        answer = asked(client, "search", size=100, **question)
        records = {record["slug"]: record for record in answer["results"]}
        assert gated | {shown.slug} <= records.keys()
        for slug in gated:
            said = records[slug]
            assert said["warnings"] == [flag]
            assert "excerpt" not in said
            assert "unbearable" not in str(said)
            figures = [name for name in said if name.startswith("figure")]
            assert all(said[name] is None for name in ("text", "summary", *figures) if name in said)
            assert not any(name.startswith("figure") for name in said["labels"])
        assert records[shown.slug]["text"]["en"] == "unbearable detail"
        assert records[shown.slug]["figure"] == 77
    answer = asked(client, "search", size=100, q="unbearable", excerpts=1, warned=1)
    records = {record["slug"]: record for record in answer["results"]}
    for slug in gated:
        assert records[slug]["labels"]["warnings"].startswith("This record ")
        assert "unbearable detail" in str(records[slug])
        assert "excerpt" not in records[slug]
    assert records[about.slug]["figure"] == 77


def test_an_excerpt_says_its_language_and_whether_it_stands_in_a_file(client):
    DocumentFactory(published=True, slug="a", summary_en="", summary_ru="Поля с арбузами.")
    own = DocumentFactory(published=True, slug="b", summary_en="", summary_ru="")
    AttachmentFactory(document=own, file=stored("Арбузы и дыни"))
    found = {
        one["slug"]: one["excerpt"]
        for one in asked(client, "documents", q="арбуз", excerpts=1)["results"]
    }
    assert (found["a"]["language"], found["a"]["is_file"]) == ("ru", False)
    assert (found["b"]["language"], found["b"]["is_file"]) == (None, True)
    assert [piece["text"] for piece in found["a"]["pieces"] if piece["is_hit"]] == ["арбузами"]
    for question in ({"excerpts": 1}, {"q": "арбуз"}, {"q": "арбуз", "excerpts": 0}):
        found = asked(client, "documents", **question)["results"]
        assert len(found) == 2 and not any("excerpt" in one for one in found)


# ── the index may lag behind ──

WITHDRAWN = {"status": Status.WITHDRAWN, "withdrawn_at": timezone.now()}


@every_kind
def test_what_is_withdrawn_after_the_index_was_read_is_left_out(kind):
    record = FACTORIES[kind](published=True)
    answer = ask(Question((kind,)))
    hits = [hit for hit in answer.page(0, 20) if hit.pk == record.pk]
    assert hits and [one["slug"] for one in described(answer, hits)] == [record.slug]
    assert [one.slug for one in Hits(answer)] == [record.slug]
    kind.objects.filter(pk=record.pk).update(**WITHDRAWN)
    assert described(answer, hits) == []
    assert list(Hits(answer)) == []


def test_no_publisher_and_no_relay_is_named_that_was_withdrawn_after_the_index_was_read():
    publisher = OrganisationFactory(published=True)
    relay = OrganisationFactory(published=True)
    document = DocumentFactory(published=True, publisher=publisher)
    claim = ClaimFactory(published=True, cited_in=document)
    claim.citations.get().relayed_by.add(relay)
    of_documents, of_claims = ask(Question((Document,))), ask(Question((Claim,)))
    hits = of_documents.page(0, 20), of_claims.page(0, 20)
    assert described(of_documents, hits[0])[0]["publisher"]
    assert described(of_claims, hits[1])[0]["reported_in"][0]["relayed_by"]
    Organisation.objects.filter(pk__in=[publisher.pk, relay.pk]).update(**WITHDRAWN)
    assert described(of_documents, hits[0])[0]["publisher"] is None
    assert described(of_claims, hits[1])[0]["reported_in"][0]["relayed_by"] == []
    Document.objects.filter(pk=document.pk).update(**WITHDRAWN)
    assert described(of_claims, hits[1]) == []


# ── language, size, errors ──


def test_labels_are_in_the_language_asked_for(client):
    DocumentFactory(published=True, kind="report")
    for parameters, headers, label in (
        ({}, {}, "Kind"),
        ({"lang": "ru"}, {}, "Вид"),
        ({}, {"accept-language": "ru"}, "Вид"),
        ({"lang": "en"}, {"accept-language": "ru"}, "Kind"),
    ):
        response = client.get("/api/v1/documents/", parameters, headers=headers)
        assert response.json()["facets"]["kind"]["label"] == label
        assert "Accept-Language" in response["Vary"]


@pytest.mark.parametrize("lang", ["de", "RU", "en-gb", "\x00", "ru" * 500])
def test_a_language_that_the_archive_does_not_have_is_refused(client, lang):
    for section in ("documents/", ""):
        response = client.get(f"/api/v1/{section}", {"lang": lang})
        assert response.status_code == 400
        assert response.json() == {"error": "The parameter “lang” is one of these: en, ru."}


@pytest.mark.parametrize("size", ["0", "-1", "101", "ten", "1e1", "²", "١", "9" * 5000, "\x00"])
def test_a_size_out_of_bounds_is_refused(client, size):
    assert asked(client, "documents", 400, size=size) == {
        "error": "The parameter “size” is a number from 1 to 100."
    }
    said = asked(client, "documents", 400, size=size, lang="ru")
    assert said == {"error": "Параметр «size» должен быть числом от 1 до 100."}


@pytest.mark.parametrize("name", ["excerpts", "warned"])
@pytest.mark.parametrize("value", ["true", "yes", "2", "\x00", "١"])
def test_a_switch_is_on_or_off(client, name, value):
    said = asked(client, "documents", 400, **{name: value})
    assert said == {"error": f"The parameter “{name}” is 1 or 0."}
    assert asked(client, "documents", **{name: 0})["count"] == 0


@pytest.mark.parametrize("number", ["0", "2", "-1", "one", "²", "9" * 5000])
@pytest.mark.parametrize("debug", [False, True])
def test_a_page_that_is_not_there_is_a_404(client, settings, number, debug):
    settings.DEBUG = debug
    said = asked(client, "documents", 404, page=number)
    assert said == {"error": "This list has no such page: the last one is 1."}
    said = asked(client, "documents", 404, page=number, lang="ru")
    assert said == {"error": "Такой страницы в этом списке нет: последняя — 1."}


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/drafts/",
        "/api/v1/report/",
        "/api/v1/documents/report/",
        "/api/options/v1/",
        "/api/",
    ],
)
@pytest.mark.parametrize("debug", [False, True])
def test_an_address_of_nothing_is_a_404(client, settings, address, debug):
    settings.DEBUG = debug
    response = client.get(address, headers={"accept-language": "ru"})
    assert response.status_code == 404
    assert response.json()["error"].startswith("Такого списка нет.")


def test_too_many_parameters_are_refused(client):
    response = client.get("/api/v1/documents/?" + "kind=report&" * 6000)
    assert response.status_code == 400
    assert response.json() == {"error": "This address cannot be read."}


def test_an_unknown_value_finds_nothing_and_is_named(client):
    DocumentFactory(published=True)
    said = asked(client, "documents", place="nowhere", nonsense="1", **{"from": "20x0"})
    assert said["count"] == 0
    assert said["results"] == []
    assert said["notices"][0] == "This list has no parameter “nonsense”."
    assert "“20x0” is not a date" in said["notices"][1]
    assert "“nowhere”" in said["notices"][2]
    unknown = asked(client, "search", sort="name")["notices"]
    assert unknown == ["There is no order “name” here, so the usual one is kept."]
    own = {"size": 5, "excerpts": 1, "warned": 1, "lang": "en", "page": 1, "sort": "newest"}
    assert asked(client, "documents", **own)["notices"] == []
    many = asked(client, "documents", **{f"n{number}": 1 for number in range(50)})
    assert len(many["notices"]) == 10


every_address = pytest.mark.parametrize("address", ["/api/v1/", "/api/v1/documents/"])


@every_address
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
def test_nothing_can_be_written(method, address):
    strict = Client(enforce_csrf_checks=True)
    response = getattr(strict, method)(address, headers={"accept-language": "ru"})
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert response.json() == {"error": "Этот адрес можно только читать."}


@every_address
def test_a_browser_is_told_that_it_may_read(client, address):
    response = client.options(address)
    assert (response.status_code, response.content) == (204, b"")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


def test_errors_are_data_under_a_prefix_too(client):
    response = client.get("/api/v1/drafts/", SCRIPT_NAME="/archive")
    assert (response.status_code, response["Content-Type"]) == (404, "application/json")


# ── for programs anywhere ──


@pytest.mark.parametrize("address", ["/api/v1/", "/api/v1/search/?q=a", "/api/v1/search/?size=x"])
def test_any_site_may_read_it_and_search_engines_are_asked_not_to_list_it(client, address):
    response = client.get(address)
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response
    assert response["X-Robots-Tag"] == "noindex"
    assert not response.cookies
    assert "/api" not in client.get("/robots.txt").text  # or none would read that


def test_the_contents_name_every_list_with_its_parameters_and_their_values(client, language):
    ViolationTypeFactory()
    contents = client.get("/api/v1/", {"lang": language}).json()
    assert client.get(contents["help"]).status_code == 200
    everywhere = [name for one in contents["parameters"] for name in one["names"]]
    assert everywhere == ["page", "size", "excerpts", "warned", "lang"]
    lists = contents["lists"]
    assert [one["name"] for one in lists] == list(LISTS)
    for one in lists:
        filters = LISTS[one["name"]].filterset.base_filters
        known = LISTS[one["name"]].filterset.parameters()
        assert {name for parameter in one["parameters"] for name in parameter["names"]} == known
        assert client.get(one["address"]).status_code == 200
        for parameter in one["parameters"]:
            assert parameter["label"]
            [name, *others] = parameter["names"]
            is_open = others or name in ("q", "country")
            assert is_open or parameter.get("values") or parameter["slugs_of"] in LISTS
            assert isinstance(filters.get(name), Facet) or name in ("q", "from", "sort")
            for value in parameter.get("values", ()):
                said = asked(client, one["name"], **{name: value}, lang=language)
                assert said["notices"] == []


@every_kind
def test_as_many_queries_for_one_record_as_for_twenty(client, kind):
    """With all that it may be linked with."""

    def queries():
        with CaptureQueriesContext(connection) as made:
            answer = asked(client, TYPE[kind], q="record*")
        return len(made), answer["count"]

    def make(number):
        for _time in range(number):
            record = FACTORIES[kind](published=True)
            for field in kind._meta.many_to_many:
                if field.related_model in FACTORIES and field.related_model is not kind:
                    other = FACTORIES[field.related_model](published=True)
                    getattr(record, field.name).add(other)
            for code in ("en", "ru"):
                name = f"{kind.heading_field}_{code}"
                setattr(record, name, f"record {record.pk}")
            if kind is LegalCase:
                CaseStepFactory(case=record)
            if kind is Claim:
                record.speaker_organisation = None
                record.speaker_person = RoleFactory(
                    person=PersonFactory(published=True),
                    organisation=OrganisationFactory(published=True),
                ).person
                record.citations.get().relayed_by.add(OrganisationFactory(published=True))
                record.responds_to.add(ClaimFactory(published=True))
            record.save()

    make(1)
    queries()
    few, count = queries()
    assert count
    make(19)
    queries()
    many, count = queries()
    assert count >= 20
    assert many == few


def test_every_kind_has_a_type_fields_and_filters():
    assert set(TYPE) == set(FIELDS) == set(PUBLISHABLE) == set(FILTERS)
