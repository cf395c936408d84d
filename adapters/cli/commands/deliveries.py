"""`opstrail delivery`: what servers outside are told, and have not taken."""

from typing import Annotated

import typer

from adapters.cli.options import ColumnNames, ListOutput, Output, example
from adapters.cli.session import session_of

app = typer.Typer()


@app.command("list", epilog=example("opstrail delivery list"))
def list_letters(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most this many.")] = 20,
    output: ListOutput = "table",
    columns: ColumnNames = None,
) -> None:
    """List what servers outside have not taken yet, the oldest first."""
    from adapters.cli.text.deliveries import LETTERS_TEXT
    from domain.operations.deliveries import LIST_LETTERS, WhichLetters

    session, as_text = session_of(context), LETTERS_TEXT.shown_as(output)
    params = WhichLetters(limit=limit)
    session.show(LIST_LETTERS, params, output, as_text=as_text, columns=columns)


@app.command(epilog=example("opstrail delivery resend"))
def resend(
    context: typer.Context,
    events: Annotated[
        list[str] | None, typer.Argument(metavar="[EVENT]...", help="Only of these events, by id.")
    ] = None,
    output: Output = "text",
) -> None:
    """Send again what was given up, all of it if no event is named."""
    from adapters.cli.text.deliveries import show_sent_again
    from domain.operations.deliveries import SEND_AGAIN, SendAgain

    params = SendAgain(events=tuple(events or ()))
    session_of(context).show(SEND_AGAIN, params, output, as_text=show_sent_again)
