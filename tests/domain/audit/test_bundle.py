"""A bundle is opened as it was written, or not at all."""

import json

import pytest

from domain.audit.bundle import MANIFEST, PAGE, BundleRefused
from domain.audit.bundle_members import opened
from domain.large_results import history_of
from domain.run.commands import RequestRun
from tests.bundles import TENANT, Log, named_again, two_runs
from tests.domain.audit.bundle_damage import RUN, Members, changed, refused, with_line
from tests.domain.desk import ASK
from tests.domain.large import answered, record_erasures, rows
from tests.domain.run.samples import ANSWERED


@pytest.fixture(scope="module")
def log() -> Log:
    return two_runs()


@pytest.fixture
def members(log: Log) -> Members:
    return log.members("run-1", "run-2")


def test_what_was_packed_is_opened(log: Log, members: Members) -> None:
    bundle = opened(members)
    assert bundle.histories == {run: log.store.read(TENANT, run) for run in ("run-1", "run-2")}


def test_large_results_are_in_the_bundle(members: Members) -> None:
    bundle, there = opened(members), Log().store.payloads
    there.put(TENANT, bundle.payloads)
    events = [entry.event for entry in history_of(bundle.histories["run-1"], there)]
    assert rows() in [getattr(event, "data", None) for event in events]


def test_an_erased_result_is_missing_and_nothing_else() -> None:
    erased = Log().record("run-1", ASK, answered()[1:])
    record_erasures(erased.store, tenant=TENANT)
    erased.store.payloads._contents.clear()
    bundle = opened(erased.members("run-1"))
    assert (len(bundle.payloads), len(bundle.histories["run-1"])) == (0, len(ANSWERED) + 1)


def test_a_bundle_that_lacks_a_result_without_an_erasure_is_refused() -> None:
    deleted = Log().record("run-1", ASK, answered()[1:])
    deleted.store.payloads._contents.clear()
    with pytest.raises(BundleRefused, match=r"run-1 version \d+: result missing \(\d+ bytes, dig"):
        opened(deleted.members("run-1"))


def test_the_manifest_names_the_head_of_each_run(members: Members) -> None:
    last = json.loads(members[RUN].splitlines()[-1])
    first = opened(members).manifest.runs[0]
    assert (first.run_id, first.version) == ("run-1", len(ANSWERED))
    assert first.head_hash == last["head_hash"]


@pytest.mark.parametrize(
    ("field", "why"),
    [
        ("data", "the content does not fit its hash"),
        ("actor", "the content does not fit its hash"),
        ("tenant_id", "is of run-1 of tenant eve"),
        ("stream_id", "is of eve of tenant acme"),
        ("content_hash", "does not fit its hash"),
        ("head_hash", "the line is not as it was exported"),
        ("log", "the proof does not have it at position 3 of eve"),
        ("schema_version", "Input should be a valid integer"),
    ],
)
def test_a_changed_field_is_named_with_its_version(members: Members, field: str, why: str) -> None:
    line = json.loads(members[RUN].splitlines()[2])
    old = line[field]
    if field == "actor":
        line[field] = {"kind": "person", "id": "eve"}
    elif field.endswith("hash"):
        line[field] = "00" * 32
    else:
        line[field] = "eve"
    assert line[field] != old
    error = refused(with_line(members, 3, f"{json.dumps(line, ensure_ascii=False)}\n".encode()))
    assert (error.member, error.run_id, error.version) == (RUN, "run-1", 3)
    assert why in str(error)


def test_an_event_at_another_position_is_named(members: Members) -> None:
    line = json.loads(members[RUN].splitlines()[2]) | {"position": 4}
    error = refused(with_line(members, 3, f"{json.dumps(line, ensure_ascii=False)}\n".encode()))
    assert (error.member, error.version) == (RUN, 3)
    assert "the proof does not have it at position 4" in str(error)


def test_a_line_that_is_written_otherwise_is_named(members: Members) -> None:
    line = json.dumps(json.loads(members[RUN].splitlines()[2]), ensure_ascii=True, indent=None)
    error = refused(with_line(members, 3, line.replace(", ", ",").encode() + b"\n"))
    assert (error.version, error.why) == (3, "the line is not as it was exported")


@pytest.mark.parametrize("line", [b"", b"{\n", b"[]\n", b"\xff\n", b"{}\n", b"null\n"])
def test_what_is_no_event_is_named(members: Members, line: bytes) -> None:
    error = refused(with_line(members, 3, line))
    assert (error.member, error.version) == (RUN, 3)


def test_a_missing_event_is_named(members: Members) -> None:
    error = refused(with_line(members, 3, b""))
    assert (error.version, error.why) == (3, "the next event has version 4")


def test_a_cut_end_is_named(members: Members) -> None:
    lines = members[RUN].splitlines(keepends=True)
    error = refused(named_again({**members, RUN: b"".join(lines[:-1])}))
    assert (error.member, error.run_id, error.version) == (RUN, "run-1", len(lines))
    assert error.why == f"there are {len(lines) - 1} events, not {len(lines)}"


def test_a_line_without_its_end_is_named(members: Members) -> None:
    error = refused(named_again({**members, RUN: members[RUN][:-1]}))
    assert (error.version, error.why) == (len(ANSWERED), "the line is not as it was exported")


def test_another_history_of_the_same_length_is_found_by_the_manifest(members: Members) -> None:
    forged = Log().record("run-1", RequestRun(question="Why?"), ANSWERED[1:]).members("run-1")
    runs = json.loads(members[MANIFEST])["runs"][:1]
    error = refused(changed(forged, MANIFEST, runs=runs))
    assert error.why == "the head hash is not that of the manifest"


def test_a_changed_page_is_named(members: Members) -> None:
    error = refused({**members, PAGE: members[PAGE] + b" "})
    assert (error.member, error.why) == (
        PAGE,
        "it is not what the manifest has the digest of",
    )
