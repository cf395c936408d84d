"""Golden runs: pinned by a name, and checked."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from domain.errors import NotFound, NotGolden, OpstrailError
from domain.json import JsonMap
from domain.replay.compare.compare import compare
from domain.replay.compare.ignore_rules import NO_RULES, IgnoreRules
from domain.replay.fork.descent import Fork, Rerun
from domain.replay.golden.judgement import judge, judge_wrong, not_checked
from domain.replay.golden.pinned import check_name, golden_of, thresholds_of
from domain.replay.golden.trial import Trial
from domain.replay.record.recording import request_of
from domain.replay.verify.verifier import NAMELESS, Verifier
from domain.replay.verify.verify import driven_again, verify
from domain.run.commands import BreakGolden, PinGolden, UnpinGolden
from domain.run.events import HistoryEntry
from domain.run_filter.filter import Not, all_of, equal
from domain.services.reader import RunReader
from domain.services.replays import Replays
from domain.services.runs import RunService
from domain.tools.catalogue import KnownTools
from domain.views.golden import Checked, Golden, Grade, Judgement, Mode, Pinned, Unpinned
from domain.writer import Authorship

_PAGE = 500
_MOST_RIGHT = 20
_PINNED = Not(equal("golden", None))


class NoSuchGolden(NotFound):
    """There is no golden run of this name."""

    def __init__(self, name: str, *, known: Iterable[str]) -> None:
        self.name, self.known = name, list(known)
        super().__init__(name)
        names = ", ".join(self.known) or "none"
        self.args = (f"no golden run {name!r} in this tenant; there are: {names}",)


class NoGoldens(OpstrailError):
    """There is nothing to check."""

    def __init__(self, tenant_id: str) -> None:
        self.tenant_id = tenant_id
        super().__init__(
            f"there are no golden runs in tenant {tenant_id}, so nothing was checked;"
            " pin one with `golden.pin`"
        )


class Goldens:
    """The golden runs of tenants, found and checked by what is recorded."""

    def __init__(self, reader: RunReader, verifier: Verifier = NAMELESS) -> None:
        """Keep where runs are read, and who verifies them."""
        self._reader, self._verifier = reader, verifier

    def all(self, tenant_id: str) -> list[Golden]:
        """Return the golden runs in the order of their names; who was pinned last has the name."""
        by_name: dict[str, Golden] = {}
        for golden in sorted(self.pinned(tenant_id), key=lambda each: each.position):
            by_name[golden.name] = golden
        return [by_name[name] for name in sorted(by_name)]

    def named(self, tenant_id: str, names: Sequence[str]) -> list[Golden]:
        """Return the golden runs of these names, each once. Raises `NoSuchGolden`."""
        known = {golden.name: golden for golden in self.all(tenant_id)}
        for name in names:
            if name not in known:
                raise NoSuchGolden(name, known=known)
        return [known[name] for name in dict.fromkeys(names)]

    def to_check(self, tenant_id: str, names: Sequence[str]) -> list[Golden]:
        """Return the golden runs of these names, all without names.

        Raises `NoSuchGolden`, `NoGoldens`.
        """
        found = self.named(tenant_id, names) or self.all(tenant_id)
        if not found:
            raise NoGoldens(tenant_id)
        return found

    def pinned(self, tenant_id: str) -> Iterator[Golden]:
        """Yield the runs that are pinned by any name, the newest run first."""
        last = None
        while True:
            found = self._reader.summaries(tenant_id, _PINNED, limit=_PAGE, before=last).summaries
            for summary in found:
                golden = golden_of(self._reader.history(tenant_id, summary.run_id))
                if golden is not None:
                    yield golden
            if len(found) < _PAGE:
                return
            last = found[-1].run_id

    async def verify(
        self, golden: Golden, tools: KnownTools, ignore: IgnoreRules = NO_RULES
    ) -> Checked:
        """Judge what the engine of today decides by the record; nothing is called.

        What makes that impossible (a result that was erased) fails.
        """
        mode, build = Mode.VERIFY, self._verifier.build
        try:
            recorded = self._pinned(golden)
            verdict = await verify(recorded, tools, self._verifier, ignore)
            driven = await driven_again(recorded, tools, ignore)
            trial = Trial(
                comparison=compare(recorded, driven.history, ignore=ignore),
                divergences=verdict.divergences,
                mode=mode,
                thresholds=thresholds_of(golden.thresholds),
                stopped=driven.stopped,
                why_not_driven=verdict.why_not_driven,
            )
            judgement = self._judged(golden, trial, driven.history)
        except OpstrailError as error:
            return Checked(golden, mode, not_checked(str(error)), checked_by=build)
        return Checked(golden, mode, judgement, checked_by=build, divergences=verdict.divergences)

    def judge_rerun(self, golden: Golden, run_id: str, ignore: IgnoreRules = NO_RULES) -> Checked:
        """Judge a rerun of the golden run that has ended."""
        build, mode = None, Mode.RERUN
        try:
            recorded = self._pinned(golden)
            candidate = self._reader.history(golden.tenant_id, run_id)
            build = request_of(candidate).engine_version
            comparison = compare(recorded, candidate, ignore=ignore)
            trial = Trial(
                comparison=comparison,
                divergences=comparison.divergences,
                mode=mode,
                thresholds=thresholds_of(golden.thresholds),
            )
            judgement = self._judged(golden, trial, candidate)
        except OpstrailError as error:
            return Checked(golden, mode, not_checked(str(error)), run_id, checked_by=build)
        return Checked(
            golden,
            mode,
            judgement,
            run_id,
            checked_by=build,
            divergences=comparison.divergences,
        )

    def _pinned(self, golden: Golden) -> list[HistoryEntry]:
        """Return the golden run as it was when it was pinned."""
        return self._reader.history(golden.tenant_id, golden.run_id)[: golden.version]

    def _judged(
        self, golden: Golden, trial: Trial, candidate: Sequence[HistoryEntry]
    ) -> Judgement:
        if not golden.is_wrong:
            return judge(trial)
        right = (compare(each, candidate) for each in self._right(golden))
        return judge_wrong(trial, [replace(trial, comparison=each) for each in right])

    def _right(self, golden: Golden) -> Iterator[Sequence[HistoryEntry]]:
        """Yield the newest runs of the same question whose answers are flagged as right."""
        where = all_of(equal("question", golden.question), equal("flag", "right"))
        found = self._reader.summaries(golden.tenant_id, where, limit=_MOST_RIGHT).summaries
        for summary in found:
            yield self._reader.history(golden.tenant_id, summary.run_id)


class GoldenDesk:
    """Pins and unpins runs, and runs golden ones again to check them."""

    def __init__(self, goldens: Goldens, service: RunService, replays: Replays) -> None:
        self._goldens, self._service, self._replays = goldens, service, replays

    def pin(
        self,
        run_id: str,
        name: str,
        thresholds: JsonMap,
        by: Authorship,
        *,
        is_wrong: bool = False,
    ) -> Pinned:
        """Make a run the golden run of this name; the run that had it before loses it.

        One that `is_wrong` is kept as a question to get right. Raises `InvalidGoldenName`,
        `InvalidThreshold`, `NotFound`, `CannotBeGolden` for a run that was neither completed nor
        rejected, and `NotFlaggedWrong` for one that is said to be wrong and not flagged so.
        """
        check_name(name)
        given: JsonMap = thresholds_of(thresholds).model_dump(mode="json", exclude_unset=True)
        former = golden_of(self._service.history(by.tenant_id, run_id))
        self._service.note(run_id, PinGolden(name, given, is_wrong), by)
        pinned = [*self._goldens.pinned(by.tenant_id)]
        golden = next(each for each in pinned if each.run_id == run_id)
        name = golden.name  # which the redaction may have changed
        of_this_name = sorted((e for e in pinned if e.name == name), key=lambda e: e.position)
        # Only now, so that the name is never without a run; who pins after this one has the name.
        others = [each.run_id for each in of_this_name if each.position < golden.position]
        for other in others:
            self._service.note(other, UnpinGolden(name, reason=f"moved to {run_id}"), by)
        former_name = former.name if former and former.name != name else None
        return Pinned(golden, tuple(others), former_name)

    def unpin(self, name: str, reason: str | None, by: Authorship) -> Unpinned:
        """Take a name away from all runs that have it. Raises `NoSuchGolden`."""
        self._goldens.named(by.tenant_id, [name])
        pinned = self._goldens.pinned(by.tenant_id)
        run_ids = tuple(each.run_id for each in pinned if each.name == name)
        for run_id in run_ids:
            self._service.note(run_id, UnpinGolden(name, reason=reason), by)
        return Unpinned(name, run_ids)

    async def rerun(
        self, golden: Golden, by: Authorship, ignore: IgnoreRules = NO_RULES
    ) -> Checked:
        """Run the plan of a golden run again, all calls live, and judge the run that it makes.

        A question to get right is planned anew. Effects that a person would have to allow are
        blocked. The run stays, and that one broke is on record. When cancelled, it is recorded as
        cancelled by the author.
        """
        reason = f"check of golden {golden.name}"
        if golden.is_wrong:
            fork = Fork(reason=reason, at=1, blocks_effects=True)
            requested = self._replays.fork(golden.run_id, fork, by)
        else:
            rerun = Rerun(reason=reason, at=golden.version, blocks_effects=True)
            requested = self._replays.rerun(golden.run_id, rerun, by)
        await self._service.carry_out(golden.tenant_id, requested.run_id, canceller=by.actor)
        checked = self._goldens.judge_rerun(golden, requested.run_id, ignore)
        self._tell_broken(checked, requested.run_id, by)
        return checked

    def _tell_broken(self, checked: Checked, run_id: str, by: Authorship) -> None:
        """Record that it broke; one that is wrong did not, and one that lost its name is none."""
        golden, judgement = checked.golden, checked.judgement
        if judgement.grade is not Grade.FAIL or golden.is_wrong:
            return
        failed = [each.rule for each in judgement.reasons if each.grade is Grade.FAIL]
        broken = BreakGolden(golden.name, run_id, (*dict.fromkeys(failed),))
        with suppress(NotGolden):
            self._service.note(golden.run_id, broken, by)
