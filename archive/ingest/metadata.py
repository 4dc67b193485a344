"""What a text says of itself in its own lines, what its address says, and in which language it is
written. Every value comes with a code of where it was found."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple
from urllib.parse import urlsplit

import dateparser
from lingua import Language, LanguageDetector, LanguageDetectorBuilder

from archive.models import Organisation, OriginalLanguage
from archive.models.addresses import key_of
from archive.search.analyser import fold

_HEAD, _TAIL = 15, 3  # lines that may be about the text instead of its words
_LONGEST_TITLE, _LONGEST_LINE = 220, 80
_BEGINNING = 120  # characters of a text that stand for a title it does not have
_ENOUGH = 20  # letters that tell a language
_READ = 20_000  # characters of a text by which its language is told

_BYLINE = re.compile(
    r"(?:by|written by|authors?|автор(?:ы)?|текст|müəllif(?:lər)?|yazar|հեղինակ)\s*(:?)\s+"
    r"(?P<names>\S.{2,70})",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"(?:source|источник|mənbə|kaynak|աղբյուր|©|\(c\))\s*:?\s*(?P<name>\S.{1,70})",
    re.IGNORECASE,
)
# What lines above a text say of a picture, a category or the page.
_NO_TITLE = re.compile(
    r"(?:image|photo|foto|picture|video|source|read more|updated?|фото|видео|источник|mənbə|şəkil"
    r"|լուսանկար)\b\s*[:/(]|[<!|#*>]|https?://|.*-->",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b(?:\d{4}-\d\d-\d\d"
    r"|\d{1,2}[./]\d{1,2}[./]\d{4}"
    r"|\d{1,2}(?:st|nd|rd|th)?\.?\s+(?:of\s+)?[^\W\d_]{3,12}\.?,?\s+\d{4}"
    r"|[^\W\d_]{3,12}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4})\b"
)
_TIME = re.compile(r"\d{1,2}:\d\d(?::\d\d)?|\b(?:[ap]\.?m\.?|UTC|GMT|MSK|МСК)\b", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_][^\W\d_'’.-]*(?:[ '’.-]+[^\W\d_][^\W\d_'’.-]*){1,4}\.?")
_AND = re.compile(r"\s*(?:,|;|&|\band\b|\bи\b|\bvə\b|\bև\b)\s*")
_SENTENCE_END = re.compile(r"[.…:;](?:[\"”»’]?)$")

# Besides those that documents are described in, languages that would be taken for one of them.
_LANGUAGES = {
    Language.ENGLISH: OriginalLanguage.ENGLISH,
    Language.RUSSIAN: OriginalLanguage.RUSSIAN,
    Language.ARMENIAN: OriginalLanguage.ARMENIAN,
    Language.AZERBAIJANI: OriginalLanguage.AZERBAIJANI,
    Language.TURKISH: OriginalLanguage.TURKISH,
    Language.FRENCH: OriginalLanguage.FRENCH,
}
_OTHERS = [
    *(Language.UKRAINIAN, Language.BELARUSIAN, Language.BULGARIAN, Language.GERMAN),
    *(Language.SPANISH, Language.ITALIAN, Language.PORTUGUESE, Language.DUTCH, Language.POLISH),
    *(Language.ROMANIAN, Language.GREEK, Language.GEORGIAN, Language.PERSIAN, Language.ARABIC),
    *(Language.HEBREW, Language.KAZAKH),
]


class Told(NamedTuple):
    value: str | list[str]
    origin: str


def language_of(text: str) -> str:
    """A code of `OriginalLanguage`; "" where there are too few letters to tell."""
    text = text[:_READ]
    if sum(1 for letter in text if letter.isalpha()) < _ENOUGH:
        return ""
    found = _detector().detect_language_of(text)
    return str(_LANGUAGES.get(found, OriginalLanguage.OTHER)) if found else ""


@cache
def _detector() -> LanguageDetector:
    """Right on whole texts with the tenth part of its models, and of their memory."""
    languages = [*_LANGUAGES, *_OTHERS]
    return LanguageDetectorBuilder.from_languages(*languages).with_low_accuracy_mode().build()


def told_by(paragraphs: list[str], organisation_called: Callable[[str], int | None]) -> dict:
    """field → `Told`, from the lines above and below the words: title, authors, publisher (only
    one that is known), published_on."""
    head = paragraphs[:_HEAD]
    told: dict[str, Told] = {}
    authors = []
    for line in head:
        if match := _BYLINE.fullmatch(line):
            for name in _AND.split(match["names"]):
                if organisation_called(name):
                    told.setdefault("publisher", Told(name, "line"))
                elif _NAME.fullmatch(name) and not name.islower():
                    authors.append(name)
        elif (match := _CREDIT.fullmatch(line)) and organisation_called(match["name"]):
            told.setdefault("publisher", Told(match["name"], "line"))
    if authors:
        told["authors"] = Told(authors, "line")
    if title := _title(head):
        told["title"] = title
    for line in [*head, *paragraphs[_HEAD:][-_TAIL:]]:
        if found := _date_line(line):
            told["published_on"] = Told(found.isoformat(), "line")
            break
    return told


def _title(head: list[str]) -> Told | None:
    """The first line that could be one, before the words begin."""
    for line in head:
        if _NO_TITLE.match(line) or _BYLINE.fullmatch(line) or _date_line(line):
            continue
        if len(line.split()) < 2:
            continue
        if len(line) <= _LONGEST_TITLE and not _SENTENCE_END.search(line):
            return Told(line, "first_line")
        shortened = line[: _BEGINNING + 1].rpartition(" ")[0].rstrip(" ,;:–-")
        return Told(line if len(line) <= _BEGINNING else f"{shortened} …", "beginning")
    return None


def _date_line(line: str) -> dt.date | None:
    """The day of a line that says little else: “Published: 3 October 2022, 10:40”."""
    if len(line) > _LONGEST_LINE or not (found := _DATE.search(line)):
        return None
    rest = _TIME.sub(" ", line[: found.start()] + " " + line[found.end() :])
    if len(re.findall(r"[^\W\d_]{2,}", rest)) > 4:
        return None
    return date_in(found[0])


def date_in(text: str) -> dt.date | None:
    """The day that a date in words or numbers names (the day before the month), not one to come."""
    read = dateparser.parse(
        text,
        languages=["en", "ru", "az", "hy", "tr", "fr"],
        settings={
            "DATE_ORDER": "YMD" if re.match(r"\d{4}-", text) else "DMY",
            "STRICT_PARSING": True,
        },
    )
    tomorrow = dt.date.today() + dt.timedelta(days=1)
    return read.date() if read and dt.date(1900, 1, 1) <= read.date() <= tomorrow else None


class Publishers:
    """The organisations of the archive, drafts too, by what they are called and where they are.
    One query."""

    def __init__(self):
        self._called: dict[str, int] = {}
        self._sites: dict[str, tuple[int, str]] = {}
        fields = ["pk", "name_en", "name_ru", "acronym_en", "acronym_ru", "aliases", "website"]
        for pk, *names, aliases, website in Organisation.objects.order_by("-pk").values_list(
            *fields
        ):
            for name in filter(None, [*names, *aliases]):
                self._called[_folded(name)] = pk
            if website:
                self._sites[key_of(website)] = pk, names[0] or names[1]

    def called(self, name: str) -> int | None:
        return self._called.get(_folded(name))

    def at(self, address: str) -> tuple[int, str] | None:
        """Number and name of that whose site an address belongs to; the nearest if several."""
        key = key_of(address)
        for site in _wider(key):
            if site in self._sites:
                return self._sites[site]
        return None


def _wider(key: str) -> Iterator[str]:
    """example.org/a/b, example.org/a, example.org, and the same for news.example.org."""
    host, *steps = key.partition("?")[0].split("/")
    while "." in host:
        for count in range(len(steps), -1, -1):
            yield "/".join([host, *steps[:count]])
        host = host.partition(".")[2]


def site_of(address: str) -> str:
    """The name of the site as its address has it: news.example.org."""
    return (urlsplit(address).hostname or "").removeprefix("www.")


def _folded(name: str) -> str:
    return " ".join(re.findall(r"\w+", fold(name)))
