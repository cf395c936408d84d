"""`opstrail run resume` and `opstrail run recover`: runs that stopped go on."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from adapters.cli.options import (
    ListFormat,
    Output,
    Reason,
    RunText,
    TextFormat,
    example,
)
from adapters.cli.session import session_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.services.recovery import LostRun

RESUME_EXAMPLE: Final = example('opstrail run resume latest --reason "the network is back"')
RECOVER_EXAMPLE: Final = example("opstrail run recover --preview", "opstrail run recover")


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
    import asyncio

    from adapters.cli.commands.outcome import carry_out, recover_lost_runs, show_outcome
    from adapters.cli.text.preview import show_preview

    session = session_of(context)
    with session.open() as opstrail:
        run_id = opstrail.reader.resolve(session.tenant_id, run)
        if preview:
            would = opstrail.replays.preview_resume(session.tenant_id, run_id)
            show_preview(session.screen, asyncio.run(would), output)
            return
        recover_lost_runs(session, opstrail)
        opstrail.runs.resume(run_id, why=reason, by=session.authorship())
        carry_out(session, opstrail, run_id)
        raise typer.Exit(show_outcome(session, opstrail, run_id, output))


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
    from adapters.cli.commands.outcome import recover_lost_runs
    from adapters.cli.text.lost_runs import show_lost_runs

    session = session_of(context)
    with session.open() as opstrail:
        if preview:
            lost: Sequence[LostRun] = opstrail.recovery.lost(session.tenant_id)
        else:
            lost = recover_lost_runs(session, opstrail)
    show_lost_runs(session.screen, lost, output)
