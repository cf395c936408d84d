"""The page of a run: the failure first, the line of time, and what may be done."""

from threading import Event

import httpx
import pytest
from playwright.sync_api import Page, expect

from domain.estate.queries import Vocabulary
from infrastructure.estate.sql_estate import SqlEstate
from tests.web.conftest import FAILING, QUESTION, SECONDS, Web


@pytest.fixture
def page(web: Web) -> Page:
    run = web.ask("a plan", plan=FAILING)
    page = web.open(f"/runs/{run}")
    expect(page.get_by_role("heading", name="Event")).to_be_visible()
    return page


def test_the_failure_is_chosen_first_and_said_why(page: Page) -> None:
    expect(page.get_by_role("heading", name="tool-call-failed")).to_be_visible()
    expect(page.get_by_text("Why:")).to_be_visible()
    row = page.get_by_role("row", name="ci.get_by_code odd, failed")
    expect(row).to_contain_class("chosen")


def test_events_are_walked_by_keys_and_the_url_keeps_which(page: Page) -> None:
    page.keyboard.press("k")
    page.keyboard.press("k")
    expect(page.get_by_role("heading", name="tool-call-started")).to_be_visible()
    chosen = page.url.partition("v=")[2]
    page.keyboard.press("f")
    expect(page.get_by_role("heading", name="tool-call-failed")).to_be_visible()
    assert int(page.url.partition("v=")[2]) > int(chosen)


def test_the_timeline_is_a_table_too(page: Page) -> None:
    page.keyboard.press("t")
    table = page.get_by_role("region", name="Timeline").get_by_role("table")
    expect(table.get_by_role("row")).to_have_count(8)


def test_the_state_is_shown_as_it_was(page: Page) -> None:
    page.get_by_label("State as of").fill("3")
    expect(page.get_by_text("as it was at version 3")).to_be_visible()
    expect(page.get_by_role("row", name="ci.get_by_code")).to_have_count(0)
    page.get_by_role("button", name="Show it as it is now").click()
    expect(page.get_by_role("row", name="ci.get_by_code")).to_have_count(1)


def test_a_fork_shows_what_it_would_call_and_takes_a_changed_result(page: Page) -> None:
    page.get_by_role("button", name="Fork…").click()
    expect(page.get_by_role("status").filter(has_text="0 calls will go out")).to_be_visible()
    page.get_by_role("row", name="odd").get_by_role("button", name="change").click()
    page.get_by_label("Result").select_option("a failure")
    page.get_by_role("button", name="Use this").click()
    expect(page.get_by_role("cell", name="your change")).to_be_visible()
    page.get_by_label("Why").fill("to see")
    before = page.url
    page.get_by_role("button", name="Fork a new run").click()
    expect(page.get_by_text("fork of")).to_be_visible()
    assert page.url.partition("?")[0] != before.partition("?")[0]


def test_a_resume_is_sent_once_however_often_it_is_clicked(page: Page) -> None:
    sent = list[str]()
    page.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
    page.get_by_role("button", name="Resume…").click()
    page.get_by_label("Why").fill("again")
    page.get_by_role("button", name="Resume the run").dblclick()
    expect(page.get_by_role("button", name="Resume the run")).to_have_count(0)
    assert len([url for url in sent if url.endswith("/resume")]) == 1


def test_a_run_that_is_not_there_says_so(web: Web) -> None:
    page = web.open("/runs/run-none")
    expect(page.get_by_role("alert")).to_contain_text("run-none")


def test_a_run_is_printed_as_a_report(page: Page) -> None:
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Fork…")).to_be_hidden()
    expect(page.get_by_text("Why:")).to_be_visible()


@pytest.fixture
def held_back(monkeypatch: pytest.MonkeyPatch) -> Event:
    """Runs wait before they plan, until this is set."""
    goes_on, vocabulary = Event(), SqlEstate.vocabulary

    def slow(estate: SqlEstate, tenant_id: str) -> Vocabulary:
        goes_on.wait(SECONDS)
        return vocabulary(estate, tenant_id)

    monkeypatch.setattr(SqlEstate, "vocabulary", slow)
    return goes_on


def begun(web: Web) -> Page:
    """Open a run that has begun."""
    answer = httpx.post(f"{web.url}/v1/runs", json={"question": QUESTION})
    page = web.open(f"/runs/{answer.json()['id']}")
    expect(page.get_by_role("button", name="Cancel…")).to_be_visible()
    return page


def test_a_run_that_goes_on_is_watched_to_its_end(web: Web, held_back: Event) -> None:
    page = begun(web)
    held_back.set()
    expect(page.get_by_text("success", exact=True)).to_be_visible()
    expect(page.get_by_role("row", name="present , ok")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel…")).to_have_count(0)


def test_a_run_that_goes_on_is_cancelled_with_a_reason(web: Web, held_back: Event) -> None:
    page = begun(web)
    page.get_by_role("button", name="Cancel…").click()
    page.get_by_label("Why").fill("not needed")
    page.get_by_role("button", name="Cancel the run").click()
    expect(page.locator(".outcome")).to_contain_text("cancelled")
    held_back.set()
