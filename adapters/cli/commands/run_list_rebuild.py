"""`opstrail projection rebuild-run-list`: the run list made anew from the events."""

from typing import Final

import typer

from adapters.cli.options import Output, TextFormat, example
from adapters.cli.session import session_of

EXAMPLE: Final = example("opstrail projection rebuild-run-list")


def rebuild_run_list(context: typer.Context, output: Output = TextFormat.TEXT) -> None:
    """Write every line of the run list again, from the events; runs may go on meanwhile."""
    session = session_of(context)
    with session.open() as opstrail, session.screen.progress("Rebuilding"):
        rebuilt = opstrail.projections.rebuild_run_list()
    if output is TextFormat.JSON:
        session.screen.show_json(rebuilt)
    else:
        session.screen.show(
            f"{rebuilt.run_count} runs; {rebuilt.changed_count} were listed otherwise before."
        )
