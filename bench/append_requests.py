"""Appends, made beforehand: what is measured is their way to the disk."""

from domain.aggregate.envelope import Actor, Envelope
from domain.audit.chain import head_after, seal
from domain.ports import Append, StreamHead
from domain.run.summary import RunSummary
from infrastructure.ids import UuidIds

EVENTS = 2
"""The events of each append."""

_AT = "2026-03-01T12:00:00.000000Z"
_DATA = '{"text": "' + "x" * 288 + '"}'
_IDS = UuidIds()


def chains(writer_count: int, append_count: int) -> list[list[Append]]:
    """Return, for each writer, appends to a new stream of its own."""
    return [_chain(f"run-{_IDS.new()}", append_count) for _ in range(writer_count)]


def append_after(head: StreamHead, run_id: str, *, count: int) -> Append:
    """Return the append of so many events that follows a head of the run."""
    first = head.version + 1
    return Append(
        tenant_id="bench",
        stream_id=run_id,
        expected=head,
        events=tuple(_event(run_id, version) for version in range(first, first + count)),
        summary=_summary(run_id, head.version + count),
    )


def _chain(run_id: str, append_count: int) -> list[Append]:
    head = StreamHead()
    chain: list[Append] = []
    for _ in range(append_count):
        chain.append(append_after(head, run_id, count=EVENTS))
        head = head_after(chain[-1])
    return chain


def _event(run_id: str, version: int) -> Envelope:
    return seal(
        Envelope(
            tenant_id="bench",
            stream_id=run_id,
            version=version,
            event_id=_IDS.new(),
            type="tool-call-succeeded",
            schema_version=1,
            recorded_at=_AT,
            actor=Actor("service", "runner"),
            correlation_id=run_id,
            causation_id=None,
            traceparent=None,
            data=_DATA,
            content_hash=b"",
        )
    )


def _summary(run_id: str, version: int) -> RunSummary:
    return RunSummary(
        tenant_id="bench",
        run_id=run_id,
        version=version,
        state="execute",
        status=None,
        route="lookup",
        planner="rules",
        question="Why is it slow?",
        actor_kind="person",
        actor_id="ada",
        requested_at=_AT,
        updated_at=_AT,
        ended_at=None,
        duration_ms=None,
        call_count=version,
        failed_call_count=0,
        error_code=None,
        error=None,
    )
