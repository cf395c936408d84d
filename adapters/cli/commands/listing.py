"""`opstrail run list`: which runs there are, and which kinds of errors."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

import typer

from adapters.cli.options import ListFormat, Query, example
from adapters.cli.session import session_of
from domain.times import to_the_second

if TYPE_CHECKING:
    from adapters.cli.screen import Screen
    from domain.ports import ErrorGroup, FoundErrors
    from domain.response.blocks import Cell

EXAMPLE: Final = example(
    "opstrail run list --attention",
    "opstrail run list -q \"status = failed AND tool = 'metric' AND started > -24h\"",
    "opstrail run list --by error -q 'started > -7d'",
)
_COLUMNS: Final = ("kind", "runs", "first", "last", "newest run", "error")


class Grouping(StrEnum):
    """By what runs are put together."""

    ERROR = "error"


def list_runs(
    context: typer.Context,
    *,
    query: Query = None,
    attention: Annotated[
        bool,
        typer.Option(
            "--attention",
            help="Only runs that failed or were cut off, and that no fork or rerun made good.",
        ),
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most this many.")] = 20,
    state: Annotated[str | None, typer.Option(help="Only runs in this state.")] = None,
    status: Annotated[
        str | None, typer.Option(help="Only runs that ended like this, or are in this state.")
    ] = None,
    before: Annotated[
        str | None, typer.Option(metavar="RUN", help="Only runs older than this one.")
    ] = None,
    by: Annotated[
        Grouping | None, typer.Option(help="List the kinds of errors instead, with a run of each.")
    ] = None,
    output: Annotated[
        ListFormat, typer.Option("--output", "-o", help="How to print it.")
    ] = ListFormat.TABLE,
) -> None:
    """List the runs, newest first."""
    from adapters.cli.commands.filters import run_filter
    from adapters.cli.text.runs import show_found

    if by and before:
        message = "kinds of errors have no pages; use --limit"
        raise typer.BadParameter(message, param_hint="--before")
    session = session_of(context)
    with session.open() as opstrail:
        tenant_id, reader = session.tenant_id, opstrail.reader
        where = run_filter(
            query, now=opstrail.clock.now(), state=state, status=status, has_attention=attention
        )
        if by:
            show_errors(session.screen, reader.errors(tenant_id, where, limit=limit), output)
            return
        last = reader.resolve(tenant_id, before) if before else None
        found = reader.summaries(tenant_id, where, limit=limit, before=last)
    show_found(session.screen, found, output)


def show_errors(screen: "Screen", found: "FoundErrors", output: ListFormat) -> None:
    """Print the kinds of errors, and tell what was left out."""
    from adapters.cli.text.runs import tell_unread
    from adapters.cli.text.tables import table_of

    match output:
        case ListFormat.JSON:
            screen.show_json(found.groups)
        case ListFormat.IDS:
            for group in found.groups:
                screen.show(group.newest.run_id)
        case ListFormat.TABLE if found.groups:
            screen.show(table_of(_COLUMNS, [_row(group) for group in found.groups]))
        case ListFormat.TABLE:
            screen.tell("No errors.")
    tell_unread(screen, found.unread_count)


def _row(group: "ErrorGroup") -> "list[Cell]":
    from adapters.cli.text.answers import short_id

    newest = group.newest
    return [
        group.fingerprint,
        group.run_count,
        to_the_second(group.first_at),
        to_the_second(newest.requested_at),
        short_id(newest.run_id),
        f"{newest.error_code}: {newest.error}",
    ]
