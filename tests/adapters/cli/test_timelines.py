"""How a timeline is drawn, from timelines made by hand."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.cli.text.axis import CellAxis, axis_lines
from adapters.cli.text.timeline import timeline_lines
from domain.run.summary import RunSummary
from domain.views.axis import Axis
from domain.views.timeline import Bar, Lane, Timeline

MS = st.floats(min_value=0, max_value=1e9)
WIDTHS = st.integers(min_value=1, max_value=500)
SUMMARY = RunSummary(
    tenant_id="acme",
    run_id="run-1",
    version=21,
    state="completed",
    status="partial",
    route="lookup",
    planner="rules",
    question="What is affected?",
    actor_kind="person",
    actor_id="ada",
    requested_at="2026-03-01T12:00:00.000000Z",
    updated_at="2026-03-01T12:00:00.100000Z",
    ended_at="2026-03-01T12:00:00.100000Z",
    duration_ms=100,
    call_count=3,
    failed_call_count=1,
    error_code=None,
    error=None,
)


def bar(
    name: str,
    start_ms: float,
    end_ms: float,
    *,
    status: str = "ok",
    attempt: int = 1,
    note: str | None = None,
) -> Bar:
    return Bar(
        kind="stage",
        name=name,
        title=name,
        status=status,
        attempt=attempt,
        start_ms=start_ms,
        end_ms=end_ms,
        duration_ms=end_ms - start_ms,
        note=note,
        versions=(1, 2),
    )


def call(
    name: str,
    title: str,
    start_ms: float,
    end_ms: float,
    *,
    status: str = "succeeded",
    note: str | None = None,
) -> Bar:
    drawn_as_stage = bar(name, start_ms, end_ms, status=status, note=note)
    return dataclasses.replace(drawn_as_stage, kind="call", title=title)


def drawn(timeline: Timeline, *, width: int = 80, is_unicode: bool = True) -> list[str]:
    lines = timeline_lines(timeline, width=width, is_unicode=is_unicode)
    return [line.plain.rstrip() for line in lines]


FAILED = call("metric", "metric.series", 40, 80, status="failed", note="no such metric")
SKIPPED = call("cep", "cep.simulate", 80, 80, status="skipped", note="metric failed")
WHOLE = Timeline(
    SUMMARY,
    100,
    (
        Lane(bar("route_plan", 0, 20), ()),
        Lane(bar("validate", 20, 20.2), ()),
        Lane(
            bar("execute", 20, 80, status="warning"),
            (call("primary", "ci.resolve", 20, 40), FAILED, SKIPPED),
        ),
        Lane(bar("compose", 80, 100, status="interrupted"), ()),
    ),
)

GOLDEN = """\
What is affected?
run-1  completed (partial), 100 ms, 3 tool calls, version 21

                               0                       50 ms
                               ┬───────────────────────┬────────────────────────
✓ route_plan            20 ms  ██████████
✓ validate             0.2 ms           ▏
! execute               60 ms           ███████████████████████████████
✓   ci.resolve          20 ms           ━━━━━━━━━━━
✗   metric.series       40 ms                     ━━━━━━━━━━━━━━━━━━━━━
    └ failed: no such metric
-   cep.simulate                                                      ·
    └ skipped: metric failed
■ compose               20 ms                                         ▒▒▒▒▒▒▒▒▒▒
"""

GOLDEN_ASCII = """\
What is affected?
run-1  completed (partial), 100 ms, 3 tool calls, version 21

                               0                       50 ms
                               +-----------------------+------------------------
+ route_plan            20 ms  ##########
+ validate             0.2 ms           |
! execute               60 ms           ###############################
+   ci.resolve          20 ms           ===========
x   metric.series       40 ms                     =====================
    ` failed: no such metric
-   cep.simulate                                                      .
    ` skipped: metric failed
