"""`opstrail projection`: the views that follow the log on their own."""

from typing import Annotated

import typer

from adapters.cli.exit_codes import ExitCode
from adapters.cli.options import ColumnNames, Output, RowsOutput, example
from adapters.cli.session import session_of

app = typer.Typer()
Name = Annotated[str, typer.Argument(metavar="NAME", help="A projection's name.")]


@app.command("list", epilog=example("opstrail projection list -o json"))
def list_projections(
    context: typer.Context, output: RowsOutput = "text", columns: ColumnNames = None
) -> None:
    """List every generation of every projection, and how many events it lags behind the log."""
    from adapters.cli.text.projections import show_statuses
    from domain.operations.projections import LIST_PROJECTIONS

    session, params = session_of(context), LIST_PROJECTIONS.params()
    session.show(LIST_PROJECTIONS, params, output, as_text=show_statuses, columns=columns)


@app.command(epilog=example("opstrail projection status run_search"))
def status(context: typer.Context, name: Name, output: Output = "text") -> None:
    """Let a projection catch up, for ten seconds at most, and show where it is."""
    from adapters.cli.text.projections import show_parked
    from domain.operations.projections import PROJECTION_STATUS, OneProjection

    session, params = session_of(context), OneProjection(name=name)
    session.show(PROJECTION_STATUS, params, output, as_text=show_parked)


@app.command(epilog=example("opstrail projection rebuild tool_statistics"))
def rebuild(
    context: typer.Context,
    name: Name,
    keep_old: Annotated[
        bool, typer.Option("--keep-old", help="Keep the replaced one until the next rebuild.")
    ] = False,
    accept_differences: Annotated[
        bool, typer.Option("--accept-differences", help="Replace it even if they differ.")
    ] = False,
    output: Output = "text",
) -> None:
    """Build a projection anew beside the live one; if both are equal, it takes its place."""
    from adapters.cli.text.projections import show_rebuild
    from domain.operations.projections import REBUILD_PROJECTION as REBUILD
    from domain.operations.projections import RebuildProjection

    session = session_of(context)
    asked = RebuildProjection(name=name, keep_old=keep_old, accept_differences=accept_differences)
    report = session.show(REBUILD, asked, output, as_text=show_rebuild, title="Rebuilding")
    raise typer.Exit(ExitCode.OK if report.is_swapped else ExitCode.FAILED)


@app.command("rebuild-run-list", epilog=example("opstrail projection rebuild-run-list"))
def rebuild_run_list(context: typer.Context, output: Output = "text") -> None:
    """Write every line of the run list again, from the events; runs may go on meanwhile."""
    from adapters.cli.text.projections import show_run_list_rebuild
    from domain.operations.projections import REBUILD_RUN_LIST as REBUILD

    session, params = session_of(context), REBUILD.params()
    done = session.show(REBUILD, params, output, as_text=show_run_list_rebuild, title="Rebuilding")
    raise typer.Exit(ExitCode.FAILED if done.unreadable_count else ExitCode.OK)
