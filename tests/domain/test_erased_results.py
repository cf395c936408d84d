"""An erased result is gone and said to be; the rest of the run stays as it was.

One that is gone without an erasure on the record is missing: the run is not read.
"""

import pytest
from msgspec.structs import replace

from domain.audit.stream_check import verify_stream
from domain.errors import ChangedRecord
from domain.large_results import history_of
from domain.run.call_events import ToolCallSucceeded
from domain.run.commands import ResumeRun
from domain.run.events import HistoryEntry, StageStarted
from domain.run.lifecycle import Stage
from domain.run.note_events import ResultErased
from domain.views.record import run_proof
from domain.views.response import run_response
from domain.views.state import run_state
from domain.views.timeline import run_timeline
from domain.views.trace import run_trace
from tests.domain.desk import Desk
from tests.domain.large import answered, large_call, record_erasures, rows
from tests.domain.run.samples import FAILED, call_started


def history(desk: Desk, until: int | None = None) -> list[HistoryEntry]:
    return history_of(desk.store.read("acme", "run-1"), desk.store.payloads, until=until)


def whole_run() -> Desk:
    desk = Desk().ask()
    desk.write(*answered()[1:])
    return desk


def erased_run() -> Desk:
    desk = whole_run()
    record_erasures(desk.store)
    desk.store.payloads._contents.clear()
    return desk


def test_an_erased_result_leaves_every_hash_valid() -> None:
    desk = erased_run()
    head = desk.store.head("acme", "run-1").head_hash
    assert verify_stream(desk.store.read("acme", "run-1"), head=head) == head


def reference(desk: Desk) -> str:
    named = next(e.payload for e in desk.durable() if isinstance(e, ToolCallSucceeded))
    assert named is not None
    return f"{named.size} bytes, digest {named.digest}"


def erased_text(desk: Desk) -> str:
    at = desk.store.read("acme", "run-1")[-1].envelope.recorded_at
    return f"result erased ({reference(desk)}) by person ada at {at}: names"


def test_an_erased_result_is_told_in_the_trace() -> None:
    desk = erased_run()
    steps = run_trace(history(desk)).execution_steps
    told = [(step.data, step.erased) for step in steps]
    assert told == [(None, erased_text(desk)), ({"rows": []}, None)]


def test_an_erased_result_is_told_in_the_timeline() -> None:
    desk = erased_run()
    lanes = run_timeline(history(desk)).lanes
    assert [call.note for lane in lanes for call in lane.calls] == [erased_text(desk), None]


def test_an_erased_result_is_told_beside_the_answer() -> None:
    desk = erased_run()
    response = run_response(history(desk))
    meta = response["meta"]
    assert isinstance(meta, dict)
    assert (meta["erased_results"], response["answer"]) == ([f"a: {erased_text(desk)}"], "Two.")


def test_the_proof_of_a_run_counts_its_erased_results() -> None:
    proofs = [
        run_proof(desk.store.read("acme", "run-1"), history(desk))
        for desk in (whole_run(), erased_run())
    ]
    assert [proof.erased_results for proof in proofs] == [0, 1]
    assert proofs[1].version == proofs[0].version + 1


def test_nothing_is_called_erased_that_is_there() -> None:
    meta = run_response(history(whole_run()))["meta"]
    assert isinstance(meta, dict)
    assert meta["erased_results"] == []


def test_an_erasure_changes_nothing_of_what_the_run_was() -> None:
    before, after = run_state(history(whole_run())), run_state(history(erased_run()))
    assert before == {**after, "version": before["version"]}


def test_the_past_before_an_erasure_does_not_bring_a_result_back() -> None:
    desk = erased_run()
    before = history(desk, until=len(desk.durable()) - 1)
    assert not any(isinstance(entry.event, ResultErased) for entry in before)
    told = [step.erased for step in run_trace(before).execution_steps]
    assert told == [f"result erased ({reference(desk)})", None]


def test_a_recorded_erasure_counts_though_the_result_is_still_there() -> None:
    desk = whole_run()
    record_erasures(desk.store)
    assert run_trace(history(desk)).execution_steps[0].erased == erased_text(desk)


def test_the_same_result_that_came_again_after_an_erasure_is_there() -> None:
    desk = Desk().ask()
    events = answered()[1:]
    end = events.index(large_call())
    desk.write(*events[: end + 1], FAILED)
    record_erasures(desk.store)
    started = StageStarted(stage=Stage.EXECUTE, attempt=2)
    colleague = desk.colleague()
    colleague.writer.handle(ResumeRun(from_stage=Stage.EXECUTE, why="again"))
    colleague.write(
        started, replace(call_started("a"), attempt=2), replace(large_call(), attempt=2)
    )
    steps = run_trace(history(desk)).execution_steps
    assert [step.data for step in steps if step.call_id == "a"] == [None, rows()]


def test_a_result_that_is_gone_without_an_erasure_is_missing() -> None:
    desk = whole_run()
    desk.store.payloads._contents.clear()
    where = f"run-1 version {version(desk)}"
    said = f"{where} is corrupt: result missing ({reference(desk)}): no erasure is on the record"
    with pytest.raises(ChangedRecord) as raised:
        history(desk)
    assert str(raised.value).startswith(said)


def version(desk: Desk) -> int:
    return 1 + next(n for n, e in enumerate(desk.durable()) if isinstance(e, ToolCallSucceeded))
