from collections.abc import Collection
from datetime import timedelta

import pytest

from domain.aggregate.envelope import Actor
from domain.errors import AmbiguousRun, NoSuchVersion, NotFound, NotYetRequested
from domain.ports import FoundRuns
from domain.run.aggregate import RUN
from domain.run.commands import RequestRun
from domain.run.lifecycle import Stage
from domain.run_filter.filter import EVERY_RUN, Compare, Operator, RunFilter
from domain.services.reader import RunReader
from domain.writer import Authorship, StreamWriter
from infrastructure.event_store.memory import MemoryEventStore
from tests.domain.run.samples import started
from tests.fakes import NOON, CountingIds, FrozenClock

RUNS = ["run-aa-1", "run-aa-2", "run-aa-21", "run-bb-1"]


def asking(text: str) -> RunFilter:
    return Compare("question", Operator.CONTAINS, text)


class QuestionSearch:
    """Finds runs by a part of their question; see `domain.ports.RunSearch`."""

    def __init__(self, store: MemoryEventStore) -> None:
        self._store = store

    def search(
        self, tenant_id: str, text: str, *, limit: int, before: str | None = None
    ) -> FoundRuns:
        assert before is None
        found = self._store.summaries(tenant_id, asking(text), limit=limit)
        return FoundRuns(found.summaries, unread_count=3)

    def reading(
        self, tenant_id: str, items: Collection[str], *, limit: int, before: str | None
    ) -> FoundRuns:
        raise NotImplementedError


@pytest.fixture
def reader() -> RunReader:
    """A reader of four runs of acme, each requested and begun, and one of another tenant."""
    store, ids, clock = MemoryEventStore(), CountingIds(), FrozenClock()
    for tenant, run_id in [*(("acme", run) for run in RUNS), ("globex", "run-cc-1")]:
        by = Authorship(tenant, Actor("person", "ada"))
        writer = StreamWriter(RUN, run_id, by, store=store, clock=clock, ids=ids)
        writer.handle(RequestRun(question=f"What is {run_id}?"))
        writer.report(started(Stage.ROUTE_PLAN))
        writer.append()
    return RunReader(store, store, QuestionSearch(store), FrozenClock())


@pytest.mark.parametrize(
    ("text", "run_id"),
    [
        ("run-aa-1", "run-aa-1"),
        ("run-aa-2", "run-aa-2"),
        ("run-b", "run-bb-1"),
        ("aa-2", "run-aa-2"),
        ("latest", "run-bb-1"),
    ],
)
def test_a_run_is_named_by_its_id_or_a_part_of_it(
    reader: RunReader, text: str, run_id: str
) -> None:
    assert reader.resolve("acme", text) == run_id


@pytest.mark.parametrize("text", ["run-cc-1", "run-x", "cc-1"])
def test_a_run_that_is_not_there_is_told(reader: RunReader, text: str) -> None:
    with pytest.raises(NotFound, match=f"no run {text} in this tenant"):
        reader.resolve("acme", text)


def test_there_is_no_latest_run_of_a_tenant_without_runs(reader: RunReader) -> None:
    with pytest.raises(NotFound, match="no run latest in this tenant; it has none yet"):
        reader.resolve("initech", "latest")


def test_a_part_that_fits_several_runs_is_told_with_them(reader: RunReader) -> None:
    with pytest.raises(AmbiguousRun, match="fits several runs") as told:
        reader.resolve("acme", "run-aa")
    assert [*told.value.candidates] == ["run-aa-1", "run-aa-2", "run-aa-21"]
    assert told.value.candidates["run-aa-2"] == "'What is run-aa-2?'"


def test_a_run_has_all_its_events_in_order(reader: RunReader) -> None:
    found = reader.events("acme", "run-aa-1")
    assert [each.envelope.version for each in found] == [1, 2]


@pytest.mark.parametrize("at", [1, 2])
def test_a_run_can_be_read_as_it_was(reader: RunReader, at: int) -> None:
    assert len(reader.events("acme", "run-aa-1", at=at)) == at


@pytest.mark.parametrize("at", [-1, 0, 3])
def test_a_version_that_a_run_does_not_have_is_told(reader: RunReader, at: int) -> None:
    with pytest.raises(NoSuchVersion, match=f"run run-aa-1 has versions 1 to 2, not {at}"):
        reader.events("acme", "run-aa-1", at=at)


def test_a_run_can_be_read_as_it_was_at_an_instant(reader: RunReader) -> None:
    assert len(reader.history("acme", "run-aa-1", at=NOON)) == 2


def test_an_instant_before_the_first_event_is_told(reader: RunReader) -> None:
    with pytest.raises(NotYetRequested, match="run run-aa-1 had no event at 2026-03-01T11:59"):
        reader.events("acme", "run-aa-1", at=NOON - timedelta(minutes=1))


def test_a_run_of_another_tenant_has_no_events_here(reader: RunReader) -> None:
    with pytest.raises(NotFound, match="no run run-cc-1 in this tenant"):
        reader.events("acme", "run-cc-1")


def test_a_history_is_the_decoded_events(reader: RunReader) -> None:
    stored = reader.events("acme", "run-aa-1")
    assert reader.history("acme", "run-aa-1") == [RUN.read(each) for each in stored]


def test_a_history_can_be_read_as_it_was(reader: RunReader) -> None:
    (entry,) = reader.history("acme", "run-aa-1", at=1)
    assert entry.event.stored_as == "run-requested"


def test_a_summary_is_of_one_run(reader: RunReader) -> None:
    assert reader.summary("acme", "run-aa-2").question == "What is run-aa-2?"


def test_a_summary_of_another_tenant_is_not_there(reader: RunReader) -> None:
    with pytest.raises(NotFound, match="no run run-cc-1 in this tenant"):
        reader.summary("acme", "run-cc-1")


def test_the_newest_runs_come_first(reader: RunReader) -> None:
    found = reader.summaries("acme", EVERY_RUN, limit=2)
    assert [each.run_id for each in found.summaries] == ["run-bb-1", "run-aa-21"]


def test_the_next_page_follows_the_last_run_of_the_one_before(reader: RunReader) -> None:
    found = reader.summaries("acme", EVERY_RUN, limit=2, before="run-aa-21")
    assert [each.run_id for each in found.summaries] == ["run-aa-2", "run-aa-1"]


def test_runs_are_found_by_words_of_their_question(reader: RunReader) -> None:
    found = reader.summaries("acme", asking("WHAT IS RUN-BB"), limit=9)
    assert [each.run_id for each in found.summaries] == ["run-bb-1"]


def test_a_search_finds_runs_of_the_tenant_and_says_what_it_left_out(reader: RunReader) -> None:
    found = reader.search("acme", "run-", limit=2)
    assert [summary.run_id for summary in found.summaries] == ["run-bb-1", "run-aa-21"]
    assert found.unread_count == 3
