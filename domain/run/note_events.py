"""What people do to a run that has ended: remarks, judgements, names, erasures.

None of it changes what the run was; see `domain.run.events`.
"""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from domain.run.facts import Flag, StoredMap
from domain.run.run_event import Asked, OnTimeline, RunEventData


class RunAnnotated(RunEventData, frozen=True, kw_only=True):
    """Somebody wrote a remark beside the run; the envelope says who."""

    stored_as = "run-annotated"
    comes_by = Asked("AnnotateRun")
    on_timeline = OnTimeline.MARK
    says = "a remark: {0.text}"
    personal = ("text",)

    text: str


class RunFlagged(RunEventData, frozen=True, kw_only=True):
    """Somebody judged what the run answered; the envelope says who. The last judgement counts."""

    stored_as = "run-flagged"
    comes_by = Asked("FlagRun")
    on_timeline = OnTimeline.MARK
    says = "somebody flags the answer as {0.verdict}{0.remark}"
    personal = ("note",)

    verdict: Flag
    note: str | None = None

    @property
    def remark(self) -> str:
        """The note behind a colon, if there is one."""
        return f": {self.note}" if self.note else ""


class GoldenPinned(RunEventData, frozen=True, kw_only=True):
    """The run became the golden run of this name: later ones are judged by it.

    `thresholds` say how far they may be from it; a name without one has the usual thresholds.
    `is_wrong` says that its answer is wrong: it is kept as a question to get right. It is stored
    only where it is true, so that an opstrail which does not know it reads all others.
    """

    stored_as = "golden-pinned"
    comes_by = Asked("PinGolden")
    on_timeline = OnTimeline.MARK
    says = "the run is now the golden run {0.name}{0.as_wrong}"
    personal = ("name",)

    name: str
    thresholds: StoredMap = {}
    is_wrong: bool | UnsetType = UNSET

    @property
    def as_wrong(self) -> str:
        """That its answer is wrong, if it is."""
        return ", whose answer is wrong" if self.is_wrong is True else ""


class GoldenUnpinned(RunEventData, frozen=True, kw_only=True):
    """The run is no longer the golden run of this name."""

    stored_as = "golden-unpinned"
    comes_by = Asked("UnpinGolden")
    on_timeline = OnTimeline.MARK
    says = "the run is no longer the golden run {0.name}"
    personal = ("name", "reason")

    name: str
    reason: str | None = None


class GoldenBroke(RunEventData, frozen=True, kw_only=True):
    """A run that was made to check the golden run of this name fails by these rules.

    Each live check that fails leaves one, so that who is to hear of it does.
    """

    stored_as = "golden-broke"
    comes_by = Asked("BreakGolden")
    on_timeline = OnTimeline.MARK
    says = "golden run {0.name} broke, as {0.candidate_run_id} shows: {0.told_rules}"
    personal = ("name",)

    name: str
    candidate_run_id: str
    rules: list[str]

    @property
    def told_rules(self) -> str:
        """The names of the rules, the heaviest first."""
        return ", ".join(self.rules)


class ResultErased(RunEventData, frozen=True, kw_only=True):
    """Somebody erased the large result of a call; the envelope says who and when.

    It counts for the results of this digest that stand before it in the run. `size` is that of the
    result in bytes. `was_missing` says that the result was gone by then, with nobody's erasure on
    the record: it is stored only where it is true.
    """

    stored_as = "result-erased"
    comes_by = Asked("EraseResult")
    on_timeline = OnTimeline.MARK
    says = "the result of call {0.call_id} is erased ({0.size} bytes): {0.why}"
    personal = ("reason",)

    call_id: str
    digest: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    size: Annotated[int, Meta(ge=0)]
    reason: str
    was_missing: bool | UnsetType = UNSET

    @property
    def why(self) -> str:
        """The reason, and whether the result was gone before."""
        return f"{self.reason}{' (it was missing before)' if self.was_missing is True else ''}"
