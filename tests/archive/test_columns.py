"""What a process holds of the index is whole, and of the state that was looked at."""

from dataclasses import replace

import pytest
from django.db import DatabaseError, connection, transaction

from archive.search.columns import _Holder
from tests.factories import DocumentFactory, PlaceFactory

pytestmark = pytest.mark.django_db


def living(view) -> list[tuple]:
    return sorted(zip(view.kind[view.alive], view.record[view.alive], strict=True))


def test_reading_that_fails_halfway_leaves_what_was_held_and_begins_anew():
    DocumentFactory(published=True)
    holder = _Holder()
    before = holder.current()

    def fail(execute, sql, params, many, context):
        if "archive_searchremoval" in sql:
            raise DatabaseError
        return execute(sql, params, many, context)

    with transaction.atomic():
        PlaceFactory(published=True)
        with connection.execute_wrapper(fail), pytest.raises(DatabaseError):
            holder.current()
        transaction.set_rollback(True)
    assert holder.view is holder.current() is before
    DocumentFactory.create_batch(2, published=True)
    assert living(holder.current()) == living(_Holder().current())


def test_an_empty_index_is_a_whole_view_too():
    assert living(_Holder().view) == living(_Holder().current()) == []


def test_a_reader_gets_the_view_whose_state_was_looked_at_whatever_others_put_in_its_place():
    DocumentFactory(published=True)
    holder = _Holder()
    committed = holder.current()
    elsewhere = replace(committed, token=committed.token + 1)

    def move(execute, sql, params, many, context):
        holder.view = elsewhere
        return execute(sql, params, many, context)

    with connection.execute_wrapper(move):
        assert holder.current() is committed
