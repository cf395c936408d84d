"""Policies of tools: how long, how often and how much of each may be asked, as data.

What is built in goes by the type of a tool. A tenant's document changes fields of it: for all
tools ("*"), for a tool, for an operation; the later one wins, field by field.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, field_validator

from domain.tools.contracts import CommonToolTypes
from domain.values.arguments import no_truth_as_number
from domain.values.effect import Effect

_DAY_MS: Final = 86_400_000
_MINUTE_MS: Final = 60_000
Ms = Annotated[int, Field(ge=1, le=_DAY_MS)]
_Count = Annotated[int, Field(ge=1, le=1_000_000)]
_Bytes = Annotated[int, Field(ge=1, le=1 << 30)]

EVERY_TOOL: Final = "*"
BUILT_IN, BY_EFFECT = "built-in", "effect"


class Approval(StrEnum):
    """When a person must allow a call first: never, always, or where it was made before."""

    NEVER = "never"
    REQUIRED = "required"
    ON_REPEAT = "on_repeat"


class _Part(BaseModel):
    """The root of the parts of a policy document: frozen, unknown names refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    _no_truth = field_validator("*", mode="before")(classmethod(no_truth_as_number))


class ToolPolicy(_Part):
    """The policy of an operation; an entry of a document says only the fields that it sets."""

    timeout_ms: Ms | None = Field(
        None, description="How long an attempt may take; null is `timeout_ms` of the run."
    )
    max_retries: int = Field(
        2, ge=0, le=10, description="How often a call is repeated that failed for its tool."
    )
    retry_backoff_ms: int = Field(
        100, ge=0, le=_MINUTE_MS, description="The wait before the first repetition; it doubles."
    )
    retry_max_backoff_ms: int = Field(
        5000, ge=0, le=10 * _MINUTE_MS, description="The longest wait before a repetition."
    )
    breaker_enabled: bool = Field(
        default=True, description="Whether a tool that keeps failing is left alone for a while."
    )
    breaker_threshold: int = Field(
        5, ge=1, le=1000, description="The failures in a row after which it is left alone."
    )
    breaker_reset_ms: Ms = Field(60_000, description="How long it is left alone.")
    rate_limit_per_minute: _Count | None = Field(
        None, description="The calls that may begin in a minute; null is no limit."
    )
    rate_limit_per_second: _Count | None = Field(
        None, description="The calls that may begin in a second; null is no limit."
    )
    max_concurrent_calls: _Count | None = Field(
        None, description="The calls that may run at a time, over all runs of a process; null is "
        "no limit but the run's own."
    )  # fmt: skip
    max_wait_ms: int = Field(
        30_000,
        ge=0,
        le=_DAY_MS,
        description="How long a call may wait for its turn, in all and whatever for; "
        "back-offs are apart.",
    )
    max_rows: _Count | None = Field(
        None, description="The rows that an answer may have; null is the tool's own limit."
    )
    max_bytes: _Bytes | None = Field(
        None, description="The bytes of JSON that an answer may have; null is 64 MiB."
    )
    max_depth: Annotated[int, Field(ge=1, le=96)] | None = Field(
        None, description="How deep an answer may be nested; null is 96 levels."
    )
    cache_ttl_seconds: Annotated[int, Field(ge=1, le=86_400)] | None = Field(
        None, description="How old an answer may be that is given again; null is never."
    )
    fallback: str | None = Field(
        None, description="The tool that is asked where this one fails; null is none."
    )
    approval: Approval = Field(
        Approval.NEVER,
        description="When a person must allow a call with an effect first: `never`, `required` is"
        " always, `on_repeat` where it was made before.",
    )


class PhaseTimeouts(_Part):
    """How long the phases of a run, and all of it, may take; no phase goes on past the run's."""

    plan_ms: Ms = Field(60_000, description="How long route_plan and validate may take.")
    execute_ms: Ms = Field(300_000, description="How long execute may take.")
    compose_ms: Ms = Field(60_000, description="How long compose and present may take.")
    run_ms: Ms = Field(600_000, description="How long the run may take, without its waiting for "
                       "a person.")  # fmt: skip


