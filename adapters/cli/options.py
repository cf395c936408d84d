"""The arguments and options that several commands share, and what is read from them."""

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from adapters.cli.completion import complete_run
from domain.times import absolute_instant_of
from domain.values.limits import JSON_BYTES
from domain.values.text import TextRule, replaced, shown

if TYPE_CHECKING:
    from pydantic import JsonValue

    from domain.json import JsonMap


def taken_by(rule: TextRule) -> "Callable[[str | None], str | None]":
    """Return what takes the text of an argument, if there is one, as the rule says."""

    def taken(value: str | None) -> str | None:
        try:
            return None if value is None else rule.taken(value)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None

    return taken


RunText = Annotated[
    str,
    typer.Argument(
        metavar="RUN",
        help="A run's id, a part that begins or ends only one id, or `latest`.",
        autocompletion=complete_run,
    ),
]
Before = Annotated[
    str | None,
    typer.Option(
        metavar="RUN",
        help="Only runs older than this one.",
        autocompletion=complete_run,
    ),
]
Query = Annotated[
    str | None,
    typer.Option(
        "--query",
        "-q",
        metavar="FILTER",
        help="Only runs that fit, such as `status = failed AND started > -24h`;"
        " see `opstrail help filters`.",
    ),
]
At = Annotated[
    str | None,
    typer.Option(
        metavar="VERSION|TIME",
        help="As it was after this many events, or at this time: 12, -5m, today, "
        "2026-03-01T12:00:00Z. A time without a zone is in yours.",
    ),
]
_HOW: Final = typer.Option("--output", "-o", help="How to print it.")
Output = Annotated[Literal["text", "json"], _HOW]
RowsOutput = Annotated[Literal["text", "json", "jsonl", "csv"], _HOW]
ListOutput = Annotated[Literal["table", "json", "jsonl", "csv", "ids"], _HOW]
AnswerOutput = Annotated[Literal["text", "json", "csv"], _HOW]
ReportOutput = Annotated[Literal["text", "json", "markdown"], _HOW]
ColumnNames = Annotated[
    str | None,
    typer.Option(
        "--columns",
        metavar="NAME,...",
        help="Only these columns, in this order: fields of the JSON output.",
    ),
]
Limit = Annotated[int, typer.Option(min=1, max=1000, help="At most this many.")]
Anchor = Annotated[
    Literal["now", "data"],
    typer.Option(help="What `last 24 hours` counts back from: the present, or the newest data."),
]
TimeoutMs = Annotated[
    int | None,
    typer.Option(min=1, max=3_600_000, help="How long one tool call may take. Default: 30 s."),
]
ChangedTimeoutMs = Annotated[
    int | None,
    typer.Option(
        "--timeout-ms",
        min=1,
        max=3_600_000,
        help="How long one tool call may take. Default: as long as before.",
    ),
]
Replan = Annotated[
    bool,
    typer.Option(
        "--replan/--no-replan", help="Whether it may change its plan where a part fails."
    ),
]
Key = Annotated[
    str | None,
    typer.Option(
        metavar="KEY", help="Idempotency key: repeated, the same request gives the same run."
    ),
]
AssetVersions = Annotated[
    list[str] | None,
    typer.Option(
        "--asset",
        metavar="KIND:NAME=VERSION",
        help="Take this version of an asset; 0 is what is built in.",
    ),
]
Reason = Annotated[str, typer.Option(help="Why; it is recorded with who did it.")]
Watch = Annotated[bool, typer.Option("--watch", help="Go on, and show what changes.")]
Preview = Annotated[bool, typer.Option("--preview", help="Show what would be called; do nothing.")]
ForkAt = Annotated[
    int | None,
    typer.Option(
        "--at", metavar="VERSION", min=1, help="Use the record up to here. Default: all of it."
    ),
]
FromCall = Annotated[
    str | None,
    typer.Option("--from", metavar="CALL", help="Use the record up to where this call began."),
]
RetryFailed = Annotated[
    bool,
    typer.Option("--retry-failed", help="Ask the calls again that have failed on the record."),
]
Patch = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FILE|PATH=VALUE",
        help="Change the plan (graph.depth=1), a parameter (params.CALL.NAME=VALUE) or an "
        "asset (assets.KIND:NAME=VERSION). A file holds them as a JSON object.",
    ),
]
Result = Annotated[
    list[str] | None,
    typer.Option(
        metavar="CALL=FILE|empty|error[:CODE]",
        help="Replace a call's result by the JSON of a file, by nothing, or by an error.",
    ),
]
Ignore = Annotated[
    list[str] | None,
    typer.Option(
        metavar="PATTERN",
        help="Leave this out of params, results, blocks and references: a JSON pointer with "
        "* (one key) and ** (any), or one of a single tool: `metric:/rows/*/time`.",
    ),
]
Details = Annotated[
    bool,
    typer.Option("--details", help="Show every field that differs, and every event that follows."),
]
Blocked = Annotated[
    bool, typer.Option("--blocked", help="Refuse every call that is not on the record.")
]


def example(*commands: str) -> str:
    """Return the examples that end a command's help."""
    # \b keeps the line breaks.
    return "\b\nExample:\n" + "\n".join(f"  {command}" for command in commands)


def versions_of(given: list[str] | None) -> dict[str, str]:
    """Return the versions of assets that an option names, by KIND:NAME."""
    return {key: version for key, _, version in (each.partition("=") for each in given or ())}


def regular_file(path: Path | None) -> Path | None:
    """Return the path that is given, if any. Raises `typer.BadParameter` for what is no file."""
    if path is None:
        return None
    from adapters.cli.files import regular

    try:
        with regular(path).open("rb"):
            return path
    except (OSError, ValueError) as error:
        message = f"{_named(path)} cannot be read: {getattr(error, 'strerror', error)}"
        raise typer.BadParameter(message) from error


def instant_of(text: str, *, option: str) -> datetime:
    """Return the instant that an option names. Raises `typer.BadParameter`."""
    try:
        instant = absolute_instant_of(text, zone=None)
    except (ValueError, OverflowError):
        instant = None
    if instant is None:
        message = f"{shown(text)} is no instant with a zone; give one such as 2025-03-01T12:00:00Z"
        raise typer.BadParameter(message, param_hint=option)
    return instant


def json_of(source: Path | str, *, option: str) -> "JsonValue":
    """Return the JSON of a text or of a file; the file `-` is standard input.

    Raises `typer.BadParameter`.
    """
    from domain.values.json_text import BadJson, bounded_json

    try:
        text = _bytes_in(source) if isinstance(source, Path) else source
        return bounded_json(text, where=_named(source))
    except OSError as error:
        message = f"{_named(source)} cannot be read: {error.strerror}"
        raise typer.BadParameter(message, param_hint=option) from error
    except (BadJson, ValueError) as error:  # or the path holds a NUL
        raise typer.BadParameter(str(error), param_hint=option) from error


def object_of(source: Path | str, *, option: str) -> "JsonMap":
    """Return the JSON object of a text or of a file; see `json_of`."""
    content = json_of(source, option=option)
    if not isinstance(content, dict):
        message = f"{_named(source)} is no JSON object"
        raise typer.BadParameter(message, param_hint=option)
    return content


def _bytes_in(path: Path) -> bytes:
    """Return the bytes of a file, and no more than tell that it is too long."""
    if str(path) == "-":
        return sys.stdin.buffer.read(JSON_BYTES + 1)
    from adapters.cli.files import start_of

    return start_of(path, byte_count=JSON_BYTES)


def _named(source: Path | str) -> str:
    return replaced(str(source)) if isinstance(source, Path) else shown(source)
