"""The result of one tool call, as answers are composed from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import JsonValue

from domain.json import JsonMap, as_map

CallStatus = Literal["succeeded", "failed", "skipped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallResult:
    """A tool call and its outcome.

    `params` are those that the tool was called with, values of earlier results filled in. Of a
    failed call `error` says why, `error_code` and `details` what the tool told about it; of a
    skipped one `error` says why it was not made, and `is_on_purpose` that the plan wants it so. A
    failure that `is_answered_for` has another step in its place. `is_fallback` says that another
    tool answered in place of the one that the plan names, `is_answer` is False for a call that
    only finds the item which others look at. `newest` is the instant of the newest record behind
    the data, where that is known.
    """

    call_id: str
    tool: str
    operation: str
    params: Mapping[str, JsonValue]
    status: CallStatus
    data: JsonValue = None
    references: Sequence[JsonMap] = ()
    warnings: Sequence[str] = ()
    error: str | None = None
    error_code: str | None = None
    details: Mapping[str, JsonValue] = field(default_factory=dict)
    is_fallback: bool = False
    is_answer: bool = True
    is_on_purpose: bool = False
    is_answered_for: bool = False
    newest: str | None = None

    @property
    def is_unwanted(self) -> bool:
        """Whether it did not answer though it should have."""
        return self.status != "succeeded" and not self.is_on_purpose

    @property
    def facts(self) -> JsonMap:
        """The data as an object; empty when they are none."""
        return as_map(self.data)

    @property
    def name(self) -> str:
        """What was called: tool and operation."""
        return f"{self.tool}.{self.operation}"

    @property
    def part(self) -> str:
        """The part of the plan (or of its step) that the call stands for: primary, metric."""
        return self.call_id.rpartition(":")[2].partition("@")[0]

    @property
    def step_id(self) -> str | None:
        """The step of the plan that the call belongs to, or None."""
        return self.call_id.rpartition(":")[0] or None
