"""The curators' room as curators use it."""

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from archive.admin.steps import mark
from archive.models import (
    PUBLISHABLE,
    Citation,
    Claim,
    Contribution,
    Document,
    LegalCase,
    ViolationType,
)
from tests.factories import (
    FACTORIES,
    AttachmentFactory,
    CaseOutcomeFactory,
    CaseStepFactory,
    ClaimFactory,
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

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.ignore_template_errors,
    pytest.mark.usefixtures("with_history"),
]

ROOMS = {**FACTORIES, ViolationType: ViolationTypeFactory}


def address(model, page, *args) -> str:
    return reverse(f"admin:archive_{model._meta.model_name}_{page}", args=args)


def form_data(page) -> dict:
    """What the browser would send back from a change form, unchanged."""
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    data = {"_seen": page.context["seen"]} if "seen" in page.context else {}
    for form in forms:
        for field in form:
            value = field.value()
            if value is not None and value is not False:
                data[field.html_name] = value
    return data


# Pages


@pytest.mark.parametrize("model", ROOMS)
def test_every_record_has_a_room(model):
    assert model in admin.site._registry


@pytest.mark.parametrize("cast", ["curator", "translator", "reviewer", "administrator"])
@pytest.mark.parametrize("model", PUBLISHABLE)
def test_every_page_opens_for_every_group(request, signed_in, model, cast):
    client = signed_in(request.getfixturevalue(cast))
    record = ROOMS[model]()
    assert client.get(address(model, "changelist")).status_code == 200
    assert client.get(address(model, "change", record.pk)).status_code == 200
    assert client.get(address(model, "history", record.pk)).status_code == 200
    may_add = cast != "translator"
    assert client.get(address(model, "add")).status_code == (200 if may_add else 403)
    page = client.get(address(model, "delete", record.pk))
    assert page.status_code == (200 if may_add else 403)


def test_the_room_speaks_both_languages_and_remembers_which(signed_in, curator):
    client = signed_in(curator)
    answer = client.post("/admin/language/", {"language": "ru", "next": "/admin/"})
    assert answer["Location"] == "/admin/"
    assert answer.cookies["django_language"]["path"] == "/admin/"
    assert '<html lang="ru"' in client.get("/admin/").content.decode()


def test_both_languages_stand_in_one_row(signed_in, curator):
    page = signed_in(curator).get(address(Document, "add"))
    rows = [tuple(line.fields) for fieldset in page.context["adminform"] for line in fieldset]
    assert ("title_en", "title_ru") in rows
    assert ("summary_en", "summary_ru") in rows


def test_no_relation_is_a_long_list_of_options(signed_in, superuser):
    """Every relation is an autocomplete; its own options are loaded only when asked for."""
    client = signed_in(superuser)
    DocumentFactory(title_en="Somewhere else entirely", title_ru="")
    for model in ROOMS:
        page = client.get(address(model, "add")).content.decode()
        assert "Somewhere else entirely" not in page, model


# Lists


