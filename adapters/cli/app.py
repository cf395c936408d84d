"""The `opstrail` command: root options, groups, and the border where errors become exit codes."""

import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.exceptions import TyperException

from adapters.cli.exit_codes import MEANINGS, ExitCode, exit_code_for, message_of
from adapters.cli.groups import add_all, add_named
from adapters.cli.options import database_url_of, taken_by
from adapters.cli.screen import Screen
from adapters.cli.session import Session
from domain.values.text import NAME, PATH, replaced, shown

_GLOBAL_WITH_VALUE = ("--database", "--tenant")
_MESSAGE_CHARACTERS = 8000
_GLOBAL_FLAGS = ("--no-color",)


def _exit_codes() -> str:
    lines = [f"  {code.value:>3}  {meaning}" for code, meaning in MEANINGS.items()]
    return "\n".join(["\b", "Exit codes:", *lines])


def _show_version(is_asked: bool) -> None:
    if is_asked:
        from adapters.bootstrap import engine_version

        typer.echo(f"opstrail {engine_version()}")
        raise typer.Exit


def root(
    context: typer.Context,
    database: Annotated[
        str | None,
        typer.Option(
            envvar="OPSTRAIL_DATABASE_URL",
            callback=taken_by(PATH),
            metavar="URL|PATH",
            help="The database; else a file in your data folder.",
        ),
    ] = None,
    tenant: Annotated[
        str,
        typer.Option(
            envvar="OPSTRAIL_TENANT",
            callback=taken_by(NAME),
            metavar="NAME",
            help="Whose estate and runs.",
        ),
    ] = "default",
    no_color: Annotated[bool, typer.Option("--no-color", help="Never use colour.")] = False,
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_show_version,
            is_eager=True,
            help="Show the version, and the digest of the source.",
        ),
    ] = False,
) -> None:
    """Ask questions about an IT estate, and see how each answer was found.

    The options below may stand anywhere in a command.
    """
    url = database_url_of(database) if database else None
    context.obj = Session(url, tenant, Screen(has_color=not no_color))


def whole_app() -> typer.Typer:
    """Return the command with everything that can be asked of it."""
    app = _empty_app()
    add_all(app)
    return app


def _empty_app() -> typer.Typer:
    app = typer.Typer(
        name="opstrail",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,  # plain help: greppable, and quicker
        pretty_exceptions_enable=False,
        epilog=_exit_codes(),
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(root)
    return app


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code.

    An error becomes one message on standard error. A closed pipe ends it silently.
    """
    given, words = _global_options_first(sys.argv[1:] if argv is None else argv)
    _show_unknown_characters_as_escapes()
    for argument in (*given, *words):
        if not _is_text(argument):
            typer.echo(f"opstrail: an argument is not UTF-8: {shown(argument)}", err=True)
            return ExitCode.USAGE
    try:
        return _run(given, words)
    except BrokenPipeError:
        _write_no_more()
        return ExitCode.FAILED
    except TyperException as error:
        error.message = _short(error.message.removeprefix("Value error, "))
        error.show()  # type: ignore[attr-defined]  # of all that is raised, not of the root
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - nobody sees a traceback
        return _told(error)


def _told(error: Exception) -> int:
    code = exit_code_for(error)
    if code is not None:
        typer.echo(f"opstrail: {_short(message_of(error))}", err=True)
        return code
    from adapters.cli.last_resort import told

    typer.echo(f"opstrail: {told(error)}", err=True)
    return ExitCode.FAILED


def _run(given: Sequence[str], words: Sequence[str]) -> int:
    app = _empty_app()
    add_named(app, words)
    try:
        code = app([*given, *words], prog_name="opstrail", standalone_mode=False)
    except SystemExit as ended:
        code = ended.code
    sys.stdout.flush()
    return code if isinstance(code, int) else ExitCode.OK


def _short(message: str) -> str:
    """Return a message without what changes the layout, and not longer than a screen or two."""
    cut = message if len(message) <= _MESSAGE_CHARACTERS else f"{message[:_MESSAGE_CHARACTERS]}..."
    return replaced(cut)


def _global_options_first(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Let the root's options stand anywhere before `--`; return them, and the rest."""
    first, rest, remaining = list[str](), list[str](), list(arguments)
    while remaining and remaining[0] != "--":
        argument = remaining.pop(0)
        if argument in _GLOBAL_WITH_VALUE and remaining:
            first += [argument, remaining.pop(0)]
        elif argument in _GLOBAL_FLAGS or argument.partition("=")[0] in _GLOBAL_WITH_VALUE:
            first.append(argument)
        else:
            rest.append(argument)
    return first, [*rest, *remaining]


def _is_text(argument: str) -> bool:
    """Bytes that are not UTF-8 arrive as surrogates, which cannot be stored."""
    try:
        argument.encode()
    except UnicodeEncodeError:
        return False
    return True


def _show_unknown_characters_as_escapes() -> None:
    """A screen that knows ASCII only shows the rest as escapes, and nothing fails."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _write_no_more() -> None:
    """Whoever read the output has gone; what is left in the buffer goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
