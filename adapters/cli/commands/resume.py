"""`opstrail run resume`, `recover` and `cancel`: runs that stopped go on, or never will."""

from typing import Annotated, Final

import typer

from adapters.cli.commands.outcome import show_answer_to, show_preview_of
from adapters.cli.options import ListFormat, Output, Reason, RunText, TextFormat, example
from adapters.cli.session import session_of

RESUME_EXAMPLE: Final = example('opstrail run resume latest --reason "the network is back"')
RECOVER_EXAMPLE: Final = example("opstrail run recover --preview", "opstrail run recover")
CANCEL_EXAMPLE: Final = example('opstrail run cancel latest --reason "asked by mistake"')


def resume(
    context: typer.Context,
    run: RunText,
    reason: Reason,
    preview: Annotated[
        bool, typer.Option("--preview", help="Show what would be called; do nothing.")
    ] = False,
    output: Output = TextFormat.TEXT,
) -> None:
    """Let a failed run go on at the stage that failed; calls that have succeeded are reused."""
    from domain.operations.replays import RESUME_PREVIEW, RESUME_RUN
    from domain.operations.run_views import RunAndReason

    asked = RunAndReason(run=run, reason=reason)
    if preview:
        show_preview_of(context, RESUME_PREVIEW, asked, output)
    else:
        show_answer_to(context, RESUME_RUN, asked, output)


def recover(
    context: typer.Context,
    preview: Annotated[
        bool, typer.Option("--preview", help="Show the lost runs; do nothing.")
    ] = False,
    output: Annotated[
        ListFormat, typer.Option("--output", "-o", help="How to print it.")
    ] = ListFormat.TABLE,
) -> None:
    """Take over the runs whose worker is gone, and carry them to their ends.

    Commands that carry out runs do this first, too. A run is lost when its process on this host is
    gone, when its worker on another host was silent for 10 minutes, or when no worker began it for
    a minute.
    """
    from adapters.cli.text.lost_runs import LOST_RUNS_TEXT
    from adapters.cli.text.tables import show_list
    from domain.operations.operation import Nothing
    from domain.operations.requests import LOST, RECOVER_RUNS

    session, operation = session_of(context), LOST if preview else RECOVER_RUNS
    found = session.call(operation, Nothing(), title="Carrying out lost runs")
    show_list(session.screen, operation.view, found, output, as_text=LOST_RUNS_TEXT)


def cancel(
    context: typer.Context, run: RunText, reason: Reason, output: Output = TextFormat.TEXT
) -> None:
    """Cancel a run that waits, or whose process is gone.

    A run that a living process carries out is cancelled by Ctrl-C there.
    """
    from domain.operations.requests import CANCEL_RUN
    from domain.operations.run_views import RunAndReason

    session = session_of(context)
    cancelled = session.call(CANCEL_RUN, RunAndReason(run=run, reason=reason))
    session.screen.show_view(
        CANCEL_RUN.view,
        cancelled,
        output,
        as_text=lambda screen, run: screen.show(f"{run.run_id} is {run.state}"),
    )
