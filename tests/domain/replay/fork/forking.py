"""A run of two calls to be forked: an item is found, and its metric measured."""

from typing import Any

from domain.replay.fork.descent import Fork, Rerun
from domain.run.facts import Patches
from tests.domain.replay.resume.test_resume import Counted
from tests.domain.stages.running import (
    BY,
    FOUND,
    METRIC,
    VALUE,
    Ran,
    Running,
    ci,
    metric,
    plan_output,
)

REASON = "what if"


class Parent:
    """A run that was carried out, and what was called for it and for its forks."""

    def __init__(self, **plan: Any) -> None:  # noqa: ANN401 - plain JSON
        self.found, self.value = Counted(FOUND), Counted(VALUE)
        self.running = Running(
            ci(self.found.answer), metric(self.value.answer), planned=plan_output(**METRIC | plan)
        )
        self.run_id = self.running.request()
        self.running.carry_out(self.run_id)
        self.ran = Ran(self.running, self.run_id)
        self.found.calls = self.value.calls = 0

    def version_of(self, kind: type, number: int = 0) -> int:
        """The version of the event of this kind; several are counted from 0."""
        found = [e.envelope.version for e in self.ran.history if isinstance(e.event, kind)]
        return found[number]

    def fork(
        self,
        *,
        at: int | None = None,
        action: int | None = None,
        from_call: str | None = None,
        is_blocked: bool = False,
        **patches: Any,  # noqa: ANN401 - the fields of patches
    ) -> Ran:
        changes = Patches(**patches)
        fork = Fork(
            reason=REASON,
            at=at,
            from_call=from_call,
            patches=changes,
            action=action,
            is_blocked=is_blocked,
        )
        return self.carried_out(self.running.replays.fork(self.run_id, fork, BY).run_id)

    def rerun(self, *, at: int | None = None, **patches: Any) -> Ran:  # noqa: ANN401 - the fields of patches
        rerun = Rerun(reason=REASON, at=at, patches=Patches(**patches))
        return self.carried_out(self.running.replays.rerun(self.run_id, rerun, BY).run_id)

    def carried_out(self, run_id: str) -> Ran:
        self.running.carry_out(run_id)
        return Ran(self.running, run_id)

    def called(self) -> tuple[int, int]:
        """How often the item was looked up, and the metric measured, since the parent's end."""
        return self.found.calls, self.value.calls
