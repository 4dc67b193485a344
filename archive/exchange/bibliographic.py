"""RIS and BibTeX as rows of documents.

A reference manager says who wrote what, when and where. What has no column of its own (journal,
pages, abstract) stands in the internal note, so that nothing is lost and nothing of it is public.
"""

import re
from collections.abc import Iterable, Iterator

import bibtexparser
import rispy
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modeltranslation.settings import AVAILABLE_LANGUAGES
from slugify import slugify

from archive.models import Document, DocumentKind, EDTFDate, Organisation, OriginalLanguage
from archive.models.dates import validate_edtf

from .tables import Row, Unreadable, text_of

RIS, BIBTEX = "ris", "bibtex"
LARGEST = 50 * 1024 * 1024
_RIS_START = re.compile(r"\s*(?:\d+\.\s*)?TY  - ")
_BIBTEX_START = re.compile(r"(?:\s|%[^\n]*\n)*@\w+\s*\{")

_KINDS = {
    "NEWS": DocumentKind.NEWS_ARTICLE,
    "MGZN": DocumentKind.NEWS_ARTICLE,
    "CASE": DocumentKind.JUDGMENT,
    "PRESS": DocumentKind.PRESS_RELEASE,
    "PCOMM": DocumentKind.LETTER,
    "BLOG": DocumentKind.POST,
    "VIDEO": DocumentKind.VIDEO,
    "ADVS": DocumentKind.VIDEO,
    "legislation": DocumentKind.RESOLUTION,
    "jurisdiction": DocumentKind.JUDGMENT,
    "video": DocumentKind.VIDEO,
    "letter": DocumentKind.LETTER,
}
_LANGUAGES = {
    OriginalLanguage.ENGLISH: ("en", "eng", "english", "английский"),
    OriginalLanguage.RUSSIAN: ("ru", "rus", "russian", "русский"),
    OriginalLanguage.ARMENIAN: ("hy", "hye", "arm", "armenian"),
    OriginalLanguage.AZERBAIJANI: ("az", "aze", "azerbaijani"),
    OriginalLanguage.TURKISH: ("tr", "tur", "turkish", "turkce"),
    OriginalLanguage.FRENCH: ("fr", "fre", "fra", "french", "francais"),
}
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_LATEX = re.compile(r"[{}]")


def is_ris(head: str) -> bool:
    return bool(_RIS_START.match(head))


def is_bibtex(head: str) -> bool:
    return bool(_BIBTEX_START.match(head))


def read_ris(file) -> list[Row]:
    text = _whole(file)
    _refuse_unended(text)
    try:
        references = rispy.loads(text, skip_unknown_tags=True)
    except (OSError, ValueError, KeyError, IndexError) as error:
        raise Unreadable(_("This is no well-formed RIS file.")) from error
    return _rows(map(_from_ris, references))


def _refuse_unended(text: str) -> None:
    """A reference without its last line would be lost, or run into the next one."""
    begun = 0
    for number, line in enumerate([*text.split("\n"), "TY  -"], 1):
        if line.startswith("ER  -"):
            begun = 0
        elif line.startswith("TY  -"):
            if begun:
                raise Unreadable(
                    _("The reference that begins at line %(line)d has no last line “ER  -”."),
                    params={"line": begun},
                )
            begun = number


def read_bibtex(file) -> list[Row]:
    library = bibtexparser.parse_string(_whole(file))
    for block in library.failed_blocks:
        raise Unreadable(
            _("This is no well-formed BibTeX, at line %(line)d."),
            params={"line": (block.start_line or 0) + 1},
        )
    return _rows(map(_from_bibtex, library.entries))


def _whole(file) -> str:
    file.seek(0, 2)
    if file.tell() > LARGEST:
        raise Unreadable(_("This file is larger than any list of references."))
    try:
        return text_of(file).read()
    except UnicodeDecodeError as error:
        raise Unreadable(_("This file is neither UTF-8 nor UTF-16.")) from error


# One reference, whatever it came from: title, authors, date, language, kind, address, doi, number,
# publisher, rest ([(name, value)]).


def _from_ris(entry: dict) -> dict:
    urls = entry.get("urls") or entry.get("url") or []
    urls = [urls] if isinstance(urls, str) else urls
    known = {
        "type_of_reference", "title", "primary_title", "authors", "first_authors", "year", "date",
        "publication_year", "language", "urls", "url", "doi", "number", "publisher", "id",
    }  # fmt: skip
    dates = map(entry.get, ("date", "year", "publication_year"))
    return {
        "title": entry.get("title") or entry.get("primary_title") or "",
        "authors": entry.get("authors") or entry.get("first_authors") or [],
        "date": _ris_date(next(filter(None, dates), "")),
        "language": entry.get("language", ""),
        "kind": entry.get("type_of_reference", ""),
        "address": urls[0] if urls else "",
        "doi": entry.get("doi", ""),
        "number": entry.get("number", ""),
        "publisher": entry.get("publisher", ""),
        "rest": [(name, value) for name, value in entry.items() if name not in known],
    }


def _ris_date(said: str) -> str:
    """2022/09/13/autumn, 2022/09//, 2022, 2022-09-13."""
    parts = re.split(r"[/-]", said.strip())[:3]
    found = [parts[0]] if parts else []
    for part in parts[1:]:
        if not part.isdigit():
            break
        found.append(part.zfill(2))
    return "-".join(found)