@pytest.mark.parametrize("model", ROOMS)
def test_a_list_costs_the_same_for_one_row_and_for_twenty(
    model, signed_in, reviewer, django_assert_num_queries, language
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(reviewer)
    client.cookies.load({"django_language": language})
    ROOMS[model]()
    client.get(address(model, "changelist"))
    with CaptureQueriesContext(connection) as one:
        client.get(address(model, "changelist"))
    for _ in range(19):
        ROOMS[model]()
    with django_assert_num_queries(len(one)):
        client.get(address(model, "changelist"))


@pytest.mark.parametrize("term", ["амнистия", "АМНИСТИЯ", "мнист"])
def test_search_ignores_the_case_of_cyrillic(signed_in, curator, term):
    found = OrganisationFactory(name_ru="Международная Амнистия", name_en="")
    OrganisationFactory(name_ru="Мемориал", name_en="")
    client = signed_in(curator)
    page = client.get(address(type(found), "changelist"), {"q": term})
    assert list(page.context["cl"].queryset) == [found]
    answer = client.get(
        "/admin/autocomplete/",
        {"term": term, "app_label": "archive", "model_name": "document", "field_name": "publisher"},
    )
    assert [row["id"] for row in answer.json()["results"]] == [str(found.pk)]


@pytest.mark.parametrize("term", ["(", "\\", "*", "[а", "\0", "  ", "a" * 500, "%", '"'])
@pytest.mark.parametrize("model", ROOMS)
def test_no_search_breaks_a_list(signed_in, curator, model, term):
    ROOMS[model]()
    assert signed_in(curator).get(address(model, "changelist"), {"q": term}).status_code == 200


def test_a_list_says_and_filters_which_language_is_missing(signed_in, curator):
    half = DocumentFactory(title_en="Only English", title_ru="")
    DocumentFactory()
    client = signed_in(curator)
    page = client.get(address(Document, "changelist"), {"translation": "missing-ru"})
    assert list(page.context["cl"].queryset) == [half]
    assert "badge-missing" in page.content.decode()


# Forms


NEW = {
    Document: {"title_ru": "Доклад", "slug": "doklad", "language": "ru", "kind": "report"},
    Claim: {"text_ru": "Говорящий отрицает", "slug": "claim", "kind": "denies", "aspect": "event"},
}


def add(client, model, **data):
    page = client.get(address(model, "add"))
    return client.post(address(model, "add"), {**form_data(page), **data})


def test_a_text_is_enough_in_one_language(signed_in, curator):
    add(signed_in(curator), Document, **NEW[Document])
    assert Document.objects.get().title_ru == "Доклад"


def test_a_text_in_no_language_is_asked_for(signed_in, curator):
    answer = add(signed_in(curator), Document, **{**NEW[Document], "title_ru": ""})
    assert "title_en" in answer.context["adminform"].form.errors


def test_a_claim_has_one_speaker_and_says_so_kindly(signed_in, curator):
    answer = add(signed_in(curator), Claim, **NEW[Claim])
    assert answer.status_code == 200
    assert "speaker_organisation" in answer.context["adminform"].form.errors


def test_a_claim_is_added_with_its_citation(signed_in, curator):
    speaker, document = OrganisationFactory(), DocumentFactory()
    citation = {
        "citations-TOTAL_FORMS": 1,
        "citations-0-document": document.pk,
        "citations-0-locator_kind": "paragraph",
        "citations-0-locator": "7",
    }
    add(
        signed_in(curator),
        Claim,
        **{**NEW[Claim], "speaker_organisation": speaker.pk, **citation},
    )
    assert Claim.objects.get().citations.get().paragraph == 7


def test_half_a_locator_is_refused_in_the_form(signed_in, curator):
    citation = {
        "citations-TOTAL_FORMS": 1,
        "citations-0-document": DocumentFactory().pk,
        "citations-0-locator": "7",
    }
    speaker = OrganisationFactory()
    answer = add(
        signed_in(curator),
        Claim,
        **{**NEW[Claim], "speaker_organisation": speaker.pk, **citation},
    )
    assert answer.status_code == 200
    assert not Claim.objects.exists()


@pytest.mark.parametrize(
    ("model", "change", "wrong"),
    [
        (LegalCaseFactory, {"court": ""}, "court"),
        (PlaceFactory, {"latitude": "40"}, "latitude"),
        (IncidentFactory, {"date": "yesterday"}, "date"),
        (ClaimFactory, {"figure": "3"}, "figure_unit"),
        (ClaimFactory, {"kind": "finds"}, "kind"),
    ],
)
def test_what_the_database_would_refuse_is_said_beside_the_field(
    signed_in, curator, model, change, wrong
):
    record, client = model(), signed_in(curator)
    page = client.get(address(type(record), "change", record.pk))
    answer = client.post(address(type(record), "change", record.pk), {**form_data(page), **change})
    assert wrong in answer.context["adminform"].form.errors


@pytest.mark.parametrize("model", PUBLISHABLE)
def test_a_form_sent_back_unchanged_is_accepted(signed_in, curator, model):
    record, client = ROOMS[model](), signed_in(curator)
    page = client.get(address(model, "change", record.pk))
    assert client.post(address(model, "change", record.pk), form_data(page)).status_code == 302


def test_the_same_part_twice_is_refused_kindly(signed_in, curator):
    client, case, claim = signed_in(curator), LegalCaseFactory(), ClaimFactory()
    step = CaseStepFactory(case=case)
    cited = claim.citations.get()
    attachment = AttachmentFactory()
    again = SimpleUploadedFile("again.txt", attachment.file.read())
    for record, part, data in (
        (case, "steps", {"kind": step.kind, "date": step.date}),
        (
            claim,
            "citations",
            {
                "document": cited.document_id,
                "locator_kind": cited.locator_kind,
                "locator": cited.locator,
            },
        ),
        (attachment.document, "attachments", {"file": again, "description_en": "Again"}),
    ):
        page = client.get(address(type(record), "change", record.pk))
        second = {f"{part}-1-{name}": value for name, value in data.items()}
        answer = client.post(
            address(type(record), "change", record.pk),
            {**form_data(page), f"{part}-TOTAL_FORMS": 2, **second},
        )
        assert answer.status_code == 200, part
        assert getattr(record, part).count() == 1


def test_a_curator_saves_a_file_that_readers_may_not_see(signed_in, curator, client):
    attachment = AttachmentFactory(may_be_shown=False)
    path = reverse("admin:archive_attachment_file", args=[attachment.pk])
    answer = signed_in(curator).get(path)
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content) == attachment.file.read()
    assert client.get(path).status_code == 302


