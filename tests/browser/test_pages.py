"""What holds for every kind of page: accessible, and readable on a phone.

That it keeps silent, sets no cookie and asks no third party, the `page` fixture sees to."""

import pytest

from .addresses import ADMIN, ERRORS, LANGUAGES, PUBLIC

# Django's own markup: its autocomplete widget, and the unnamed first column of its inlines.
DJANGOS_OWN = (".select2-container", "th.original")

in_both_languages = pytest.mark.parametrize("language", LANGUAGES)
every_page = pytest.mark.parametrize("address", (*PUBLIC, *ERRORS))


def open_everything(page):
    """Unfold what is folded, so that it is looked at too."""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")


@in_both_languages
@every_page
def test_axe_finds_nothing_wrong(page, violations, address, language):
    page.goto(f"/{language}/{address}")
    assert violations(page) == []
    open_everything(page)
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, only=["color-contrast", "link-in-text-block"]) == []


@pytest.mark.browser_context_args(viewport={"width": 360, "height": 740})
@in_both_languages
@every_page
def test_a_phone_never_scrolls_sideways(page, address, language):
    page.goto(f"/{language}/{address}")
    open_everything(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("address", ADMIN)
def test_axe_finds_nothing_wrong_in_the_curators_room(signed_in_page, violations, address):
    page = signed_in_page
    page.goto(address)
    assert violations(page, without=DJANGOS_OWN) == []
    page.emulate_media(color_scheme="dark")
    page.reload()  # colours change gradually there
    assert violations(page, only=["color-contrast"], without=DJANGOS_OWN) == []
