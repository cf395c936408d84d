"""`opstrail run events` and `timeline`: what is recorded of a run, in lines and over time."""

from functools import partial
from typing import Annotated

import typer

from adapters.cli.options import At, ColumnNames, Output, RowsOutput, RunText, example
from adapters.cli.session import session_of

app = typer.Typer()


@app.command(
    epilog=example(
        "opstrail run events latest",
        "opstrail run events latest --type tool-call --call primary --payloads",
        "opstrail run events latest 12",
        "opstrail run events latest -o jsonl > events.jsonl",
    )
)
def events(
    context: typer.Context,
    run: RunText,
    version: Annotated[
        int | None,
        typer.Argument(metavar="[VERSION]", min=1, help="Show all of this one event."),
    ] = None,
    *,
    at: At = None,
    event_type: Annotated[
        list[str] | None,
        typer.Option("--type", metavar="TYPE", help="Only of this type, or that begin so."),
    ] = None,
    stage: Annotated[str | None, typer.Option(help="Only about this stage.")] = None,
    call: Annotated[str | None, typer.Option(help="Only about the call of this id.")] = None,
    payloads: Annotated[
        bool, typer.Option("--payloads", help="Show the data of each event below its line.")
    ] = False,
    output: RowsOutput = "text",
    columns: ColumnNames = None,
) -> None:
    """Show a line for each event: version, time, type, what a call took, size, what it says.

    In JSON an event has its whole envelope, and `data` is the exact text that is hashed. Of a
    damaged run this shows what is there, and then says what is wrong.
    """
    from adapters.cli.text.events import show_event, show_events
    from domain.operations.run_views.record import SHOW_EVENTS

    asked = {"version": version, "type": event_type or (), "stage": stage, "call": call}
    params = SHOW_EVENTS.params.model_validate({"run": run, "at": at, **asked})
    as_text = show_event if version else partial(show_events, has_data=payloads)
    session_of(context).show(SHOW_EVENTS, params, output, as_text=as_text, columns=columns)


@app.command(epilog=example("opstrail run timeline latest --at 12"))
def timeline(
    context: typer.Context,
    run: RunText,
    at: At = None,
    has_all: Annotated[
        bool, typer.Option("--all", help="Draw every call, also of very many on a terminal.")
    ] = False,
    output: Output = "text",
) -> None:
    """Draw the stages and tool calls over time."""
    from adapters.cli.text.timeline import show_timeline
    from domain.operations.one_run import RunAt
    from domain.operations.run_views.timeline import SHOW_TIMELINE

    session, as_text = session_of(context), partial(show_timeline, has_all=has_all)
    session.show(SHOW_TIMELINE, RunAt(run=run, at=at), output, as_text=as_text)
