"""Words for the items of lists."""

from django import template
from django.utils.translation import pgettext_lazy

from archive.models import OriginalLanguage

register = template.Library()

# In a line of facts: “Amnesty International · 13 January 2021 · in English”.
_WRITTEN_IN = {
    OriginalLanguage.ENGLISH: pgettext_lazy("written in", "in English"),
    OriginalLanguage.RUSSIAN: pgettext_lazy("written in", "in Russian"),
    OriginalLanguage.ARMENIAN: pgettext_lazy("written in", "in Armenian"),
    OriginalLanguage.AZERBAIJANI: pgettext_lazy("written in", "in Azerbaijani"),
    OriginalLanguage.TURKISH: pgettext_lazy("written in", "in Turkish"),
    OriginalLanguage.FRENCH: pgettext_lazy("written in", "in French"),
    OriginalLanguage.OTHER: pgettext_lazy("written in", "in another language"),
}


@register.filter
def written_in(document):
    """The language of a document, as the end of a line says it; "" for one that is not known."""
    return _WRITTEN_IN.get(document.language, "")
