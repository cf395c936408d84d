"""`opstrail run compare`, `bisect` and `diagnose`: how a run differs, and why."""

from typing import Annotated

import typer

from adapters.cli.completion import complete_run
from adapters.cli.exit_codes import ExitCode
from adapters.cli.options import At, Ignore, Output, ReportOutput, RunText, example
from adapters.cli.session import session_of

app = typer.Typer()


@app.command(
    epilog=example(
        "opstrail run compare 5f1c0a2e 9b77d310",
        "opstrail run compare previous..latest --ignore metric:/rows/*/time",
        "opstrail run compare golden..latest --tolerance 0.01 --only-differences",
    )
)
def compare(
    context: typer.Context,
    runs: Annotated[
        list[str],
        typer.Argument(
            metavar="A B | A..B",
            help="Two runs. One of them may be `previous` or `golden`: the run before the other "
            "one, or a golden one, of the same question.",
            autocompletion=complete_run,
        ),
    ],
    ignore: Ignore = None,
    tolerance: Annotated[
        float,
        typer.Option(
            min=0, max=1, help="Numbers that differ by no more are the same: 0.01 is one percent."
        ),
    ] = 0.0,
    only_differences: Annotated[
        bool,
        typer.Option(
            "--only-differences", help="Hide the calls, stages and blocks that are the same."
        ),
    ] = False,
    output: ReportOutput = "text",
) -> None:
    """Show how run B differs from run A; ends with 0 when they are the same, else with 1.

    What was measured, versions and white space make no difference, nor does the order of rows that
    no call asked for. Windows such as `last_24h` count as the same though they moved on.
    """
    from adapters.cli.text.comparisons import show_comparison, show_markdown
    from domain.operations.comparisons import COMPARE_RUNS, TwoRuns

    a, b = _sides(runs)
    params = TwoRuns(
        a=a,
        b=b,
        ignore=tuple(ignore or ()),
        tolerance=tolerance,
        only_differences=only_differences,
    )
    as_text = show_markdown if output == "markdown" else show_comparison
    found = session_of(context).show(COMPARE_RUNS, params, output, as_text=as_text)
    raise typer.Exit(ExitCode.OK if found.is_same else ExitCode.FAILED)


@app.command(
    epilog=example(
        "opstrail run bisect 5f1c0a2e 9b77d310", "opstrail run bisect 5f1c0a2e latest -o json"
    )
)
def bisect(
    context: typer.Context,
    runs: Annotated[
        list[str],
        typer.Argument(
            metavar="GOOD BAD | GOOD..BAD",
            help="A run whose answer was right, and a later one of the same question; GOOD may be "
            "`previous` or `golden`.",
            autocompletion=complete_run,
        ),
    ],
    output: Output = "text",
) -> None:
    """Find where the answer to a question turned from GOOD's to BAD's, and what changed there.

    Every run of the question between the two is read, one after another; among more than 500 it is
    looked by halving. An error is an answer, too. Forks count only as GOOD or BAD.
    """
    from adapters.cli.text.bisection import show_bisection
    from domain.operations.comparisons import BISECT_RUNS, GoodAndBad

    good, bad = _sides(runs)
    session, params = session_of(context), GoodAndBad(good=good, bad=bad)
    session.show(BISECT_RUNS, params, output, as_text=show_bisection, title="Looking")


@app.command(epilog=example("opstrail run diagnose latest"))
def diagnose(context: typer.Context, run: RunText, at: At = None, output: Output = "text") -> None:
    """Say what is behind how a run went; of a run with which nothing is wrong, that it is so.

    Rules look at its events first, then at the last good run of the same question, then at what
    happened to the items of the answer in the 24 hours before. Each reason names the events that
    support it. What is worth knowing and no reason stands below.
    """
    from adapters.cli.text.comparisons import show_diagnosis
    from domain.operations.comparisons import DIAGNOSE_RUN
    from domain.operations.one_run import RunAt

    session_of(context).show(DIAGNOSE_RUN, RunAt(run=run, at=at), output, as_text=show_diagnosis)


def _sides(runs: list[str]) -> tuple[str, str]:
    match runs[0].split("..") if len(runs) == 1 else runs:
        case [a, b] if a and b:
            return a, b
        case _:
            message = f"give two runs, `A B` or `A..B`, not {' '.join(runs)!r}"
            raise typer.BadParameter(message, param_hint="RUN")
