"""Taking in, in a real browser: from a file to a draft, by keys and without JavaScript."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import press_in_russian, sign_in
from .test_pages import inspect

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def article(tmp_path):
    """A text that the archive does not have yet, which names what it knows."""
    number = secrets.token_hex(3)
    # Like no other article of these tests: what is like another is asked about first.
    words = " ".join(secrets.token_hex(4) for _word in range(80))
    path = tmp_path / f"article-{number}.txt"
    path.write_text(
        f"Observers publish report {number}\n\n"
        "Human Rights Watch said on Monday that it had looked at the footage.\n\n"
        "Amnesty International called for an investigation of what happened in Shushi. "
        f"The report has the number {number}.\n\n{words}\n"
    )
    return path


@pytest.fixture
def worker(production, base_url):
    """What does the work in the background, as `make serve` starts it."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "db_worker", "--interval=0.2", "--no-startup-delay"],
        cwd=ROOT,
        env={**os.environ, **production},
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    yield
    process.terminate()
    process.wait(timeout=20)


def bring(page, path):
    page.goto("/admin/")
    page.get_by_role("link", name="Add from a file or an address").click()
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="Take in").click()


def test_from_a_file_to_a_draft_by_keys(signed_in_page, worker, article):
    page = signed_in_page
    bring(page, article)
    # It goes on by itself, without a reload by hand.
    page.wait_for_selector("#intake-form", timeout=60_000)
    assert page.input_value("#id_original_title").startswith("Observers publish report")
    rows = page.locator(".suggestion").count()
    page.locator("#recognised").click()
    press_in_russian(page, "KeyJ", "о")
    assert page.evaluate("document.activeElement.id").startswith("suggestion-")
    with page.expect_response("**/answer/") as given:
        page.keyboard.press("a")
    assert given.value.status == 204
    for _row in range(rows - 1):
        with page.expect_response("**/answer/"):
            page.keyboard.press("r")
    accepted = page.locator(".suggestion").first.locator("a").first.inner_text()
    assert page.locator("input[value=accepted]:checked").count() == 1
    page.reload()
    assert page.locator("input[value=accepted]:checked").count() == 1
    assert page.locator("input[value=rejected]:checked").count() == rows - 1
    page.select_option("#id_kind", "news_article")
    page.get_by_role("button", name="Make the draft document").click()
    page.wait_for_url("**/document/*/change/")
    assert page.input_value("#id_title_en").startswith("Observers publish report")
    assert accepted in page.locator(".fieldBox.field-organisations").inner_text()
    assert page.locator(".inline-related").filter(has_text="SHA-256").count() == 1


def test_letters_typed_into_a_field_answer_nothing(signed_in_page, worker, article):
    page = signed_in_page
    bring(page, article)
    page.wait_for_selector("#intake-form", timeout=60_000)
    page.locator("#id_authors").press_sequentially("jar")
    assert page.input_value("#id_authors") == "jar"
    assert page.locator(".suggestion input:checked").count() == 0


def test_without_javascript_all_of_it_works(browser, base_url, worker, article):
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    page = sign_in(context.new_page(), "curator")
    bring(page, article)
    page.wait_for_selector("#intake-form", timeout=60_000)  # the page reloads itself
    page.locator("#kind-organisation").get_by_role("button").click()
    group = page.locator("#kind-organisation .suggestion")
    assert page.locator("#kind-organisation input[value=accepted]:checked").count() == group.count()
    page.select_option("#id_kind", "news_article")
    page.get_by_role("button", name="Make the draft document").click()
    page.wait_for_url("**/document/*/change/*")
    context.close()


def test_the_pages_are_accessible(signed_in_page, worker, article, violations):
    page = signed_in_page
    page.goto("/admin/archive/intake/add/")
    inspect(page, violations)
    bring(page, article)
    page.wait_for_selector("#intake-form", timeout=60_000)
    inspect(page, violations)
    page.goto("/admin/archive/intake/")
    inspect(page, violations)


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_no_page_is_wider_than_the_screen(signed_in_page, worker, article, width):
    page = signed_in_page
    page.set_viewport_size({"width": width, "height": 900})
    bring(page, article)
    page.wait_for_selector("#intake-form", timeout=60_000)
    here = page.url
    for address in (here, "/admin/archive/intake/", "/admin/archive/intake/add/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
