"""From a file to a public record, its correction and its withdrawal, by three people."""

import re
import secrets

import pytest

from .conftest import sign_in
from .test_intake import article, bring, worker  # noqa: F401


@pytest.fixture
def room(browser, base_url):
    """room("reviewer") → a page of that user, in a browser of their own."""
    contexts = []

    def enter(name):
        contexts.append(browser.new_context(base_url=base_url))
        return sign_in(contexts[-1].new_page(), name)

    yield enter
    for context in contexts:
        context.close()


def of_readers(page, slug):
    """What a reader finds at the record's address, in each language."""
    with page.context.browser.new_context() as context:
        reader = context.new_page()
        found = {}
        for language in ("en", "ru"):
            answer = reader.goto(f"{site_of(page)}/{language}/documents/{slug}/")
            found[language] = answer.status, reader.inner_text("main")
        return found


def site_of(page):
    return re.match(r"https?://[^/]+", page.url)[0]


def confirm_all(page):
    """Stand for every point of the checklist that is left to a person."""
    page.locator("a, button").filter(has_text="Checklist and review").first.click()
    while (button := page.locator("button[name=confirm]").first).count():
        button.click()


def test_from_a_file_to_a_public_record_and_to_its_end(room, worker, article):  # noqa: F811
    number = secrets.token_hex(3)
    curator, translator, reviewer = (room(one) for one in ("curator", "translator", "reviewer"))

    # Taken in, with a suggestion that is accepted.
    bring(curator, article)
    curator.wait_for_selector("#intake-form", timeout=60_000)
    curator.locator(".suggestion input[value=accepted]").first.check()
    curator.select_option("#id_kind", "news_article")
    curator.get_by_role("button", name="Make the draft document").click()
    curator.wait_for_url("**/document/*/change/")
    address = curator.url
    slug = curator.input_value("#id_slug")
    curator.fill("#id_summary_en", f"Observers report number {number}, as they say.")
    curator.fill("#id_sources", "https://example.org/observers")
    curator.get_by_role("button", name="Save", exact=True).click()
    assert {status for status, _text in of_readers(curator, slug).values()} == {404}

    # Translated.
    translator.goto(address.replace("change/", "translate/"))
    translator.wait_for_selector("main textarea, main input[type=text]")
    translator.fill("[name$=title_ru]", f"Наблюдатели опубликовали доклад {number}")
    translator.fill("[name$=summary_ru]", f"Наблюдатели сообщают о докладе {number}, по их словам.")
    translator.locator("[name$=summary_ru]").press("Control+Enter")
    translator.wait_for_load_state("networkidle")

    # Submitted, returned with a reason, mended, submitted again.
    curator.goto(address)
    curator.get_by_role("button", name="Save and submit for review").click()
    reviewer.goto(address.replace("change/", "review/"))
    reviewer.fill(".decide #id_reason", "Say which observers.")
    reviewer.get_by_role("button", name="Return", exact=True).click()
    curator.goto("/admin/")
    assert "Observers publish report" in curator.inner_text("#content-main")
    curator.goto(address)
    assert "Say which observers." in curator.inner_text("#content")
    curator.fill("#id_summary_en", f"Independent observers report number {number}, as they say.")
    for box in curator.locator("input[name=_settle]").all():
        box.check()
    curator.get_by_role("button", name="Save and submit for review").click()
    assert {status for status, _text in of_readers(curator, slug).values()} == {404}

    # Published by another.
    reviewer.goto(address)
    confirm_all(reviewer)
    reviewer.get_by_role("button", name="Publish…").click()
    reviewer.get_by_role("button", name="Yes, publish").click()
    readers = of_readers(curator, slug)
    assert {status for status, _text in readers.values()} == {200}
    assert "Independent observers" in readers["en"][1]
    assert f"Наблюдатели опубликовали доклад {number}" in readers["ru"][1]

    # Corrected: unseen until another has published the change, then in the public log.
    curator.goto(address)
    curator.fill("#id_summary_en", f"Two independent observers report number {number}.")
    curator.get_by_role("button", name="Save and submit changes for review").click()
    assert "Two independent" not in of_readers(curator, slug)["en"][1]
    reviewer.goto(address)
    confirm_all(reviewer)
    reviewer.goto(address.replace("change/", "changes/"))
    reviewer.locator("input[name=weight][value=correction]").check()
    reviewer.fill("#said_en", f"The number of observers was added to {number}.")
    reviewer.fill("#said_ru", f"Указано число наблюдателей: {number}.")
    reviewer.get_by_role("button", name="Publish these changes").click()
    assert "Two independent" in of_readers(curator, slug)["en"][1]
    for language, said in (("en", "The number of observers"), ("ru", "Указано число")):
        reviewer.goto(f"/{language}/about/corrections/")
        assert f"{said}" in reviewer.inner_text("main")

    # Withdrawn: its address says only that, and when.
    reviewer.goto(address)
    reviewer.get_by_role("button", name="Save and withdraw…").click()
    reviewer.fill("#id_reason", "It repeats another.")
    reviewer.get_by_role("button", name="Yes, withdraw").click()
    for status, text in of_readers(curator, slug).values():
        assert status == 410
        assert number not in text
    reviewer.goto("/en/about/corrections/")
    assert number not in reviewer.inner_text("main")
