"""What holds for every kind of page: accessible, and readable on a phone.

That it keeps silent, sets no cookie and asks no third party, the `page` fixture sees to."""

import pytest

from .addresses import ADMIN, ERRORS, FORMS, LANGUAGES, PUBLIC
from .conftest import sign_in

# Django's own markup: its autocomplete widget, and the unnamed first column of its inlines.
DJANGOS_OWN = (".select2-container", "th.original")

in_both_languages = pytest.mark.parametrize("language", LANGUAGES)
every_page = pytest.mark.parametrize("address", (*PUBLIC, *ERRORS))


def open_everything(page):
    """Unfold what is folded, so that it is looked at too."""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")


@in_both_languages
@every_page
def test_axe_finds_nothing_wrong_and_a_phone_never_scrolls_sideways(
    page, violations, address, language
):
    page.goto(f"/{language}/{address}")
    assert violations(page) == []
    open_everything(page)
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, only=["color-contrast", "link-in-text-block"]) == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@in_both_languages
def test_axe_finds_nothing_wrong_where_a_request_is_refused(page, violations, language):
    def ask_as_if_elsewhere(route):
        headers = {**route.request.headers, "host": "elsewhere.example"}
        route.fulfill(response=route.fetch(headers=headers))

    page.route(f"**/{language}/about/", ask_as_if_elsewhere)
    assert page.goto(f"/{language}/about/").status == 400
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, only=["color-contrast", "link-in-text-block"]) == []


def inspect(page, violations):
    assert violations(page, without=DJANGOS_OWN) == []
    page.emulate_media(color_scheme="dark")
    # Colours change gradually there: looked at once they have.
    page.evaluate("Promise.all(document.getAnimations().map(one => one.finished))")
    assert violations(page, only=["color-contrast"], without=DJANGOS_OWN) == []
    page.emulate_media(color_scheme="light")


@pytest.mark.parametrize("address", ADMIN)
def test_axe_finds_nothing_wrong_in_the_curators_room(administrators_page, violations, address):
    administrators_page.goto(address)
    inspect(administrators_page, violations)


@pytest.mark.parametrize("kind", FORMS)
def test_axe_finds_nothing_wrong_from_a_form_to_its_history(administrators_page, violations, kind):
    page = administrators_page
    open_form(page, kind)
    inspect(page, violations)
    page.goto(page.url.replace("/change/", "/history/"))
    inspect(page, violations)


def test_axe_finds_nothing_wrong_where_a_step_is_confirmed(administrators_page, violations):
    page = administrators_page
    open_form(page, "person")
    page.click("[name=_step][value=withdraw]")
    page.wait_for_selector("[name=confirmed]")
    inspect(page, violations)


def open_form(page, kind):
    page.goto(f"/admin/archive/{kind}/?q={FORMS[kind]}")
    page.goto(page.locator("#result_list tbody th a").first.get_attribute("href"))
    assert page.url.partition("?")[0].endswith("/change/")


# The words of the heading, and the boxes that may come to lie upon it or upon each other.
COVERED = """() => {
  const words = document.createRange();
  words.selectNodeContents(document.querySelector('#content h1'));
  const others = document.querySelectorAll('.object-tools a, #searchbar, fieldset:first-of-type h2');
  const boxes = [...words.getClientRects(), ...[...others].map(one => one.getBoundingClientRect())];
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  return boxes.some((a, at) => boxes.slice(at + 1).some(b => meet(a, b)));
}"""


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_in_the_curators_room_nothing_is_covered_or_hangs_over_the_edge(page, width):
    page.set_extra_http_headers({"Accept-Language": "ru"})
    sign_in(page, "administrator")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/admin/archive/document/")
    assert not page.evaluate(COVERED)
    open_form(page, "document")
    assert page.locator(".object-tools a").count() > 1
    assert not page.evaluate(COVERED)
    page.goto(page.url.replace("/change/", "/history/"))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
