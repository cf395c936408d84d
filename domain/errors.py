"""What can go wrong with a run, by whose fault it is.

OpstrailError
├── Refused                  the caller asked for what the rules do not allow
│   ├── IllegalTransition    the run is in a state where this is not possible
│   ├── AmbiguousRun         a part of an id fits several runs
│   ├── NotAMoment           a text is neither a version nor a time
│   ├── NothingToSearch      a text to search for has no word
│   ├── NotGolden            a run is not golden by this name
│   ├── CannotBeGolden       a run that has no end to judge by is to be pinned
│   ├── NotEnded             a run that has not ended is to be judged, or to lose a result
│   ├── NotFlaggedWrong      a run is to be kept as a wrong one that nobody flagged as wrong
│   ├── NotWaiting           a call that is to be decided on does not wait, or with other params
│   ├── DecidedElsewhere     a run that waits was imported; it may be decided on at its origin
│   ├── ErasedResult         a result that is needed was erased
│   ├── NothingToErase       a call has no large result that could be erased
│   ├── ReplayRefused        a replay whose changes do not fit the run
│   ├── CannotBeFollowed     a run that has no query, or no end, is to be followed up
│   └── InvalidReport        a report about a stage or call that contradicts the history
├── NotFound                 no such run in this tenant
│   ├── NoSuchVersion        the run has no event of this version
│   ├── NoSuchCall           the run has no call of this id
│   └── NotYetRequested      the run has no event that is as old as this
├── Conflict                 somebody else was first
│   ├── WrongExpectedVersion the stream has moved on
│   ├── TakenOver            another worker carries the run out
│   ├── CancelledByOther     somebody cancelled the run that is being carried out
│   ├── LeaseHeld            a worker that is not lost carries the run out
│   ├── PutJustNow           a result that is to be erased may be about to be named again
│   ├── ForkedHistory        same version, other content: two writers saw different histories
│   └── KeyReused            an idempotency key came again with other content
├── CorruptLog               ours: what is stored contradicts itself
│   ├── ChangedRecord        a run that is read is not what was written
│   └── FalseLine            what the run list says of a run is not what was written
└── ForkedLog                ours: the log is not the one that a reader has read
"""

from collections.abc import Iterable, Mapping


class OpstrailError(Exception):
    """The root of the errors of this module."""


class Refused(OpstrailError):
    """The rules do not allow what was asked."""


class IllegalTransition(Refused):
    """The run is in a state where this is not possible."""

    def __init__(self, run_id: str, *, state: str, trigger: str, allowed: Iterable[str]) -> None:
        self.run_id, self.state, self.trigger, self.allowed = run_id, state, trigger, list(allowed)
        possible = ", ".join(self.allowed) or "nothing, it is final"
        super().__init__(f"run {run_id} is {state}: cannot {trigger}; possible: {possible}")


class InvalidReport(Refused):
    """A report about a stage or a call contradicts what is recorded already."""

    def __init__(self, run_id: str, *, event: str, why: str) -> None:
        self.run_id, self.event, self.why = run_id, event, why
        super().__init__(f"run {run_id}: {event} refused: {why}")


class CannotBeFollowed(Refused):
    """A run is to be followed up that has not ended, or whose question is no query."""

    def __init__(self, run_id: str, *, why: str) -> None:
        self.run_id, self.why = run_id, why
        super().__init__(
            f"run {run_id} cannot be followed up: {why}; ask the whole question without `/after`"
        )


class NotFound(OpstrailError):
    """There is no such run in this tenant; `works` says what would be found, if known."""

    def __init__(self, run_id: str, *, works: str | None = None) -> None:
        self.run_id, self.works = run_id, works
        super().__init__(f"no run {run_id} in this tenant{f'; {works}' if works else ''}")


class NoSuchVersion(NotFound):
    """The run has no event of this version."""

    def __init__(self, run_id: str, *, asked: int, last: int) -> None:
        """Keep the facts; versions run from 1 to `last`."""
        self.asked, self.last = asked, last
        super().__init__(run_id)
        self.args = (f"run {run_id} has versions 1 to {last}, not {asked}",)


class NoSuchCall(NotFound):
    """The run has no call of this id."""

    def __init__(self, run_id: str, *, asked: str, known: Iterable[str]) -> None:
        self.asked, self.known = asked, list(dict.fromkeys(known))
        super().__init__(run_id)
        self.args = (f"run {run_id} has no call {asked!r}; its calls: {', '.join(self.known)}",)


