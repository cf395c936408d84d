"""`opstrail replay`: all runs that a filter fits are verified, rerun or forked."""

from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from adapters.cli.commands.fork import PreviewOption
from adapters.cli.ctrl_c import stopped_by_ctrl_c
from adapters.cli.options import ListFormat, Output, Reason, TextFormat, example
from adapters.cli.session import Session, session_of

if TYPE_CHECKING:
    from domain.views.bulk_replay import BulkReplayView

app = typer.Typer(
    no_args_is_help=True,
    help="Verify, rerun or fork all runs that a filter fits.",
    epilog=example("opstrail replay start --mode verify -q 'started > -7d' --reason upgrade"),
)
_START_EXAMPLE: Final = example(
    "opstrail replay start --mode verify -q 'started > -7d' --reason 'the new version'",
    "opstrail replay start --mode fork -q 'tool = graph' --patch graph.depth=1"
    " --reason 'nearer only' --preview",
)

ReplayText = Annotated[
    str,
    typer.Argument(
        metavar="REPLAY", help="Its id, a part that begins or ends only one id, or `latest`."
    ),
]
Format = Annotated[ListFormat, typer.Option("--output", "-o", help="How to print it.")]


@app.command(epilog=_START_EXAMPLE)
def start(
    context: typer.Context,
    mode: Annotated[
        Literal["verify", "rerun", "fork"], typer.Option(help="What to do with each run.")
    ],
    query: Annotated[
        str,
        typer.Option(
            "--query", "-q", metavar="FILTER", help="Which runs; see docs/reference/run-filter.md."
        ),
    ],
    reason: Reason,
    *,
    patch: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE|PATH=VALUE", help="Change the plan of each fork; see `run fork`."
        ),
    ] = None,
    at: Annotated[
        int | None,
        typer.Option("--at", metavar="VERSION", min=1, help="Fork each run at this event."),
    ] = None,
    blocked: Annotated[
        bool, typer.Option("--blocked", help="Refuse every call of forks that is not recorded.")
    ] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="At most this many runs.")] = None,
    rate: Annotated[
        float | None,
        typer.Option(metavar="RUNS/s", min=0.001, help="Begin at most this many runs a second."),
    ] = None,
    concurrency: Annotated[
        int, typer.Option(min=1, max=100, help="How many reruns or forks at once.")
    ] = 4,
    preview: PreviewOption = False,
    output: Output = TextFormat.TEXT,
) -> None:
    """Replay the runs that the filter fits now, newest first, and say how many come out otherwise.

    Runs that are requested later are not among them. To verify calls nothing outside.
    """
    from adapters.cli.commands.patches import read_patches
    from adapters.cli.text.replays import show_bulk_preview
    from domain.operations.bulk_replays import PREVIEW_REPLAY, START_REPLAY, ReplayOrder
    from domain.views.bulk_replay import BulkMode

    session = session_of(context)
    order = ReplayOrder(
        mode=BulkMode(mode),
        filter=query,
        reason=reason,
        patches=read_patches(patch or (), ()),
        at=at,
        is_blocked=blocked,
        limit=limit,
        rate=rate,
        max_concurrent_runs=concurrency,
    )
    if preview:
        found = session.call(PREVIEW_REPLAY, order, title="Looking")
        session.screen.show_view(PREVIEW_REPLAY.view, found, output, as_text=show_bulk_preview)
        return
    with stopped_by_ctrl_c() as is_stopped:
        begun = session.call(START_REPLAY, order, title="Replaying", is_stopped=is_stopped)
    if begun is not None:
        _show_ended(session, begun, output)


@app.command("continue", epilog=example("opstrail replay continue latest"))
def continue_(
    context: typer.Context, replay: ReplayText, output: Output = TextFormat.TEXT
) -> None:
    """Go on with a bulk replay that Ctrl-C or a crash has stopped; nothing is done twice."""
    from domain.operations.bulk_replays import CONTINUE_REPLAY, OneReplay

    session, params = session_of(context), OneReplay(replay=replay)
    with stopped_by_ctrl_c() as is_stopped:
        found = session.call(CONTINUE_REPLAY, params, title="Replaying", is_stopped=is_stopped)
    _show_ended(session, found, output)


@app.command(epilog=example('opstrail replay abort latest --reason "too many drift"'))
def abort(context: typer.Context, replay: ReplayText, reason: Reason) -> None:
    """Stop a bulk replay for good, also that of another process; what is done stays."""
    from domain.operations.bulk_replays import ABORT_REPLAY, AbortedReplay

    session = session_of(context)
    found = session.call(ABORT_REPLAY, AbortedReplay(replay=replay, reason=reason))
    session.screen.show(f"{found.replay_id} is aborted.")


@app.command("list", epilog=example("opstrail replay list"))
def list_replays(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most this many.")] = 20,
    output: Format = ListFormat.TABLE,
) -> None:
    """List the bulk replays, newest first."""
    from adapters.cli.text.replays import REPLAYS_TEXT
    from adapters.cli.text.tables import show_list
    from domain.operations.bulk_replays import LIST_REPLAYS, NewestReplays

    session = session_of(context)
    found = session.call(LIST_REPLAYS, NewestReplays(limit=limit))
    show_list(session.screen, LIST_REPLAYS.view, found, output, as_text=REPLAYS_TEXT)


@app.command(epilog=example("opstrail replay show latest"))
def show(context: typer.Context, replay: ReplayText, output: Output = TextFormat.TEXT) -> None:
    """Show who asked for what, how far it is, and what came of it."""
    from adapters.cli.text.replays import show_replay
    from domain.operations.bulk_replays import SHOW_REPLAY, OneReplay

    session = session_of(context)
    found = session.call(SHOW_REPLAY, OneReplay(replay=replay))
    session.screen.show_view(SHOW_REPLAY.view, found, output, as_text=show_replay)


@app.command(epilog=example("opstrail replay results latest --only drift"))
def results(
    context: typer.Context,
    replay: ReplayText,
    only: Annotated[
        Literal["drift", "same"] | None,
        typer.Option(help="Only runs that came out the same, or only the others."),
    ] = None,
    output: Format = ListFormat.TABLE,
) -> None:
    """Show what came of each run: the verdict, and where it first diverged."""
    from adapters.cli.text.replays import RESULTS_TEXT
    from adapters.cli.text.tables import show_list
    from domain.operations.bulk_replays import LIST_RESULTS, ReplayResults

    session = session_of(context)
    found = session.call(LIST_RESULTS, ReplayResults(replay=replay, only=only))
    show_list(session.screen, LIST_RESULTS.view, found, output, as_text=RESULTS_TEXT)


def _show_ended(session: Session, found: "BulkReplayView", output: TextFormat) -> None:
    from adapters.cli.text.replays import show_replay, tell_ending
    from domain.views.bulk_replay import REPLAY

    code = tell_ending(session.screen, found)
    session.screen.show_view(REPLAY, found, output, as_text=show_replay)
    raise typer.Exit(code)
