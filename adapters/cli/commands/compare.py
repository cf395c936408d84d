"""`opstrail run compare`: two runs side by side."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

import typer

from adapters.cli.exit_codes import ExitCode
from adapters.cli.options import example
from adapters.cli.session import Session, session_of

if TYPE_CHECKING:
    from domain.run.events import HistoryEntry
    from domain.run.summary import RunSummary
    from domain.services.reader import RunReader

EXAMPLE: Final = example(
    "opstrail run compare 5f1c0a2e 9b77d310",
    "opstrail run compare latest..previous --ignore metric:/rows/*/time",
)
_PREVIOUS, _GOLDEN = "previous", "golden"


class ComparisonFormat(StrEnum):
    """For people, for programs, or for a report."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def compare(
    context: typer.Context,
    runs: Annotated[
        list[str],
        typer.Argument(
            metavar="A B | A..B",
            help="Two runs. `RUN..previous` and `RUN..golden` compare a run with the one before "
            "it, or a golden one, of the same question, which then is A.",
        ),
    ],
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATTERN",
            help="Leave this out of params, results, blocks and references: a JSON pointer with "
            "* (one key) and ** (any), or one of a single tool: `metric:/rows/*/time`.",
        ),
    ] = None,
    output: Annotated[
        ComparisonFormat, typer.Option("--output", "-o", help="How to print it.")
    ] = ComparisonFormat.TEXT,
) -> None:
    """Show how run B differs from run A; ends with 0 when they are the same, else with 1.

    What was measured, versions and white space make no difference, nor does the order of rows that
    no call asked for. Windows such as `last_24h` count as the same though they moved on.
    """
    from adapters.cli.text.compare import show_comparison
    from domain.replay.compare.compare import compare as compare_runs
    from domain.replay.compare.ignore_rules import parse_ignore_rules

    session, rules = session_of(context), parse_ignore_rules(ignore or ())
    a, b = _histories(session, *_sides(runs))
    comparison = compare_runs(a, b, ignore=rules)
    show_comparison(session.screen, comparison, output.value)
    raise typer.Exit(ExitCode.OK if comparison.is_same else ExitCode.FAILED)


def _sides(runs: list[str]) -> tuple[str, str]:
    sides = runs[0].split("..") if len(runs) == 1 else runs
    expected = 2
    if len(sides) != expected or not all(sides):
        message = f"give two runs, `A B` or `A..B`, not {' '.join(runs)!r}"
        raise typer.BadParameter(message, param_hint="RUN")
    if sides[0] in {_PREVIOUS, _GOLDEN}:
        message = f"{sides[0]!r} stands behind a run: `latest..{sides[0]}`"
        raise typer.BadParameter(message, param_hint="RUN")
    return sides[0], sides[1]


def _histories(
    session: Session, one: str, other: str
) -> "tuple[list[HistoryEntry], list[HistoryEntry]]":
    with session.open() as opstrail:
        reader, tenant_id = opstrail.reader, session.tenant_id
        run_id = reader.resolve(tenant_id, one)
        if other in {_PREVIOUS, _GOLDEN}:
            before = _counterpart(reader, reader.summary(tenant_id, run_id), other)
            pair = before.run_id, run_id
        else:
            pair = run_id, reader.resolve(tenant_id, other)
        return reader.history(tenant_id, pair[0]), reader.history(tenant_id, pair[1])


def _counterpart(reader: "RunReader", run: "RunSummary", which: str) -> "RunSummary":
    from domain.replay.compare.counterparts import golden_run, previous_run

    return previous_run(reader, run) if which == _PREVIOUS else golden_run(reader, run)
