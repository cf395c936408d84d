"""Asking: a question, or a plan, becomes a run that is carried out at once."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.options import (
    Anchor,
    AnchorOption,
    Key,
    Output,
    TextFormat,
    TimeoutMs,
    example,
)
from adapters.cli.session import Session, anchored_now, session_of

if TYPE_CHECKING:
    from adapters.bootstrap import Opstrail
    from domain.run.commands import RequestRun
    from domain.run.facts import RunOptions

ASK_EXAMPLE = example(
    'opstrail ask "How many servers are there?"',
    'opstrail ask "What is affected if srv-erp-01 fails?" -o json',
)
START_EXAMPLE = example(
    'opstrail ask "How many servers are there?" --plan-only > plan.json',
    "opstrail run start --plan plan.json",
)


def ask(
    context: typer.Context,
    question: Annotated[
        str, typer.Argument(metavar="QUESTION", help="In plain English; quote it.")
    ],
    plan_only: Annotated[
        bool, typer.Option("--plan-only", help="Show the plan as JSON and run nothing.")
    ] = False,
    anchor: AnchorOption = Anchor.NOW,
    timeout_ms: TimeoutMs = None,
    key: Key = None,
    output: Output = TextFormat.TEXT,
) -> None:
    """Ask a question: it becomes a run, and its answer is shown."""
    from domain.run.commands import RequestRun

    session, options = session_of(context), options_of(anchor, timeout_ms)
    with session.open() as opstrail:
        if plan_only:
            _show_plan(session, opstrail, question, options)
            return
        request = RequestRun(question=question, options=options, idempotency_key=key)
        _run(session, opstrail, request, output)


def start(
    context: typer.Context,
    plan: Annotated[
        Path,
        typer.Option(
            metavar="FILE",
            help="A plan, or what a planner puts out, as JSON; `-` is standard input.",
        ),
    ],
    question: Annotated[
        str | None, typer.Option(help="The question that the plan answers.")
    ] = None,
    anchor: AnchorOption = Anchor.NOW,
    timeout_ms: TimeoutMs = None,
    key: Key = None,
    output: Output = TextFormat.TEXT,
) -> None:
    """Run a plan from a file."""
    from adapters.cli.commands.plan_files import read_plan
    from domain.run.commands import RequestRun

    plan_output = read_plan(plan)
    request = RequestRun(
        question=question or f"The plan in {plan.name}",
        plan_output=plan_output,
        options=options_of(anchor, timeout_ms),
        idempotency_key=key,
    )
    session = session_of(context)
    with session.open() as opstrail:
        _run(session, opstrail, request, output)


def options_of(anchor: Anchor, timeout_ms: int | None) -> "RunOptions":
    """Return the options of a run; a timeout that was not given is left to them."""
    from domain.run.facts import RunOptions

    if timeout_ms is None:
        return RunOptions(anchor=anchor.value)
    return RunOptions(anchor=anchor.value, call_timeout_ms=timeout_ms)


def _run(
    session: Session, opstrail: "Opstrail", request: "RequestRun", output: TextFormat
) -> None:
    """Record the request, carry it out unless that was done before, and show what came of it."""
    from adapters.cli.commands.outcome import carry_out, recover_lost_runs, show_outcome

    recover_lost_runs(session, opstrail)
    requested = opstrail.runs.request(request, session.authorship())
    if not requested.is_repeat:
        carry_out(session, opstrail, requested.run_id)
    raise typer.Exit(show_outcome(session, opstrail, requested.run_id, output))


def _show_plan(
    session: Session, opstrail: "Opstrail", question: str, options: "RunOptions"
) -> None:
    import asyncio

    from domain.plan.planner import PlanningContext

    vocabulary = opstrail.estate.vocabulary(session.tenant_id)
    planning = PlanningContext(
        session.tenant_id, vocabulary, anchored_now(session, opstrail, options)
    )
    plan_output = asyncio.run(opstrail.planner.plan(question, planning))
    session.screen.show_json(plan_output.model_dump(mode="json", exclude_defaults=True))
