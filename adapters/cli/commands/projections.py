"""`opstrail projection`: the views that follow the log on their own."""

from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.exit_codes import ExitCode
from adapters.cli.options import Output, TextFormat, example
from adapters.cli.session import session_of

if TYPE_CHECKING:
    from adapters.bootstrap import ProjectionStatus, RebuildReport
    from adapters.cli.screen import Screen
    from domain.response.blocks import Cell

_CATCH_UP_SECONDS = 10.0

app = typer.Typer(
    no_args_is_help=True,
    help="See how far the projections are, and build them anew.",
    epilog=example("opstrail projection list"),
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="A projection's name.")]


@app.command("list", epilog=example("opstrail projection list -o json"))
def list_projections(context: typer.Context, output: Output = TextFormat.TEXT) -> None:
    """List every generation of every projection, and how many events it lags behind the log."""
    session = session_of(context)
    with session.open() as opstrail:
        projections = opstrail.projections
        found = [each for name in projections.names for each in projections.statuses(name)]
    if output is TextFormat.JSON:
        session.screen.show_json(found)
    else:
        _show_statuses(session.screen, found)


@app.command(epilog=example("opstrail projection status run_search"))
def status(context: typer.Context, name: Name, output: Output = TextFormat.TEXT) -> None:
    """Let a projection catch up, for ten seconds at most, and show where it is."""
    from contextlib import suppress

    from domain.errors import ForkedLog

    session = session_of(context)
    with session.open() as opstrail:
        with suppress(ForkedLog):  # which is then shown as its problem
            opstrail.projections.catch_up(name, seconds=_CATCH_UP_SECONDS)
        found = opstrail.projections.statuses(name)
    if output is TextFormat.JSON:
        session.screen.show_json(found)
    else:
        _show_statuses(session.screen, found)
        _show_parked(session.screen, found)


@app.command(epilog=example("opstrail projection rebuild tool_statistics"))
def rebuild(
    context: typer.Context,
    name: Name,
    keep_old: Annotated[
        bool, typer.Option("--keep-old", help="Keep the replaced one until the next rebuild.")
    ] = False,
    accept_differences: Annotated[
        bool, typer.Option("--accept-differences", help="Replace it even if they differ.")
    ] = False,
    output: Output = TextFormat.TEXT,
) -> None:
    """Build a projection anew beside the live one; if both are equal, it takes its place."""
    session = session_of(context)
    with session.open() as opstrail, session.screen.progress("Rebuilding"):
        report = opstrail.projections.rebuild(
            name, keep_old=keep_old, accept_differences=accept_differences
        )
    if output is TextFormat.JSON:
        session.screen.show_json(report, is_equal=report.is_equal)
    else:
        _show_report(session.screen, report)
    raise typer.Exit(ExitCode.OK if report.is_swapped else ExitCode.FAILED)


_COLUMNS = ("projection", "generation", "status", "position", "lag", "parked")


def _show_statuses(screen: "Screen", found: "list[ProjectionStatus]") -> None:
    from rich.text import Text

    from adapters.cli.screen import printable
    from adapters.cli.text.tables import table_of

    rows: list[list[Cell]] = [
        [each.name, each.generation, each.status, each.position, each.lag, each.parked_count]
        for each in found
    ]
    screen.show(table_of(_COLUMNS, rows))
    for each in found:
        if each.problem:
            problem = f"problem: {each.name} {each.generation}: {each.problem}"
            screen.show(Text(printable(problem), style="red"))


def _show_parked(screen: "Screen", found: "list[ProjectionStatus]") -> None:
    from adapters.cli.text.tables import table_of

    rows: list[list[Cell]] = [
        [each.generation, stream.tenant_id, stream.stream_id, stream.position, stream.error]
        for each in found
        for stream in each.parked
    ]
    if rows:
        screen.show("", table_of(("generation", "tenant", "parked run", "from", "error"), rows))


def _show_report(screen: "Screen", report: "RebuildReport") -> None:
    from adapters.cli.text.tables import fields_of

    equivalence = report.equivalence
    facts: list[tuple[str, Cell]] = [
        ("projection", report.name),
        ("live generation", report.live_generation),
        ("rebuilt generation", report.rebuilt_generation),
        ("position", report.position),
        ("equal rows", equivalence.equal_count if equivalence else None),
        ("differing rows", equivalence.differing_count if equivalence else None),
        ("parked before", report.live_parked_count),
        ("parked now", report.rebuilt_parked_count),
    ]
    screen.show(fields_of(facts), "", _verdict(report))
    _show_differences(screen, report)


def _show_differences(screen: "Screen", report: "RebuildReport") -> None:
    import json

    from adapters.cli.text.tables import table_of

    if not report.equivalence or not report.equivalence.differences:
        return
    rows: list[list[Cell]] = [
        [json.dumps(values, ensure_ascii=False) for values in (each.key, each.live, each.rebuilt)]
        for each in report.equivalence.differences
    ]
    screen.show("", table_of(("key", "live", "rebuilt"), rows))


def _verdict(report: "RebuildReport") -> str:
    found = "They are equal" if report.is_equal else "They differ"
    if report.incomparable:
        found = f"They cannot be compared ({report.incomparable})"
    if report.is_swapped:
        return f"{found}: the rebuilt one is live."
    return f"{found}: the live one stays. To replace it: --accept-differences."
