"""Two runs side by side: the first divergence first, and all of it in the address."""

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import FAILING, Web

PATCHES = {"params": {"odd": {"ci_code": "srv-01"}}}


@pytest.fixture
def runs(web: Web) -> tuple[str, str]:
    """A run of which a call failed, and a fork in which it finds something."""
    run = web.ask("a plan", plan=FAILING)
    return run, web.post(f"/runs/{run}/fork", reason="to see", patches=PATCHES)["run_id"]


@pytest.fixture
def page(web: Web, runs: tuple[str, str]) -> Page:
    return web.open(f"/compare?a={runs[0]}&b={runs[1]}")


def test_the_first_divergence_is_open_and_said_to_be_ones_own(page: Page) -> None:
    calls = page.get_by_role("region", name="Calls")
    expect(calls).to_contain_text("First divergence, your change: call odd")
    expect(calls).to_contain_text("differs")
    expect(page.get_by_role("region", name="Answer").locator("ins")).to_contain_text("srv-01")


def test_what_is_the_same_comes_when_it_is_wanted_and_the_address_keeps_that(page: Page) -> None:
    calls = page.get_by_role("region", name="Calls")
    expect(calls.locator("details")).to_have_count(2)  # half is the same
    page.get_by_role("button", name="Only differences").click()
    expect(page.get_by_text("1 the same are left out")).to_be_visible()
    assert "only=yes" in page.url
    expect(calls.locator("details")).to_have_count(1)


def test_differences_are_walked_by_keys_and_lead_to_the_timelines(
    page: Page, runs: tuple[str, str]
) -> None:
    expect(page.get_by_role("region", name="Calls")).to_be_visible()
    page.keyboard.press("n")
    assert "odd" in page.evaluate("document.activeElement.textContent")
    page.get_by_role("link", name="On the timeline of B").click()
    expect(page.get_by_role("heading", name="tool-call-succeeded")).to_be_visible()
    assert f"/runs/{runs[1]}?v=" in page.url


def test_a_run_is_compared_with_the_one_that_it_comes_from(
    web: Web, runs: tuple[str, str]
) -> None:
    page = web.open(f"/compare?a={runs[1]}")
    page.get_by_role("button", name="The run it comes from").click()
    expect(page.get_by_text("answer changed")).to_be_visible()
    assert page.url.endswith(f"?a={runs[0]}&b={runs[1]}")


def test_a_run_without_a_golden_one_says_so(web: Web, runs: tuple[str, str]) -> None:
    page = web.open(f"/compare?a=golden&b={runs[1]}")
    expect(page.get_by_role("alert")).to_contain_text("no golden run of the same question")
