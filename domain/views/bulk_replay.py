"""A bulk replay as people see it: who asked for what, how far it is, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from msgspec import UNSET, UnsetType

from domain.aggregate.envelope import Actor
from domain.aggregate.event import Removal
from domain.aggregate.fact import Fact
from domain.run.call_events import AnsweredBy
from domain.run.facts import Patches
from domain.views.json_form import View


class BulkMode(StrEnum):
    """What is done with each run: verified by its record, run again live, forked, or resumed."""

    VERIFY = "verify"
    RERUN = "rerun"
    FORK = "fork"
    RESUME = "resume"


class RunVerdict(StrEnum):
    """How a replay compares with the run on the record.

    answer: another answer. plan, path, data, version: the same answer, but the planner makes
    another plan now (or a default of the plan is another), or another step, other data in a step,
    or only other versions. missing: a call is not on the record. failed: it could not be replayed,
    or the new run did not come to an answer. A run that was resumed is mended when it has all its
    answers now, and lacking when it still has not; refused: it cannot be resumed.
    """

    SAME = "same"
    PLAN = "plan"
    ANSWER = "answer"
    PATH = "path"
    DATA = "data"
    VERSION = "version"
    MISSING = "missing"
    FAILED = "failed"
    MENDED = "mended"
    LACKING = "lacking"
    REFUSED = "refused"


class ReplayedRun(Fact, frozen=True, kw_only=True):
    """What came of one run.

    `divergence` is the class of the first divergence, `version` the event of the old run that it
    is at, and `sentence` says it, with how much follows from it; `others` say the other causes,
    and are stored only where there are some. `new_run_id` is the run that a rerun or fork has
    made, and `outside_calls` how many of its calls went out; `ends_badly` says that it came to no
    answer, which may be the same that the old one came to. `why_not_driven` is there, and stored,
    only where a verification could not ask the planner again.
    """

    run_id: str
    verdict: RunVerdict
    divergence: str | None = None
    version: int | None = None
    sentence: str | None = None
    new_run_id: str | None = None
    outside_calls: int = 0
    others: list[str] | UnsetType = UNSET
    ends_badly: bool | UnsetType = UNSET
    why_not_driven: str | UnsetType = UNSET

    @property
    def has_failed(self) -> bool:
        """Whether it could not be replayed, or came to no answer."""
        is_not_done = self.verdict in (RunVerdict.FAILED, RunVerdict.REFUSED)
        return is_not_done or self.ends_badly is True


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkRequest:
    """What was asked for, as the event `bulk-replay-started` has it.

    The range is frozen: `run_count` runs, none requested later than `as_of`, which relative times
    of the filter count back from. `patches` and `timeout_ms` are changes of the replays, `at`,
    `from_call`, `retry_failed` and `is_blocked` say what of the record forks use. `rate` is how
    many runs are begun a second at most. What `ignore` names makes no difference. The days of the
    filter are those of `time_zone`; None is UTC.
    """

    mode: BulkMode
    filter: str
    as_of: str
    run_count: int
    reason: str
    worker: str
    patches: Patches
    timeout_ms: int | None = None
    from_call: str | None = None
    retry_failed: bool = False
    at: int | None
    is_blocked: bool
    rate: float | None
    max_concurrent_runs: int
    engine_version: str | None
    ignore: tuple[str, ...] = ()
    time_zone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkReplayView:
    """One bulk replay. Times are text as in envelopes; `ended_at` is there once it has ended.

    `failed_count` is how many runs could not be replayed, or came to no answer.
    `not_driven_count` is how many plans a verification had to take as recorded, whatever the
    verdict. `removed` is what was removed before it was recorded.
    """

    replay_id: str
    state: Literal["started", "aborted", "completed"]
    started: BulkRequest
    requested_by: Actor
    requested_at: str
    updated_at: str
    ended_at: str | None
    worker: str | None
    run_count: int
    done_count: int
    counts: dict[RunVerdict, int]
    failed_count: int = 0
    outside_calls: int
    aborted_because: str | None
    not_driven_count: int = 0
    removed: tuple[Removal, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether no run that is done came out otherwise."""
        return set(self.counts) <= {RunVerdict.SAME}

    @property
    def has_all_failed(self) -> bool:
        """Whether none of the runs that are done came to an answer."""
        return 0 < self.done_count == self.failed_count


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedRuns(BulkReplayView):
    """A bulk replay, and what came of each run, newest run first."""

    results: tuple[ReplayedRun, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkPreview:
    """What a bulk replay would do.

    `calls` counts who would answer them, as far as that is known. `planned_anew` is how many runs
    the planner would be asked for: nobody knows their calls, and they are not counted.
    `outside_calls` is how many would go out, None where a run is planned anew. `refusals` says of
    the first that cannot be replayed why.
    """

    run_count: int
    calls: dict[AnsweredBy, int]
    outside_calls: int | None
    planned_anew: int
    refused_count: int
    refusals: dict[str, str]


REPLAY: Final[View[BulkReplayView]] = View("replay", BulkReplayView)
REPLAYS: Final[View[list[BulkReplayView]]] = View("replays", list[BulkReplayView])
REPLAY_RESULTS: Final[View[list[ReplayedRun]]] = View("replay-results", list[ReplayedRun])
REPLAY_PREVIEW: Final[View[BulkPreview]] = View("replay-preview", BulkPreview)
VERDICTS: Final[View[VerifiedRuns]] = View("verdicts", VerifiedRuns)
REPLAY_IF_ANY: Final[View[BulkReplayView | None]] = View("replay", BulkReplayView | None)
VERDICTS_IF_ANY: Final[View[VerifiedRuns | None]] = View("verdicts", VerifiedRuns | None)
"""None: the filter fits no run, and nothing was started."""

NO_RUN_FITS: Final = "No runs fit; nothing was started."
_WORDS: Final[Mapping[RunVerdict, tuple[str, str]]] = {
    RunVerdict.SAME: ("same", "same"),
    RunVerdict.PLAN: ("plan drifts", "plans drift"),
    RunVerdict.ANSWER: ("answer drifts", "answers drift"),
    RunVerdict.PATH: ("path drifts", "paths drift"),
    RunVerdict.DATA: ("drifts in data only", "drift in data only"),
    RunVerdict.VERSION: ("drifts in versions only", "drift in versions only"),
    RunVerdict.MISSING: ("asks for a call not on record", "ask for a call not on record"),
    RunVerdict.FAILED: ("failed", "failed"),
    RunVerdict.MENDED: ("is mended", "are mended"),
    RunVerdict.LACKING: ("still lacks answers", "still lack answers"),
    RunVerdict.REFUSED: ("cannot be resumed", "cannot be resumed"),
}


def forecast(counts: Mapping[RunVerdict, int], not_driven_count: int = 0) -> str:
    """Return how many runs came to which verdict, such as "231 same, 6 answers drift".

    How many plans were not driven is told apart.
    """
    parts = [
        f"{count} {one if count == 1 else many}"
        for verdict, (one, many) in _WORDS.items()
        if (count := counts.get(verdict, 0))
    ]
    if not_driven_count:
        parts.append(f"{not_driven_count} plan{'s' if not_driven_count > 1 else ''} not driven")
    return ", ".join(parts) or "no run is done"