def test_a_file_that_is_not_in_the_store_is_explained(signed_in, curator, settings):
    attachment = AttachmentFactory()
    attachment.file.storage.delete(attachment.file.name)
    path = reverse("admin:archive_attachment_file", args=[attachment.pk])
    for settings.DEBUG in (False, True):
        answer = signed_in(curator).get(path)
        assert answer.status_code == 404
        assert attachment.file.name in answer.content.decode()


def test_parts_of_a_record_are_edited_on_its_page(signed_in, curator):
    case, person = LegalCaseFactory(), PersonFactory()
    CaseStepFactory(case=case), CaseOutcomeFactory(case=case), RoleFactory(person=person)
    attachment, reference = AttachmentFactory(), TreatyReferenceFactory()
    client = signed_in(curator)
    for record in (case, person, attachment.document, reference.violation_type):
        page = client.get(address(type(record), "change", record.pk))
        for inline in page.context["inline_admin_formsets"]:
            assert len(inline.formset.initial_forms) == 1


def test_a_date_is_told_in_words_while_it_is_typed(signed_in, curator, language):
    client = signed_in(curator)
    client.cookies.load({"django_language": language})
    answer = client.get("/admin/in-words/", {"value": "2022-09-13"}).content.decode()
    assert (
        answer.replace("\xa0", " ")
        == {
            "en": "13 September 2022",
            "ru": "13 сентября 2022 г.",
        }[language]
    )
    assert client.get("/admin/in-words/", {"value": "soon"}).content == b""


# Steps


def take(client, step, record):
    page = client.get(address(type(record), "change", record.pk))
    return client.post(
        address(type(record), "change", record.pk),
        {**form_data(page), "_step": step},
        follow=True,
    )


def test_a_curator_submits_and_a_reviewer_publishes(signed_in, curator, reviewer):
    record = DocumentFactory(sources=["A report"])
    take(signed_in(curator), "submit", record)
    record.refresh_from_db()
    assert record.status == "in_review"
    take(signed_in(reviewer), "publish", record)
    record.refresh_from_db()
    assert record.is_public
    assert [row.history_user for row in record.history.all()[:1]] == [reviewer]


def test_a_button_saves_the_form_first(signed_in, curator):
    record, client = DocumentFactory(), signed_in(curator)
    page = client.get(address(Document, "change", record.pk))
    data = {**form_data(page), "title_en": "Another title", "_step": "submit"}
    client.post(address(Document, "change", record.pk), data)
    record.refresh_from_db()
    assert (record.title_en, record.status) == ("Another title", "in_review")


def test_a_step_of_the_case_added_while_submitting_counts(signed_in, curator):
    case, client = LegalCaseFactory(), signed_in(curator)
    data = form_data(client.get(address(LegalCase, "change", case.pk)))
    added = {"kind": "lodged", "date": "2011-08-08"}
    data |= {f"steps-0-{name}": value for name, value in added.items()}
    data |= {"steps-TOTAL_FORMS": 1, "_step": "submit"}
    client.post(address(LegalCase, "change", case.pk), data)
    case.refresh_from_db()
    assert (case.status, str(case.first_step)) == ("in_review", "2011-08-08")


