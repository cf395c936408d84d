"""`opstrail db` and `opstrail doctor`: the database itself, and whether the record in it holds."""

from typing import Annotated, Final

import typer

from adapters.cli.exit_codes import ExitCode
from adapters.cli.options import Output, TextFormat, example
from adapters.cli.session import session_of

DOCTOR_EXAMPLE: Final = example("opstrail doctor", "opstrail doctor -o json")

app = typer.Typer(
    no_args_is_help=True,
    help="Upgrade, check and sweep the database.",
    epilog=example("opstrail db check"),
)


@app.command(epilog=example("opstrail --database ./ops.db db upgrade"))
def upgrade(context: typer.Context) -> None:
    """Create the database or bring it up to date; every command does so by itself."""
    from domain.operations.database import UPGRADE_DATABASE
    from domain.operations.operation import Nothing

    session = session_of(context)
    session.screen.show(f"{session.call(UPGRADE_DATABASE, Nothing()).url} is current.")


@app.command(epilog=example("opstrail db check -o json"))
def check(context: typer.Context, output: Output = TextFormat.TEXT) -> None:
    """Read the whole database and say whether file, schema and hash chain are sound."""
    from adapters.cli.text.database import show_report
    from domain.operations.database import CHECK_DATABASE
    from domain.operations.operation import Nothing

    session = session_of(context)
    report = session.call(CHECK_DATABASE, Nothing(), title="Checking")
    session.screen.show_view(CHECK_DATABASE.view, report, output, as_text=show_report)
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
    from adapters.cli.text.database import show_swept
    from domain.operations.database import SWEEP_DATABASE, SweepDatabase

    session = session_of(context)
    swept = session.call(SWEEP_DATABASE, SweepDatabase(is_dry_run=dry_run), title="Sweeping")
    session.screen.show_view(SWEEP_DATABASE.view, swept, output, as_text=show_swept)


def doctor(context: typer.Context, output: Output = TextFormat.TEXT) -> None:
    """Try to break the record with the service's own rights, and say what stopped each attempt.

    Everything is rolled back.
    """
    from adapters.cli.text.database import show_examination
    from domain.operations.database import EXAMINE_DATABASE
    from domain.operations.operation import Nothing

    session = session_of(context)
    found = session.call(EXAMINE_DATABASE, Nothing(), title="Examining")
    session.screen.show_view(EXAMINE_DATABASE.view, found, output, as_text=show_examination)
    raise typer.Exit(ExitCode.OK if found.is_sound else ExitCode.FAILED)
