"""`opstrail estate`: filling the estate, and seeing what is there."""

from pathlib import Path
from typing import Annotated

import typer

from adapters.cli.options import Output, TextFormat, example, instant_of
from adapters.cli.session import session_of

app = typer.Typer(
    no_args_is_help=True,
    help="Fill the estate from this machine, from files or with a demo; see what is there.",
    epilog=example("opstrail estate discover"),
)


@app.command(epilog=example("opstrail estate discover --seconds 10"))
def discover(
    context: typer.Context,
    seconds: Annotated[
        float, typer.Option(min=0, max=3600, help="How long to measure; 0: not at all.")
    ] = 3.0,
    output: Output = TextFormat.TEXT,
) -> None:
    """Bring in this machine: hardware, processes, ports, packages, and some seconds of metrics."""
    from adapters.cli.text.estate import show_load
    from domain.operations.estate import DISCOVER, DiscoverParams

    session = session_of(context)
    found = session.call(
        DISCOVER, DiscoverParams(seconds=seconds), title="Discovering this machine"
    )
    session.screen.show_view(DISCOVER.view, found, output, as_text=show_load)


@app.command(epilog=example("opstrail --tenant demo estate demo"))
def demo(
    context: typer.Context,
    anchor: Annotated[
        str | None,
        typer.Option(metavar="INSTANT", help="When it ends; with a zone. Default: now."),
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed makes the same estate.")] = 42,
    days: Annotated[int, typer.Option(min=1, max=366, help="Days of metrics and event log.")] = 31,
    output: Output = TextFormat.TEXT,
) -> None:
    """Bring in an invented estate: 8 systems with incidents to find."""
    from adapters.cli.text.estate import show_load
    from domain.operations.estate import DEMO, DemoParams

    instant = instant_of(anchor, option="--anchor") if anchor else None
    asked = DemoParams(anchor=instant, seed=seed, days=days)
    session = session_of(context)
    found = session.call(DEMO, asked, title="Making the demo estate")
    session.screen.show_view(DEMO.view, found, output, as_text=show_load)


@app.command("import", epilog=example("opstrail estate import ./inventory/"))
def import_files(
    context: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Files, or folders with files.")
    ],
    output: Output = TextFormat.TEXT,
) -> None:
    """Bring in CSV and JSON files, all of them or nothing."""
    from adapters.cli.text.estate import show_load
    from domain.operations.estate import IMPORT, ImportParams

    asked = ImportParams(paths=tuple(map(str, paths)))
    session = session_of(context)
    found = session.call(IMPORT, asked, title="Importing the files")
    session.screen.show_view(IMPORT.view, found, output, as_text=show_load)


@app.command(epilog=example("opstrail estate summary"))
def summary(context: typer.Context, output: Output = TextFormat.TEXT) -> None:
    """Show how much of each is there, and from when to when."""
    from adapters.cli.text.estate import show_estate_summary
    from domain.operations.estate import SUMMARY
    from domain.operations.operation import Nothing

    session = session_of(context)
    found = session.call(SUMMARY, Nothing())
    session.screen.show_view(SUMMARY.view, found, output, as_text=show_estate_summary)
