from adapters.tools.builtin import builtin_tools
from domain.tools.registry import ToolRegistry
from infrastructure.estate.sql_estate import SqlEstate
from tests.adapters.tools.calling import Caller


def test_every_built_in_tool_can_be_registered_and_describes_itself(estate: SqlEstate) -> None:
    registry = ToolRegistry()
    for tool in builtin_tools(estate):
        registry.register_dynamic(tool)
    described = registry.get_all_tools_info()
    assert set(described) == {
        "ci",
        "graph",
        "metric",
        "history",
        "cep",
        "document",
        "query",
        "causes",
    }
    assert all(info["description"] and info["operations"] for info in described.values())


def test_an_operation_that_a_tool_lacks_is_refused_with_those_it_has(call: Caller) -> None:
    result = call("graph.delete")
    assert result.error == "graph has no operation 'delete'; allowed: expand, path"


def test_the_same_question_has_the_same_reference(call: Caller) -> None:
    first, second = (call("ci.aggregate", group_by=["status"]).references for _ in range(2))
    assert first == second
