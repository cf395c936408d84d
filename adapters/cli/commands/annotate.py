"""`opstrail run annotate`: a remark beside a run."""

from typing import Annotated, Final

import typer

from adapters.cli.options import Output, RunText, example
from adapters.cli.session import session_of

EXAMPLE: Final = example('opstrail run annotate latest "the disk was full that day"')


def annotate(
    context: typer.Context,
    run: RunText,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The remark; quote it.")],
    output: Output = "text",
) -> None:
    """Write a remark beside a run; its history shows it."""
    from domain.operations.notes import ANNOTATE_RUN, AnnotateParams

    session = session_of(context)
    noted = session.call(ANNOTATE_RUN, AnnotateParams(run=run, text=text))
    session.screen.show_view(
        ANNOTATE_RUN.view,
        noted,
        output,
        as_text=lambda screen, run: screen.show(f"{run.run_id} has the remark"),
    )
