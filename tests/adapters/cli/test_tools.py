"""`opstrail tool`."""

from pathlib import Path

import pytest

from tests.adapters.cli.command import Command

pytestmark = pytest.mark.usefixtures("planned_by_hand")


def test_every_operation_is_listed(opstrail: Command) -> None:
    listed = {line.split()[0] for line in opstrail("tool", "list").lines[2:]}
    assert {"ci.search", "metric.series", "graph.path", "cep.simulate"} <= listed


def test_the_list_as_json_describes_every_tool(opstrail: Command) -> None:
    names = [info["name"] for info in opstrail("tool", "list", "-o", "json").json]
    names_outside = ["sql", "http", "prometheus"]
    assert names == [
        "ci",
        "graph",
        "metric",
        "history",
        "cep",
        "document",
        "query",
        "causes",
        *names_outside,
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
        (("call", "dns.search"), 4, "tool 'dns' is not installed; tools: causes, cep"),
        (("describe", "dns"), 4, "tool 'dns' is not installed"),
        (("describe", "ci.find"), 4, "operation 'ci.find' is not there; operations: ci.resolve"),
        (
            ("rank", "--mode", "metrics"),
            2,
            "--mode: 'metrics' is no mode; allowed: config, metric",
        ),
        (("rank", "--intent", "DANCE"), 2, "'LOOKUP', 'SEARCH'"),
        (("rank", "--question", "What is love?"), 2, "I do not understand"),
    ],
)
def test_a_bad_call_says_what_is_allowed(
    opstrail: Command, arguments: tuple[str, ...], code: int, said: str
) -> None:
    ended = opstrail("tool", *arguments)
    assert (ended.code, ended.out) == (code, "")
    assert said in ended.err


@pytest.mark.parametrize("name", ["ci.aggregate", "ci_aggregate"])
def test_an_operation_is_described_alone(opstrail: Command, name: str) -> None:
    described = opstrail("tool", "describe", name, "-o", "json").json
    assert [*described["operations"]] == ["aggregate"]


def test_a_description_tells_effect_policy_and_the_calls_of_the_week(opstrail: Command) -> None:
    opstrail("ask", "How many servers?")
    described = opstrail("tool", "describe", "ci_aggregate", "-o", "json").json
    aggregate = described["operations"]["aggregate"]
    assert (described["name"], aggregate["known_as"]) == ("ci", ["ci_aggregate"])
    assert (aggregate["effect"], aggregate["unavailable"]) == ("read", None)
    assert aggregate["policy"]["cache_ttl_seconds"] == {"value": 300, "origin": "built-in"}
    assert (aggregate["week"]["call_count"], aggregate["week"]["error_count"]) == (1, 0)
    said = opstrail("tool", "describe", "ci").out
    assert "known as  ci_aggregate" in said
    assert "1 in 7 days, 0 failed" in said
    assert "max_retries            2      built-in  all" in said


def test_a_capability_can_be_called(opstrail: Command) -> None:
    called = opstrail("tool", "call", "ci_aggregate", "--params", '{"group_by": ["ci_type"]}')
    assert called.json["total_records"] == 10


def test_a_ranking_shows_every_term_of_each_score(opstrail: Command) -> None:
    ranking = opstrail("tool", "rank", "--intent", "AGGREGATE", "-o", "json").json
    assert [each["tool"] for each in ranking["candidates"]] == ["ci", "metric"]
    best = ranking["candidates"][0]
    terms = ("accuracy", "speed", "cache", "load", "bonus")
    assert (best["score"], [best[term] for term in terms]) == (
        pytest.approx(0.682272727273),
        [0.255, pytest.approx(0.227272727273), 0.0, 0.2, 0.0],
    )
    assert best["reason"] == "has capability ci_aggregate"
    said = opstrail("tool", "rank", "--mode", "metric").lines
    assert said[0].split() == [*("tool", "score", *terms), "reason", "ms", "succeed"]
    assert said[2].split()[0] == "metric"


def test_tools_are_ranked_for_the_plan_of_a_question(opstrail: Command) -> None:
    ranking = opstrail("tool", "rank", "--question", "How many servers?", "-o", "json").json
    seen = ranking["context"]
    assert (seen["intent"], seen["user_pref"]) == ("AGGREGATE", "fastest")
    assert [each["tool"] for each in ranking["candidates"]] == ["ci", "metric"]


def test_a_wrong_file_of_sources_is_told_before_a_run_begins(
    opstrail: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sources.toml").write_text('[sources.x]\nkind = "ftp"')
    monkeypatch.setenv("OPSTRAIL_SOURCES_FILE", str(tmp_path / "sources.toml"))
    ended = opstrail("ask", "How many servers are there?")
    assert ended.code == 2
    assert "sources.x.kind: it is one of sql, http, prometheus, got 'ftp'" in ended.err
    monkeypatch.delenv("OPSTRAIL_SOURCES_FILE")
    assert opstrail("run", "list", "-o", "json").json == []


def test_without_sources_it_is_said_where_they_are_named(opstrail: Command) -> None:
    ended = opstrail("tool", "sources")
    assert (ended.code, "OPSTRAIL_SOURCES_FILE" in ended.err) == (0, True)


def test_sources_are_listed_with_what_is_wrong(
    opstrail: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSTRAIL_SOURCES_FILE", str(Path(__file__).with_name("sources.toml")))
    out = opstrail("tool", "sources").out
    assert "sqlite:////nowhere/erp.db" in out
    assert "UPSTREAM_UNAVAILABLE: source erp: unable to open database file" in out
