"""Whatever names, answers and clocks there are, they are shown as text within their place."""

import httpx
import pytest
from playwright.sync_api import expect

from tests.web.conftest import FAILING, Web

SCRIPT = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>"
RIGHT_TO_LEFT = "שלום srv-01 (אבג"


@pytest.mark.parametrize("text", [SCRIPT, RIGHT_TO_LEFT, "x" * 3000, "{{7*7}} ${1}"])
def test_a_hostile_question_is_shown_as_text(text: str, web: Web) -> None:
    run = web.ask(text, plan=FAILING)
    for path in (f"/runs/{run}", "/runs", f"/?runs={run}"):
        page = web.open(path)
        expect(page.get_by_text(text[:30]).first).to_be_visible()
        assert page.title() != "taken"
        page.wait_for_function("document.documentElement.scrollWidth <= innerWidth", timeout=5000)


def test_a_run_of_hundreds_of_parallel_calls_is_a_group_that_opens(web: Web) -> None:
    calls = [
        {"call_id": f"c{n}", "tool": "ci", "operation": "list_preview", "params": {"limit": 1}}
        for n in range(40)
    ]
    run = web.ask("many", plan={"intent": "LIST", "list": {"enabled": True}, "calls": calls})
    page = web.open(f"/runs/{run}")
    group = page.get_by_role("row", name="ci.list_preview ×41")  # noqa: RUF001
    expect(group).to_have_attribute("aria-expanded", "false")
    group.click()
    expect(page.get_by_role("row", name="ci.list_preview c7,")).to_be_visible()


def test_a_server_that_does_not_answer_is_told_and_nothing_is_lost(web: Web) -> None:
    run = web.ask()
    page = web.open(f"/?runs={run}")
    expect(page.get_by_label("Answer")).to_contain_text("2 servers")
    page.context.set_offline(True)
    page.get_by_label("Follow-up question").fill("in zone-a")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("does not answer")
    page.context.set_offline(False)
    page.get_by_label("Follow-up question").press("Enter")
    expect(page.get_by_label("Answer")).to_have_count(2)


def test_a_page_asks_nobody_but_its_server(web: Web) -> None:
    answer = httpx.get(web.url, headers={"Accept": "text/html"})
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "https://" not in answer.text


def test_the_first_page_is_small(web: Web) -> None:
    page = web.open("/")
    expect(page.get_by_label("Question", exact=True)).to_be_visible()
    of_pages = "(each) => /navigation|assets/.test(each.entryType + each.name)"
    files = f"performance.getEntries().filter({of_pages})"
    sizes = page.evaluate(f"{files}.map((each) => each.encodedBodySize ?? 0)")
    assert sum(sizes) < 60_000
    assert len(sizes) < 20
