"""What can be asked of a run."""

from dataclasses import dataclass, field

import msgspec
from msgspec import UNSET, Struct, UnsetType

from domain.estate.looked_up import Followed
from domain.json import JsonMap
from domain.run.events import RunEvent
from domain.run.facts import Flag, Origin, Patches, RunOptions
from domain.run.lifecycle import Stage


class RequestRun(Struct, frozen=True, kw_only=True):
    """Ask a question; `plan_output` is there when the caller already knows the plan."""

    question: str
    plan_output: JsonMap | None = None
    options: RunOptions = msgspec.field(default_factory=RunOptions)
    asset_overrides: dict[str, str] = {}
    idempotency_key: str | None = None
    origin: Origin = msgspec.field(default_factory=Origin)
    engine_version: str | None = None
    followed: Followed | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class ReportProgress:
    """The runner says what happened next; refused when it contradicts the history."""

    event: RunEvent


@dataclass(frozen=True, slots=True)
class CancelRun:
    """Stop the run; its history stays."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeRun:
    """Let a run that has ended go on at a stage, with the results of these calls.

    Its calls have this time from now on, if one is given, and the patches are applied.
    """

    from_stage: Stage
    why: str
    reused_calls: tuple[str, ...] = ()
    timeout_ms: int | None = None
    patches: Patches = field(default_factory=Patches)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoverRun:
    """Take over a run whose worker is lost, at a stage, with the results of these calls.

    The calls in flight are made again, the effects in doubt are not. A run that `was_set_down` was
    left by a worker that stopped in order.
    """

    lost_worker: str | None
    from_stage: Stage
    reused_calls: tuple[str, ...] = ()
    calls_in_flight: tuple[str, ...] = ()
    in_doubt: tuple[str, ...] = ()
    was_set_down: bool = False


@dataclass(frozen=True, slots=True)
class ApproveCall:
    """Allow a call that waits; it is refused when what waits has another label."""

    call_id: str
    label: str
    reason: str


@dataclass(frozen=True, slots=True)
class DenyCall:
    """Forbid a call that waits; see `ApproveCall`."""

    call_id: str
    label: str
    reason: str


@dataclass(frozen=True, slots=True)
class AnnotateRun:
    """Write a remark beside the run."""

    text: str


@dataclass(frozen=True, slots=True)
class FlagRun:
    """Judge what the run answered."""

    verdict: Flag
    note: str | None = None


@dataclass(frozen=True, slots=True)
class PinGolden:
    """Make the run the golden run of this name; a name that it has already is replaced.

    With `is_wrong` it is kept as a question to get right: it must be flagged as wrong.
    """

    name: str
    thresholds: JsonMap = field(default_factory=dict)
    is_wrong: bool = False


@dataclass(frozen=True, slots=True)
class UnpinGolden:
    """Take the name of a golden run away."""

    name: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class BreakGolden:
    """Record that a run which was made to check a golden run fails by these rules."""

    name: str
    candidate_run_id: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseResult:
    """Record that the large result of a call is erased; `was_missing` that it was gone before."""

    call_id: str
    digest: str
    size: int
    reason: str
    was_missing: bool = False


Command = (
    RequestRun
    | ReportProgress
    | CancelRun
    | ResumeRun
    | RecoverRun
    | ApproveCall
    | DenyCall
    | AnnotateRun
    | FlagRun
    | PinGolden
    | UnpinGolden
    | BreakGolden
    | EraseResult
)
