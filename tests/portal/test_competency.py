"""Questions that a visitor must be able to answer with the portal, and where the answers are.

`competency.json` holds the questions and the facts that answer them. Each test here opens the
address that a reader would reach and looks for those facts in what the page says, in both
languages.
"""

import html
import json
import re
from pathlib import Path

import pytest

from archive.models import AllegedSide, CaseStatus, FigureQualifier, Incident, LegalCase, Outcome

pytestmark = pytest.mark.usefixtures("live_archive")

QUESTIONS = {
    question["id"]: question
    for question in json.loads(
        Path(__file__).with_name("competency.json").read_text(encoding="utf-8")
    )
}


def plain(markup: str) -> str:
    """The words of a piece of HTML, with ordinary spaces between them."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


class Page:
    """What a visitor finds at an address, below the masthead and above the footer."""

    def __init__(self, client, language: str, address: str):
        self.language = language
        self.address = f"/{language}/{address}"
        response = client.get(self.address)
        assert response.status_code == 200, (self.address, response.status_code)
        self.html = re.search(r"<main.*?</main>", response.content.decode(), re.DOTALL)[0]
        self.text = plain(self.html)

    def says(self, label: str = "", **by_language: str):
        """says(label) or says(en=…, ru=…): the words of the page's language are on it."""
        words = plain(str(label or by_language[self.language]))
        assert words in self.text, f"{self.address} does not say «{words}»"

    def shows(self, *values):
        for value in values:
            found = re.search(rf"(?<!\d){re.escape(str(value))}(?!\d)", self.text)
            assert found, f"{self.address} does not show {value}"

    def links_to(self, section: str, *slugs: str):
        for slug in slugs:
            assert re.search(rf'href="/{self.language}/{section}/{slug}/["#?]', self.html), (
                f"{self.address} does not lead to {section}/{slug}/"
            )

    def does_not_link_to(self, section: str, *slugs: str):
        for slug in slugs:
            assert f"/{section}/{slug}/" not in self.html, (self.address, slug)

    def row(self, claim: str) -> str:
        """The table row that a claim gives: a figure, a date, a verification."""
        rows = re.findall(r"<tr\b.*?</tr>", self.html, re.DOTALL)
        found = [row for row in rows if f'"#{claim}"' in row or f"/claims/{claim}/" in row]
        assert found, f"{self.address}: no table row for {claim}"
        return plain(" ".join(found))


@pytest.fixture
def at(client, language):
    """at(address) → the page there, in the language of the test."""
    return lambda address: Page(client, language, address)


@pytest.fixture
def answer(request):
    """The facts that answer the question that the test is named after."""
    return QUESTIONS[request.node.originalname.replace("test_cq_", "cq-")[:5]]["answer"]


def test_every_question_is_asked():
    asked = {name[5:10].replace("_", "-") for name in globals() if name.startswith("test_cq_")}
    assert asked == set(QUESTIONS)


def test_cq_01_who_verified_the_video_how_and_what_was_answered(at, answer):
    page = at(f"incidents/{answer['incident']}/")
    page.links_to("claims", *answer["verification_claims"], *answer["other_side_claims"])
    page.links_to("people", "kristinne-grigoryan")
    page.links_to("organisations", "human-rights-watch")
    for claim, method in zip(
        answer["method_claims"],
        ({"en": "Terrain", "ru": "Местность"}, {"en": "reverse image", "ru": "обратный поиск"}),
        strict=True,
    ):
        assert method[page.language] in page.row(claim)


def test_cq_03_both_sides_and_both_judgments_on_one_incident(at, answer):
    page = at(f"incidents/{answer['incident']}/")
    page.links_to("cases", *(case["case"] for case in answer["cases"]))
    page.says(AllegedSide.ARMENIAN.label)
    page.says(AllegedSide.AZERBAIJANI.label)
    violated, not_violated = answer["cases"]
    case = at(f"cases/{violated['case']}/")
    case.links_to("organisations", violated["respondent"])
    case.says(Outcome.VIOLATION.label)
    case = at(f"cases/{not_violated['case']}/")
    case.links_to("organisations", not_violated["respondent"])
    case.says(Outcome.NO_VIOLATION.label)
    for article in ("8", "14"):
        case.shows(article)


def test_cq_05_how_many_videos_for_each_side_and_do_sources_agree(at, answer):
    page = at(f"incidents/{answer['incident']}/")
    page.links_to("claims", *answer["claims"])
    counted = dict(zip(answer["claims"], (answer["total"], 11, 7, 12, 10), strict=True))
    for claim, value in counted.items():
        assert str(value) in page.row(claim), claim
    for figures in answer["figures"]:
        page.links_to("documents", figures["document"])
        assert {figures["armenian"], figures["azerbaijani"]} <= set(counted.values())


