"""Carrying out a run: the lost ones first, progress while it goes on, and what came of it."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adapters.cli.exit_codes import ExitCode
from adapters.cli.options import TextFormat
from adapters.cli.session import Session
from adapters.cli.text.answers import exit_code_of_response, show_answer
from domain.views.response import run_response

if TYPE_CHECKING:
    from adapters.bootstrap import Opstrail
    from domain.services.recovery import LostRun


def recover_lost_runs(session: Session, opstrail: "Opstrail") -> Sequence["LostRun"]:
    """Take over the tenant's lost runs, say so, carry them to their ends, and return them."""
    recovery = opstrail.recovery
    recovered = recovery.take_over(recovery.lost(session.tenant_id))
    for lost in recovered:
        session.screen.tell(f"recovered {lost.summary.run_id}: {lost.why}")
        carry_out(session, opstrail, lost.summary.run_id)
    return recovered


def carry_out(session: Session, opstrail: "Opstrail", run_id: str) -> None:
    """Carry a run to its end; Ctrl-C cancels it."""
    try:
        with session.screen.progress("Finding the answer"):
            asyncio.run(opstrail.runs.carry_out(session.tenant_id, run_id))
    except KeyboardInterrupt:
        state = opstrail.reader.summary(session.tenant_id, run_id).state
        session.screen.tell(f"opstrail: interrupted; {run_id} is {state}")
        raise


def show_outcome(
    session: Session, opstrail: "Opstrail", run_id: str, output: TextFormat
) -> ExitCode:
    """Show the run's answer and return how the command ends."""
    response = run_response(opstrail.reader.history(session.tenant_id, run_id))
    if output is TextFormat.JSON:
        session.screen.show_json(response)
    else:
        show_answer(session.screen, response)
    return exit_code_of_response(response)