@pytest.mark.parametrize("changed", [{"title_en": "Reworded"}, {"steps-TOTAL_FORMS": 1}])
def test_who_changes_what_is_reviewed_does_not_publish_it(signed_in, reviewer, changed):
    case, client = LegalCaseFactory(in_review=True), signed_in(reviewer)
    data = form_data(client.get(address(LegalCase, "change", case.pk)))
    data |= {"steps-0-kind": "lodged", "steps-0-date": "2011-08-08", **changed, "_step": "publish"}
    page = client.post(address(LegalCase, "change", case.pk), data, follow=True)
    case.refresh_from_db()
    assert case.status == "in_review"
    assert Contribution.objects.about(case).get().by == reviewer
    assert "someone else has to publish it" in page.content.decode()


def test_a_curator_who_forges_the_button_publishes_nothing(signed_in, curator):
    record = DocumentFactory()
    answer = take(signed_in(curator), "publish", record)
    record.refresh_from_db()
    assert record.status == "draft"
    assert answer.status_code == 200
    assert "error" in [message.level_tag for message in answer.context["messages"]]


def test_withdrawing_asks_first(signed_in, reviewer):
    record, client = DocumentFactory(published=True), signed_in(reviewer)
    answer = take(client, "withdraw", record)
    record.refresh_from_db()
    assert record.is_public
    assert answer.templates[0].name == "admin/archive/step_confirmation.html"
    bulk(client, "withdraw", record)
    record.refresh_from_db()
    assert record.status == "withdrawn"


def bulk(client, step, *records, confirmed=True, reason="It has to be so."):
    data = {
        "reason": reason,
        "action": f"{step}_selected",
        "_selected_action": [record.pk for record in records],
    }
    if confirmed:
        data |= {"confirmed": step, "seen": " ".join(map(mark, records))}
    return client.post(address(type(records[0]), "changelist"), data, follow=True)


def test_many_records_are_published_after_a_question(signed_in, reviewer):
    records, client = DocumentFactory.create_batch(3, in_review=True), signed_in(reviewer)
    records.append(DocumentFactory(published=True))
    page = bulk(client, "publish", *records, confirmed=False)
    assert len(page.context["ready"]) == 3
    assert Document.objects.published().count() == 1
    bulk(client, "publish", *records)
    assert Document.objects.published().count() == 4


def test_nobody_publishes_from_a_list_what_was_changed_since_they_were_asked(signed_in, reviewer):
    changed, unchanged = DocumentFactory.create_batch(2, in_review=True)
    client = signed_in(reviewer)
    page = bulk(client, "publish", changed, unchanged, confirmed=False)
    AttachmentFactory(document=changed)
    data = {
        "action": "publish_selected",
        "_selected_action": [changed.pk, unchanged.pk],
        "confirmed": "publish",
    }
    for seen in ("", page.context["seen"]):
        answer = client.post(address(Document, "changelist"), {**data, "seen": seen}, follow=True)
        assert "Look at it again before you publish it" in answer.content.decode()
    assert Document.objects.published().get() == unchanged


def test_nobody_publishes_with_the_form_what_somebody_else_has_just_saved(
    signed_in, curator, reviewer
):
    record = DocumentFactory(in_review=True)
    form = address(Document, "change", record.pk)
    client = signed_in(reviewer)
    data = {**form_data(client.get(form)), "_step": "publish"}
    hers = signed_in(curator)
    hers.post(form, {**form_data(hers.get(form)), "title_ru": "Невидимое"})
    answer = client.post(form, data, follow=True)
    record.refresh_from_db()
    assert record.status == "in_review"
    assert "before you publish it" in answer.content.decode()


def test_a_step_with_records_that_are_gone_is_no_error(signed_in, reviewer):
    data = {"action": "publish_selected", "_selected_action": 999999, "_back": "1"}
    page = signed_in(reviewer).post(address(Document, "changelist"), data, follow=True)
    assert "no such records any more" in page.content.decode()


def test_a_question_asked_on_a_record_leads_back_to_it(signed_in, reviewer):
    record = DocumentFactory(in_review=True)
    data = {"action": "publish_selected", "_selected_action": record.pk, "_back": "1"}
    page = signed_in(reviewer).post(address(Document, "changelist"), data)
    assert page.context["back"] == address(Document, "change", record.pk)


