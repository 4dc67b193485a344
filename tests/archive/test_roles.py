"""Who may do what: a table of groups and actions, and the exceptions that the admin adds."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from archive.admin.steps import mark
from archive.models import PUBLISHABLE, BulkChange, Document, Report, hide, may
from archive.models.revisions import writes_directly
from tests.factories import FACTORIES, DocumentFactory, LegalCaseFactory, UserFactory

pytestmark = pytest.mark.usefixtures("without_index")

GROUPS = ("Curator", "Translator", "Reviewer", "Administrator")

# action: the groups that may, in the order of GROUPS
TABLE = {
    "view": (True, True, True, True),
    "add": (True, False, True, True),
    "change": (True, True, True, True),
    "delete": (True, False, True, True),
    "publish": (False, False, True, True),
}


@pytest.fixture
def member(db):
    def member_of(name):
        user = UserFactory(username=f"a-{name}")
        user.groups.add(Group.objects.get(name=name))
        return user

    return member_of


def as_seen_by(user, model):
    request = RequestFactory().get("/")
    request.user = user
    return admin.site._registry[model], request


@pytest.mark.parametrize("name", GROUPS)
@pytest.mark.parametrize("model", PUBLISHABLE)
def test_each_group_has_its_permissions_and_no_others(member, name, model):
    user, column = member(name), GROUPS.index(name)
    for action, row in TABLE.items():
        permission = f"archive.{action}_{model._meta.model_name}"
        assert user.has_perm(permission) is row[column], permission


# step and the state it starts from: the groups that may take it
STEPS = {
    ("submit", ""): GROUPS,
    ("submit", "withdrawn"): GROUPS,
    ("return", "in_review"): ("Reviewer", "Administrator"),
    ("publish", ""): (),
    ("publish", "in_review"): ("Reviewer", "Administrator"),
    ("publish", "withdrawn"): (),
    ("withdraw", "published"): ("Reviewer", "Administrator"),
    ("withdraw", ""): (),
    ("submit", "published"): (),
    ("publish", "published"): (),
}


@pytest.mark.parametrize("name", GROUPS)
@pytest.mark.parametrize(("step", "state"), STEPS)
def test_only_reviewers_and_administrators_publish_and_withdraw(member, name, step, state):
    record = DocumentFactory(**({state: True} if state else {}))
    assert may(member(name), step, record) is (name in STEPS[step, state])


@pytest.mark.parametrize("name", GROUPS)
@pytest.mark.parametrize("state", ["published", "withdrawn", "restricted"])
def test_changes_of_what_was_ever_public_are_proposed_by_everyone(member, name, state):
    """None of them is seen before another has published it or, where it is withdrawn, the record
    itself: see test_revisions."""
    room, request = as_seen_by(member(name), Document)
    record = DocumentFactory(**{state: True})
    assert room.has_view_permission(request, record)
    assert room.has_change_permission(request, record)
    assert writes_directly(record) is (state == "withdrawn")
    assert not room.has_delete_permission(request, record)


@pytest.mark.parametrize("name", GROUPS)
def test_drafts_are_changed_by_everyone_and_deleted_by_those_who_add(member, name):
    room, request = as_seen_by(member(name), Document)
    record = DocumentFactory()
    assert room.has_change_permission(request, record)
    assert room.has_delete_permission(request, record) is (name != "Translator")


# The same by requests: every page of every kind of record, in every state, for everyone.

WRITERS = ("Curator", "Reviewer", "Administrator")
PUBLISHERS = ("Reviewer", "Administrator")
EVER_PUBLIC = ("published", "withdrawn", "restricted")
STATES = ("draft", "in_review", *EVER_PUBLIC)

# page of a list: the groups it opens to
LIST_PAGES = {"changelist": GROUPS, "add": WRITERS, "export": GROUPS, "import": WRITERS}
# page of a record: the groups it opens to before the record is public, and after
RECORD_PAGES = {
    "change": (GROUPS, GROUPS),
    "history": (GROUPS, GROUPS),
    "review": (GROUPS, GROUPS),
    "delete": (WRITERS, ()),
}
# (step, state) → the groups that take it, by way of the actions of a list too
TAKEN = {
    **{("submit", state): GROUPS for state in ("draft", "withdrawn")},
    ("return", "in_review"): PUBLISHERS,
    ("publish", "in_review"): PUBLISHERS,
    ("withdraw", "published"): PUBLISHERS,
    ("withdraw", "restricted"): PUBLISHERS,
}


def page_address(model, page, *args):
    return reverse(f"admin:archive_{model._meta.model_name}_{page}", args=args)


def record_in(state, model, **fields):
    made = {} if state == "draft" else {state: True}
    return FACTORIES[model](**made, **{"sources": ["A report"], **fields})


def opens(client, address) -> bool:
    status = client.get(address).status_code
    assert status in (200, 403), (address, status)
    return status == 200


@pytest.mark.ignore_template_errors
@pytest.mark.parametrize("name", [*GROUPS, None])
@pytest.mark.parametrize("model", PUBLISHABLE)
def test_every_page_opens_to_those_whom_it_concerns(member, signed_in, name, model):
    """None: somebody who may sign in, but belongs to no group."""
    client = signed_in(member(name) if name else UserFactory())
    for page, groups in LIST_PAGES.items():
        assert opens(client, page_address(model, page)) is (name in groups), page
    for state in STATES:
        record = record_in(state, model)
        for page, groups in RECORD_PAGES.items():
            expected = name in groups[state in EVER_PUBLIC]
            assert opens(client, page_address(model, page, record.pk)) is expected, (page, state)


@pytest.mark.django_db
@pytest.mark.parametrize("model", PUBLISHABLE)
def test_nobody_gets_in_without_an_account(client, model):
    record = FACTORIES[model]()
    addresses = [page_address(model, page) for page in LIST_PAGES]
    addresses += [page_address(model, page, record.pk) for page in RECORD_PAGES]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 302, address
        assert answer["Location"].startswith("/admin/login/")


@pytest.mark.ignore_template_errors
@pytest.mark.parametrize("name", [*GROUPS, None])
def test_the_actions_of_a_list_take_no_step_that_is_not_open(member, signed_in, name):
    user = member(name) if name else UserFactory()
    client = signed_in(user)
    for step in ("submit", "return", "publish", "withdraw"):
        for state in STATES:
            record = record_in(state, Document)
            data = {
                "action": f"{step}_selected",
                "_selected_action": record.pk,
                "confirmed": step,
                "seen": mark(record),
                "reason": "It has to be so.",
            }
            before = record.status
            client.post(page_address(Document, "changelist"), data)
            record.refresh_from_db()
            expected = name in TAKEN.get((step, state), ())
            assert (record.status != before) is expected, (step, state)


@pytest.mark.parametrize("name", [*GROUPS, None])
def test_many_records_are_changed_by_those_who_write_and_the_public_ones_after_a_review(
    member, signed_in, name
):
    user = member(name) if name else UserFactory()
    client, case = signed_in(user), LegalCaseFactory()
    for state in STATES:
        record = record_in(state, Document)
        sent = {"records": record.pk, "what": "add:cases", "chosen": case.pk, "_do": "1"}
        answer = client.post(page_address(Document, "bulk"), sent)
        assert answer.status_code == (302 if name in WRITERS else 403), state
        is_reviewed_first = state in ("published", "restricted")
        assert record.cases.contains(case) is (name in WRITERS and not is_reviewed_first), state
    assert BulkChange.objects.count() == (len(STATES) if name in WRITERS else 0)


@pytest.mark.parametrize("name", [*GROUPS, None])
@pytest.mark.parametrize(
    ("model_name", "field_name"),
    [("document", "publisher"), ("document", "cases"), ("claim", "incidents")],
)
def test_names_are_completed_for_those_who_may_read_the_records(
    member, signed_in, name, model_name, field_name
):
    client = signed_in(member(name) if name else UserFactory())
    query = {"app_label": "archive", "model_name": model_name, "field_name": field_name}
    answer = client.get("/admin/autocomplete/", {**query, "term": "a"})
    assert answer.status_code == (200 if name else 403)


@pytest.mark.ignore_template_errors
@pytest.mark.usefixtures("with_history")
@pytest.mark.parametrize("name", [*GROUPS, None])
@pytest.mark.parametrize("act", ["hide", "show"])
def test_a_record_is_hidden_by_those_who_answer_reports_and_shown_by_those_who_publish(
    member, signed_in, name, act
):
    document = DocumentFactory(published=True, sources=["A report"])
    report = Report.objects.create(
        kind="document", record_id=document.pk, matter="safety", text="Danger", language="en"
    )
    if act == "show":
        hide(document, by=UserFactory(is_superuser=True))
        Report.objects.update(hidden_at=timezone.now())
    client = signed_in(member(name) if name else UserFactory())
    client.post(reverse("admin:archive_report_change", args=[report.pk]), {"_act": act})
    before = document.access
    document.refresh_from_db()
    allowed = WRITERS if act == "hide" else PUBLISHERS
    assert (document.access != before) is (name in allowed)


@pytest.mark.parametrize("model", PUBLISHABLE)
def test_not_even_a_superuser_deletes_what_was_ever_public(superuser, model):
    room, request = as_seen_by(superuser, model)
    assert not room.has_delete_permission(request, FACTORIES[model](published=True))


@pytest.mark.parametrize("model", PUBLISHABLE)
def test_a_translator_edits_only_the_texts(translator, model):
    room, request = as_seen_by(translator, model)
    form = room.get_form(request, FACTORIES[model]())
    texts = {field for field in form.base_fields if field.endswith(("_en", "_ru"))}
    assert texts
    assert set(form.base_fields) == texts


def test_only_administrators_look_after_accounts(member):
    for name in GROUPS:
        user = member(name)
        assert user.has_perm("auth.change_user") is (name == "Administrator")
        assert user.has_perm("auth.change_group") is (name == "Administrator")
        assert not user.has_perm("auth.delete_user")


@pytest.mark.usefixtures("with_history")
def test_not_even_a_superuser_deletes_an_account_that_the_history_names(superuser):
    room, request = as_seen_by(superuser, User)
    unused, visitor, writer = UserFactory(), UserFactory(last_login=timezone.now()), UserFactory()
    record = DocumentFactory()
    record._history_user = writer
    record.save()
    assert room.has_delete_permission(request, unused)
    assert not room.has_delete_permission(request, visitor)
    assert not room.has_delete_permission(request, writer)


def test_accounts_are_not_deleted_by_way_of_the_list(superuser, signed_in):
    client = signed_in(superuser)
    writer = UserFactory(last_login=timezone.now())
    chosen = {"action": "delete_selected", "_selected_action": [writer.pk], "post": "yes"}
    client.post("/admin/auth/user/", chosen)
    assert User.objects.filter(pk=writer.pk).exists()


def test_an_administrator_neither_makes_nor_touches_a_superuser(
    administrator, superuser, curator, signed_in
):
    client = signed_in(administrator)
    page = client.get(f"/admin/auth/user/{curator.pk}/change/")
    assert "is_superuser" not in page.context["adminform"].form.fields
    assert client.post(f"/admin/auth/user/{superuser.pk}/change/", {}).status_code == 403
    assert client.post(f"/admin/auth/user/{superuser.pk}/password/", {}).status_code == 403


def test_who_joins_a_group_may_sign_in(administrator, signed_in):
    newcomer = UserFactory(is_staff=False)
    group = Group.objects.get(name="Curator")
    signed_in(administrator).post(
        f"/admin/auth/user/{newcomer.pk}/change/",
        {"username": newcomer.username, "groups": [group.pk], "is_active": "on"},
    )
    newcomer.refresh_from_db()
    assert newcomer.is_staff
