"""`opstrail audit`: who asked for what, and whether they might."""

from typing import Annotated

import typer

from adapters.cli.options import ColumnNames, ListOutput, example
from adapters.cli.session import session_of

alone = typer.Typer()


@alone.command(
    epilog=example(
        "opstrail audit -q \"operation ~ 'key.' AND at > -7d\"",
        "opstrail audit -q 'outcome != allowed'",
    )
)
def audit(
    context: typer.Context,
    query: Annotated[
        str | None,
        typer.Option(
            "--query",
            "-q",
            metavar="FILTER",
            help="Only entries that fit; as for runs, on the columns of the list.",
        ),
    ] = None,
    before: Annotated[
        int | None, typer.Option(min=1, help="Only those before this position.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most this many.")] = 20,
    output: ListOutput = "table",
    columns: ColumnNames = None,
) -> None:
    """List who asked for what, and whether they might, newest first."""
    from adapters.cli.text.audit import AUDIT_TEXT
    from domain.operations.audit import LIST_ENTRIES, WhichEntries

    session, as_text = session_of(context), AUDIT_TEXT.shown_as(output)
    params = WhichEntries(query=query, before=before, limit=limit)
    session.show(LIST_ENTRIES, params, output, as_text=as_text, columns=columns)
