"""Which run a run is compared with."""

import dataclasses
from collections.abc import Sequence
from typing import cast

import pytest
from msgspec import structs

from domain.errors import NotFound
from domain.ports import FoundRuns
from domain.run.events import HistoryEntry, RunEvent, RunRequested, RunResumed
from domain.run.facts import Origin, Patches, ResultPatch
from domain.run.lifecycle import Stage
from domain.run.summary import RunSummary, summarise
from domain.run_filter.filter import RunFilter
from domain.services.counterparts import NoCounterpart, golden_run, last_good_run, previous_run
from domain.services.reader import RunReader
from domain.views.matching import Candidate, matches
from tests.domain.run.samples import ANSWERED
from tests.domain.views.histories import history


def summary(number: int, **fields: object) -> RunSummary:
    found = summarise(history(ANSWERED))
    assert found is not None
    return dataclasses.replace(found, run_id=f"run-{number}", **fields)  # type: ignore[arg-type]  # fields


class Kept:
    """Summaries kept in the order of asking; see `RunViews`."""

    def __init__(self, *kept: RunSummary) -> None:
        self._kept = kept
        self.happened: dict[str, Sequence[RunEvent]] = {}

    def history(self, _: str, run_id: str) -> Sequence[HistoryEntry]:
        if run_id not in {each.run_id for each in self._kept}:
            raise NotFound(run_id)
        return history([*self.happened.get(run_id, ANSWERED)])

    def summaries(
        self, tenant_id: str, where: RunFilter, *, limit: int, before: str | None = None
    ) -> FoundRuns:
        newest_first = [each for each in reversed(self._kept) if each.tenant_id == tenant_id]
        if before is not None:
            newest_first = [each for each in newest_first if each.run_id < before]
        return FoundRuns([e for e in newest_first if matches(where, Candidate(e))][:limit])


def kept(*summaries: RunSummary, **happened: Sequence[RunEvent]) -> RunReader:
    """Return what reads these runs; of some it is said what happened: run_2 is run-2."""
    found = Kept(*summaries)
    found.happened = {name.replace("_", "-"): events for name, events in happened.items()}
    return cast("RunReader", found)


def coming_from(**origin: object) -> list[RunEvent]:
    """Return the events of a fork."""
    requested, *rest = ANSWERED
    assert isinstance(requested, RunRequested)
    fork = {"kind": "fork", "parent_run_id": "run-1", "parent_version": len(ANSWERED), **origin}
    return [structs.replace(requested, origin=Origin(**fork)), *rest]  # type: ignore[arg-type]  # fields


RUN = summary(5)
PATCHED = coming_from(patches=Patches(results={"metric": ResultPatch(kind="empty")}))
RESUMED_WITH_A_PATCH = [
    *ANSWERED[:3],
    RunResumed(from_stage=Stage.ROUTE_PLAN, why="-", patches=Patches(plan={"graph.depth": 1})),
    *ANSWERED[3:],
]


def test_the_previous_run_is_the_last_one_before_of_the_same_question() -> None:
    runs = kept(summary(1), summary(2), summary(3, question="?"), RUN, summary(6))
    assert previous_run(runs, RUN).run_id == "run-2"


def test_a_run_that_goes_on_is_not_the_previous_one() -> None:
    runs = kept(summary(1), summary(2, ended_at=None, state="execute"), RUN)
    assert previous_run(runs, RUN).run_id == "run-1"


def test_a_run_of_another_tenant_is_not_the_previous_one() -> None:
    with pytest.raises(NoCounterpart, match="run-5 has no previous run of the same question"):
        previous_run(kept(summary(1, tenant_id="other"), RUN), RUN)


def test_the_golden_run_is_the_newest_pinned_one_of_the_same_question() -> None:
    runs = kept(summary(1, golden="a"), summary(2, golden="b"), summary(3), RUN)
    assert golden_run(runs, RUN).run_id == "run-2"


def test_a_golden_run_may_be_newer() -> None:
    assert golden_run(kept(RUN, summary(7, golden="a")), RUN).run_id == "run-7"


def test_the_golden_run_of_a_rerun_is_its_parent() -> None:
    rerun = summary(5, parent_run_id="run-1")
    runs = kept(summary(1, golden="a"), summary(2, golden="b"), rerun)
    assert golden_run(runs, rerun).run_id == "run-1"


def test_a_parent_that_is_not_golden_does_not_count() -> None:
    rerun = summary(5, parent_run_id="run-1")
    runs = kept(summary(1), summary(2, golden="b"), rerun)
    assert golden_run(runs, rerun).run_id == "run-2"


def test_a_golden_run_is_not_compared_with_itself() -> None:
    golden = summary(5, golden="a")
    with pytest.raises(NoCounterpart, match="has no golden run"):
        golden_run(kept(golden), golden)


def test_the_last_good_run_succeeded() -> None:
    runs = kept(summary(1), summary(2, status="partial"), RUN)
    good = last_good_run(runs, RUN)
    assert good is not None
    assert good.run_id == "run-1"


def test_there_may_be_no_last_good_run() -> None:
    assert last_good_run(kept(summary(1, status=None, state="failed"), RUN), RUN) is None


def test_a_run_whose_answer_is_flagged_wrong_is_not_the_last_good_one() -> None:
    runs = kept(summary(1), summary(2, flag="right"), summary(3, flag="wrong"), RUN)
    good = last_good_run(runs, RUN)
    assert good is not None
    assert good.run_id == "run-2"


@pytest.mark.parametrize(
    "events",
    [
        PATCHED,
        RESUMED_WITH_A_PATCH,
        coming_from(is_blocked=True),
        coming_from(parent_run_id="run-2", parent_version=3),
    ],
    ids=["patched", "resumed with a patch", "blocked", "fork of a what-if"],
)
def test_what_ifs_are_no_counterparts(events: Sequence[RunEvent]) -> None:
    runs = kept(summary(1), summary(2), summary(3), RUN, run_2=PATCHED, run_3=events)
    assert previous_run(runs, RUN).run_id == "run-1"
    good = last_good_run(runs, RUN)
    assert good is not None
    assert good.run_id == "run-1"


def test_of_many_what_ifs_none_is_a_counterpart() -> None:
    many = [summary(number) for number in range(200, 230)]
    runs = kept(summary(100), *many, **{f"run_{number}": PATCHED for number in range(200, 230)})
    assert previous_run(runs, summary(300)).run_id == "run-100"


def test_a_fork_that_changed_nothing_is_a_counterpart_though_its_parent_is_elsewhere() -> None:
    runs = kept(summary(2), RUN, run_2=coming_from(parent_run_id="run-0"))
    assert previous_run(runs, RUN).run_id == "run-2"
