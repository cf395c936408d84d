"""`opstrail run fork` and `opstrail run rerun`: new runs that come from old ones."""

from typing import Annotated, Final

import typer

from adapters.cli.commands.outcome import show_answer_to, show_preview_of
from adapters.cli.options import Output, Reason, RunText, TextFormat, example

FORK_EXAMPLE: Final = example(
    'opstrail run fork latest --patch graph.depth=1 --reason "only what is next to it"',
    'opstrail run fork latest --at 9 --result metric=empty --reason "without metrics" --preview',
)
RERUN_EXAMPLE: Final = example('opstrail run rerun latest --reason "the disk was replaced"')

PreviewOption = Annotated[
    bool, typer.Option("--preview", help="Show what would be called; do nothing.")
]


def fork(
    context: typer.Context,
    run: RunText,
    reason: Reason,
    *,
    at: Annotated[
        int | None,
        typer.Option(
            "--at", metavar="VERSION", min=1, help="Use the record up to here. Default: all of it."
        ),
    ] = None,
    patch: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE|PATH=VALUE",
            help="Change the plan (graph.depth=1), a parameter (params.CALL.NAME=VALUE) or an "
            "asset (assets.STAGE:TYPE=NAME). A file holds them as a JSON object.",
        ),
    ] = None,
    result: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CALL=FILE|empty|error[:CODE]",
            help="Replace a call's result by the JSON of a file, by nothing, or by an error.",
        ),
    ] = None,
    action: Annotated[
        int | None,
        typer.Option(min=1, help="Change the plan as this next action of the answer does."),
    ] = None,
    blocked: Annotated[
        bool, typer.Option("--blocked", help="Refuse every call that is not on the record.")
    ] = False,
    preview: PreviewOption = False,
    output: Output = TextFormat.TEXT,
) -> None:
    """Start a new run from the record of another: up to an event as it was, then live.

    Calls with the same tool, operation and parameters are answered from the record, whatever their
    order; all others go out, unless they are blocked.
    """
    from adapters.cli.commands.patches import read_patches
    from domain.operations.replays import FORK_PREVIEW, FORK_RUN, ForkParams

    asked = ForkParams(
        run=run,
        reason=reason,
        at=at,
        patches=read_patches(patch or (), result or ()),
        action=action,
        is_blocked=blocked,
    )
    if preview:
        show_preview_of(context, FORK_PREVIEW, asked, output)
    else:
        show_answer_to(context, FORK_RUN, asked, output)


def rerun(
    context: typer.Context,
    run: RunText,
    reason: Reason,
    preview: PreviewOption = False,
    output: Output = TextFormat.TEXT,
) -> None:
    """Run the same plan again, all calls live, and say how the new run differs."""
    from domain.operations.replays import RERUN_PREVIEW, RERUN_RUN
    from domain.operations.run_views import RunAndReason

    asked = RunAndReason(run=run, reason=reason)
    if preview:
        show_preview_of(context, RERUN_PREVIEW, asked, output)
    else:
        show_answer_to(context, RERUN_RUN, asked, output)
