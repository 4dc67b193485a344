"""Searching and narrowing, with scripts and without: what a reader types, chooses and takes back."""

import pytest
from playwright.sync_api import expect

from .addresses import LANGUAGES
from .test_journeys import count, other, parameters, without_javascript

in_both_languages = pytest.mark.parametrize("language", LANGUAGES)
with_and_without_javascript = pytest.mark.parametrize(
    "browser_context_args",
    [{"java_script_enabled": True}, {"java_script_enabled": False}],
    ids=["scripts", "no-scripts"],
    indirect=True,
)


@pytest.fixture
def browser_context_args(browser_context_args, request):
    return {**browser_context_args, **getattr(request, "param", {})}


def ask(page, text):
    page.fill("#list-q", text)
    page.press("#list-q", "Enter")
    page.wait_for_url("**?*q=*")
    page.wait_for_load_state("networkidle")


def chips(page):
    return page.locator(".chip > span:nth-child(2)").all_inner_texts()


def choose(page, name, value):
    """One option of a facet. Without scripts nothing happens before “Apply”."""
    page.check(f"#filters [name={name}][value={value}]")
    apply = page.locator(".filters .apply").first
    if apply.is_visible():
        apply.click()
    page.wait_for_url(f"**{name}={value}*")
    page.wait_for_load_state("networkidle")


@with_and_without_javascript
@in_both_languages
def test_words_in_another_script_find_records(page, language):
    page.goto(f"/{language}/search/")
    everything = count(page)
    ask(page, "Şuşada")
    assert 0 < count(page) < everything
    expect(page.locator("#list-q")).to_have_value("Şuşada")
    expect(page.locator(".record-list mark").first).to_be_visible()
    expect(page.locator(".asked")).to_contain_text("Шуша")
    expect(page.locator(".asked [lang=hy]").first).to_be_visible()


@with_and_without_javascript
def test_words_stay_while_a_filter_comes_and_goes(page):
    page.goto("/en/search/?q=prisoners")
    found = count(page)
    choose(page, "type", "incidents")
    assert 0 < count(page) < found
    assert parameters(page)["q"] == ["prisoners"]
    page.locator(".chip", has_text="Incidents").click()
    page.wait_for_url(lambda url: "type=" not in url)
    page.wait_for_load_state("networkidle")
    assert count(page) == found
    assert chips(page) == ["“prisoners”"]
    page.locator(".chip").click()
    page.wait_for_url(lambda url: "q=" not in url)
    expect(page.locator("#list-q")).to_have_value("")


@with_and_without_javascript
def test_back_brings_back_the_list_and_what_was_typed(page):
    page.goto("/en/documents/")
    everything = count(page)
    ask(page, "cluster munitions")
    found = count(page)
    choose(page, "kind", "report")
    page.go_back()
    page.wait_for_url(lambda url: "kind=" not in url)
    expect(page.locator("#filters [name=kind][value=report]")).not_to_be_checked()
    assert count(page) == found
    expect(page.locator("#list-q")).to_have_value("cluster munitions")
    page.go_back()
    page.wait_for_url("**/documents/")
    expect(page.locator(".results-count")).to_contain_text(str(everything))
    expect(page.locator("#list-q")).to_have_value("")


@with_and_without_javascript
@in_both_languages
def test_another_language_keeps_words_and_filters(page, language):
    page.goto(f"/{language}/search/")
    ask(page, "военнопленные")
    choose(page, "type", "claims")
    kept, found = parameters(page), count(page)
    page.locator(f".languages a[hreflang={other(language)}]").click()
    page.wait_for_url(f"**/{other(language)}/search/?*")
    # A form that is sent by the browser itself names its empty fields too.
    assert {name: values for name, values in parameters(page).items() if values != [""]} == {
        name: values for name, values in kept.items() if values != [""]
    }
    assert count(page) == found
    heading = {"en": "Search the archive", "ru": "Поиск по архиву"}[other(language)]
    assert page.locator("h1").inner_text() == heading
    expect(page.locator("#list-q")).to_have_value("военнопленные")


@with_and_without_javascript
def test_the_second_page_goes_on_where_the_first_ends(page):
    page.goto("/en/search/?q=Azerbaijan")
    first = page.locator(".record-list h3").all_inner_texts()
    page.locator(".pagination a", has_text="2").first.click()
    page.wait_for_url("**page=2*")
    page.wait_for_load_state("networkidle")
    second = page.locator(".record-list h3").all_inner_texts()
    assert len(first) == 20
    assert second and second != first
    assert parameters(page)["q"] == ["Azerbaijan"]
    expect(page.locator("#list-q")).to_have_value("Azerbaijan")


@with_and_without_javascript
def test_exactly_what_was_typed_is_one_step_away(page):
    page.goto("/en/search/?q=Шуша")
    found = count(page)
    page.locator(".asked a").click()
    page.wait_for_url("**q=%22*")
    assert 0 < count(page) < found
    assert page.locator(".asked").count() == 0
    expect(page.locator("#list-q")).to_have_value('"Шуша"')


@with_and_without_javascript
def test_a_filter_too_many_is_named_with_what_there_is_without_it(page):
    page.goto("/en/documents/?q=prisoners&language=hy")
    assert count(page) == 0
    way = page.locator(".ways-on li", has_text="Armenian")
    promised = int("".join(filter(str.isdigit, way.inner_text().partition("×")[2])))
    way.locator("a").click()
    page.wait_for_url(lambda url: "language=" not in url)
    page.wait_for_load_state("networkidle")
    assert count(page) == promised > 0


