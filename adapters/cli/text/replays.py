"""What a replay foresees, and bulk replays, as text."""

from typing import Final, assert_never

from rich.text import Text

from adapters.cli.exit_codes import ExitCode
from adapters.cli.screen import Screen, printable
from adapters.cli.text.tables import Columns, ListText, fields_of, short_id, table_with
from domain.json import Cell
from domain.times import to_the_second
from domain.views.bulk_replay import (
    BulkPreview,
    BulkReplayView,
    ReplayedRun,
    VerifiedRuns,
    forecast,
)
from domain.views.preview import Preview, PreviewedCall, sentences_of

_CALLS: Final[Columns[PreviewedCall]] = {
    "call": lambda call: call.call_id,
    "tool": lambda call: f"{call.tool}.{call.operation}",
    "answer": lambda call: (
        f"{call.answer} (depends on {call.waits_for})" if call.waits_for else call.answer
    ),
}
_VERDICT: Final[Columns[ReplayedRun]] = {
    "run": lambda result: result.run_id,
    "verdict": lambda result: result.verdict,
    "class": lambda result: result.divergence,
    "event": lambda result: result.version,
}


def _what(result: ReplayedRun) -> str:
    why = f"plan not driven: {result.why_not_driven}" if result.why_not_driven else None
    return "; also: ".join(filter(None, (result.sentence or why, *(result.others or ()))))


_SENTENCE: Final[Columns[ReplayedRun]] = {"what": _what}


def show_preview(screen: Screen, preview: Preview) -> None:
    """Print each call with who would answer it, and how many would go out, as far as is known."""
    if preview.calls:
        screen.show(table_with(_CALLS, preview.calls, leave_out=("tool",)), "")
    screen.show(*map(Text, sentences_of(preview)))


def tell_ending(screen: Screen, view: BulkReplayView) -> ExitCode:
    """Tell when a bulk replay did not come to a good end, and return how the command ends."""
    match view.state:
        case "completed" if view.has_all_failed:
            results = f"opstrail replay results {short_id(view.replay_id)}"
            screen.tell(f"opstrail: no run came to an answer; {results}")
            return ExitCode.FAILED
        case "completed":
            return ExitCode.OK
        case "aborted":
            screen.tell(f"opstrail: {view.replay_id} was aborted")
            return ExitCode.FAILED
        case "started":
            done = f"{view.done_count} of {view.run_count} runs are done"
            screen.tell(f"opstrail: stopped; {done}; opstrail replay continue {view.replay_id}")
            return ExitCode.INTERRUPTED
        case _:
            assert_never(view.state)


def show_replay(screen: Screen, view: BulkReplayView) -> None:
    """Print one bulk replay."""
    fields = _fields(view)
    if view.state == "started":
        further = screen.pasteable(f"opstrail replay continue {short_id(view.replay_id)}")
        fields.append(("go on with", further))
    came_out = Text(forecast(view.counts, view.not_driven_count), style="bold")
    screen.show(came_out, "", fields_of(fields))


def show_verified(screen: Screen, view: VerifiedRuns) -> None:
    """Print the verdict on each run, and how many there are of each."""
    came_out = forecast(view.counts, view.not_driven_count)
    results = screen.pasteable(f"opstrail replay results {short_id(view.replay_id)}")
    verdicts = table_with(
        {**_VERDICT, **_SENTENCE}, view.results, leave_out=("event", "class"), ids=("run",)
    )
    screen.show(verdicts, "", Text(f"{came_out} ({results})", style="bold"))


def show_bulk_preview(screen: Screen, preview: BulkPreview) -> None:
    """Print what a bulk replay would do."""
    calls = preview.calls
    rows: list[tuple[str, Cell]] = [
        ("runs", preview.run_count),
        ("calls from the record", calls.get("record", 0)),
        ("outside calls", _outside_calls(preview)),
        ("blocked calls", calls.get("blocked", 0)),
        ("planned anew", preview.planned_anew),
        ("cannot be replayed", preview.refused_count),
    ]
    refusals = [Text(printable(why)) for why in preview.refusals.values()]
    screen.show(fields_of(rows), *refusals, "", "Nothing was called or recorded.")


def _outside_calls(preview: BulkPreview) -> str:
    """Return how many calls would go out, and apart of how many runs nobody knows the calls."""
    known, unknown = str(preview.calls.get("live", 0)), preview.planned_anew
    if preview.outside_calls is not None:
        return known
    runs = f"{unknown} run{'' if unknown == 1 else 's'}"
    return f"{known} and those of {runs} planned anew, which are not known"


def _fields(view: BulkReplayView) -> list[tuple[str, Cell]]:
    started = view.started
    return [
        ("bulk replay", view.replay_id),
        ("mode", started.mode),
        ("filter", started.filter or "every run"),
        ("requested until", started.as_of),
        ("reason", started.reason),
        ("asked by", f"{view.requested_by.kind} {view.requested_by.id}"),
        ("state", _state(view)),
        ("runs", f"{view.done_count} of {view.run_count} done"),
        ("outside calls", view.outside_calls),
        ("requested at", view.requested_at),
        ("updated at", view.updated_at),
        ("worker", view.worker),
        *(("removed", each.sentence) for each in view.removed),
    ]


def _state(view: BulkReplayView) -> str:
    return f"{view.state}: {view.aborted_because}" if view.aborted_because else view.state


REPLAYS_TEXT: Final[ListText[BulkReplayView]] = ListText(
    {
        "replay": lambda view: view.replay_id,
        "mode": lambda view: view.started.mode,
        "state": lambda view: view.state,
        "done": lambda view: f"{view.done_count} of {view.run_count}",
        "came out": lambda view: forecast(view.counts, view.not_driven_count),
        "requested at": lambda view: to_the_second(view.requested_at),
        "reason": lambda view: view.started.reason,
    },
    id_of=lambda view: view.replay_id,
    when_empty="No bulk replays.",
    leave_out=("requested at", "mode", "reason", "done"),
    ids=("replay",),
)
RESULTS_TEXT: Final[ListText[ReplayedRun]] = ListText(
    {**_VERDICT, "new run": lambda result: result.new_run_id, **_SENTENCE},
    id_of=lambda result: result.run_id,
    when_empty="No such results.",
    leave_out=("event", "class", "new run"),
    ids=("run", "new run"),
)