def test_a_curator_is_not_offered_to_publish(signed_in, curator):
    record, client = DocumentFactory(), signed_in(curator)
    page = client.get(address(Document, "changelist"))
    offered = dict(page.context["action_form"].fields["action"].choices)
    assert "submit_selected" in offered
    assert "publish_selected" not in offered
    bulk(client, "publish", record)
    record.refresh_from_db()
    assert record.status == "draft"


def test_a_record_that_cannot_be_published_is_explained(signed_in, reviewer):
    record = DocumentFactory(in_review=True, title_en="", title_ru="")
    answer = bulk(signed_in(reviewer), "publish", record)
    record.refresh_from_db()
    assert record.status == "in_review"
    assert "error" in [message.level_tag for message in answer.context["messages"]]


def test_a_published_record_is_not_deleted_by_a_curator(signed_in, curator):
    record, client = DocumentFactory(published=True), signed_in(curator)
    data = {"action": "delete_selected", "_selected_action": [record.pk], "post": "yes"}
    client.post(address(Document, "changelist"), data)
    assert client.post(address(Document, "delete", record.pk), {"post": "yes"}).status_code == 403
    assert Document.objects.filter(pk=record.pk).exists()


def test_view_on_site_leads_only_to_what_is_public(signed_in, reviewer):
    client = signed_in(reviewer)
    shown, hidden = DocumentFactory(published=True), DocumentFactory(restricted=True)
    for record, expected in ((shown, True), (hidden, False)):
        page = client.get(address(Document, "change", record.pk))
        assert page.context["has_absolute_url"] is expected


def test_withdrawing_says_which_claims_vanish_with_it(signed_in, reviewer):
    claim, client = ClaimFactory(published=True), signed_in(reviewer)
    only = claim.citations.get().document
    also = ClaimFactory(published=True, cited_in=only)
    Citation.objects.create(claim=also, document=DocumentFactory(published=True))
    page = take(client, "withdraw", only)
    assert page.context["vanishing"] == 1
    assert "rest on it alone: 1" in page.content.decode()
    page = take(client, "withdraw", claim.speaker_organisation)
    assert page.context["vanishing"] == 1
    assert take(client, "withdraw", claim).context["vanishing"] == 0


def test_withdrawing_leads_back_to_the_record(signed_in, reviewer):
    record, client = DocumentFactory(published=True), signed_in(reviewer)
    page = take(client, "withdraw", record)
    assert page.context["back"] == address(Document, "change", record.pk)
    data = {"action": "withdraw_selected", "_selected_action": record.pk, "_back": "1"}
    again = client.post(address(Document, "changelist"), {**data, "confirmed": "withdraw"})
    assert again.context["asks_why"]
    data["reason"] = "The publisher has retracted it."
    answer = client.post(address(Document, "changelist"), {**data, "confirmed": "withdraw"})
    assert answer["Location"] == address(Document, "change", record.pk)


def test_a_step_open_to_nothing_says_so(signed_in, reviewer):
    record = DocumentFactory(published=True)
    data = {"action": "publish_selected", "_selected_action": record.pk}
    page = signed_in(reviewer).post(address(Document, "changelist"), data)
    assert page.context["title"] == "Nothing to publish"


@pytest.mark.parametrize("model", PUBLISHABLE)
def test_records_are_not_deleted_in_heaps(signed_in, superuser, model):
    ROOMS[model]()
    page = signed_in(superuser).get(address(model, "changelist"))
    assert "delete_selected" not in page.content.decode()


# Two people at once


def test_the_second_of_two_editors_destroys_nothing(signed_in, curator, reviewer):
    record = DocumentFactory(title_ru="Старое")
    page = address(Document, "change", record.pk)
    first, second = signed_in(reviewer), signed_in(curator)
    opened = [client.get(page) for client in (first, second)]
    data = [{**form_data(form), "_seen": form.context["seen"]} for form in opened]
    assert first.post(page, {**data[0], "title_ru": "Первое"}).status_code == 302
    told = second.post(page, {**data[1], "title_ru": "Второе"})
    assert told.status_code == 200
    assert "reviewer has saved this record" in told.content.decode()
    assert "Второе" in told.content.decode()
    record.refresh_from_db()
    assert record.title_ru == "Первое"