@with_and_without_javascript
def test_where_no_single_filter_is_at_fault_the_words_may_be_kept(page):
    page.goto("/en/documents/?q=prisoners&language=hy&from=1999&to=2000")
    assert count(page) == 0
    page.get_by_role("link", name="Keep the words and drop all filters").click()
    page.wait_for_url("**/documents/?q=prisoners")
    assert count(page) > 0


@with_and_without_javascript
def test_a_mistyped_word_is_put_right(page):
    page.goto("/en/search/?q=munitoins")
    assert count(page) == 0
    page.locator(".asked a").first.click()
    page.wait_for_url("**q=munition*")
    assert count(page) > 0


@with_and_without_javascript
@in_both_languages
def test_signs_out_of_place_are_no_mistake(page, language):
    page.goto(f"/{language}/search/?q=(prisoners")
    assert count(page) > 0
    expect(page.locator(".notice a")).to_have_attribute("href", f"/{language}/search/help/")


@with_and_without_javascript
def test_an_option_is_found_on_a_page_of_its_own(page):
    page.goto("/en/search/")
    fold = page.locator("#more-organisation > summary")
    fold.click()
    page.locator("#more-organisation .facet-all a").click()
    page.wait_for_url("**/search/options/organisation/")
    page.fill("#letters", "ЕСПЧ")
    page.press("#letters", "Enter")
    page.wait_for_url("**letters=*")
    assert page.locator(".options li").count() == 1
    page.locator(".options a").click()
    page.wait_for_url("**/en/search/?organisation=ecthr")
    assert count(page) > 0


@pytest.mark.browser_context_args(viewport={"width": 360, "height": 740})
def test_a_phone_has_one_field_for_words_on_the_search_page(page):
    page.goto("/ru/search/?q=Шуша")
    assert page.locator("input[type=search]:visible").count() == 1


def test_nothing_moves_while_a_page_of_results_loads(page):
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver(list => list.getEntries().forEach("
        "one => { moved += one.value })).observe({type: 'layout-shift', buffered: true})"
    )
    for address in ("/en/search/?q=Шуша", "/ru/documents/?q=доклад&kind=report"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("moved") < 0.02


def test_the_keyboard_alone_narrows_and_keeps_its_place(page):
    page.goto("/en/search/?q=prisoners")
    page.locator("#filters [name=type]").first.focus()
    value = page.evaluate("document.activeElement.value")
    page.keyboard.press("Space")
    page.wait_for_url(f"**type={value}*")
    page.wait_for_load_state("networkidle")
    expect(page.locator(f"#filters [name=type][value={value}]")).to_be_focused()
    expect(page.locator("#announcement")).not_to_be_empty()


@without_javascript
@pytest.mark.browser_context_args(viewport={"width": 360, "height": 740})
def test_filters_fold_away_on_a_phone_without_javascript(page):
    page.goto("/en/search/?q=prisoners")
    box = page.locator("#filters [name=type]").first
    assert not box.is_visible()
    page.locator("#filter-panel > summary").click()
    assert box.is_visible()


def test_a_link_among_the_results_leads_to_their_heading(page):
    page.goto("/en/documents/?kind=report")
    page.get_by_role("link", name="Oldest").click()
    page.wait_for_url("**sort=oldest*")
    expect(page.locator("#found")).to_be_focused()
    expect(page.locator("#announcement")).to_have_text(f"{count(page)} documents. Order: Oldest")
    page.locator(".chip").click()
    page.wait_for_url(lambda url: "kind=" not in url)
    expect(page.locator("#found")).to_be_focused()
    page.get_by_role("link", name="Next", exact=True).click()
    page.wait_for_url("**page=2*")
    expect(page.locator("#found")).to_be_focused()


@with_and_without_javascript
def test_the_second_stop_of_the_keyboard_skips_to_the_results(page):
    page.goto("/en/search/?q=prisoners")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the results")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#found")).to_be_focused()


def test_the_keyboard_does_not_stop_at_every_year(page):
    page.goto("/en/documents/")
    page.locator(".period-inputs input").first.focus()
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.closest('.years')") is None


@pytest.mark.browser_context_args(viewport={"width": 360, "height": 740})
def test_on_a_phone_the_open_panel_leads_to_what_it_finds(page):
    page.goto("/en/search/?q=prisoners")
    show = page.locator(".filter-show a")
    expect(show).to_be_hidden()
    page.locator("#filter-panel > summary").click()
    choose(page, "type", "incidents")
    expect(show).to_have_text(f"Show {count(page)} records")
    expect(show).to_be_in_viewport(ratio=1)
    expect(page.locator("#results")).not_to_be_in_viewport()
    show.click()
    expect(page.locator("#found")).to_be_in_viewport()
    expect(show).not_to_be_in_viewport()


@pytest.mark.browser_context_args(viewport={"width": 360, "height": 740})
def test_the_line_under_an_open_panel_does_not_cover_what_has_the_focus(page):
    page.emulate_media(reduced_motion="reduce")
    page.goto("/en/search/?q=prisoners")
    page.locator("#filter-panel > summary").click()
    page.locator("#filters [name=type]").first.focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "() => { const box = document.activeElement.getBoundingClientRect();"
            " const line = document.querySelector('.filter-show').getBoundingClientRect();"
            " return document.activeElement.closest('.filter-show') || box.bottom <= line.top }"
        )


@with_and_without_javascript
def test_a_question_in_a_sentence_leads_to_records(page):
    page.goto("/en/search/?q=who shot the wolves near Shusha")
    assert count(page) == 0
    page.get_by_role("link", name="Any of these words").click()
    page.wait_for_url("**OR*")
    assert count(page) > 0
