"""`opstrail estate`: filling the estate, and seeing what is there."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from adapters.cli.options import Limit, Output, example, instant_of
from adapters.cli.session import session_of

app = typer.Typer()

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would differ.")]


@app.command(epilog=example("opstrail estate discover --seconds 10"))
def discover(
    context: typer.Context,
    seconds: Annotated[
        float, typer.Option(min=0, max=3600, help="How long to measure; 0: not at all.")
    ] = 3.0,
    output: Output = "text",
) -> None:
    """Bring in this machine: hardware, processes, ports, packages, and some seconds of metrics."""
    from adapters.cli.text.estate import show_load
    from domain.operations.estate import DISCOVER, DiscoverParams

    session, asked = session_of(context), DiscoverParams(seconds=seconds)
    session.show(DISCOVER, asked, output, as_text=show_load, title="Discovering this machine")


@app.command(epilog=example("opstrail --tenant demo estate demo"))
def demo(
    context: typer.Context,
    anchor: Annotated[
        str | None,
        typer.Option(metavar="INSTANT", help="When it ends; with a zone. Default: now."),
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed makes the same estate.")] = 42,
    days: Annotated[int, typer.Option(min=1, max=366, help="Days of metrics and event log.")] = 31,
    incidents: Annotated[
        int, typer.Option(min=0, max=1000, help="Incidents to plant beside the usual ones.")
    ] = 0,
    output: Output = "text",
) -> None:
    """Bring in an invented estate: 8 systems with incidents to find."""
    from adapters.cli.text.estate import show_load
    from domain.operations.estate import DEMO, DemoParams

    instant = instant_of(anchor, option="--anchor") if anchor else None
    asked = DemoParams(anchor=instant, seed=seed, days=days, incidents=incidents)
    title = "Making the demo estate"
    session_of(context).show(DEMO, asked, output, as_text=show_load, title=title)


@app.command(
    "import",
    epilog=example(
        "opstrail estate import ./inventory/",
        "opstrail estate import ./inventory/ --mode replace --dry-run",
    ),
)
def import_files(
    context: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Files, or folders with files.")
    ],
    mode: Annotated[
        Literal["merge", "replace"],
        typer.Option(help="replace: what the source brings no more is retired."),
    ] = "merge",
    source: Annotated[str, typer.Option(metavar="NAME", help="Whose files they are.")] = "files",
    force: Annotated[
        bool, typer.Option("--force", help="Even if most of the source is retired.")
    ] = False,
    dry_run: DryRun = False,
    output: Output = "text",
) -> None:
    """Bring in CSV and JSON files, all of them or nothing.

    A file changes only the columns that it has.
    """
    from adapters.cli.text.estate import show_load
    from domain.operations.estate import IMPORT, ImportParams

    asked = ImportParams(
        paths=tuple(map(str, paths)),
        mode=mode,
        source=source,
        is_forced=force,
        is_dry_run=dry_run,
    )
    title = "Importing the files"
    session_of(context).show(IMPORT, asked, output, as_text=show_load, title=title)


@app.command(
    epilog=example(
        'opstrail estate remove srv-old-01 --reason "it was scrapped"',
        'opstrail estate remove --source files --reason "the CMDB has them now"',
    )
)
def remove(
    context: typer.Context,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; it is recorded.")],
    item: Annotated[
        str | None, typer.Argument(metavar="ITEM", help="The code of an item.")
    ] = None,
    source: Annotated[
        str | None, typer.Option(metavar="NAME", help="All that this source has brought.")
    ] = None,
    dry_run: DryRun = False,
    output: Output = "text",
) -> None:
    """Retire an item with its relations, or all that a source has brought; history stays."""
    from adapters.cli.text.estate import show_load
    from domain.operations.estate import REMOVE, RemoveParams

    asked = RemoveParams(ci_code=item, source=source, reason=reason, is_dry_run=dry_run)
    session_of(context).show(REMOVE, asked, output, as_text=show_load)


@app.command(epilog=example("opstrail estate export ./estate-today"))
def export(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or an empty folder.")],
    suffix: Annotated[
        Literal["csv", "jsonl"], typer.Option("--format", help="The format of the files.")
    ] = "csv",
    output: Output = "text",
) -> None:
    """Write the estate as files that `estate import` reads back as it is now."""
    from adapters.cli.text.estate import show_export
    from domain.operations.estate import EXPORT, ExportParams

    asked = ExportParams(folder=str(folder), suffix=suffix)
    session_of(context).show(EXPORT, asked, output, as_text=show_export, title="Writing the files")


@app.command(epilog=example("opstrail estate history --limit 5"))
def history(context: typer.Context, limit: Limit = 20, output: Output = "text") -> None:
    """List who imported or removed what, the newest first."""
    from adapters.cli.text.estate import show_history
    from domain.operations.estate import HISTORY, HistoryParams

    asked = HistoryParams(limit=limit)
    session_of(context).show(HISTORY, asked, output, as_text=show_history)


@app.command(
    epilog=example(
        "opstrail estate changes --item srv-erp-01",
        "opstrail estate changes --since -7d -o json",
    )
)
def changes(
    context: typer.Context,
    item: Annotated[
        str | None, typer.Option(metavar="CODE", help="Only of this configuration item.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only since then, such as -7d or today.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most this many.")] = 100,
    output: Output = "text",
) -> None:
    """Show which records of the estate changed, when, by whom, and from what to what."""
    from adapters.cli.text.estate import show_changes
    from domain.operations.estate import CHANGES, ChangesParams

    asked = ChangesParams(item=item, since=since, limit=limit)
    session_of(context).show(CHANGES, asked, output, as_text=show_changes)


@app.command(epilog=example("opstrail estate summary"))
def summary(context: typer.Context, output: Output = "text") -> None:
    """Show how much of each is there, and from when to when."""
    from adapters.cli.text.estate import show_estate_summary
    from domain.operations.estate import SUMMARY

    session_of(context).show(SUMMARY, SUMMARY.params(), output, as_text=show_estate_summary)
