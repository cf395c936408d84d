"""A question is asked in the browser, by keyboard alone, and its answer comes in."""

from playwright.sync_api import expect

from tests.web.conftest import QUESTION, Web


def test_a_question_is_asked_and_answered_by_keyboard_alone(web: Web) -> None:
    page = web.open()
    page.get_by_label("Question", exact=True).focus()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Answer")).to_contain_text("2 servers")


def test_while_one_types_it_is_told_how_the_question_is_read(web: Web) -> None:
    page = web.open()
    page.get_by_label("Question", exact=True).fill("servers in zone-a")
    expect(page.get_by_text("Read as:")).to_contain_text("servers in zone-a")
    page.get_by_role("button", name="Leave out in zone-a").click()
    expect(page.get_by_text("Read as:")).not_to_contain_text("zone-a")


def test_the_last_word_is_completed(web: Web) -> None:
    page = web.open()
    box = page.get_by_label("Question", exact=True)
    box.press_sequentially("what is the status of srv-0")
    expect(page.get_by_role("option", name="srv-01")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(box).to_have_value("what is the status of srv-01 ")


def test_the_answer_is_at_a_url_that_others_can_open(web: Web) -> None:
    page = web.open()
    page.get_by_label("Question", exact=True).fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Answer")).to_contain_text("2 servers")
    page.reload()
    expect(page.get_by_label("Answer")).to_contain_text("2 servers")


def test_a_follow_up_question_stands_beneath(web: Web) -> None:
    run = web.ask("servers in zone-a")
    page = web.open(f"/?runs={run}")
    page.get_by_label("Follow-up question").fill("how many are there?")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Answer")).to_have_count(2)


def test_what_is_not_understood_says_what_would_be(web: Web) -> None:
    page = web.open()
    page.get_by_label("Question", exact=True).fill("sing me a song")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Answer")).to_contain_text("Error")
    expect(page.locator("article .status")).to_have_text("failed")


def test_a_question_is_saved_for_all_and_asked_again(web: Web) -> None:
    page = web.open(f"/?q={QUESTION}")
    page.get_by_text("Saved", exact=False).first.click()
    page.get_by_label("Name to save it under").fill("servers")
    page.get_by_role("button", name="Save this").click()
    page.get_by_role("button", name="servers", exact=True).click()
    expect(page.get_by_label("Answer")).to_contain_text("2 servers")
