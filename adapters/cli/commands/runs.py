"""`opstrail run`: the runs, and what is recorded of each."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from adapters.cli.commands import listing
from adapters.cli.commands.histories import events_at, history_at
from adapters.cli.options import (
    At,
    EventFormat,
    ListFormat,
    Output,
    RunText,
    TextFormat,
    example,
)
from adapters.cli.screen import Screen
from adapters.cli.session import session_of

if TYPE_CHECKING:
    from domain.run.codec import HistoryEntry

_Found = TypeVar("_Found")

app = typer.Typer(
    no_args_is_help=True,
    help="Start runs, list them, and look at every step of them.",
    epilog=example("opstrail run timeline latest"),
)


app.command("list", epilog=listing.EXAMPLE)(listing.list_runs)


@app.command(epilog=example("opstrail run search srv-erp-01"))
def search(
    context: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Words, each whole or begun.")],
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most this many.")] = 20,
    output: Annotated[
        ListFormat, typer.Option("--output", "-o", help="How to print it.")
    ] = ListFormat.TABLE,
) -> None:
    """Find the runs whose question and answer have all these words, newest first."""
    from adapters.cli.text.runs import show_found

    session = session_of(context)
    with session.open() as opstrail:
        found = opstrail.reader.search(session.tenant_id, text, limit=limit)
    show_found(session.screen, found, output)


@app.command(epilog=example("opstrail run show latest"))
def show(
    context: typer.Context, run: RunText, at: At = None, output: Output = TextFormat.TEXT
) -> None:
    """Show who asked what, and what came of it."""
    from adapters.cli.text.runs import show_details
    from domain.operations.run_views import SHOW_RUN, RunAt

    session = session_of(context)
    found = session.call(SHOW_RUN, RunAt(run=run, at=at))
    session.screen.show_view(SHOW_RUN.view, found, output, as_text=show_details)


@app.command(epilog=example("opstrail run events latest -o jsonl > events.jsonl"))
def events(
    context: typer.Context,
    run: RunText,
    at: At = None,
    output: Annotated[
        EventFormat, typer.Option("--output", "-o", help="How to print it.")
    ] = EventFormat.TEXT,
) -> None:
    """Show every event with its envelope. In JSON `data` is the exact text that is hashed."""
    from adapters.cli.text.events import show_events

    session = session_of(context)
    show_events(session.screen, events_at(session, run, at), output)


@app.command(epilog=example("opstrail run timeline latest --at 12"))
def timeline(
    context: typer.Context, run: RunText, at: At = None, output: Output = TextFormat.TEXT
) -> None:
    """Draw the stages and tool calls over time."""
    from adapters.cli.text.timeline import show_timeline
    from domain.views.timeline import run_timeline

    session = session_of(context)
    found = run_timeline(history_at(session, run, at))
    _show(session.screen, found, output, as_text=show_timeline)


@app.command(epilog=example("opstrail run trace latest -o json"))
def trace(
    context: typer.Context, run: RunText, at: At = None, output: Output = TextFormat.TEXT
) -> None:
    """Show plan, decisions, stages and tool calls in detail."""
    from adapters.cli.text.trace import show_trace
    from domain.views.trace import run_trace

    session = session_of(context)
    found = run_trace(history_at(session, run, at))
    _show(session.screen, found, output, as_text=show_trace)


@app.command(epilog=example("opstrail run response latest -o json"))
def response(
    context: typer.Context, run: RunText, at: At = None, output: Output = TextFormat.TEXT
) -> None:
    """Show the answer again, as recorded."""
    from adapters.cli.text.answers import show_answer
    from domain.views.response import run_response

    session = session_of(context)
    found = run_response(history_at(session, run, at))
    _show(session.screen, found, output, as_text=show_answer)


@app.command(
    epilog=example("opstrail run state latest --at -5m", "opstrail run state latest --at 3 --diff")
)
def state(
    context: typer.Context,
    run: RunText,
    at: At = None,
    diff: Annotated[
        bool, typer.Option("--diff", help="Only what the last event until then changed.")
    ] = False,
    output: Output = TextFormat.TEXT,
) -> None:
    """Show where a run is, and what may happen to it next."""
    from adapters.cli.text.state import show_state
    from domain.views.state import run_state

    session = session_of(context)
    history = history_at(session, run, at)
    if diff:
        _show_change(session.screen, history, output)
    else:
        _show(session.screen, run_state(history), output, as_text=show_state)


def _show_change(screen: Screen, history: "list[HistoryEntry]", output: TextFormat) -> None:
    from adapters.cli.text.changes import show_change
    from domain.replay.compare.state_change import change_json, state_change

    change = state_change(history, len(history))
    if output is TextFormat.JSON:
        screen.show_json(change_json(change))
    else:
        show_change(screen, change)


def _show(
    screen: Screen, found: _Found, output: TextFormat, *, as_text: Callable[[Screen, _Found], None]
) -> None:
    if output is TextFormat.JSON:
        screen.show_json(found)
    else:
        as_text(screen, found)
