"""Whatever tools do, under whatever policies: runs end, keep all limits, and tell no stranger."""

import gc
import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import psutil
import pytest

from adapters.bootstrap import Opstrail
from domain.run.call_events import (
    ToolCallFailed,
    ToolCallStarted,
    ToolCallSucceeded,
    ToolCallThrottled,
)
from tests.acceptance.chaos.kept_limits import faults
from tests.acceptance.chaos.storm import Storm, losing_workers
from tests.contracts.databases import make_empty

_LOG: Final = logging.getLogger(__name__)
_RUNS_AT_ONCE: Final = 3
"""Of each tenant."""
_LOST: Final = 0.03
_WARM: Final = 2
_KINDS: Final = 20
"""Fewer kinds of things do not happen even in a few runs: else it was no storm."""
_MOST_BYTES: Final = 300 << 20


@pytest.fixture(params=["sqlite", "postgresql"])
def opstrail(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opstrail]:
    if request.param == "sqlite":
        url = f"sqlite:///{make_empty(tmp_path / 'runs.db')}"
    else:
        url = request.getfixturevalue("postgres_url")
    with closing(Opstrail(url)) as opened:
        yield opened


@pytest.mark.parametrize("runs", [18, pytest.param(500, marks=pytest.mark.long)])
def test_runs_end_within_all_limits_and_verify(opstrail: Opstrail, runs: int) -> None:
    found, tally, before = list[str](), Counter[str](), 0
    with losing_workers(_LOST):
        for seed in range(-(-runs // (2 * _RUNS_AT_ONCE))):
            storm = Storm(opstrail, seed)
            storm.rage(_RUNS_AT_ONCE)
            found += faults(storm)
            tally += counted(storm)
            if seed == _WARM:
                before = resident()
    grown = resident() - before
    _LOG.info("%s; grown by %.0f MiB", dict(sorted(tally.items())), grown / (1 << 20))
    assert not found, "\n".join(found)
    assert len(tally) > _KINDS
    assert grown < _MOST_BYTES


def resident() -> int:
    """Return the bytes of memory that this process has."""
    gc.collect()
    return int(psutil.Process().memory_info().rss)


def counted(storm: Storm) -> Counter[str]:
    """Return what happened in a storm, by its names."""
    tally = Counter[str]()
    for tenant_id, run_id in storm.runs:
        tally[f"run {storm.opstrail.reader.summary(tenant_id, run_id).state}"] += 1
        for entry in storm.history(tenant_id, run_id):
            match entry.event:
                case ToolCallThrottled(cause=cause):
                    tally[f"waits: {cause}"] += 1
                case ToolCallStarted(tool="spare"):
                    tally["the spare is asked"] += 1
                case ToolCallSucceeded(answered_by=who):
                    tally[f"answers: {who}"] += 1
                case ToolCallFailed(error=error):
                    tally[f"fails: {error.code}"] += 1
                case event:
                    tally[f"event {event.stored_as}"] += 1
    tally["effects happened"] += storm.outside.happened.total()
    return tally
