"""Where a reader may go from a result: other spellings, words mistyped, filters to drop."""

from archive.search import Answer, corrected

from .panel import Panel


def ways_on(answer: Answer, panel: Panel) -> dict:
    """also: what was searched for beside what was typed, with the address that does not; meant:
    queries with other words; without: each chosen filter with what would be found without it.
    The last two only where they can help: they cost a search each."""
    return {
        "also": [_also(answer, panel, *item) for item in answer.also.items()],
        "meant": _meant(answer, panel) if answer.unknown else [],
        "without": _without(answer, panel) if not answer.total else [],
    }


def _also(answer: Answer, panel: Panel, typed: str, others: list[str]) -> dict:
    exact = answer.question.text.replace(typed, f'"{typed}"')
    return {"typed": typed, "others": others, "exact": panel.address.having(q=exact, page=None)}


def _meant(answer: Answer, panel: Panel) -> list[dict]:
    return [
        {"query": query, "count": count, "address": panel.address.having(q=query, page=None)}
        for query, count in corrected(answer)
    ]


def _without(answer: Answer, panel: Panel) -> list[dict]:
    """Most first; nothing that would still find nothing."""
    found = [{"chip": chip, "count": _count(answer, panel, chip)} for chip in panel.chips]
    return sorted((one for one in found if one["count"]), key=lambda one: -one["count"])


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
