"""The operations on all runs that a filter fits: they are verified, rerun, forked or resumed."""

from typing import Final

from pydantic import Field

from domain.aggregate.event import tell_removed
from domain.operations.operation import Access, Caller, Params, Scope, command, read
from domain.operations.run_lists import HOW_MANY
from domain.operations.services import Services
from domain.replay.bulk.errors import (
    AmbiguousBulkReplay,
    BulkReplayBusy,
    BulkReplayEnded,
    BulkReplayRefused,
    BulkReplayTakenOver,
    NoSuchBulkReplay,
)
from domain.replay.bulk.orders import IGNORED, BulkOrder
from domain.replay.compare.ignore_rules import InvalidPattern
from domain.run_filter.tokens import FilterRefused
from domain.services.bulk.bulk_replays import Only
from domain.values.fields import Name, Reason
from domain.views.bulk_replay import (
    NO_RUN_FITS,
    REPLAY,
    REPLAY_IF_ANY,
    REPLAY_PREVIEW,
    REPLAY_RESULTS,
    REPLAYS,
    VERDICTS_IF_ANY,
    BulkMode,
    BulkPreview,
    BulkReplayView,
    ReplayedRun,
    VerifiedRuns,
)

_REFUSED: Final = (BulkReplayRefused, FilterRefused, InvalidPattern)
_CANNOT_START: Final = (*_REFUSED, BulkReplayTakenOver)
_NOT_THERE: Final = (NoSuchBulkReplay, AmbiguousBulkReplay)
_ENDED: Final = (*_NOT_THERE, BulkReplayEnded)
_CANNOT_GO_ON: Final = (*_ENDED, BulkReplayBusy, BulkReplayTakenOver)


class ReplayOrder(BulkOrder, Params):
    """What to do with which runs."""


class OneReplay(Params):
    """A bulk replay."""

    replay: Name = Field(
        description="Its id, a part that begins or ends only one id, or `latest`."
    )


class AbortedReplay(OneReplay):
    """A bulk replay, and why it shall stop."""

    reason: Reason


class NewestReplays(Params):
    """How many bulk replays."""

    before: Name | None = Field(default=None, description="Only those older than this one.")
    limit: int = HOW_MANY


class ReplayResults(OneReplay):
    """A bulk replay, and which of its runs."""

    only: Only | None = Field(
        default=None, description="Only runs that came out the same, or only the others."
    )


class RunsToVerify(Params):
    """The runs that shall be verified."""

    query: str = Field(default="", description="A filter of runs; empty is every run.")
    ignore: tuple[str, ...] = IGNORED


async def start_replay(
    have: Services, caller: Caller, params: ReplayOrder
) -> BulkReplayView | None:
    """Replay all runs that the filter fits now, and return how it stands at the end.

    None when it fits no run. The runs whose worker is lost are named, unless nothing is called.
    """
    if params.mode is not BulkMode.VERIFY:
        have.dispatcher.name_lost(caller.tenant_id, caller.tell)
    replay_id = await _carried_out_from_start(have, caller, params)
    return None if replay_id is None else have.bulk_replays.show(caller.tenant_id, replay_id)


async def verify_all(have: Services, caller: Caller, params: RunsToVerify) -> VerifiedRuns | None:
    """Verify every run that the filter fits, as a bulk replay; None when it fits no run."""
    order = BulkOrder(
        mode=BulkMode.VERIFY,
        filter=params.query,
        reason="run verify --all",
        ignore=params.ignore,
    )
    replay_id = await _carried_out_from_start(have, caller, order)
    if replay_id is None:
        return None
    return have.bulk_replays.verified_runs(caller.tenant_id, replay_id)


async def continue_replay(have: Services, caller: Caller, params: OneReplay) -> BulkReplayView:
    """Go on with a bulk replay that was stopped or whose worker is lost; no run is done twice."""
    replay_id = have.bulk_replays.resolve(caller.tenant_id, params.replay)
    have.bulk_replays.take_up(replay_id, caller.by)
    caller.begun(replay_id)
    await _carry_out(have, caller, replay_id)
    return have.bulk_replays.show(caller.tenant_id, replay_id)


