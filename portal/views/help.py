"""How to search: the query language, shown by searches that find something."""

from typing import NamedTuple

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from archive.search.language import FIELDS, LONGEST_TEXT, MOST_TERMS
from portal.api.views import MOST
from portal.panel import as_data


class Example(NamedTuple):
    """query: what to type, in the reader's language unless another is named."""

    query: Promise | str
    meaning: Promise
    language: str = ""

    @property
    def shown(self) -> str:
        """The query with places to break a line, for an ECLI on a phone."""
        parts = ((part,) for part in str(self.query).split(":"))
        return format_html_join(mark_safe(":<wbr>"), "{}", parts)


# Translators: this and the other messages with the context “query” are examples of searches. Each
# must find something among the records of the archive. Keep the signs; translate OR.
_WORDS = (
    Example(
        pgettext_lazy("query", "landmine maps"),
        _("Records that have all of these words, in any form and any order."),
    ),
    Example(
        pgettext_lazy("query", '"war crimes"'),
        _("In quotation marks of any kind: these words in this order, next to each other."),
    ),
    Example(
        pgettext_lazy("query", "prisoners -video"),
        _("A minus sign right before a word, a phrase or a parenthesis: without it."),
    ),
    Example(
        pgettext_lazy("query", "Ganja OR Shusha"),
        _("At least one of the two. OR is written in capitals; ИЛИ and | mean the same."),
    ),
    Example(
        pgettext_lazy("query", "strikes (Ganja OR Shusha)"),
        _("Parentheses keep together what belongs together."),
    ),
    Example(
        pgettext_lazy("query", "displace*"),
        _("An asterisk after two letters or more: words that begin so."),
    ),
)
_NUMBERS = (
    Example("35746/11", _("An application number, with or without “no.” before it.")),
    Example(
        pgettext_lazy("query", "application no. 35746/11"),
        _("The same: what is said before a number, in either language, is left out."),
    ),
    Example("ECLI:CE:ECHR:2021:1104JUD003242716", _("A European case-law identifier (ECLI).")),
    Example("001-212965", _("The number of a text in HUDOC.")),
)
_NAMES = (
    Example("Şuşa", _("The Azerbaijani spelling finds also Shusha, Shushi and Շուշի."), "az"),
    Example("Սարիբեկյան", _("Armenian letters find the case of Saribekyan and Balyan."), "hy"),
    Example(
        pgettext_lazy("query", "ECtHR"),
        _("An abbreviation finds what belongs to the whole name."),
    ),
)
# By the field, in the order in which the page lists them.
FIELD_EXAMPLES = {
    "title": Example(pgettext_lazy("query", "title:video"), _("Titles and original titles.")),
    "author": Example(pgettext_lazy("query", "author:Waters"), _("Authors of documents.")),
    "publisher": Example(
        pgettext_lazy("query", 'publisher:"Amnesty International"'), _("Who published a document.")
    ),
    "speaker": Example(
        pgettext_lazy("query", "speaker:Grigoryan"),
        _("Who makes a claim: an organisation or a person in public office."),
    ),
    "court": Example(
        pgettext_lazy("query", "court:ECtHR"), _("The court or authority that hears a case.")
    ),
    "case": Example(pgettext_lazy("query", "case:Chiragov"), _("The case that a record concerns.")),
    "number": Example(pgettext_lazy("query", "number:13216/05"), _("Numbers and references only.")),
    "place": Example(
        pgettext_lazy("query", "place:(Ganja OR Lachin)"), _("The place that a record concerns.")
    ),
    "organisation": Example(
        pgettext_lazy("query", "organisation:OHCHR"), _("Organisations that a record names.")
    ),
    "person": Example(
        pgettext_lazy("query", "person:Bachelet"), _("People in public office that a record names.")
    ),
}


@require_safe
def search_help(request):
    fields = [
        {"example": example, "names": [name for name in FIELDS if FIELDS[name] == field]}
        for field, example in FIELD_EXAMPLES.items()
    ]
    return render(
        request,
        "portal/search_help.html",
        {
            "words": _WORDS,
            "numbers": _NUMBERS,
            "names": _NAMES,
            "fields": fields,
            "longest_text": LONGEST_TEXT,
            "most_words": MOST_TERMS,
            "most_records": MOST,
            "data_contents": f"{settings.SITE_URL}{reverse('api:contents')}",
            "data_example": f"{settings.SITE_URL}{as_data('documents', [('q', 'Ganja')])}",
        },
    )
