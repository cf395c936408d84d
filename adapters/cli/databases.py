"""`opstrail db`: the database itself."""

import dataclasses
from typing import TYPE_CHECKING

import typer

from adapters.cli.exit_codes import ExitCode
from adapters.cli.options import Output, TextFormat, example
from adapters.cli.screen import Screen
from adapters.cli.session import session_of

if TYPE_CHECKING:
    from adapters.bootstrap import DatabaseReport

app = typer.Typer(
    no_args_is_help=True,
    help="Upgrade and check the database.",
    epilog=example("opstrail db check"),
)


@app.command(epilog=example("opstrail --database ./ops.db db upgrade"))
def upgrade(context: typer.Context) -> None:
    """Create the database or bring it up to date; every command does so by itself."""
    session = session_of(context)
    with session.open() as opstrail:
        session.screen.show(f"{opstrail.database_url} is current.")


@app.command(epilog=example("opstrail db check -o json"))
def check(context: typer.Context, output: Output = TextFormat.TEXT) -> None:
    """Read the whole database and say whether file, schema and hash chain are sound."""
    from adapters.bootstrap import check_database

    session = session_of(context)
    with session.screen.progress("Checking"):
        report = check_database(session.database_url)
    if output is TextFormat.JSON:
        session.screen.show_json(dataclasses.asdict(report) | {"is_sound": report.is_sound})
    else:
        _show_report(session.screen, report)
    raise typer.Exit(ExitCode.OK if report.is_sound else ExitCode.FAILED)


def _show_report(screen: Screen, report: "DatabaseReport") -> None:
    from rich.text import Text

    from adapters.cli.screen import printable
    from adapters.cli.tables import fields_of

    facts = [("database", report.path), ("schema", report.revision)]
    facts += [(name.replace("_", " "), value) for name, value in report.settings.items()]
    screen.show(fields_of([*facts, *report.counts.items()]), "")
    if report.is_sound:
        screen.show("Sound.")
    for problem in report.problems:
        screen.show(Text(printable(f"problem: {problem}"), style="red"))
