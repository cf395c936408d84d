"""Every answer of the second edition names its calls, and its figures stand in blocks."""

from datetime import timedelta

import pytest

from domain.plan.plan import Plan
from domain.response.blocks import (
    ChartBlock,
    ListBlock,
    MarkdownBlock,
    NumberBlock,
    ReferencesBlock,
    UiPanelBlock,
)
from domain.response.compose.call_result import CallResult
from domain.response.compose.composition import Composition, compose
from domain.response.freshness import OLDEST, asked_until, freshness
from domain.tools.invoker import ToolInvoker
from tests.domain.response.compose.answering import answered, only, results
from tests.domain.response.compose.outcomes import call_result
from tests.estate_fixture import NOW
from tests.figures import unfounded

SERVER = {"keywords": ["srv-01"]}
CPU = {"metric_name": "cpu_usage"}
TWINS: dict[str, object] = {
    "intent": "PATH",
    "primary": {"keywords": ["db-01"]},
    "secondary": {"keywords": ["Twin"]},
}
PLANS: list[dict[str, object]] = [
    {"primary": SERVER},
    {"intent": "EXPAND", "primary": SERVER, "graph": {"view": "IMPACT", "depth": 1}},
    {"intent": "LIST", "list": {"enabled": True, "limit": 3, "offset": 3}},
    {"intent": "AGGREGATE", "primary": SERVER, "metric": CPU},
    {"intent": "AGGREGATE", "metric": CPU, "aggregate": {"scope": "metric", "at_least": 100}},
    {"intent": "AGGREGATE", "aggregate": {"group_by": ["ci_type"]}},
    {"intent": "SEARCH", "history": {"enabled": True, "scope": "all", "limit": 1}},
    {"intent": "SEARCH", "primary": SERVER, "cep": {"rule_id": "r-cpu"}},
    {"intent": "DOCUMENT", "document": {"query": "shop"}},
    {"intent": "DOCUMENT", "document": {"query": "moon"}},
    TWINS,
]


@pytest.mark.parametrize("plan", PLANS, ids=range(len(PLANS)))
def test_every_block_names_a_call_that_is_listed(
    invoker: ToolInvoker, plan: dict[str, object]
) -> None:
    composition = answered(invoker, **plan)
    listed = [str(each["id"]) for each in composition.references]
    assert composition.blocks
    for block in composition.blocks:
        assert set(block.reference_ids) <= set(listed)
        assert any(each.startswith("call:") for each in block.reference_ids)
    assert sorted(listed) == sorted(set(listed))
    ids = [block.id for block in composition.blocks]
    assert sorted(map(str, ids)) == sorted({str(each) for each in ids})


def test_the_reference_to_a_call_says_which_it_is(invoker: ToolInvoker) -> None:
    (reference, _) = answered(invoker, primary=SERVER).references
    assert reference == {
        "id": "call:primary",
        "kind": "call",
        "title": "ci.resolve",
        "payload": {"call_id": "primary", "tool": "ci", "operation": "resolve"},
    }


def test_the_candidates_of_each_step_have_an_id_of_their_own(invoker: ToolInvoker) -> None:
    twins = [
        {"step_id": each, "name": each, "intent": "LOOKUP", "primary": {"keywords": ["Twin"]}}
        for each in "ab"
    ]
    ids = [block.id for block in answered(invoker, steps=twins).blocks]
    assert {"ci-candidates-a:primary", "ci-candidates-b:primary"} < set(ids)


@pytest.mark.parametrize("plan", PLANS, ids=range(len(PLANS)))
def test_the_first_edition_knows_no_calls_and_shows_charts(
    invoker: ToolInvoker, plan: dict[str, object]
) -> None:
    parsed = Plan.model_validate(plan)
    calls = results(invoker, parsed)
    first, second = compose(parsed, calls), compose(parsed, calls, now=NOW)
    assert first.answer == second.answer
    assert not [each for each in first.references if str(each["id"]).startswith("call:")]
    kinds = {block.type for block in first.blocks}
    assert not kinds & {"list", "timeseries", "markdown", "references", "ui_panel"}


def test_a_series_of_the_first_edition_is_a_chart(invoker: ToolInvoker) -> None:
    plan = Plan.model_validate({"primary": SERVER, "metric": {**CPU, "mode": "series"}})
    chart = only(compose(plan, results(invoker, plan)), ChartBlock)
    assert chart.series[0].points[-1] == ("2025-12-31T11:00:00+00:00", 51.0)


def test_documents_are_shown_with_their_texts_and_as_sources(invoker: ToolInvoker) -> None:
    composition = answered(invoker, intent="DOCUMENT", document={"query": "shop"})
    assert only(composition, MarkdownBlock).content.startswith("### Shop handbook\n\n")
    sources = only(composition, ReferencesBlock).items
    assert [each["title"] for each in sources] == ["Shop handbook", "Minutes"]
    listed = {each["id"] for each in composition.references}
    assert {each["id"] for each in sources} <= listed


