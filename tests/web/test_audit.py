"""The operator log, the proof of the log, and the keys."""

from playwright.sync_api import expect

from tests.web.conftest import Web
from tests.web.test_rights import key_of, log_in


def test_the_operator_log_is_walked_by_keys_and_the_address_keeps_which(web: Web) -> None:
    run = web.ask()
    page = web.open("/audit?query=operation+%3D+run.ask")
    log = page.get_by_role("listbox", name="Operator log")
    expect(log).to_contain_text("run.ask")
    log.press("ArrowDown")
    expect(page.get_by_role("region", name="Entry").get_by_role("link", name=run)).to_be_visible()
    assert "position=" in page.url


def test_a_filter_of_the_log_that_is_wrong_says_why(web: Web) -> None:
    page = web.open("/audit")
    page.get_by_label("Filter of the operator log").fill("colour = red")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("colour")


def test_the_log_and_a_run_are_verified(web: Web) -> None:
    run = web.ask()
    page = web.open("/audit")
    page.get_by_role("button", name="Verify the log now").press("Enter")
    expect(page.get_by_text("as it was written", exact=True)).to_be_visible()
    page.get_by_label("Run to verify").fill(run)
    page.keyboard.press("Enter")
    expect(page.get_by_text("this opstrail decides the same")).to_be_visible()


def test_an_admin_makes_a_key_that_is_shown_once_and_takes_it_away(web: Web) -> None:
    log_in(web, key_of(web, "admin"))
    page = web.open("/keys")
    page.get_by_role("button", name="New key…").click()
    page.get_by_label("For").fill("<b>ada</b>")
    page.get_by_label("Why").fill("on call")
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_role("dialog")).to_contain_text("ops_")
    page.get_by_role("button", name="I have it").click()
    line = page.get_by_role("row").filter(has_text="<b>ada</b>")
    line.get_by_role("button", name="Revoke").click()
    page.get_by_label("Why").fill("gone")
    page.get_by_role("button", name="Revoke the key").click()
    expect(line).to_contain_text("revoked")
    expect(page.get_by_text("ops_")).to_have_count(0)


def test_an_auditor_sees_the_log_but_no_keys_and_an_operator_neither(web: Web) -> None:
    auditor = key_of(web, "auditor")
    page = web.page
    log_in(web, auditor)
    web.open("/audit")
    expect(page.get_by_role("heading", name="Audit")).to_be_visible()
    expect(page.get_by_role("link", name="Keys")).to_have_count(0)
    web.open("/keys")
    expect(page.get_by_text("one may not do what this page is for")).to_be_visible()
