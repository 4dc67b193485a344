"""Finding records by words, names and facets, in any language and script; public records only."""

from .columns import View, current
from .engine import Answer, Hit, Question, ask, prepare
from .spelling import corrected
from .suggestions import Suggestion, suggest

__all__ = [
    "Answer",
    "Hit",
    "Question",
    "Suggestion",
    "View",
    "ask",
    "corrected",
    "current",
    "prepare",
    "suggest",
]
