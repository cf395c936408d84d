"""`opstrail run`: the runs, and what is recorded of each."""

from typing import Annotated

import typer

from adapters.cli.options import (
    AnswerOutput,
    At,
    Before,
    ColumnNames,
    Limit,
    ListOutput,
    Output,
    Query,
    RunText,
    Watch,
    example,
)
from adapters.cli.session import session_of

app = typer.Typer()


@app.command(
    "list",
    epilog=example(
        "opstrail run list --attention",
        "opstrail run list --watch",
        "opstrail run list -q \"status = failed AND tool = 'metric' AND started > -24h\"",
    ),
)
def list_runs(
    context: typer.Context,
    *,
    query: Query = None,
    attention: Annotated[
        bool,
        typer.Option(
            "--attention",
            help="Only runs that failed or were cut off, and that no fork or rerun made good.",
        ),
    ] = False,
    limit: Limit = 20,
    state: Annotated[str | None, typer.Option(help="Only runs in this state.")] = None,
    status: Annotated[
        str | None, typer.Option(help="Only runs that ended like this, or are in this state.")
    ] = None,
    before: Before = None,
    output: ListOutput = "table",
    columns: ColumnNames = None,
    watch: Watch = False,
) -> None:
    """List the runs, newest first.

    With --watch the list goes on until Ctrl-C: on a terminal it is drawn anew, in a pipe each run
    that is new or otherwise is a line.
    """
    from adapters.cli.text.runs import RUNS_TEXT
    from domain.operations.run_lists import LIST_RUNS, PageOfRuns

    page = PageOfRuns(
        query=query, attention=attention, limit=limit, state=state, status=status, before=before
    )
    session, as_text = session_of(context), RUNS_TEXT.shown_as(output)
    if watch:
        from adapters.cli.commands.watch import watch_runs

        watch_runs(session, page, output, columns=columns)
    session.show(LIST_RUNS, page, output, as_text=as_text, columns=columns)


@app.command(
    epilog=example(
        "opstrail run failures --since -7d",
        "opstrail run failures -q 'tool = metric' -o json",
        "opstrail run failures 5f1c0a2e9b77 -o ids",
    )
)
def failures(
    context: typer.Context,
    group: Annotated[
        str | None,
        typer.Argument(metavar="[GROUP]", help="Show the runs of one kind, by its 12 digits."),
    ] = None,
    *,
    query: Query = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Only kinds seen since then, such as -7d or today."),
    ] = None,
    limit: Limit = 20,
    output: ListOutput = "table",
    columns: ColumnNames = None,
) -> None:
    """Group what failed, runs and calls, by kind: since when, how often, and whether it goes on.

    One kind is an error code of a tool's operation, or of a stage, with the same words in its
    message; numbers, ids, names in quotes and paths do not count. Replay a whole kind with
    `opstrail replay start -q 'fingerprint = GROUP'`.
    """
    from adapters.cli.text.failures import FAILURES_TEXT
    from adapters.cli.text.runs import RUNS_TEXT
    from domain.operations.failures import LIST_FAILURES, WhichFailures
    from domain.operations.run_lists import LIST_RUNS, PageOfRuns

    session = session_of(context)
    if group is None:
        which = WhichFailures(query=query, since=since, limit=limit)
        as_text = FAILURES_TEXT.shown_as(output)
        session.show(LIST_FAILURES, which, output, as_text=as_text, columns=columns)
        return
    if since is not None:
        message = "a kind has no --since; use -q 'started > -7d'"
        raise typer.BadParameter(message, param_hint="--since")
    of_group = PageOfRuns(failure=group, query=query, limit=limit)
    as_runs = RUNS_TEXT.shown_as(output)
    session.show(LIST_RUNS, of_group, output, as_text=as_runs, columns=columns)


