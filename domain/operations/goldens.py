"""The operations on golden runs: pinned by a name, shown, and checked."""

from typing import Final

from pydantic import Field

from domain.errors import CannotBeGolden, NotFlaggedWrong
from domain.json import JsonMap
from domain.operations.operation import Caller, Operation, Params, Scope
from domain.operations.run_views import NOT_THERE, OneRun
from domain.operations.services import Services
from domain.replay.golden.pinned import InvalidGoldenName, InvalidThreshold
from domain.services.goldens import NoGoldens, NoSuchGolden
from domain.views.golden import (
    GOLDEN,
    GOLDEN_CHECK,
    GOLDENS,
    PINNED,
    UNPINNED,
    Checked,
    Golden,
    Pinned,
    Unpinned,
)


class Nothing(Params):
    """Nothing needs to be given."""


class GoldenName(Params):
    """A golden run."""

    name: str = Field(description="The name of a golden run.")


class GoldenNames(Params):
    """Some golden runs."""

    names: tuple[str, ...] = Field(default=(), description="Which golden runs; all by default.")


class Pin(OneRun):
    """A run, and the name that it is pinned by."""

    name: str = Field(description="Up to 100 letters, digits, and _ . / - inside.")
    thresholds: JsonMap = Field(
        default={}, description="How far a run may be from this one; each has a default."
    )
    is_wrong: bool = Field(
        default=False,
        description="Keep a run that is flagged as wrong, until it is right.",
    )


class Unpin(GoldenName):
    """A name that is taken away."""

    reason: str | None = Field(default=None, description="Why; it is recorded.")


async def pin(have: Services, caller: Caller, params: Pin) -> Pinned:
    """Pin a completed or rejected run by a name; a run that had the name loses it."""
    run_id = have.reader.resolve(caller.tenant_id, params.run)
    return have.golden_desk.pin(
        run_id, params.name, params.thresholds, caller.by, is_wrong=params.is_wrong
    )


async def unpin(have: Services, caller: Caller, params: Unpin) -> Unpinned:
    """Take a name away; the run stays."""
    return have.golden_desk.unpin(params.name, params.reason, caller.by)


async def list_goldens(have: Services, caller: Caller, _params: Nothing) -> list[Golden]:
    """Return the golden runs by their names."""
    return have.goldens.all(caller.tenant_id)


async def show_golden(have: Services, caller: Caller, params: GoldenName) -> Golden:
    """Return a golden run and its thresholds."""
    (golden,) = have.goldens.named(caller.tenant_id, [params.name])
    return golden


async def check_goldens(have: Services, caller: Caller, params: GoldenNames) -> list[Checked]:
    """Judge golden runs by what the engine of today decides by their records."""
    checked = []
    for golden in have.goldens.to_check(caller.tenant_id, params.names):
        caller.progress(golden.name)
        checked.append(await have.goldens.verify(golden, have.known_tools))
    return checked


async def check_goldens_live(have: Services, caller: Caller, params: GoldenNames) -> list[Checked]:
    """Run the plans of golden runs again, all calls live, and judge the runs that this makes."""
    to_check = have.goldens.to_check(caller.tenant_id, params.names)
    await have.dispatcher.recover(caller.tenant_id, caller.tell)
    checked = []
    for golden in to_check:
        caller.progress(golden.name)
        checked.append(await have.golden_desk.rerun(golden, caller.by))
    return checked


PIN_GOLDEN: Final = Operation(
    name="golden.pin",
    kind="command",
    scope=Scope.RUNS_WRITE,
    params=Pin,
    view=PINNED,
    errors=(*NOT_THERE, InvalidGoldenName, InvalidThreshold, CannotBeGolden, NotFlaggedWrong),
    do=pin,
)
UNPIN_GOLDEN: Final = Operation(
    name="golden.unpin",
    kind="command",
    scope=Scope.RUNS_WRITE,
    params=Unpin,
    view=UNPINNED,
    errors=(NoSuchGolden,),
    do=unpin,
)
LIST_GOLDENS: Final = Operation(
    name="golden.list",
    kind="read",
    scope=Scope.RUNS_READ,
    params=Nothing,
    view=GOLDENS,
    do=list_goldens,
)
SHOW_GOLDEN: Final = Operation(
    name="golden.show",
    kind="read",
    scope=Scope.RUNS_READ,
    params=GoldenName,
    view=GOLDEN,
    errors=(NoSuchGolden,),
    do=show_golden,
)
CHECK_GOLDENS: Final = Operation(
    name="golden.check",
    kind="read",
    scope=Scope.RUNS_READ,
    params=GoldenNames,
    view=GOLDEN_CHECK,
    errors=(NoSuchGolden, NoGoldens),
    do=check_goldens,
)
CHECK_GOLDENS_LIVE: Final = Operation(
    name="golden.check_live",
    kind="command",
    scope=Scope.REPLAY_LIVE,
    params=GoldenNames,
    view=GOLDEN_CHECK,
    errors=(NoSuchGolden, NoGoldens),
    do=check_goldens_live,
)

OPERATIONS: Final = (
    PIN_GOLDEN,
    UNPIN_GOLDEN,
    LIST_GOLDENS,
    SHOW_GOLDEN,
    CHECK_GOLDENS,
    CHECK_GOLDENS_LIVE,
)
