"""Every event shape of bulk replays that was ever stored can be read, and is written the same."""

import json
from pathlib import Path

import pytest

from domain.aggregate.envelope import RecordedEvent
from domain.replay.bulk.streams import BULK_CODEC, read_entry
from domain.run.errors import CorruptLog
from tests.contracts.event_samples import event

GOLDEN = sorted((Path(__file__).parents[3] / "golden" / "bulk_replay_events").glob("*.json"))


def stored(path: Path) -> tuple[str, int, str]:
    """The event as text, without the line breaks that make the file readable."""
    golden = json.loads(path.read_text())
    data = json.dumps(golden["data"], ensure_ascii=False, separators=(",", ":"))
    return golden["type"], golden["schema_version"], data


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_every_shape_ever_stored_is_read_and_written_the_same(path: Path) -> None:
    stored_as, schema_version, data = stored(path)
    decoded = BULK_CODEC.decode(stored_as, schema_version=schema_version, data=data)
    assert BULK_CODEC.encode(decoded) == (stored_as, schema_version, data)


def test_the_present_shape_of_every_event_is_kept() -> None:
    assert {stored(path)[0] for path in GOLDEN} == set(BULK_CODEC.types)


def test_an_event_that_cannot_be_read_is_named() -> None:
    foreign = RecordedEvent("main", 1, event(stream="replay-1"))
    with pytest.raises(CorruptLog, match="replay-1 version 1"):
        read_entry(foreign)
