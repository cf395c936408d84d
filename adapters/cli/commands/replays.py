"""`opstrail replay`: all runs that a filter fits are verified, rerun or forked."""

from enum import StrEnum
from typing import Annotated, Final

import typer

from adapters.cli.commands.fork import PreviewOption
from adapters.cli.options import ListFormat, Output, Reason, TextFormat, example
from adapters.cli.session import session_of

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


class Mode(StrEnum):
    """What is done with each run."""

    VERIFY = "verify"
    RERUN = "rerun"
    FORK = "fork"


class Only(StrEnum):
    """Which results are shown."""

    DRIFT = "drift"
    SAME = "same"


@app.command(epilog=_START_EXAMPLE)
def start(
    context: typer.Context,
    mode: Annotated[Mode, typer.Option(help="What to do with each run.")],
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
    from adapters.cli.commands.bulk_progress import carry_out_order, show_preview_of
    from adapters.cli.commands.patches import read_patches
    from domain.replay.bulk.events import BulkMode
    from domain.replay.bulk.orders import BulkOrder

    order = BulkOrder(
        mode=BulkMode(mode.value),
        filter=query,
        reason=reason,
        patches=read_patches(patch or (), ()),
        at=at,
        is_blocked=blocked,
        limit=limit,
        rate=rate,
        max_concurrent_runs=concurrency,
    )
    (show_preview_of if preview else carry_out_order)(session_of(context), order, output)


@app.command("continue", epilog=example("opstrail replay continue latest"))
def continue_(
    context: typer.Context, replay: ReplayText, output: Output = TextFormat.TEXT
) -> None:
    """Go on with a bulk replay that Ctrl-C or a crash has stopped; nothing is done twice."""
    from adapters.cli.commands.bulk_progress import carry_out_and_show

    session = session_of(context)
    with session.open() as opstrail:
        bulk = opstrail.bulk_replays
        replay_id = bulk.resolve(session.tenant_id, replay)
        bulk.take_up(replay_id, session.authorship())
        carry_out_and_show(session, opstrail, replay_id, output)


@app.command(epilog=example('opstrail replay abort latest --reason "too many drift"'))
def abort(context: typer.Context, replay: ReplayText, reason: Reason) -> None:
    """Stop a bulk replay for good, also that of another process; what is done stays."""
    session = session_of(context)
    with session.open() as opstrail:
        replay_id = opstrail.bulk_replays.resolve(session.tenant_id, replay)
        opstrail.bulk_replays.abort(replay_id, reason, session.authorship())
    session.screen.show(f"{replay_id} is aborted.")


@app.command("list", epilog=example("opstrail replay list"))
def list_replays(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most this many.")] = 20,
    output: Format = ListFormat.TABLE,
) -> None:
    """List the bulk replays, newest first."""
    from adapters.cli.text.replays import show_replays

    session = session_of(context)
    with session.open() as opstrail:
        found = opstrail.bulk_replays.newest(session.tenant_id, limit=limit)
    show_replays(session.screen, found, output)


@app.command(epilog=example("opstrail replay show latest"))
def show(context: typer.Context, replay: ReplayText, output: Output = TextFormat.TEXT) -> None:
    """Show who asked for what, how far it is, and what came of it."""
    from adapters.cli.text.replays import show_replay

    session = session_of(context)
    with session.open() as opstrail:
        bulk = opstrail.bulk_replays
        found = bulk.show(session.tenant_id, bulk.resolve(session.tenant_id, replay))
    show_replay(session.screen, found, output)


@app.command(epilog=example("opstrail replay results latest --only drift"))
def results(
    context: typer.Context,
    replay: ReplayText,
    only: Annotated[
        Only | None, typer.Option(help="Only runs that came out the same, or only the others.")
    ] = None,
    output: Format = ListFormat.TABLE,
) -> None:
    """Show what came of each run: the verdict, and where it first diverged."""
    from adapters.cli.text.replays import show_results
    from domain.replay.bulk.events import RunVerdict

    session = session_of(context)
    with session.open() as opstrail:
        bulk = opstrail.bulk_replays
        found = bulk.results(session.tenant_id, bulk.resolve(session.tenant_id, replay))
    if only is not None:
        is_same = only is Only.SAME
        found = [each for each in found if (each.verdict is RunVerdict.SAME) == is_same]
    show_results(session.screen, found, output)


def verify_all(context: typer.Context, query: str | None, output: TextFormat) -> None:
    """Verify every run that the filter fits; ends with 1 when one is not the same."""
    from adapters.cli.commands.bulk_progress import verify_and_show
    from domain.replay.bulk.events import BulkMode
    from domain.replay.bulk.orders import BulkOrder

    order = BulkOrder(mode=BulkMode.VERIFY, filter=query or "", reason="run verify --all")
    verify_and_show(session_of(context), order, output)
