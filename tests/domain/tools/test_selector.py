import asyncio

import pytest

from domain.plan.intent import Intent
from domain.tools.capabilities import (
    INTENT_CAPABILITY_MAP,
    INTENT_HINT_WORDS,
    MODE_CAPABILITIES,
    ToolCapability,
)
from domain.tools.selector import (
    CandidateScore,
    SelectionStrategy,
    SmartToolSelector,
    ToolSelectionContext,
)
from tests.domain.tools.fake_tools import FakeTool, answers, operation, registry_of


def tool(name: str, *capabilities: str) -> FakeTool:
    return FakeTool(name, operation("run", answers(None), *capabilities))


def ranked(selector: SmartToolSelector, context: ToolSelectionContext) -> list[str]:
    return [name for name, _ in asyncio.run(selector.select_tools(context))]


def scored(context: ToolSelectionContext, *capabilities: str) -> CandidateScore:
    (score,) = SmartToolSelector(registry_of(tool("a", *capabilities))).explain(context)
    return score


def selector_of(*tools: FakeTool) -> SmartToolSelector:
    return SmartToolSelector(registry_of(*tools))


CI, GRAPH = tool("ci", "ci_lookup", "ci_search"), tool("graph", "graph_expand")


def test_every_intent_has_capabilities_and_hint_words() -> None:
    assert set(Intent) == set(INTENT_CAPABILITY_MAP) == set(INTENT_HINT_WORDS)


def test_there_are_fourteen_capabilities() -> None:
    assert len(ToolCapability) == 14


def test_every_mode_admits_known_capabilities() -> None:
    assert MODE_CAPABILITIES["all"] == set(ToolCapability)


def test_a_tool_without_history_scores_by_the_formula() -> None:
    score = scored(ToolSelectionContext(user_pref=SelectionStrategy.FASTEST), "ci_search")
    assert score.score == pytest.approx(0.30 * 0.85 + 0.25 / 1.1 + 0.20 + 0.05)


def test_the_terms_of_a_score_add_up() -> None:
    context = ToolSelectionContext(
        user_pref=SelectionStrategy.FASTEST,
        current_load={"a": 0.5},
        cache_status={"a": True},
        estimated_time={"a": 1000.0},
        success_rate={"a": 0.9},
    )
    score = scored(context)
    assert (score.accuracy, score.speed, score.cache, score.load, score.bonus) == pytest.approx(
        (0.27, 0.125, 0.075, 0.10, 0.0)
    )
    assert score.score == pytest.approx(0.57)


def test_a_tool_that_declares_nothing_is_trusted_less() -> None:
    assert selector_of(CI, tool("b")).tool_profiles == {
        "ci": {"accuracy": 0.85, "base_time": 100.0},
        "b": {"accuracy": 0.5, "base_time": 100.0},
    }


@pytest.mark.parametrize(
    ("strategy", "context", "bonus"),
    [
        (SelectionStrategy.FASTEST, {"estimated_time": {"a": 119.0}}, 0.05),
        (SelectionStrategy.FASTEST, {"estimated_time": {"a": 120.0}}, 0.0),
        (SelectionStrategy.MOST_ACCURATE, {"success_rate": {"a": 0.86}}, 0.05),
        (SelectionStrategy.MOST_ACCURATE, {"success_rate": {"a": 0.85}}, 0.0),
        (SelectionStrategy.MOST_COMPLETE, {}, 0.03),
        (SelectionStrategy.MOST_COMPLETE, {"intent": Intent.EXPAND}, 0.0),
        (SelectionStrategy.LEAST_LOAD, {"current_load": {"a": 0.0}}, 0.05),
        (SelectionStrategy.LEAST_LOAD, {"current_load": {"a": 0.1}}, 0.0),
    ],
)
def test_a_strategy_rewards_its_own_quality(
    strategy: SelectionStrategy, context: dict[str, object], bonus: float
) -> None:
    made = ToolSelectionContext(user_pref=strategy, **context)  # type: ignore[arg-type]  # table above
    assert scored(made, "ci_search").bonus == bonus


