"""The page in a bundle: shows its runs in a browser, from a file, without any network.

Everything is in the page. Its policy lets nothing be loaded and runs only its own script, which
sets what comes from a run as text.
"""

import base64
import dataclasses
import hashlib
import html
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from string import Template
from typing import Final, cast

from msgspec import to_builtins

from domain.aggregate.envelope import RecordedEvent
from domain.audit.event_lines import exported
from domain.json import JsonMap
from domain.run.aggregate import RUN
from domain.run.summary import outcome_of
from domain.times import duration_text
from domain.values.text import replaced
from domain.views.axis import Axis
from domain.views.history import History
from domain.views.response import response_of
from domain.views.timeline import Bar, Timeline, timeline_of
from domain.views.trace import trace_of

_SCRIPTS: Final = ("elements.js", "answer.js", "timeline.js", "events.js", "run.js")
_UNSAFE: Final = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})
"""What could end the element that the JSON is in; inside JSON's strings an escape is the same."""
_TICKS: Final = 6


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
        tenant=html.escape(replaced(tenant_id)),
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
        "summary": _summary(timeline),
        "response": cast("JsonMap", response_of(history)),
        "plan": trace.plan_validated or trace.plan_raw,
        "decisions": [to_builtins(each) for each in trace.policy_decisions],
        "timeline": _drawn(timeline),
        "events": [*events],
        "head_hash": events[-1]["head_hash"],
    }
    return PageRun(timeline.summary.run_id, timeline.summary.question, content)


def _summary(timeline: Timeline) -> JsonMap:
    summary = timeline.summary
    took = None if summary.duration_ms is None else duration_text(summary.duration_ms)
    waits = [f"{duration_text(each.duration_ms)} {each.cause}" for each in timeline.waits]
    back = [f"{duration_text(each.by_ms)} at event {each.version}" for each in timeline.setbacks]
    told = {
        "outcome": outcome_of(summary),
        "took": took,
        "waited": ", ".join(waits) or None,
        "clock_went_back": ", ".join(back) or None,
    }
    return {**dataclasses.asdict(summary), **told}


def _drawn(timeline: Timeline) -> JsonMap:
    """Return the timeline with places on its line, whose length is 100, and how times read."""
    axis = timeline.axis()
    return {
        "total": duration_text(timeline.total_ms),
        "ticks": [[100 * at, label] for at, label in axis.ticks(_TICKS)],
        "lanes": [
            {"bar": _bar(lane.bar, axis), "calls": [_bar(call, axis) for call in lane.calls]}
            for lane in timeline.lanes
        ],
        "gaps": [
            {
                **_span(gap.start_ms, gap.end_ms, axis),
                "text": f"{duration_text(gap.duration_ms)} {gap.why}",
            }
            for gap in timeline.gaps
        ],
        "marks": [
            {**dataclasses.asdict(mark), "at": f"+{axis.label(mark.at_ms).removeprefix('+')}"}
            for mark in timeline.marks
        ],
        "notes": [dataclasses.asdict(note) for note in timeline.notes],
    }


def _bar(bar: Bar, axis: Axis) -> JsonMap:
    took = "" if bar.status == "skipped" else duration_text(bar.duration_ms)
    texts = {"took": took, "from": axis.label(bar.start_ms)}
    return {**dataclasses.asdict(bar), **_span(bar.start_ms, bar.end_ms, axis), **texts}


def _span(start_ms: float, end_ms: float, axis: Axis) -> JsonMap:
    left, right = 100 * axis.place(start_ms), 100 * axis.place(end_ms)
    return {"left": left, "width": right - left}


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
