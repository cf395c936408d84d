"""`opstrail estate`: filling the estate, and seeing what is there."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from adapters.cli.options import Output, TextFormat, example, instant_of
from adapters.cli.session import Session, session_of

if TYPE_CHECKING:
    from adapters.bootstrap import Opstrail
    from domain.estate.port import EstateDataset

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
    from adapters.bootstrap import discover as discover_machine

    session = session_of(context)
    with session.open() as opstrail:
        with session.screen.progress("Discovering this machine") as progress:
            found = discover_machine(
                now=opstrail.clock.now(), sample_seconds=seconds, progress=progress
            )
        for warning in found.warnings:
            session.screen.tell(f"warning: {warning}")
        _load(session, opstrail, found.dataset, mode="replace", output=output)


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
    from adapters.bootstrap import demo_estate

    session = session_of(context)
    instant = instant_of(anchor, option="--anchor") if anchor else None
    with session.open() as opstrail:
        with session.screen.progress("Making the demo estate"):
            dataset = demo_estate(anchor=instant or opstrail.clock.now(), seed=seed, days=days)
        _load(session, opstrail, dataset, mode="replace", output=output)


@app.command("import", epilog=example("opstrail estate import ./inventory/"))
def import_files(
    context: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Files, or folders with files.")
    ],
    output: Output = TextFormat.TEXT,
) -> None:
    """Bring in CSV and JSON files, all of them or nothing."""
    from adapters.bootstrap import read_files

    session = session_of(context)
    with session.open() as opstrail:

        def ci_id_of(code: str) -> str | None:
            item = opstrail.estate.ci_by_code(session.tenant_id, code)
            return item.ci_id if item else None

        with session.screen.progress("Reading the files"):
            dataset = read_files(paths, ci_id_of=ci_id_of)
        _load(session, opstrail, dataset, mode="merge", output=output)


@app.command(epilog=example("opstrail estate summary"))
def summary(context: typer.Context, output: Output = TextFormat.TEXT) -> None:
    """Show how much of each is there, and from when to when."""
    from adapters.cli.text.estate import show_estate_summary

    session = session_of(context)
    with session.open() as opstrail:
        found = opstrail.estate.summary(session.tenant_id)
    show_estate_summary(session.screen, found, output)


def _load(
    session: Session,
    opstrail: "Opstrail",
    dataset: "EstateDataset",
    *,
    mode: Literal["merge", "replace"],
    output: TextFormat,
) -> None:
    from adapters.cli.text.estate import PrintedLoad, show_counts

    with session.screen.progress("Writing the estate"):
        counts = opstrail.estate_writer.load(
            session.tenant_id, dataset, mode=mode, at=opstrail.clock.now()
        )
    if output is TextFormat.JSON:
        session.screen.show_json(PrintedLoad(dataset.source, counts))
    else:
        show_counts(session.screen, counts)
