"""`opstrail log`: the runs of the tenant over time."""

from typing import Annotated

import typer

from adapters.cli.options import Output, example
from adapters.cli.session import session_of

app = typer.Typer()


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
    from adapters.cli.text.log_timeline import show_log_timeline
    from domain.operations.log_timeline import SHOW_LOG_TIMELINE, SpanOfLog

    params = SpanOfLog(since=since, until=until, limit=limit)
    session_of(context).show(SHOW_LOG_TIMELINE, params, output, as_text=show_log_timeline)
