import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.plan.plan import Plan
from domain.response.blocks import dump_blocks, parse_blocks
from domain.response.compose.composition import SECTIONS, compose
from domain.tools.invoker import ToolInvoker
from tests.domain.response.compose.answering import answered
from tests.domain.response.compose.outcomes import call_result

SERVER = {"keywords": ["srv-01"]}
IMPACT = {"view": "IMPACT"}


def zone(step_id: str, name: str, code: str) -> dict[str, object]:
    return {"step_id": step_id, "name": name, "intent": "LOOKUP", "primary": {"keywords": [code]}}


def test_a_plan_without_calls_found_nothing() -> None:
    assert compose(Plan(), []).answer == "No results found"


def test_sections_come_in_the_order_of_the_calls(invoker: ToolInvoker) -> None:
    steps = [zone("a", "First", "srv-01"), zone("b", "Second", "srv-02")]
    assert answered(invoker, steps=steps).answer == (
        "srv-01 (Shop Server 01) is active. srv-02 (Shop Server 02) is monitoring."
    )


def test_the_blocks_of_a_step_carry_its_name(invoker: ToolInvoker) -> None:
    composition = answered(invoker, steps=[zone("a", "Zone A", "srv-01")])
    assert composition.blocks[0].title == "Zone A - CI details"


def test_blocks_are_named_after_their_calls_and_each_name_is_used_once(
    invoker: ToolInvoker,
) -> None:
    blocks = answered(invoker, intent="EXPAND", primary=SERVER, graph=IMPACT).blocks
    assert sorted(str(block.id) for block in blocks) == [
        "graph-network",
        "graph-table",
        "graph-table-2",
        "primary-text",
    ]


def test_a_block_names_what_it_rests_on(invoker: ToolInvoker) -> None:
    composition = answered(invoker, primary=SERVER)
    known = {reference["id"] for reference in composition.references}
    assert all(
        block.reference_ids and known.issuperset(block.reference_ids)
        for block in composition.blocks
    )


def test_references_are_named_once(invoker: ToolInvoker) -> None:
    composition = answered(invoker, intent="EXPAND", primary=SERVER, graph=IMPACT)
    ids = [str(reference["id"]) for reference in composition.references]
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("kind", ["text", "table", "network"])
def test_the_kind_that_a_plan_puts_first_comes_first(invoker: ToolInvoker, kind: str) -> None:
    composition = answered(
        invoker, intent="EXPAND", primary=SERVER, graph=IMPACT, output={"primary": kind}
    )
    assert composition.blocks[0].type == kind


def test_a_kind_that_is_not_there_moves_nothing(invoker: ToolInvoker) -> None:
    composition = answered(invoker, primary=SERVER, output={"primary": "chart"})
    assert composition.blocks[0].type == "text"


def test_a_warning_is_said_once() -> None:
    calls = [call_result("x.y", call_id=name, warnings=["limit 99: 50 used"]) for name in "ab"]
    assert compose(Plan(), calls).answer.count("Note: limit 99: 50 used.") == 1


def test_what_depends_on_a_failure_is_said_to_be_missing(invoker: ToolInvoker) -> None:
    composition = answered(invoker, primary={"keywords": ["srv-99"]}, history={"enabled": True})
    assert composition.answer.endswith("History was not read: primary did not succeed.")


def test_blocks_survive_being_stored(invoker: ToolInvoker) -> None:
    blocks = answered(invoker, intent="EXPAND", primary=SERVER, graph=IMPACT).blocks
    assert parse_blocks(dump_blocks(blocks)) == blocks


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "rows",
                    "total",
                    "columns",
                    "nodes",
                    "edges",
                    "meta",
                    "view",
                    "value",
                    "counts",
                    "evidence",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(name=st.sampled_from(sorted(SECTIONS)), data=_JSON, params=_JSON)
def test_whatever_a_tool_answers_can_be_composed(name: str, data: object, params: object) -> None:
    call = call_result(name, data=data, params=params if isinstance(params, dict) else {})
    assert compose(Plan(), [call]).next_actions