def test_one_editor_saves_as_often_as_they_like(signed_in, curator):
    record, client = DocumentFactory(), signed_in(curator)
    page = address(Document, "change", record.pk)
    for title in ("One", "Two"):
        form = client.get(page)
        assert f'name="_seen" value="{form.context["seen"]}"' in form.content.decode()
        data = {**form_data(form), "_seen": form.context["seen"], "title_en": title}
        assert client.post(page, data).status_code == 302
    record.refresh_from_db()
    assert record.title_en == "Two"


# Forms that help


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("13.09.2022", "2022-09-13"),
        ("3/9/2022", "2022-09-03"),
        ("09.2022", "2022-09"),
        ("13.09.2022?", "2022-09-13?"),
        ("2020-09-27/2020-11-10", "2020-09-27/2020-11-10"),
    ],
)
def test_a_date_may_be_typed_day_first(signed_in, curator, typed, stored):
    record, client = DocumentFactory(), signed_in(curator)
    page = address(Document, "change", record.pk)
    client.post(page, {**form_data(client.get(page)), "published_on": typed})
    record.refresh_from_db()
    assert record.published_on == stored
    assert client.get("/admin/in-words/", {"value": typed}).content


def test_a_part_that_holds_something_stands_open(signed_in, curator):
    client = signed_in(curator)

    def folded(claim):
        page = client.get(address(Claim, "change", claim.pk))
        return [part.name for part in page.context["adminform"] if part.is_collapsible]

    assert len(folded(ClaimFactory())) == 1
    assert folded(ClaimFactory(figure=3, figure_unit="deaths")) == []


def test_who_only_reads_finds_words(signed_in, translator, reviewer):
    record = DocumentFactory(published_on="2020~", human_remains=True)
    path = address(Document, "change", record.pk)
    page = signed_in(translator).get(path).content.decode()
    assert '<div class="readonly">about 2020</div>' in page
    assert '<div class="readonly">yes</div>' in page
    assert '<div class="readonly">no</div>' in page
    assert 'value="2020~"' in signed_in(reviewer).get(path).content.decode()


def test_typing_a_name_finds_the_name_first(signed_in, curator):
    OrganisationFactory(slug="a", name_en="Friends of the ECtHR", name_ru="")
    OrganisationFactory(slug="b", name_en="ECtHR watch", name_ru="")
    court = OrganisationFactory(slug="z", name_en="European Court", name_ru="", acronym_en="ECtHR")
    DocumentFactory(publisher=court)
    query = {"app_label": "archive", "model_name": "document", "field_name": "publisher"}
    answer = signed_in(curator).get("/admin/autocomplete/", {**query, "term": "ecthr"})
    names = [row["text"] for row in answer.json()["results"]]
    assert names == ["European Court", "ECtHR watch", "Friends of the ECtHR"]


def test_an_account_form_names_the_groups_in_the_language_of_the_room(signed_in, administrator):
    client = signed_in(administrator)
    client.cookies.load({"django_language": "ru"})
    page = client.get(f"/admin/auth/user/{administrator.pk}/change/").content.decode()
    assert "Куратор" in page or "Curator" in page
    assert "add_id_groups" not in page


# History


def test_history_tells_who_changed_what_in_both_languages(signed_in, curator, reviewer):
    record, client = DocumentFactory(title_ru="Старое", sources=["A report"]), signed_in(curator)
    page = client.get(address(Document, "change", record.pk))
    data = {**form_data(page), "title_ru": "Новое", "kind": "letter", "published_on": "2020"}
    client.post(address(Document, "change", record.pk), data)
    take(client, "submit", record)
    take(signed_in(reviewer), "publish", record)
    page = client.get(address(Document, "history", record.pk))
    published, _submitted, changed, added = page.context["page"]
    assert (str(published.act), published.user) == ("published", reviewer)
    assert changed.user == curator
    told = {one.label: (one.old, one.new) for one in changed.entries[0].changes}
    assert told["Title · Russian"] == ("Старое", "Новое")
    assert told["Kind"] == ("Report", "Letter")
    assert told["Date of publication"] == ("3\xa0October\xa02022", "2020")
    assert str(added.act) == "added"


