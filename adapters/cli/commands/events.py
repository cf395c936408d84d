"""`opstrail run events`: what is recorded of a run, event by event."""

from typing import Annotated

import typer

from adapters.cli.options import At, ColumnNames, RowsOutput, RunText, example
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
    details: Annotated[
        bool, typer.Option("--details", help="Show author, whole time and data of each event.")
    ] = False,
    output: RowsOutput = "text",
    columns: ColumnNames = None,
) -> None:
    """Show a line for each event: version, time, type, what a call took, size, what it says.

    In JSON an event has its whole envelope, and `data` is the exact text that is hashed. Of a
    damaged run this shows what is there, and then says what is wrong.
    """
    from adapters.cli.text.events import EventsText, show_event
    from domain.operations.run_views.record import SHOW_EVENTS

    asked = {"version": version, "type": event_type or (), "stage": stage, "call": call}
    params = SHOW_EVENTS.params.model_validate({"run": run, "at": at, **asked})
    as_text = EventsText(payloads, details).show if version is None else show_event
    session_of(context).show(SHOW_EVENTS, params, output, as_text=as_text, columns=columns)
