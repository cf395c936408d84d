"""The `opstrail` command: root options, groups, and the border where errors become exit codes."""

import os
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer
from typer._click.exceptions import NoSuchOption
from typer.exceptions import TyperException

from adapters.cli.completion import VARIABLE, words_to_complete
from adapters.cli.exit_codes import MEANINGS, ExitCode, exit_code_for, message_of
from adapters.cli.groups import add_all, add_named
from adapters.cli.root_options import (
    ColorWhen,
    Database,
    NoColor,
    NoPager,
    Profile,
    Server,
    Tenant,
    TimeZone,
)
from adapters.cli.session import Invocation, given_options, invocation_of
from domain.values.text import replaced, shown

_GLOBAL_WITH_VALUE = ("--database", "--server", "--tenant", "--profile", "--time-zone", "--color")
_MESSAGE_CHARACTERS = 8000
_GLOBAL_FLAGS = ("--no-color", "--no-pager")


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
    _database: Database = None,
    *,
    _server: Server = None,
    _tenant: Tenant = "default",
    _profile: Profile = None,
    _time_zone: TimeZone = None,
    _color: ColorWhen = "auto",
    _no_color: NoColor = False,
    no_pager: NoPager = False,
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

    The options below may stand anywhere in a command. `opstrail help` lists what else can be
    read here.
    """
    invocation = invocation_of(context)
    invocation.given, invocation.is_paged = given_options(context), not no_pager


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

    An error becomes one message on standard error. A closed pipe ends it silently; with no
    standard output at all nothing is begun.
    """
    _replace_closed_streams()
    if sys.stdout is None:
        typer.echo("opstrail: standard output is closed: nothing could be told", err=True)
        return ExitCode.FAILED
    given, words = _global_options_first(sys.argv[1:] if argv is None else argv)
    if argv is None and VARIABLE in os.environ:
        words = words_to_complete(os.environ, _global_options_first)
    _show_unknown_characters_as_escapes()
    for argument in (*given, *words):
        if not _is_text(argument):
            typer.echo(f"opstrail: an argument is not UTF-8: {shown(argument)}", err=True)
            return ExitCode.USAGE
    invocation = Invocation()
    try:
        return _run([*given, *words], words, invocation)
    except BrokenPipeError:
        # Whoever read it has what they wanted, as `head -1` has: that is no error.
        _write_no_more()
        return ExitCode.OK
    except TyperException as error:
        _add_root_options(error)
        error.message = _short(error.message.removeprefix("Value error, "))
        error.show()  # type: ignore[attr-defined]  # of all that is raised, not of the root
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - nobody sees a traceback
        return _told(error, invocation)


def _told(error: Exception, invocation: Invocation) -> int:
    code = exit_code_for(error)
    if code is not None:
        message = _pasteable(_short(message_of(error)), invocation)
        typer.echo(f"opstrail: {message}", err=True)
        return code
    from adapters.cli.last_resort import told

    typer.echo(f"opstrail: {told(error)}", err=True)
    return ExitCode.FAILED


def _run(arguments: Sequence[str], words: Sequence[str], invocation: Invocation) -> int:
    app, streams = _empty_app(), (sys.stdout, sys.stderr)
    add_named(app, words)
    try:
        ended = app(arguments, prog_name="opstrail", obj=invocation, standalone_mode=False)
    except SystemExit as error:
        if sys.stdout is not streams[0]:  # typer has met a closed pipe, and muted both
            sys.stdout, sys.stderr = streams
            raise BrokenPipeError from error
        ended = error.code  # a shell was told how a command goes on
    sys.stdout.flush()
    return ended if isinstance(ended, int) else ExitCode.OK


def _add_root_options(error: TyperException) -> None:
    """Let the refusal of an unknown option name those of the root, too, which stand anywhere."""
    if isinstance(error, NoSuchOption):
        known = [*_GLOBAL_WITH_VALUE, *_GLOBAL_FLAGS]
        near = get_close_matches(error.option_name, known, cutoff=0.75)
        error.possibilities = [*dict.fromkeys([*near, *(error.possibilities or ())])]


def _pasteable(message: str, invocation: Invocation) -> str:
    try:
        return invocation.session.screen.pasteable(message)
    except Exception:  # noqa: BLE001 - a message is told, whatever else is wrong
        return message


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


def _replace_closed_streams() -> None:
    """Let closed standard input be an empty one, and what is told on closed error be lost."""
    # Opened as files they take the numbers 0 and 2, which a database must not have.
    if sys.stdin is None:
        sys.stdin = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115 - as long as the process
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - as above


def _show_unknown_characters_as_escapes() -> None:
    """A screen that knows ASCII only shows the rest as escapes, and nothing fails."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _write_no_more() -> None:
    """Whoever read the output has gone; what is left in the buffer goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
