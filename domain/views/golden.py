"""Golden runs: runs that are pinned by a name, and what later ones are worth beside them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from domain.aggregate.envelope import RecordedEvent
from domain.json import JsonMap
from domain.run.aggregate import RUN
from domain.run.events import RunEvent
from domain.run.note_events import GoldenBroke, GoldenUnpinned
from domain.views.json_form import View
from domain.views.verdict import Divergence


class Mode(StrEnum):
    """How a golden run is checked.

    verify: the engine of today goes over its record, nothing is called. rerun: its plan is run
    again, all calls live.
    """

    VERIFY = "verify"
    RERUN = "rerun"


class Grade(StrEnum):
    """What a run got."""

    PASS = "PASS"  # noqa: S105 - no password
    WARN = "WARN"
    FAIL = "FAIL"


class Thresholds(BaseModel):
    """How far a run may be from its golden one; what was not given has its default."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    answer: Literal["exact", "numbers", "off"] = Field(
        default="exact",
        description="how the text of the answer is compared: word by word (white space does not "
        "count), only the numbers in it by their values, or not at all",
    )
    blocks_percent: float = Field(
        default=50,
        gt=0,
        le=100,
        description="blocks added or removed, in percent of the golden run's, that fail; fewer "
        "warn",
    )
    values_percent: float | None = Field(
        default=None,
        ge=0,
        le=100,
        description="cells of the blocks, in percent, that may differ; more fail. Not given, "
        "every cell counts: it fails in a verification and warns in a rerun",
    )
    references_percent: float = Field(
        default=20,
        ge=0,
        description="references added or removed, in percent of the golden run's, above which it "
        "warns",
    )
    duration_factor: float = Field(
        default=2,
        ge=1,
        description="a call of a rerun that takes more than so many times as long warns",
    )
    duration_ms: float = Field(
        default=100, ge=0, description="calls that take no longer than this are never too slow"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Golden:
    """A pinned run.

    `thresholds` are those that were given. `position` is where the log says that it was pinned,
    `version` that of the run then: what happened to it later does not count.
    `is_wrong` says that its answer is wrong: it is kept as a question to get right. The build
    `engine_version` took the request.
    """

    name: str
    tenant_id: str
    run_id: str
    question: str
    status: str
    pinned_at: str
    pinned_by: str
    thresholds: JsonMap
    position: int
    version: int
    is_wrong: bool = False
    engine_version: str | None = None


@dataclass(frozen=True, slots=True)
class Pinned:
    """A golden run; `moved_from` are the runs that had its name, `former_name` is what it had."""

    golden: Golden
    moved_from: tuple[str, ...] = ()
    former_name: str | None = None


@dataclass(frozen=True, slots=True)
class Unpinned:
    """A name that was taken away, and the runs that had it."""

    name: str
    run_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenStep:
    """A run that was pinned by a name, broke by a check, or lost it: when (UTC), and by whom.

    `reason` is why, if they said, and of one that broke the rules that say so.
    """

    run_id: str
    at: str
    by: str
    is_pinned: bool
    is_broken: bool
    reason: str | None


@dataclass(frozen=True, slots=True)
class Reason:
    """What a rule, by its name, has found."""

    rule: str
    grade: Grade
    sentence: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """The grade of a run, and all reasons for it, the heaviest first; PASS has none."""

    grade: Grade
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """A golden run and its judgement; `run_id` is the run that was made for it by a rerun.

    `checked_by` is the build of opstrail that was judged; the golden run names its own.
    `divergences` are the causes by which the events differ, whatever the rules say of them.
    """

    golden: Golden
    mode: Mode
    judgement: Judgement
    run_id: str | None = None
    checked_by: str | None = None
    divergences: tuple[Divergence, ...] = ()

    @property
    def untold(self) -> tuple[Divergence, ...]:
        """The causes that explain the reasons, and are not told by one of these."""
        said = [reason.sentence for reason in self.judgement.reasons]
        causes = self.divergences if said else ()
        return tuple(each for each in causes if not any(each.told in text for text in said))


GOLDEN: Final[View[Golden]] = View("golden", Golden)
GOLDEN_HISTORY: Final[View[list[GoldenStep]]] = View("golden-history", list[GoldenStep])
GOLDENS: Final[View[list[Golden]]] = View("goldens", list[Golden])
GOLDEN_CHECK: Final[View[list[Checked]]] = View("golden-check", list[Checked])
PINNED: Final[View[Pinned]] = View("pinned-golden", Pinned)
UNPINNED: Final[View[Unpinned]] = View("unpinned-golden", Unpinned)


def golden_step(recorded: RecordedEvent) -> GoldenStep:
    """Return what an event says of a name. Raises `CorruptLog` when it cannot be read."""
    envelope, event = recorded.envelope, RUN.read(recorded).event
    return GoldenStep(
        run_id=envelope.stream_id,
        at=envelope.recorded_at,
        by=f"{envelope.actor.kind} {envelope.actor.id}",
        is_pinned=not isinstance(event, GoldenUnpinned),
        is_broken=isinstance(event, GoldenBroke),
        reason=_reason(event),
    )


def _reason(event: RunEvent) -> str | None:
    match event:
        case GoldenUnpinned(reason=reason):
            return reason
        case GoldenBroke(told_rules=rules):
            return rules
        case _:
            return None
