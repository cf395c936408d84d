"""Runs as text: lists of them, and one in short."""

import sys
from collections.abc import Iterable, Sequence
from typing import Final

from rich.text import Text

from adapters.cli.screen import Screen, printable
from adapters.cli.text.tables import ListText, fields_of
from adapters.cli.text.waiting import setback_text, took_text, waits_text
from domain.json import Cell
from domain.run.facts import counted
from domain.run.summary import RunSummary, outcome_of
from domain.times import duration_text, to_the_second
from domain.views.run import LostRun, RunDetails, RunEnd


def show_details(screen: Screen, summary: RunDetails) -> None:
    """Print everything that is known of a run in short, and the hash of its whole history."""
    screen.show(Text(printable(happened(summary)), style="bold"), "")
    values: list[tuple[str, Cell]] = [
        ("run", summary.run_id),
        ("question", summary.question),
        ("outcome", outcome_of(summary)),
        ("asked by", f"{summary.actor_kind} {summary.actor_id}"),
        ("tenant", summary.tenant_id),
        ("requested at", summary.requested_at),
        ("ended at", summary.ended_at),
        *(("ended", _end(end)) for end in summary.ends if len(summary.ends) > 1),
        ("took", None if summary.duration_ms is None else duration_text(summary.duration_ms)),
        ("waited", waits_text(summary.waits)),
        ("origin", _origin(summary)),
        *(("waits for", each) for each in summary.waits_for),
        *(("decided", each) for each in summary.decisions),
        *(("changed", each) for each in summary.changes),
        *(("recovered", each) for each in summary.recoveries),
        *(("removed", each.sentence) for each in summary.removed),
        ("golden run", summary.golden),
        ("flagged as", summary.flag),
        ("worker", summary.worker),
        ("planner", summary.planner),
        ("read as", summary.reading),
        *(("asset", each) for each in summary.assets),
        ("route", summary.route),
        ("tool calls", _calls(summary)),
        ("events", summary.version),
        ("head hash", summary.head_hash),
    ]
    if summary.error_code:
        values.append(("error", f"{summary.error_code}: {summary.error}"))
        values.append(("failure kind", summary.fingerprint))
    values += (("clock", setback_text(setback)) for setback in summary.setbacks)
    screen.show(fields_of(values))


def happened(run: RunDetails) -> str:
    """Return in a sentence what became of a run."""
    took = took_text(run)
    after = f" after {took}" if took else ""
    match run.state:
        case "completed":
            by = "by another plan" if run.replans else "by a fallback"
            lacking = {"partial": ", but not all calls did", "degraded": f" {by}"}
            with_calls = f" with {counted(run.call_count, 'tool call')}" if run.call_count else ""
            answered = f"It was answered{after}{with_calls}{lacking.get(run.status or '', '')}."
            return f"{answered}{_replans(run)}"
        case "failed" | "rejected":
            what = "failed" if run.state == "failed" else "was refused"
            return f"It {what}{after}: {(run.error or '').rstrip('.')}."
        case "cancelled":
            why = run.ends[-1].sentence.partition(": ")[2].rstrip(".")
            return f"It was cancelled by {run.ends[-1].by}{after}: {why}."
        case "waiting":
            return f"It waits for approval of {run.error}."
        case "requested" | "resumed":
            return f"It is {run.state} and waits for a worker."
        case _:
            return f"It is under way, in stage {run.state}."


def _replans(run: RunDetails) -> str:
    times = {1: "once", 2: "twice"}.get(len(run.replans), f"{len(run.replans)} times")
    return f" It planned again {times}: {'; '.join(run.replans)}." if run.replans else ""


def _calls(summary: RunSummary) -> str:
    failed = f", of which {summary.failed_call_count} failed" if summary.failed_call_count else ""
    return f"{summary.call_count}{failed}"


def show_cancelled(screen: Screen, run: RunDetails) -> None:
    """Print that the run is cancelled."""
    screen.show(f"{run.run_id} is {run.state}")


def show_runs_live(screen: Screen, pages: Iterable[Sequence[RunSummary]]) -> None:
    """Draw the list of runs on a terminal, again and again."""
    from rich.live import Live

    with Live(console=screen.out, auto_refresh=False) as live:
        for runs in pages:
            live.update(RUNS_TEXT.table(runs), refresh=True)


def show_changed_runs(screen: Screen, pages: Iterable[Sequence[RunSummary]]) -> None:
    """Print a line for each run, the oldest first, and for each that is new or otherwise then."""
    last: dict[str, RunSummary] = {}
    for runs in pages:
        for run in reversed(runs):
            if last.get(run.run_id) != run:
                outcome = f"{run.updated_at}  {run.run_id}  {_outcome(run)}"
                screen.show(printable(f"{outcome}  {run.question}"))
        last = {run.run_id: run for run in runs}
        sys.stdout.flush()


def _origin(summary: RunSummary) -> str | None:
    return f"{summary.origin} of {summary.parent_run_id}" if summary.parent_run_id else None


def _end(end: RunEnd) -> str:
    return f"{end.at}: {end.sentence} ({end.by}, event {end.version})"


def _outcome(run: RunSummary) -> str:
    outcome = f"waiting for {run.error}" if run.state == "waiting" else outcome_of(run)
    return f"{outcome}, {run.flag}" if run.flag else outcome


def _goes_out(lost: LostRun) -> str:
    return "as planned first" if lost.goes_out is None else ", ".join(lost.goes_out)


RUNS_TEXT: Final[ListText[RunSummary]] = ListText(
    {
        "run": lambda run: run.run_id,
        "requested at": lambda run: to_the_second(run.requested_at),
        "outcome": _outcome,
        "took": took_text,
        "calls": lambda run: run.call_count,
        "question": lambda run: run.question,
    },
    id_of=lambda run: run.run_id,
    when_empty="No runs.",
    leave_out=("calls", "took", "requested at", "outcome"),
    ids=("run",),
)
LOST_RUNS_TEXT: Final[ListText[LostRun]] = ListText(
    {
        "run": lambda lost: lost.run,
        "state": lambda lost: lost.state,
        "question": lambda lost: lost.question,
        "why": lambda lost: lost.why,
        "tries": lambda lost: lost.tries,
        "made again": lambda lost: ", ".join(lost.made_again),
        "goes out": _goes_out,
        "needs approval": lambda lost: ", ".join(lost.needs_approval),
        "then": lambda lost: lost.outcome or "recovered now",
    },
    id_of=lambda lost: lost.run,
    when_empty="No run is lost.",
    leave_out=("state", "question", "made again"),
    ids=("run",),
)
RECOVERED_TEXT: Final[ListText[LostRun]] = ListText(
    {
        "run": lambda lost: lost.run,
        "question": lambda lost: lost.question,
        "why": lambda lost: lost.why,
        "outcome": lambda lost: lost.outcome,
    },
    id_of=lambda lost: lost.run,
    when_empty="No run is lost.",
    leave_out=("question", "why"),
    ids=("run",),
)
