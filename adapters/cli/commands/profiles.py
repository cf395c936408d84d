"""`opstrail profile`: what counts where no option does, under a name."""

from typing import Annotated

import typer

from adapters.cli.options import example
from adapters.cli.session import invocation_of, session_of

app = typer.Typer()
Name = Annotated[str, typer.Argument(metavar="NAME", help="The name of the profile.")]


@app.command(
    epilog=example(
        "opstrail profile add work --database postgresql://db.example/ops --tenant acme",
        "opstrail profile add trial --database ./trial.db --time-zone Europe/Berlin",
    )
)
def add(context: typer.Context, name: Name) -> None:
    """Keep the root options that are given here under a name.

    They are --server, --database, --tenant, --time-zone and --color. A URL with a password is
    refused: use ~/.pgpass, PGPASSWORD or OPSTRAIL_DATABASE_URL, and OPSTRAIL_KEY for a server.
    """
    from adapters.cli.database_names import absolute
    from adapters.cli.profiles import KEYS, add_profile, profiles_path

    given = {key: value for key, value in invocation_of(context).given.items() if key in KEYS}
    if not given:
        message = "give one of --server, --database, --tenant, --time-zone and --color"
        raise typer.BadParameter(message, param_hint="add")
    if "database" in given:
        given["database"] = absolute(given["database"])
    path = profiles_path()
    add_profile(path, name, given)
    typer.echo(f"added to {path}; `opstrail profile use {name}` lets it count from now on")


@app.command("list", epilog=example("opstrail profile list"))
def list_profiles() -> None:
    """List the profiles; * marks that which is in use."""
    from adapters.cli.profiles import profiles_path, read_profiles
    from adapters.cli.text.profiles import show_profiles

    show_profiles(read_profiles(profiles_path()))


@app.command(epilog=example("opstrail profile use work", "opstrail profile use --none"))
def use(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="The name of the profile.")
    ] = None,
    none: Annotated[bool, typer.Option("--none", help="Use no profile.")] = False,
) -> None:
    """Let a profile count from now on, where none is named."""
    from adapters.cli.profiles import profiles_path, use_profile

    if (name is None) != none:
        message = "give the name of a profile, or --none"
        raise typer.BadParameter(message, param_hint="use")
    use_profile(profiles_path(), name)


@app.command(epilog=example("opstrail profile remove trial"))
def remove(name: Name) -> None:
    """Remove a profile; what its database holds stays."""
    from adapters.cli.profiles import profiles_path, remove_profile

    remove_profile(profiles_path(), name)


@app.command(epilog=example("opstrail profile show", "opstrail --profile work profile show"))
def show(context: typer.Context) -> None:
    """Show which database, tenant, time zone and colour count here, and where each comes from."""
    from adapters.cli.text.profiles import show_choices

    session = session_of(context)
    show_choices(session.screen, session.choices)
