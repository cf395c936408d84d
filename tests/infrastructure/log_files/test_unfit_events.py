"""A log file whose events hold what no database can keep is refused, with line and field."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from domain.aggregate.envelope import Actor, Envelope
from domain.audit.chain import next_log_hash, seal
from domain.audit.event_lines import envelope_json, unfit
from domain.json import JsonMap
from domain.services.log import LogFileRefused
from infrastructure.log_files.lines import written
from infrastructure.log_files.log_file import open_log_file
from tests.infrastructure.log_files.recording import run

EVENT = run("run-1")[0].events[0]
KEY: JsonMap = {"tenant_id": "acme", "key": "k", "digest": "00" * 32, "first_position": 1}


def changed(**fields: Any) -> Envelope:  # noqa: ANN401 - any field of an event
    return seal(msgspec.structs.replace(EVENT, **fields))


def read_whole(path: Path, envelope: Envelope, *keys: JsonMap) -> int:
    """Write a log of one event, and read it."""
    log_hash = next_log_hash(bytes(32), [envelope.content_hash]).hex()
    header: JsonMap = {
        "format": "opstrail-log",
        "format_version": 2,
        "log": "main",
        "first_position": 1,
    }
    ends: JsonMap = {"last_position": 1, "log_hash": log_hash}
    batch: JsonMap = {
        "first_position": 1,
        **ends,
        "committed_at": envelope.recorded_at,
        "keys": [*keys],
    }
    event: JsonMap = {"position": 1, **envelope_json(envelope)}
    path.write_bytes(b"".join(written([{**header, **ends}, {"batch": batch}, {"event": event}])))
    with open_log_file(path) as log:
        return sum(1 for _ in log.parts())


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"tenant_id": "default "}, "tenant_id: it has blanks around it"),
        ({"tenant_id": "a\0"}, r"tenant_id: it holds U\+0000"),
        ({"tenant_id": "e\u0301"}, "tenant_id: it is not in Unicode's composed form"),
        ({"stream_id": "run-\x1b"}, r"stream_id: it holds U\+001B"),
        ({"actor": Actor("person", "\u202eada")}, r"actor.id: it holds U\+202E"),
        ({"correlation_id": "\0"}, r"correlation_id: it holds U\+0000"),
        ({"data": EVENT.data.replace("Wie", r"Wie\u0000")}, "data: it holds NUL or half"),
        ({"data": EVENT.data.replace("Wie", r"\\\ud83d")}, "data: it holds NUL or half"),
    ],
)
def test_it_is_told_with_line_and_field(
    fields: dict[str, object], told: str, tmp_path: Path
) -> None:
    with pytest.raises(LogFileRefused, match=f"^line 3 of the log file is refused: {told}"):
        read_whole(tmp_path / "log.jsonl", changed(**fields))


@pytest.mark.parametrize("field", ["tenant_id", "key"])
def test_a_key_is_a_name(field: str, tmp_path: Path) -> None:
    with pytest.raises(LogFileRefused, match=rf"^line 2 .*keys.0.{field}: it holds U\+0000"):
        read_whole(tmp_path / "log.jsonl", EVENT, {**KEY, field: "a\0"})


@pytest.mark.parametrize("text", [r"\\u0000", r"\\\\ud83d", r"\ud83d\ude00", r"\u001b[2J\u202e"])
def test_data_keeps_what_older_events_hold(text: str, tmp_path: Path) -> None:
    envelope = changed(data=EVENT.data.replace("Wie", text))
    assert unfit(envelope) is None
    assert read_whole(tmp_path / "log.jsonl", envelope, KEY) == 1
