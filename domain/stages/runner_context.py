"""What a runner knows of one run under way: phases with their times, results, errors."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final, TypedDict

from domain.values.arguments import WrongArgument, require

_LOGGER = logging.getLogger("opstrail.runner")
_KINDS: Final = (
    *((name, str, "a text") for name in ("tenant_id", "trace_id", "request_id")),
    *((name, dict, "a dict") for name in ("execution_results", "phase_times")),
    *((name, list, "a list") for name in ("execution_errors", "response_blocks", "error_details")),
)
_TYPES: Final = tuple(kind for _, kind, _ in _KINDS)
_VALUES: Final = attrgetter(*(name for name, _, _ in _KINDS))
_MOST_MS: Final = 10**12
_DURATION: Final = f"milliseconds from 0 to {_MOST_MS}"


class ErrorDetail(TypedDict):
    """An error with what is known about it; `detail` is None when nothing is."""

    message: str
    detail: object


class ExecutionSummary(TypedDict):
    """How much a run has gathered."""

    execution_results_count: int
    execution_errors_count: int
    response_blocks_count: int


@dataclass
class RunnerContext:
    """The values of one run while it is under way; `phase_times` are milliseconds by phase.

    `execution_errors` has the messages, `error_details` the same errors with their details.
    """

    tenant_id: str
    trace_id: str
    request_id: str
    plan: object | None = None
    plan_diagnostics: object | None = None
    execution_results: dict[str, object] = field(default_factory=dict)
    execution_errors: list[str] = field(default_factory=list)
    response_blocks: list[object] = field(default_factory=list)
    composition_metadata: Mapping[str, object] | None = None
    phase_times: dict[str, float] = field(default_factory=dict)
    metrics_summary: Mapping[str, object] | None = None
    error_details: list[ErrorDetail] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Refuse ids that are no text, and what nothing can be gathered in."""
        if tuple(map(type, _VALUES(self))) != _TYPES:  # nearly always they are
            for name, kind, allowed in _KINDS:
                require(name, getattr(self, name), kind, allowed)

    def has_errors(self) -> bool:
        """Whether any error was recorded."""
        return bool(self.execution_errors)

    def get_execution_summary(self) -> ExecutionSummary:
        """The counts of results, errors and blocks so far."""
        return {
            "execution_results_count": len(self.execution_results),
            "execution_errors_count": len(self.execution_errors),
            "response_blocks_count": len(self.response_blocks),
        }


class BaseRunner:
    """Records the phases and the errors of a run in its context and logs them to `logger`."""

    def __init__(self, context: RunnerContext) -> None:
        require("context", context, RunnerContext, "a RunnerContext")
        self.context, self.logger = context, _LOGGER
        self._open_phases: set[str] = set()

    def log_phase_start(self, name: str) -> None:
        """Note that a phase begins."""
        if not isinstance(name, str):
            require("name", name, str, "the name of a phase")
        self._open_phases.add(name)
        if self.logger.isEnabledFor(logging.INFO):
            self.logger.info("phase started: phase=%r %s", name, self._ids())

    def log_phase_end(self, name: str, elapsed_ms: float) -> None:
        """Note that a phase ended; the time of a phase entered again is added to its earlier time.

        That of a phase that was never started counts too, and a warning tells of it.
        """
        if not isinstance(name, str):
            require("name", name, str, "the name of a phase")
        if type(elapsed_ms) is not int:
            require("elapsed_ms", elapsed_ms, (int, float), _DURATION)
        if not 0 <= elapsed_ms <= _MOST_MS:
            raise WrongArgument(elapsed_ms, name="elapsed_ms", allowed=_DURATION)
        if name not in self._open_phases:
            self.logger.warning("phase ended, not started: phase=%r %s", name, self._ids())
        self._open_phases.discard(name)
        times = self.context.phase_times
        times[name] = times.get(name, 0.0) + elapsed_ms
        if self.logger.isEnabledFor(logging.INFO):
            self.logger.info(
                "phase ended: phase=%r elapsed_ms=%s %s", name, elapsed_ms, self._ids()
            )

    def log_error(self, message: str, detail: object = None) -> None:
        """Record an error and what is known about it."""
        require("message", message, str, "a text")
        self.context.execution_errors.append(message)
        self.context.error_details.append({"message": message, "detail": detail})
        self.logger.error("error: message=%r detail=%r %s", message, detail, self._ids())

    def get_phase_times_summary(self) -> dict[str, float]:
        """A copy of the phase times, in milliseconds."""
        return dict(self.context.phase_times)

    def _ids(self) -> str:
        run = self.context
        return f"tenant_id={run.tenant_id} trace_id={run.trace_id} request_id={run.request_id}"
