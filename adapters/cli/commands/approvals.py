"""`opstrail run approve` and `run deny`: people decide on calls that wait."""

from typing import Annotated

import typer

from adapters.cli.commands.requests import show_answer_to
from adapters.cli.completion import complete_waiting_call
from adapters.cli.options import Output, Reason, RunText, example

app = typer.Typer()

Calls = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[CALL]...",
        help="The ids of calls that wait.",
        autocompletion=complete_waiting_call,
    ),
]
Every = Annotated[bool, typer.Option("--all", help="All calls that wait.")]
Label = Annotated[
    str | None,
    typer.Option(metavar="LABEL", help="Only if the call would ask what has this label."),
]
Imported = Annotated[
    bool,
    typer.Option(
        "--imported", help="Also a run that was imported: nobody will decide where it comes from."
    ),
]


def decide(
    context: typer.Context,
    run: RunText,
    calls: Calls = None,
    *,
    reason: Reason,
    every: Every = False,
    label: Label = None,
    imported: Imported = False,
    output: Output = "text",
) -> None:
    """Decide on calls that wait; the command says how."""
    from domain.operations.approvals import APPROVE, DENY, DecideParams

    operation = APPROVE if context.command.name == "approve" else DENY
    which = tuple(calls or ())
    params = DecideParams(
        run=run, calls=which, every=every, label=label, imported=imported, reason=reason
    )
    show_answer_to(context, operation, params, output)


app.command(
    "approve",
    help="""Allow calls that a run waits for, once and as they wait, and carry the run on.

    While other calls of it still wait, the run does.""",
    epilog=example(
        'opstrail run approve latest restart --reason "planned for tonight"',
        'opstrail run approve latest --all --reason "looked at"',
    ),
)(decide)
app.command(
    "deny",
    help="""Forbid calls that a run waits for: they fail, what depends on them is skipped.

    While other calls of it still wait, the run does; then it goes on without those.""",
    epilog=example('opstrail run deny latest restart --reason "it runs already"'),
)(decide)
