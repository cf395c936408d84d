"""What was measured less than a second ago is taken as it is."""

from datetime import datetime

from domain.tools.statistics import MeasuredCalls, ToolHour, measured_lately
from tests.domain.stages.running import finish
from tests.fakes import NOON

NEW = {"ci": MeasuredCalls(average_ms=2, success_rate=1)}
KEPT = {"ci": MeasuredCalls(average_ms=1, success_rate=1)}


class Statistics:
    """Measures what is new, and may have something at hand."""

    def __init__(self, at_hand: dict[str, MeasuredCalls] | None) -> None:
        self._at_hand = at_hand

    def measured(self, tenant_id: str, *, since: datetime) -> dict[str, MeasuredCalls]:
        return NEW

    def at_hand(self, tenant_id: str, *, since: datetime) -> dict[str, MeasuredCalls] | None:
        return self._at_hand

    def hours(self, tenant_id: str, *, since: datetime) -> list[ToolHour]:
        raise NotImplementedError


def test_what_is_at_hand_is_not_measured_again() -> None:
    assert finish(measured_lately(Statistics(KEPT), "t", since=NOON)) == KEPT


def test_that_there_were_no_calls_is_at_hand_too() -> None:
    assert finish(measured_lately(Statistics({}), "t", since=NOON)) == {}


def test_what_is_not_at_hand_is_measured() -> None:
    assert finish(measured_lately(Statistics(None), "t", since=NOON)) == NEW
