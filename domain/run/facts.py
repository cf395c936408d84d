"""The values that events are made of."""

from datetime import UTC, tzinfo
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType
from pydantic import Field

from domain.aggregate.fact import Fact
from domain.estate.looked_up import LookedUp
from domain.run.replanning import ControlLoopPolicy
from domain.time_zones import zone_of

StoredJson = Any
StoredMap = dict[str, Any]
"""JSON made by our own code: checking a large result in detail would cost more than storing it."""
Anchor = Literal["now", "data"]
"""What relative times of a request count back from: the request (now), or the newest data."""
CallTimeoutMs = Annotated[int, Meta(ge=1, le=3_600_000), Field(ge=1, le=3_600_000)]


class Fault(Fact, frozen=True, kw_only=True):
    """What went wrong: a code for programs, a sentence for people, and the facts."""

    code: str
    message: str
    details: StoredMap = {}
    can_retry: bool = False


class AskedPlanner(Fact, frozen=True, kw_only=True):
    """A planner that gave no plan, and what it was asked with; see `PlanProduced`."""

    planner: str
    planner_version: str
    anchored_at: str
    looked_up: LookedUp


Flag = Literal["right", "wrong", "unclear"]
"""What a person thinks of an answer."""


class RunOptions(Fact, frozen=True, kw_only=True):
    """How a run is to be done.

    `time_zone` is the zone of the days and clock times of the question, stored only where it is
    not UTC. `replanning` is stored only where the run may change its plan. `edition` says by which
    rules the answer is composed: 2 where every block names its calls, every figure stands in a
    block, and what validation decided is told; 3 where besides whatever was found is said, and
    nothing is offered that changes nothing. A run without it is composed as before.
    """

    anchor: Anchor = "now"
    call_timeout_ms: CallTimeoutMs = 30_000
    max_concurrent_calls: Annotated[int, Meta(ge=1, le=100), Field(ge=1, le=100)] = 10
    time_zone: str | UnsetType = UNSET
    replanning: ControlLoopPolicy | UnsetType = UNSET
    edition: Literal[2, 3] | UnsetType = UNSET

    @property
    def rules(self) -> int:
        """The number of the edition, from 1."""
        return 1 if self.edition is UNSET else self.edition

    @property
    def zone(self) -> tzinfo:
        """The zone of the question; raises `UnknownTimeZone`."""
        return UTC if self.time_zone is UNSET else zone_of(self.time_zone)


class StageDiagnostics(Fact, frozen=True, kw_only=True):
    """How a stage went."""

    status: Literal["ok", "warning", "error"]
    warnings: list[str] = []
    errors: list[str] = []
    empty_flags: dict[str, bool] = {}
    counts: dict[str, int] = {}


class PlanDecision(Fact, frozen=True, kw_only=True):
    """One thing that validation changed or let pass with a remark.

    It says what was requested, what is in effect, and why. `deduction`, stored since such
    decisions are told with the answer, is how much it lowers the answer's confidence.
    """

    rule: str
    field: str
    requested: StoredJson
    effective: StoredJson
    why: str
    deduction: float | UnsetType = UNSET


class CallWindow(Fact, frozen=True, kw_only=True):
    """The absolute span of time that a call looks at, half-open, as ISO 8601 text."""

    start: str
    end: str


class ResultPatch(Fact, frozen=True, kw_only=True):
    """What takes the place of a recorded result.

    data: this `data`. empty: this `data`, which are the recorded ones without their content.
    error: a failure with this `error_code`.
    """

    kind: Literal["data", "empty", "error"]
    data: StoredJson = None
    error_code: str | None = None


class Patches(Fact, frozen=True, kw_only=True):
    """What a run does otherwise than the one that it comes from.

    `plan` maps dotted paths of the plan to new values, `params` call ids to parameters that are
    added or replaced, `assets` "<stage>:<type>" to assets, `results` call ids to results.
    """

    plan: StoredMap = {}
    params: dict[str, StoredMap] = {}
    assets: dict[str, str] = {}
    results: dict[str, ResultPatch] = {}


def with_patches(before: Patches, later: Patches) -> Patches:
    """Return the patches of both; of the same thing the later one counts, and goes last."""
    params = dict(before.params)
    for call_id, changed in later.params.items():
        params[call_id] = params.get(call_id, {}) | changed
    kept = {path: value for path, value in before.plan.items() if path not in later.plan}
    return Patches(
        plan=kept | later.plan,
        params=params,
        assets=before.assets | later.assets,
        results=before.results | later.results,
    )


class Origin(Fact, frozen=True, kw_only=True):
    """Where a run comes from: from nowhere (new), or from the parent's record up to a version.

    A follow-up asks something new about what its parent answered, and has nothing else of it.

    `is_blocked` says that what is not on the record is refused, not called; `is_retrying`, stored
    only where it is true, that what failed there is asked again; `blocks_effects`, stored
    likewise, that what a person would have to allow is refused.
    """

    kind: Literal["new", "fork", "rerun", "follow_up"] = "new"
    parent_run_id: str | None = None
    parent_version: int | None = None
    reason: str | None = None
    patches: Patches = Patches()
    is_blocked: bool = False
    is_retrying: bool | UnsetType = UNSET
    blocks_effects: bool | UnsetType = UNSET

    @property
    def is_replay(self) -> bool:
        """Whether the run does again what its parent did."""
        return self.kind in ("fork", "rerun")

    @property
    def is_what_if(self) -> bool:
        """Whether the run does otherwise than was asked, or may not ask."""
        return self.is_blocked or self.patches != Patches()


def changes_in_words(patches: Patches, timeout_ms: int | None = None) -> str:
    """Return what patches and a time for calls change, as people write it; empty for nothing."""
    told = [f"{path}={_as_json(value)}" for path, value in patches.plan.items()]
    for call_id, params in patches.params.items():
        told += [f"params.{call_id}.{name}={_as_json(value)}" for name, value in params.items()]
    told += [f"assets.{key}={asset}" for key, asset in patches.assets.items()]
    for call_id, result in patches.results.items():
        code = f":{result.error_code}" if result.error_code else ""
        told.append(f"result of {call_id}={result.kind}{code}")
    if timeout_ms is not None:
        told.append(f"timeout_ms={timeout_ms}")
    return ", ".join(told)


def _as_json(value: StoredJson) -> str:
    return msgspec.json.encode(value).decode()


def counted(count: int, noun: str) -> str:
    """Return a count with its noun, such as "1 row" or "3 rows"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
