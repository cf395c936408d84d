"""`opstrail log`: the events of the tenant, and its runs over time."""

from typing import Annotated

import typer

from adapters.cli.completion import complete_run
from adapters.cli.options import Limit, Output, example
from adapters.cli.session import session_of

app = typer.Typer()


@app.command(
    "list",
    epilog=example("opstrail log list --after 1200 --type run-", "opstrail log list -o json"),
)
def list_(
    context: typer.Context,
    after: Annotated[int, typer.Option(min=0, help="Only events after this position.")] = 0,
    type_: Annotated[
        list[str] | None,
        typer.Option(
            "--type", metavar="TYPE", help="Only of this type, or of those that begin so."
        ),
    ] = None,
    run: Annotated[
        str | None,
        typer.Option(metavar="RUN", help="Only of this run.", autocompletion=complete_run),
    ] = None,
    limit: Limit = 20,
    output: Output = "text",
) -> None:
    """List the events of the log in their order, and where to read on."""
    from adapters.cli.text.log_reads import show_log_page
    from domain.operations.log_feed import LIST_EVENTS, PartOfLog

    params = PartOfLog(after=after, type=tuple(type_ or ()), run=run, limit=limit)
    session_of(context).show(LIST_EVENTS, params, output, as_text=show_log_page)


@app.command(
    epilog=example(
        "opstrail log timeline --from -7d",
        "opstrail log timeline --from 2026-03-01 --to 2026-03-02",
    )
)
def timeline(
    context: typer.Context,
    since: Annotated[
        str, typer.Option("--from", metavar="TIME", help="From when, such as -7d or today.")
    ] = "-24h",
    until: Annotated[
        str | None, typer.Option("--to", metavar="TIME", help="Until when. Default: now.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many runs.")] = 500,
    output: Output = "text",
) -> None:
    """Show the runs of a span in lanes, with imports, recoveries, restarts and publications."""
    from adapters.cli.text.log_reads import show_log_timeline
    from domain.operations.log_timeline import SHOW_LOG_TIMELINE, SpanOfLog

    params = SpanOfLog(since=since, until=until, limit=limit)
    session_of(context).show(SHOW_LOG_TIMELINE, params, output, as_text=show_log_timeline)
