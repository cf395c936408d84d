"""`opstrail run events`."""

import hashlib
import json
import re
from io import StringIO
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from adapters.cli.screen import Screen
from adapters.cli.text.events import event_line, show_events
from domain.aggregate.envelope import RecordedEvent
from domain.audit.event_lines import event_lines
from domain.run.call_events import PayloadRef, ToolCallSucceeded
from tests.adapters.cli.command import Command
from tests.domain.run.envelopes import entries, envelope

pytestmark = pytest.mark.usefixtures("planned_by_hand")

CANNOT_BE_READ = ["it", "cannot", "be", "read"]


@pytest.fixture
def asked(opstrail: Command) -> Command:
    opstrail("ask", "How many configuration items are there?")
    return opstrail


def _events(command: Command, *options: str) -> list[dict[str, Any]]:
    lines = command("run", "events", "latest", "-o", "jsonl", *options).lines
    return [json.loads(line) for line in lines]


def test_a_line_holds_one_event_with_its_whole_envelope(asked: Command) -> None:
    assert list(_events(asked)[0]) == [
        *("log", "position", "tenant_id", "stream_id", "version", "event_id", "type"),
        *("schema_version", "recorded_at", "actor", "correlation_id", "causation_id"),
        *("traceparent", "data", "content_hash", "head_hash"),
    ]


def test_versions_run_from_1_without_gaps(asked: Command) -> None:
    versions = [event["version"] for event in _events(asked)]
    assert versions == list(range(1, len(versions) + 1))


def test_the_head_hash_is_the_fold_of_the_content_hashes(asked: Command) -> None:
    head = bytes(32)
    for event in _events(asked):
        head = hashlib.sha256(b"\x02" + head + bytes.fromhex(event["content_hash"])).digest()
        assert event["head_hash"] == head.hex()


def test_data_is_the_exact_text_that_is_hashed(asked: Command) -> None:
    first = _events(asked)[0]
    assert isinstance(first["data"], str)
    assert _content_hash(first) == first["content_hash"]


def test_json_is_one_array_of_the_same(asked: Command) -> None:
    assert asked("run", "events", "latest", "-o", "json").json == _events(asked)


def test_events_can_be_cut_at_a_version(asked: Command) -> None:
    assert _events(asked, "--at", "3") == _events(asked)[:3]


def _content_hash(event: dict[str, Any]) -> str:
    actor = event["actor"]
    values = [event[name] for name in ("tenant_id", "stream_id", "version", "event_id", "type")]
    values += [event["schema_version"], event["recorded_at"], actor["kind"], actor["id"]]
    values += [event[name] for name in ("correlation_id", "causation_id", "traceparent", "data")]
    digest = hashlib.sha256(b"\x00opstrail.event.v1")
    for value in values:
        text = b"" if value is None else str(value).encode()
        length = b"\xff" * 8 if value is None else len(text).to_bytes(8, "big")
        digest.update(length + text)
    return digest.hexdigest()


def test_an_event_is_a_line_with_time_type_size_and_what_it_says(asked: Command) -> None:
    lines = asked("run", "events", "latest").lines
    [call] = [line for line in lines if "tool-call-succeeded" in line]
    assert re.fullmatch(
        r" +\d+  \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z  tool-call-succeeded +[\d.]+ ms"
        r" +[\d.]+ k?B  call \S+ answers after \d+ ms \(live, 1 row\)",
        call,
    )
    assert len(lines) == len(_events(asked))


@pytest.mark.parametrize(
    ("options", "types"),
    [
        (("--type", "tool-call"), ["tool-call-started", "tool-call-succeeded"]),
        (("--type", "run-completed", "--type", "plan"), ["plan-produced", "plan-validated"]),
        (("--stage", "validate"), ["stage-started", "plan-validated", "stage-completed"]),
        (("--call", "aggregate"), ["tool-call-started", "tool-call-succeeded"]),
        (("--call", "aggregate", "--stage", "present"), []),
    ],
)
def test_events_are_chosen_by_type_stage_and_call(
    asked: Command, options: tuple[str, ...], types: list[str]
) -> None:
    found = [event["type"] for event in _events(asked, *options)]
    assert [each for each in found if each != "run-completed"] == types


