"""Many runs at once, and the golden ones: forecast, progress, causes, grades."""

from playwright.sync_api import expect

from tests.web.conftest import FAILING, Web
from tests.web.test_rights import key_of, log_in


def test_a_replay_shows_what_it_would_call_before_it_begins_and_then_what_came(web: Web) -> None:
    web.ask()
    page = web.open("/replays")
    expect(page.get_by_text("Nothing was replayed yet")).to_be_visible()
    page.get_by_role("button", name="New replay…").press("Enter")
    page.get_by_label("Rerun: the same plans, all calls live.").press("Space")
    expect(page.get_by_role("status")).to_contain_text("1 run; 1 call will go out")
    page.get_by_label("Why").fill("to see")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="rerun of every run")).to_be_visible()
    expect(page.get_by_text("completed")).to_be_visible()
    expect(page.get_by_text("1 run, 1 cause")).to_be_visible()


def test_runs_of_a_replay_stand_by_their_cause_the_bad_ones_first(web: Web) -> None:
    web.ask()
    web.ask("a plan", plan=FAILING)
    query = {"patches": {"params": {"odd": {"ci_code": "srv-01"}}}, "filter": "failed_calls > 0"}
    replay = web.post("/replays", mode="fork", reason="to see", **query)["replay_id"]
    page = web.open(f"/replays/{replay}")
    cause = page.get_by_role("group").filter(has_text="odd")
    expect(cause).to_contain_text("1 run")
    cause.get_by_role("link", name="compare").click()
    expect(page.get_by_role("heading", name="Compare")).to_be_visible()


def test_a_filter_that_is_wrong_is_refused_with_its_place(web: Web) -> None:
    page = web.open("/replays?query=+")
    page.get_by_role("combobox", name="Filter").fill("staus = failed")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").first).to_contain_text("at character 1")


def test_golden_runs_are_checked_and_what_broke_comes_first(web: Web) -> None:
    run = web.ask()
    web.post(f"/runs/{run}/pin", name="servers")
    page = web.open("/goldens")
    page.get_by_role("button", name="Check now").press("Enter")
    expect(page.get_by_text("1 checked: 0 FAIL, 0 WARN, 1 PASS")).to_be_visible()
    page.get_by_text("servers", exact=True).click()
    expect(page.get_by_label("What became of servers")).to_contain_text("pinned")
    page.get_by_role("button", name="Unpin…").click()
    page.get_by_role("button", name="Unpin servers").click()
    expect(page.get_by_text("No run is pinned yet")).to_be_visible()


def test_a_viewer_is_offered_no_replay_and_no_unpinning(web: Web) -> None:
    run = web.ask()
    web.post(f"/runs/{run}/pin", name="servers")
    log_in(web, key_of(web, "viewer"))
    page = web.open("/goldens?name=servers")
    expect(page.get_by_label("What became of servers")).to_be_visible()
    for name in ("Unpin…", "Check with live calls"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    page = web.open("/replays?query=+")
    expect(page.get_by_text("Nothing was replayed yet")).to_be_visible()
    expect(page.get_by_role("button", name="Begin")).to_have_count(0)


def test_hostile_words_are_shown_as_text_within_their_place(web: Web) -> None:
    words = "<img src=x onerror=\"document.title='taken'\">" + "x" * 300
    run = web.ask(words, plan=FAILING)
    web.post(f"/runs/{run}/pin", name="hostile")
    fork = web.post(f"/runs/{run}/fork", reason=words)["run_id"]
    replay = web.post("/replays", mode="verify", filter="", reason=words)["replay_id"]
    pages = (
        "/goldens?name=hostile",
        "/replays",
        f"/replays/{replay}",
        "/audit?query=reason+~+img",
    )
    for path in (f"/compare?a={run}&b={fork}", *pages):
        page = web.open(path)
        expect(page.get_by_text(words[:40]).first).to_be_visible()
        assert page.title() != "taken"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
