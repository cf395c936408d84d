"""What people and workers do, at random, through the operations that every face uses."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Final

from domain.aggregate.envelope import Actor
from domain.errors import OpstrailError
from domain.operations import bulk_replays, bundles, goldens, notes, replays, requests
from domain.operations.operation import Caller, InvalidParams, Operation, P, V
from domain.run.commands import RequestRun
from domain.run.facts import Patches, ResultPatch
from domain.run_filter.filter import EVERY_RUN
from domain.run_filter.parser import parse_filter
from domain.views.bulk_replay import BulkMode
from domain.writer import Authorship
from tests.reference_fold.place import CALL_TIMEOUT_MS, NEW_YEAR, PLANS, Place

_QUESTIONS: Final = (*PLANS, *list(PLANS)[:3] * 2, "What is this?")
_MOSTLY, _OFTEN = 0.8, 0.6
_TO_RESUME: Final = "status IN (failed, cancelled, partial, degraded)"
_TO_CANCEL: Final = "NOT state IN (completed, rejected, cancelled)"
_ENDED: Final = "ended != none"
_TO_PIN: Final = "state IN (completed, rejected)"
_FILTERS: Final = ("", "status != success", "calls > 1", "tool = metric")
_NAMES: Final = ("north", "south")
_RESULTS: Final = (
    ResultPatch(kind="empty"),
    ResultPatch(kind="data", data={"rows": []}),
    ResultPatch(kind="error", error_code="TOOL_TIMEOUT"),
)
_KEYS: Final = ("once", "twice")
_JUMPS: Final = ({"hours": 30}, {"minutes": 20}, {"minutes": -7}, {"days": -40}, {"days": 50})


class Sequence:
    """One random sequence of steps, in a tenant of its own."""

    def __init__(self, place: Place, other: Place, chance: Random, tenant: str) -> None:
        """Act in one place; bundles also go to the other one."""
        self.place, self.other, self.chance, self.tenant = place, other, chance, tenant
        self.caller = Caller(Authorship(tenant, Actor("person", "ada"), None))
        self.told: list[str] = []
        for each in (place, other):
            each.clock.begin()

    @property
    def story(self) -> str:
        """What was done so far."""
        return "\n".join([f"In {self.tenant}, after:", *self.told])

    def step(self) -> None:
        """Do something. What the rules refuse changes nothing, and is told, too."""
        do = self.chance.choice(_STEPS if self._runs() else _BEGINNINGS)
        said = do.__name__
        try:
            do(self)
        except (OpstrailError, InvalidParams) as error:
            said += f" ({type(error).__name__}: {error})"
        self.told.append(said)

    def _do(self, operation: Operation[P, V], **params: object) -> V:
        asked = operation.params(**params)
        return asyncio.run(operation.do(self.place.opstrail, self.caller, asked))

    def _runs(self, where: str | None = None) -> list[str]:
        views = self.place.opstrail.views
        wanted = parse_filter(where, now=NEW_YEAR) if where else EVERY_RUN
        found = views.summaries(self.tenant, wanted, limit=1000).summaries
        return sorted(each.run_id for each in found)

    def _some_run(self, where: str | None = None) -> str:
        """Return the id of a run, mostly one that the filter fits, and often the oldest of them.

        So more than one thing happens to the same run.
        """
        fitting = self._runs(where) if where and self.chance.random() < _MOSTLY else []
        runs = fitting or self._runs()
        return runs[0] if self.chance.random() < _OFTEN else self.chance.choice(runs)

    def ask(self) -> None:
        key = self.chance.choice([None, None, None, *_KEYS])
        timeout = self.chance.choice((None, CALL_TIMEOUT_MS))
        question = self.chance.choice(_QUESTIONS)
        self._do(requests.ASK, question=question, key=key, timeout_ms=timeout)

    def request(self) -> None:
        """Somebody asks, and no worker begins."""
        question = self.chance.choice(_QUESTIONS)
        self.place.opstrail.runs.request(RequestRun(question=question), self.caller.by)

    def lose_the_worker(self) -> None:
        with self.place.losing_its_worker(self.chance.randint(1, 6)):
            self.chance.choice((Sequence.ask, Sequence.resume, Sequence.fork))(self)

    def recover(self) -> None:
        self._do(requests.RECOVER_RUNS)

    def cancel(self) -> None:
        self._do(requests.CANCEL_RUN, run=self._some_run(_TO_CANCEL), reason="not needed")

    def resume(self) -> None:
        timeout = self.chance.choice((None, None, CALL_TIMEOUT_MS))
        self._do(
            replays.RESUME_RUN,
            run=self._some_run(_TO_RESUME),
            reason="again",
            timeout_ms=timeout,
            patches=self._patches(),
        )

    def resume_when_all_is_well(self) -> None:
        with self.place.calm():
            self.resume()

    def resume_and_leave(self) -> None:
        """Somebody lets a run go on, and no worker does."""
        with self.place.losing_its_worker(1):
            self.resume()

    def fork(self) -> None:
        run = self._some_run()
        at = self.chance.choice((None, None, 1, self.chance.randint(1, 25)))
        is_blocked = self.chance.random() < 0.2
        action = self.chance.choice((None, None, None, 1))
        self._do(
            replays.FORK_RUN,
            run=run,
            reason="what if",
            at=at,
            is_blocked=is_blocked,
            action=action,
            patches=self._patches(),
        )

    def _patches(self) -> Patches:
        call = self.chance.choice(("primary", "metric", "one:primary"))
        patch = self.chance.choice((*[None] * 6, *_RESULTS))
        return Patches(results={call: patch} if patch else {})

    def rerun(self) -> None:
        self._do(replays.RERUN_RUN, run=self._some_run(), reason="once more")

    def verify(self) -> None:
        asyncio.run(self.place.opstrail.replays.verify(self.tenant, self._some_run()))

    def annotate(self) -> None:
        self._do(notes.ANNOTATE_RUN, run=self._some_run(_ENDED), text="Seen.")

    def flag(self) -> None:
        verdict = self.chance.choice(("right", "wrong", "unclear"))
        self._do(notes.FLAG_RUN, run=self._some_run(_ENDED), verdict=verdict)

    def pin(self) -> None:
        name, is_wrong = self.chance.choice(_NAMES), self.chance.random() < 0.2
        self._do(goldens.PIN_GOLDEN, run=self._some_run(_TO_PIN), name=name, is_wrong=is_wrong)

    def unpin(self) -> None:
        self._do(goldens.UNPIN_GOLDEN, name=self.chance.choice(_NAMES))

    def check_goldens(self) -> None:
        self._do(goldens.CHECK_GOLDENS)

    def jump(self) -> None:
        self.place.clock.jump(**self.chance.choice(_JUMPS))

    def replay_in_bulk(self) -> None:
        mode, which = self.chance.choice(list(BulkMode)), self.chance.choice(_FILTERS)
        self._do(bulk_replays.START_REPLAY, mode=mode, filter=which, reason="all of them", limit=3)

    def send_a_bundle(self) -> None:
        """Some runs go to the other place."""
        runs = self._runs()
        some = self.chance.sample(runs, self.chance.randint(1, min(3, len(runs))))
        with_parents = self.chance.random() < 0.5
        bundle = self._do(bundles.EXPORT_RUNS, runs=tuple(some), with_parents=with_parents)
        self.other.opstrail.bundles.import_runs(bundle.content, tenant_id=self.tenant)

    def move_over(self) -> None:
        """Send some runs to the other place, and go on there; they may come back."""
        self.send_a_bundle()
        self.place, self.other = self.other, self.place


_BEGINNINGS: Final[tuple[Callable[[Sequence], None], ...]] = (
    Sequence.ask,
    Sequence.ask,
    Sequence.request,
)
_STEPS: Final[tuple[Callable[[Sequence], None], ...]] = (
    *_BEGINNINGS,
    *[Sequence.lose_the_worker] * 2,
    Sequence.recover,
    Sequence.cancel,
    *[Sequence.resume] * 2,
    *[Sequence.resume_when_all_is_well] * 2,
    Sequence.resume_and_leave,
    *[Sequence.fork] * 2,
    Sequence.rerun,
    Sequence.verify,
    Sequence.annotate,
    Sequence.flag,
    *[Sequence.pin] * 2,
    Sequence.unpin,
    Sequence.check_goldens,
    *[Sequence.jump] * 3,
    Sequence.replay_in_bulk,
    Sequence.send_a_bundle,
    Sequence.move_over,
)


def log_moved(place: Place, folder: Path, chance: Random) -> Place:
    """Return a new place with the log of another one, by way of a file."""
    file = folder / f"log-{chance.random()}.jsonl"
    problems: list[str] = []
    log = place.opstrail.log
    log.export(
        str(file), is_compressed=True, on_progress=lambda _: None, on_problem=problems.append
    )
    new = Place(f"sqlite:///{file.with_suffix('.db')}", chance)
    new.opstrail.log.import_(str(file), on_progress=lambda _: None, on_problem=problems.append)
    assert not problems
    return new
