"""Sealed events and requests to append them."""

from msgspec import structs

from domain.aggregate.envelope import Actor, Envelope
from domain.audit.chain import seal
from domain.ports import Append, IdempotencyKey, StreamHead
from domain.run.summary import RunSummary
from infrastructure.ids import UuidIds

TENANT = "acme"
STREAM = "run-1"
IDS = UuidIds()


def event(version: int = 1, *, tenant: str = TENANT, stream: str = STREAM) -> Envelope:
    """Return a sealed event that nothing else refers to."""
    return seal(
        Envelope(
            tenant_id=tenant,
            stream_id=stream,
            version=version,
            event_id=IDS.new(),
            type="run-requested",
            schema_version=1,
            recorded_at="2026-03-01T12:00:00.000000Z",
            actor=Actor("person", "ada"),
            correlation_id=stream,
            causation_id="cause" if version % 2 else None,
            traceparent=None if version % 2 else "00-trace-span-01",
            data=f'{{"größe": {version}}}',
            content_hash=b"",
        )
    )


def summary(
    run: str = STREAM,
    *,
    tenant: str = TENANT,
    version: int = 1,
    state: str = "requested",
    requested_at: str = "2026-03-01T12:00:00.000000Z",
    question: str = "Why is it slow?",
) -> RunSummary:
    """Return the summary of a run."""
    return RunSummary(
        tenant_id=tenant,
        run_id=run,
        version=version,
        state=state,
        status="success" if state == "completed" else None,
        route=None,
        planner="rules",
        question=question,
        actor_kind="person",
        actor_id="ada",
        requested_at=requested_at,
        updated_at=requested_at,
        ended_at=None,
        duration_ms=None,
        call_count=0,
        failed_call_count=0,
        error_code=None,
        error=None,
    )


def request(
    stream: str = STREAM,
    *,
    after: StreamHead | None = None,
    count: int = 1,
    tenant: str = TENANT,
    key: IdempotencyKey | None = None,
) -> Append:
    """Return a request to append new events after a head; without one, to begin the stream."""
    expected = after or StreamHead()
    last = expected.version + count
    return Append(
        tenant_id=tenant,
        stream_id=stream,
        expected=expected,
        events=tuple(
            event(version, tenant=tenant, stream=stream)
            for version in range(expected.version + 1, last + 1)
        ),
        summary=summary(stream, tenant=tenant, version=last),
        key=key,
    )


def about(summary_of_run: RunSummary) -> Append:
    """Return a request that begins the run of the summary."""
    begun = request(summary_of_run.run_id, tenant=summary_of_run.tenant_id)
    return structs.replace(begun, summary=summary_of_run)