! compose               20 ms                                         %%%%%%%%%%
"""


def test_a_timeline_shows_stages_calls_durations_and_reasons() -> None:
    assert "\n".join(drawn(WHOLE)) == GOLDEN.rstrip()


def test_a_timeline_can_be_drawn_in_ascii() -> None:
    assert "\n".join(drawn(WHOLE, is_unicode=False)) == GOLDEN_ASCII.rstrip()


@pytest.mark.parametrize("width", [80, 100, 200])
def test_a_timeline_is_as_wide_as_the_terminal(width: int) -> None:
    assert max(len(line) for line in drawn(WHOLE, width=width)) == width


def test_a_narrow_terminal_still_gets_an_axis() -> None:
    axis = drawn(WHOLE, width=10)[4]
    assert len(axis.strip()) == 14


@pytest.mark.parametrize("total_ms", [0, 0.01, 100, 90_000])
def test_a_bar_without_length_is_still_seen(total_ms: float) -> None:
    timeline = Timeline(SUMMARY, total_ms, (Lane(bar("present", total_ms, total_ms), ()),))
    assert drawn(timeline)[-1].endswith("▏")


def test_a_run_that_has_not_started_has_only_its_axis() -> None:
    assert len(drawn(Timeline(SUMMARY, 0, ()))) == 5


def test_calls_of_the_same_operation_are_told_apart_by_their_ids() -> None:
    calls = (call("a:metric", "metric.series", 0, 1), call("b:metric", "metric.series", 0, 1))
    lines = drawn(Timeline(SUMMARY, 1, (Lane(bar("execute", 0, 1), calls),)))
    assert "metric.series (a:metric)" in lines[-2]
    assert "metric.series (b:metric)" in lines[-1]


def test_a_second_attempt_is_numbered() -> None:
    again = Timeline(SUMMARY, 1, (Lane(bar("execute", 0, 1, attempt=2), ()),))
    assert "execute #2" in drawn(again)[-1]


def test_why_a_run_failed_is_in_the_header() -> None:
    failed = dataclasses.replace(SUMMARY, error_code="TOOL_TIMEOUT", error="took too long")
    assert drawn(Timeline(failed, 1, ()))[2] == "TOOL_TIMEOUT: took too long"


@pytest.mark.parametrize(
    ("status", "style"), [("ok", "green"), ("error", "red"), ("interrupted", "magenta")]
)
def test_the_colour_says_how_a_stage_ended(status: str, style: str) -> None:
    timeline = Timeline(SUMMARY, 1, (Lane(bar("execute", 0, 1, status=status), ()),))
    last = timeline_lines(timeline, width=80, is_unicode=True)[-1]
    assert {str(span.style) for span in last.spans} >= {style} or str(last.style) == style


@given(total_ms=MS, width=WIDTHS, start=st.floats(0, 1), length=st.floats(0, 1))
def test_every_span_has_a_cell_inside_the_axis(
    total_ms: float, width: int, start: float, length: float
) -> None:
    start_ms = total_ms * start
    end_ms = min(start_ms + total_ms * length, total_ms)
    first, after = CellAxis(Axis(total_ms), width).cells(start_ms, end_ms)
    assert 0 <= first < after <= width


@given(total_ms=MS, width=WIDTHS)
def test_ticks_and_labels_fit_on_the_axis(total_ms: float, width: int) -> None:
    labels, rule = axis_lines(CellAxis(Axis(total_ms), width), is_unicode=True)
    assert len(labels) <= width
    assert len(rule) == width


@pytest.mark.parametrize(
    ("total_ms", "labels"),
    [
        (0.5, ["0", "0.2 ms", "0.4 ms"]),
        (143, ["0", "50 ms", "100 ms"]),
        (9000, ["0", "5.00 s"]),
        (200_000, ["0", "1 min 40 s"]),
        (8e6, ["0", "1 h 23 min"]),
    ],
)
def test_ticks_stand_at_round_instants(total_ms: float, labels: list[str]) -> None:
    assert [label for _, label in CellAxis(Axis(total_ms), 45).ticks()][: len(labels)] == labels
