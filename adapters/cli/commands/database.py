"""`opstrail db`: the database itself."""

from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.exit_codes import ExitCode
from adapters.cli.options import Output, TextFormat, example
from adapters.cli.screen import Screen
from adapters.cli.session import session_of

if TYPE_CHECKING:
    from infrastructure.database_check.check import DatabaseReport

app = typer.Typer(
    no_args_is_help=True,
    help="Upgrade, check and sweep the database.",
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
    from adapters.database_work import check_database

    session = session_of(context)
    with session.screen.progress("Checking"):
        report = check_database(session.database_url)
    if output is TextFormat.JSON:
        session.screen.show_json(report, is_sound=report.is_sound)
    else:
        _show_report(session.screen, report)
    raise typer.Exit(ExitCode.OK if report.is_sound else ExitCode.FAILED)


@app.command(epilog=example("opstrail db sweep --dry-run"))
def sweep(
    context: typer.Context,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be deleted.")
    ] = False,
    output: Output = TextFormat.TEXT,
) -> None:
    """Delete the large results that no event names.

    A service leaves them that stops before its append. What was stored within the last hour stays,
    for the event that names it may be on its way.
    """
    from adapters.database_work import sweep_payloads

    session = session_of(context)
    with session.screen.progress("Sweeping"):
        swept = sweep_payloads(session.database_url, is_dry_run=dry_run)
    if output is TextFormat.JSON:
        session.screen.show_json(swept, is_dry_run=dry_run)
        return
    done = "Would delete" if dry_run else "Deleted"
    session.screen.show(f"{done} {swept.payload_count} payloads, {swept.byte_count} bytes.")


def _show_report(screen: Screen, report: "DatabaseReport") -> None:
    from rich.text import Text

    from adapters.cli.screen import printable
    from adapters.cli.text.tables import fields_of

    facts = [("database", report.path), ("schema", report.revision)]
    facts += [(name.replace("_", " "), value) for name, value in report.settings.items()]
    screen.show(fields_of([*facts, *report.counts.items()]), "")
    if report.is_sound:
        screen.show("Sound.")
    for problem in report.problems:
        screen.show(Text(printable(f"problem: {problem}"), style="red"))
