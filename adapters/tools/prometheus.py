"""The tool of Prometheus servers: instant and range queries, and which series there are."""

from datetime import timedelta
from typing import Annotated, Any, Final

from pydantic import Field

from adapters.sources.source import PrometheusSource
from adapters.tools.answer import answer, cut_warning, span_json
from adapters.tools.operation import SourceTool, Words, operation
from adapters.tools.references import query_reference
from domain.clamps import Clamp
from domain.plan.time_range import (
    TimeRange,
    WrongTimeRange,
    parse_time_range,
    suggest_bucket_seconds,
)
from domain.tools.capabilities import ToolCapability
from domain.tools.contracts import (
    ToolContext,
    ToolErrorCode,
    ToolFailure,
    ToolParams,
    ToolResult,
)

_MOST_POINTS: Final = 11_000
"""Of a series: a Prometheus refuses more."""
_MOST_ROWS: Final = 20_000
_LONGEST: Final = timedelta(days=3653)
_CAN: Final = ToolCapability.HTTP_API
Promql = Annotated[Words, Field(max_length=5000)]


class InstantParams(ToolParams):
    """An expression, whose values are those of the instant that the question is asked at."""

    source: Words
    promql: Promql


class RangeParams(InstantParams):
    """Its values over a time range, one each `step_seconds`: without, at most 200 of a series."""

    time_range: str = "last_24h"
    step_seconds: Annotated[int | None, Field(ge=1)] = None


class SeriesParams(ToolParams):
    """A selector such as up{job="node"}, and the time range in which a series has values."""

    source: Words
    match: Promql
    time_range: str = "last_24h"


class PrometheusTool(SourceTool):
    """Asks the Prometheus servers that the sources file names."""

    TYPE = "prometheus"

    @operation("instant", InstantParams, _CAN)
    async def _instant(self, context: ToolContext, params: InstantParams) -> ToolResult:
        """Return the present value of each series of an expression."""
        query = {"query": params.promql, "time": context.now.timestamp()}
        return await self._asked("instant", "query", context, params, query=query)

    @operation("range", RangeParams, _CAN)
    async def _range(self, context: ToolContext, params: RangeParams) -> ToolResult:
        """Return the values of each series of an expression over a time range."""
        span = _span(params.time_range, context)
        step, warnings = _step(span, params.step_seconds)
        query = {"query": params.promql, "step": step}
        found = await self._asked("range", "query_range", context, params, query=query, span=span)
        if isinstance(found.data, dict):
            found.data["step_seconds"] = step
        found.warnings[:0] = warnings
        return found

    @operation("series", SeriesParams, _CAN)
    async def _series(self, context: ToolContext, params: SeriesParams) -> ToolResult:
        """Return which series there are in a time range, by their labels."""
        span = _span(params.time_range, context)
        query = {"match[]": params.match}
        return await self._asked("series", "series", context, params, query=query, span=span)

    async def _asked(
        self,
        name: str,
        path: str,
        context: ToolContext,
        params: InstantParams | SeriesParams,
        *,
        query: dict[str, Any],
        span: TimeRange | None = None,
    ) -> ToolResult:
        from adapters.sources.exchange import Request, ask  # noqa: PLC0415 - few calls need it
        from adapters.tools.prometheus_answer import found_in, refused  # noqa: PLC0415 - the same

        source = self._sources.named(context.tenant_id, params.source, PrometheusSource)
        query |= _bounds(span, step=query.get("step")) if span else {}
        with self._sources.opened(source) as opened:
            try:
                request = Request(f"/api/v1/{path}", query=query, headers=context.trace_headers)
                reply = await ask(source, opened, request)
            except ToolFailure as failure:
                raise refused(failure) from failure
            found = found_in(reply.body, source=source.name)
            rows, total = found.rows[:_MOST_ROWS], len(found.rows)
            reference = query_reference("prometheus", name, params=params, total_records=total)
            more = span_json(span) if span else {}
            result = answer(
                {"rows": [*rows], "total": total, "truncated": total > len(rows), **more},
                row_count=len(rows),
                references=[{**reference, "title": f"prometheus.{name} of {source.name}"}],
                warnings=[*found.warnings, *cut_warning(len(rows), total=total, noun="rows")],
                window=span.window if span else None,
                newest=found.newest,
            )
            return opened.closed(result)


def _span(time_range: str, context: ToolContext) -> TimeRange:
    try:
        span = parse_time_range(time_range, now=context.now)
    except WrongTimeRange as error:
        raise ToolFailure(ToolErrorCode.INVALID_PARAMS, str(error)) from error
    if span.window.end - span.window.start > _LONGEST:
        message = f"time_range: {time_range!r} is longer than 10 years; allowed: such as last_30d"
        raise ToolFailure(ToolErrorCode.INVALID_PARAMS, message)
    return span


def _bounds(span: TimeRange, *, step: int | None) -> dict[str, float]:
    """Return the first and the last instant; of points, the last is at the end, which is open."""
    start, last = span.window.start.timestamp(), span.window.end.timestamp() - 0.001
    first = start if step is None else last - (last - start) // step * step
    return {"start": first, "end": last}


def _step(span: TimeRange, asked: int | None) -> tuple[int, list[str]]:
    """Return the seconds from point to point, and a warning where they are not as asked for."""
    seconds = (span.window.end - span.window.start).total_seconds()
    least = int(seconds // _MOST_POINTS) + 1
    if asked is None:
        return suggest_bucket_seconds(span.window), []
    if asked >= least:
        return asked, []
    why = f"is not enough for at most {_MOST_POINTS:,} points of a series"
    return least, [str(Clamp("step_seconds", asked, least, why))]
