"""What is told of a bulk replay that is under way, and of what came of it."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from domain.replay.bulk.bulk_replay import BulkReplay
from domain.services.bulk.carrier import Meter
from domain.views.bulk_replay import RunVerdict, forecast
from tests.domain.services.bulk.site import Site
from tests.fakes import FrozenClock


def replay(**counts: int) -> BulkReplay:
    found = {RunVerdict(name): count for name, count in counts.items()}
    return BulkReplay(replay_id="replay-1", run_count=40, counts=found)


def told(*steps: tuple[BulkReplay, int]) -> list[str]:
    """What is told when a second passes before each step."""
    found: list[str] = []
    meter = Meter(FrozenClock(step=timedelta(seconds=1)), found.append)
    for each in steps:
        meter(*each)
    return found


def test_it_is_told_how_many_are_done_how_quickly_and_how_long_it_will_take() -> None:
    assert told((replay(), 1)) == ["1 of 40, 1.0/s, 39.00 s left"]


def test_what_is_known_of_the_verdicts_is_told() -> None:
    assert told((replay(same=11, answer=1), 0)) == [
        "12 of 40, 1.0/s, 28.00 s left; 11 same, 1 answer drifts"
    ]


def test_what_an_earlier_worker_did_counts_as_done_and_not_as_speed() -> None:
    assert told((replay(same=20), 1), (replay(same=20), 6))[1].startswith(
        "26 of 40, 3.0/s, 4.67 s left"
    )


def test_progress_is_told_after_each_run() -> None:
    site, found = Site(), list[str]()
    site.carry_out(site.start(), progress=found.append)
    assert [text.partition(",")[0] for text in found] == ["1 of 3", "2 of 3", "3 of 3"]


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ({}, "no run is done"),
        ({RunVerdict.SAME: 231, RunVerdict.ANSWER: 6}, "231 same, 6 answers drift"),
        ({RunVerdict.FAILED: 1, RunVerdict.PATH: 1}, "1 path drifts, 1 failed"),
    ],
)
def test_verdicts_are_counted_in_words(counts: Mapping[RunVerdict, int], sentence: str) -> None:
    assert forecast(counts) == sentence
