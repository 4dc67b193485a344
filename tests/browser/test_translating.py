"""Translating by keyboard, and without JavaScript; on a phone one under the other."""

import pytest
from playwright.sync_api import expect

from .conftest import AXE, PASSWORD, press_in_russian

without_javascript = pytest.mark.browser_context_args(java_script_enabled=False)
NEW = "/admin/archive/incident/add/"


def sign_in(page, name):
    page.goto("/admin/login/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("#login-form [type=submit]")
    page.wait_for_url("**/admin/")


def write_an_incident(page, slug):
    """A draft in English only. Returns the address of its translation into Russian."""
    page.goto(NEW)
    page.fill("[name=title_en]", "Shelling of a road alleged")
    page.fill("[name=summary_en]", "According to the mayor, a road was shelled.")
    page.fill("[name=slug]", slug)
    page.select_option("[name=phase]", "war_2020")
    page.select_option("[name=victims_side]", "armenian")
    page.select_option("[name=responsible_side]", "azerbaijani")
    page.click("[name=_continue]")
    page.wait_for_url("**/change/")
    return page.url.replace("/change/", "/translate/ru/")


def field(page, name):
    return page.locator(f"textarea[name$={name}_ru]")


def test_a_record_is_translated_without_touching_the_mouse(page):
    sign_in(page, "curator")
    screen = write_an_incident(page, "translated-by-keyboard")
    page.goto(screen)
    expect(field(page, "title")).to_be_focused()
    page.keyboard.type("Сообщения об обстреле дороги")
    page.keyboard.press("Control+Enter")
    expect(field(page, "summary")).to_be_focused()
    expect(field(page, "title")).to_have_value("Сообщения об обстреле дороги")
    page.keyboard.type("По словам мэра, дорога была обстреляна.")
    press_in_russian(page, "KeyS", "ы", ctrlKey=True)
    expect(page.locator(".messagelist .success")).to_be_visible()
    expect(page.locator(".pair-missing")).to_have_count(0)
    page.goto(screen.replace("/translate/ru/", "/change/"))
    page.fill("[name=summary_en]", "According to the governor, a road was shelled.")
    with page.expect_navigation():
        press_in_russian(page, "KeyS", "ы", ctrlKey=True)
    page.goto(screen)
    expect(field(page, "summary")).to_be_focused()
    expect(page.locator(".pair-differences del")).to_contain_text("mayor")
    expect(page.locator(".pair-differences ins")).to_contain_text("governor")
    page.keyboard.press("Tab")
    expect(page.locator("[name=_holds]")).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.goto(screen)
    expect(page.locator(".pair-outdated")).to_have_count(0)


@without_javascript
def test_a_record_is_translated_without_javascript(page):
    sign_in(page, "curator")
    page.goto(write_an_incident(page, "translated-without-javascript"))
    field(page, "title").fill("Сообщения об обстреле дороги")
    page.click("[name=_next]")
    page.wait_for_url("**#id_incident-*-summary_ru")
    expect(field(page, "title")).to_have_value("Сообщения об обстреле дороги")


@pytest.mark.parametrize("width", [360, 1280])
def test_the_screen_fits_and_is_read_out(page, width):
    sign_in(page, "curator")
    page.goto(write_an_incident(page, f"translated-at-{width}"))
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    source = page.locator(".pair-missing .pair-source").first.bounding_box()
    target = page.locator(".pair-missing .pair-target").first.bounding_box()
    side_by_side = target["x"] > source["x"] + source["width"] / 2
    assert side_by_side is (width == 1280)
    assert side_by_side or target["y"] > source["y"]
    page.evaluate(AXE)
    result = page.evaluate("axe.run('.translate')")
    assert [problem["id"] for problem in result["violations"]] == []
    assert page.locator("[name=_at]").input_value() != ""


def test_a_pasted_text_that_is_too_long_is_counted_and_never_cut(page):
    sign_in(page, "curator")
    page.goto(write_an_incident(page, "translated-at-length"))
    field(page, "title").fill("ж" * 301)
    expect(page.locator(".letters.too-many")).to_have_text("301 / 300")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".pair-target .errorlist")).to_be_visible()
    expect(field(page, "title")).to_have_value("ж" * 301)
