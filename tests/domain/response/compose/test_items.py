from typing import Any

import pytest

from domain.response.blocks import ListBlock, NumberBlock, TableBlock, TextBlock
from domain.tools.invoker import ToolInvoker
from tests.domain.response.compose.answering import answered, only, table


def test_a_lookup_says_which_state_the_item_is_in(invoker: ToolInvoker) -> None:
    answer = answered(invoker, primary={"keywords": ["srv-02"]}).answer
    assert answer == "srv-02 (Shop Server 02) is monitoring."


def test_a_lookup_shows_the_item_in_detail(invoker: ToolInvoker) -> None:
    details = table(answered(invoker, primary={"keywords": ["srv-01"]}), "CI details")
    assert ["location", "zone-a"] in details.rows


def test_a_lookup_keeps_what_is_not_known_as_null(invoker: ToolInvoker) -> None:
    details = table(answered(invoker, primary={"keywords": ["srv-01"]}), "CI details")
    assert ["criticality", None] in details.rows


def test_a_lookup_shows_tags_only_where_there_are_some(invoker: ToolInvoker) -> None:
    tagged = answered(invoker, primary={"keywords": ["app-web"]})
    plain = answered(invoker, primary={"keywords": ["srv-01"]})
    assert ["role", "front"] in table(tagged, "CI tags").rows
    assert "CI tags" not in [block.title for block in plain.blocks]


def test_a_text_names_the_item(invoker: ToolInvoker) -> None:
    composition = answered(invoker, primary={"keywords": ["srv-01"]})
    assert only(composition, TextBlock).text == "srv-01 - Shop Server 01"


def test_an_item_that_only_leads_to_others_is_named_but_not_the_answer(
    invoker: ToolInvoker,
) -> None:
    composition = answered(invoker, intent="EXPAND", primary={"keywords": ["lone-01"]})
    assert "CI details" not in [block.title for block in composition.blocks]
    assert "Lone Printer" not in composition.answer


OWN = [{"call_id": "m", "tool": "ci", "operation": "get", "params": {"ci_id": "id-srv-01"}}]
ITEM = {"keywords": ["srv-01"]}


@pytest.mark.parametrize("intent", ["LIST", "SEARCH", "AGGREGATE"])
@pytest.mark.parametrize(
    "plan",
    [
        {"primary": ITEM},
        {"secondary": ITEM},
        {"primary": ITEM, "secondary": ITEM},
        {"calls": OWN},
        {"primary": ITEM, "calls": OWN},
    ],
)
def test_an_item_that_was_found_is_told_whatever_the_intent(
    invoker: ToolInvoker, intent: str, plan: dict[str, Any]
) -> None:
    said = "srv-01 (Shop Server 01) is active."
    assert answered(invoker, intent=intent, **plan).answer == said
    step = {"step_id": "a", "name": "a", "intent": intent, **plan}
    assert answered(invoker, steps=[step]).answer == said


def test_an_item_that_does_not_exist_is_said_so_with_similar_ones(invoker: ToolInvoker) -> None:
    answer = answered(invoker, primary={"keywords": ["srv-99"]}).answer
    assert answer == "No configuration item matches 'srv-99'. Similar: srv-02, srv-01."


def test_an_item_that_does_not_exist_shows_no_other_item(invoker: ToolInvoker) -> None:
    close, notes = answered(invoker, primary={"keywords": ["srv-99"]}).blocks
    assert isinstance(close, ListBlock)
    assert isinstance(notes, ListBlock)
    assert close.items == ["srv-02", "srv-01"]
    assert notes.items == ["No configuration item matches 'srv-99'. Similar: srv-02, srv-01."]


def test_an_ambiguous_name_shows_the_candidates(invoker: ToolInvoker) -> None:
    composition = answered(invoker, primary={"keywords": ["Twin"]})
    candidates = only(composition, TableBlock)
    assert candidates.id == "ci-candidates-primary"
    assert [row[1] for row in candidates.rows] == ["twin-a", "twin-b"]


SERVERS = [{"field": "ci_subtype", "value": "server"}]


def test_few_items_are_named_with_their_states(invoker: ToolInvoker) -> None:
    answer = answered(
        invoker, intent="LIST", list={"enabled": True}, primary={"filters": SERVERS}
    ).answer
    assert answer == "2 servers: srv-01 (active), srv-02 (monitoring)."


def test_many_items_are_counted_by_state(invoker: ToolInvoker) -> None:
    answer = answered(invoker, intent="LIST", list={"enabled": True}).answer
    assert answer == "10 configuration items: 9 active, 1 monitoring."


def test_many_items_of_one_state_are_not_counted_by_state(invoker: ToolInvoker) -> None:
    active = {"filters": [{"field": "status", "value": "active"}]}
    answer = answered(invoker, intent="LIST", list={"enabled": True}, primary=active).answer
    assert answer == "9 configuration items with status = active."


def test_a_page_says_which_part_of_the_list_it_is(invoker: ToolInvoker) -> None:
    composition = answered(invoker, intent="LIST", list={"enabled": True, "limit": 3, "offset": 3})
    assert composition.answer == "10 configuration items; shown are 4 to 6."
    assert only(composition, TableBlock).meta == {
        "total": 10,
        "shown": 3,
        "first": 4,
        "last": 6,
        "by_status": {"active": 2, "monitoring": 1},
    }


def test_a_page_beyond_the_end_says_so(invoker: ToolInvoker) -> None:
    composition = answered(invoker, intent="LIST", list={"enabled": True, "offset": 30})
    assert composition.answer == "10 configuration items, none of them from number 31 on."


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        (
            {"field": "status", "value": "inactive"},
            "No configuration items with status = inactive.",
        ),
        (
            {"field": "status", "op": "IN", "value": ["lost", "sold"]},
            "No configuration items with status in lost, sold.",
        ),
        (
            {"field": "ci_name", "op": "ILIKE", "value": "%moon%"},
            "No configuration items with ci_name like %moon%.",
        ),
        ({"field": "ci_subtype", "value": "box"}, "No configuration items with ci_subtype = box."),
    ],
)
def test_nothing_found_is_said_with_what_was_looked_for(
    invoker: ToolInvoker, condition: dict[str, object], answer: str
) -> None:
    filters = {"filters": [condition]}
    composition = answered(invoker, intent="LIST", list={"enabled": True}, primary=filters)
    found = only(composition, NumberBlock)
    assert (composition.answer, composition.blocks) == (answer, [found])
    assert (found.label, found.value) == ("total", 0)


def test_a_search_that_is_cut_says_how_many_there_are(invoker: ToolInvoker) -> None:
    search = {"keywords": ["shop"], "tool_type": "ci_search", "limit": 2}
    assert answered(invoker, intent="SEARCH", primary=search).answer == (
        "4 configuration items matching shop. Note: 2 of 4 configuration items shown."
    )