def test_a_tool_with_every_capability_of_the_intent_is_complete() -> None:
    context = ToolSelectionContext(Intent.LOOKUP, SelectionStrategy.MOST_COMPLETE)
    assert scored(context, "ci_lookup", "ci_search").bonus == 0.03


def test_a_load_above_the_limit_counts_as_full() -> None:
    assert scored(ToolSelectionContext(current_load={"a": 7.0})).load == 0.0


def test_the_better_tool_comes_first() -> None:
    context = ToolSelectionContext(success_rate={"ci": 0.1, "graph": 1.0})
    assert ranked(selector_of(CI, GRAPH), context) == ["graph", "ci"]


def test_equal_tools_are_ranked_by_name_whatever_the_order_of_registration() -> None:
    context = ToolSelectionContext()
    assert ranked(selector_of(tool("b"), tool("a")), context) == ["a", "b"]


def test_only_tools_that_serve_the_intent_are_candidates() -> None:
    assert ranked(selector_of(CI, GRAPH), ToolSelectionContext(Intent.LOOKUP)) == ["ci"]


def test_a_tool_that_declares_nothing_is_a_candidate_by_the_words_of_its_type() -> None:
    selector = selector_of(tool("graph_reader"), tool("mailer"))
    (candidate,) = selector.explain(ToolSelectionContext(Intent.PATH))
    assert (candidate.tool, candidate.reason) == ("graph_reader", "its type contains 'graph'")


def test_a_tool_that_declares_something_else_is_no_candidate_by_its_words() -> None:
    selector = selector_of(tool("graph_mail", "http_api"), GRAPH)
    assert ranked(selector, ToolSelectionContext(Intent.EXPAND)) == ["graph"]


def test_a_tool_that_only_asks_sources_outside_is_no_candidate() -> None:
    selector = selector_of(CI, tool("sql", "database_query"), tool("http", "http_api"))
    assert ranked(selector, ToolSelectionContext()) == ["ci"]
    assert selector.get_all_tool_names() == ["ci"]


def test_without_a_fitting_tool_all_are_candidates_and_the_reason_says_so() -> None:
    (candidate,) = selector_of(CI).explain(ToolSelectionContext(Intent.DOCUMENT))
    assert candidate.reason == "no tool is made for DOCUMENT"


def test_the_reason_names_the_capability() -> None:
    (candidate,) = selector_of(CI).explain(ToolSelectionContext(Intent.LOOKUP))
    assert candidate.reason == "has capability ci_lookup"


def test_a_mode_hint_admits_only_tools_of_the_mode() -> None:
    context = ToolSelectionContext(mode_hint="graph")
    assert ranked(selector_of(CI, GRAPH), context) == ["graph"]


def test_a_tool_belongs_to_a_mode_by_its_capabilities_or_by_its_type() -> None:
    selector = selector_of(CI, tool("my_config"), GRAPH)
    assert ranked(selector, ToolSelectionContext(mode_hint="config")) == ["ci", "my_config"]


def test_the_mode_all_admits_every_tool() -> None:
    context = ToolSelectionContext(mode_hint="all")
    assert ranked(selector_of(CI, tool("x")), context) == ["ci", "x"]


def test_an_unknown_mode_hint_is_refused_with_those_that_are_allowed() -> None:
    with pytest.raises(ValueError, match="mode_hint 'moon' is no mode; allowed: config, metric"):
        selector_of(CI).explain(ToolSelectionContext(mode_hint="moon"))


def test_a_tool_registered_later_counts() -> None:
    registry = registry_of(CI)
    selector = SmartToolSelector(registry)
    registry.register_dynamic(GRAPH)
    assert selector.get_all_tool_names() == ["ci", "graph"]