def test_cq_07_how_many_were_killed_by_mines(at, answer):
    page = at(f"incidents/{answer['incident']}/")
    (claim,) = answer["source_claim"]
    row = page.row(claim)
    for value in (answer["killed"], answer["injured"], answer["total_victims"]):
        assert str(value) in row, value
    page.says(en="6 October 2022", ru="6 октября 2022")
    page.links_to("documents", answer["misleading_document"])
    assert str(answer["misleading_value"]) in page.row("azernews-10")


def test_cq_09_what_armenia_said_about_khojaly_and_who_rejected_it(at, answer):
    page = at(f"incidents/{answer['incident']}/")
    page.links_to("claims", *answer["claims"])
    page.links_to("documents", answer["document"])
    page.links_to("organisations", "armenia-mfa", "human-rights-watch")


def test_cq_11_the_denials_of_each_side(at, answer):
    for side in ("azerbaijani", "armenian"):
        page = at(f"claims/?kind=denies&side={side}")
        page.links_to("claims", *answer[f"denials_by_{side}_side"])
        other = {"azerbaijani": "armenian", "armenian": "azerbaijani"}[side]
        page.does_not_link_to("claims", *answer[f"denials_by_{other}_side"])


def test_cq_13_no_armenian_investigation_of_its_own_forces_is_recorded(at, answer):
    page = at(f"cases/{answer['note_case']}/")
    note = LegalCase.objects.get(slug=answer["note_case"])
    page.says(en=plain(note.note_en), ru=plain(note.note_ru))
    page.says(en="limit of the search", ru="предел поиска")


def test_cq_15_when_the_killing_was_and_how_certain_that_is(at, answer):
    page = at(f"incidents/{answer['incident']}/")
    page.says(Incident.objects.get(slug=answer["incident"]).date.in_words)
    page.says(en="13 September 2022", ru="13 сентября 2022 г.")
    page.links_to("claims", *answer["claims"])
    row = page.row("tvp-06")
    for day in (
        {"en": "13 September", "ru": "13 сентября"},
        {"en": "14 September", "ru": "14 сентября"},
    ):
        assert day[page.language] in row


def test_cq_17_what_the_icj_decided_on_one_day_in_two_cases(at, answer):
    first, second = (at(f"cases/{case['case']}/") for case in answer["cases"])
    for page in (first, second):
        page.says(en="22 February 2023", ru="22 февраля 2023")
        page.links_to("documents", answer["document"])
    first.says(en="thirteen votes to two", ru="тринадцатью голосами против двух")
    first.says(en="two other measures refused", ru="в двух других мерах отказано")
    second.says(en="refused unanimously", ru="отказано единогласно")


def test_cq_19_pending_inter_state_proceedings_by_direction(at, answer):
    kinds = "kind=inter_state_application&kind=icj_contentious&kind=arbitration"
    armenian, azerbaijani = answer["armenia_as_applicant"], answer["azerbaijan_as_applicant"]
    for side, cases, others in (
        ("armenian", armenian, azerbaijani),
        ("azerbaijani", azerbaijani, armenian),
    ):
        page = at(f"cases/?{kinds}&stage=pending&side={side}")
        page.links_to("cases", *cases)
        page.does_not_link_to("cases", *others, "armenia-v-turkey-43517-20")


def test_cq_21_what_became_of_the_request_for_mine_maps(at, answer):
    page = at(f"cases/{answer['case']}/")
    page.says(CaseStatus.REFUSED.label)
    page.says(en="5 March 2021", ru="5 марта 2021")
    page.says(en="according to Armenia’s Representative", ru="по словам представителя Армении")


def test_cq_23_how_sources_differ_on_the_number_killed(at, answer):
    page = at(f"incidents/{answer['incident']}/")
    for claim, figure in zip(answer["claims"], answer["figures"], strict=True):
        page.links_to("claims", claim)
        page.links_to("organisations", figure["by"])
        row = page.row(claim)
        assert str(FigureQualifier.AT_LEAST.label) in row
        assert re.search(rf"(?<!\d){figure['value']}(?!\d)", row)


def test_cq_25_incidents_of_one_war_with_victims_of_one_side(at, answer):
    page = at("incidents/?phase=war_2020&side=azerbaijani")
    page.links_to("incidents", *answer["incidents"])
    page.shows(len(answer["incidents"]))
    page.does_not_link_to("incidents", "ghazanchetsots-2020", "khojaly-1992")


def test_cq_27_other_names_of_a_place(at, answer):
    page = at(f"places/{answer['place']}/")
    for name in answer["variants"]:
        assert name in page.text, name
    page.shows(answer["geonames"])


def test_cq_29_who_may_be_named(at, answer):
    page = at("about/methodology/")
    page.says(en="victims", ru="жертв")
    page.says(en="witnesses", ru="свидетел")
    page.says(en="accused", ru="обвиняем")
    page.says(en="official title of a case", ru="официальн")
    at("people/").shows(answer["named_persons"])
    for journalist in answer["journalists"]:
        at(f"people/{journalist}/").says(
            en="Not a public official", ru="Не является должностным лицом"
        )
