"""Runs go from database to database in a bundle: the same hashes, all of it or nothing."""

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from adapters.exporters.bundle_file import ZipBundles, archived
from domain.audit.bundle import EventIdTaken, OtherTenant, RunDiffers
from domain.errors import CorruptLog, NotFound
from domain.large_results import history_of
from domain.ports import Append, StreamHead
from domain.run.commands import RequestRun
from domain.run.facts import Origin
from infrastructure.log.verification import log_end
from tests.bundles import TENANT, Log
from tests.contracts.databases import views_on
from tests.contracts.event_samples import summary
from tests.domain.desk import ASK
from tests.domain.large import rows
from tests.domain.run.envelopes import envelope
from tests.domain.run.samples import ANSWERED
from tests.infrastructure.bundles.sites import Site, site
from tests.infrastructure.event_store.damage import problems, tamper

REFORK = RequestRun(question="Again?", origin=Origin(kind="fork", parent_run_id="run-2"))


def heads(at: Site) -> list[StreamHead]:
    return [at.store.head(TENANT, run_id) for run_id in ("run-1", "run-2")]


def envelopes(at: Site, run_id: str) -> list[object]:
    return [event.envelope for event in at.store.read(TENANT, run_id)]


def test_an_imported_run_has_the_same_events_and_head(
    here: Site, there: Site, file: bytes
) -> None:
    assert [run.new_count for run in there.take(file)] == [len(ANSWERED), 1]
    assert heads(there) == heads(here)
    assert envelopes(there, "run-1") == envelopes(here, "run-1")
    assert problems(there.engine) == []


def test_runs_go_from_sqlite_to_postgresql_and_back(
    here: Site, there: Site, file: bytes, postgres_engine: sa.Engine
) -> None:
    between = site(postgres_engine)
    between.take(file)
    assert heads(between) == heads(here)
    assert problems(postgres_engine) == []
    there.take(between.export("run-1", "run-2").content)
    assert heads(there) == heads(here)


def test_large_results_come_along(there: Site, file: bytes) -> None:
    there.take(file)
    history = history_of(there.store.read(TENANT, "run-1"), there.store.payloads)
    assert rows() in [getattr(entry.event, "data", None) for entry in history]


def test_an_imported_run_is_in_the_run_list(here: Site, there: Site, file: bytes) -> None:
    there.take(file)
    theirs, ours = views_on(there.engine), views_on(here.engine)
    assert theirs.summary(TENANT, "run-1") == ours.summary(TENANT, "run-1") is not None


def test_what_is_there_already_is_left_alone(there: Site, file: bytes) -> None:
    there.take(file)
    before = log_end(there.engine)
    assert [run.new_count for run in there.take(file)] == [0, 0]
    assert log_end(there.engine) == before


def test_where_it_was_exported_nothing_is_imported(here: Site, file: bytes) -> None:
    before = log_end(here.engine)
    assert [run.new_count for run in here.take(file)] == [0, 0]
    assert log_end(here.engine) == before


def test_a_run_that_has_gone_on_is_continued(there: Site) -> None:
    begun, whole = Log().record("run-1", ASK), Log().record("run-1", ASK, ANSWERED[1:])
    begun_file, whole_file = (archived(log.members("run-1")) for log in (begun, whole))
    there.take(begun_file)
    assert [run.new_count for run in there.take(whole_file)] == [len(ANSWERED) - 1]
    assert len(envelopes(there, "run-1")) == len(ANSWERED)
    assert [run.new_count for run in there.take(begun_file)] == [0]


def test_a_run_with_other_events_is_refused_and_nothing_is_imported(
    there: Site, file: bytes
) -> None:
    there.recorder.record("run-2", RequestRun(question="Something else"))
    with pytest.raises(RunDiffers, match="another run-2: it differs from version 1 on"):
        there.take(file)
    assert heads(there)[0] == StreamHead()


def test_an_event_id_of_another_run_is_refused_and_nothing_is_imported(
    there: Site, file: bytes
) -> None:
    there.recorder.record("run-9", RequestRun(question="The same ids"), ANSWERED[1:2])
    with pytest.raises(EventIdTaken, match=r"of run-\d has the id of another event .*; nothing"):
        there.take(file)
    assert heads(there) == [StreamHead(), StreamHead()]


def test_a_bundle_of_another_tenant_is_refused(there: Site, file: bytes) -> None:
    with pytest.raises(OtherTenant, match="as tenant acme"):
        there.bundles.import_runs(file, tenant_id="default")
    assert log_end(there.engine).position == 0


def test_an_event_that_cannot_be_read_is_refused_and_nothing_is_imported(
    there: Site,
) -> None:
    newer = Log().record("run-1", ASK)
    unknown = envelope(stream_id="run-2", type="run-beamed-up", event_id="e-beamed-up")
    begun = Append(
        tenant_id=TENANT,
        stream_id="run-2",
        expected=StreamHead(),
        events=(unknown,),
        summary=summary("run-2"),
    )
    newer.store.append(begun)
    with pytest.raises(CorruptLog, match=r"run-2 version 1 .* a newer opstrail"):
        there.take(archived(newer.members("run-1", "run-2")))
    assert log_end(there.engine).position == 0


def test_the_proof_fits_the_log(here: Site, file: bytes) -> None:
    bundle = ZipBundles().read(file)
    positions = [event.position for event in bundle.histories["run-1"]]
    assert positions == [event.position for event in here.store.read(TENANT, "run-1")]


def test_runs_of_one_batch_share_its_proof(there: Site, file: bytes) -> None:
    there.take(file)
    again = there.export("run-2", "run-1").content
    assert set(ZipBundles().read(again).histories) == {"run-1", "run-2"}


def test_a_run_that_is_not_there_is_not_exported(here: Site) -> None:
    with pytest.raises(NotFound, match="run-7"):
        here.export("run-7")


def test_a_changed_database_is_not_exported(here: Site) -> None:
    tamper(here.engine, "UPDATE events SET actor_id = 'eve' WHERE stream_id = 'run-1'")
    with pytest.raises(CorruptLog, match="run-1 version 1 is corrupt"):
        here.export("run-1")


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        ("DELETE FROM log_batches WHERE last_position > 1", "position 2 is corrupt: it is in no"),
        ("DELETE FROM log_batches WHERE first_position = 2", "position 2 is corrupt: it is in no"),
        (
            "DELETE FROM log_batches WHERE last_position = 1",
            "position 1 is corrupt: no batch ends",
        ),
    ],
)
def test_a_log_without_its_batches_is_not_exported(here: Site, damage: str, why: str) -> None:
    tamper(here.engine, damage)
    with pytest.raises(CorruptLog, match=why):
        here.export("run-1")


def test_parents_come_along_when_that_is_wanted(here: Site) -> None:
    here.recorder.record("run-3", REFORK)
    alone = here.export("run-3")
    family = here.export("run-3", with_parents=True)
    assert [run.run_id for run in alone.runs] == ["run-3"]
    assert [run.run_id for run in family.runs] == ["run-3", "run-2", "run-1"]


def test_the_same_runs_make_the_same_bundle(here: Site, file: bytes) -> None:
    assert here.export("run-1", "run-2").content == file


def test_the_verifier_in_the_bundle_is_the_published_one(file: bytes, tmp_path: Path) -> None:
    (tmp_path / "run.zip").write_bytes(file)
    shutil.unpack_archive(tmp_path / "run.zip", tmp_path / "unpacked")
    found = (tmp_path / "unpacked" / "verify_events.py").read_bytes()
    assert found == Path("adapters/exporters/verify_events.py").read_bytes()
