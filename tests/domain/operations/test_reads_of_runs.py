"""The lists of runs, and their proof, as every face asks for them."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING, Any, cast

import pytest

from domain.aggregate.envelope import Actor
from domain.errors import ChangedRecord, NotFound
from domain.operations.failures import LIST_FAILURES, WhichFailures
from domain.operations.one_run import OneRun, RunAt
from domain.operations.operation import Caller, InvalidParams, Operation, Params
from domain.operations.run_lists import (
    LIST_RUNS,
    SEARCH_RUNS,
    NoSuchFailures,
    PageOfRuns,
    WhichRuns,
    Words,
)
from domain.operations.run_views.lineage import SHOW_LINEAGE
from domain.operations.run_views.record import PROVE_RUN
from domain.ports import FoundFailures, FoundRuns
from domain.run.aggregate import RUN
from domain.run.commands import RequestRun
from domain.run_filter.filter import EVERY_RUN, RunFilter
from domain.run_filter.tokens import FilterRefused
from domain.services.reader import RunReader
from domain.writer import Authorship, StreamWriter
from infrastructure.event_store.memory import MemoryEventStore
from tests.domain.run.samples import FAILED
from tests.fakes import CountingIds, FrozenClock

if TYPE_CHECKING:
    from domain.operations.services import Services

BY = Authorship("acme", Actor("person", "ada"))
RUNS = ("run-1", "run-2", "run-3")


class LaggingStore(MemoryEventStore):
    """A store whose searches have not read the newest 3 events."""

    def summaries(
        self, tenant_id: str, where: RunFilter, *, limit: int, before: str | None = None
    ) -> FoundRuns:
        found = super().summaries(tenant_id, where, limit=limit, before=before)
        return FoundRuns(found.summaries, unread_count=3)

    def failures(
        self, tenant_id: str, where: RunFilter, *, limit: int, since: str | None = None
    ) -> FoundFailures:
        found = super().failures(tenant_id, where, limit=limit, since=since)
        return FoundFailures(found.groups, unread_count=3)

    def reading(
        self, tenant_id: str, items: Collection[str], *, limit: int, before: str | None
    ) -> FoundRuns:
        raise NotImplementedError

    def search(
        self, tenant_id: str, text: str, *, limit: int, before: str | None = None
    ) -> FoundRuns:
        assert before is None
        return self.summaries(tenant_id, EVERY_RUN, limit=limit)


@dataclass
class Desk:
    """Three runs of which the second failed, and who asks for them."""

    store: LaggingStore = field(default_factory=LaggingStore)
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock, self.zone = FrozenClock(), UTC
        self.reader = RunReader(self.store, self.store, self.store, self.clock)
        ids = CountingIds()
        for run_id in RUNS:
            writer = StreamWriter(RUN, run_id, BY, store=self.store, clock=FrozenClock(), ids=ids)
            writer.handle(RequestRun(question=f"What is {run_id}?"))
            if run_id == "run-2":
                writer.report(FAILED)
            writer.append()

    def ask(self, operation: Operation[Any, Any], params: Params) -> Any:  # noqa: ANN401
        caller = Caller(BY, tell=self.told.append)
        return asyncio.run(operation.do(cast("Services", self), caller, params))

    def listed(self, **which: Any) -> list[str]:  # noqa: ANN401 - fields of the params
        return [each.run_id for each in self.ask(LIST_RUNS, PageOfRuns(**which))]


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize(
    ("which", "run_ids"),
    [
        ({}, ["run-3", "run-2", "run-1"]),
        ({"limit": 2}, ["run-3", "run-2"]),
        ({"before": "run-3"}, ["run-2", "run-1"]),
        ({"before": "latest"}, ["run-2", "run-1"]),
        ({"state": "failed"}, ["run-2"]),
        ({"status": "requested"}, ["run-3", "run-1"]),
        ({"attention": True}, ["run-2"]),
        ({"query": "question ~ 'run-1'"}, ["run-1"]),
        ({"query": "question ~ 'run-1'", "state": "failed"}, []),
        ({"query": "started > -1h", "attention": True}, ["run-2"]),
    ],
    ids=str,
)
def test_runs_are_listed_that_everything_fits(
    desk: Desk, which: dict[str, object], run_ids: list[str]
) -> None:
    assert desk.listed(**which) == run_ids


@pytest.mark.parametrize(
    "which",
    [{"state": "good"}, {"status": "good"}, {"limit": 0}, {"limit": 1001}, {"lmit": 1}],
    ids=str,
)
def test_what_no_run_can_be_is_refused(which: dict[str, object]) -> None:
    with pytest.raises(InvalidParams, match=next(iter(which))):
        PageOfRuns.model_validate(which)


def test_a_word_that_does_not_exist_is_told_with_those_that_do() -> None:
    with pytest.raises(InvalidParams, match="'good' does not exist; allowed: requested, "):
        WhichRuns(state="good")


def test_a_query_that_cannot_be_read_is_refused(desk: Desk) -> None:
    with pytest.raises(FilterRefused):
        desk.listed(query="status =")


def test_a_page_after_a_run_that_is_not_there_is_refused(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.listed(before="run-9")


def test_kinds_of_failures_are_those_of_the_runs_that_fit(desk: Desk) -> None:
    (group,) = desk.ask(LIST_FAILURES, WhichFailures())
    assert (group.example_run_id, group.run_count) == ("run-2", 1)
    assert desk.ask(LIST_FAILURES, WhichFailures(query="state = requested")) == []


@pytest.mark.parametrize(("since", "count"), [("-1h", 1), ("today", 1), ("2026-03-02", 0)])
def test_kinds_of_failures_are_those_that_were_seen_since(
    desk: Desk, since: str, count: int
) -> None:
    assert len(desk.ask(LIST_FAILURES, WhichFailures(since=since))) == count


def test_since_when_is_a_time(desk: Desk) -> None:
    with pytest.raises(InvalidParams, match=r"since: 'soon' is not a time such as -24h, -7d"):
        desk.ask(LIST_FAILURES, WhichFailures(since="soon"))


def test_the_runs_of_a_kind_are_listed(desk: Desk) -> None:
    (group,) = desk.ask(LIST_FAILURES, WhichFailures())
    assert desk.listed(failure=group.fingerprint) == ["run-2"]
    assert desk.listed(failure=group.fingerprint, query="status = success") == []


def test_a_kind_that_no_run_has_is_not_found(desk: Desk) -> None:
    with pytest.raises(NoSuchFailures, match="no run has a failure of kind '5f1c0a2e9b77'"):
        desk.listed(failure="5f1c0a2e9b77")


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        (LIST_RUNS, PageOfRuns()),
        (LIST_FAILURES, WhichFailures()),
        (SEARCH_RUNS, Words(text="what")),
    ],
    ids=["list", "failures", "search"],
)
def test_what_was_not_searched_yet_is_told(
    desk: Desk, operation: Operation[Any, Any], params: Params
) -> None:
    desk.ask(operation, params)
    assert desk.told == [
        "the newest 3 events were not searched: another process is reading them, or was;"
        " see `projection.list`"
    ]


def test_a_sound_run_has_a_proof(desk: Desk) -> None:
    proof = desk.ask(PROVE_RUN, OneRun(run="run-2"))
    head = desk.store.head("acme", "run-2")
    assert (proof.run_id, proof.version, proof.head_hash, proof.erased_results) == (
        "run-2",
        2,
        head.head_hash.hex(),
        0,
    )


def test_a_run_whose_hashes_do_not_fit_has_none(desk: Desk) -> None:
    streams = desk.store._streams
    streams["acme", "run-2"] = streams["acme", "run-1"]
    with pytest.raises(ChangedRecord):
        desk.ask(PROVE_RUN, OneRun(run="run-2"))


def test_a_lineage_names_the_run_that_was_asked_for(desk: Desk) -> None:
    found = desk.ask(SHOW_LINEAGE, RunAt(run="latest"))
    assert (found.asked_for, found.root.summary.run_id) == ("run-3", "run-3")
