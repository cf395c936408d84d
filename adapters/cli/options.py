"""The arguments and options that several commands share."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from domain.times import absolute_instant_of


def _not_blank(value: str) -> str:
    if not value.strip():
        message = "say why; it may not be empty"
        raise typer.BadParameter(message)
    return value


class TextFormat(StrEnum):
    """For people or for programs."""

    TEXT = "text"
    JSON = "json"


class ListFormat(StrEnum):
    """A table, one JSON array, or one id a line."""

    TABLE = "table"
    JSON = "json"
    IDS = "ids"


class EventFormat(StrEnum):
    """Text, one JSON array, or one JSON object a line."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"


class Anchor(StrEnum):
    """What relative times count back from: the present, or the newest data."""

    NOW = "now"
    DATA = "data"


RunText = Annotated[
    str,
    typer.Argument(
        metavar="RUN", help="A run's id, a part that begins or ends only one id, or `latest`."
    ),
]
Query = Annotated[
    str | None,
    typer.Option(
        "--query",
        "-q",
        metavar="FILTER",
        help="Only runs that fit, such as `status = failed AND started > -24h`;"
        " see docs/reference/run-filter.md.",
    ),
]
At = Annotated[
    str | None,
    typer.Option(
        metavar="VERSION|TIME",
        help="As it was after this many events, or at this time: 12, -5m, 2026-03-01T12:00:00Z. "
        "A time without a zone is UTC.",
    ),
]
Output = Annotated[TextFormat, typer.Option("--output", "-o", help="How to print it.")]
ListOutput = Annotated[ListFormat, typer.Option("--output", "-o", help="How to print it.")]
Limit = Annotated[int, typer.Option(min=1, max=1000, help="At most this many.")]
AnchorOption = Annotated[
    Anchor,
    typer.Option(help="What `last 24 hours` counts back from: the present, or the newest data."),
]
TimeoutMs = Annotated[
    int | None,
    typer.Option(min=1, max=3_600_000, help="How long one tool call may take. Default: 30 s."),
]
Key = Annotated[
    str | None,
    typer.Option(
        metavar="KEY", help="Idempotency key: repeated, the same request gives the same run."
    ),
]
Reason = Annotated[
    str,
    typer.Option(callback=_not_blank, help="Why; it is recorded with who did it."),
]


def example(*commands: str) -> str:
    """Return the examples that end a command's help."""
    # \b keeps the line breaks.
    return "\b\nExample:\n" + "\n".join(f"  {command}" for command in commands)


def instant_of(text: str, *, option: str) -> datetime:
    """Return the instant that an option names. Raises `typer.BadParameter`."""
    try:
        instant = absolute_instant_of(text, zone=None)
    except (ValueError, OverflowError):
        instant = None
    if instant is None:
        message = f"{text!r} is no instant with a zone; give one such as 2025-03-01T12:00:00Z"
        raise typer.BadParameter(message, param_hint=option)
    return instant


def database_url_of(text: str) -> str:
    """Return the URL of a database that is named by its URL or by the path of its file."""
    return text if "://" in text else f"sqlite:///{Path(text).expanduser().absolute()}"