def _from_bibtex(entry) -> dict:
    fields = {field.key.lower(): _plain(field.value) for field in entry.fields}
    known = {
        "title", "author", "date", "year", "month", "day", "language", "langid", "url", "doi",
        "number", "publisher", "institution", "organization",
    }  # fmt: skip
    authors = re.split(r"\s+and\s+", fields.get("author", ""))
    return {
        "title": fields.get("title", ""),
        "authors": [author for author in authors if author],
        "date": fields.get("date") or _bibtex_date(fields),
        "language": fields.get("langid") or fields.get("language", ""),
        "kind": entry.entry_type.lower(),
        "address": fields.get("url", ""),
        "doi": fields.get("doi", ""),
        "number": fields.get("number", ""),
        "publisher": next(
            filter(None, map(fields.get, ("publisher", "institution", "organization"))), ""
        ),
        "rest": [(name, value) for name, value in fields.items() if name not in known],
    }


def _plain(value) -> str:
    return re.sub(r"\s+", " ", _LATEX.sub("", str(value).replace(r"\&", "&"))).strip()


def _bibtex_date(fields: dict[str, str]) -> str:
    year, month, day = (fields.get(name, "") for name in ("year", "month", "day"))
    if month[:3].lower() in _MONTHS:
        month = str(_MONTHS.index(month[:3].lower()) + 1)
    found = year
    if month.isdigit():
        found += f"-{month:0>2}"
        if day.isdigit():
            found += f"-{day:0>2}"
    return found


# Rows


def _rows(references: Iterable[dict]) -> list[Row]:
    """A document that has the same address, or was brought in from here before, is found again."""
    taken: set[str] = set()
    return list(_numbered(references, taken))


def _numbered(references, taken: set[str]) -> Iterator[Row]:
    for number, reference in enumerate(references, 1):
        row = _row(reference)
        row["slug"] = _slug(row, taken)
        taken.add(row["slug"])
        yield number, row


def _row(reference: dict) -> dict:
    title = reference["title"].strip()
    language = _language(reference["language"], title)
    address = reference["address"] or _doi_address(reference["doi"])
    publisher, unknown = _publisher(reference["publisher"])
    rest = [*reference["rest"], *([("publisher", unknown)] if unknown else [])]
    date, undated = _date(reference["date"])
    rest += [("date", undated)] if undated else []
    row = {}
    if language in AVAILABLE_LANGUAGES:
        row = {f"title_{language}": title[:400], f"translation_kind_{language}": "original"}
    return row | {
        "original_title": title[:400],
        "language": language,
        "kind": _KINDS.get(reference["kind"], DocumentKind.REPORT),
        "publisher": publisher,
        "authors": reference["authors"],
        "published_on": date,
        "reference": reference["number"] or reference["doi"],
        "source_url": address,
        "sources": [address] if address else [],
        "internal_note": "\n".join(f"{name}: {_told(value)}" for name, value in rest),
    }


def _told(value) -> str:
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def _date(said: str) -> tuple[str, str]:
    """(the date, what could not be read as one)"""
    try:
        validate_edtf(said) if said else None
    except ValidationError:
        year = re.search(r"\b(?:19|20)\d\d\b", said)
        return (year[0] if year else ""), said
    return str(EDTFDate(said)), ""


def _language(said: str, title: str) -> str:
    code = slugify(said).split("-")[0]
    for language, names in _LANGUAGES.items():
        if code in names or said.lower() in names:
            return language
    if re.search("[а-яё]", title, re.IGNORECASE):
        return OriginalLanguage.RUSSIAN
    if re.search("[ա-ֆ]", title, re.IGNORECASE):
        return OriginalLanguage.ARMENIAN
    if re.search("ə", title, re.IGNORECASE):
        return OriginalLanguage.AZERBAIJANI
    return OriginalLanguage.OTHER if said else OriginalLanguage.ENGLISH


def _doi_address(doi: str) -> str:
    doi = doi.strip().removeprefix("https://doi.org/")
    return f"https://doi.org/{doi}" if doi.startswith("10.") else ""


def _publisher(name: str) -> tuple[str, str]:
    """(the address of the one organisation of this name, or the name of none)"""
    if not name.strip():
        return "", ""
    same = Q()
    for column in ("name_en", "name_ru", "acronym_en", "acronym_ru"):
        same |= Q(**{column: name.strip()})
    found = list(Organisation.objects.filter(same).values_list("slug", flat=True)[:2])
    return (found[0], "") if len(found) == 1 else ("", name.strip())


def _slug(row: dict, taken: set[str]) -> str:
    """That of the document with this address or title; else a new one, made from the title."""
    title = row["original_title"]
    known = Q(pk__in=[])
    if row["source_url"]:
        known |= Q(source_url=row["source_url"])
    elif title:
        known |= Q(original_title=title, published_on=row["published_on"])
    stored = Document.objects.filter(known).exclude(slug__in=taken).order_by("pk").first()
    if stored:
        return stored.slug
    year = row["published_on"][:4]
    base = slugify(f"{title} {year}", max_length=100, word_boundary=True) or "document"
    slug, number = base, 1
    while slug in taken or Document.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug
