"""`opstrail estate`: filling the estate, and seeing what is there."""

from pathlib import Path
from typing import Annotated

import typer

from adapters.cli.options import Output, example, instant_of
from adapters.cli.session import session_of

app = typer.Typer()


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
    output: Output = "text",
) -> None:
    """Bring in an invented estate: 8 systems with incidents to find."""
    from adapters.cli.text.estate import show_load
    from domain.operations.estate import DEMO, DemoParams

    instant = instant_of(anchor, option="--anchor") if anchor else None
    asked = DemoParams(anchor=instant, seed=seed, days=days)
    title = "Making the demo estate"
    session_of(context).show(DEMO, asked, output, as_text=show_load, title=title)


@app.command("import", epilog=example("opstrail estate import ./inventory/"))
def import_files(
    context: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Files, or folders with files.")
    ],
    output: Output = "text",
) -> None:
    """Bring in CSV and JSON files, all of them or nothing."""
    from adapters.cli.text.estate import show_load
    from domain.operations.estate import IMPORT, ImportParams

    session, asked = session_of(context), ImportParams(paths=tuple(map(str, paths)))
    session.show(IMPORT, asked, output, as_text=show_load, title="Importing the files")


@app.command(epilog=example("opstrail estate summary"))
def summary(context: typer.Context, output: Output = "text") -> None:
    """Show how much of each is there, and from when to when."""
    from adapters.cli.text.estate import show_estate_summary
    from domain.operations.estate import SUMMARY

    session_of(context).show(SUMMARY, SUMMARY.params(), output, as_text=show_estate_summary)
