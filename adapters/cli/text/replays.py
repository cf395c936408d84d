"""Bulk replays as text and as JSON."""

from collections.abc import Mapping, Sequence
from typing import Final

from rich.text import Text

from adapters.cli.options import ListFormat, TextFormat
from adapters.cli.screen import Screen, printable
from adapters.cli.text.answers import short_id
from adapters.cli.text.tables import fields_of, table_of
from domain.replay.bulk.events import ReplayedRun, RunVerdict
from domain.replay.bulk.lifecycle import BulkReplayState
from domain.replay.bulk.views import BulkReplayView
from domain.response.blocks import Cell
from domain.services.bulk.preview import BulkPreview
from domain.times import to_the_second

_LIST_COLUMNS = ("replay", "mode", "state", "done", "came out", "requested at", "reason")
_RESULT_COLUMNS = ("run", "verdict", "class", "event", "new run", "what")
_VERIFIED_COLUMNS = ("run", "verdict", "class", "event", "what")
_WORDS: Final[Mapping[RunVerdict, tuple[str, str]]] = {
    RunVerdict.SAME: ("same", "same"),
    RunVerdict.ANSWER: ("answer drifts", "answers drift"),
    RunVerdict.PATH: ("path drifts", "paths drift"),
    RunVerdict.DATA: ("drifts in data only", "drift in data only"),
    RunVerdict.VERSION: ("drifts in versions only", "drift in versions only"),
    RunVerdict.MISSING: ("asks for a call not on record", "ask for a call not on record"),
    RunVerdict.FAILED: ("failed", "failed"),
}


def forecast(counts: Mapping[RunVerdict, int]) -> str:
    """Return how many runs came to which verdict, such as "231 same, 6 answers drift"."""
    parts = [
        f"{count} {one if count == 1 else many}"
        for verdict, (one, many) in _WORDS.items()
        if (count := counts.get(verdict, 0))
    ]
    return ", ".join(parts) or "no run is done"


def show_replay(screen: Screen, view: BulkReplayView, output: TextFormat) -> None:
    """Print one bulk replay."""
    if output is TextFormat.JSON:
        screen.show_json(view)
        return
    screen.show(Text(forecast(view.counts), style="bold"), "", fields_of(_fields(view)))


def show_replays(screen: Screen, found: Sequence[BulkReplayView], output: ListFormat) -> None:
    """Print the list of bulk replays."""
    match output:
        case ListFormat.JSON:
            screen.show_json(found)
        case ListFormat.IDS:
            for view in found:
                screen.show(view.replay_id)
        case ListFormat.TABLE if found:
            screen.show(table_of(_LIST_COLUMNS, [_row(view) for view in found]))
        case ListFormat.TABLE:
            screen.tell("No bulk replays.")


def show_results(screen: Screen, found: Sequence[ReplayedRun], output: ListFormat) -> None:
    """Print what came of each run; ids are those of the runs that were replayed."""
    match output:
        case ListFormat.JSON:
            screen.show_json(found)
        case ListFormat.IDS:
            for result in found:
                screen.show(result.run_id)
        case ListFormat.TABLE if found:
            screen.show(table_of(_RESULT_COLUMNS, [_result_row(result) for result in found]))
        case ListFormat.TABLE:
            screen.tell("No such results.")


def show_verified(
    screen: Screen, view: BulkReplayView, found: Sequence[ReplayedRun], output: TextFormat
) -> None:
    """Print the verdict on each run, and how many there are of each."""
    if output is TextFormat.JSON:
        screen.show_json(view, results=found)
        return
    rows = [
        (result.run_id, result.verdict, result.divergence, result.version, result.sentence)
        for result in found
    ]
    closing = f"{forecast(view.counts)} (opstrail replay results {short_id(view.replay_id)})"
    screen.show(table_of(_VERIFIED_COLUMNS, rows), "", Text(closing, style="bold"))


def show_bulk_preview(screen: Screen, preview: BulkPreview, output: TextFormat) -> None:
    """Print what a bulk replay would do."""
    if output is TextFormat.JSON:
        screen.show_json(preview, outside_calls=preview.outside_calls)
        return
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
    if view.state is BulkReplayState.STARTED:
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
