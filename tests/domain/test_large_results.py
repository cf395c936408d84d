"""A large result is kept beside the log, and is there again for who reads the run."""

import asyncio
import json
import threading
from collections.abc import Sequence

import pytest
from msgspec.structs import replace
from pydantic import JsonValue

from domain.audit.stream_check import verify_stream
from domain.errors import CorruptLog
from domain.large_results import INLINE_BYTES, PREVIEW_CHARACTERS, history_of
from domain.payloads import Payload
from domain.run.aggregate import RUN
from domain.run.call_events import ToolCallSucceeded
from domain.run.events import HistoryEntry
from domain.views.calls import call_views
from infrastructure.event_store.memory import MemoryPayloads
from tests.domain.desk import Desk
from tests.domain.large import answered, large_call, rows
from tests.domain.run.samples import CALLED, call_succeeded

FULL = OSError("the disk is full")


class Refusing(MemoryPayloads):
    """Cannot store anything."""

    def put(self, tenant_id: str, payloads: Sequence[Payload]) -> None:
        raise FULL


class Noting(MemoryPayloads):
    """Notes in which thread it was called, and how many events were stored by then."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.calls: list[tuple[int, int]] = []

    def put(self, tenant_id: str, payloads: Sequence[Payload]) -> None:
        self.calls.append((threading.get_ident(), len(self._desk.durable())))
        super().put(tenant_id, payloads)


def called(data: JsonValue, desk: Desk | None = None) -> Desk:
    """Return a desk with a run whose call "a" has this result."""
    desk = desk or Desk()
    desk.ask()
    desk.write(*CALLED[1 : CALLED.index(call_succeeded("a"))])
    desk.write(replace(call_succeeded("a"), data=data))
    return desk


def stored(desk: Desk) -> ToolCallSucceeded:
    """Return the result as it is in the event."""
    event = desk.durable()[-1]
    assert isinstance(event, ToolCallSucceeded)
    return event


def history(desk: Desk, payloads: MemoryPayloads | None = None) -> list[HistoryEntry]:
    return history_of(desk.store.read("acme", "run-1"), payloads or desk.store.payloads)


def whole_run() -> Desk:
    desk = Desk().ask()
    desk.write(*answered()[1:])
    return desk


def text_of(byte_count: int) -> str:
    """Return a text that takes so many bytes as JSON."""
    return "x" * (byte_count - len('""'))


@pytest.mark.parametrize(
    ("data", "is_inline"),
    [
        (text_of(INLINE_BYTES), True),
        (text_of(INLINE_BYTES + 1), False),
        ("ü" * (INLINE_BYTES // 2 - 1), True),
        ("ü" * (INLINE_BYTES // 2), False),
        (None, True),
    ],
)
def test_a_result_of_more_than_4096_bytes_is_kept_beside_the_log(
    data: str | None,
    is_inline: bool,  # noqa: FBT001 - pytest passes it
) -> None:
    event = stored(called(data))
    assert (event.payload is None, event.data) == (is_inline, data if is_inline else None)


def test_an_event_names_digest_size_and_the_beginning_of_a_large_result() -> None:
    data: JsonValue = {"text": "größe " * 1000}
    payload = stored(called(data)).payload
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    assert payload is not None
    assert (payload.size, payload.preview) == (len(text.encode()), text[:PREVIEW_CHARACTERS])


def test_who_reads_a_run_gets_its_large_results() -> None:
    desk = called(rows())
    event = history(desk)[-1].event
    assert isinstance(event, ToolCallSucceeded)
    assert (event.data, event.erased) == (rows(), None)


@pytest.mark.parametrize("data", [[1.5, None, True] * 2000, {"deep": {"größe": ["ü"] * 5000}}])
def test_a_large_result_comes_back_as_it_was(data: JsonValue) -> None:
    assert call_views(history(called(data)))[0].data == data


def test_a_run_reads_like_one_whose_results_are_small() -> None:
    desk = whole_run()
    events = [entry.event for entry in history(desk)]
    named = [e for e in events if isinstance(e, ToolCallSucceeded) and e.payload]
    unnamed = [replace(e, payload=None) if isinstance(e, ToolCallSucceeded) else e for e in events]
    assert (len(named), unnamed) == (1, answered())


def test_a_run_with_a_large_result_is_a_sound_chain() -> None:
    desk = whole_run()
    head = desk.store.head("acme", "run-1").head_hash
    assert verify_stream(desk.store.read("acme", "run-1"), head=head) == head


def test_a_run_can_be_taken_up_after_a_large_result() -> None:
    desk = called(rows())
    desk.colleague().write(call_succeeded("b"))
    assert desk.durable()[-1] == call_succeeded("b")


def test_a_large_result_is_stored_before_its_event() -> None:
    desk = Desk()
    desk.store.payloads = Noting(desk)
    desk = called(rows(), Desk(desk.store))
    ((_, event_count),) = desk.store.payloads.calls  # type: ignore[attr-defined]  # it notes
    assert event_count == len(desk.durable()) - 1


def test_a_large_result_is_stored_beside_the_loop_that_runs_go_on_in() -> None:
    first = Desk()
    noting = Noting(first)
    first.store.payloads = noting
    desk = called("small", Desk(first.store))

    async def flush() -> int:
        desk.writer.report(large_call(call_id="b"))
        await desk.writer.flush()
        return threading.get_ident()

    loop_thread = asyncio.run(flush())
    ((thread, _),) = noting.calls
    assert thread != loop_thread


def test_an_event_whose_large_result_cannot_be_stored_is_not_acknowledged() -> None:
    first = Desk()
    first.store.payloads = Refusing()
    desk = Desk(first.store)
    with pytest.raises(OSError, match="the disk is full"):
        called(rows(), desk)
    assert not any(isinstance(event, ToolCallSucceeded) for event in desk.durable())


def test_what_could_not_be_stored_is_stored_with_the_next_append() -> None:
    first = Desk()
    refusing = Refusing()
    first.store.payloads = refusing
    desk = Desk(first.store)
    with pytest.raises(OSError, match="the disk is full"):
        called(rows(), desk)
    refusing.put = lambda *put: MemoryPayloads.put(refusing, *put)  # type: ignore[method-assign]
    desk.writer.append()
    assert call_views(history(desk))[0].data == rows()


def test_equal_results_of_a_tenant_are_stored_once() -> None:
    desk = called(rows())
    desk.write(large_call(call_id="b"))
    assert len(desk.store.payloads._contents) == 1
    assert [call.data for call in call_views(history(desk))] == [rows(), rows()]


def test_a_changed_payload_stops_who_reads_it() -> None:
    desk = called(rows())
    ((key, content),) = desk.store.payloads._contents.items()
    desk.store.payloads._contents[key] = content[:-1] + b"!"
    with pytest.raises(CorruptLog, match=r"payload [0-9a-f]{64} of tenant acme is corrupt"):
        history(desk)


def test_an_event_of_the_first_shape_has_its_result_in_it() -> None:
    data = '{"call_id":"a","attempt":1,"data":{"rows":[]},"duration_ms":1.0}'
    lifted = RUN.decode("tool-call-succeeded", schema_version=1, data=data)
    assert lifted == call_succeeded("a")


@pytest.mark.parametrize("digest", ["", "ab", "AB" * 32, "zz" * 32])
def test_a_name_that_is_no_digest_is_no_event(digest: str) -> None:
    named = f'"payload":{{"digest":"{digest}","size":1,"preview":""}}'
    data = f'{{"call_id":"a","attempt":1,{named},"duration_ms":1.0}}'
    with pytest.raises(ValueError, match="digest"):
        RUN.decode("tool-call-succeeded", schema_version=2, data=data)
