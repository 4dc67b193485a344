"""Every public address × every state in which a record is not public: nothing gets out.

The archive of this module holds one public record of each kind, linked in every possible way to
records that are not. Each text of those carries the word `leak`, each address `hidden`.
"""

import pytest
from django.db import models, transaction
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse
from django.utils import translation

from archive.models import (
    PUBLISHABLE,
    Claim,
    FormerAddress,
    LinesField,
    Organisation,
    Publishable,
)
from portal.api.records import TYPE
from portal.facets import RecordFacet
from portal.filters import FILTERS
from portal.views.lists import LISTS as SECTIONS
from tests.factories import (
    FACTORIES,
    AttachmentFactory,
    CaseOutcomeFactory,
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
)

LANGUAGES = ("en", "ru")
HIDDEN = ("draft", "in_review", "restricted", "withdrawn")
STATUS = {"draft": 404, "in_review": 404, "restricted": 404, "withdrawn": 410}

# Every public address. One that is missing here fails `test_every_public_address_is_in_the_table`.
PAGES = {
    "choose_language",
    "robots",
    "favicon",
    "sitemap",
    "portal:home",
    "portal:about",
    "portal:methodology",
    "portal:corrections",
    "portal:search_help",
    "api:contents",
}
AS_DATA = {f"api:records {section}" for section in SECTIONS}  # as JSON
LISTS = {
    "portal:search",
    "portal:suggestions",
    "portal:document_list",
    "portal:legalcase_list",
    "portal:incident_list",
    "portal:claim_list",
    "portal:organisation_list",
    "portal:person_list",
    "portal:place_list",
    *AS_DATA,
}
RECORDS = {
    "portal:document",
    "portal:legalcase",
    "portal:incident",
    "portal:claim",
    "portal:organisation",
    "portal:person",
    "portal:place",
}
FILES = {"portal:attachment"}
OPTIONS = {"portal:options"}
FORMS = {"portal:report"}  # of one record each

# Every filter of a list whose values are records: (list, parameter, kind of record).
RELATED = [
    (address, name, one.records._meta.model_name)
    for model, filters in FILTERS.items()
    for address in (f"portal:{model._meta.model_name}_list", f"api:records {TYPE[model]}")
    for name, one in filters.base_filters.items()
    if isinstance(one, RecordFacet) and issubclass(one.records, Publishable)
]


def public_addresses(patterns=None, namespace=""):
    """The name of every address outside the admin."""
    for pattern in patterns or get_resolver().url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}"
        elif pattern.namespace != "admin":
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from public_addresses(pattern.url_patterns, namespace + inner)


def test_every_public_address_is_in_the_table():
    known = PAGES | LISTS | RECORDS | FILES | OPTIONS | FORMS
    assert set(public_addresses()) == {name.partition(" ")[0] for name in known}


def test_every_kind_of_record_is_the_value_of_some_filter():
    """Else the tests of filters below would look at nothing."""
    assert {"organisation", "legalcase", "incident", "place", "person"} <= {
        kind for _list, _name, kind in RELATED
    }


# The archive that has something to hide


def texts(model, word):
    """A value with the word in it for every text column of the model that is not a choice."""
    values = {}
    for field in model._meta.concrete_fields:
        if field.name in ("slug", "country", "locator") or field.choices:
            continue
        text = f"leak {word} {field.name}"
        if isinstance(field, LinesField):
            values[field.name] = [text]
        elif isinstance(field, models.URLField):
            values[field.name] = f"https://leak.example.org/{word}-{field.name}"
        elif isinstance(field, models.TextField) or type(field) is models.CharField:
            values[field.name] = text[: field.max_length]
        elif type(field).__name__.startswith("Translation"):
            limit = getattr(field, "max_length", None)
            values[field.name] = text[:limit]
    return values


