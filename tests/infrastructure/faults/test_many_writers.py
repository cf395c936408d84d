"""A live reader sees every position once, in order, however many processes append."""

import pytest
import sqlalchemy as sa

from bench.load import Tally, load, tally
from infrastructure.log.verification import verify_log


@pytest.mark.parametrize("events", [6_000, pytest.param(100_000, marks=pytest.mark.long)])
def test_eight_processes_append_and_a_live_reader_sees_every_position_once(
    events: int, engine: sa.Engine
) -> None:
    found = load(str(engine.url), processes=8, events=events)
    assert found == Tally(appended=events, seen=events, lost=0, twice=0, out_of_order=0)
    assert verify_log(engine, 0, on_progress=lambda _: None).problems == ()


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        ([1, 2, 3, 4], Tally(appended=4, seen=4, lost=0, twice=0, out_of_order=0)),
        ([1, 2, 4], Tally(appended=4, seen=3, lost=1, twice=0, out_of_order=0)),
        ([1, 2, 2, 3, 4], Tally(appended=4, seen=5, lost=0, twice=1, out_of_order=0)),
        ([1, 3, 2, 4], Tally(appended=4, seen=4, lost=0, twice=0, out_of_order=1)),
    ],
    ids=["all", "lost", "twice", "out of order"],
)
def test_what_a_reader_missed_is_counted(seen: list[int], told: Tally) -> None:
    assert tally([(1, 2), (3, 4)], seen) == told
