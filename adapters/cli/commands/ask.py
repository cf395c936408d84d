"""Asking: a question, or a plan, becomes a run that is carried out at once."""

from pathlib import Path
from typing import Annotated

import typer

from adapters.cli.commands.outcome import show_answer_to
from adapters.cli.options import Anchor, AnchorOption, Key, Output, TextFormat, TimeoutMs, example
from adapters.cli.session import session_of

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
    from domain.operations.requests import ASK, PLAN_QUESTION, AskParams, QuestionParams

    if plan_only:
        session = session_of(context)
        asked = QuestionParams(question=question, anchor=anchor.value)
        session.screen.show_json(session.call(PLAN_QUESTION, asked))
        return
    request = AskParams(question=question, anchor=anchor.value, timeout_ms=timeout_ms, key=key)
    show_answer_to(context, ASK, request, output)


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
    from adapters.cli.commands.json_files import object_of
    from domain.operations.requests import ASK, AskParams

    request = AskParams(
        question=question or f"The plan in {plan.name}",
        plan=object_of(plan, option="--plan"),
        anchor=anchor.value,
        timeout_ms=timeout_ms,
        key=key,
    )
    show_answer_to(context, ASK, request, output)
