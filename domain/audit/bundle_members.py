"""The members of a bundle: written from runs, and read again with every hash checked."""

import hashlib
from collections.abc import Mapping, Sequence, Set
from typing import Any, Final, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from domain.aggregate.envelope import RecordedEvent
from domain.audit.bundle import (
    FORMAT,
    FORMAT_VERSION,
    MANIFEST,
    PAGE,
    PROOF,
    VERIFIER,
    Bundle,
    BundledRun,
    BundleRefused,
    Manifest,
    Proof,
    events_member,
    payload_member,
)
from domain.audit.bundle_contents import read_payloads, read_run, require_proven
from domain.audit.event_lines import exported, json_line
from domain.audit.stream_check import verify_stream
from domain.values.json_text import has_more_values
from domain.values.limits import JSON_MEMBERS, LINE_BYTES

Histories = Mapping[str, Sequence[RecordedEvent]]
_Model = TypeVar("_Model", bound=BaseModel)
_JSON: Final = TypeAdapter[Any](Any)


def packed(
    histories: Histories,
    *,
    proof: Proof,
    payloads: Mapping[bytes, bytes],
    documents: Mapping[str, bytes],
    engine_version: str,
    created_at: str,
) -> dict[str, bytes]:
    """Return the members of a bundle of runs of one tenant, by name.

    `payloads` are stored bytes by digest, `documents` the members for people. Raises `CorruptLog`
    when a history does not fit its hashes.
    """
    runs = tuple(_bundled(run_id, history) for run_id, history in histories.items())
    members = {
        events_member(run_id): _lines(history).encode() for run_id, history in histories.items()
    }
    members |= {payload_member(digest): content for digest, content in payloads.items()}
    members |= {PROOF: _written(proof), **documents}
    first = next(iter(histories.values()))[0]
    manifest = Manifest(
        engine_version=engine_version,
        created_at=created_at,
        tenant_id=first.envelope.tenant_id,
        runs=runs,
        members={name: _digest(content) for name, content in sorted(members.items())},
    )
    return {**members, MANIFEST: _written(manifest)}


def opened(members: Mapping[str, bytes]) -> Bundle:
    """Return the bundle that the members make. Raises `BundleRefused` at what is wrong.

    What a hash of one event shows is told before what only the digest of a whole member shows.
    Raises `CorruptLog` for a tool's result of a shape that this version does not know.
    """
    manifest = _manifest(members)
    _require_members(manifest, members)
    histories = {
        run.run_id: read_run(run, manifest.tenant_id, members[events_member(run.run_id)])
        for run in manifest.runs
    }
    _require_readable(members, PROOF)
    require_proven(_parsed(Proof, members, PROOF), histories)
    payloads = read_payloads(histories.values(), members)
    _require_named({payload_member(payload.digest) for payload in payloads}, manifest)
    for name, digest in manifest.members.items():
        if _digest(members[name]) != digest:
            raise BundleRefused(name, why="it is not what the manifest has the digest of")
    return Bundle(manifest, histories, payloads)


def _bundled(run_id: str, history: Sequence[RecordedEvent]) -> BundledRun:
    head = verify_stream(history)
    return BundledRun(run_id=run_id, version=len(history), head_hash=head.hex())


def _lines(history: Sequence[RecordedEvent]) -> str:
    return "".join(f"{json_line(event)}\n" for event in exported(history))


def _written(value: BaseModel) -> bytes:
    return value.model_dump_json(indent=1).encode() + b"\n"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _require_readable(members: Mapping[str, bytes], name: str) -> None:
    """Raise `BundleRefused` for JSON that would take too much memory, before it is read."""
    content = members[name]
    if len(content) > LINE_BYTES or has_more_values(content.decode("latin-1"), JSON_MEMBERS):
        why = f"it has more than {LINE_BYTES:,} bytes or {JSON_MEMBERS:,} values"
        raise BundleRefused(name, why=why)


def _manifest(members: Mapping[str, bytes]) -> Manifest:
    if MANIFEST not in members:
        raise BundleRefused(MANIFEST, why="it is missing: this is no bundle of opstrail")
    _require_readable(members, MANIFEST)
    try:
        begins = _JSON.validate_json(members[MANIFEST])
    except ValueError as error:
        raise BundleRefused(MANIFEST, why=f"it is not JSON: {error}") from error
    if not isinstance(begins, dict) or begins.get("format") != FORMAT:
        raise BundleRefused(MANIFEST, why="this is no bundle of opstrail")
    if begins.get("format_version") != FORMAT_VERSION:
        why = (
            f"its format has version {begins.get('format_version')!r}, and this opstrail reads"
            f" version {FORMAT_VERSION}; opstrail {begins.get('engine_version')} wrote it"
        )
        raise BundleRefused(MANIFEST, why=why)
    return _parsed(Manifest, members, MANIFEST)


def _require_members(manifest: Manifest, members: Mapping[str, bytes]) -> None:
    run_of = {events_member(run.run_id): run.run_id for run in manifest.runs}
    for name in sorted({PROOF, PAGE, VERIFIER, *run_of, *manifest.members} - members.keys()):
        raise BundleRefused(name, run_id=run_of.get(name), why="it is missing")
    for name in sorted(members.keys() - manifest.members.keys() - {MANIFEST}):
        raise BundleRefused(name, run_id=run_of.get(name), why="the manifest does not name it")


def _require_named(payloads: Set[str], manifest: Manifest) -> None:
    runs = {events_member(run.run_id) for run in manifest.runs}
    for name in sorted(manifest.members.keys() - payloads - runs - {PROOF, PAGE, VERIFIER}):
        raise BundleRefused(name, why="a bundle of these runs has no such member")


def _parsed(model: type[_Model], members: Mapping[str, bytes], name: str) -> _Model:
    try:
        return model.model_validate_json(members[name])
    except ValidationError as error:
        raise BundleRefused(name, why=_first(error)) from error


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    return ": ".join(filter(None, (".".join(map(str, first["loc"])), first["msg"])))
