"""The weekday and hour of a record are what the clock of who asks showed, also where it turned."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from domain.estate.port import EstateDataset
from domain.estate.records import EventLogEntry
from domain.query.model import Ask
from infrastructure.estate.sql_estate import SqlEstate
from infrastructure.estate.sql_estate_writer import SqlEstateWriter
from tests.infrastructure.estate.samples import SERVER, TENANT

BERLIN = ZoneInfo("Europe/Berlin")  # one hour from UTC in winter, two in summer
WINTER = datetime(2025, 3, 23, 22, 30, tzinfo=UTC)
SUMMER = datetime(2025, 3, 30, 22, 30, tzinfo=UTC)


def event(number: int, at: datetime) -> EventLogEntry:
    return EventLogEntry(
        entry_id=str(number), ci_id=SERVER.ci_id, occurred_at=at, event_type="alarm", severity=3
    )


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        (BERLIN, [("Sunday", 23), ("Monday", 0)]),
        (UTC, [("Sunday", 22), ("Sunday", 22)]),
        (ZoneInfo("Asia/Kolkata"), [("Monday", 4), ("Monday", 4)]),
    ],
)
def test_a_record_has_the_weekday_and_hour_of_the_zone_of_who_asks(
    writer: SqlEstateWriter,
    empty: SqlEstate,
    zone: ZoneInfo,
    shown: list[tuple[str, int]],
) -> None:
    dataset = EstateDataset(
        source="files", cis=(SERVER,), event_log=(event(1, WINTER), event(2, SUMMER))
    )
    writer.load(TENANT, dataset, mode="replace", at=SUMMER)
    want = {"do": "list", "fields": ["weekday", "hour"], "by": "occurred_at"}
    ask = Ask.model_validate({"want": want, "of": [{"kind": "event"}]})
    (selection,) = empty.select(TENANT, ask, now=SUMMER.astimezone(zone))
    assert [(row[-2], row[-1]) for row in selection.rows] == shown
