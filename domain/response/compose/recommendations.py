"""What a recipe recommends to do next: at most five things, each with its reason."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from domain.estate.view_policy import View
from domain.json import JsonMap, as_count, as_list, as_map, as_maps, as_text, as_texts
from domain.plan.recipe import USUAL_HISTORY
from domain.response.compose.recipe import Review
from domain.response.next_actions import NextAction

_MOST: Final = 5
_MORE_RECORDS, _MOST_RECORDS = 10, 50
_OTHER_VIEWS = {
    View.DEPENDENCY: "What {} needs",
    View.IMPACT: "What is affected if {} fails",
}
Reruns = Iterator[tuple[str, str, JsonMap]]
"""Labels, reasons and patches."""


def recommendations(review: Review) -> list[NextAction]:
    """Return at most five, the most needed first; none for an item that was not found."""
    sources = (_targets, _further, _views, _history, _rules) if review.code else ()
    unique: dict[str, NextAction] = {}
    for label, reason, patch in (each for source in sources for each in source(review)):
        changes: JsonMap = {f"{review.path}{name}": value for name, value in patch.items()}
        rerun = NextAction(type="rerun", label=label, payload={"patch": changes}, reason=reason)
        unique.setdefault(label, rerun)
    return list(islice(unique.values(), _MOST))


def _targets(review: Review) -> Reruns:
    for node in review.targets:
        code = as_text(node.get("code"))
        yield f"Path to {code}", "The path has no target.", {"auto.path.target_ci_code": code}
    for end in ("target", "source"):
        call = review.calls.get(f"path_{end}")
        details = call.details if call is not None and call.status == "failed" else {}
        codes = [as_text(each.get("ci_code")) for each in as_maps(details.get("candidates"))]
        for code in (*codes, *as_texts(details.get("suggestions"))):
            patch: JsonMap = {f"auto.path.{end}_ci_code": code}
            yield f"{code} (path {end})", f"The {end} of the path was not found.", patch


def _further(review: Review) -> Reruns:
    """More room where the limits cut a view off; one step more where it goes on."""
    for view, call in review.views:
        meta = as_map(call.facts.get("meta"))
        depth, limits = as_count(meta.get("depth")), as_map(meta.get("limits"))
        if call.facts.get("truncated") is True:
            twice = {name: 2 * as_count(limits[name]) for name in ("max_nodes", "max_edges")}
            room: JsonMap = {f"graph.limits.{name}": most for name, most in twice.items()}
            yield "Show twice as many", f"View {view} is cut off.", room
        elif depth < as_count(meta.get("max_depth")) and as_count(call.facts.get("beyond_depth")):
            reason = f"View {view} goes on beyond depth {depth}."
            yield f"Expand to depth {depth + 1}", reason, {"auto.depth_hint": depth + 1}


def _views(review: Review) -> Reruns:
    shown = sorted(review.parts.auto.views, key=lambda view: view is not View.PATH)
    for view, question in _OTHER_VIEWS.items():
        if view not in shown:
            patch: JsonMap = {"auto.views": [view.value, shown[0].value]}
            yield question.format(review.code), f"View {view} is not shown.", patch


def _history(review: Review) -> Reruns:
    facts = review.facts("history")
    shown, total = len(as_list(facts.get("rows"))), as_count(facts.get("total"))
    if 0 < shown < min(total, _MOST_RECORDS):
        usual = {"history.enabled": True, "history.source": USUAL_HISTORY.source}
        most = min(shown + _MORE_RECORDS, _MOST_RECORDS)
        patch: JsonMap = {**({} if review.parts.history.enabled else usual), "history.limit": most}
        yield f"Show {most} records", f"{shown} of {total} are shown.", patch


def _rules(review: Review) -> Reruns:
    if review.notes():
        own = [each.model_dump(mode="json", exclude_unset=True) for each in review.parts.calls]
        listed: JsonMap = {"call_id": "rules", "tool": "cep", "operation": "list_rules"}
        yield "List the rules", "cep.rule_id names no rule.", {"calls": [*own, listed]}
