"""The tables of the search: derived from the records, written in the same transaction as they.

Only `archive.search.writing` writes here, and only what is public: a record that is withdrawn
leaves these tables in the transaction that withdraws it. `manage.py index verify` compares them
with the records, `manage.py index rebuild` makes them anew.
"""

from django.db import models


class SearchState(models.Model):
    """One row: where the index stands. Whoever writes to the index locks it first."""

    generation = models.BigIntegerField(default=0)  # moves with every change of anything public
    token = models.BigIntegerField(default=0)  # tells a generation from one that was rolled back
    edition = models.BigIntegerField(default=0)  # the rows that count; a rebuild makes another,
    building = models.BigIntegerField(default=0)  # which is this one as long as it runs
    merged = models.BigIntegerField(default=0)  # the postings hold the entries up to this one
    analyser = models.CharField(max_length=40, default="")  # what has split and folded the words


class SearchChange(models.Model):
    """Every generation with its token: whether a process can catch up or has to read anew."""

    generation = models.BigIntegerField(primary_key=True)
    token = models.BigIntegerField()


class SearchEntry(models.Model):
    """A public record as the search knows it. Its number is never used again: a record that
    changes gets a new one, so what was read under a number stays right."""

    edition = models.BigIntegerField()
    kind = models.PositiveSmallIntegerField()  # position in archive.search.records.KINDS
    record_id = models.BigIntegerField()
    generation = models.BigIntegerField(db_index=True)
    earliest = models.IntegerField(null=True)  # days, as date.toordinal() counts them
    latest = models.IntegerField(null=True)
    added = models.BigIntegerField(default=0)  # seconds since 1970
    tie = models.BigIntegerField(default=0)  # the first eight letters of the slug
    spans = models.BinaryField()  # int32 pairs: first and last day of every date it has
    values = models.BinaryField()  # int32: SearchValue ids
    says = models.TextField(blank=True)  # JSON: slug, headings and names, of what others link to
    terms = models.BinaryField()  # what it is found by, compressed: needed to take it out again
    weights = models.BinaryField()  # of these terms, and at which places they stand,
    places = models.BinaryField()  # until the entry is merged into the postings
    # Numbers that the record had before and that still stand in merged postings, as int64, and
    # the terms, packed, that it has no more but under which they do.
    former = models.BinaryField()
    owed = models.BinaryField()
    checksum = models.BigIntegerField()  # of its postings
    facts = models.BigIntegerField()  # checksum of all else
    exports = models.BigIntegerField()  # checksum of what the entries of others take from it

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "kind", "record_id"], name="archive_search_entry_unique"
            )
        ]


class SearchRemoval(models.Model):
    """The number of an entry that is no more, and since when."""

    entry = models.BigIntegerField(primary_key=True)
    generation = models.BigIntegerField(db_index=True)


class SearchValue(models.Model):
    """A value of a facet, by the number that entries give it."""

    facet = models.CharField(max_length=20)
    value = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["facet", "value"], name="archive_search_value_unique")
        ]


class SearchPosting(models.Model):
    """In which entries a term stands, how much it weighs there and at which positions; packed by
    `archive.search.postings`. A row covers the entries up to `segment` that no earlier row of
    the same term does; the latest entries, not merged yet, keep their postings themselves."""

    edition = models.BigIntegerField()
    term = models.BinaryField()  # a letter for the field, then UTF-8: bytes sort alike everywhere
    segment = models.BigIntegerField()
    entries = models.BinaryField()
    weights = models.BinaryField()
    places = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "term", "segment"], name="archive_search_posting_unique"
            )
        ]