def test_the_candidates_of_an_ambiguous_name_are_a_form(invoker: ToolInvoker) -> None:
    panel = only(answered(invoker, **TWINS), UiPanelBlock)
    (asked,), (action,) = panel.inputs, panel.actions
    assert asked["options"] == [
        {"value": "twin-a", "label": "twin-a - Twin"},
        {"value": "twin-b", "label": "twin-b - Twin"},
    ]
    assert action["payload_template"] == {
        "patch": {"secondary.keywords": ["{item}"], "secondary.tool_type": "ci_lookup"}
    }


def test_names_close_to_an_unknown_one_are_a_list(invoker: ToolInvoker) -> None:
    composition = answered(invoker, intent="AGGREGATE", metric={"metric_name": "mood"})
    assert [each.title for each in composition.blocks if isinstance(each, ListBlock)] == [
        "Close to it",
        "Notes",
    ]


def test_what_is_noted_is_a_list_that_names_its_calls(invoker: ToolInvoker) -> None:
    search = {"keywords": ["shop"], "tool_type": "ci_search", "limit": 2}
    notes = answered(invoker, intent="SEARCH", primary=search).blocks[-1]
    assert isinstance(notes, ListBlock)
    assert (notes.id, notes.items) == ("notes", ["2 of 4 configuration items shown."])
    assert notes.reference_ids == ["call:primary"]


def aged(days: float, name: str = "metric.aggregate", **data: object) -> Composition:
    newest = (NOW - timedelta(days=days)).isoformat()
    call = call_result(name, call_id="metric", newest=newest, data={"sample_count": 1, **data})
    return compose(Plan(), [call], now=NOW)


def test_old_data_are_noted_and_trusted_less() -> None:
    old = aged(1.5)
    assert old.answer.endswith(
        "Note: the newest metric points behind metric are of 2025-12-30 00:00 UTC, older than 1 d,"
        " as such data should not be."
    )
    assert (old.quality.confidence, old.quality.reasons) == (
        0.9,
        ("the data behind metric are old",),
    )


def test_new_data_are_not_noted() -> None:
    assert "newest" not in aged(0.5).answer
    assert aged(0.5).quality.confidence == 1


def test_data_are_as_old_as_they_were_at_the_end_of_what_was_asked() -> None:
    window = {"start": "2025-12-01T00:00:00+00:00", "end": "2025-12-30T12:00:00+00:00"}
    assert "newest" not in aged(1.5, window=window).answer


def test_a_tool_that_says_itself_that_its_data_are_old_is_believed() -> None:
    told = aged(1.5, is_stale=True)
    assert "newest" not in told.answer
    assert told.quality.confidence == 0.9


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        (("metric", "series"), "metric points"),
        (("history", "event_log"), "event log entries"),
        (("history", "work"), "work and maintenance"),
        (("history", "aggregate"), "changes of the estate"),
        (("document", "search"), "documents"),
        (("ci", "resolve"), "configuration items"),
        (("graph", "expand"), "configuration items"),
        (("prometheus", "query"), "records"),
    ],
)
def test_each_call_has_a_kind_of_records_behind_it(call: tuple[str, str], kind: str) -> None:
    params = {"source": "audit_log"} if call[1] == "aggregate" else {}
    assert freshness("a", (*call, params), NOW.isoformat(), until=NOW)["kind"] == kind


def is_old(tool: str, age: timedelta) -> bool:
    return freshness("a", (tool, "b", {}), (NOW - age).isoformat(), until=NOW)["is_old"]


@pytest.mark.parametrize(
    ("tool", "kind"),
    [
        ("metric", "metric points"),
        ("ci", "configuration items"),
        ("history", "work and maintenance"),
        ("document", "documents"),
    ],
)
def test_each_kind_has_its_limit(tool: str, kind: str) -> None:
    assert not is_old(tool, OLDEST[kind])
    assert is_old(tool, OLDEST[kind] + timedelta(seconds=1))


def test_records_of_a_kind_that_nobody_knows_are_never_old() -> None:
    assert not is_old("prometheus", timedelta(days=9999))


def test_what_is_still_to_come_is_not_missed() -> None:
    tomorrow = NOW + timedelta(days=1)
    assert asked_until(tomorrow.isoformat(), now=NOW) == NOW
    assert asked_until(None, now=NOW) == NOW


def found(call: CallResult, *blocks: NumberBlock, answer: str) -> list[str]:
    made = compose(Plan(), [call], now=NOW)
    made.blocks[:] = blocks
    object.__setattr__(made, "answer", answer)
    return unfounded(Plan(), [call], made)


@pytest.mark.parametrize(
    ("answer", "missing"),
    [
        ("There are 12 servers.", []),
        ("There are 13 servers.", ["13"]),
        ("srv-13 has 12 cores since 2025-12-31 10:00 UTC.", ["2025-12-31 10:00 UTC"]),
        ("a, b, c, d, e and 7 more.", []),
        ("a, b, c, d, e and 8 more.", ["8 more"]),
        ("It is 66.7 %.", []),
        ("It is 66.2 %.", ["66.2 %"]),
    ],
)
def test_a_figure_that_stands_in_no_block_is_found(answer: str, missing: list[str]) -> None:
    call = call_result("ci.search", data={"rows": [], "total": 12})
    twelve = NumberBlock(label="servers", value=12)
    share = NumberBlock(label="share", value=0.6666666)
    assert found(call, twelve, share, answer=answer) == missing
