"""`opstrail run fork` and `opstrail run rerun`: new runs that come from old ones."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from adapters.cli.options import Output, Reason, RunText, TextFormat, example
from adapters.cli.session import Session, session_of

if TYPE_CHECKING:
    from adapters.bootstrap import Opstrail

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
    import asyncio

    from adapters.cli.commands.outcome import carry_out, recover_lost_runs, show_outcome
    from adapters.cli.commands.patches import read_patches
    from adapters.cli.text.preview import show_preview
    from domain.replay.fork.descent import Fork

    session = session_of(context)
    patches = read_patches(patch or (), result or ())
    with session.open() as opstrail:
        run_id = opstrail.reader.resolve(session.tenant_id, run)
        if action is not None:
            plan = _action(session, opstrail, run_id, action) | patches.plan
            patches = patches.model_copy(update={"plan": plan})
        forked = Fork(reason=reason, at=at, patches=patches, is_blocked=blocked)
        if preview:
            would = opstrail.replays.preview_fork(session.tenant_id, run_id, forked)
            show_preview(session.screen, asyncio.run(would), output)
            return
        recover_lost_runs(session, opstrail)
        requested = opstrail.replays.fork(run_id, forked, session.authorship())
        carry_out(session, opstrail, requested.run_id)
        raise typer.Exit(show_outcome(session, opstrail, requested.run_id, output))


def rerun(
    context: typer.Context,
    run: RunText,
    reason: Reason,
    preview: PreviewOption = False,
    output: Output = TextFormat.TEXT,
) -> None:
    """Run the same plan again, all calls live, and say how the new run differs."""
    import asyncio

    from adapters.cli.commands.outcome import carry_out, recover_lost_runs, show_outcome
    from adapters.cli.text.preview import show_preview

    session = session_of(context)
    with session.open() as opstrail:
        run_id = opstrail.reader.resolve(session.tenant_id, run)
        if preview:
            would = opstrail.replays.preview_rerun(session.tenant_id, run_id)
            show_preview(session.screen, asyncio.run(would), output)
            return
        recover_lost_runs(session, opstrail)
        requested = opstrail.replays.rerun(run_id, reason, session.authorship())
        carry_out(session, opstrail, requested.run_id)
        code = show_outcome(session, opstrail, requested.run_id, output)
        _tell_difference(session, opstrail, run_id, requested.run_id)
        raise typer.Exit(code)


def _action(session: Session, opstrail: "Opstrail", run_id: str, number: int) -> dict[str, object]:
    from domain.replay.fork.descent import patch_of_action

    return dict(patch_of_action(opstrail.reader.history(session.tenant_id, run_id), number))


def _tell_difference(session: Session, opstrail: "Opstrail", before: str, after: str) -> None:
    from domain.replay.compare.compare import compare

    tenant_id, reader = session.tenant_id, opstrail.reader
    comparison = compare(reader.history(tenant_id, before), reader.history(tenant_id, after))
    session.screen.tell(f"{comparison.verdict} (opstrail run compare {before} {after})")
