"""`opstrail run step` and `stage`: the events of a run one by one, and one of its stages alone."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from adapters.cli.exit_codes import ExitCode
from adapters.cli.options import Output, RunText, example, object_of
from adapters.cli.session import session_of
from adapters.cli.signals import interrupt, on_signals

if TYPE_CHECKING:
    from domain.json import JsonMap
    from domain.views.state import RunStateView

app = typer.Typer()
_INPUT: Final = "plan_output (or test_plan), prev_output, question, asset_overrides"
_PROMPT: Final = "step (? lists the commands): "


@app.command(
    epilog=example("opstrail run step latest", r"printf 'f\nd\nt\n' | opstrail run step latest")
)
def step(context: typer.Context, run: RunText) -> None:
    """Go through the events of a run, and see what each changed.

    Commands come from standard input, one a line, also in a pipe; `?` lists them.
    """
    from adapters.cli.text.steps import Walk
    from domain.operations.one_run import RunAt
    from domain.operations.run_views.states import SHOW_STATE, STEP_RUN

    session = session_of(context)
    screen = session.screen
    steps = screen.local(session.call(STEP_RUN, RunAt(run=run)))

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


@app.command(
    epilog=example(
        "opstrail run stage latest compose",
        "opstrail run stage latest execute -o json",
        """echo '{"plan_output": {"list": {"enabled": true}}}' |"""
        " opstrail run stage latest validate --input -",
    )
)
def stage(
    context: typer.Context,
    run: RunText,
    name: Annotated[str, typer.Argument(metavar="STAGE", help="One of the five stages.")],
    given: Annotated[
        Path | None,
        typer.Option(
            "--input",
            metavar="FILE",
            help=f"JSON with some of {_INPUT}; `-` is standard input.",
        ),
    ] = None,
    live: Annotated[bool, typer.Option("--live", help="Ask the tools, not the record.")] = False,
    output: Output = "text",
) -> None:
    """Run one stage of a run alone, on what is recorded before it or on a file.

    Nothing is stored. Calls that are not on the record fail, unless --live has them made; with it
    route_plan asks the planner anew.
    """
    from adapters.cli.text.states import show_stage
    from domain.operations.replays import RUN_STAGE, StageParams

    file = {} if given is None else _input_in(given)
    params = StageParams.model_validate({**file, "run": run, "stage": name, "live": live})
    shown = session_of(context).show(RUN_STAGE, params, output, as_text=show_stage)
    if shown.diagnostics["status"] == "error":
        raise typer.Exit(ExitCode.FAILED)


def _input_in(given: Path) -> "JsonMap":
    """Return the input of a stage. Raises `typer.BadParameter` that names what it takes."""
    from domain.operations.operation import InvalidParams
    from domain.operations.replays import StageInput

    try:
        read = StageInput.model_validate(object_of(given, option="--input"))
    except InvalidParams as error:
        said = "; ".join(f"{at}: {why}" for at, why in error.problems)
        message = f"{said}; it takes {_INPUT}"
        raise typer.BadParameter(message, param_hint="--input") from error
    return read.model_dump(exclude_unset=True)


def _lines(prompt: str) -> Iterator[str]:
    """Yield what is typed. Raises `EOFError` at the end of the input."""
    while True:
        try:
            yield input(prompt)
        except UnicodeDecodeError as error:
            message = f"a command is not UTF-8: {error.object!r}"
            raise typer.BadParameter(message) from error
