"""Finding records in lists and autocompletes, whatever the case of a Cyrillic letter.

The index of the search holds what is public; drafts are found by the letters of their columns.
"""

import re
from functools import reduce
from operator import and_, or_

from django.db.models import Case, Q, When
from django.urls import reverse

from archive.models import PUBLISHABLE
from archive.search import Question, ask

MOST_FOUND = 1000  # of what readers find; drafts are found by what stands in them


def containing(text: str, fields) -> Q:
    """Rows in which every word occurs in one of the fields.

    A regular expression, because SQLite ignores the case of Latin letters only.
    """
    words = [re.escape(word) for word in text.replace("\0", " ").split()[:12]]
    return reduce(
        and_, (reduce(or_, (Q(**{f"{field}__iregex": word}) for field in fields)) for word in words)
    )


class Findable:
    """A ModelAdmin whose search_fields name columns, and which also finds what readers find."""

    def get_search_results(self, request, queryset, search_term):
        if not search_term.replace("\0", " ").strip():
            return queryset, False
        if request.path == reverse("admin:autocomplete"):
            return self.named(queryset, search_term), False
        found = containing(search_term, self.search_fields)
        if self.model in PUBLISHABLE:
            answer = ask(Question(kinds=(self.model,), text=search_term))
            found |= Q(pk__in=[hit.pk for hit in answer.page(0, MOST_FOUND)])
        return queryset.filter(found), False

    def named(self, queryset, search_term: str):
        """Records with these words in their names: first those of just this name or acronym."""
        names = [name for name in self.search_fields if name != "slug"]
        typed = re.escape(" ".join(search_term.replace("\0", " ").split()))
        rank = Case(
            When(_any_matches(names, rf"^{typed}$"), then=0),
            When(_any_matches(names, rf"^{typed}"), then=1),
            default=2,
        )
        found = queryset.filter(containing(search_term, names))
        return found.order_by(rank, *self.opts.ordering)


def _any_matches(fields, pattern: str) -> Q:
    return reduce(or_, (Q(**{f"{field}__iregex": pattern}) for field in fields))
