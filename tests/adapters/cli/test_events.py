"""`opstrail run events`."""

import hashlib
import json
from typing import Any

import pytest

from tests.adapters.cli.command import Command


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


def test_text_shows_type_actor_and_data(asked: Command) -> None:
    head, *data = asked("run", "events", "latest").lines
    assert head.split()[:2] == ["1", "run-requested"]
    assert '"question": "How many configuration items are there?",' in data[1]


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
