"""`opstrail replay`: all runs that a filter fits are verified, rerun, forked or resumed."""

from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from adapters.cli.commands.fork import read_patches
from adapters.cli.options import (
    Blocked,
    ChangedTimeoutMs,
    ColumnNames,
    ForkAt,
    FromCall,
    Ignore,
    Limit,
    ListOutput,
    Output,
    Patch,
    Preview,
    Reason,
    RetryFailed,
    example,
)
from adapters.cli.session import Session, session_of

if TYPE_CHECKING:
    from domain.views.bulk_replay import BulkReplayView

app = typer.Typer()
TITLE: Final = "Replaying"
ReplayText = Annotated[
    str,
    typer.Argument(
        metavar="REPLAY", help="Its id, a part that begins or ends only one id, or `latest`."
    ),
]


@app.command(
    epilog=example(
        "opstrail replay start --mode verify -q 'started > -7d' --reason 'the new version'",
        "opstrail replay start --mode fork -q 'tool = graph' --patch graph.depth=1"
        " --reason 'nearer only' --preview",
        "opstrail replay start --mode resume -q 'fingerprint = 5f1c0a2e9b77'"
        " --reason 'the network is back'",
        "opstrail replay start --mode fork -q 'tool = graph' --from graph"
        " --reason 'a relation was missing'",
    )
)
def start(
    context: typer.Context,
    mode: Annotated[
        Literal["verify", "rerun", "fork", "resume"],
        typer.Option(help="What to do with each run."),
    ],
    query: Annotated[
        str,
        typer.Option(
            "--query", "-q", metavar="FILTER", help="Which runs: `opstrail help filters`."
        ),
    ],
    reason: Reason,
    *,
    patch: Patch = None,
    timeout_ms: ChangedTimeoutMs = None,
    at: ForkAt = None,
    from_call: FromCall = None,
    retry_failed: RetryFailed = False,
    blocked: Blocked = False,
    ignore: Ignore = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most this many runs.")] = None,
    rate: Annotated[
        float | None,
        typer.Option(metavar="RUNS/s", min=0.001, help="Begin at most this many runs a second."),
    ] = None,
    concurrency: Annotated[
        int, typer.Option(min=1, max=100, help="How many reruns, forks or resumptions at once.")
    ] = 4,
    preview: Preview = False,
    output: Output = "text",
) -> None:
    """Replay the runs that the filter fits now, newest first, and say how many come out otherwise.

    Runs that are requested later are not among them. To verify calls nothing outside. To resume
    asks again what did not succeed; runs that cannot be resumed are counted, each with the reason.
    """
    from adapters.cli.text.replays import show_bulk_preview
    from domain.operations.bulk_replays import PREVIEW_REPLAY, START_REPLAY, ReplayOrder
    from domain.views.bulk_replay import BulkMode

    session = session_of(context)
    order = ReplayOrder(
        mode=BulkMode(mode),
        filter=query,
        reason=reason,
        patches=read_patches(patch or (), ()),
        timeout_ms=timeout_ms,
        at=at,
        from_call=from_call,
        retry_failed=retry_failed,
        is_blocked=blocked,
        ignore=tuple(ignore or ()),
        limit=limit,
        rate=rate,
        max_concurrent_runs=concurrency,
    )
    if preview:
        session.show(PREVIEW_REPLAY, order, output, as_text=show_bulk_preview, title="Looking")
        return
    begun = session.call(START_REPLAY, order, title=TITLE)
    if begun is not None:
        _show_ended(session, begun, output)


@app.command("continue", epilog=example("opstrail replay continue latest"))
def continue_(context: typer.Context, replay: ReplayText, output: Output = "text") -> None:
    """Go on with a bulk replay that Ctrl-C or a crash has stopped; nothing is done twice."""
    from domain.operations.bulk_replays import CONTINUE_REPLAY, OneReplay

    session = session_of(context)
    _show_ended(
        session, session.call(CONTINUE_REPLAY, OneReplay(replay=replay), title=TITLE), output
    )


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
    limit: Limit = 20,
    output: ListOutput = "table",
    columns: ColumnNames = None,
) -> None:
    """List the bulk replays, newest first."""
    from adapters.cli.text.replays import REPLAYS_TEXT
    from domain.operations.bulk_replays import LIST_REPLAYS, NewestReplays

    session, params = session_of(context), NewestReplays(limit=limit)
    as_text = REPLAYS_TEXT.shown_as(output)
    session.show(LIST_REPLAYS, params, output, as_text=as_text, columns=columns)


@app.command(epilog=example("opstrail replay show latest"))
def show(context: typer.Context, replay: ReplayText, output: Output = "text") -> None:
    """Show who asked for what, how far it is, and what came of it."""
    from adapters.cli.text.replays import show_replay
    from domain.operations.bulk_replays import SHOW_REPLAY, OneReplay

    session_of(context).show(SHOW_REPLAY, OneReplay(replay=replay), output, as_text=show_replay)


@app.command(epilog=example("opstrail replay results latest --only drift"))
def results(
    context: typer.Context,
    replay: ReplayText,
    only: Annotated[
        Literal["drift", "same"] | None,
        typer.Option(help="Only runs that came out the same, or only the others."),
    ] = None,
    output: ListOutput = "table",
    columns: ColumnNames = None,
) -> None:
    """Show what came of each run: the verdict, and where it first diverged."""
    from adapters.cli.text.replays import RESULTS_TEXT
    from domain.operations.bulk_replays import LIST_RESULTS, ReplayResults

    session, params = session_of(context), ReplayResults(replay=replay, only=only)
    as_text = RESULTS_TEXT.shown_as(output)
    session.show(LIST_RESULTS, params, output, as_text=as_text, columns=columns)


def _show_ended(session: Session, found: "BulkReplayView", output: Output) -> None:
    from adapters.cli.text.replays import show_replay, tell_ending
    from domain.views.bulk_replay import REPLAY

    code = tell_ending(session.screen, found)
    session.screen.show_view(REPLAY, found, output, as_text=show_replay)
    raise typer.Exit(code)
