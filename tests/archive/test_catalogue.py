"""The Russian catalogue is complete: nothing missing, fuzzy, obsolete or broken.

Strings are collected anew in a copy of the sources, so the test needs GNU gettext.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
CATALOGUE = ROOT / "locale" / "ru" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|%[a-z]\b")

needs_gettext = pytest.mark.skipif(
    not shutil.which("xgettext"), reason="GNU gettext is not installed"
)


@pytest.fixture(scope="module")
def catalogue():
    return polib.pofile(str(CATALOGUE))


def name(entry):
    return (entry.msgctxt or "", entry.msgid, entry.msgid_plural or "")


@needs_gettext
def test_the_catalogue_holds_exactly_the_strings_of_the_sources(catalogue, tmp_path):
    unwanted = shutil.ignore_patterns("static", "fonts", "__pycache__", "*.mo")
    for folder in ("archive", "portal", "locale"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=unwanted)
    shutil.copy(ROOT / "manage.py", tmp_path)
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", "--locale=ru", "--verbosity=0"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    collected = polib.pofile(str(tmp_path / "locale" / "ru" / "LC_MESSAGES" / "django.po"))
    wanted = {name(entry) for entry in collected if not entry.obsolete}
    held = {name(entry) for entry in catalogue if not entry.obsolete}
    assert wanted - held == set(), "not in the catalogue: run `make messages`"
    assert held - wanted == set(), "no longer in the sources: run `make messages`"


def test_every_string_is_translated(catalogue):
    assert [name(entry) for entry in catalogue.untranslated_entries()] == []


def test_no_translation_is_a_guess_or_a_relic(catalogue):
    assert [name(entry) for entry in catalogue.fuzzy_entries()] == []
    assert [name(entry) for entry in catalogue.obsolete_entries()] == []


def test_russian_plurals_have_all_their_forms(catalogue):
    assert "n%10==1 && n%100!=11" in catalogue.metadata["Plural-Forms"].replace(" % ", "%")
    forms = {
        name(entry): [text for text in entry.msgstr_plural.values() if text]
        for entry in catalogue
        if entry.msgid_plural
    }
    expected = int(re.search(r"nplurals=(\d)", catalogue.metadata["Plural-Forms"]).group(1))
    assert {key for key, texts in forms.items() if len(texts) != expected} == set()


def test_placeholders_survive_translation(catalogue):
    """Every name in the original is in the translation, and no other."""
    broken = []
    for entry in catalogue:
        if not any(flag.endswith("python-format") for flag in entry.flags):
            continue
        original = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        original |= set(PLACEHOLDER.findall(entry.msgid))
        for text in (entry.msgstr, *entry.msgstr_plural.values()):
            used = set(PLACEHOLDER.findall(text))
            if text and (used - original or (original - used and not entry.msgid_plural)):
                broken.append(name(entry))
    assert broken == []


def test_russian_is_set_with_russian_quotation_marks(catalogue):
    quoted = re.compile(r"[“”]|(?<![=<\w])\"(?=[А-Яа-яё])")
    assert [entry.msgstr for entry in catalogue if quoted.search(entry.msgstr)] == []
