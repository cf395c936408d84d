"""How bulk replays read."""

from typing import Final, assert_never

from rich.text import Text

from adapters.cli.exit_codes import ExitCode
from adapters.cli.screen import Screen, printable
from adapters.cli.text.answers import short_id
from adapters.cli.text.tables import ListText, fields_of, table_of
from domain.response.blocks import Cell
from domain.times import to_the_second
from domain.views.bulk_replay import (
    BulkPreview,
    BulkReplayView,
    ReplayedRun,
    VerifiedRuns,
    forecast,
)

_VERIFIED_COLUMNS: Final = ("run", "verdict", "class", "event", "what")


def tell_ending(screen: Screen, view: BulkReplayView) -> ExitCode:
    """Tell when a bulk replay did not come to its end, and return how the command ends."""
    match view.state:
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
    screen.show(Text(forecast(view.counts), style="bold"), "", fields_of(_fields(view)))


def show_verified(screen: Screen, view: VerifiedRuns) -> None:
    """Print the verdict on each run, and how many there are of each."""
    rows = [
        (result.run_id, result.verdict, result.divergence, result.version, result.sentence)
        for result in view.results
    ]
    closing = f"{forecast(view.counts)} (opstrail replay results {short_id(view.replay_id)})"
    screen.show(table_of(_VERIFIED_COLUMNS, rows), "", Text(closing, style="bold"))


def show_bulk_preview(screen: Screen, preview: BulkPreview) -> None:
    """Print what a bulk replay would do."""
    calls = preview.calls
    rows: list[tuple[str, Cell]] = [
        ("runs", preview.run_count),
        ("calls from the record", calls.get("record", 0)),
        ("outside calls", preview.outside_calls),
        ("blocked calls", calls.get("blocked", 0)),
        ("planned anew", preview.planned_anew),
        ("cannot be replayed", preview.refused_count),
    ]
    refusals = [Text(printable(why)) for why in preview.refusals.values()]
    screen.show(fields_of(rows), *refusals, "", "Nothing was called or recorded.")


def _fields(view: BulkReplayView) -> list[tuple[str, Cell]]:
    started = view.started
    fields: list[tuple[str, Cell]] = [
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
    ]
    if view.state == "started":
        fields.append(("go on with", f"opstrail replay continue {short_id(view.replay_id)}"))
    return fields


def _state(view: BulkReplayView) -> str:
    return f"{view.state}: {view.aborted_because}" if view.aborted_because else view.state


def _row(view: BulkReplayView) -> list[Cell]:
    return [
        short_id(view.replay_id),
        view.started.mode,
        view.state,
        f"{view.done_count} of {view.run_count}",
        forecast(view.counts),
        to_the_second(view.requested_at),
        view.started.reason,
    ]


def _result_row(result: ReplayedRun) -> list[Cell]:
    return [
        result.run_id,
        result.verdict,
        result.divergence,
        result.version,
        short_id(result.new_run_id) if result.new_run_id else None,
        result.sentence,
    ]


REPLAYS_TEXT: Final[ListText[BulkReplayView]] = ListText(
    columns=("replay", "mode", "state", "done", "came out", "requested at", "reason"),
    row=_row,
    id_of=lambda view: view.replay_id,
    when_empty="No bulk replays.",
)
RESULTS_TEXT: Final[ListText[ReplayedRun]] = ListText(
    columns=("run", "verdict", "class", "event", "new run", "what"),
    row=_result_row,
    id_of=lambda result: result.run_id,
    when_empty="No such results.",
)
