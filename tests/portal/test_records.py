"""Record pages: what answers at an address, what a page shows, and what it never gives away."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from archive.models import AllegedSide, ClaimKind, Outcome, Side, withdraw
from archive.search import writing
from tests.factories import (
    FACTORIES,
    AttachmentFactory,
    CaseOutcomeFactory,
    CaseStepFactory,
    CitationFactory,
    ClaimFactory,
    CourtFactory,
    DocumentFactory,
    IncidentFactory,
    LegalCaseFactory,
    OrganisationFactory,
    PersonFactory,
    PlaceFactory,
    RoleFactory,
    TreatyReferenceFactory,
    ViolationTypeFactory,
)

pytestmark = pytest.mark.django_db
CANARY = "канарейка-canary"
KINDS = pytest.mark.parametrize(
    "factory", FACTORIES.values(), ids=[model._meta.model_name for model in FACTORIES]
)


def page(client, record) -> str:
    response = client.get(record.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def text_of(html: str) -> str:
    main = html.split("<main", 1)[1].split("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def hidden(factory, **values):
    """A draft whose names would be noticed on any page."""
    record = factory(**values)
    record.slug = f"canary-{record._meta.model_name}-{record.pk}"
    for language in ("en", "ru"):
        setattr(record, f"{record.heading_field}_{language}", f"{CANARY} {language}")
    record.save()
    return record


# What answers at an address


@KINDS
def test_a_published_record_has_a_page_in_both_languages(client, factory, language):
    record = factory(published=True)
    html = page(client, record)
    assert f'<html lang="{language}"' in html
    heading = getattr(record, f"{record.heading_field}_{language}")
    assert heading in html.split("</title>")[0].split("<title>")[1]
    assert heading in text_of(html)


@KINDS
@pytest.mark.parametrize("state", ["draft", "in_review", "restricted"])
def test_a_visitor_never_sees_what_is_not_published(client, factory, state, language):
    record = factory(**({} if state == "draft" else {state: True}))
    assert client.get(record.get_absolute_url()).status_code == 404


@KINDS
def test_a_withdrawn_record_is_gone_and_names_nobody(client, factory, language):
    record = factory(withdrawn=True, slug="canary-slug")
    for code in ("en", "ru"):
        setattr(record, f"{record.heading_field}_{code}", CANARY)
    record.save()
    response = client.get(record.get_absolute_url())
    html = response.content.decode()
    assert response.status_code == 410
    assert CANARY not in html
    assert "canary-slug" not in text_of(html)
    assert str(record.withdrawn_at.year) in text_of(html)
    assert 'lang="ru"' in html
    assert 'lang="en"' in html


@KINDS
def test_a_renamed_record_redirects_for_good(client, factory, language):
    record = factory(published=True, slug="former")
    former = record.get_absolute_url()
    record.slug = "present"
    record.save()
    response = client.get(former)
    assert response.status_code == 301
    assert response.headers["Location"] == record.get_absolute_url()


@KINDS
def test_the_former_address_of_a_withdrawn_record_is_gone_too(client, factory, superuser):
    record = factory(published=True, slug="former")
    former = record.get_absolute_url()
    record.slug = "present"
    record.save()
    withdraw(record, by=superuser)
    assert client.get(former).status_code == 410


def test_the_former_address_of_a_draft_is_not_found(client):
    record = DocumentFactory(slug="former")
    former = record.get_absolute_url()
    record.slug = "present"
    record.save()
    assert client.get(former).status_code == 404


@KINDS
def test_an_unknown_address_is_not_found(client, factory):
    record = factory.build(slug="unknown")
    assert client.get(record.get_absolute_url()).status_code == 404


# What related records never give away


def test_a_document_hides_everything_unpublished_around_it(client, language):
    organisation = hidden(OrganisationFactory)
    document = DocumentFactory(
        published=True,
        publisher=organisation,
        organisations=[organisation],
        people=[hidden(PersonFactory)],
        places=[hidden(PlaceFactory)],
        cases=[hidden(LegalCaseFactory)],
        incidents=[hidden(IncidentFactory)],
    )
    hidden(ClaimFactory, cited_in=document)
    ClaimFactory(
        published=True, speaker_organisation=organisation, cited_in=document, text_en=CANARY
    )
    shown = ClaimFactory(published=True, cited_in=document)
    shown.citations.get().relayed_by.add(organisation)
    html = page(client, document)
    assert "canary" not in html
    assert f'id="{shown.slug}"' in html


def test_a_case_hides_everything_unpublished_around_it(client, language):
    organisation = hidden(OrganisationFactory)
    case = LegalCaseFactory(
        published=True,
        court=hidden(CourtFactory),
        applicant_organisations=[organisation],
        respondents=[organisation, OrganisationFactory(published=True)],
        related_cases=[hidden(LegalCaseFactory)],
        incidents=[hidden(IncidentFactory)],
    )
    hidden(DocumentFactory).cases.add(case)
    hidden(ClaimFactory).cases.add(case)
    CaseOutcomeFactory(case=case, respondent=organisation)
    assert "canary" not in page(client, case)


def test_an_incident_hides_everything_unpublished_around_it(client, language):
    incident = IncidentFactory(published=True, places=[hidden(PlaceFactory)])
    hidden(IncidentFactory)
    decided = LegalCaseFactory(published=True, court=hidden(CourtFactory), incidents=[incident])
    CaseOutcomeFactory(case=decided)
    claim = ClaimFactory(published=True, incidents=[incident])
    answer = hidden(ClaimFactory, incidents=[incident])
    answer.responds_to.add(claim)
    claim.responds_to.add(hidden_document_claim := ClaimFactory(published=True, cited_in=False))
    CitationFactory(claim=hidden_document_claim, document=hidden(DocumentFactory))
    hidden_document_claim.text_en = hidden_document_claim.text_ru = CANARY
    hidden_document_claim.save()
    html = page(client, incident)
    assert "canary" not in html
    assert hidden_document_claim.slug not in re.findall(r'href="[^"]*/claims/([^/"]+)', html)


def test_a_claim_whose_speaker_or_source_is_hidden_answers_as_gone(client):
    by_draft = ClaimFactory(published=True, speaker_organisation=OrganisationFactory())
    unsourced = ClaimFactory(published=True, cited_in=False)
    CitationFactory(claim=unsourced, document=DocumentFactory())
    for claim in (by_draft, unsourced):
        response = client.get(claim.get_absolute_url())
        assert response.status_code == 410
        assert claim.text_en not in response.content.decode()


def test_a_claim_hides_everything_unpublished_around_it(client, language):
    claim = ClaimFactory(
        published=True,
        incidents=[hidden(IncidentFactory)],
        cases=[hidden(LegalCaseFactory)],
        about_documents=[hidden(DocumentFactory)],
    )
    CitationFactory(claim=claim, document=hidden_document(slug="canary-second"))
    assert "canary" not in page(client, claim)


def hidden_document(**values):
    return DocumentFactory(title_en=CANARY, title_ru=CANARY, original_title=CANARY, **values)


def test_bodies_and_people_hide_everything_unpublished_around_them(client, language):
    organisation = OrganisationFactory(published=True, parent=hidden(OrganisationFactory))
    person = PersonFactory(published=True)
    RoleFactory(person=hidden(PersonFactory), organisation=organisation)
    RoleFactory(person=person, organisation=organisation.parent, title_en=CANARY, title_ru=CANARY)
    hidden_document(slug="canary-published", publisher=organisation, people=[person])
    hidden(ClaimFactory, speaker_organisation=organisation)
    hidden(LegalCaseFactory, court=organisation, respondents=[organisation])
    body = OrganisationFactory(parent=organisation, name_en=CANARY, name_ru=CANARY, slug="canary-b")
    assert body.pk
    assert "canary" not in page(client, organisation)
    assert "canary" not in page(client, person)


def test_a_place_hides_everything_unpublished_around_it(client, language):
    place = PlaceFactory(published=True)
    hidden(IncidentFactory, places=[place])
    hidden(DocumentFactory, places=[place])
    assert "canary" not in page(client, place)


# Documents


def test_claims_of_a_document_stand_in_order_of_paragraphs(client):
    document = DocumentFactory(published=True)
    for number in ("10", "2", "7"):
        claim = ClaimFactory(published=True, slug=f"paragraph-{number}", cited_in=False)
        CitationFactory(claim=claim, document=document, locator=number)
    html = page(client, document)
    assert re.findall(r'id="paragraph-(\d+)"', html) == ["2", "7", "10"]
    assert "¶\N{NO-BREAK SPACE}10" in html


def test_a_sensitive_record_waits_behind_a_warning(client, language):
    summary = {"summary_en": "An upsetting text", "summary_ru": "Тяжёлый текст"}
    record = DocumentFactory(published=True, graphic_description=True, **summary)
    html = page(client, record)
    gate = html.split('<details class="gate">')[1].split("</details>")[0]
    assert summary[f"summary_{language}"] in gate
    assert summary[f"summary_{language}"] not in html.split("</head>")[0]


def test_the_international_court_of_justice_has_terms_of_its_own(client):
    court = CourtFactory(published=True, slug="icj")
    order = DocumentFactory(published=True, publisher=court, kind="court_order")
    other = DocumentFactory(published=True, kind="court_order")
    assert "<dd>Order</dd>" in page(client, order)
    assert "<dd>Court order</dd>" in page(client, other)


def test_text_in_another_language_is_marked_and_said_so(client):
    record = DocumentFactory(published=True, summary_ru="Только по-русски")
    with translation.override("en"):
        html = page(client, record)
    assert '<p lang="ru">Только по-русски</p>' in html
    assert "This text exists in Russian only." in html


def test_a_link_to_the_source_gives_nothing_away(client):
    record = DocumentFactory(published=True, source_url="https://example.org/article")
    link = re.search(r'<a[^>]+href="https://example.org/article"[^>]*>', page(client, record))[0]
    assert 'rel="noopener noreferrer external nofollow"' in link


def test_how_to_cite_names_the_publisher_and_the_address(client, language):
    record = DocumentFactory(published=True, reference="A/77/1")
    html = page(client, record)
    cited = re.search(r'class="how-to-cite">([^<]+)<', html)[1]
    assert str(record.publisher) in cited
    assert "A/77/1" in cited
    assert record.get_absolute_url() in cited


# Attachments


def address(attachment):
    return reverse("portal:attachment", args=[attachment.document.slug, attachment.sha256])


def test_a_file_is_handed_over_and_never_opened_in_the_page(client):
    stored = AttachmentFactory(document__published=True)
    response = client.get(address(stored))
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert b"".join(response.streaming_content).startswith(b"file")


def test_a_graphic_file_waits_for_a_choice(client, language):
    stored = AttachmentFactory(document__published=True, is_graphic=True)
    response = client.get(address(stored))
    assert response["Content-Type"].startswith("text/html")
    assert "?confirm=1" in response.content.decode()
    assert client.get(address(stored) + "?confirm=1")["Content-Disposition"]


def test_a_file_that_may_not_be_shown_is_not_found(client):
    kept = AttachmentFactory(document__published=True, may_be_shown=False)
    of_draft = AttachmentFactory()
    assert client.get(address(kept)).status_code == 404
    assert client.get(address(of_draft) + "?confirm=1").status_code == 404
    assert "Transcript" not in page(client, kept.document)


@pytest.mark.parametrize("name", ["%00", "0" * 63, "A" * 64])
def test_an_address_that_no_file_can_have_is_not_found(client, name):
    document = DocumentFactory(published=True)
    assert client.get(f"{document.get_absolute_url()}files/{name}/").status_code == 404


# Incidents


@pytest.fixture
def sides(db):
    return (
        OrganisationFactory(published=True, slug="armenian-body", side=Side.ARMENIAN),
        OrganisationFactory(published=True, slug="azerbaijani-body", side=Side.AZERBAIJANI),
    )


def test_the_columns_follow_the_alphabet_of_the_reader(client):
    incident = IncidentFactory(published=True)
    ClaimFactory(published=True, incidents=[incident])
    found = {}
    for code in ("en", "ru"):
        with translation.override(code):
            html = page(client, incident)
            labels = [str(side.label) for side in Side]
        head = html.split('class="account-columns"')[1].split("</div>")[0]
        found[code] = re.findall(r"<p>([^<]+)</p>", head)
        assert found[code][:2] == sorted(labels)


def test_a_denial_stands_beside_what_it_denies(client, sides):
    armenian, azerbaijani = sides
    incident = IncidentFactory(published=True)
    others = [
        ClaimFactory(published=True, incidents=[incident], date="2022-10-03") for _ in range(3)
    ]
    claim = ClaimFactory(
        published=True, slug="allegation", speaker_organisation=armenian, incidents=[incident]
    )
    denial = ClaimFactory(
        published=True,
        slug="denial",
        kind=ClaimKind.DENIES,
        speaker_organisation=azerbaijani,
        incidents=[incident],
        date="2022-12-01",
        responds_to=[claim],
    )
    html = page(client, incident)
    assert all(f'id="{other.slug}"' in html for other in others)
    rows = html.split('class="account-row"')
    row = next(part for part in rows if f'id="{claim.slug}"' in part)
    assert row.index('id="allegation"') < row.index('id="denial"')
    assert 'href="#denial"' in row  # under the claim: who answers it
    assert 'href="#allegation"' in row  # above the denial: what it answers
    assert f'id="{denial.slug}"' in row


def test_a_denial_within_one_column_is_indented_under_what_it_denies(client):
    incident = IncidentFactory(published=True)
    claim = ClaimFactory(published=True, slug="report", incidents=[incident])
    ClaimFactory(
        published=True,
        slug="rejection",
        kind=ClaimKind.REJECTS,
        incidents=[incident],
        responds_to=[claim],
    )
    html = page(client, incident)
    assert html.index('id="report"') < html.index(" indented") < html.index('id="rejection"')


def test_answers_in_a_circle_do_not_hang_the_page(client):
    incident = IncidentFactory(published=True)
    first = ClaimFactory(published=True, slug="first", incidents=[incident])
    second = ClaimFactory(published=True, slug="second", incidents=[incident], responds_to=[first])
    first.responds_to.add(second)
    html = page(client, incident)
    assert html.count('id="first"') == html.count('id="second"') == 1


def test_findings_stand_apart_from_accounts(client, language):
    incident = IncidentFactory(published=True)
    court = CourtFactory(published=True)
    case = LegalCaseFactory(published=True, court=court, incidents=[incident])
    CaseOutcomeFactory(case=case, outcome=Outcome.VIOLATION)
    CaseOutcomeFactory(case=case, outcome=Outcome.PENDING, article="987654")
    finding = ClaimFactory(
        published=True, kind=ClaimKind.FINDS, speaker_organisation=court, incidents=[incident]
    )
    claim = ClaimFactory(published=True, incidents=[incident])
    html = page(client, incident)
    findings, accounts = html.split('id="findings"')[1].split('id="accounts"')
    assert f'id="{finding.slug}"' in findings
    assert case.get_absolute_url() in findings
    assert str(court) in findings
    assert "987654" not in text_of("<main>" + findings)
    assert f'id="{claim.slug}"' in accounts
    assert f'id="{finding.slug}"' not in accounts


def test_figures_that_differ_stand_side_by_side(client, language):
    incident = IncidentFactory(published=True)
    for figure in (11, 4000):
        ClaimFactory(
            published=True,
            kind=ClaimKind.REPORTS_FIGURE,
            incidents=[incident],
            figure=figure,
            figure_unit="videos",
            figure_counted_en="videos",
            figure_counted_ru="записи",
        )
    html = page(client, incident)
    differing = html.split('id="disputed"')[1].split('class="differs"')[1].split("</tbody>")[0]
    assert re.findall(r'class="figure">([^<]+)<', differing) == [
        "11",
        "4,000" if language == "en" else "4\N{NO-BREAK SPACE}000",
    ]
    assert differing.count('class="citation"') == 2


def test_the_same_people_are_compared_whatever_the_unit(client):
    incident = IncidentFactory(published=True)
    for figure, unit in ((7, "deaths"), (6, "persons"), (99, "injured")):
        ClaimFactory(
            published=True,
            incidents=[incident],
            figure=figure,
            figure_unit=unit,
            figure_qualifier="at_least",
            figure_counted_en="shot in the footage",
        )
    html = page(client, incident)
    differing = html.split('class="differs"')[1].split("</tbody>")[0]
    assert sorted(re.findall(r'class="figure">([^<]+)<', differing)) == ["6", "7"]
    assert html.count('class="differs"') == 1


def test_saying_exactly_or_no_number_at_all_is_no_disagreement(client):
    incident = IncidentFactory(published=True)
    for figure, qualifier in ((5, ""), (5, "exact"), (None, "")):
        ClaimFactory(
            published=True,
            incidents=[incident],
            figure=figure,
            figure_unit="deaths",
            figure_qualifier=qualifier,
        )
    assert 'id="disputed"' not in page(client, incident)


def test_a_verb_agrees_with_a_plural_speaker(client):
    forces = OrganisationFactory(published=True, is_plural=True)
    denial = ClaimFactory(published=True, speaker_organisation=forces, kind=ClaimKind.DENIES)
    assert f"{forces} deny" in page(client, denial).split("</title>")[0]
    assert ">deny</span>" in page(client, denial)


def test_each_column_of_a_period_runs_on_its_own_and_a_phone_reads_in_time(client, sides):
    incident = IncidentFactory(published=True)
    for number, side in enumerate((0, 1, 1, 0, 1), start=1):
        ClaimFactory(
            published=True,
            slug=f"said-{number}",
            date=f"2022-10-{number:02}",
            speaker_organisation=sides[side],
            incidents=[incident],
        )
    accounts = page(client, incident).split('id="accounts"')[1].split("</section>")[0]
    columns = accounts.split('class="account-column"')[1:]
    said = [re.findall(r'id="said-(\d)"', column) for column in columns]
    assert said == [["1", "4"], ["2", "3", "5"], []]
    places = dict(re.findall(r'units-(\d).*?id="said-(\d)"', accounts, re.DOTALL))
    assert places == {"0": "1", "1": "2", "2": "3", "3": "4", "4": "5"}


def test_answers_of_one_speaker_are_told_apart(client):
    claim = ClaimFactory(published=True)
    ministry = OrganisationFactory(published=True)
    incident = IncidentFactory(published=True)
    claim.incidents.add(incident)
    for number in (1, 2):
        ClaimFactory(
            published=True,
            kind=ClaimKind.REJECTS,
            speaker_organisation=ministry,
            text_en=f"Reason {number}",
            responds_to=[claim],
        )
    answered = page(client, incident).split('class="answered"')[1].split("</p>")[0]
    assert answered.count(str(ministry)) == 1
    names = [re.sub(r"<[^>]+>|\s", "", name) for name in re.findall(r"<a[^>]*>(.*?)</a>", answered)]
    assert names == ["1:Reason1", "2:Reason2"]


def test_claims_about_what_needs_a_warning_wait_behind_it_everywhere(client, language):
    words = {"text_en": "An upsetting text", "text_ru": "Тяжёлый текст"}
    incident = IncidentFactory(published=True, graphic_description=True)
    case = LegalCaseFactory(published=True)
    claim = ClaimFactory(published=True, incidents=[incident], cases=[case], **words)
    for record in (claim.speaker_organisation, case):
        html = page(client, record)
        before, gate = html.split('<details class="gate">')
        assert words[f"text_{language}"] not in before
        assert words[f"text_{language}"] in gate.split("</details>")[0]
    head = page(client, claim).split("</head>")[0]
    assert words[f"text_{language}"] not in head
    assert str(incident) in head
    assert '<details class="gate">' not in page(
        client, ClaimFactory(published=True).speaker_organisation
    )


def test_a_list_of_a_person_leads_to_the_rest(client):
    person = PersonFactory(published=True)
    for _number in range(21):
        ClaimFactory(published=True, speaker_organisation=None, speaker_person=person)
    html = page(client, person)
    assert html.count("<article") == 20
    assert f"?person={person.slug}" in html


def test_several_articles_are_named_in_the_plural(client):
    incident = IncidentFactory(published=True)
    for article in ("48, 51, 57", "32–33", "8(2)(b)(i), (iv)", "13"):
        reference = TreatyReferenceFactory(article=article, unverified=article == "13")
        incident.violation_types.add(reference.violation_type)
    words = text_of(page(client, incident))
    assert "articles 48, 51, 57" in words
    assert "articles 32–33" in words
    assert "article 8(2)(b)(i), (iv)" in words
    assert "article 13 (not checked against the text)" in words


def test_a_citation_says_which_date_is_which(client):
    case = LegalCaseFactory(published=True, ecli="ECLI:CE:ECHR:2020:1")
    CaseStepFactory(case=case, kind="judgment", date="2020-05-26")
    cited = page(client, case).split('class="how-to-cite">')[1].split("<")[0]
    assert "Judgment, 26\N{NO-BREAK SPACE}May" in cited
    assert case.ecli in cited
    event = page(client, IncidentFactory(published=True, date="2022-09-13~"))
    assert "(alleged event: about 13" in event
    claim = ClaimFactory(published=True, cited_in=False)
    source = DocumentFactory(
        published=True, published_on="2022-10-03", source_url="https://example.org/a"
    )
    CitationFactory(claim=claim, document=source, locator="4")
    cited = page(client, claim).split('class="how-to-cite">')[1].split("<")[0]
    for part in (str(source), str(source.publisher), "October", "¶", source.source_url):
        assert part in cited


def test_what_was_hidden_after_publication_is_gone_with_its_files(client, language):
    stored = AttachmentFactory(document__published=True)
    document = stored.document
    document.status = "draft"
    document.save()
    assert client.get(document.get_absolute_url()).status_code == 410
    assert client.get(address(stored)).status_code == 410


def test_those_who_only_mention_footage_are_folded_away(client):
    incident = IncidentFactory(published=True)
    for kind, method in (("verifies", "Geolocation"), ("denies", ""), ("comments", "")):
        ClaimFactory(
            published=True,
            slug=f"it-{kind}",
            kind=kind,
            concerns_authenticity=True,
            verification_method_en=method,
            incidents=[incident],
        )
    disputed = page(client, incident).split('id="disputed"')[1].split("</section>")[0]
    shown, folded = disputed.split('<details class="mentions">')
    assert shown.index("#it-verifies") < shown.index("#it-denies")
    assert "#it-comments" not in shown
    assert "#it-comments" in folded


def test_a_single_figure_is_not_called_disputed(client):
    incident = IncidentFactory(published=True)
    ClaimFactory(published=True, incidents=[incident], figure=2, figure_unit="deaths")
    html = page(client, incident)
    assert 'id="disputed"' not in html
    assert 'id="figures"' in html


def test_authenticity_names_who_verified_and_how(client, language):
    incident = IncidentFactory(published=True)
    ClaimFactory(
        published=True,
        kind=ClaimKind.VERIFIES,
        incidents=[incident],
        verification_method_en="Geolocation",
        verification_method_ru="Геолокация",
    )
    disputed = page(client, incident).split('id="disputed"')[1]
    assert ("Geolocation" if language == "en" else "Геолокация") in disputed


def test_dates_that_sources_give_are_compared(client):
    incident = IncidentFactory(published=True, date="2022-09-13?")
    ClaimFactory(published=True, incidents=[incident], event_date="2022-09-14")
    assert "14\N{NO-BREAK SPACE}September" in page(client, incident).split('id="disputed"')[1]


def test_neighbours_in_time_share_the_phase(client):
    incident = IncidentFactory(published=True, date="2022-09-13")
    near = IncidentFactory(published=True, date="2022-09-12")
    html = page(client, incident)
    assert near.get_absolute_url() in html


# Cases, places


def test_a_docket_shows_outcomes_in_words_and_steps_in_time(client):
    case = LegalCaseFactory(published=True, application_numbers=["35746/11"])
    CaseOutcomeFactory(case=case, votes_for=6, votes_against=1)
    CaseStepFactory(case=case, kind="judgment", date="2020-05-26")
    CaseStepFactory(case=case, kind="lodged", date="2011-08-08")
    words = text_of(page(client, case))
    assert "35746/11" in words
    assert "● Violation" in words
    assert "6 votes to 1" in words
    steps = words.split("Steps of the proceedings")[1]
    assert steps.index("Lodged") < steps.index("Judgment")


def test_an_outcome_is_never_laid_at_the_door_of_another_respondent(client, language):
    shown, unseen = OrganisationFactory(published=True), hidden(OrganisationFactory)
    incident = IncidentFactory(published=True)
    case = LegalCaseFactory(published=True, respondents=[shown, unseen], incidents=[incident])
    CaseOutcomeFactory(case=case, respondent=unseen)
    words = {
        "en": "a respondent not shown here",
        "ru": "ответчик, который здесь не показан",
    }[language]
    docket = page(client, case).split('id="outcomes"')[1].split("</section>")[0]
    assert str(shown) not in docket
    assert docket.count('scope="col"') == 3  # provision, respondent, outcome; no votes
    assert words in docket
    assert words in page(client, incident).split('id="findings"')[1]


def test_a_hidden_respondent_is_missed_where_no_outcome_names_any(client):
    shown, unseen = OrganisationFactory(published=True), hidden(OrganisationFactory)
    case = LegalCaseFactory(published=True, respondents=[shown, unseen])
    CaseOutcomeFactory(case=case, respondent=None)
    parties = page(client, case).split('class="parties"')[1].split('id="outcomes"')[0]
    assert "a respondent not shown here" in parties
    assert str(unseen) not in parties


def test_a_single_respondent_is_not_named_in_every_row(client):
    state = OrganisationFactory(published=True)
    case = LegalCaseFactory(published=True, respondents=[state])
    CaseOutcomeFactory(case=case, respondent=state, votes_for=6, votes_against=1)
    docket = page(client, case).split('id="outcomes"')[1].split("</section>")[0]
    assert str(state) not in docket
    assert docket.count('scope="col"') == 3  # provision, outcome, vote


def test_a_place_shows_all_its_names_in_their_languages(client, language):
    place = PlaceFactory(
        published=True,
        name_en="Shusha / Shushi",
        name_ru="Шуша / Шуши",
        azerbaijani_name="Şuşa",
        armenian_name="Շուշի",
        latitude="39.76006",
        longitude="46.74989",
    )
    html = page(client, place)
    for code, name in (
        ("en", "Shusha / Shushi"),
        ("ru", "Шуша / Шуши"),
        ("az", "Şuşa"),
        ("hy", "Շուշի"),
    ):
        assert f'lang="{code}">{name}<' in html


# Queries: the same for one related row and for twenty


def fill(record, count):
    """Give a record `count` related rows of every kind that its page shows."""
    name = record._meta.model_name
    for number in range(count):
        document = DocumentFactory(published=True)
        person = PersonFactory(published=True)
        RoleFactory(person=person, organisation=document.publisher)
        speaker = {"speaker_person": person, "speaker_organisation": None}
        claim = ClaimFactory(published=True, cited_in=document, **speaker)
        claim.citations.get().relayed_by.add(OrganisationFactory(published=True))
        answer = ClaimFactory(published=True, responds_to=[claim], **speaker)
        incident = IncidentFactory(published=True, victims_side=AllegedSide.BOTH)
        case = LegalCaseFactory(published=True, incidents=[incident])
        CaseOutcomeFactory(case=case, respondent=OrganisationFactory(published=True))
        CaseStepFactory(case=case, date="2020")
        place = PlaceFactory(published=True)
        violation = TreatyReferenceFactory(violation_type=ViolationTypeFactory()).violation_type
        if name == "document":
            CitationFactory(claim=claim, document=record)
            CitationFactory(claim=answer, document=record)
            claim.incidents.add(incident)
            answer.about_documents.add(record)
            record.cases.add(case)
            record.incidents.add(incident)
            record.organisations.add(document.publisher)
            record.people.add(person)
            record.places.add(place)
            AttachmentFactory(document=record)
        elif name == "legalcase":
            claim.cases.add(record)
            answer.cases.add(record)
            CaseOutcomeFactory(case=record, respondent=OrganisationFactory(published=True))
            CaseStepFactory(case=record, date=f"{1990 + number + count}")
            record.related_cases.add(case)
            record.incidents.add(incident)
            record.documents.add(document)
            record.respondents.add(document.publisher)
        elif name == "incident":
            claim.incidents.add(record)
            answer.incidents.add(record)
            record.places.add(place)
            record.violation_types.add(violation)
            record.documents.add(document)
            record.cases.add(case)
        elif name == "claim":
            CitationFactory(claim=record, document=document)
            claim.responds_to.add(record)
            record.incidents.add(incident)
            record.cases.add(case)
            record.about_documents.add(document)
        elif name == "organisation":
            ClaimFactory(published=True, speaker_organisation=record, responds_to=[claim])
            DocumentFactory(published=True, publisher=record)
            document.organisations.add(record)
            RoleFactory(person=person, organisation=record)
            OrganisationFactory(published=True, parent=record)
            LegalCaseFactory(published=True, court=record)
            case.respondents.add(record)
        elif name == "person":
            ClaimFactory(
                published=True,
                speaker_organisation=None,
                speaker_person=record,
                responds_to=[claim],
            )
            RoleFactory(person=record, organisation=document.publisher)
            document.people.add(record)
        elif name == "place":
            incident.places.add(record)
            document.places.add(record)


@KINDS
def test_twenty_related_rows_cost_the_queries_of_one(client, factory, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    record = factory(published=True)
    fill(record, 1)
    one = {}
    for language in ("en", "ru"):
        with translation.override(language), CaptureQueriesContext(connection) as queries:
            page(client, record)
        one[language] = len(queries)
    with writing.paused():  # a record's own page asks nothing of the index
        fill(record, 19)
    for language, queries in one.items():
        with translation.override(language), django_assert_num_queries(queries):
            page(client, record)
