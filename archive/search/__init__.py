"""Finding records by words, names and facets, in any language and script; public records only."""

from .engine import Answer, Hit, Question, ask
from .plain import exactly, matching
from .spelling import corrected
from .suggestions import Suggestion, suggest

__all__ = [
    "Answer",
    "Hit",
    "Question",
    "Suggestion",
    "ask",
    "corrected",
    "exactly",
    "matching",
    "suggest",
]
