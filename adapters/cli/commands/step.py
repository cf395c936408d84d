"""`opstrail run step`: going through the events of a run."""

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import typer

from adapters.cli.options import RunText, example
from adapters.cli.session import session_of
from adapters.cli.signals import interrupt, on_signals

if TYPE_CHECKING:
    from domain.views.state import RunStateView

app = typer.Typer()
_PROMPT: Final = "step (? lists the commands): "


@app.command(
    epilog=example("opstrail run step latest", r"printf 'f\nd\nt\n' | opstrail run step latest")
)
def step(context: typer.Context, run: RunText) -> None:
    """Go through the events of a run, and see what each changed.

    Commands come from standard input, one a line, also in a pipe; `?` lists them.
    """
    from adapters.cli.text.steps import Walk
    from domain.operations.one_run import OneRun, RunAt
    from domain.operations.run_views.states import SHOW_STATE, STEP_RUN

    session = session_of(context)
    screen = session.screen
    steps = screen.local(session.call(STEP_RUN, OneRun(run=run)))

    def state_at(version: int) -> "RunStateView":
        return screen.local(session.call(SHOW_STATE, RunAt(run=steps[0].run_id, at=str(version))))

    walk = Walk(screen, steps, state_at=state_at)
    is_dialogue = sys.stdin.isatty() and screen.out.is_terminal
    try:
        with on_signals(interrupt):
            walk.follow(_lines(_PROMPT if is_dialogue else ""))
    except (EOFError, KeyboardInterrupt):
        if is_dialogue:
            screen.show("")  # the shell goes on in a line of its own


def _lines(prompt: str) -> Iterator[str]:
    """Yield what is typed. Raises `EOFError` at the end of the input."""
    while True:
        try:
            yield input(prompt)
        except UnicodeDecodeError as error:
            message = f"a command is not UTF-8: {error.object!r}"
            raise typer.BadParameter(message) from error
