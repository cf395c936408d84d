"""Requests that store whole runs, of which the run list says what a test wants."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime

from msgspec import structs

from domain.audit.chain import seal
from domain.ports import Append, StreamHead
from domain.run.aggregate import RUN
from domain.run.events import RunEvent
from domain.run.summary import RunSummary
from domain.times import recorded_text
from tests.contracts.event_samples import event
from tests.domain.run.envelopes import RecordedTimes


def about_events(about: RunSummary, happened: Sequence[RunEvent]) -> Append:
    """Return the request that stores a run with these events and this summary."""
    envelopes, times = [], RecordedTimes()
    at = datetime.fromisoformat(about.requested_at)
    for version, each in enumerate(happened, start=1):
        stored_as, schema_version, data = RUN.encode(each)
        at = times.of(each, at)
        blank = event(version, tenant=about.tenant_id, stream=about.run_id)
        filled = structs.replace(
            blank,
            type=stored_as,
            schema_version=schema_version,
            data=data,
            recorded_at=recorded_text(at),
        )
        envelopes.append(seal(filled))
    return Append(
        tenant_id=about.tenant_id,
        stream_id=about.run_id,
        expected=StreamHead(),
        events=tuple(envelopes),
        summary=dataclasses.replace(about, version=len(envelopes)),
    )
