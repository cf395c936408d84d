"""What can be asked of a run."""

from dataclasses import dataclass, field

from domain.run.events import RunEvent
from domain.run.facts import JsonMap, RunOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRun:
    """Ask a question; `plan_output` is there when the caller already knows the plan."""

    question: str
    plan_output: JsonMap | None = None
    options: RunOptions = field(default_factory=RunOptions)
    asset_overrides: dict[str, str] = field(default_factory=dict)
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class ReportProgress:
    """The runner says what happened next; refused when it contradicts the history."""

    event: RunEvent


@dataclass(frozen=True, slots=True)
class CancelRun:
    """Stop the run; its history stays."""

    why: str


Command = RequestRun | ReportProgress | CancelRun
