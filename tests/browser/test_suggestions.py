"""Suggestions while a reader types: by keyboard, by pointer, and not at all without JavaScript."""

import pytest
from playwright.sync_api import expect

from .addresses import LANGUAGES

FIELD = "main [name=q]"
without_javascript = pytest.mark.browser_context_args(java_script_enabled=False)
in_both_languages = pytest.mark.parametrize("language", LANGUAGES)
# Where there is a search field, with the field.
FIELDS = {
    "": "#home-q",
    "search/": "#list-q",
    "documents/": "#list-q",
    "about/": "#masthead-q",
    "documents/no-such-record/": "#error-q",
}


def type_into(page, field, text):
    page.locator(field).press_sequentially(text, delay=10)
    options = page.get_by_role("option")
    expect(options.last).to_be_visible()
    return options


@in_both_languages
@pytest.mark.parametrize("address", FIELDS)
def test_every_search_field_suggests(page, violations, language, address):
    page.goto(f"/{language}/{address}")
    field = FIELDS[address]
    options = type_into(page, field, "Shush")
    expect(options.first).to_contain_text("Shush")
    expect(page.locator(field)).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, only=["color-contrast"]) == []


@in_both_languages
def test_the_keyboard_goes_through_the_options_and_opens_a_record(page, language):
    page.goto(f"/{language}/")
    options = type_into(page, FIELD, "Shush")
    field = page.locator(FIELD)
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", options.first.get_attribute("id"))
    page.keyboard.press("ArrowUp")
    assert field.get_attribute("aria-activedescendant") is None
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Home")
    assert field.get_attribute("aria-activedescendant") is None
    page.keyboard.press("ArrowDown")
    wanted = options.first.get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{wanted}")


def test_escape_closes_the_list_and_keeps_the_text(page):
    page.goto("/en/")
    options = type_into(page, FIELD, "Shush")
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    expect(page.locator(FIELD)).to_have_value("Shush")
    expect(page.locator(FIELD)).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_be_visible()


def test_enter_without_a_choice_searches_for_what_was_typed(page):
    page.goto("/ru/")
    type_into(page, FIELD, "Shush")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ru/search/?q=Shush")


def test_enter_in_a_list_that_stays_closes_the_suggestions(page):
    page.goto("/en/documents/")
    options = type_into(page, "#list-q", "Shush")
    page.keyboard.press("Enter")
    page.wait_for_url("**/documents/?*q=Shush*")
    expect(options).to_have_count(0)


def test_a_click_opens_a_record(page):
    page.goto("/en/")
    option = type_into(page, FIELD, "Shush").first
    wanted = option.get_attribute("href")
    option.click()
    page.wait_for_url(f"**{wanted}")


def test_the_last_option_searches_the_whole_archive(page):
    page.goto("/en/documents/")
    type_into(page, "#list-q", "Shush").last.click()
    page.wait_for_url("**/en/search/?q=Shush")


def test_leaving_the_field_closes_the_list(page):
    page.goto("/en/")
    options = type_into(page, FIELD, "Shush")
    page.keyboard.press("Tab")
    expect(options).to_have_count(0)


def test_nothing_typed_suggests_nothing(page):
    page.goto("/en/")
    options = type_into(page, FIELD, "Shush")
    page.fill(FIELD, "")
    expect(options).to_have_count(0)


def test_a_screen_reader_is_told_how_many_there_are(page):
    page.goto("/en/")
    options = type_into(page, FIELD, "Shush")
    told = f"{options.count() - 1} suggestion"
    expect(page.locator(".opening-search [role=status]")).to_contain_text(told)


def test_only_the_last_of_many_keys_asks_the_server(page):
    page.goto("/en/")
    asked = []
    page.on("request", lambda request: "/suggest/" in request.url and asked.append(request.url))
    page.locator(FIELD).focus()
    page.locator(FIELD).evaluate(
        "field => ['S', 'Sh', 'Shu', 'Shus'].forEach(typed => {"
        " field.value = typed; field.dispatchEvent(new Event('input')); })"
    )
    expect(page.get_by_role("option").first).to_contain_text("Shus")
    assert [url.partition("?")[2] for url in asked] == ["q=Shus"]


def test_letters_that_are_still_being_composed_suggest_and_their_keys_choose_nothing(page):
    """A phone composes every word; an input method takes the arrows and Enter for itself."""
    page.goto("/en/")
    field = page.locator(FIELD)
    field.focus()
    composed = {"text": "Shush", "selectionStart": 5, "selectionEnd": 5}
    page.context.new_cdp_session(page).send("Input.imeSetComposition", composed)
    options = page.get_by_role("option")
    expect(options.first).to_contain_text("Shush")
    field.dispatch_event("keydown", {"key": "ArrowDown", "isComposing": True})
    assert page.locator("[aria-selected=true]").count() == 0
    field.dispatch_event("keydown", {"key": "ArrowDown"})
    expect(options.first).to_have_attribute("aria-selected", "true")


def test_a_question_that_is_no_longer_asked_is_taken_back(page):
    page.goto("/en/")
    held, taken_back = [], []
    page.route("**/suggest/?q=S", lambda route: held.append(route))
    page.on("requestfailed", lambda request: taken_back.append(request.url))
    with page.expect_request("**/suggest/?q=S"):
        page.locator(FIELD).press_sequentially("S")
    type_into(page, FIELD, "hush")
    # Of what was typed after it some may be taken back as well.
    assert sum(url.endswith("?q=S") for url in taken_back) == 1


@pytest.mark.browser_context_args(viewport={"width": 360, "height": 740})
@in_both_languages
@pytest.mark.parametrize("address", FIELDS)
def test_on_a_phone_the_list_fits(page, language, address):
    page.goto(f"/{language}/{address}")
    options = type_into(page, FIELDS[address], "Arm")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    box = options.first.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    assert box["height"] >= 44


@without_javascript
@in_both_languages
def test_without_javascript_the_field_simply_searches(page, language):
    page.goto(f"/{language}/")
    field = page.locator(FIELD)
    assert field.get_attribute("role") is None
    field.fill("Shusha")
    field.press("Enter")
    page.wait_for_url(f"**/{language}/search/?q=Shusha")
    assert page.locator(".record-list li").count() > 0
