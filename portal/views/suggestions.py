"""What a search field proposes while a reader types."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from archive.search import suggest
from archive.search.analyser import WORD, fold
from archive.search.snippets import Wanted, marked
from portal.caching import kept

LIMIT = 8


@kept
@require_safe
def suggestions(request):
    """A list box of records that go by what has been typed so far: a piece of a page."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    wanted = Wanted(frozenset(), tuple(fold(word) for word in WORD.findall(query)))
    options = [
        {
            "address": reverse(f"portal:{one.model._meta.model_name}", args=[one.slug]),
            "kind": one.model._meta.verbose_name,
            "pieces": marked(one.text, wanted),
            "record": one,
        }
        for one in suggest(query, LIMIT, get_language())
    ]
    context = {"query": query, "options": options}
    answer = render(request, "portal/_suggestions.html", context)
    answer["X-Robots-Tag"] = "noindex"
    return answer
