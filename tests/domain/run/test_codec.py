import json
from typing import get_args

import pytest

from domain.aggregate.envelope import RecordedEvent
from domain.run.codec import CODEC, Codec
from domain.run.errors import CorruptLog
from domain.run.event_data import EventData
from domain.run.events import RunEvent
from tests.domain.run.envelopes import envelope
from tests.domain.run.samples import ONE_OF_EACH, REQUESTED


class Renamed(EventData):
    """An event whose shape changed twice: `text` became `words`, which became a list."""

    stored_as = "renamed"
    schema_version = 3

    words: list[str]


LIFTING = Codec(
    types={"renamed": Renamed},
    upcasters={
        ("renamed", 1): lambda data: {"words": data["text"]},
        ("renamed", 2): lambda data: {"words": data["words"].split()},
    },
)


def recorded(stored_as: str, data: str, schema_version: int = 1) -> RecordedEvent:
    sealed = envelope(version=4, type=stored_as, schema_version=schema_version, data=data)
    return RecordedEvent("main", 9, sealed)


def test_the_samples_have_every_event() -> None:
    assert {type(event) for event in ONE_OF_EACH} == set(get_args(RunEvent))


@pytest.mark.parametrize("event", ONE_OF_EACH, ids=lambda event: event.stored_as)
def test_an_event_is_stored_under_its_name(event: RunEvent) -> None:
    words = "".join(f"-{c.lower()}" if c.isupper() else c for c in type(event).__name__)
    assert CODEC.encode(event)[0] == words.removeprefix("-")


@pytest.mark.parametrize(
    ("schema_version", "data"),
    [(1, '{"text":"two words"}'), (2, '{"words":"two words"}'), (3, '{"words":["two","words"]}')],
)
def test_an_old_shape_is_lifted_step_by_step(schema_version: int, data: str) -> None:
    lifted = LIFTING.decode("renamed", schema_version=schema_version, data=data)
    assert lifted == Renamed(words=["two", "words"])


def test_lifting_does_not_change_what_is_stored() -> None:
    entry = LIFTING.read(recorded("renamed", '{"text":"two words"}'))
    assert entry.envelope.data == '{"text":"two words"}'


def test_a_history_entry_keeps_envelope_and_place() -> None:
    stored_as, schema_version, data = CODEC.encode(REQUESTED)
    stored = recorded(stored_as, data, schema_version)
    entry = CODEC.read(stored)
    assert (entry.position, entry.envelope, entry.event) == (9, stored.envelope, REQUESTED)


def test_a_shape_that_no_step_lifts_is_told() -> None:
    without_second = Codec(LIFTING.types, {("renamed", 1): LIFTING.upcasters["renamed", 1]})
    with pytest.raises(CorruptLog, match="version 4 is corrupt: renamed schema version 1 cannot"):
        without_second.read(recorded("renamed", '{"text":"two words"}'))


def test_a_shape_of_a_newer_opstrail_is_not_guessed_at() -> None:
    with pytest.raises(CorruptLog, match="renamed schema version 4 cannot be read"):
        LIFTING.read(recorded("renamed", '{"words":[]}', 4))


def test_an_unknown_event_is_told() -> None:
    with pytest.raises(CorruptLog, match="unknown event type 'renamed'; a newer opstrail"):
        CODEC.read(recorded("renamed", "{}"))


@pytest.mark.parametrize("data", ["", "{", "[]", "{}", '{"why": 3}', '{"why":"x","more":1}'])
def test_data_that_do_not_fit_are_told(data: str) -> None:
    with pytest.raises(CorruptLog, match="run-1 version 4 is corrupt: "):
        CODEC.read(recorded("run-cancelled", data))


def test_old_data_that_are_no_json_are_told() -> None:
    with pytest.raises(CorruptLog, match="run-1 version 4 is corrupt: "):
        LIFTING.read(recorded("renamed", ""))


def test_text_is_stored_readable() -> None:
    assert json.loads(CODEC.encode(REQUESTED)[2])["question"] == REQUESTED.question
