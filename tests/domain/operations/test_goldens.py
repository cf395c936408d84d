"""The operations on golden runs."""

import pytest

from domain.operations.goldens import (
    CHECK_GOLDENS,
    CHECK_GOLDENS_LIVE,
    LIST_GOLDENS,
    PIN_GOLDEN,
    SHOW_GOLDEN,
    UNPIN_GOLDEN,
    GoldenName,
    GoldenNames,
    Pin,
    Unpin,
)
from domain.operations.operation import Nothing, Operation
from domain.ports import Append, LeaseTerm, StreamHead
from domain.views.golden import Checked, Grade, Mode, Pinned, Unpinned
from tests.domain.operations.having import Having, Heard
from tests.domain.stages.running import TENANT, Running, ci, finish, metric, ran


@pytest.fixture
def having() -> Having:
    return Having(Running(ci(), metric()))


def pinned(having: Having, name: str) -> Pinned:
    """Carry out a run and pin it."""
    run_id = ran(having.running).run_id
    return finish(PIN_GOLDEN.do(having.services, Heard().caller, Pin(run=run_id, name=name)))


def test_a_run_is_pinned_by_a_part_of_its_id_listed_and_shown(having: Having) -> None:
    run_id = ran(having.running).run_id
    ask = Pin(run="latest", name="daily", thresholds={"answer": "off"})
    golden = finish(PIN_GOLDEN.do(having.services, Heard().caller, ask)).golden
    assert (golden.run_id, golden.thresholds) == (run_id, {"answer": "off"})
    assert finish(LIST_GOLDENS.do(having.services, Heard().caller, Nothing())) == [golden]
    shown = finish(SHOW_GOLDEN.do(having.services, Heard().caller, GoldenName(name="daily")))
    assert shown == golden


def test_a_name_is_taken_away_from_its_run(having: Having) -> None:
    run_id = pinned(having, "daily").golden.run_id
    unpinned = finish(UNPIN_GOLDEN.do(having.services, Heard().caller, Unpin(name="daily")))
    assert unpinned == Unpinned("daily", (run_id,))
    assert having.goldens.all(TENANT) == []


def test_what_is_pinned_and_unpinned_reads_back(having: Having) -> None:
    first, moved = pinned(having, "daily"), pinned(having, "daily")
    assert moved.moved_from == (first.golden.run_id,)
    assert PIN_GOLDEN.view.from_json(PIN_GOLDEN.view.to_json(moved)) == moved
    unpinned = Unpinned("daily", moved.moved_from)
    assert UNPIN_GOLDEN.view.from_json(UNPIN_GOLDEN.view.to_json(unpinned)) == unpinned


@pytest.mark.parametrize(
    ("operation", "mode"), [(CHECK_GOLDENS, Mode.VERIFY), (CHECK_GOLDENS_LIVE, Mode.RERUN)]
)
def test_each_golden_run_is_named_while_it_is_checked(
    having: Having, operation: Operation[GoldenNames, list[Checked]], mode: Mode
) -> None:
    for name in ("b", "a"):
        pinned(having, name)
    heard = Heard()
    checked = finish(operation.do(having.services, heard.caller, GoldenNames()))
    assert [(each.golden.name, each.mode) for each in checked] == [("a", mode), ("b", mode)]
    assert {each.judgement.grade for each in checked} == {Grade.PASS}
    assert heard.progress == ["a", "b"]


def test_only_a_live_check_names_lost_runs_and_none_carries_them_out(having: Having) -> None:
    pinned(having, "daily")
    lost, leases = having.running.request(), having.running.memory.leases
    request = having.running.memory.read(TENANT, lost)
    leases.move(lost_already(lost))
    heard = Heard()
    finish(CHECK_GOLDENS.do(having.services, heard.caller, GoldenNames()))
    assert heard.remarks == []
    finish(CHECK_GOLDENS_LIVE.do(having.services, heard.caller, GoldenNames(names=("daily",))))
    assert heard.remarks[0].startswith("opstrail: 1 run of this tenant waits")
    assert having.running.memory.read(TENANT, lost) == request


def lost_already(run_id: str) -> Append:
    """What lets the lease of the run have run out."""
    lease = LeaseTerm("gone", seconds=0)
    return Append(
        tenant_id=TENANT,
        stream_id=run_id,
        expected=StreamHead(),
        events=(),
        summary=None,
        is_own=True,
        lease=lease,
    )
