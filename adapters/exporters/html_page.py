"""The page in a bundle: shows its runs in a browser, from a file, without any network.

Everything is in the page. Its policy lets nothing be loaded and runs only its own script, which
sets what comes from a run as text.
"""

import base64
import dataclasses
import hashlib
import html
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from string import Template
from typing import Final, cast

from msgspec import to_builtins

from domain.aggregate.envelope import RecordedEvent
from domain.audit.event_lines import exported
from domain.json import JsonMap
from domain.run.aggregate import RUN
from domain.views.history import History
from domain.views.response import response_of
from domain.views.timeline import Bar, Lane, Timeline, timeline_of
from domain.views.trace import trace_of

_SCRIPTS: Final = ("elements.js", "answer.js", "timeline.js", "events.js", "run.js")
_UNSAFE: Final = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})
"""What could end the element that the JSON is in; inside JSON's strings an escape is the same."""
_ENDED: Final = frozenset({"ok", "warning", "error", "succeeded", "failed"})
_IDLE_MS: Final = 1000
"""Shorter pauses are shown to scale."""


@dataclass(frozen=True, slots=True)
class PageRun:
    """A run on the page; `content` is what the page's script reads."""

    run_id: str
    question: str
    content: JsonMap


def page(
    histories: Iterable[Sequence[RecordedEvent]],
    *,
    tenant_id: str,
    engine_version: str,
    created_at: str,
) -> bytes:
    """Return the page of these runs; each has at least one event. Raises `CorruptLog`."""
    runs = [page_run(history) for history in histories]
    script = "".join(_asset(name) for name in _SCRIPTS)
    style = _asset("page.css")
    bundle: JsonMap = {
        "engine_version": engine_version,
        "created_at": created_at,
        "runs": [{"run_id": run.run_id, "question": run.question} for run in runs],
    }
    text = Template(_asset("page.html")).substitute(
        policy=_policy(script=script, style=style),
        tenant=html.escape(tenant_id),
        style=style,
        bundle=_embedded(bundle),
        runs="\n".join(
            f'<script type="application/json" id="run-{number}">{_embedded(run.content)}</script>'
            for number, run in enumerate(runs)
        ),
        script=script,
    )
    return text.encode()


def page_run(recorded: Sequence[RecordedEvent]) -> PageRun:
    """Return a run that has at least one event. Raises `CorruptLog` when one cannot be read."""
    history = History([RUN.read(each) for each in recorded])
    timeline, trace, events = timeline_of(history), trace_of(history), list(exported(recorded))
    content: JsonMap = {
        "summary": dataclasses.asdict(timeline.summary),
        "response": cast("JsonMap", response_of(history)),
        "plan": trace.plan_validated or trace.plan_raw,
        "decisions": [to_builtins(each) for each in trace.policy_decisions],
        "timeline": {
            "total_ms": timeline.total_ms,
            "lanes": [dataclasses.asdict(lane) for lane in timeline.lanes],
            "gaps": [[start, end] for start, end in idle_gaps(timeline)],
            "marks": [dataclasses.asdict(mark) for mark in timeline.marks],
        },
        "events": [*events],
        "head_hash": events[-1]["head_hash"],
    }
    return PageRun(timeline.summary.run_id, timeline.summary.question, content)


def idle_gaps(timeline: Timeline) -> Iterator[tuple[float, float]]:
    """Yield from when to when nothing happened, where that is long, in order.

    A stage that made calls is busy while one of them runs; what was interrupted is not known to
    have been busy.
    """
    spans = [(timeline.total_ms, timeline.total_ms)]
    for lane in timeline.lanes:
        spans += (span for bar in (lane.bar, *lane.calls) for span in _busy(bar, lane))
    end = 0.0
    for start, stop in sorted(spans):
        if start - end >= _IDLE_MS:
            yield end, start
        end = max(end, stop)


def _policy(*, script: str, style: str) -> str:
    return (
        f"default-src 'none'; script-src '{_source(script)}'; style-src '{_source(style)}';"
        " base-uri 'none'; form-action 'none'"
    )


def _source(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _embedded(value: JsonMap) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_UNSAFE)


def _asset(name: str) -> str:
    return (files("adapters.exporters") / "page" / name).read_text(encoding="utf-8")


def _busy(bar: Bar, lane: Lane) -> list[tuple[float, float]]:
    if bar.status in _ENDED and not (bar is lane.bar and lane.calls):
        return [(bar.start_ms, bar.end_ms)]
    return [(bar.start_ms, bar.start_ms), (bar.end_ms, bar.end_ms)]
