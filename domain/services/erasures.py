"""Erasing large results: recorded in each run that names them, and then removed.

In this order, a crash leaves a result that is recorded as erased and still there: no view shows
it, the verification of the log names it, and a repeated erasure removes it.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from typing import Final

from domain.aggregate.envelope import RecordedEvent
from domain.errors import NothingToErase
from domain.large_results import INLINE_BYTES, erasures_in, kept_reference
from domain.run.aggregate import RUN
from domain.run.call_events import ToolCallLogged, ToolCallSucceeded
from domain.run.commands import EraseResult
from domain.run.events import HistoryEntry
from domain.run.fold import fold
from domain.services.database import NamedPayloads
from domain.services.reader import RunReader
from domain.services.runs import RunService, RunWriter
from domain.views.erasure import Erasure, NamedResult
from domain.writer import Authorship

_KEPT: Final = (ToolCallSucceeded, ToolCallLogged)
"""The events of calls whose data are kept beside the log where they are large."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasures:
    """Erases the large results of a database."""

    reader: RunReader
    runs: RunService
    named: NamedPayloads

    def preview(self, run_id: str, call_id: str, tenant_id: str) -> Erasure:
        """Return what `erase` would do.

        Raises `NotFound`, `NothingToErase`, `PutJustNow`, `CorruptLog`.
        """
        history = self._history(tenant_id, run_id)
        digests = _digests(history, call_id)
        results = [*self._results(tenant_id, digests)]
        there = self.named.put_at(tenant_id, digests)
        new = {each.digest for each in results if not each.is_recorded}
        return Erasure(
            run_id=run_id,
            call_id=call_id,
            results=tuple(results),
            removed=tuple(there),
            missing=tuple(sorted(new - there.keys())),
            is_done=not new and not there,
            is_preview=True,
        )

    def erase(self, run_id: str, call_id: str, reason: str, by: Authorship) -> Erasure:
        """Record the erasure in every run of the tenant that names a result, and remove it.

        Raises what `preview` raises; `NotEnded` when one of these runs has not ended: then nothing
        is done; `Conflict` when somebody else writes meanwhile: then it is to be repeated.
        """
        history = self._history(by.tenant_id, run_id)
        there = self.named.put_at(by.tenant_id, _digests(history, call_id))
        plan = self.preview(run_id, call_id, by.tenant_id)
        new = [each for each in plan.results if not each.is_recorded]
        writers = [
            self._recorded(name, [*group], reason, plan.missing, by)
            for name, group in groupby(new, key=attrgetter("run_id"))
        ]
        for writer in writers:
            writer.append()
        self.named.remove(by.tenant_id, there)
        return replace(plan, is_preview=False)

    def _recorded(
        self,
        run_id: str,
        results: Sequence[NamedResult],
        reason: str,
        missing: Collection[str],
        by: Authorship,
    ) -> RunWriter:
        """Return the writer of a run with what is to be recorded. Raises `NotEnded`."""
        writer = self.runs.continued(self._history(by.tenant_id, run_id), by)
        for each in results:
            command = EraseResult(
                call_id=each.call_id,
                digest=each.digest,
                size=each.size,
                reason=reason,
                was_missing=each.digest in missing,
            )
            writer.handle(command)
        return writer

    def _results(self, tenant_id: str, digests: Collection[str]) -> Iterator[NamedResult]:
        """Yield the results in order of runs, each of a call once."""
        runs = {run for digest in digests for run in self.named.runs_naming(tenant_id, digest)}
        for run_id in sorted(runs):
            yield from _named(self.reader.events(tenant_id, run_id), digests)

    def _history(self, tenant_id: str, run_id: str) -> list[HistoryEntry]:
        """Return the events without their large results, which may be missing."""
        return [RUN.read(each) for each in self.reader.events(tenant_id, run_id)]


def _digests(history: Sequence[HistoryEntry], call_id: str) -> list[str]:
    """Return the digests of the large results, and logs, of all attempts of a call.

    Raises `NothingToErase`.
    """
    run_id = history[0].envelope.stream_id
    run = fold(run_id, (entry.event for entry in history))
    if call_id not in run.calls:
        calls = ", ".join(run.calls) or "none"
        raise NothingToErase(run_id, call_id, why=f"it has no such call; its calls: {calls}")
    ends = [
        entry.event
        for entry in history
        if isinstance(entry.event, _KEPT) and entry.event.call_id == call_id
    ]
    if not ends:
        why = f"the call has no result, it is {run.calls[call_id].status}"
        raise NothingToErase(run_id, call_id, why=why)
    refs = [end.payload for end in ends if end.payload is not None]
    if not refs:
        why = (
            f"its result has at most {INLINE_BYTES} bytes and is in the event itself, which never"
            " changes; only larger ones are kept beside the log"
        )
        raise NothingToErase(run_id, call_id, why=why)
    return sorted({ref.digest for ref in refs})


def _named(recorded: Sequence[RecordedEvent], digests: Collection[str]) -> Iterator[NamedResult]:
    """Yield the results of a run with these digests, each of a call once, as it was last."""
    erased = erasures_in(recorded)
    found: dict[tuple[str, str], NamedResult] = {}
    for entry in map(RUN.read, recorded):
        event = entry.event
        if not isinstance(event, _KEPT) or event.payload is None:
            continue
        ref = event.payload
        if ref.digest in digests:
            found[event.call_id, ref.digest] = NamedResult(
                run_id=entry.envelope.stream_id,
                call_id=event.call_id,
                digest=ref.digest,
                size=ref.size,
                is_recorded=kept_reference(entry, erased) is None,
            )
    yield from found.values()
