"""What may happen to a run of calls that ask the same, drawn at random, and to forks of it."""

import contextlib
from collections import Counter
from collections.abc import Iterator
from random import Random

from domain.errors import Refused
from domain.json import JsonMap
from domain.replay.fork.descent import Fork
from domain.replay.resume.resumption import Resumption
from domain.replay.verify.verify import verify
from domain.run.approval_events import CallApproved
from domain.run.call_events import ToolCallSucceeded
from domain.run.lifecycle import ENDED_STATES
from tests.domain.services.hosts import REQUIRED, Site, call
from tests.domain.stages.running import BY, finish
from tests.domain.stages.test_runs_interrupted import BreakingStore, FullDisk

_ENDED = {state.value for state in ENDED_STATES}
_STEPS = 6


class Walk:
    """Runs that people and accidents went on with; `runs` are the first one and its forks."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        calls = [self._call(number) for number in range(self.chance.randint(2, 5))]
        strategy = self.chance.choice(["serial", "parallel"])
        has_order = any("depends_on" in each for each in calls)
        self.site = Site(
            *calls,
            policies=self.chance.choice([None, REQUIRED]),
            execution_strategy="dag" if has_order and strategy == "parallel" else strategy,
        )
        self.runs = [self.site.ask(self._store())]

    def go_on(self) -> None:
        """Let some things happen to the runs."""
        for _ in range(_STEPS):
            run_id = self.chance.choice(self.runs)
            with contextlib.suppress(Refused, FullDisk):
                self._go_on(run_id)
            if self.chance.random() < 0.4:
                self._fork(run_id)

    def faults(self) -> Iterator[str]:
        """Yield where a call has the answer of another, happens too often, or does not verify."""
        for run_id in self.runs:
            verdict = finish(verify(self.site.history(run_id), self.site.registry))
            if not verdict.is_same:
                yield f"{run_id}: {verdict.divergence or verdict.missing}"
            yield from self._answers_of_others(run_id)
            events = self.site.events(run_id)
            approved = [each.call_id for each in events if isinstance(each, CallApproved)]
            for call_id, times in self._changed(run_id).items():
                if times > 1 + approved.count(call_id):
                    yield f"{run_id}: {call_id} happened {times} times"

    def _answers_of_others(self, run_id: str) -> Iterator[str]:
        for event in self.site.events(run_id):
            if isinstance(event, ToolCallSucceeded) and isinstance(event.data, dict):
                key = str(event.data["key"])
                if not key.endswith(f"/{event.call_id}"):
                    yield f"{run_id}: {event.call_id} has the answer of {key}"

    def _changed(self, run_id: str) -> Counter[str]:
        """Return how often each effect of a run happened, by call id."""
        plan = self.site.plan.plan
        assert plan is not None
        effects = {each.call_id for each in plan.calls if each.operation == "restart"}
        done = [key.split("/") for key, _ in self.site.host.done]
        return Counter(call_id for of, call_id in done if of == run_id and call_id in effects)

    def _call(self, number: int) -> JsonMap:
        operation = self.chance.choice(["look", "tag", "restart", "restart"])
        made = call(f"c{number}", operation, params={"text": "web"})
        if number and self.chance.random() < 0.25:
            made["depends_on"] = [f"c{self.chance.randrange(number)}"]
        elif number and self.chance.random() < 0.2:
            made["output_mapping"] = {"text": f"{{c{self.chance.randrange(number)}.said}}"}
        return made

    def _store(self) -> BreakingStore | None:
        """Return a store whose worker will be lost, perhaps."""
        if self.chance.random() < 0.5:
            return None
        return BreakingStore(self.site.memory, breaks_at=self.chance.randint(2, 6))

    def _go_on(self, run_id: str) -> None:
        site, state, store = self.site, self.site.state(run_id), self._store()
        if state == "waiting":
            names = [*site.waits(run_id)]
            some = self.chance.sample(names, self.chance.randint(1, len(names)))
            site.decide(run_id, *some, approve=self.chance.random() < 0.75, store=store)
        elif state not in _ENDED:
            site.recover(run_id)
        else:
            site.service().resume(run_id, Resumption(reason="again"), BY)
            site.carry_out(run_id, site.service(store=store))

    def _fork(self, run_id: str) -> None:
        versions = [entry.envelope.version for entry in self.site.history(run_id)][4:]
        with contextlib.suppress(Refused, FullDisk):
            fork = Fork(reason="again", at=self.chance.choice(versions))
            self.runs.append(self.site.replays().fork(run_id, fork, BY).run_id)
            self.site.carry_out(self.runs[-1], self.site.service(store=self._store()))
