"""Verdicts on a run: does today's engine decide as the record says?"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from domain.json import JsonMap
from domain.views.json_form import View


def is_of_assets(pointers: Sequence[str]) -> bool:
    """Return whether the places where events differ say which assets were applied."""
    return bool(pointers) and all(each.startswith("/applied_assets/") for each in pointers)


class DivergenceClass(StrEnum):
    """What diverged.

    `plan`: the planner makes another plan of what it looked up then, or what the plan leaves to a
    default is other now. `path`: another step was
    taken (another event, stage, route, call, order). `data`: the same step had other content.
    `version`: only the versions of what took part differ. `timing`: only measured values, or the
    order of what does not depend on each other.
    """

    PLAN = "plan"
    PATH = "path"
    DATA = "data"
    VERSION = "version"
    TIMING = "timing"


@dataclass(frozen=True, slots=True)
class DivergentEvent:
    """One side of a divergence: the event's stored type, its version in its stream, its data."""

    type: str
    version: int
    data: JsonMap


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A field that is not as expected.

    `field` is its name in the event as people write it. Both values are JSON texts, cut around the
    place where they differ; of a list that has more or fewer elements, what came and went. `diff`
    has the lines of a unified diff of what was cut, without the head. `is_order` says that a list
    has another order only.
    """

    pointer: str
    field: str
    before: str
    after: str
    diff: tuple[str, ...] = ()
    is_order: bool = False

    def __str__(self) -> str:
        """Return such as "limit 5 -> 10"."""
        name = f"{self.field} in another order:" if self.is_order else self.field
        return f"{name} {self.before} -> {self.after}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """An event that is not as expected because of one before; see `Divergence` for `version`."""

    version: int
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Divergence:
    """A place where a history is not as expected, and what follows from it.

    `expected` is None for an event too many, `actual` for one that is missing. `version` is where
    it shows in the expected stream: for an event too many, that of the event before it.
    `pointers` are the JSON pointers of the event's data that differ, `changes` what became of
    them; empty when another event stands there. `is_own_patch`: people asked for it.
    """

    kind: DivergenceClass
    version: int
    expected: DivergentEvent | None
    actual: DivergentEvent | None
    pointers: tuple[str, ...]
    sentence: str
    changes: tuple[Change, ...] = ()
    consequences: tuple[Consequence, ...] = ()
    is_own_patch: bool = False

    @property
    def told(self) -> str:
        """The sentence, with how many events follow from it."""
        patch = "changed by you: " if self.is_own_patch else ""
        count = len(self.consequences)
        follow = "1 event that follows" if count == 1 else f"{count} events that follow"
        return f"{patch}{self.sentence}" + (f"; and {follow} from it" if count else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether the engine decides as the record says, and where not.

    `version` is how many events were compared, `engine_version` the build of opstrail that took
    the request, `verified_by` the build that went over the record now, `missing` the call that was
    asked for and is not on the record. `divergences` has one for each cause, `divergence` is the
    first of them. `has_same_answer` says whether the response is as recorded. `planning` says
    whether the planner was asked again, and `why_not_driven` why not: then its plan is taken as
    recorded, and what the planner does today is not known. `tools_as_recorded` are those that
    opstrail itself does not have: what was checked of their params is taken as recorded.
    """

    run_id: str
    version: int
    verdict: Literal["same", "diverged"]
    engine_version: str | None
    verified_by: str | None = None
    missing: str | None
    divergence: Divergence | None
    divergences: tuple[Divergence, ...] = ()
    has_same_answer: bool = True
    planning: Literal["driven", "not driven"] = "not driven"
    why_not_driven: str | None = None
    tools_as_recorded: tuple[str, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether nothing diverged."""
        return self.divergence is None


def build_text(build: str | None) -> str:
    """Return the name of a build, or that none is on the record."""
    return build or "an unnamed build"


VERDICT: Final[View[Verdict]] = View("verdict", Verdict)
BUNDLED_VERDICTS: Final[View[list[Verdict]]] = View("bundled-verdicts", list[Verdict])
