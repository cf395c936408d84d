"""An erased result is gone and said to be; the rest of the run stays as it was."""

from domain.audit.stream_check import verify_stream
from domain.large_results import history_of
from domain.payloads import Payloads
from domain.run.call_events import ToolCallSucceeded
from domain.run.events import HistoryEntry
from domain.views.record import run_proof
from domain.views.response import run_response
from domain.views.state import run_state
from domain.views.timeline import run_timeline
from domain.views.trace import run_trace
from infrastructure.event_store.memory import MemoryPayloads
from tests.domain.desk import Desk
from tests.domain.large import answered


def history(desk: Desk, payloads: Payloads | None = None) -> list[HistoryEntry]:
    return history_of(desk.store.read("acme", "run-1"), payloads or desk.store.payloads)


def whole_run() -> Desk:
    desk = Desk().ask()
    desk.write(*answered()[1:])
    return desk


def test_an_erased_result_leaves_every_hash_valid() -> None:
    desk = whole_run()
    desk.store.payloads = MemoryPayloads()
    head = desk.store.head("acme", "run-1").head_hash
    assert verify_stream(desk.store.read("acme", "run-1"), head=head) == head


def erased_text(desk: Desk) -> str:
    named = next(e.payload for e in desk.durable() if isinstance(e, ToolCallSucceeded))
    assert named is not None
    return f"result erased ({named.size} bytes, digest {named.digest})"


def test_an_erased_result_is_told_in_the_trace() -> None:
    desk = whole_run()
    steps = run_trace(history(desk, MemoryPayloads())).execution_steps
    told = [(step.data, step.erased) for step in steps]
    assert told == [(None, erased_text(desk)), ({"rows": []}, None)]


def test_an_erased_result_is_told_in_the_timeline() -> None:
    desk = whole_run()
    lanes = run_timeline(history(desk, MemoryPayloads())).lanes
    assert [call.note for lane in lanes for call in lane.calls] == [erased_text(desk), None]


def test_an_erased_result_is_told_beside_the_answer() -> None:
    desk = whole_run()
    response = run_response(history(desk, MemoryPayloads()))
    meta = response["meta"]
    assert isinstance(meta, dict)
    assert (meta["erased_results"], response["answer"]) == ([f"a: {erased_text(desk)}"], "Two.")


def test_the_proof_of_a_run_counts_its_erased_results() -> None:
    desk = whole_run()
    recorded = desk.store.read("acme", "run-1")
    erased = history(desk, MemoryPayloads())
    found = [run_proof(recorded, each) for each in (history(desk), erased)]
    assert [(proof.erased_results, proof.version) for proof in found] == [
        (0, len(recorded)),
        (1, len(recorded)),
    ]


def test_nothing_is_called_erased_that_is_there() -> None:
    meta = run_response(history(whole_run()))["meta"]
    assert isinstance(meta, dict)
    assert meta["erased_results"] == []


def test_the_state_of_a_run_needs_no_payloads() -> None:
    desk = whole_run()
    assert run_state(history(desk)) == run_state(history(desk, MemoryPayloads()))