@app.command(epilog=example("opstrail run search srv-erp-01"))
def search(
    context: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Words, each whole or begun.")],
    limit: Limit = 20,
    output: ListOutput = "table",
    columns: ColumnNames = None,
) -> None:
    """Find the runs whose question and answer have all these words, newest first."""
    from adapters.cli.text.runs import RUNS_TEXT
    from domain.operations.run_lists import SEARCH_RUNS, Words

    session, words = session_of(context), Words(text=text, limit=limit)
    as_text = RUNS_TEXT.shown_as(output)
    session.show(SEARCH_RUNS, words, output, as_text=as_text, columns=columns)


@app.command(epilog=example("opstrail run show latest", "opstrail run show latest --call primary"))
def show(
    context: typer.Context,
    run: RunText,
    at: At = None,
    call: Annotated[
        str | None,
        typer.Option(metavar="CALL", help="Show this call: each attempt, and what it logged."),
    ] = None,
    output: Output = "text",
) -> None:
    """Show who asked what, and what came of it."""
    from adapters.cli.text.runs import show_details
    from domain.operations.one_run import RunAt
    from domain.operations.run_views.details import SHOW_RUN

    if call is not None:
        from adapters.cli.text.trace import show_call
        from domain.operations.run_views.trace import SHOW_CALL, CallOfRun

        of_run = CallOfRun(run=run, at=at, call=call)
        session_of(context).show(SHOW_CALL, of_run, output, as_text=show_call)
        return
    session_of(context).show(SHOW_RUN, RunAt(run=run, at=at), output, as_text=show_details)


@app.command(epilog=example("opstrail run trace latest -o json"))
def trace(context: typer.Context, run: RunText, at: At = None, output: Output = "text") -> None:
    """Show plan, decisions, stages and tool calls in detail."""
    from adapters.cli.text.trace import show_trace
    from domain.operations.one_run import RunAt
    from domain.operations.run_views.trace import SHOW_TRACE

    session_of(context).show(SHOW_TRACE, RunAt(run=run, at=at), output, as_text=show_trace)


@app.command(epilog=example("opstrail run response latest -o json"))
def response(
    context: typer.Context, run: RunText, at: At = None, output: AnswerOutput = "text"
) -> None:
    """Show the answer again, as recorded; as CSV its tables, with an empty line between two."""
    from adapters.cli.text.answers import show_answer, show_tables
    from domain.operations.one_run import RunAt
    from domain.operations.run_views.response import SHOW_RESPONSE

    as_text, form = (show_tables, "text") if output == "csv" else (show_answer, output)
    session_of(context).show(SHOW_RESPONSE, RunAt(run=run, at=at), form, as_text=as_text)


@app.command(epilog=example("opstrail run status latest -o json"))
def status(context: typer.Context, run: RunText, at: At = None, output: Output = "text") -> None:
    """Show whether the tools of a run answered, all, some, or others in their place."""
    from adapters.cli.text.trace import show_status
    from domain.operations.one_run import RunAt
    from domain.operations.run_views.trace import SHOW_STATUS

    session_of(context).show(SHOW_STATUS, RunAt(run=run, at=at), output, as_text=show_status)


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
    output: Output = "text",
) -> None:
    """Show where a run is, and what may happen to it next."""
    from adapters.cli.text.states import show_change, show_state
    from domain.operations.one_run import RunAt
    from domain.operations.run_views.states import SHOW_STATE, SHOW_STATE_CHANGE

    session, params = session_of(context), RunAt(run=run, at=at)
    if diff:
        session.show(SHOW_STATE_CHANGE, params, output, as_text=show_change)
    else:
        session.show(SHOW_STATE, params, output, as_text=show_state)


@app.command(epilog=example("opstrail run lineage latest"))
def lineage(context: typer.Context, run: RunText, at: At = None, output: Output = "text") -> None:
    """Draw the tree of forks and reruns that a run belongs to, with resumptions and goldens."""
    from adapters.cli.text.lineage import show_lineage
    from domain.operations.one_run import RunAt
    from domain.operations.run_views.lineage import SHOW_LINEAGE

    session_of(context).show(SHOW_LINEAGE, RunAt(run=run, at=at), output, as_text=show_lineage)
