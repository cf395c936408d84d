"""The estate: found by words, shown with what is around it, never as one hairball."""

import re

from playwright.sync_api import expect

from tests.web.conftest import Web
from tests.web.test_rights import key_of, log_in


def test_items_are_found_by_words_and_narrowed_and_the_address_keeps_that(web: Web) -> None:
    page = web.open("/estate")
    page.get_by_label("Items with these words").press_sequentially("shop")
    items = page.get_by_role("region", name="Items")
    expect(items.get_by_role("link", name="app-web")).to_have_count(0)
    items.get_by_role("button", name="HW").first.press("Enter")
    expect(page.get_by_role("button", name="Leave out ci_type = HW")).to_be_visible()
    expect(page).to_have_url(re.compile("text=shop"))
    expect(page).to_have_url(re.compile("ci_type=HW"))


def test_types_stand_in_a_matrix(web: Web) -> None:
    page = web.open("/estate?tab=Types")
    table = page.get_by_role("region", name="Types and their relations").get_by_role("table")
    expect(table.get_by_role("row", name="SW 2 2")).to_be_visible()
    expect(table.get_by_role("row", name="2 3")).to_be_visible()


def test_an_item_is_shown_with_its_neighbours_which_are_links(web: Web) -> None:
    page = web.open("/estate/srv-01")
    expect(page.get_by_role("heading", name="srv-01 Shop Server 01")).to_be_visible()
    page.get_by_role("link", name="storage-01").press("Enter")
    expect(page.get_by_role("heading", name="storage-01")).to_be_visible()
    page.get_by_role("button", name="As a table").click()
    expect(page.get_by_role("region", name="Around storage-01")).to_contain_text("srv-01")


def test_an_item_shows_its_events_metrics_and_the_runs_that_read_it(web: Web) -> None:
    call = {"tool": "ci", "operation": "get_by_code", "params": {"ci_code": "srv-01"}}
    plan = {"intent": "LIST", "list": {"enabled": True}, "calls": [{"call_id": "one", **call}]}
    web.ask("who is srv-01", plan=plan)
    page = web.open("/estate/srv-01?tab=Events")
    expect(page.get_by_role("region", name="Events")).to_contain_text("threshold_alarm")
    page.get_by_role("tab", name="Metrics").click()
    expect(page.get_by_role("img", name="cpu_usage")).to_be_visible()
    page.get_by_role("tab", name="Runs").click()
    expect(page.get_by_role("link", name="who is srv-01")).to_be_visible()


def test_the_code_of_an_item_is_jumped_to_from_anywhere(web: Web) -> None:
    page = web.open("/replays")
    expect(page.get_by_text("Nothing was replayed yet")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("SRV-01")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="srv-01 Shop Server 01")).to_be_visible()


def test_who_may_call_no_tool_is_not_offered_what_tools_tell(web: Web) -> None:
    log_in(web, key_of(web, "viewer"))
    page = web.open("/estate/srv-01")
    expect(page.get_by_role("tab", name="Runs")).to_be_visible()
    for name in ("Events", "Metrics"):
        expect(page.get_by_role("tab", name=name)).to_have_count(0)


def test_an_item_that_is_not_there_says_so(web: Web) -> None:
    expect(web.open("/estate/none").get_by_role("alert")).to_contain_text("'none'")