async def preview_replay(have: Services, caller: Caller, params: ReplayOrder) -> BulkPreview:
    """Return how many runs there are and who would answer their calls; nothing is recorded."""
    return await have.bulk_replays.preview(caller.tenant_id, params)


async def abort_replay(have: Services, caller: Caller, params: AbortedReplay) -> BulkReplayView:
    """Stop a bulk replay for good, also that of another process; what is done stays."""
    replay_id = have.bulk_replays.resolve(caller.tenant_id, params.replay)
    have.bulk_replays.abort(replay_id, params.reason, caller.by)
    return _told(have, caller, replay_id)


async def list_replays(
    have: Services, caller: Caller, params: NewestReplays
) -> list[BulkReplayView]:
    """Return the bulk replays, newest first."""
    tenant_id, before = caller.tenant_id, params.before
    last = have.bulk_replays.resolve(tenant_id, before) if before else None
    return have.bulk_replays.newest(tenant_id, limit=params.limit, before=last)


async def show_replay(have: Services, caller: Caller, params: OneReplay) -> BulkReplayView:
    """Return who asked for what, how far it is, and what came of it."""
    replay_id = have.bulk_replays.resolve(caller.tenant_id, params.replay)
    return have.bulk_replays.show(caller.tenant_id, replay_id)


async def list_results(have: Services, caller: Caller, params: ReplayResults) -> list[ReplayedRun]:
    """Return what came of each run: the verdict, and where it first diverged."""
    replay_id = have.bulk_replays.resolve(caller.tenant_id, params.replay)
    return have.bulk_replays.results(caller.tenant_id, replay_id, only=params.only)


async def _carried_out_from_start(have: Services, caller: Caller, order: BulkOrder) -> str | None:
    replay_id = have.bulk_replays.start(order, caller.by)
    caller.tell(NO_RUN_FITS if replay_id is None else f"started {replay_id}")
    if replay_id is not None:
        _told(have, caller, replay_id)
        caller.begun(replay_id)
        await _carry_out(have, caller, replay_id)
    return replay_id


def _told(have: Services, caller: Caller, replay_id: str) -> BulkReplayView:
    """Return how it stands, and tell what was removed from it."""
    view = have.bulk_replays.show(caller.tenant_id, replay_id)
    tell_removed(view.removed, caller.tell)
    return view


async def _carry_out(have: Services, caller: Caller, replay_id: str) -> None:
    await have.bulk_replays.carry_out(
        caller.tenant_id, replay_id, is_stopped=caller.is_stopped, progress=caller.progress
    )


START_REPLAY: Final = command(
    "replay.start",
    Scope.REPLAY_LIVE,
    ReplayOrder,
    REPLAY_IF_ANY,
    start_replay,
    *_CANNOT_START,
    when_interrupted="stops",
)
PREVIEW_REPLAY: Final = read(
    "replay.preview", Scope.RUNS_READ, ReplayOrder, REPLAY_PREVIEW, preview_replay, *_REFUSED
)
CONTINUE_REPLAY: Final = command(
    "replay.continue",
    Scope.REPLAY_LIVE,
    OneReplay,
    REPLAY,
    continue_replay,
    *_CANNOT_GO_ON,
    when_interrupted="stops",
)
ABORT_REPLAY: Final = command(
    "replay.abort", Scope.RUNS_WRITE, AbortedReplay, REPLAY, abort_replay, *_ENDED
)
LIST_REPLAYS: Final = read(
    "replay.list", Scope.RUNS_READ, NewestReplays, REPLAYS, list_replays, *_NOT_THERE
)
SHOW_REPLAY: Final = read(
    "replay.show", Scope.RUNS_READ, OneReplay, REPLAY, show_replay, *_NOT_THERE
)
LIST_RESULTS: Final = read(
    "replay.results", Scope.RUNS_READ, ReplayResults, REPLAY_RESULTS, list_results, *_NOT_THERE
)
VERIFY_ALL: Final = command(
    "run.verify_all",
    Scope.RUNS_WRITE,
    RunsToVerify,
    VERDICTS_IF_ANY,
    verify_all,
    *_CANNOT_START,
    access=Access.TRY,
    when_interrupted="stops",
)