class NotYetRequested(NotFound):
    """The run has no event that is as old as what was asked for."""

    def __init__(self, run_id: str, *, asked: str, first: str) -> None:
        """Keep the facts, instants as text; `first` is that of the first event."""
        self.asked, self.first = asked, first
        super().__init__(run_id)
        self.args = (f"run {run_id} had no event at {asked}; its first one is of {first}",)


class AmbiguousRun(Refused):
    """A part of an id fits several runs; the candidates come with their questions."""

    def __init__(self, text: str, *, candidates: Mapping[str, str]) -> None:
        self.text, self.candidates = text, dict(candidates)
        lines = [f"  {run_id}  {question}" for run_id, question in self.candidates.items()]
        super().__init__("\n".join([f"{text!r} fits several runs; take one of them:", *lines]))


class NotAMoment(Refused):
    """A text is neither a version of a run nor a time."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(
            f"{text!r} is neither a version nor a time; possible: a version such as 12, or a time"
            " such as -5m, now, today, 2026-03-01, 2026-03 or 2026-03-01T12:00:00Z (in your"
            " time zone when it names none; of a day or a month its end)"
        )


class NothingToSearch(Refused):
    """A text to search for has no word."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(f"{text!r} has no letter or digit to search for")


class NotWaiting(Refused):
    """A call that is to be approved or denied does not wait for that, or something else does."""

    def __init__(self, run_id: str, *, why: str, waiting: Iterable[str] = ()) -> None:
        self.run_id, self.why, self.waiting = run_id, why, list(waiting)
        waits = f"; waiting: {', '.join(self.waiting)}" if self.waiting else ""
        super().__init__(f"run {run_id}: {why}{waits}")


class DecidedElsewhere(Refused):
    """A run that waits came by an import: what is allowed here may happen at its origin, too."""

    def __init__(self, run_id: str, *, worker: str) -> None:
        self.run_id, self.worker = run_id, worker
        super().__init__(
            f"run {run_id} was imported, and nothing of it was decided: worker {worker} had it,"
            " and there it can be decided on, too; what both allow happens twice. Decide where it"
            " comes from; or here, with `/imported`, if nobody will there"
        )


class ErasedResult(Refused):
    """The result of a call is needed, and it was erased."""

    def __init__(self, call_id: str) -> None:
        self.call_id = call_id
        super().__init__(f"the result of call {call_id} was erased; nothing can go on from it")


class NothingToErase(Refused):
    """A call of a run has no large result that could be erased."""

    def __init__(self, run_id: str, call_id: str, *, why: str) -> None:
        self.run_id, self.call_id, self.why = run_id, call_id, why
        super().__init__(f"run {run_id} has no large result of call {call_id} to erase: {why}")


class ReplayRefused(Refused):
    """A resumption, a fork or a rerun does not fit the run that is there: `field` is why."""

    def __init__(self, run_id: str, *, why: str, field: str = "patches") -> None:
        self.run_id, self.why, self.field = run_id, why, field
        super().__init__(f"run {run_id} cannot be replayed like this: {why}")


class NotGolden(Refused):
    """A run is not golden by this name."""

    def __init__(self, run_id: str, *, name: str, golden: str | None) -> None:
        """Keep the facts; `golden` is the name that the run has, if any."""
        self.run_id, self.name, self.golden = run_id, name, golden
        has = f"its name is {golden!r}" if golden else "it is not pinned"
        super().__init__(f"run {run_id} is not the golden run {name!r}: {has}")


class CannotBeGolden(Refused):
    """A run cannot be pinned: it was neither completed nor rejected."""

    def __init__(self, run_id: str, *, state: str) -> None:
        self.run_id, self.state = run_id, state
        super().__init__(
            f"run {run_id} is {state}: only a completed or a rejected run can be golden"
        )


class NotEnded(Refused):
    """A run cannot be flagged, get a remark or have a result erased: it has not ended."""

    def __init__(self, run_id: str, *, state: str) -> None:
        self.run_id, self.state = run_id, state
        super().__init__(
            f"run {run_id} is {state}: only a run that has ended can be flagged, get a remark or"
            " have a result erased"
        )


