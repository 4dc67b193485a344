"""The cast: the people who work on the archive and the records that they work on."""

import gc

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test import Client, override_settings
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from archive.models import TranslatorLanguage
from archive.search import writing

from . import demonstration
from .factories import DocumentFactory, UserFactory

# A loaded machine is slow, not wrong.
hypothesis_settings.register_profile("archive", deadline=None)
hypothesis_settings.load_profile("archive")

_WRITTEN_BY_MIGRATIONS = pytest.StashKey[str]()


@pytest.fixture(scope="session", autouse=True)
def _light_settings(tmp_path_factory):
    """Files go to a temporary folder; hashing a password costs nothing; no history is written,
    which takes three quarters of the time of making a record (`with_history` writes it)."""
    with override_settings(
        SIMPLE_HISTORY_ENABLED=False,
        MEDIA_ROOT=tmp_path_factory.mktemp("media"),
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, request):
    # Nothing is noted where no test of those chosen asks for it.
    written = getattr(connection, "_test_serialized_contents", None)
    request.config.stash[_WRITTEN_BY_MIGRATIONS] = written


def pytest_addoption(parser):
    parser.addoption(
        "--database-only",
        action="store_true",
        help="Leave out the tests that touch no database: they have run with another one already.",
    )


def pytest_collection_finish(session):
    """What is loaded by now stays: to look through it for garbage every few hundred objects takes
    a fifth of the time of all tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_collection_modifyitems(config, items):
    if config.getoption("database_only"):
        without = [item for item in items if not _touches_the_database(item)]
        config.hook.pytest_deselected(items=without)
        items[:] = [item for item in items if _touches_the_database(item)]


def _touches_the_database(item) -> bool:
    """`database` marks tests whose processes of their own open it."""
    marks = any(item.iter_markers("django_db")) or any(item.iter_markers("database"))
    return marks or not {"db", "transactional_db"}.isdisjoint(item.fixturenames)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """A test of real transactions empties every table when it is done: what the migrations had
    written (groups, permissions) is put back for the tests after it, in whatever order. With the
    last test the database itself is gone."""
    result = yield
    marker = item.get_closest_marker("django_db")
    blocker = getattr(item, "funcargs", {}).get("django_db_blocker")  # None where it was skipped
    if nextitem and blocker and marker and marker.kwargs.get("transaction"):
        with blocker.unblock():
            _put_back()
    return result


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item):
    """Once a browser runs its event loop in this thread, `connection` is another object: it is
    told what Django had noted on the one that made the database."""
    written = item.config.stash.get(_WRITTEN_BY_MIGRATIONS, None)
    if written is not None:
        connection._test_serialized_contents = written


def _put_back():
    ContentType.objects.clear_cache()
    connection.creation.deserialize_db_from_string(connection._test_serialized_contents)
    connection.close()


@pytest.fixture
def with_history():
    with override_settings(SIMPLE_HISTORY_ENABLED=True):
        yield


@pytest.fixture
def without_index():
    """Nothing is indexed, which takes a third of the time of making a record: for tests that look
    at no page of the portal."""
    with writing.paused():
        yield


@pytest.fixture(autouse=True)
def _language_of_the_next_test():
    """No test inherits the language that another one activated."""
    with translation.override("en"):
        yield


def _member_of(name):
    user = UserFactory(username=name.lower())
    user.groups.add(Group.objects.get(name=name))
    return user


@pytest.fixture
def curator(db):
    return _member_of("Curator")


@pytest.fixture
def translator(db):
    """Into every language."""
    user = _member_of("Translator")
    for code in ("en", "ru"):
        TranslatorLanguage.objects.create(user=user, language=code)
    return user


@pytest.fixture
def reviewer(db):
    return _member_of("Reviewer")


@pytest.fixture
def administrator(db):
    return _member_of("Administrator")


@pytest.fixture
def superuser(db):
    return UserFactory(username="superuser", is_superuser=True)


@pytest.fixture
def signed_in():
    """signed_in(curator) → a client with that user's session."""

    def sign_in(user):
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture(params=["en", "ru"])
def language(request):
    """The test runs once in each language of the portal, with that language active."""
    with translation.override(request.param):
        yield request.param


@pytest.fixture
def published_document(db):
    return DocumentFactory(slug="published-document", published=True)


@pytest.fixture
def draft_document(db):
    return DocumentFactory(slug="draft-document")


@pytest.fixture
def restricted_document(db):
    return DocumentFactory(slug="restricted-document", restricted=True)


@pytest.fixture
def withdrawn_document(db):
    return DocumentFactory(slug="withdrawn-document", withdrawn=True)


@pytest.fixture(scope="module")
def _loaded_archive(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        demonstration.load()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def live_archive(_loaded_archive, db):
    """The demonstration records, loaded once for a module.

    Every test of that module sees them, so keep such tests in modules of their own:
    `pytestmark = pytest.mark.usefixtures("live_archive")`.
    """
