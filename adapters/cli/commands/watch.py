"""`opstrail run watch`, and `run list --watch`: looking on while runs are carried out."""

from typing import TYPE_CHECKING, NoReturn

import typer

from adapters.cli.options import Output, RunText, example
from adapters.cli.session import Session, session_of

if TYPE_CHECKING:
    from domain.operations.run_lists import PageOfRuns

app = typer.Typer()


@app.command(epilog=example("opstrail run watch latest"))
def watch(context: typer.Context, run: RunText, output: Output = "text") -> NoReturn:
    """Show the events of a run as they are recorded, by whichever process, and then its answer.

    It ends when the run does, as `ask` would end; Ctrl-C ends it before, and the run goes on. In
    JSON there is only the answer.
    """
    from adapters.cli.text.answers import exit_code_of_watched, show_answer_in_short
    from adapters.cli.text.events import EventLines
    from domain.operations.one_run import OneRun
    from domain.operations.watching import WATCH_RUN

    session = session_of(context)
    seen = EventLines(session.screen).show_seen if output == "text" else None
    response = session.call(WATCH_RUN, OneRun(run=run), seen=seen)
    session.screen.show_view(WATCH_RUN.view, response, output, as_text=show_answer_in_short)
    raise typer.Exit(exit_code_of_watched(response))


def watch_runs(
    session: Session, page: "PageOfRuns", output: str, *, columns: str | None
) -> NoReturn:
    """Show the runs: on a terminal the list again and again, in a pipe each that changes."""
    if output != "table" or columns is not None:
        message = "the list that goes on is a table of its own; leave out -o and --columns"
        raise typer.BadParameter(message, param_hint="--watch")
    from adapters.cli.text.runs import show_changed_runs, show_runs_live
    from domain.operations.run_lists import LIST_RUNS

    pages = session.watch(LIST_RUNS, page)
    if session.screen.out.is_terminal:
        show_runs_live(session.screen, pages)
    else:
        show_changed_runs(session.screen, pages)
    raise AssertionError  # the pages never end