class NotFlaggedWrong(Refused):
    """A run is to be kept as a question to get right, but nobody flagged it as wrong."""

    def __init__(self, run_id: str, *, flag: str | None) -> None:
        """Keep the facts; `flag` is what the run is flagged as, if anything."""
        self.run_id, self.flag = run_id, flag
        super().__init__(
            f"run {run_id} is {f'flagged as {flag}' if flag else 'not flagged'}, not as wrong;"
            f" possible first: `run.flag {run_id} wrong`"
        )


class Conflict(OpstrailError):
    """Somebody else was first."""


class WrongExpectedVersion(Conflict):
    """The stream is not at the version that the writer saw."""

    def __init__(self, stream_id: str, *, expected: int, actual: int) -> None:
        """Keep the facts; version 0 is a stream that does not exist."""
        self.stream_id, self.expected, self.actual = stream_id, expected, actual
        super().__init__(f"{stream_id} is at version {actual}, not {expected}")


class TakenOver(Conflict):
    """Another worker carries the run out: this one was thought lost, and must stop."""

    def __init__(self, run_id: str, *, by: str) -> None:
        """Keep the facts; `by` is who went on with the run."""
        self.run_id, self.by = run_id, by
        super().__init__(f"run {run_id} was taken over by {by}; this worker has stopped")


class LeaseHeld(Conflict):
    """A stream is to be taken over, but the lease of its worker has not run out."""

    def __init__(self, stream_id: str) -> None:
        self.stream_id = stream_id
        super().__init__(f"{stream_id} is carried out by a worker whose lease has not run out")


class CancelledByOther(Conflict):
    """Somebody cancelled the run that this worker carried out."""

    def __init__(self, run_id: str, *, by: str, why: str) -> None:
        self.run_id, self.by, self.why = run_id, by, why
        super().__init__(
            f"run {run_id} was cancelled by {by}: {why}; `run.resume {run_id}` lets it go on"
        )


class PutJustNow(Conflict):
    """A result that is to be erased was stored again so lately that a run may yet name it."""

    def __init__(self, digest: str, *, seconds: int) -> None:
        """Keep the facts; after so many seconds nobody is about to name it any more."""
        self.digest, self.seconds = digest, seconds
        super().__init__(
            f"the result with digest {digest} was stored less than {seconds} s ago, and a run may"
            " be about to name it: it is still there; repeat this command in a moment"
        )


class ForkedHistory(Conflict):
    """The stream is at the expected version, but its content is not what the writer saw."""

    def __init__(self, stream_id: str, *, version: int) -> None:
        self.stream_id, self.version = stream_id, version
        super().__init__(
            f"{stream_id} at version {version} has another history than the writer saw"
        )


class KeyReused(Conflict):
    """An idempotency key came again with other content."""

    def __init__(self, key: str, *, stream_id: str) -> None:
        """Keep the facts; `stream_id` is the stream that the key was used for first."""
        self.key, self.stream_id = key, stream_id
        super().__init__(f"idempotency key {key!r} was used for {stream_id} with other content")


class CorruptLog(OpstrailError):
    """What is stored contradicts itself.

    A gap, a hash that does not fit, or an event that cannot be read.
    """

    def __init__(self, where: str, *, why: str) -> None:
        """Keep the facts; `where` names the stream or log and the version or position."""
        self.where, self.why = where, why
        super().__init__(f"{where} is corrupt: {why}")


class ChangedRecord(CorruptLog):
    """What is stored of a run is not what was written: it is neither shown nor gone on with."""

    def __init__(self, where: str, *, why: str) -> None:
        """Keep the facts as `CorruptLog` does; the message says what to do."""
        super().__init__(where, why=why)
        self.args = (
            f"{self}; keep this database as evidence and restore a backup (`opstrail log verify`"
            " names all that is wrong, `opstrail run events` shows what is there)",
        )


class FalseLine(CorruptLog):
    """What the run list says of a run is not what was written with the events of the run."""

    def __init__(
        self, run_id: str, *, why: str = "its line is not the one that was written"
    ) -> None:
        """Keep the facts; the message says what to do."""
        self.run_id = run_id
        super().__init__(run_id, why=why)
        self.args = (
            f"{run_id} in the run list: {why}; `opstrail projection rebuild-run-list` says what"
            " differs, and writes it again from the events",
        )


class ForkedLog(OpstrailError):
    """The log is not the one that a reader has read up to a position."""

    def __init__(self, position: int, *, why: str) -> None:
        self.position, self.why = position, why
        super().__init__(
            f"the log is not the one that was read up to position {position}: {why};"
            " was a backup restored, or the end of the log lost?"
        )