def test_that_no_event_fits_is_told(asked: Command) -> None:
    ended = asked("run", "events", "latest", "--call", "other")
    assert (ended.code, ended.out, ended.err) == (0, "", "No events fit.\n")


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--type", "tool-cal-"), 2, "Invalid value for --type: no event type begins so; there"),
        (("--stage", "compare"), 2, "Invalid value for --stage: input should be 'route_plan', "),
        (("99",), 4, "has versions 1 to 19, not 99"),
        (("0",), 2, "Input should be greater than or equal to 1"),
    ],
)
def test_what_cannot_be_chosen_is_refused_with_what_can(
    asked: Command, arguments: tuple[str, ...], code: int, told: str
) -> None:
    ended = asked("run", "events", "latest", *arguments)
    assert (ended.code, ended.out) == (code, "")
    assert told in ended.err


def test_one_event_is_shown_with_all_that_is_recorded(asked: Command) -> None:
    event = _events(asked)[3]
    shown = asked("run", "events", "latest", "4").out
    for fact in ("type", "event_id", "content_hash", "head_hash", "recorded_at"):
        assert event[fact] in shown
    assert '"route": "sections_loop",' in shown


def test_payloads_stand_below_their_events(asked: Command) -> None:
    first, brace, *_ = asked("run", "events", "latest", "--payloads").lines
    assert (first.split()[2], brace) == ("run-requested", "      {")


def test_events_as_csv_have_a_row_each(asked: Command) -> None:
    out = asked("run", "events", "latest", "-o", "csv", "--columns", "version,actor.kind").out
    assert out.splitlines()[:2] == ["version,actor.kind", "1,person"]
    assert len(out.splitlines()) == len(_events(asked)) + 1


def test_an_event_that_cannot_be_read_is_a_line_too() -> None:
    unknown = envelope(type="run-melted", version=7, data='{"why": "heat"}')
    line = event_line(unknown).plain
    assert line.split() == [
        "7",
        "2026-03-01T12:00:00.000Z",
        "run-melted",
        "15",
        "B",
        *CANNOT_BE_READ,
    ]


@pytest.mark.parametrize("width", [20, 60, 100, 200])
def test_the_line_of_an_event_fits_on_the_screen(width: int) -> None:
    long = envelope(type="run-cancelled", data=json.dumps({"why": "早" * 300}))
    line = event_line(long, width=width).plain
    assert cell_len(line) <= width
    assert line.endswith("…")
    assert event_line(long).plain.endswith("早...")


def test_a_large_result_counts_with_its_size() -> None:
    payload = PayloadRef(digest="0" * 64, size=9_000_000, preview="{")
    event = ToolCallSucceeded(call_id="a", attempt=1, payload=payload, duration_ms=1)
    [recorded] = entries([event])
    assert "9.0 MB" in event_line(recorded.envelope).plain


def test_a_terminal_tells_the_day_with_its_zone_and_again_on_another_day() -> None:
    screen, written = Screen(has_color=False), StringIO()
    vars(screen)["out"] = Console(file=written, width=80, force_terminal=True, color_system=None)
    days = [
        envelope(version=n, recorded_at=at)
        for n, at in enumerate(("2026-03-01T21:00:00.000Z", "2026-03-02T09:00:00.000Z"), start=1)
    ]
    recorded = [RecordedEvent("main", each.version, each) for each in days]
    show_events(screen, [*event_lines(recorded)])
    lines = written.getvalue().splitlines()
    assert [lines[0].strip(), lines[2].strip()] == ["2026-03-01 UTC", "2026-03-02 UTC"]
    assert len(lines) == 4
