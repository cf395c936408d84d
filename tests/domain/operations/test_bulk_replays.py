"""What is asked of bulk replays, as every face asks it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import pytest

from domain.operations.bulk_replays import (
    ABORT_REPLAY,
    CONTINUE_REPLAY,
    PREVIEW_REPLAY,
    START_REPLAY,
    VERIFY_ALL,
    AbortedReplay,
    OneReplay,
    ReplayOrder,
    RunsToVerify,
)
from domain.operations.operation import Caller, InvalidParams
from domain.views.bulk_replay import BulkMode, RunVerdict
from tests.domain.services.bulk.site import Site
from tests.domain.stages.running import BY, finish

if TYPE_CHECKING:
    from domain.operations.services import Services
    from domain.services.bulk.bulk_replays import BulkReplays

VERIFY = ReplayOrder(mode=BulkMode.VERIFY, filter="", reason="to see")
RERUN = ReplayOrder(mode=BulkMode.RERUN, filter="", reason="to see")


@dataclass
class Have:
    """The services that bulk replays are asked with; it notes for whom lost runs are named."""

    bulk_replays: "BulkReplays"
    named: list[str] = field(default_factory=list)

    @property
    def dispatcher(self) -> "Have":
        return self

    def name_lost(self, tenant_id: str, _tell: object) -> None:
        self.named.append(tenant_id)


class Desk:
    """Three runs that were answered, and somebody who asks."""

    def __init__(self) -> None:
        self.site = Site()
        self.have = Have(self.site.bulk())
        self.services = cast("Services", self.have)
        self.remarks: list[str] = []
        self.progress: list[str] = []

    def caller(self, *, stops_after: int | None = None) -> Caller:
        return Caller(
            BY,
            tell=self.remarks.append,
            progress=self.progress.append,
            is_stopped=lambda: len(self.progress) == stops_after,
        )


def test_runs_are_replayed_to_the_end() -> None:
    desk = Desk()
    found = finish(START_REPLAY.do(desk.services, desk.caller(), VERIFY))
    assert found is not None
    assert (found.state, found.counts) == ("completed", {RunVerdict.SAME: 3})
    assert (desk.remarks, len(desk.progress)) == ([f"started {found.replay_id}"], 3)


def test_lost_runs_are_named_before_what_calls_something_and_not_before_verification() -> None:
    desk = Desk()
    finish(START_REPLAY.do(desk.services, desk.caller(), VERIFY))
    assert desk.have.named == []
    finish(START_REPLAY.do(desk.services, desk.caller(), RERUN))
    assert desk.have.named == [BY.tenant_id]


def test_when_no_run_fits_nothing_is_started_and_that_is_told() -> None:
    desk = Desk()
    nothing = RunsToVerify(query="calls > 99")
    assert finish(VERIFY_ALL.do(desk.services, desk.caller(), nothing)) is None
    assert desk.remarks == ["No runs fit; nothing was started."]


def test_who_stops_finds_it_open_and_can_go_on() -> None:
    desk = Desk()
    left = finish(START_REPLAY.do(desk.services, desk.caller(stops_after=1), VERIFY))
    assert left is not None
    assert (left.state, left.done_count) == ("started", 1)
    params = OneReplay(replay=left.replay_id)
    found = finish(CONTINUE_REPLAY.do(desk.services, desk.caller(), params))
    assert (found.state, found.done_count) == ("completed", 3)


def test_all_runs_are_verified_with_their_results() -> None:
    desk = Desk()
    found = finish(VERIFY_ALL.do(desk.services, desk.caller(), RunsToVerify()))
    assert found is not None
    assert [each.run_id for each in found.results] == desk.site.newest_first
    assert (found.is_same, found.started.reason) == (True, "run verify --all")


def test_runs_that_come_out_otherwise_are_not_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()
    monkeypatch.setattr("domain.response.compose.composition._answer", lambda *_: "Other.")
    found = finish(VERIFY_ALL.do(desk.services, desk.caller(), RunsToVerify()))
    assert found is not None
    assert not found.is_same


def test_a_preview_records_nothing() -> None:
    desk = Desk()
    preview = finish(PREVIEW_REPLAY.do(desk.services, desk.caller(), RERUN))
    assert (preview.run_count, preview.outside_calls) == (3, 6)
    assert desk.site.run_count() == 3


def test_what_is_aborted_stays_as_far_as_it_is() -> None:
    desk = Desk()
    finish(START_REPLAY.do(desk.services, desk.caller(stops_after=2), VERIFY))
    params = AbortedReplay(replay="latest", reason="enough")
    found = finish(ABORT_REPLAY.do(desk.services, desk.caller(), params))
    assert (found.state, found.done_count, found.aborted_because) == ("aborted", 2, "enough")


@pytest.mark.parametrize(
    ("field", "value"),
    [("at", 0), ("limit", 0), ("rate", 0), ("rate", float("nan")), ("max_concurrent_runs", 101)],
)
def test_an_order_that_is_not_allowed_is_refused_with_its_field(field: str, value: float) -> None:
    given = {"mode": "fork", "filter": "", "reason": "to see", field: value}
    with pytest.raises(InvalidParams, match=f"^{field}: "):
        ReplayOrder.model_validate(given)
