"""The operations on golden runs: pinned by a name, shown, and checked."""

from typing import Final

from pydantic import Field

from domain.errors import CannotBeGolden, NotFlaggedWrong
from domain.json import JsonMap
from domain.operations.one_run import NOT_THERE, OneRun, history_told
from domain.operations.operation import Caller, Nothing, Params, Scope, command, read
from domain.operations.services import Services
from domain.replay.bulk.orders import IGNORED
from domain.replay.compare.ignore_rules import InvalidPattern, parse_ignore_rules
from domain.replay.golden.pinned import InvalidGoldenName, InvalidThreshold
from domain.services.goldens import NoGoldens, NoSuchGolden
from domain.values.fields import Name, Reason
from domain.views.golden import (
    GOLDEN,
    GOLDEN_CHECK,
    GOLDEN_HISTORY,
    GOLDENS,
    PINNED,
    UNPINNED,
    Checked,
    Golden,
    GoldenStep,
    Pinned,
    Unpinned,
    golden_step,
)


class GoldenName(Params):
    """A golden run."""

    name: Name = Field(description="The name of a golden run.")


class GoldenNames(Params):
    """Some golden runs, and what makes no difference."""

    names: tuple[Name, ...] = Field(default=(), description="Which golden runs; all by default.")
    ignore: tuple[str, ...] = IGNORED


class Pin(OneRun):
    """A run, and the name that it is pinned by."""

    name: Name = Field(description="Up to 100 letters, digits, and _ . / - inside.")
    thresholds: JsonMap = Field(
        default={}, description="How far a run may be from this one; each has a default."
    )
    is_wrong: bool = Field(
        default=False,
        description="Keep a run that is flagged as wrong, until it is right.",
    )


class Unpin(GoldenName):
    """A name that is taken away."""

    reason: Reason | None = None


async def pin(have: Services, caller: Caller, params: Pin) -> Pinned:
    """Pin a completed or rejected run by a name; a run that had the name loses it."""
    run_id = have.reader.resolve(caller.tenant_id, params.run)
    pinned = have.golden_desk.pin(
        run_id, params.name, params.thresholds, caller.by, is_wrong=params.is_wrong
    )
    history_told(have, caller, run_id)
    return pinned


async def unpin(have: Services, caller: Caller, params: Unpin) -> Unpinned:
    """Take a name away; the run stays."""
    unpinned = have.golden_desk.unpin(params.name, params.reason, caller.by)
    history_told(have, caller, unpinned.run_ids[-1])
    return unpinned


async def list_goldens(have: Services, caller: Caller, _params: Nothing) -> list[Golden]:
    """Return the golden runs by their names."""
    return have.goldens.all(caller.tenant_id)


async def show_golden(have: Services, caller: Caller, params: GoldenName) -> Golden:
    """Return a golden run and its thresholds."""
    (golden,) = have.goldens.named(caller.tenant_id, [params.name])
    return golden


async def golden_history(have: Services, caller: Caller, params: GoldenName) -> list[GoldenStep]:
    """Return which runs had a name, in order of time; also of one that none has now."""
    found = have.log.landmarks().of_golden(caller.tenant_id, params.name)
    if not found:
        have.goldens.named(caller.tenant_id, [params.name])  # says which there are
    return [*map(golden_step, found)]


async def check_goldens(have: Services, caller: Caller, params: GoldenNames) -> list[Checked]:
    """Judge golden runs by what the engine of today decides by their records."""
    checked, ignore = [], parse_ignore_rules(params.ignore)
    for golden in have.goldens.to_check(caller.tenant_id, params.names):
        caller.progress(golden.name)
        checked.append(await have.goldens.verify(golden, have.known_tools, ignore))
    return checked


async def check_goldens_live(have: Services, caller: Caller, params: GoldenNames) -> list[Checked]:
    """Run the plans of golden runs again, all calls live, and judge the runs that this makes."""
    ignore = parse_ignore_rules(params.ignore)
    to_check = have.goldens.to_check(caller.tenant_id, params.names)
    have.dispatcher.name_lost(caller.tenant_id, caller.tell)
    checked = []
    for golden in to_check:
        caller.progress(golden.name)
        checked.append(await have.golden_desk.rerun(golden, caller.by, ignore))
    return checked


_NO_PIN: Final = (CannotBeGolden, InvalidGoldenName, InvalidThreshold, NotFlaggedWrong)
_CANNOT_CHECK: Final = (NoSuchGolden, NoGoldens, InvalidPattern)

PIN_GOLDEN: Final = command("golden.pin", Scope.RUNS_WRITE, Pin, PINNED, pin, *NOT_THERE, *_NO_PIN)
UNPIN_GOLDEN: Final = command(
    "golden.unpin", Scope.RUNS_WRITE, Unpin, UNPINNED, unpin, NoSuchGolden
)
LIST_GOLDENS: Final = read("golden.list", Scope.RUNS_READ, Nothing, GOLDENS, list_goldens)
SHOW_GOLDEN: Final = read(
    "golden.show", Scope.RUNS_READ, GoldenName, GOLDEN, show_golden, NoSuchGolden
)
GOLDEN_STEPS: Final = read(
    *("golden.history", Scope.RUNS_READ, GoldenName, GOLDEN_HISTORY, golden_history),
    NoSuchGolden,
)
CHECK_GOLDENS: Final = read(
    "golden.check", Scope.RUNS_READ, GoldenNames, GOLDEN_CHECK, check_goldens, *_CANNOT_CHECK
)
CHECK_GOLDENS_LIVE: Final = command(
    "golden.check_live",
    Scope.REPLAY_LIVE,
    GoldenNames,
    GOLDEN_CHECK,
    check_goldens_live,
    *_CANNOT_CHECK,
    when_interrupted="cancels",
)
