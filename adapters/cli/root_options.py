"""The options of the root: of every command, and anywhere in it."""

from typing import Annotated, Literal

import typer

from adapters.cli.completion import complete_profile
from adapters.cli.options import taken_by
from domain.values.text import NAME, PATH

Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        envvar="OPSTRAIL_DATABASE_URL",
        callback=taken_by(PATH),
        metavar="URL|PATH",
        help="The database; else a file in your data folder.",
    ),
]
Server = Annotated[
    str | None,
    typer.Option(
        "--server",
        envvar="OPSTRAIL_SERVER",
        callback=taken_by(PATH),
        metavar="URL",
        help="Ask this server in place of a database; OPSTRAIL_KEY has the key.",
    ),
]
Tenant = Annotated[
    str,
    typer.Option(
        "--tenant",
        envvar="OPSTRAIL_TENANT",
        callback=taken_by(NAME),
        metavar="NAME",
        help="Whose estate and runs.",
    ),
]
Profile = Annotated[
    str | None,
    typer.Option(
        "--profile",
        envvar="OPSTRAIL_PROFILE",
        callback=taken_by(NAME),
        metavar="NAME",
        help="What counts where no option and no variable does: `opstrail help profiles`.",
        autocompletion=complete_profile,
    ),
]
TimeZone = Annotated[
    str | None,
    typer.Option(
        "--time-zone",
        envvar="OPSTRAIL_TIME_ZONE",
        callback=taken_by(NAME),
        metavar="ZONE",
        help="Whose days and clock, such as Europe/Berlin. Default: this machine's.",
    ),
]
ColorWhen = Annotated[
    Literal["auto", "always", "never"],
    typer.Option(
        "--color", envvar="OPSTRAIL_COLOR", help="When to use colour; auto: on a terminal."
    ),
]
NoColor = Annotated[bool, typer.Option("--no-color", help="Never use colour.")]
NoPager = Annotated[
    bool, typer.Option("--no-pager", help="Print at once what is longer than the terminal.")
]
