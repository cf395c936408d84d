"""A bundle has the members that belong to it, a sound manifest and a sound proof."""

import json
from typing import Any

import pytest

from domain.audit.bundle import MANIFEST, PAGE, PROOF, Proof
from domain.audit.bundle_members import packed
from domain.errors import CorruptLog
from tests.bundles import TENANT, Log, named_again, two_runs
from tests.domain.audit.bundle_damage import RUN, Members, changed, refused
from tests.domain.large import answered
from tests.domain.run.samples import ANSWERED


@pytest.fixture(scope="module")
def log() -> Log:
    return two_runs()


@pytest.fixture
def members(log: Log) -> Members:
    return log.members("run-1", "run-2")


def payload_of(members: Members) -> str:
    return next(name for name in members if name.startswith("payloads/"))


def test_a_changed_result_is_named_with_the_event_that_names_it(members: Members) -> None:
    name = payload_of(members)
    error = refused(named_again({**members, name: members[name] + b"\0"}))
    assert (error.member, error.run_id) == (name, "run-1")
    assert error.version == answered().index(next(e for e in answered() if e not in ANSWERED)) + 1
    assert error.why == "its bytes do not fit its digest"


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/passwd", "payloads/" + "0" * 64, "runs/x.jsonl"]
)
def test_a_member_that_belongs_to_no_bundle_is_refused(members: Members, name: str) -> None:
    error = refused(named_again({**members, name: b"x"}))
    assert (error.member, error.why) == (name, "a bundle of these runs has no such member")


def test_a_member_that_the_manifest_does_not_name_is_refused(members: Members) -> None:
    error = refused({**members, "more": b"x"})
    assert (error.member, error.why) == ("more", "the manifest does not name it")


@pytest.mark.parametrize("name", [PROOF, PAGE, RUN])
def test_a_missing_member_is_named(members: Members, name: str) -> None:
    error = refused({kept: members[kept] for kept in members if kept != name})
    assert (error.member, error.why) == (name, "it is missing")


def test_without_a_manifest_it_is_no_bundle() -> None:
    assert "this is no bundle of opstrail" in str(refused({"a": b""}))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"{", "it is not JSON"),
        (b"[" * 100_000, "it is not JSON"),
        (b"[]", "this is no bundle of opstrail"),
        (b'{"format": "zip"}', "this is no bundle of opstrail"),
        (b'{"format": "opstrail-bundle"}', "its format has version None"),
        (
            b'{"format": "opstrail-bundle", "format_version": 2, "engine_version": "9.0"}',
            "its format has version 2, and this opstrail reads version 1; opstrail 9.0 wrote it",
        ),
        (b'{"format": "opstrail-bundle", "format_version": 1}', "engine_version: Field required"),
    ],
)
def test_a_manifest_that_cannot_be_read_says_why(content: bytes, why: str) -> None:
    error = refused({MANIFEST: content})
    assert error.member == MANIFEST
    assert why in error.why


@pytest.mark.parametrize("run_id", ["../../etc", "", "run 1", ".", "a/b", "a" * 101])
def test_a_run_whose_id_is_no_name_of_a_file_is_refused(members: Members, run_id: str) -> None:
    runs = [{"run_id": run_id, "version": 1, "head_hash": "0" * 64}]
    assert refused(changed(members, MANIFEST, runs=runs)).why.startswith("runs.0.run_id: ")


def test_a_run_that_is_named_twice_is_refused(members: Members) -> None:
    runs = json.loads(members[MANIFEST])["runs"]
    error = refused(changed(members, MANIFEST, runs=[*runs, runs[0]]))
    assert "a run is named twice" in error.why


def test_a_bundle_without_runs_is_refused(members: Members) -> None:
    assert "runs: Tuple should have at least 1" in refused(changed(members, MANIFEST, runs=[])).why


def with_batch(members: Members, **changes: Any) -> Members:  # noqa: ANN401 - JSON
    proof = json.loads(members[PROOF])
    return changed(members, PROOF, batches=[proof["batches"][0] | changes])


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"log_hash_after": "00" * 32}, "does not add up to its log hash"),
        ({"log_hash_before": "11" * 32}, "does not continue the one before"),
        ({"last_position": 7}, "does not have a hash for each position"),
        ({"content_hashes": 7}, "batches.0.content_hashes: Input should be a valid array"),
        ({"log_hash_after": "zz"}, "batches.0.log_hash_after: Value error, non-hexadecimal"),
    ],
)
def test_a_changed_proof_says_what_is_wrong(
    members: Members, changes: dict[str, Any], why: str
) -> None:
    error = refused(with_batch(members, **changes))
    assert error.member == PROOF
    assert why in error.why


def test_batches_that_overlap_are_refused(members: Members) -> None:
    batch = json.loads(members[PROOF])["batches"][0]
    error = refused(changed(members, PROOF, batches=[batch, batch]))
    assert error.why == "the batch from position 1 on overlaps the one before"


def test_an_event_that_the_proof_lacks_is_named(log: Log) -> None:
    error = refused(log.members("run-1", proof=Proof(log="main", batches=())))
    assert (error.member, error.run_id, error.version) == (RUN, "run-1", 1)
    assert error.why == "the proof does not have it at position 1 of main"


def test_a_history_that_does_not_fit_its_hashes_is_not_packed(log: Log) -> None:
    history = log.store.read(TENANT, "run-1")
    with pytest.raises(CorruptLog, match="run-1 version 1 is corrupt"):
        packed(
            {"run-1": history[1:]},
            proof=log.proof(),
            payloads={},
            documents={},
            engine_version="1",
            created_at="2026",
        )
