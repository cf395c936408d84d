"""What comes of a request: the answer of its run, and how the command ends with it."""

from typing import TYPE_CHECKING, NoReturn, TypeVar

import typer

from adapters.cli.options import TextFormat
from adapters.cli.session import Session, session_of

if TYPE_CHECKING:
    from adapters.bootstrap import Opstrail
    from domain.operations.operation import Operation, Params
    from domain.views.preview import Preview
    from domain.views.response import RunResponse

P = TypeVar("P", bound="Params")


def show_answer_to(
    context: typer.Context,
    operation: "Operation[P, RunResponse]",
    params: "P",
    output: TextFormat,
) -> NoReturn:
    """Do what has an answer, show it, and end the command as the answer says."""
    from adapters.cli.text.answers import exit_code_of_response, show_answer

    session = session_of(context)
    response = session.call(operation, params, title="Finding the answer")
    session.screen.show_view(operation.view, response, output, as_text=show_answer)
    raise typer.Exit(exit_code_of_response(response))


def show_preview_of(
    context: typer.Context, operation: "Operation[P, Preview]", params: "P", output: TextFormat
) -> None:
    """Show what a replay would do."""
    from adapters.cli.text.preview import show_preview

    session = session_of(context)
    preview = session.call(operation, params)
    session.screen.show_view(operation.view, preview, output, as_text=show_preview)


def recover_lost_runs(session: Session, opstrail: "Opstrail") -> None:
    """Take over the tenant's lost runs, say so, and carry them to their ends."""
    import asyncio

    asyncio.run(opstrail.dispatcher.recover(session.tenant_id, session.screen.tell))
