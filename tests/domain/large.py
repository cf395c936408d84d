"""A run with a large result."""

from msgspec.structs import replace

from domain.json import JsonMap
from domain.large_results import INLINE_BYTES
from domain.run.call_events import ToolCallSucceeded
from domain.run.events import RunEvent
from tests.domain.run.samples import ANSWERED, call_succeeded


def rows(byte_count: int = INLINE_BYTES * 2) -> JsonMap:
    """Return a result whose JSON text has at least so many bytes, and whose rows differ."""
    return {"rows": [{"ci_id": f"c{number:06d}"} for number in range(byte_count // 18 + 1)]}


def large_call(data: JsonMap | None = None, call_id: str = "a") -> ToolCallSucceeded:
    """Return the end of a call with a large result."""
    return replace(call_succeeded(call_id), data=data or rows())


def answered(data: JsonMap | None = None) -> list[RunEvent]:
    """Return the events of a run that answers, its call "a" with a large result."""
    return [large_call(data) if event == call_succeeded("a") else event for event in ANSWERED]
