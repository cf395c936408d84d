import dataclasses
import json

import pytest

from domain.aggregate.aggregate import Aggregate
from domain.aggregate.envelope import RecordedEvent
from domain.aggregate.event import EventData
from domain.errors import CorruptLog
from domain.run.aggregate import RUN
from domain.run.events import RunEvent
from domain.run.lifecycle import LIFECYCLE
from tests.domain.run.envelopes import envelope
from tests.domain.run.samples import ONE_OF_EACH, REQUESTED


class Renamed(EventData, frozen=True, kw_only=True):
    """An event whose shape changed twice: `text` became `words`, which became a list."""

    stored_as = "renamed"
    schema_version = 3
    says = "renamed to {0.words}"
    personal = ()

    words: list[str]


def begin(stream_id: str) -> str:
    return stream_id


def decide(_state: str, command: list[str]) -> list[Renamed]:
    return [Renamed(words=command)]


def evolve(state: str, event: Renamed) -> str:
    return f"{state} {' '.join(event.words)}"


LIFTING = Aggregate(
    name="renaming",
    prefix="run-",
    events=(Renamed,),
    lifecycle=LIFECYCLE,
    begin=begin,
    decide=decide,
    evolve=evolve,
    upcasters={
        ("renamed", 1): lambda data: {"words": data["text"]},
        ("renamed", 2): lambda data: {"words": data["words"].split()},
    },
)


def recorded(stored_as: str, data: str, schema_version: int = 1) -> RecordedEvent:
    sealed = envelope(version=4, type=stored_as, schema_version=schema_version, data=data)
    return RecordedEvent("main", 9, sealed)


@pytest.mark.parametrize("event", ONE_OF_EACH, ids=lambda event: event.stored_as)
def test_an_event_is_stored_under_its_name(event: RunEvent) -> None:
    words = "".join(f"-{c.lower()}" if c.isupper() else c for c in type(event).__name__)
    assert RUN.encode(event)[0] == words.removeprefix("-")


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
    stored_as, schema_version, data = RUN.encode(REQUESTED)
    stored = recorded(stored_as, data, schema_version)
    entry = RUN.read(stored)
    assert (entry.position, entry.envelope, entry.event) == (9, stored.envelope, REQUESTED)


def test_a_shape_that_no_step_lifts_is_told() -> None:
    without_second = dataclasses.replace(
        LIFTING, upcasters={("renamed", 1): LIFTING.upcasters["renamed", 1]}
    )
    with pytest.raises(CorruptLog, match="version 4 is corrupt: renamed schema version 1 cannot"):
        without_second.read(recorded("renamed", '{"text":"two words"}'))


def test_a_shape_of_a_newer_opstrail_is_not_guessed_at() -> None:
    with pytest.raises(CorruptLog, match="renamed schema version 4 cannot be read"):
        LIFTING.read(recorded("renamed", '{"words":[]}', 4))


def test_an_unknown_event_is_told() -> None:
    with pytest.raises(CorruptLog, match="unknown event type 'renamed'; a newer opstrail"):
        RUN.read(recorded("renamed", "{}"))


@pytest.mark.parametrize("data", ["", "{", "[]", "{}", '{"why": 3}', '{"why":"x","more":1}'])
def test_data_that_do_not_fit_are_told(data: str) -> None:
    with pytest.raises(CorruptLog, match="run-1 version 4 is corrupt: "):
        RUN.read(recorded("run-cancelled", data))


def test_old_data_that_are_no_json_are_told() -> None:
    with pytest.raises(CorruptLog, match="run-1 version 4 is corrupt: "):
        LIFTING.read(recorded("renamed", ""))


def test_text_is_stored_readable() -> None:
    assert json.loads(RUN.encode(REQUESTED)[2])["question"] == REQUESTED.question


def test_a_state_is_folded_from_events_one_by_one_where_no_other_fold_is_given() -> None:
    events = [Renamed(words=["a"]), Renamed(words=["b", "c"])]
    assert LIFTING.state_of("s", events) == "s a b c"


def test_two_events_of_one_stored_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two events of renaming have the same stored name"):
        dataclasses.replace(LIFTING, events=(Renamed, Renamed))


def test_an_event_class_that_leaves_a_fact_out_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="event Forgetful does not say: says, personal"):

        class Forgetful(EventData, frozen=True, kw_only=True):
            stored_as = "forgetful"

            text: str


def test_a_personal_field_that_is_not_there_is_told() -> None:
    with pytest.raises(TypeError, match="event Mistaken has no field name"):

        class Mistaken(EventData, frozen=True, kw_only=True):
            stored_as = "mistaken"
            says = "?"
            personal = ("name",)

            text: str
