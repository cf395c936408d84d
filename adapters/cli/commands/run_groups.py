"""`opstrail run aggregate`: how many runs there are of which kind, and how long they take."""

from typing import Annotated

import typer

from adapters.cli.options import ColumnNames, Limit, ListOutput, Query, example
from adapters.cli.session import session_of
from domain.run.groups import GroupBy, Measure, Span

app = typer.Typer()


@app.command(
    epilog=example(
        "opstrail run aggregate --by status --per day",
        "opstrail run aggregate -q 'started > -7d' --by question --of waited",
    )
)
def aggregate(
    context: typer.Context,
    *,
    query: Query = None,
    by: Annotated[
        list[GroupBy] | None, typer.Option(help="What runs of one group have in common.")
    ] = None,
    per: Annotated[Span | None, typer.Option(help="The span in which they were asked.")] = None,
    of: Annotated[Measure, typer.Option(help="What is measured.")] = Measure.DURATION,
    limit: Limit = 20,
    output: ListOutput = "table",
    columns: ColumnNames = None,
) -> None:
    """Count runs in groups, the largest first, with percentiles of how long they worked.

    Percentiles are in milliseconds, or counts of calls. Spans of time are in UTC.
    """
    from adapters.cli.text.run_groups import GROUPS_TEXT
    from domain.operations.run_groups import AGGREGATE_RUNS, WhichGroups

    which = WhichGroups(query=query, by=tuple(by or ()), per=per, of=of, limit=limit)
    session, as_text = session_of(context), GROUPS_TEXT.shown_as(output)
    session.show(AGGREGATE_RUNS, which, output, as_text=as_text, columns=columns)
