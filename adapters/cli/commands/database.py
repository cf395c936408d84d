"""`opstrail db` and `opstrail doctor`: the database itself, and whether the record in it holds."""

from pathlib import Path
from typing import Annotated

import typer

from adapters.cli.exit_codes import ExitCode
from adapters.cli.options import Output, example
from adapters.cli.session import session_of

app, alone = typer.Typer(), typer.Typer()


@app.command(epilog=example("opstrail --database ./ops.db db upgrade"))
def upgrade(context: typer.Context) -> None:
    """Create the database or bring it up to date; whatever writes does so by itself."""
    from domain.operations.database import UPGRADE_DATABASE

    session = session_of(context)
    upgraded = session.call(UPGRADE_DATABASE, UPGRADE_DATABASE.params())
    session.screen.show(f"{upgraded.url} is current.")


@app.command(epilog=example("opstrail db check -o json"))
def check(context: typer.Context, output: Output = "text") -> None:
    """Read the whole database and say whether file, schema and hash chain are sound."""
    from adapters.cli.text.database import show_report
    from domain.operations.database import CHECK_DATABASE

    session, params = session_of(context), CHECK_DATABASE.params()
    report = session.show(CHECK_DATABASE, params, output, as_text=show_report, title="Checking")
    raise typer.Exit(ExitCode.OK if report.is_sound else ExitCode.FAILED)


@app.command(epilog=example("opstrail db backup /backups/ops-monday.db"))
def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file.")],
    force: Annotated[bool, typer.Option("--force", help="Replace FILE when it exists.")] = False,
    output: Output = "text",
) -> None:
    """Write a copy of the database to a file while others write, and verify it.

    How to restore it: `opstrail help backups`.
    """
    from adapters.cli.text.database import show_backup
    from domain.operations.database import BACK_UP_DATABASE, BackUpDatabase

    session, params = session_of(context), BackUpDatabase(path=str(file), may_replace=force)
    session.show(BACK_UP_DATABASE, params, output, as_text=show_backup, title="Backing up")


@app.command(epilog=example("opstrail db size"))
def size(context: typer.Context, output: Output = "text") -> None:
    """Say what takes the room: tables, indexes, types of events."""
    from adapters.cli.text.database import show_size
    from domain.operations.database import SIZE_OF_DATABASE as SIZE

    session_of(context).show(SIZE, SIZE.params(), output, as_text=show_size, title="Measuring")


@app.command(epilog=example("opstrail db sweep --dry-run"))
def sweep(
    context: typer.Context,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be deleted.")
    ] = False,
    output: Output = "text",
) -> None:
    """Delete the large results that no event names.

    A service leaves them that stops before its append. What was stored within the last hour stays,
    for the event that names it may be on its way.
    """
    from adapters.cli.text.database import show_swept
    from domain.operations.database import SWEEP_DATABASE, SweepDatabase

    session, params = session_of(context), SweepDatabase(is_dry_run=dry_run)
    session.show(SWEEP_DATABASE, params, output, as_text=show_swept, title="Sweeping")


@app.command(
    epilog=example("opstrail --database postgresql://ada@db.example.org/opstrail db roles")
)
def roles(
    context: typer.Context,
    prefix: Annotated[
        str, typer.Option(metavar="TEXT", help="What the names of the roles begin with.")
    ] = "opstrail_",
    dry_run: Annotated[bool, typer.Option("--print", help="Only print the SQL.")] = False,
    output: Output = "text",
) -> None:
    """Make the roles of a PostgreSQL database, and give each its rights.

    Owner, writer, reader and projector. Servers run as a member of the writer, which can append to
    the record and change nothing in it. Once more after each upgrade.
    """
    from adapters.cli.text.database import show_roles
    from domain.operations.database import ROLES_OF_DATABASE, RolesOfDatabase

    session, params = session_of(context), RolesOfDatabase(prefix=prefix, is_dry_run=dry_run)
    session.show(ROLES_OF_DATABASE, params, output, as_text=show_roles, title="Making roles")


@alone.command(epilog=example("opstrail doctor", "opstrail doctor -o json"))
def doctor(context: typer.Context, output: Output = "text") -> None:
    """Try to break the record with the service's own rights, and say what stopped each attempt.

    Everything is rolled back.
    """
    from adapters.cli.text.database import show_examination
    from domain.operations.database import EXAMINE_DATABASE as EXAMINE

    session, params = session_of(context), EXAMINE.params()
    found = session.show(EXAMINE, params, output, as_text=show_examination, title="Examining")
    raise typer.Exit(ExitCode.OK if found.is_sound else ExitCode.FAILED)