class PolicyDocument(_Part):
    """A tenant's policies: time-outs of runs, and by `*`, `TOOL` or `TOOL.OPERATION` a policy."""

    timeouts: PhaseTimeouts = PhaseTimeouts()
    tools: dict[str, ToolPolicy] = Field(default_factory=dict)


NO_DOCUMENT: Final = PolicyDocument()

_ESTATE: Final = {"cache_ttl_seconds": 300}
_SERVICE: Final = {"timeout_ms": 30_000, "max_concurrent_calls": 10, "max_bytes": 10_000_000}
_T = CommonToolTypes
DEFAULTS: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        **dict.fromkeys(
            (_T.CI, _T.GRAPH, _T.METRIC, _T.HISTORY, _T.CEP, _T.DOCUMENT, _T.CAUSES), _ESTATE
        ),
        "sql": {
            "timeout_ms": 60_000,
            "max_retries": 1,
            "rate_limit_per_minute": 120,
            "max_concurrent_calls": 20,
            "max_rows": 5000,
        },
        "http": {**_SERVICE, "rate_limit_per_minute": 50},
        "prometheus": {**_SERVICE, "rate_limit_per_minute": 120},
    }
)
"""What is built in by the type of a tool, where it is not what `ToolPolicy` says."""

_OF_EFFECT: Final[Mapping[Effect, Mapping[str, Any]]] = MappingProxyType(
    {
        Effect.READ: {"approval": Approval.NEVER},
        Effect.IDEMPOTENT: {"cache_ttl_seconds": None},
        Effect.EFFECT: {"cache_ttl_seconds": None, "max_retries": 0},
    }
)
"""What is so by the effect of an operation, unless the document says otherwise of that operation.

A read needs no approval; what changes something is never answered from a cache, and an effect is
not repeated.
"""

Explained = dict[str, tuple[Any, str]]
"""By field the value in effect, and where it comes from."""


class Policies:
    """The policies of one tenant: what is built in, and its document."""

    def __init__(self, document: PolicyDocument = NO_DOCUMENT) -> None:
        """Take a document that was checked; see `checked_document`."""
        self.document = document

    def of(self, tool: str, tool_type: str, operation: str, effect: Effect) -> ToolPolicy:
        """Return the policy in effect for an operation of a tool."""
        if self.document.tools.keys().isdisjoint((EVERY_TOOL, tool, f"{tool}.{operation}")):
            return _built_in(tool_type, effect)
        return _without_origins(self.explained(tool, tool_type, operation, effect))

    def explained(self, tool: str, tool_type: str, operation: str, effect: Effect) -> Explained:
        """Return by field the value in effect, and where it comes from.

        That is "built-in", "effect", or the key of an entry of the document.
        """
        found = {name: (value, BUILT_IN) for name, value in _USUAL.items()}
        for origin, fields in self._layers(tool, tool_type, operation, effect):
            for name, value in fields.items():
                if origin != BY_EFFECT or found[name][0] != value:
                    found[name] = value, origin
        return found

    def _layers(
        self, tool: str, tool_type: str, operation: str, effect: Effect
    ) -> Iterator[tuple[str, Mapping[str, Any]]]:
        yield BUILT_IN, DEFAULTS.get(tool_type, {})
        if effect is Effect.EFFECT:
            yield BUILT_IN, {"approval": Approval.ON_REPEAT}
        for key in (EVERY_TOOL, tool):
            yield key, self._stated(key)
        yield BY_EFFECT, _OF_EFFECT[effect]
        yield f"{tool}.{operation}", self._stated(f"{tool}.{operation}")

    def _stated(self, key: str) -> Mapping[str, Any]:
        policy = self.document.tools.get(key)
        return {} if policy is None else stated(policy)


@cache
def _built_in(tool_type: str, effect: Effect) -> ToolPolicy:
    return _without_origins(Policies().explained("", tool_type, "", effect))


def _without_origins(explained: Explained) -> ToolPolicy:
    return ToolPolicy.model_construct(**{name: value for name, (value, _) in explained.items()})


def stated(part: ToolPolicy | PhaseTimeouts) -> dict[str, Any]:
    """Return the fields that a part of a document says, by name."""
    return {name: getattr(part, name) for name in part.model_fields_set}


_USUAL: Final = {name: field.default for name, field in ToolPolicy.model_fields.items()}
