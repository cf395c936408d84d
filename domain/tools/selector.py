"""Ranks the tools that could serve an intent, and says how each came to its score."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import fsum
from typing import TypedDict

from domain.figures import figure
from domain.plan.intent import Intent, PlanMode
from domain.tools.capabilities import (
    INTENT_CAPABILITY_MAP,
    INTENT_HINT_WORDS,
    MODE_CAPABILITIES,
    ToolCapability,
)
from domain.tools.catalogue import KnownTool, KnownTools

ACCURACY_WEIGHT = 0.30
SPEED_WEIGHT = 0.25
CACHE_WEIGHT = 0.15
LOAD_WEIGHT = 0.20
CACHED_VALUE = 0.5
DECLARED_ACCURACY, UNKNOWN_ACCURACY = 0.85, 0.5
DEFAULT_TIME_MS = 100.0
FAST_MS = 120.0
FITS_NONE = "no tool is made for"

_KNOWN = frozenset(ToolCapability)
_OUTSIDE = frozenset({ToolCapability.HTTP_API, ToolCapability.DATABASE_QUERY})


class SelectionStrategy(StrEnum):
    """Which quality of a tool counts most in its score."""

    FASTEST = "fastest"
    MOST_ACCURATE = "most_accurate"
    MOST_COMPLETE = "most_complete"
    LEAST_LOAD = "least_load"


def strategy_of(mode: PlanMode | None) -> SelectionStrategy:
    """Return what matters in a mode: speed for a plan about named items, else accuracy."""
    fast = mode is PlanMode.CI
    return SelectionStrategy.FASTEST if fast else SelectionStrategy.MOST_ACCURATE


class ToolProfile(TypedDict):
    """What is assumed of a tool that has not been measured; `base_time` is in milliseconds."""

    accuracy: float
    base_time: float


@dataclass(frozen=True, slots=True)
class ToolSelectionContext:
    """What a ranking looks at; the mappings are by tool name and may leave tools out.

    `current_load` and `success_rate` are from 0 to 1, `estimated_time` is in milliseconds. Without
    an intent every tool is a candidate. `mode_hint` is one of the modes of `MODE_CAPABILITIES`.
    """

    intent: Intent | None = None
    user_pref: SelectionStrategy = SelectionStrategy.MOST_ACCURATE
    current_load: Mapping[str, float] = field(default_factory=dict)
    cache_status: Mapping[str, bool] = field(default_factory=dict)
    estimated_time: Mapping[str, float] = field(default_factory=dict)
    mode_hint: str | None = None
    success_rate: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CandidateScore:
    """The score of one tool: the sum of its weighted terms, and why it is a candidate."""

    tool: str
    score: float
    accuracy: float
    speed: float
    cache: float
    load: float
    bonus: float
    reason: str


class SmartToolSelector:
    """Scores the tools of a registry as it is at each call: tools may be registered later."""

    def __init__(self, registry: KnownTools) -> None:
        self.registry = registry
        self._known, self._inside = dict[str, KnownTool](), dict[str, KnownTool]()

    @property
    def tool_profiles(self) -> dict[str, ToolProfile]:
        """What is assumed of each tool: one that declares capabilities is trusted more."""
        return {name: _profile(tool) for name, tool in self._tools().items()}

    def get_all_tool_names(self) -> list[str]:
        """Return the names of all tools, sorted."""
        return sorted(self._tools())

    async def select_tools(self, context: ToolSelectionContext) -> list[tuple[str, float]]:
        """Return the candidates with their scores, the best first; equal ones by name.

        Raises ValueError for an unknown mode hint.
        """
        return [(candidate.tool, candidate.score) for candidate in self.explain(context)]

    def explain(self, context: ToolSelectionContext) -> list[CandidateScore]:
        """Return the ranking with the terms of each score. Raises like `select_tools`."""
        tools = self._tools()
        scores = [
            _score(tools[name], context, reason=reason)
            for name, reason in _candidates(tools, context).items()
        ]
        return sorted(scores, key=lambda candidate: (-candidate.score, candidate.tool))

    def _tools(self) -> Mapping[str, KnownTool]:
        """Return the tools that may answer questions: not those that only ask sources outside."""
        known = self.registry.get_available_tools()
        if known != self._known:
            self._known = {**known}
            self._inside = {name: tool for name, tool in known.items() if not _is_outside(tool)}
        return self._inside


def _candidates(tools: Mapping[str, KnownTool], context: ToolSelectionContext) -> dict[str, str]:
    admitted = _admitted_by_mode(tools, context.mode_hint)
    if context.intent is None:
        return dict.fromkeys(admitted, "no intent given")
    found = {
        name: reason
        for name, tool in admitted.items()
        if (reason := _reason(tool, context.intent)) is not None
    }
    # A plan runs whatever the ranking says, so where no tool fits, all of them are ranked.
    return found or dict.fromkeys(admitted or tools, f"{FITS_NONE} {context.intent}")


def _admitted_by_mode(tools: Mapping[str, KnownTool], mode: str | None) -> dict[str, KnownTool]:
    if mode is None:
        return dict(tools)
    if mode not in tuple(MODE_CAPABILITIES):
        allowed = ", ".join(MODE_CAPABILITIES)
        message = f"mode_hint {mode!r} is no mode; allowed: {allowed}"
        raise ValueError(message)
    wanted = MODE_CAPABILITIES[mode]
    return {
        name: tool
        for name, tool in tools.items()
        if mode == "all" or wanted & _capabilities(tool) or mode in tool.tool_type
    }


def _reason(tool: KnownTool, intent: Intent) -> str | None:
    declared = _capabilities(tool)
    for capability in INTENT_CAPABILITY_MAP[intent]:
        if capability in declared:
            return f"has capability {capability}"
    hint = next((word for word in INTENT_HINT_WORDS[intent] if word in tool.tool_type), None)
    # A name is a guess, good only for tools that do not say what they can do.
    return f"its type contains {hint!r}" if hint and not declared else None


def _score(tool: KnownTool, context: ToolSelectionContext, *, reason: str) -> CandidateScore:
    name = tool.tool_name
    measured = context.success_rate.get(name)
    accuracy = _profile(tool)["accuracy"] if measured is None else measured
    time_ms = context.estimated_time.get(name, DEFAULT_TIME_MS)
    exact = {
        "accuracy": ACCURACY_WEIGHT * accuracy,
        "speed": SPEED_WEIGHT / (1 + time_ms / 1000),
        "cache": CACHE_WEIGHT * (CACHED_VALUE if context.cache_status.get(name) else 0.0),
        "load": LOAD_WEIGHT * (1 - min(1.0, context.current_load.get(name, 0.0))),
        "bonus": _bonus(tool, context, accuracy=accuracy, time_ms=time_ms),
    }
    terms = {term: figure(value) for term, value in exact.items()}
    score = min(1.0, figure(fsum(exact.values())))
    return CandidateScore(tool=name, score=score, reason=reason, **terms)


def _bonus(
    tool: KnownTool, context: ToolSelectionContext, *, accuracy: float, time_ms: float
) -> float:
    match context.user_pref:
        case SelectionStrategy.FASTEST:
            return 0.05 if time_ms < FAST_MS else 0.0
        case SelectionStrategy.MOST_ACCURATE:
            return 0.05 if accuracy > DECLARED_ACCURACY else 0.0
        case SelectionStrategy.MOST_COMPLETE:
            wanted = INTENT_CAPABILITY_MAP[context.intent] if context.intent else ()
            return 0.03 if _capabilities(tool).issuperset(wanted) else 0.0
        case SelectionStrategy.LEAST_LOAD:
            return 0.05 if not context.current_load.get(tool.tool_name) else 0.0


def _profile(tool: KnownTool) -> ToolProfile:
    accuracy = DECLARED_ACCURACY if _capabilities(tool) else UNKNOWN_ACCURACY
    return {"accuracy": accuracy, "base_time": DEFAULT_TIME_MS}


def _is_outside(tool: KnownTool) -> bool:
    declared = _capabilities(tool)
    return bool(declared) and declared <= _OUTSIDE


def _capabilities(tool: KnownTool) -> frozenset[ToolCapability]:
    declared = {word for operation in tool.operations.values() for word in operation.capabilities}
    return _KNOWN.intersection(declared)
