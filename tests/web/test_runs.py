"""The list of runs: its filter, and changes that do not move what is read."""

from playwright.sync_api import expect

from tests.web.conftest import FAILING, Web


def test_a_wrong_filter_says_where_it_is_wrong(web: Web) -> None:
    page = web.open("/runs")
    page.get_by_label("Filter", exact=True).fill("status == failed")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("wrong at character 9")
    place = "document.activeElement.selectionStart"
    assert page.evaluate(place) == 8


def test_a_filter_is_in_the_url_and_narrows_the_list(web: Web) -> None:
    web.ask()
    web.ask("a plan", plan=FAILING)
    page = web.open("/runs")
    expect(page.get_by_role("option")).to_have_count(2)
    page.get_by_role("button", name="partial 1").click()
    expect(page.get_by_role("option")).to_have_count(1)
    assert "status" in page.url


def test_new_runs_wait_until_they_are_asked_for(web: Web) -> None:
    web.ask()
    page = web.open("/runs")
    expect(page.get_by_role("option")).to_have_count(1)
    expect(page.get_by_text("● live")).to_be_visible()
    web.ask("How many apps are there?")
    expect(page.get_by_role("button", name="1 new run")).to_be_visible()
    expect(page.get_by_role("option")).to_have_count(1)
    page.get_by_role("button", name="1 new run").click()
    expect(page.get_by_role("option")).to_have_count(2)


def test_a_run_is_opened_by_keyboard_alone(web: Web) -> None:
    run = web.ask()
    page = web.open("/")
    page.get_by_role("link", name="Runs").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("option")).to_have_count(1)
    page.get_by_role("listbox", name="Runs").focus()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{web.url}/runs/{run}")


def test_an_empty_list_says_what_to_do(web: Web) -> None:
    expect(web.open("/runs").get_by_text("Nothing has been asked yet.")).to_be_visible()


def test_what_came_while_the_server_was_away_is_shown_when_it_is_back(web: Web) -> None:
    web.ask()
    page = web.open("/runs")
    expect(page.get_by_text("● live")).to_be_visible()
    page.context.set_offline(True)  # noqa: FBT003 - Playwright's
    page.evaluate("fetch('/v1/session').catch(() => 0)")
    web.ask("How many apps are there?")
    page.context.set_offline(False)  # noqa: FBT003 - Playwright's
    expect(page.get_by_role("button", name="1 new run")).to_be_visible()


def test_a_long_list_is_read_on_as_one_comes_to_its_end(web: Web) -> None:
    for number in range(3):
        web.ask(f"a plan {number}", plan=FAILING)
    web.page.route(
        "**/v1/runs?limit=100*",
        lambda asked: asked.continue_(url=asked.request.url.replace("limit=100", "limit=1")),
    )
    page = web.open("/runs")
    expect(page.get_by_role("option")).to_have_count(3)