def test_history_tells_of_links_and_not_of_saves_without_a_change(signed_in, curator):
    record, incident, publisher = DocumentFactory(), IncidentFactory(), OrganisationFactory()
    record.save()
    record.incidents.add(incident)
    record.publisher = publisher
    record.save()
    page = signed_in(curator).get(address(Document, "history", record.pk))
    entries = [entry for occasion in page.context["page"] for entry in occasion.entries]
    later = [entry for entry in entries if entry.act != "added"]
    told = [(one.label, one.new) for entry in later for one in entry.changes]
    assert told == [("Publisher", str(publisher)), ("Incidents", str(incident))]


def test_a_long_history_costs_no_query_for_each_version(
    signed_in, curator, django_assert_max_num_queries
):
    client, record = signed_in(curator), DocumentFactory()
    for number in range(40):
        record.title_en = f"Title {number}"
        record.save()
    with django_assert_max_num_queries(20):
        page = client.get(address(Document, "history", record.pk))
    assert len(page.context["page"]) == 30
    with django_assert_max_num_queries(20):
        page = client.get(address(Document, "history", record.pk), {"p": 2})
    assert len(page.context["page"]) == 11


def test_history_tells_of_the_parts_of_a_record(signed_in, curator):
    case = LegalCaseFactory()
    CaseStepFactory(case=case)
    page = signed_in(curator).get(address(type(case), "history", case.pk))
    entries = [entry for occasion in page.context["page"] for entry in occasion.entries]
    assert [entry.part for entry in entries if entry.part] == [f"Step: {case.steps.get()}"]


# Safety


@pytest.mark.parametrize("path", ["/admin/login/", "/admin/", "/admin/archive/document/add/"])
def test_the_policy_is_as_strict_here_as_everywhere(signed_in, curator, path):
    policy = signed_in(curator).get(path, follow=True)["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy


@pytest.mark.parametrize("model", ROOMS)
def test_no_page_needs_a_looser_policy(signed_in, superuser, model):
    client, record = signed_in(superuser), ROOMS[model]()
    for page in ("changelist", "add"):
        assert_no_inline(client.get(address(model, page)))
    for page in ("change", "history", "delete"):
        assert_no_inline(client.get(address(model, page, record.pk)))


def assert_no_inline(answer):
    html = answer.content.decode()
    assert " style=" not in html
    assert " onclick=" not in html
    assert "<style" not in html
    assert "https://" not in html.replace("https://www.w3.org", "")


def test_five_wrong_passwords_lock_the_door(client, curator):
    curator.set_password("right")
    curator.save()
    for _ in range(5):
        answer = client.post("/admin/login/", {"username": "curator", "password": "wrong"})
    assert answer.status_code == 429
    answer = client.post("/admin/login/", {"username": "curator", "password": "right"})
    assert answer.status_code == 429
    assert "_auth_user_id" not in client.session


def test_the_second_of_two_who_change_the_taxonomy_is_told_and_loses_nothing(signed_in, superuser):
    kind = ViolationTypeFactory(label_en="Torture")
    page = address(ViolationType, "change", kind.pk)
    client = signed_in(superuser)
    opened = form_data(client.get(page))
    signed_in(superuser).post(page, {**opened, "description_en": "Of the first."})
    answer = client.post(page, {**opened, "label_en": "Torture, so called"})
    assert answer.status_code == 200
    assert "Somebody else has saved this meanwhile" in answer.content.decode()
    again = form_data(answer)
    assert again["label_en"] == "Torture, so called"
    assert client.post(page, again).status_code == 302
    kind.refresh_from_db()
    assert kind.label_en == "Torture, so called"


def test_a_text_is_labelled_with_its_language_as_one_word_of_the_label():
    field = Document._meta.get_field("title_ru")
    assert str(field.verbose_name) == "title · Russian"
    with translation.override("ru"):
        assert str(field.verbose_name) == "заголовок · русский"


def test_a_stored_file_is_named_and_not_asked_for_again(curator, signed_in):
    attachment = AttachmentFactory()
    page = signed_in(curator).get(
        reverse("admin:archive_document_change", args=[attachment.document_id])
    )
    (form,) = page.context["inline_admin_formsets"][0].formset.initial_forms
    assert not form.fields["file"].required
    assert attachment.file.name.rsplit("/", 1)[-1] in form.fields["file"].help_text
