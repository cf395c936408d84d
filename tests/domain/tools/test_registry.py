import pytest

from domain.tools.registry import ToolRegistry, UnknownTool
from tests.fakes import ScriptedTool, answering

ANSWER = answering({"rows": []})


class Metrics(ScriptedTool):
    """Values over time. Not shown."""

    def __init__(self) -> None:
        super().__init__("metric", series=ANSWER)


def registry() -> ToolRegistry:
    """Two tools of one type, and one of another."""
    found = ToolRegistry()
    found.register_dynamic(ScriptedTool("ci", name="cmdb", search=ANSWER))
    found.register("metric", Metrics)
    found.register_dynamic(ScriptedTool("ci", search=ANSWER))
    return found


def test_tools_are_known_by_name_in_order_of_registration() -> None:
    assert list(registry().get_available_tools()) == ["cmdb", "metric", "ci"]


def test_the_tools_handed_out_are_a_copy() -> None:
    found = registry()
    found.get_available_tools().clear()
    assert found.is_registered("ci")


def test_a_registered_tool_is_found_by_its_name() -> None:
    assert registry().get_tool("cmdb").tool_type == "ci"


def test_an_unknown_tool_is_told_with_those_that_there_are() -> None:
    with pytest.raises(UnknownTool, match="tool 'sql' is not installed; tools: ci, cmdb, metric"):
        registry().get_tool("sql")


def test_an_empty_registry_says_that_it_has_none() -> None:
    with pytest.raises(UnknownTool, match="tool 'ci' is not installed; tools: none"):
        ToolRegistry().get_tool("ci")


def test_a_name_is_registered_once() -> None:
    with pytest.raises(ValueError, match="a tool named 'metric' is already registered"):
        registry().register("metric", Metrics)


def test_a_class_makes_tools_of_the_type_that_it_is_registered_for() -> None:
    with pytest.raises(ValueError, match="makes tools of type 'metric', not 'graph'"):
        ToolRegistry().register("graph", Metrics)


def test_nothing_is_registered_when_the_type_is_wrong() -> None:
    found = ToolRegistry()
    with pytest.raises(ValueError, match="not 'graph'"):
        found.register("graph", Metrics)
    assert found.get_available_tools() == {}


def test_a_tool_is_described_by_its_first_sentence_and_operations() -> None:
    info = registry().get_tool_info("metric")
    operation = info["operations"]["series"]
    assert (info["name"], info["type"], info["description"], operation["summary"]) == (
        "metric",
        "metric",
        "Values over time. Not shown.",
        "Does series",
    )


def test_a_description_has_the_schema_of_every_parameter() -> None:
    info = registry().get_tool_info("metric")
    assert "ci_ids" in info["operations"]["series"]["params"]["properties"]
    schema = info["input_schema"] or {}
    assert schema["series"] == info["operations"]["series"]["params"]


def test_every_tool_is_described() -> None:
    assert list(registry().get_all_tools_info()) == ["cmdb", "metric", "ci"]
