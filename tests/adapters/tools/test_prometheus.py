"""The tool of Prometheus servers, asked for the same of a real one and of a recorded one."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.sources.source import PrometheusSource
from adapters.sources.sources import Sources
from adapters.tools.prometheus import PrometheusTool
from domain.tools.contracts import ToolContext, ToolErrorCode, ToolResult
from tests.adapters.tools.prometheus_servers import BINARY, RECORDED, real, recorded
from tests.estate_fixture import TENANT

Ask = Callable[..., ToolResult]
needs_binary = pytest.mark.skipif(BINARY is None, reason="there is no prometheus here")


class NoSecrets:
    def value(self, name: str) -> str | None:
        return None

    def places(self, name: str) -> str:
        return "nowhere"


def asking(url: str) -> Ask:
    source = PrometheusSource(name="prom", url=url, allow_private=True)
    tool = PrometheusTool(Sources([source], NoSecrets()))
    now = datetime.now(UTC)  # noqa: TID251 - a real server has the present only

    def ask(name: str, **params: Any) -> ToolResult:  # noqa: ANN401 - as a plan says
        given = {"operation": name, "source": "prom", **params}
        return asyncio.run(tool.safe_execute(ToolContext(TENANT, now), given))

    return ask


@pytest.fixture(scope="module", params=["recorded", pytest.param("real", marks=[needs_binary])])
def ask(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    with ExitStack() as opened:
        is_real = request.param == "real"
        server = real(tmp_path_factory.mktemp("prometheus")) if is_real else recorded(RECORDED)
        yield asking(opened.enter_context(server))


def rows_of(result: ToolResult) -> list[dict[str, Any]]:
    assert result.success, result.error
    assert isinstance(result.data, dict)
    rows: Any = result.data["rows"]
    return list(rows)


def test_an_instant_gives_labels_time_and_value(ask: Ask) -> None:
    (row,) = rows_of(ask("instant", promql="up"))
    assert (row["metric"], row["job"], row["value"]) == ("up", "self", 1.0)
    assert datetime.fromisoformat(row["time"]).tzinfo is not None


def test_a_number_is_a_row_without_labels(ask: Ask) -> None:
    (row,) = rows_of(ask("instant", promql="3.5"))
    assert (row["value"], set(row)) == (3.5, {"time", "value"})


def test_what_is_no_number_is_null_and_told(ask: Ask) -> None:
    result = ask("instant", promql="up / 0")
    assert [row["value"] for row in rows_of(result)] == [None]
    assert result.warnings == ["1 of 1 values are NaN or infinite: null"]


def test_a_range_says_its_step_and_window(ask: Ask) -> None:
    result = ask("range", promql="up", time_range="last_1h", step_seconds=1)
    assert {row["value"] for row in rows_of(result)} == {1.0}
    assert isinstance(result.data, dict)
    assert (result.data["step_seconds"], result.data["time_range"]) == (1, "last_1h")
    assert result.metadata["newest"] == rows_of(result)[-1]["time"]


def test_a_step_of_too_many_points_is_widened_and_told(ask: Ask) -> None:
    result = ask("range", promql="up", time_range="last_30d", step_seconds=5)
    assert rows_of(result)
    assert isinstance(result.data, dict)
    assert result.data["step_seconds"] == 236
    assert result.warnings == [
        "step_seconds 5 is not enough for at most 11,000 points of a series: 236 used"
    ]


def test_without_a_step_a_series_has_at_most_200_points(ask: Ask) -> None:
    result = ask("range", promql="up", time_range="last_24h")
    assert isinstance(result.data, dict)
    assert result.data["step_seconds"] == 600


def test_series_are_told_by_their_labels(ask: Ask) -> None:
    (row,) = rows_of(ask("series", match="up"))
    assert (row["metric"], row["job"], "value" in row) == ("up", "self", False)


@pytest.mark.parametrize(
    ("promql", "code", "said"),
    [
        ("up(", ToolErrorCode.INVALID_PARAMS, 'bad_data: invalid parameter "query"'),
        (
            'label_replace(up, "a", "b", "c", "(")',
            ToolErrorCode.TOOL_BAD_REQUEST,
            "execution: invalid regular expression in label_replace(): (",
        ),
    ],
)
def test_what_the_server_refuses_is_told_in_its_words(
    ask: Ask, promql: str, code: ToolErrorCode, said: str
) -> None:
    result = ask("instant", promql=promql)
    assert result.error_code is code
    assert str(result.error).startswith(f"source prom: {said}")


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"promql": ""}, "promql"),
        ({"promql": "x" * 5001}, "promql"),
        ({"time_range": "all_time"}, "'all_time' is longer than 10 years; allowed: such as"),
        ({"time_range": "tomorrowish"}, "tomorrowish"),
        ({"step_seconds": 0}, "step_seconds"),
    ],
)
def test_what_cannot_be_asked_is_refused(params: dict[str, Any], said: str) -> None:
    result = asking("http://127.0.0.1:9")("range", **{"promql": "up", **params})
    assert result.error_code is ToolErrorCode.INVALID_PARAMS
    assert said in str(result.error)


@pytest.mark.parametrize(
    "body",
    [
        {"status": "success"},
        {"status": "success", "data": {"result": "x"}},
        {"status": "success", "data": {"result": [{"metric": {}, "value": [1e300, "1"]}]}},
        {"status": "success", "data": {"result": [{"metric": {}, "value": [1, "one"]}]}},
        ["nothing"],
        "text",
    ],
)
def test_what_is_no_answer_fails_the_call(body: object) -> None:
    with recorded({"query up": body}) as url:
        result = asking(url)("instant", promql="up")
    assert result.error_code is ToolErrorCode.UPSTREAM_UNAVAILABLE
    assert "no Prometheus answer" in str(result.error)


def test_what_the_server_warns_of_is_passed_on_and_labels_keep_their_values() -> None:
    series = {"metric": {"time": "noon", "value": "x"}, "value": [1, "2"], "histogram": None}
    odd = {"metric": {}, "histogram": [1, {"count": "1"}]}
    body = {"status": "success", "data": {"result": [series, odd]}, "warnings": ["one is down"]}
    with recorded({"query up": body}) as url:
        result = asking(url)("instant", promql="up")
    (row,) = rows_of(result)
    assert (row["label_time"], row["label_value"], row["value"]) == ("noon", "x", 2.0)
    assert result.warnings == ["Prometheus: one is down", "native histograms are left out"]


def test_more_rows_than_are_kept_are_told() -> None:
    values = [[number, "1"] for number in range(20_001)]
    body = {"status": "success", "data": {"result": [{"metric": {}, "values": values}]}}
    with recorded({"query_range up": body}) as url:
        result = asking(url)("range", promql="up", time_range="last_1h")
    assert isinstance(result.data, dict)
    assert (result.data["total"], result.data["truncated"]) == (20_001, True)
    assert result.warnings == ["20000 of 20001 rows shown"]
