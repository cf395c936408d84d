"""The tools of sources outside: what of them belongs to calls."""

import asyncio
from collections.abc import Iterator

import pytest

from adapters.sources.source import HttpSource, Source, SqlSource, Table
from adapters.sources.sources import Sources
from adapters.tools.builtin import outside_tools
from domain.tools.confidential import OPEN
from domain.tools.contracts import ToolContext, ToolErrorCode, ToolResult
from domain.values.effect import Effect
from tests.estate_fixture import NOW
from tests.web_server import WebServer, web_server


@pytest.fixture(scope="module")
def server() -> Iterator[WebServer]:
    with web_server() as server:
        yield server


@pytest.fixture
def sources(server: WebServer) -> list[Source]:
    server.asked.clear()
    api = HttpSource(name="api", url=server.url, allow_private=True, tenants=("acme",))
    every = ("GET", "POST", "PUT", "PATCH", "DELETE")
    return [
        api,
        api.model_copy(update={"name": "all", "methods": every}),
        SqlSource(name="erp", url="sqlite:////nothing.db", tables={"a": Table()}),
    ]


def called(sources: list[Source], call: str, tenant: str = "acme", **params: object) -> ToolResult:
    tool, operation = call.split(".")
    tools = {each.tool_name: each for each in outside_tools(Sources(sources, OPEN.secrets))}
    context = ToolContext(tenant, NOW, call_id="a", idempotency_key="run-1/a")
    given = {"operation": operation, **params}
    return asyncio.run(tools[tool].safe_execute(context, given))


def test_a_source_of_another_tenant_or_kind_is_as_one_that_is_not_there(
    sources: list[Source],
) -> None:
    said = [
        called(sources, "http.get", tenant="evil", source="api").error,
        called(sources, "http.get", tenant="evil", source="nothing").error,
        called(sources, "http.get", source="erp").error,
    ]
    assert said == [
        "there is no http source 'api'; known: none",
        "there is no http source 'nothing'; known: none",
        "there is no http source 'erp'; known: api, all",
    ]


def test_path_and_query_go_below_the_url_of_the_source(
    sources: list[Source], server: WebServer
) -> None:
    below = sources[0].model_copy(update={"url": f"{server.url}/v1/"})
    called([below], "http.get", source="api", path="/a b", query={"q": "x&y", "n": 1})
    assert server.asked[0][1] == "/v1/a%20b?q=x%26y&n=1"


@pytest.mark.parametrize(
    "path",
    ["a", "/../a", "/%2e%2e/a", "/a/..", "/x\\..\\a", "/a?b=c", "/a#b", "/a\nb", "/a/..;x/b"],
)
def test_a_path_that_leads_elsewhere_is_refused(
    sources: list[Source], server: WebServer, path: str
) -> None:
    result = called(sources, "http.get", source="api", path=path)
    assert (result.error_code, server.asked) == (ToolErrorCode.INVALID_PARAMS, [])


def test_a_path_does_not_lead_to_another_host(sources: list[Source], server: WebServer) -> None:
    for path in ("//evil.example/", "/@evil.example", "/:1/"):
        assert called(sources, "http.get", source="api", path=path).success
    assert len(server.asked) == 3


def test_a_method_that_the_source_does_not_allow_is_refused(
    sources: list[Source], server: WebServer
) -> None:
    result = called(sources, "http.send", source="api", body={})
    assert (result.error_code, server.asked) == (ToolErrorCode.POLICY_DENY, [])
    assert result.error == "source api does not allow POST; allowed: GET"


@pytest.mark.parametrize(
    ("call", "method"),
    [("send", "POST"), ("send", "PATCH"), ("put", "PUT"), ("put", "DELETE")],
)
def test_what_changes_something_carries_its_idempotency_key(
    sources: list[Source], server: WebServer, call: str, method: str
) -> None:
    assert called(sources, f"http.{call}", source="all", method=method, body=[1]).success
    ((sent, _, headers, body),) = server.asked
    assert (sent, body, headers["Idempotency-Key"]) == (method, "[1]", "run-1/a")


def test_a_read_carries_none(sources: list[Source], server: WebServer) -> None:
    called(sources, "http.get", source="api")
    assert "Idempotency-Key" not in server.asked[0][2]


def test_each_operation_declares_what_it_does_outside(sources: list[Source]) -> None:
    tools = outside_tools(Sources(sources, OPEN.secrets))
    effects = {
        f"{tool.tool_name}.{name}": operation.effect
        for tool in tools
        for name, operation in tool.operations.items()
    }
    assert effects == {
        "sql.query": Effect.READ,
        "http.get": Effect.READ,
        "http.put": Effect.IDEMPOTENT,
        "http.send": Effect.EFFECT,
        "prometheus.instant": Effect.READ,
        "prometheus.range": Effect.READ,
        "prometheus.series": Effect.READ,
    }


class OneSecret:
    """Knows one secret; see `domain.redaction.secrets.Secrets`."""

    def value(self, name: str) -> str | None:
        return "s3cret-of-the-api"

    def places(self, name: str) -> str:
        return "nowhere else"


def test_an_answer_that_repeats_a_secret_comes_without_it(
    sources: list[Source], server: WebServer
) -> None:
    keyed = sources[0].model_copy(update={"headers": {"X-Token": "secret:API"}})
    _, tool, _ = outside_tools(Sources([keyed], OneSecret()))
    given = {"operation": "get", "source": "api"}
    result = asyncio.run(tool.safe_execute(ToolContext("acme", NOW), given))
    assert server.asked[0][2]["X-Token"] == "s3cret-of-the-api"
    assert "'X-Token': '[redacted:secret-api]'" in str(result.data)


def test_signs_of_a_text_that_cannot_be_read_are_told(sources: list[Source]) -> None:
    result = called(sources, "http.get", source="api", path="/odd")
    assert result.warnings == ["1 signs of the text could not be read; each is U+FFFD here"]


def test_a_reference_names_method_and_url(sources: list[Source], server: WebServer) -> None:
    result = called(sources, "http.get", source="api", path="/text")
    assert [each["title"] for each in result.references] == [f"GET {server.url}/text"]


def test_a_server_gets_the_trace_with_the_call_as_its_span(
    sources: list[Source], server: WebServer
) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-{}-01"
    (tool,) = (
        each for each in outside_tools(Sources(sources, OPEN.secrets)) if each.tool_name == "http"
    )
    came = trace.format("b7ad6b7169203331")
    for call_id in ("a", "a", "b"):
        context = ToolContext("acme", NOW, trace_id="run-1", call_id=call_id, traceparent=came)
        asyncio.run(tool.safe_execute(context, {"operation": "get", "source": "api"}))
    first, again, other = (asked[2]["traceparent"] for asked in server.asked)
    assert first == again == trace.format(first[36:52])
    assert len({came, first, other}) == 3
