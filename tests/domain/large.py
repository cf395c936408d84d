"""A run with a large result."""

from msgspec.structs import replace

from domain.aggregate.envelope import Actor
from domain.json import JsonMap
from domain.large_results import INLINE_BYTES
from domain.ports import EventStore
from domain.run.aggregate import RUN
from domain.run.call_events import ToolCallSucceeded
from domain.run.commands import EraseResult
from domain.run.events import RunEvent
from domain.writer import Authorship, StreamWriter
from infrastructure.ids import UuidIds
from tests.domain.run.samples import ANSWERED, call_succeeded
from tests.fakes import FrozenClock


def rows(byte_count: int = INLINE_BYTES * 2) -> JsonMap:
    """Return a result whose JSON text has at least so many bytes, and whose rows differ."""
    return {"rows": [{"ci_id": f"c{number:06d}"} for number in range(byte_count // 18 + 1)]}


def large_call(data: JsonMap | None = None, call_id: str = "a") -> ToolCallSucceeded:
    """Return the end of a call with a large result."""
    return replace(call_succeeded(call_id), data=data or rows())


def answered(data: JsonMap | None = None) -> list[RunEvent]:
    """Return the events of a run that answers, its call "a" with a large result."""
    return [large_call(data) if event == call_succeeded("a") else event for event in ANSWERED]


def record_erasures(store: EventStore, run_id: str = "run-1", tenant: str = "acme") -> None:
    """Record that all large results of a run are erased; they are still there."""
    by = Authorship(tenant, Actor("person", "ada"))
    writer = StreamWriter(RUN, run_id, by, store=store, clock=FrozenClock(), ids=UuidIds())
    history = [RUN.read(each) for each in store.read(tenant, run_id)]
    writer.continue_from(history)
    for event in (entry.event for entry in history):
        if isinstance(event, ToolCallSucceeded) and event.payload is not None:
            ref, call_id = event.payload, event.call_id
            writer.handle(
                EraseResult(call_id=call_id, digest=ref.digest, size=ref.size, reason="names")
            )
    writer.append()
