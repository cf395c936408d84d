"""The verification of the log tells what is wrong with payloads, and counts the erased ones."""

import pytest
import sqlalchemy as sa

from domain.errors import CorruptLog
from domain.large_results import history_of
from domain.ports import EventStore
from domain.views.log import LogReport, PayloadFindings
from infrastructure.database_check.check import check
from infrastructure.doctor.examination import examine
from infrastructure.log.verification import log_end, verify_log
from infrastructure.named_payloads.verification import verify_payloads
from tests.domain.large import record_erasures, rows
from tests.infrastructure.event_store.damage import run
from tests.infrastructure.payloads.keeping import delete, flip, stored, write_run


def verified(engine: sa.Engine, since: int = 0) -> LogReport:
    return verify_log(engine, since, on_progress=lambda _: None)


def wrong(engine: sa.Engine) -> str:
    ((tenant_id, digest),) = stored(engine)
    name = f"payload {digest.hex()} of tenant {tenant_id}"
    return f"{name}: its bytes do not fit its digest"


def test_payloads_that_fit_are_counted(store: EventStore, engine: sa.Engine) -> None:
    write_run(store)
    write_run(store, "run-2")
    assert verified(engine).payloads == PayloadFindings(2, 0, ())


def test_a_flipped_byte_is_a_problem_with_tenant_and_digest(
    store: EventStore, engine: sa.Engine
) -> None:
    write_run(store)
    flip(engine)
    assert verified(engine).problems == (wrong(engine),)


def test_bytes_that_became_text_are_a_problem_and_no_crash(
    store: EventStore, engine: sa.Engine
) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL keeps bytes only")
    write_run(store)
    run(engine, "DROP TRIGGER payloads_guard_1")
    run(engine, "UPDATE payloads SET content = CAST(x'ff00' AS TEXT)")
    assert verified(engine).problems == (wrong(engine),)
    with pytest.raises(CorruptLog, match="its bytes do not fit its digest"):
        history_of(store.read("acme", "run-1"), store.payloads)


def test_erased_payloads_are_counted_and_no_problem(store: EventStore, engine: sa.Engine) -> None:
    write_run(store)
    record_erasures(store)
    delete(engine)
    report = verified(engine)
    assert (report.is_sound, report.payloads) == (True, PayloadFindings(0, 1, ()))


def test_a_payload_that_is_gone_without_an_erasure_is_a_problem(
    store: EventStore, engine: sa.Engine
) -> None:
    write_run(store)
    write_run(store, "run-2")
    record_erasures(store, "run-2")
    delete(engine)
    report = verified(engine)
    (problem,) = report.problems
    assert problem.startswith("position 13 (run-1): result missing (")
    assert problem.endswith("): no erasure is on the record")
    assert report.payloads == PayloadFindings(0, 1, (problem,), 1)
    assert problem in check(engine).problems


def test_an_erasure_of_another_tenant_is_none(store: EventStore, engine: sa.Engine) -> None:
    write_run(store)
    write_run(store, "run-2", tenant="umbrella")
    record_erasures(store, "run-2", "umbrella")
    delete(engine)
    findings = verified(engine).payloads
    assert findings is not None
    assert (findings.erased_count, findings.missing_count) == (1, 1)


def test_an_erased_payload_that_is_still_there_is_a_problem(
    store: EventStore, engine: sa.Engine
) -> None:
    write_run(store)
    record_erasures(store)
    (problem,) = verified(engine).problems
    assert "(run-1): an erasure is on the record, but the result" in problem
    assert problem.endswith("`opstrail run erase run-1 a` removes it")


def test_an_erased_payload_that_another_run_names_since_is_no_problem(
    store: EventStore, engine: sa.Engine
) -> None:
    write_run(store)
    record_erasures(store)
    write_run(store, "run-2")
    assert verified(engine).is_sound


def test_payloads_of_events_before_the_mark_are_believed(
    store: EventStore, engine: sa.Engine
) -> None:
    write_run(store)
    flip(engine)
    end = log_end(engine).position
    write_run(store, "run-2", data=rows(9000))
    report = verified(engine, end)
    assert (report.is_sound, report.payloads) == (True, PayloadFindings(1, 0, ()))


def test_a_verification_stops_at_the_limit_of_problems(
    store: EventStore, engine: sa.Engine
) -> None:
    for number in range(3):
        write_run(store, f"run-{number}", data=rows(5000 + 100 * number))
    flip(engine)
    with engine.connect() as connection:
        assert len(verify_payloads(connection, problem_limit=2).problems) == 2


def test_a_check_of_the_database_tells_of_flipped_bytes(
    store: EventStore, engine: sa.Engine
) -> None:
    write_run(store)
    assert check(engine).counts["payloads"] == 1
    flip(engine)
    assert wrong(engine) in check(engine).problems


def test_the_doctor_counts_payloads_and_verifies_the_newest(
    store: EventStore, engine: sa.Engine
) -> None:
    write_run(store)
    found = {each.name: each for each in examine(engine).conditions}
    assert found["payloads"].found.startswith("1, ")
    assert found["newest hashes"].problem is None
    flip(engine)
    found = {each.name: each for each in examine(engine).conditions}
    assert found["newest hashes"].problem == wrong(engine)
