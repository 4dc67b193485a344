"""Where a reader may go from a result: other spellings, words mistyped, filters to drop."""

from archive.search import Answer, corrected
from archive.search.language import quoted

from .panel import Panel


def ways_on(answer: Answer, panel: Panel) -> dict:
    """also: what was searched for beside what was typed, with the address that does not; meant:
    queries with other words; without: each chosen filter with what would be found without it;
    words_alone: what would be found without any, where dropping one is not enough. All but the
    first only where they can help: they cost a search each."""
    without = _without(answer, panel) if not answer.total else []
    return {
        "also": [_also(answer, panel, *item) for item in answer.also.items()],
        "meant": _meant(answer, panel) if answer.unknown else [],
        "without": without,
        "words_alone": None if answer.total or without else _words_alone(answer, panel),
    }


def _also(answer: Answer, panel: Panel, typed: str, others: list[str]) -> dict:
    exact = panel.address.having(q=quoted(answer.parsed.tree, tuple(typed.split())), page=None)
    return {"typed": typed, "others": others, "exact": exact}


def _meant(answer: Answer, panel: Panel) -> list[dict]:
    return [
        {"query": query, "count": count, "address": panel.address.having(q=query, page=None)}
        for query, count in corrected(answer)
    ]


def _without(answer: Answer, panel: Panel) -> list[dict]:
    """Most first; nothing that would still find nothing, nor the whole list."""
    if [chip.name for chip in panel.chips] == ["q"]:
        return []
    found = [{"chip": chip, "count": _count(answer, panel, chip)} for chip in panel.chips]
    return sorted((one for one in found if one["count"]), key=lambda one: -one["count"])


def _words_alone(answer: Answer, panel: Panel) -> dict | None:
    if not answer.question.text.strip() or len(panel.chips) < 3:
        return None
    found = answer.asked(chosen={}, period=None, kinds=panel.filters.kinds_of([]))
    names = {name for name, _value in panel.address.pairs} - {"q"}
    return {"address": panel.address.without(*names), "count": found.total} if found.total else None


def _count(answer: Answer, panel: Panel, chip) -> int:
    """How many records are found by the address of the list without this chip."""
    question = answer.question
    if chip.name == "q":
        return answer.asked(text="").total
    if chip.name in ("from", "to"):
        period = list(question.period or (None, None))
        period[chip.name == "to"] = None
        return answer.asked(period=tuple(period) if any(period) else None).total
    remaining = [value for name, value in chip.remove.pairs if name == chip.name]
    return answer.asked(**panel.filters.narrowed_otherwise(chip.name, remaining)).total
