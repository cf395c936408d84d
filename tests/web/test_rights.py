"""With keys, a browser logs in once; what one may not do is not shown, and is refused anyway."""

import httpx
from playwright.sync_api import expect

from tests.web.conftest import FAILING, Web


def key_of(web: Web, role: str) -> str:
    """Return a new key: from then on, nobody is answered without one."""
    return str(web.post("/keys", principal="bo", roles=[role], why="a test")["key"])


def log_in(web: Web, key: str) -> None:
    page = web.open("/runs")
    page.get_by_label("Key", exact=True).fill(key)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()


def test_a_key_that_is_none_is_refused(web: Web) -> None:
    key_of(web, "viewer")
    page = web.open("/")
    page.get_by_label("Key", exact=True).fill("ops_none")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_contain_text("the key or the session is none")


def test_a_viewer_sees_runs_and_is_offered_nothing_that_changes_them(web: Web) -> None:
    run = web.ask("a plan", plan=FAILING)
    log_in(web, key_of(web, "viewer"))
    page = web.open(f"/runs/{run}")
    expect(page.get_by_role("link", name="Compare…")).to_be_visible()
    for name in ("Resume…", "Fork…", "Rerun…", "Pin…"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    expect(page.get_by_role("link", name="Ask")).to_have_count(0)
    refused = page.request.post(
        f"{web.url}/v1/runs/{run}/fork",
        data={"reason": "x"},
        headers={"Opstrail-Request": "page"},
    )
    assert refused.status == 403


def test_an_operator_asks_and_forks(web: Web) -> None:
    run = web.ask("a plan", plan=FAILING)
    log_in(web, key_of(web, "operator"))
    expect(web.open(f"/runs/{run}").get_by_role("button", name="Fork…")).to_be_visible()


def test_a_session_that_ends_in_the_middle_of_a_fork_loses_nothing(web: Web) -> None:
    run = web.ask("a plan", plan=FAILING)
    key = key_of(web, "operator")
    log_in(web, key)
    page = web.open(f"/runs/{run}")
    page.get_by_role("button", name="Fork…").click()
    page.get_by_label("Why").fill("to see")
    page.context.clear_cookies()
    page.get_by_role("button", name="Fork a new run").dispatch_event("click")
    page.get_by_label("Key", exact=True).fill(key)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_label("Why")).to_have_value("to see")
    page.get_by_role("button", name="Fork a new run").click()
    expect(page.get_by_text("fork of")).to_be_visible()
    assert len(httpx.get(f"{web.url}/v1/runs", headers=bearer(key)).json()) == 2


def test_who_logs_out_is_asked_for_a_key(web: Web) -> None:
    log_in(web, key_of(web, "auditor"))
    web.page.get_by_role("button", name="Log out").click()
    expect(web.page.get_by_label("Key", exact=True)).to_be_visible()


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}
