"""The review of an auto recipe: what its calls say together, and how far that can be trusted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from domain.estate.view_policy import View, clamped
from domain.json import JsonMap, as_count, as_map, as_maps, as_text
from domain.plan.flow import places_of
from domain.plan.intent import PlanMode
from domain.plan.plan import Plan, PlanStep
from domain.plan.recipe import METRICS, TARGETS, USUAL_METRICS, view_name
from domain.plan.specs import policy_of
from domain.response.blocks import Block, NumberBlock, TextBlock
from domain.response.compose.call_result import CallResult
from domain.response.compose.evidence import references_of
from domain.response.compose.section import Section, record_table
from domain.response.compose.wording import listed
from domain.response.edition import NEWEST, SECOND

_MOST_TARGETS, _MOST_HIGHLIGHTS = 5, 2
_UNSAID = {METRICS, "path_source", "path_target"}
_DEDUCTIONS: Final = {
    "POLICY_CLAMP": (0.05, "a view reaches less far than auto.depth_hint"),
    "PATH_PENDING": (0.10, "the path has no target yet"),
    "METRIC_FALLBACK": (0.10, "the plan names no metric, usual ones are shown"),
    "METRIC_MISSING": (0.25, "no metric of the item has a value"),
    "HISTORY_MISSING": (0.20, "there is no history of the item"),
    "CEP_ERROR": (0.15, "the rule could not be evaluated"),
}
"""By how much each code lowers the confidence, and why."""
_OF_CALLS: Final = {
    "view_": ("GRAPH_MISSING", 0.25),
    "path": ("PATH_MISSING", 0.25),
    "scope_": ("SCOPE_MISSING", 0.10),
}
"""The same for a call that is missing, by how its name begins."""
_TRUNCATED = 0.10
_NO_RULE: Final = "The rule was skipped: cep.rule_id names none."


@dataclass(frozen=True)
class Review:
    """A plan or step of mode auto, its path in the plan, and what came of its calls by name."""

    parts: Plan | PlanStep
    path: str
    calls: dict[str, CallResult]
    edition: int = NEWEST

    @property
    def item(self) -> JsonMap:
        """The item; empty when it was not found."""
        return next(iter(as_maps(self.facts("primary").get("rows"))), {})

    @property
    def code(self) -> str:
        """The code of the item."""
        return as_text(self.item.get("ci_code"))

    @property
    def views(self) -> list[tuple[View, CallResult]]:
        """The views with their calls."""
        named = ((view, self.calls.get(view_name(view))) for view in self.parts.auto.views)
        return [(view, call) for view, call in named if call is not None]

    @property
    def targets(self) -> list[JsonMap]:
        """What the path could lead to, while it has no target."""
        near = as_maps(self.facts(TARGETS).get("nodes"))
        return [node for node in near if node.get("distance")][:_MOST_TARGETS]

    def facts(self, name: str) -> JsonMap:
        """Return what a call answered; nothing when it did not."""
        return self.calls[name].facts if name in self.calls else {}

    @property
    def step_id(self) -> str | None:
        """The step that is reviewed, or None."""
        return self.parts.step_id if isinstance(self.parts, PlanStep) else None

    def section(self, call: CallResult, usual: Section) -> Section:
        """Return the section of a call, whose usual one is given."""
        if call.is_on_purpose or (call.part in _UNSAID and call.status == "succeeded"):
            return Section("")
        if call.part == TARGETS and call.status == "succeeded":
            columns = ("code", "name", "type", "subtype", "status")
            table = record_table(self.targets, columns=columns, title="Possible targets")
            codes = listed([as_text(node.get("code")) for node in self.targets])
            said = f"The path awaits its target, such as {codes or 'nothing that is near'}."
            return Section(said, [table], call.warnings)
        if call.part == "primary" and self.code:
            return replace(usual, sentence=f"AUTO review for {self.code}: {usual.sentence}")
        if not call.part.startswith("scope_"):
            return usual
        named = ((block, {"title": f"Graph scope - {block.title}"}) for block in usual.blocks)
        return replace(usual, blocks=[block.model_copy(update=title) for block, title in named])

    def blocks(self, sections: Mapping[str, Section], confidence: float) -> list[Block]:
        """Return the insights and the quality, from the sections; nothing without the item."""
        if not self.code:
            return []
        said = [*(sections[call.call_id].sentence for call in self.calls.values()), *self.notes()]
        reasons = "\n".join(reason for _, reason in self.deductions())
        found: list[Block] = [
            TextBlock(id="insights", title="AUTO Insights", text="\n".join(filter(None, said))),
            *self._numbers(sections),
            TextBlock(id="quality", title="Quality", text=reasons or "No warnings detected"),
            NumberBlock(id="confidence", label="Confidence", value=confidence),
        ]
        ids, prefix = (
            _reference_ids(*self.calls.values()),
            f"{self.step_id}:" if self.step_id else "",
        )
        return [
            each.model_copy(
                update={"id": f"{prefix}{each.id}", "reference_ids": each.reference_ids or ids}
            )
            for each in found
        ]

    def notes(self) -> list[str]:
        """Return what is to be said of a rule that was asked for, but not named."""
        is_skipped = self.parts.auto.include_cep and "cep" not in self.calls
        return [_NO_RULE] if is_skipped and self.edition > SECOND else []

    def deductions(self) -> Iterator[tuple[float, str]]:
        """Yield what lowers the confidence, each with its code and the reason."""
        for name, call in self.calls.items():
            code, points = _OF_CALLS.get("".join(name.partition("_")[:2]), ("", 0.0))
            if code and call.status != "succeeded" and not call.is_on_purpose:
                yield points, f"{code}: {call.call_id} is missing"
            elif call.name == "graph.expand" and call.facts.get("truncated") is True:
                yield _TRUNCATED, f"GRAPH_TRUNCATED: {call.call_id} is cut off by the limits"
        spec, hint = self.parts.auto, self.parts.auto.depth_hint
        policies = [policy_of(view, *spec.walks) for view in spec.views]
        codes = {
            "POLICY_CLAMP": hint and any(clamped(each, hint) != hint for each in policies),
            "PATH_PENDING": TARGETS in self.calls,
            "METRIC_MISSING": spec.include_metric and not self._valued(),
            "METRIC_FALLBACK": self._valued() and self.parts.metric is None,
            "HISTORY_MISSING": spec.include_history and not self.facts("history").get("total"),
            "CEP_ERROR": "cep" in self.calls and not self.facts("cep").get("condition_evaluated"),
        }
        for code, (points, why) in _DEDUCTIONS.items():
            if codes[code]:
                yield points, f"{code}: {why}"

    def _numbers(self, sections: Mapping[str, Section]) -> Iterator[Block]:
        views = [call for _, call in self.views if call.status == "succeeded"]
        if views:
            nodes = {each["id"] for view in views for each in as_maps(view.facts.get("nodes"))}
            depth = max(as_count(as_map(view.facts.get("meta")).get("depth")) for view in views)
            yield _number("graph-nodes", "Graph nodes", len(nodes), *views)
            yield _number("graph-depth", "Graph depth", depth, *views)
        if "total" in self.facts("history"):
            label = "Recent records" if self.parts.history.enabled else "Recent events (7d)"
            total = as_count(self.facts("history").get("total"))
            yield _number("recent", label, total, self.calls["history"])
        for call in self._valued()[:_MOST_HIGHLIGHTS]:
            for block in sections[call.call_id].blocks:
                if isinstance(block, NumberBlock):
                    number = _number(f"highlight-{call.part}", block.label, block.value, call)
                    yield number.model_copy(update={"unit": block.unit})

    def _valued(self) -> list[CallResult]:
        asked = [self.calls[name] for name in ("metric", *USUAL_METRICS) if name in self.calls]
        return [call for call in asked if as_count(call.facts.get("sample_count"))]


def reviews_of(plan: Plan, calls: Sequence[CallResult], edition: int) -> list[Review]:
    """Return the reviews that a plan asks for: its own, or those of its steps, in their turns."""
    steps: dict[str | None, tuple[str, Plan | PlanStep]] = {
        place.step.step_id: (f"{place.path}.", place.step) for place in places_of(plan)
    }
    parts = steps or {None: ("", plan)}
    found: dict[tuple[str | None, str], dict[str, CallResult]] = {}
    for call in calls:
        if call.step_id in parts and parts[call.step_id][1].mode is PlanMode.AUTO:
            turn = call.call_id.partition("@")[2]
            found.setdefault((call.step_id, turn), {})[call.part] = call
    return [Review(*parts[step][::-1], own, edition) for (step, _), own in found.items()]


def _number(name: str, label: str, value: float | None, *calls: CallResult) -> NumberBlock:
    return NumberBlock(id=name, label=label, value=value, reference_ids=_reference_ids(*calls))


def _reference_ids(*calls: CallResult) -> list[str]:
    return [as_text(each["id"]) for call in calls for each in references_of(call)[:1]]
