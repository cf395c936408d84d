"""`opstrail ask`, `run start`, `recover` and `cancel`: runs are asked for, and see their ends."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from adapters.cli.completion import complete_run
from adapters.cli.options import (
    Anchor,
    AssetVersions,
    ColumnNames,
    Key,
    ListOutput,
    Output,
    Reason,
    Replan,
    RunText,
    TimeoutMs,
    example,
    object_of,
    taken_by,
    versions_of,
)
from adapters.cli.session import P, session_of
from domain.values.text import QUESTION, replaced

if TYPE_CHECKING:
    from domain.operations.operation import Operation
    from domain.views.response import RunResponse

app, alone = typer.Typer(), typer.Typer()


@alone.command(
    epilog=example(
        'opstrail ask "How many servers are there?"',
        'opstrail ask "What is affected if srv-erp-01 fails?" -o json --no-replan',
    )
)
def ask(
    context: typer.Context,
    question: Annotated[
        str | None,
        typer.Argument(
            metavar="QUESTION",
            callback=taken_by(QUESTION),
            help="In plain English; quote it. Only with --query it may be left out.",
            show_default=False,
        ),
    ] = None,
    plan_only: Annotated[
        bool, typer.Option("--plan-only", help="Show the plan as JSON and run nothing.")
    ] = False,
    anchor: Anchor = "now",
    timeout_ms: TimeoutMs = None,
    key: Key = None,
    asset: AssetVersions = None,
    *,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show how the question is read, and run nothing.")
    ] = False,
    after: Annotated[
        str | None,
        typer.Option(
            metavar="RUN",
            help='Follow a run up: "and in zone-b?", "who owns them".',
            autocompletion=complete_run,
        ),
    ] = None,
    query: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Ask this query, as JSON; `-` is standard input."),
    ] = None,
    replan: Replan = True,
    output: Output = "text",
) -> None:
    """Ask a question: it becomes a run, and its answer is shown."""
    from domain.operations.question_params import QuestionParams
    from domain.operations.requests import ASK, PLAN_QUESTION, AskParams

    asked = QuestionParams(
        question=_asked(question, query),
        query=None if query is None else object_of(query, option="--query"),
        anchor=anchor,
        after=after,
    )
    if explain:
        from adapters.cli.text.explanation import show_explanation
        from domain.operations.explaining import EXPLAIN_QUESTION

        session_of(context).show(EXPLAIN_QUESTION, asked, output, as_text=show_explanation)
        return
    if plan_only:
        session = session_of(context)
        session.screen.show_json(session.call(PLAN_QUESTION, asked))
        return
    request = AskParams(
        **dict(asked),
        timeout_ms=timeout_ms,
        replan=replan,
        key=key,
        assets=versions_of(asset),
    )
    show_answer_to(context, ASK, request, output)


def _asked(question: str | None, query: Path | None) -> str:
    if question is not None:
        return question
    if query is None:
        message = "Missing argument 'QUESTION', or --query FILE."
        raise typer.BadParameter(message, param_hint="QUESTION")
    return f"The query in {replaced(query.name)}"


@app.command(
    epilog=example(
        'opstrail ask "How many servers are there?" --plan-only > plan.json',
        "opstrail run start --plan plan.json",
    )
)
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
    anchor: Anchor = "now",
    timeout_ms: TimeoutMs = None,
    key: Key = None,
    asset: AssetVersions = None,
    *,
    replan: Replan = True,
    output: Output = "text",
) -> None:
    """Run a plan from a file."""
    from domain.operations.requests import ASK, AskParams

    request = AskParams(
        question=f"The plan in {replaced(plan.name)}" if question is None else question,
        plan=object_of(plan, option="--plan"),
        anchor=anchor,
        timeout_ms=timeout_ms,
        replan=replan,
        key=key,
        assets=versions_of(asset),
    )
    show_answer_to(context, ASK, request, output)


@app.command(
    epilog=example(
        "opstrail run recover --dry-run", "opstrail run recover", "opstrail run recover latest"
    )
)
def recover(
    context: typer.Context,
    runs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[RUN]...",
            help="Ids or parts of them; all lost runs by default.",
            autocompletion=complete_run,
        ),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", "--preview", help="Show what would be done, and call or record nothing."
        ),
    ] = False,
    output: ListOutput = "table",
    columns: ColumnNames = None,
) -> None:
    """Take over the runs whose worker is lost, and carry them to their ends.

    Only this command does that; others name such runs. A run is lost when the lease of its worker
    has run out, 30 seconds after it said something last. After three tries, the second 10 and the
    third 60 seconds after the run was lost again, it fails with RECOVERY_LIMIT. An imported run
    goes on only when it is asked for here by its id.
    """
    from adapters.cli.text.runs import LOST_RUNS_TEXT, RECOVERED_TEXT
    from domain.operations.requests import LOST, RECOVER_RUNS, RunsToRecover

    session, params = session_of(context), RunsToRecover(runs=tuple(runs or ()))
    operation, text = (LOST, LOST_RUNS_TEXT) if dry_run else (RECOVER_RUNS, RECOVERED_TEXT)
    as_text, title = text.shown_as(output), "Carrying out lost runs"
    session.show(operation, params, output, as_text=as_text, title=title, columns=columns)


@app.command(epilog=example('opstrail run cancel latest --reason "asked by mistake"'))
def cancel(context: typer.Context, run: RunText, reason: Reason, output: Output = "text") -> None:
    """Cancel a run, also one that another process carries out; only `resume` lets it go on.

    That process stops with its next step or within a second, cancels the calls under way, and says
    who cancelled the run and why.
    """
    from adapters.cli.text.runs import show_cancelled
    from domain.operations.one_run import RunAndReason
    from domain.operations.requests import CANCEL_RUN

    session, params = session_of(context), RunAndReason(run=run, reason=reason)
    session.show(CANCEL_RUN, params, output, as_text=show_cancelled)


def show_answer_to(
    context: typer.Context,
    operation: "Operation[P, RunResponse]",
    params: "P",
    output: Output,
) -> NoReturn:
    """Do what has an answer, show it, and end the command as the answer says."""
    from adapters.cli.text.answers import exit_code_of_response, show_answer

    session, title = session_of(context), "Finding the answer"
    response = session.show(operation, params, output, as_text=show_answer, title=title)
    raise typer.Exit(exit_code_of_response(response))
