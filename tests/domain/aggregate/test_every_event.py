"""Every event says all that is needed of it, and every shape ever stored can be read."""

import re
from collections import Counter
from pathlib import Path
from string import Formatter
from typing import Any, get_args

import pytest
from msgspec import NODEFAULT, Struct
from msgspec.structs import FieldInfo, fields

from domain.aggregate.event import EventData
from domain.run.commands import Command
from domain.run.events import RunEvent
from domain.run.lifecycle import TARGETS
from domain.run.run_event import Asked, RunEventData
from domain.views.sentences import sentence_of
from tests.domain.aggregate.stored_events import GOLDEN, OWNERS, Stored, current, decoded, owner

KINDS = sorted(OWNERS, key=lambda kind: kind.stored_as)
RUN_KINDS: list[type[RunEventData]] = [*get_args(RunEvent)]
OF_EVERY_EVENT = {field.name for field in fields(EventData)}
of_every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.stored_as)


def default_of(field: FieldInfo) -> object:
    made = field.default_factory
    return field.default if made is NODEFAULT else made()


def unset(value: Any, path: str) -> list[str]:  # noqa: ANN401 - any part of an event
    """The fields of a value, and of the values in it, that only have their default."""
    if isinstance(value, list | dict):
        parts = value.values() if isinstance(value, dict) else value
        return [field for part in parts for field in unset(part, path)]
    if not isinstance(value, Struct):
        return []
    found = [
        f"{path}.{field.name}"
        for field in fields(type(value))
        if not field.required
        and getattr(value, field.name) == default_of(field)
        and field.name not in OF_EVERY_EVENT
    ]
    for name in type(value).__struct_fields__:
        found.extend(unset(getattr(value, name), f"{path}.{name}"))
    return found


@pytest.mark.parametrize("stored", GOLDEN, ids=lambda stored: stored.file)
def test_every_shape_ever_stored_can_be_read(stored: Stored) -> None:
    assert decoded(stored).stored_as == stored.type


def test_a_golden_file_of_one_event_is_named_after_it() -> None:
    files = Counter(each.file for each in GOLDEN)
    alone = [each for each in GOLDEN if files[each.file] == 1]
    wrong = [e.file for e in alone if not e.file.startswith(f"{e.type}.v{e.schema_version}")]
    assert (len(alone) > 20, wrong) == (True, [])


@of_every_kind
def test_the_present_shape_of_every_event_is_kept(kind: type[EventData]) -> None:
    version = kind.schema_version
    missing = f"tests/golden/events/{kind.stored_as}.v{version}.json"
    assert current(kind), f"{missing} is missing, or is not as {kind.__name__} is written today"


@of_every_kind
def test_the_golden_files_have_a_value_for_every_field(kind: type[EventData]) -> None:
    missing = [set(unset(decoded(each), kind.stored_as)) for each in current(kind)]
    assert missing, f"there is no golden file of {kind.stored_as}"
    assert set.intersection(*missing) == set()


def test_a_golden_file_has_a_value_for_every_field_that_all_events_have() -> None:
    events = [decoded(each) for each in GOLDEN]
    missing = {name for name in OF_EVERY_EVENT if not any(getattr(e, name) for e in events)}
    assert (OF_EVERY_EVENT, missing) == ({"removed"}, set())


@pytest.mark.parametrize("kind", RUN_KINDS, ids=lambda kind: kind.stored_as)
def test_a_test_of_runs_speaks_of_the_event(kind: type[EventData]) -> None:
    tests = (Path(__file__).parents[2] / "domain").rglob("*.py")
    said = rf"\b{kind.__name__}\b"
    missing = f"no test in tests/domain speaks of {kind.__name__}"
    assert any(re.search(said, test.read_text(encoding="utf-8")) for test in tests), missing


@of_every_kind
def test_an_event_is_stored_under_its_name(kind: type[EventData]) -> None:
    words = "".join(f"-{c.lower()}" if c.isupper() else c for c in kind.__name__)
    assert kind.stored_as == words.removeprefix("-")


@of_every_kind
def test_an_event_says_a_sentence_with_what_it_has(kind: type[EventData]) -> None:
    for each in current(kind):
        event, sentence = decoded(each), sentence_of(decoded(each))
        parts = [text.strip() for text, *_ in Formatter().parse(event.says) if text.strip()]
        assert [part for part in parts if part not in sentence] == []


def test_every_kind_of_event_of_a_run_is_among_its_events() -> None:
    made = [kind for kind in RunEventData.__subclasses__() if kind.__module__.startswith("domain")]
    assert [kind.__name__ for kind in made if kind not in RUN_KINDS] == []


def test_every_command_that_an_event_names_is_one() -> None:
    commands = {command.__name__ for command in get_args(Command)}
    named = {kind.comes_by.command for kind in RUN_KINDS if isinstance(kind.comes_by, Asked)}
    assert named | {"ReportProgress"} == commands


def test_every_trigger_is_pulled_by_an_event() -> None:
    pulled = {kind.trigger for kind in RUN_KINDS if kind.trigger}
    assert {trigger for trigger in TARGETS if not trigger.startswith("start_")} == pulled


def test_no_aggregate_has_the_stored_names_of_another() -> None:
    assert [owner(kind.stored_as) for kind in KINDS] == [OWNERS[kind] for kind in KINDS]
