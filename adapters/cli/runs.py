"""`opstrail run`: the runs, and what is recorded of each."""

import dataclasses
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.options import (
    AtVersion,
    EventFormat,
    ListFormat,
    Output,
    RunText,
    TextFormat,
    example,
)
from adapters.cli.session import Session, session_of

if TYPE_CHECKING:
    from domain.run.codec import HistoryEntry

app = typer.Typer(
    no_args_is_help=True,
    help="Start runs, list them, and look at every step of them.",
    epilog=example("opstrail run timeline latest"),
)


@app.command("list", epilog=example("opstrail run list --state failed --limit 5"))
def list_runs(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most this many.")] = 20,
    state: Annotated[str | None, typer.Option(help="Only runs in this state.")] = None,
    status: Annotated[
        str | None, typer.Option(help="Only completed runs that ended like this.")
    ] = None,
    before: Annotated[
        str | None, typer.Option(metavar="RUN", help="Only runs older than this one.")
    ] = None,
    output: Annotated[
        ListFormat, typer.Option("--output", "-o", help="How to print it.")
    ] = ListFormat.TABLE,
) -> None:
    """List the runs, newest first."""
    from adapters.cli.summaries import run_filter, show_summaries

    where, session = run_filter(state=state, status=status), session_of(context)
    with session.open() as opstrail:
        tenant_id, reader = session.tenant_id, opstrail.reader
        last = reader.resolve(tenant_id, before) if before else None
        show_summaries(
            session.screen, reader.summaries(tenant_id, where, limit=limit, before=last), output
        )


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
    from adapters.cli.summaries import show_found

    session = session_of(context)
    with session.open() as opstrail:
        found = opstrail.reader.search(session.tenant_id, text, limit=limit)
    show_found(session.screen, found, output)


@app.command(epilog=example("opstrail run show latest"))
def show(
    context: typer.Context, run: RunText, at: AtVersion = None, output: Output = TextFormat.TEXT
) -> None:
    """Show who asked what, and what came of it."""
    from adapters.cli.summaries import show_summary
    from domain.audit.chain import next_head
    from domain.run.envelope import GENESIS
    from domain.views.timeline import run_timeline

    session = session_of(context)
    history = _history(session, run, at)
    summary = run_timeline(history).summary
    head_hash = next_head(GENESIS, [entry.envelope.content_hash for entry in history]).hex()
    if output is TextFormat.JSON:
        session.screen.show_json({**dataclasses.asdict(summary), "head_hash": head_hash})
    else:
        show_summary(session.screen, summary, head_hash=head_hash)


@app.command(epilog=example("opstrail run events latest -o jsonl > events.jsonl"))
def events(
    context: typer.Context,
    run: RunText,
    at: AtVersion = None,
    output: Annotated[
        EventFormat, typer.Option("--output", "-o", help="How to print it.")
    ] = EventFormat.TEXT,
) -> None:
    """Show every event with its envelope. In JSON `data` is the exact text that is hashed."""
    from adapters.cli.events import show_events

    session = session_of(context)
    with session.open() as opstrail:
        run_id = opstrail.reader.resolve(session.tenant_id, run)
        recorded = opstrail.reader.events(session.tenant_id, run_id, at=at)
    show_events(session.screen, recorded, output)


@app.command(epilog=example("opstrail run timeline latest --at 12"))
def timeline(
    context: typer.Context, run: RunText, at: AtVersion = None, output: Output = TextFormat.TEXT
) -> None:
    """Draw the stages and tool calls over time."""
    from adapters.cli.timelines import show_timeline
    from domain.views.timeline import run_timeline

    session = session_of(context)
    found = run_timeline(_history(session, run, at))
    if output is TextFormat.JSON:
        session.screen.show_json(dataclasses.asdict(found))
    else:
        show_timeline(session.screen, found)


@app.command(epilog=example("opstrail run trace latest -o json"))
def trace(
    context: typer.Context, run: RunText, at: AtVersion = None, output: Output = TextFormat.TEXT
) -> None:
    """Show plan, decisions, stages and tool calls in detail."""
    from adapters.cli.traces import show_trace
    from domain.views.trace import run_trace

    session = session_of(context)
    found = run_trace(_history(session, run, at))
    if output is TextFormat.JSON:
        session.screen.show_json(found)
    else:
        show_trace(session.screen, found)


@app.command(epilog=example("opstrail run response latest -o json"))
def response(
    context: typer.Context, run: RunText, at: AtVersion = None, output: Output = TextFormat.TEXT
) -> None:
    """Show the answer again, as recorded."""
    from adapters.cli.answers import show_answer
    from domain.views.response import run_response

    session = session_of(context)
    found = run_response(_history(session, run, at))
    if output is TextFormat.JSON:
        session.screen.show_json(found)
    else:
        show_answer(session.screen, found)


@app.command(epilog=example("opstrail run state latest --at 3"))
def state(
    context: typer.Context, run: RunText, at: AtVersion = None, output: Output = TextFormat.TEXT
) -> None:
    """Show where a run is, and what may happen to it next."""
    from adapters.cli.states import show_state
    from domain.views.state import run_state

    session = session_of(context)
    found = run_state(_history(session, run, at))
    if output is TextFormat.JSON:
        session.screen.show_json(found)
    else:
        show_state(session.screen, found)


def _history(session: Session, run: str, at: int | None) -> "list[HistoryEntry]":
    with session.open() as opstrail:
        run_id = opstrail.reader.resolve(session.tenant_id, run)
        return opstrail.reader.history(session.tenant_id, run_id, at=at)
