"""What readers and curators do, from one page to the next."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from .addresses import LANGUAGES
from .conftest import sign_in

without_javascript = pytest.mark.browser_context_args(java_script_enabled=False)


def parameters(page):
    return parse_qs(urlsplit(page.url).query)


def count(page):
    return int("".join(c for c in page.locator(".results-count").inner_text() if c.isdigit()))


def other(language):
    return "ru" if language == "en" else "en"


def search_then_filter(page, language, javascript):
    """Home → search → only the documents that match. Returns the facet's name."""
    page.goto(f"/{language}/")
    page.fill("main [name=q]", "35746/11")
    page.press("main [name=q]", "Enter")
    page.wait_for_url(f"**/{language}/search/?q=35746*")
    before = count(page)
    assert before > 0
    fold = page.locator("#filter-panel > summary")
    if fold.is_visible():
        fold.click()
    page.locator(".facet [name=type][value=documents]").check()
    if not javascript:
        page.locator(".filters .apply").first.click()
    page.wait_for_url("**type=documents*")
    page.wait_for_load_state("networkidle")
    assert 0 < count(page) < before
    return "type"


def switch_open_back(page, language, name):
    """Another language, the first record, and back to the same results."""
    kept = parameters(page)
    shown = count(page)
    page.locator(f".languages a[hreflang={other(language)}]").click()
    page.wait_for_url(f"**/{other(language)}/search/?*")
    assert {k: v for k, v in parameters(page).items() if v != [""]} == {
        k: v for k, v in kept.items() if v != [""]
    }
    assert count(page) == shown
    results = page.url
    record = page.locator("#results .record-list a").first
    record.click()
    page.wait_for_url(f"**/{other(language)}/documents/*/")
    assert page.locator("h1").count() == 1
    page.go_back()
    page.wait_for_url(results)
    assert count(page) == shown
    assert page.locator(f"input[name={name}]:checked").count() == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_search_filter_switch_open_and_back(page, language):
    switch_open_back(page, language, search_then_filter(page, language, javascript=True))


@without_javascript
@pytest.mark.parametrize("language", LANGUAGES)
def test_search_filter_switch_open_and_back_without_javascript(page, language):
    switch_open_back(page, language, search_then_filter(page, language, javascript=False))


def test_a_chip_takes_its_filter_away(page):
    page.goto("/en/incidents/?side=armenian&phase=war_2020")
    narrowed = count(page)
    page.locator("a.chip, .chip a").first.click()
    page.wait_for_url(lambda url: not ("side=" in url and "phase=" in url))
    page.wait_for_load_state("networkidle")
    assert count(page) > narrowed


def test_back_undoes_a_filter(page):
    page.goto("/en/incidents/")
    everything = count(page)
    page.locator(".facet input[type=checkbox]:visible").first.check()
    page.wait_for_url("**/incidents/?*")
    expect(page.locator(".results-count")).not_to_contain_text(str(everything))
    page.go_back()
    page.wait_for_url("**/incidents/")
    expect(page.locator(".results-count")).to_contain_text(str(everything))


@without_javascript
def test_a_phone_menu_opens_without_javascript(page):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/ru/documents/")
    page.locator(".menu-phone > summary").click()
    page.locator(".menu-phone a[href='/ru/incidents/']").click()
    page.wait_for_url("**/ru/incidents/")


@without_javascript
def test_what_describes_violence_is_opened_by_choice(page):
    page.goto("/en/incidents/pow-execution-video-2022/")
    gate = page.locator("details.gate").first
    assert gate.get_attribute("open") is None
    gate.locator("summary").first.click()
    assert gate.get_attribute("open") is not None


def test_the_keyboard_reaches_the_text_first(page):
    page.goto("/en/cases/saribekyan-balyan-v-azerbaijan/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def choose(page, field, text):
    """Pick the first answer of an autocomplete box of the admin."""
    page.locator(f"#id_{field} + .select2-container").click()
    page.locator(".select2-dropdown .select2-search__field").fill(text)
    page.locator(".select2-results__option:not(.loading-results)", has_text=text).first.click()


def test_a_curator_adds_a_claim(signed_in_page):
    page = signed_in_page
    page.goto("/admin/archive/claim/add/")
    page.fill("#id_slug", "added-in-a-browser")
    choose(page, "speaker_organisation", "Amnesty International")
    page.select_option("#id_kind", "alleges")
    page.fill("#id_date", "2022-10-03")
    for language, text in (("en", "Written in a browser."), ("ru", "Написано в браузере.")):
        field = page.locator(f"#id_text_{language}")
        if not field.is_visible():
            page.locator(f"a[href$='{language}']:visible").first.click()
        field.fill(text)
    page.locator("[name=_continue]:visible").click()
    page.wait_for_url("**/admin/archive/claim/*/change/")
    assert page.locator(".errornote").count() == 0
    assert page.input_value("#id_text_ru") == "Написано в браузере."
    page.goto("/admin/archive/claim/?q=БРАУЗЕРЕ")
    assert page.locator("#result_list tbody tr").count() == 1
    assert page.request.get("/en/claims/added-in-a-browser/").status == 404


def leave(page, *, stays: bool):
    """Try to leave, and stay where the browser asks."""
    asked = []

    def answer(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    page.once("dialog", answer)
    here = page.url
    page.locator("#site-name a, .breadcrumbs a").first.click(no_wait_after=True)
    if stays:
        page.wait_for_timeout(300)
    else:
        page.wait_for_url(lambda url: url != here)
        page.remove_listener("dialog", answer)
    assert asked == ["beforeunload"] * stays


def test_a_comment_of_a_review_is_not_left_behind_unasked(page):
    sign_in(page, "reviewer")
    page.goto("/admin/archive/document/")
    page.locator("#result_list tbody th a").first.click()
    page.wait_for_url("**/change/")
    review = page.url.replace("/change/", "/review/")
    page.goto(review)
    leave(page, stays=False)
    page.goto(review)
    comment = page.locator(".write-comment").first
    comment.locator("summary").click()
    comment.locator("textarea").fill("Which observers?")
    leave(page, stays=True)
    assert comment.locator("textarea").input_value() == "Which observers?"
    comment.get_by_role("button", name="Add the comment").click()
    page.wait_for_url("**/review/#comment-*")
    leave(page, stays=False)
