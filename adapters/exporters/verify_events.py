"""Verifies the hash chain of an exported run with nothing but Python's standard library.

opstrail run events RUN -o jsonl > run.jsonl
python verify_events.py run.jsonl [HEAD_HASH]

HEAD_HASH (from `opstrail run show RUN`, kept elsewhere) proves that no event was cut off at the
end.
The format is specified in docs/reference/hash-chain.md. Every bundle has this file in it.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any


def content_hash(event: dict[str, Any]) -> bytes:
    """Return the hash over every field of the event, each prefixed with its length."""
    actor = event["actor"]
    fields = [
        event["tenant_id"], event["stream_id"], str(event["version"]), event["event_id"],
        event["type"], str(event["schema_version"]), event["recorded_at"], actor["kind"],
        actor["id"], event["correlation_id"], event["causation_id"], event["traceparent"],
        event["data"],
    ]  # fmt: skip
    digest = hashlib.sha256(b"\x00opstrail.event.v1")
    for field in fields:
        if field is None:
            digest.update(b"\xff" * 8)
        else:
            text = field.encode()
            digest.update(len(text).to_bytes(8, "big") + text)
    return digest.digest()


def verify(lines: list[str]) -> tuple[int, str]:
    """Return the number of events and the recomputed head hash; exit at the first wrong one."""
    head, version = bytes(32), 0
    for version, line in enumerate(lines, start=1):
        event = json.loads(line)
        if event["version"] != version:
            sys.exit(f"line {version}: version {event['version']}, expected {version}")
        if content_hash(event).hex() != event["content_hash"]:
            sys.exit(f"line {version}: the event does not fit its content hash")
        head = hashlib.sha256(b"\x02" + head + content_hash(event)).digest()
        if head.hex() != event["head_hash"]:
            sys.exit(f"line {version}: the chain is broken before this event")
    return version, head.hex()


if __name__ == "__main__":
    if len(sys.argv) not in {2, 3}:
        sys.exit("usage: verify_events.py EVENTS.jsonl [HEAD_HASH]")
    count, found = verify(Path(sys.argv[1]).read_text(encoding="utf-8").splitlines())
    expected = sys.argv[2:]
    if expected and expected != [found]:
        sys.exit(f"the events end at head {found}, not at {expected[0]}")
    print(f"{count} events verified, head hash {found}")