def hidden_record(kind, state):
    name = kind._meta.model_name
    fields = {**texts(kind, f"{state}-{name}"), "slug": f"hidden-{state}-{name}"}
    if state != "draft":
        fields[state] = True
    return FACTORIES[kind](**fields)


def link_all(seen, hidden):
    """Every many-to-many relation between what is seen and what is hidden, from both ends."""
    for record in (*seen.values(), *hidden):
        for field in record._meta.local_many_to_many:
            if not issubclass(field.related_model, Publishable):
                continue
            others = [seen[field.related_model], *hidden]
            related = [r for r in others if type(r) is field.related_model and r != record]
            getattr(record, field.name).add(*related)


@pytest.fixture(scope="module")
def secretive_archive(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_archive()
        transaction.set_rollback(True)


def build_archive():
    seen = {}
    for kind in PUBLISHABLE:
        name = kind._meta.model_name
        seen[kind] = FACTORIES[kind](
            published=True, slug=f"seen-{name}", internal_note="leak internal note"
        )
    hidden = [hidden_record(kind, state) for kind in PUBLISHABLE for state in HIDDEN]
    link_all(seen, hidden)
    by = {(type(record), record.slug.split("-")[1]): record for record in hidden}
    for state in HIDDEN:
        lean_on({kind: by[kind, state] for kind in PUBLISHABLE}, seen, state)
    return seen


def lean_on(hidden, seen, state):
    """Public records that have a hidden one where only one fits, and rows that belong to both."""
    by_name = {kind._meta.model_name: record for kind, record in hidden.items()}
    seen_as = {kind._meta.model_name: record for kind, record in seen.items()}
    body, document = by_name["organisation"], by_name["document"]
    DocumentFactory(published=True, publisher=body, slug=f"seen-document-of-{state}")
    LegalCaseFactory(published=True, court=body, slug=f"seen-case-before-{state}")
    OrganisationFactory(published=True, parent=body, slug=f"seen-body-of-{state}")
    CaseOutcomeFactory(case=seen_as["legalcase"], respondent=body, article=f"{len(state)}")
    CaseOutcomeFactory(case=by_name["legalcase"], note_en="leak outcome", note_ru="leak outcome")
    CaseStepFactory(case=by_name["legalcase"], note_en="leak step", note_ru="leak step")
    RoleFactory(person=seen_as["person"], organisation=body, title_en="leak", title_ru="leak")
    RoleFactory(
        person=by_name["person"],
        organisation=seen_as["organisation"],
        title_en="leak role",
        title_ru="leak role",
    )
    CitationFactory(claim=seen_as["claim"], document=document, locator=f"leak {state}")
    CitationFactory(claim=by_name["claim"], document=seen_as["document"])
    seen_as["claim"].citations.published().first().relayed_by.add(body)
    AttachmentFactory(document=document, description_en="leak file", description_ru="leak file")
    gated = {
        "body": {"speaker_organisation": body},
        "person": {"speaker_organisation": None, "speaker_person": by_name["person"]},
        "source": {"cited_in": document},
    }
    for through, fields in gated.items():
        word = f"gated-{through}-{state}"
        fields = {"cited_in": seen_as["document"], **fields}
        claim = ClaimFactory(
            published=True, slug=f"hidden-{word}", **{**texts(Claim, word), **fields}
        )
        claim.incidents.add(seen_as["incident"])
        claim.cases.add(seen_as["legalcase"])
        claim.about_documents.add(seen_as["document"])
        claim.responds_to.add(seen_as["claim"])
        seen_as["claim"].responds_to.add(claim)


pytestmark = pytest.mark.usefixtures("secretive_archive", "db")


def fetch(address, language="en", htmx=False, **parameters):
    headers = {"accept-language": language}
    if htmx:
        headers["HX-Request"] = "true"
    return Client().get(address, parameters, headers=headers)


def body_of(response):
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode()


def leaks(response, *words):
    """The lines of an answer that hold a forbidden word."""
    return [
        line.strip() for line in body_of(response).splitlines() if any(w in line for w in words)
    ]


def address_of(name, language, **kwargs):
    """name: of the address; after a space the section that it is of."""
    name, _space, section = name.partition(" ")
    if section:
        kwargs["section"] = section
    with translation.override(language):
        return reverse(name, kwargs=kwargs)


in_both_languages = pytest.mark.parametrize("language", LANGUAGES)


# Pages and lists: absent


@in_both_languages
@pytest.mark.parametrize("name", sorted(PAGES | LISTS))
def test_no_page_and_no_list_shows_what_is_hidden(name, language):
    response = fetch(address_of(name, language), language)
    assert response.status_code in (200, 302)
    assert leaks(response, "leak", "hidden-") == []


@in_both_languages
@pytest.mark.parametrize("name", sorted(LISTS))
def test_no_fragment_shows_what_is_hidden(name, language):
    response = fetch(address_of(name, language), language, htmx=True)
    assert response.status_code == 200
    assert leaks(response, "leak", "hidden-") == []


@in_both_languages
@pytest.mark.parametrize("name", sorted(LISTS))
def test_searching_for_a_hidden_word_finds_nothing(name, language):
    for query, htmx in (("leak", False), ('"leak draft"', True)):
        response = fetch(address_of(name, language), language, htmx=htmx, q=query)
        assert response.status_code == 200
        assert leaks(response, "leak draft-", "leak withdrawn-", "hidden-", "/seen-") == []


every_filter_by_a_record = pytest.mark.parametrize(
    ("name", "parameter", "kind"), RELATED, ids=lambda value: value.removeprefix("portal:")
)


@in_both_languages
@every_filter_by_a_record
def test_a_hidden_record_is_no_value_of_a_filter(name, parameter, kind, language):
    """Asking for a hidden record answers as for one that never was."""
    address = address_of(name, language)
    for htmx in (False, True):
        nothing = fetch(address, language, htmx=htmx, **{parameter: "zzzzzz"})
        assert nothing.status_code == 200
        for state in HIDDEN:
            value = f"hidden-{state}-{kind}"
            asked = fetch(address, language, htmx=htmx, **{parameter: value})
            assert asked.status_code == 200
            assert leaks(asked, "leak") == []
            assert body_of(asked).replace(value, "zzzzzz") == body_of(nothing)


@in_both_languages
@every_filter_by_a_record
def test_filtering_by_a_public_record_shows_only_what_is_public(name, parameter, kind, language):
    for htmx in (False, True):
        response = fetch(
            address_of(name, language), language, htmx=htmx, **{parameter: f"seen-{kind}"}
        )
        assert response.status_code == 200
        assert leaks(response, "leak", "hidden-") == []


@in_both_languages
@pytest.mark.parametrize("sort", ["newest", "oldest", "added", "relevance", "name"])
@pytest.mark.parametrize("name", sorted(LISTS))
def test_no_order_brings_out_what_is_hidden(name, sort, language):
    for htmx in (False, True):
        response = fetch(address_of(name, language), language, htmx=htmx, sort=sort)
        assert leaks(response, "leak", "hidden-") == []


@in_both_languages
@pytest.mark.parametrize(
    ("name", "parameter", "kind"), [one for one in RELATED if one[0].startswith("portal:")]
)
def test_no_page_of_options_shows_what_is_hidden(name, parameter, kind, language):
    """`kind` is that of the options, which no address of these pages names."""
    section = address_of(name, language).split("/")[2]
    address = address_of("portal:options", language, section=section, facet=parameter)
    everything, narrowed = fetch(address, language), fetch(address, language, letters="leak")
    assert everything.status_code == narrowed.status_code == 200
    assert leaks(everything, "leak", "hidden-") == []
    assert leaks(narrowed, "leak draft-", "leak withdrawn-", "hidden-", "/seen-") == []


# Records


@in_both_languages
@pytest.mark.parametrize("kind", PUBLISHABLE, ids=lambda kind: kind._meta.model_name)
@pytest.mark.parametrize("state", HIDDEN)
def test_a_hidden_record_has_no_page(kind, state, language):
    name = kind._meta.model_name
    response = fetch(
        address_of(f"portal:{name}", language, slug=f"hidden-{state}-{name}"), language
    )
    assert response.status_code == STATUS[state]
    assert leaks(response, "leak") == []


@in_both_languages
@pytest.mark.parametrize("kind", PUBLISHABLE, ids=lambda kind: kind._meta.model_name)
@pytest.mark.parametrize("state", ["draft", "in_review", "restricted"])
def test_a_hidden_record_is_not_told_from_one_that_never_was(kind, state, language):
    name = kind._meta.model_name
    slug = f"hidden-{state}-{name}"
    hidden = fetch(address_of(f"portal:{name}", language, slug=slug), language)
    never = fetch(address_of(f"portal:{name}", language, slug="zzzzzz"), language)
    assert never.status_code == 404
    assert body_of(hidden).replace(slug, "zzzzzz") == body_of(never)


@in_both_languages
@pytest.mark.parametrize("kind", PUBLISHABLE, ids=lambda kind: kind._meta.model_name)
@pytest.mark.parametrize("state", HIDDEN)
def test_nobody_is_asked_what_is_wrong_with_a_hidden_record(kind, state, language):
    name = kind._meta.model_name
    section = address_of(f"portal:{name}_list", language).split("/")[2]
    slug = f"hidden-{state}-{name}"
    hidden = fetch(address_of("portal:report", language, section=section, slug=slug), language)
    never = fetch(address_of("portal:report", language, section=section, slug="zzzzzz"), language)
    assert never.status_code == 404
    assert body_of(hidden).replace(slug, "zzzzzz") == body_of(never)


@in_both_languages
@pytest.mark.parametrize("through", ["body", "person", "source"])
@pytest.mark.parametrize("state", HIDDEN)
def test_a_claim_without_a_public_speaker_or_source_has_no_page(through, state, language):
    """It was public until they were not: gone, like what was withdrawn itself."""
    slug = f"hidden-gated-{through}-{state}"
    response = fetch(address_of("portal:claim", language, slug=slug), language)
    assert response.status_code == 410
    assert leaks(response, "leak") == []


@in_both_languages
@pytest.mark.parametrize("kind", PUBLISHABLE, ids=lambda kind: kind._meta.model_name)
def test_a_public_record_never_names_a_hidden_one(kind, language):
    for record in kind.objects.published():
        name = kind._meta.model_name
        address = address_of(f"portal:{name}", language, slug=record.slug)
        for htmx in (False, True):
            response = fetch(address, language, htmx=htmx)
            assert response.status_code == 200
            assert leaks(response, "leak", "hidden-") == []


@pytest.mark.parametrize("kind", PUBLISHABLE, ids=lambda kind: kind._meta.model_name)
@pytest.mark.parametrize("state", HIDDEN)
def test_a_former_address_does_not_lead_to_a_hidden_record(kind, state):
    name = kind._meta.model_name
    record = kind.objects.get(slug=f"hidden-{state}-{name}")
    FormerAddress.objects.create(kind=name, slug="once", record_id=record.pk)
    response = fetch(address_of(f"portal:{name}", "en", slug="once"))
    assert response.status_code == STATUS[state]
    assert "location" not in response.headers
    assert leaks(response, "leak", "hidden-") == []


@in_both_languages
@pytest.mark.parametrize("state", HIDDEN)
def test_what_concerns_a_hidden_respondent_is_not_laid_at_anothers_door(state, language):
    """The rows of a docket, with one of two respondents hidden: each outcome keeps its own."""
    shown = OrganisationFactory(published=True, name_en="Shown State", name_ru="Shown State")
    unseen = Organisation.objects.get(slug=f"hidden-{state}-organisation")
    incident = IncidentFactory(published=True)
    case = LegalCaseFactory(published=True, respondents=[shown, unseen], incidents=[incident])
    for respondent, article in ((shown, "1001"), (unseen, "1002")):
        CaseOutcomeFactory(case=case, respondent=respondent, article=article)
    docket = fetch(address_of("portal:legalcase", language, slug=case.slug), language)
    about = fetch(address_of("portal:incident", language, slug=incident.slug), language)
    for response, piece in ((docket, "<tr>"), (about, "<li>")):
        assert leaks(response, "leak", "hidden-") == []
        pieces = body_of(response).split(piece)
        whose = {
            article: "Shown State" in one
            for article in ("1001", "1002")
            for one in pieces
            if article in one
        }
        assert whose == {"1001": True, "1002": False}


# Files


@pytest.mark.parametrize("state", HIDDEN)
def test_a_file_of_a_hidden_document_is_not_served(state):
    document = DocumentFactory._meta.model.objects.get(slug=f"hidden-{state}-document")
    address = address_of(
        "portal:attachment", "en", slug=document.slug, sha256=document.attachments.get().sha256
    )
    for parameters in ({}, {"confirm": "1"}):
        response = fetch(address, **parameters)
        assert response.status_code in (404, 410)
        assert leaks(response, "leak") == []


def test_a_file_that_may_not_be_shown_is_not_served():
    document = DocumentFactory(published=True)
    kept_back = AttachmentFactory(document=document, may_be_shown=False)
    shown = AttachmentFactory(document=document)
    served = {}
    for attachment in (kept_back, shown):
        address = address_of(
            "portal:attachment", "en", slug=document.slug, sha256=attachment.sha256
        )
        served[attachment] = fetch(address, confirm="1").status_code
    assert served == {kept_back: 404, shown: 200}


# Counts


@pytest.mark.parametrize(
    ("factory", "name"),
    [
        (DocumentFactory, "document_list"),
        (IncidentFactory, "incident_list"),
        (PersonFactory, "person_list"),
        (PlaceFactory, "place_list"),
        (OrganisationFactory, "organisation_list"),
        (LegalCaseFactory, "legalcase_list"),
        (ClaimFactory, "claim_list"),
    ],
)
def test_a_hidden_record_changes_nothing_in_a_list(factory, name):
    """Not a count, not an option, not a byte."""
    asked = [(address_of(f"portal:{name}", one), one, htmx) for one in LANGUAGES for htmx in (0, 1)]
    before = [body_of(fetch(*one)) for one in asked]
    related = {"court": None, "forum_en": "Tribunal"} if name == "legalcase_list" else {}
    factory(**related)
    factory(restricted=True, **related)
    factory(withdrawn=True, **related)
    assert [body_of(fetch(*one)) for one in asked] == before


# The curators' room


def admin_addresses():
    """Every address of the admin; those of one record as for the hidden draft of its kind."""
    numbers = {
        kind._meta.model_name: kind.objects.get(slug=f"hidden-draft-{kind._meta.model_name}").pk
        for kind in PUBLISHABLE
    }
    for pattern in get_resolver().namespace_dict["admin"][1].url_patterns:
        for inner in getattr(pattern, "url_patterns", [pattern]):
            kind = next((one for one in numbers if f"_{one}_" in str(inner.name)), None)
            for arguments in ([], [numbers.get(kind, 1)], [numbers.get(kind, 1), 1]):
                try:
                    yield reverse(f"admin:{inner.name}", args=arguments)
                except NoReverseMatch:
                    continue


def test_a_visitor_sees_nothing_of_the_admin():
    addresses = set(admin_addresses()) - {reverse("admin:login"), reverse("admin:logout")}
    assert len(addresses) > 5 * len(PUBLISHABLE)
    for address in sorted(addresses):
        response = fetch(address)
        assert response.status_code in (302, 403, 404, 405), address
        assert leaks(response, "leak", "hidden-") == []
