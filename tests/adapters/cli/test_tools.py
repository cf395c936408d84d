"""`opstrail tool`."""

import pytest

from tests.adapters.cli.command import Command


def test_every_operation_is_listed(opstrail: Command) -> None:
    listed = {line.split()[0] for line in opstrail("tool", "list").lines[2:]}
    assert {"ci.search", "metric.series", "graph.path", "cep.simulate"} <= listed


def test_the_list_as_json_describes_every_tool(opstrail: Command) -> None:
    names = [info["name"] for info in opstrail("tool", "list", "-o", "json").json]
    assert names == [
        "ci",
        "graph",
        "metric",
        "history",
        "cep",
        "document",
        "sql",
        "http",
        "prometheus",
    ]


def test_a_description_names_parameters_types_and_defaults(opstrail: Command) -> None:
    out = opstrail("tool", "describe", "metric").out
    assert "count | max | min | avg | last" in out
    assert '"last_24h"' in out
    assert "required" in out


def test_a_description_as_json_has_the_schemas(opstrail: Command) -> None:
    info = opstrail("tool", "describe", "ci", "-o", "json").json
    assert info["operations"]["search"]["params"]["type"] == "object"


def test_a_call_prints_its_data(opstrail: Command) -> None:
    ended = opstrail("tool", "call", "ci.aggregate", "--params", '{"group_by": ["ci_type"]}')
    assert (ended.code, ended.json["total_records"]) == (0, 10)


def test_a_call_as_json_prints_the_whole_result(opstrail: Command) -> None:
    result = opstrail("tool", "call", "metric.list", "-o", "json").json
    assert set(result) >= {"success", "data", "warnings", "references", "error"}


def test_a_call_is_no_run(opstrail: Command) -> None:
    opstrail("tool", "call", "metric.list")
    assert opstrail("run", "list", "-o", "ids").out == ""


def test_warnings_of_a_call_stand_beside_its_data(opstrail: Command) -> None:
    ended = opstrail("tool", "call", "ci.search", "--params", '{"limit": 1000}')
    assert ended.json["total"] == 10
    assert ended.err.startswith("warning: limit 1000 is not within")


def test_relative_times_of_a_call_can_count_back_from_the_newest_data(opstrail: Command) -> None:
    call = ("tool", "call", "history.event_log", "--params", '{"time_range": "last_24h"}')
    assert opstrail(*call).json["total"] == 0
    assert opstrail(*call, "--anchor", "data").json["total"] == 3


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("call", "ci.find"), 2, "ci has no operation 'find'; allowed: aggregate"),
        (("call", "ci"), 2, "ci has no operation ''"),
        (("call", "ci.get_by_code", "--params", '{"ci_code": "srv-99"}'), 4, "DATA_NOT_FOUND"),
        (("call", "ci.get", "--params", '{"size": 1}'), 2, "size"),
        (("call", "ci.search", "--params", "{"), 2, "--params: '{': it is no JSON"),
        (("call", "ci.search", "--params", "[]"), 2, "--params: '[]' is no JSON object"),
        (("call", "dns.search"), 4, "tool 'dns' is not installed; tools: cep, ci"),
        (("describe", "dns"), 4, "tool 'dns' is not installed"),
    ],
)
def test_a_bad_call_says_what_is_allowed(
    opstrail: Command, arguments: tuple[str, ...], code: int, said: str
) -> None:
    ended = opstrail("tool", *arguments)
    assert (ended.code, ended.out) == (code, "")
    assert said in ended.err
