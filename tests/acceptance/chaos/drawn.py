"""Policies, plans and options of runs, drawn at random; all that is drawn is valid."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, Final

from msgspec import UNSET

from domain.json import JsonMap
from domain.run.commands import RequestRun
from domain.run.facts import RunOptions
from domain.run.replanning import RUN_POLICY
from domain.tools.catalogue import KnownTools
from domain.tools.policies.documents import InvalidPolicies, checked_document
from domain.tools.policies.policy import PolicyDocument

_READS: Final = ("get", "look")
_STRATEGIES: Final = ("parallel", "dag", "serial")
_FIELDS: Final[dict[str, Callable[[Random], Any]]] = {
    "timeout_ms": lambda chance: chance.randint(50, 200),
    "max_retries": lambda chance: chance.randint(0, 3),
    "retry_max_backoff_ms": lambda chance: chance.choice([1, 20, 60]),
    "breaker_enabled": lambda chance: chance.random() < 0.8,
    "breaker_threshold": lambda chance: chance.randint(1, 5),
    "breaker_reset_ms": lambda chance: chance.choice([1, 50, 400]),
    "max_concurrent_calls": lambda chance: chance.randint(1, 5),
    "max_rows": lambda chance: chance.randint(1, 5),
    "max_bytes": lambda chance: chance.choice([20, 200, 2000]),
    "max_depth": lambda chance: chance.randint(1, 5),
}
_RATES: Final[dict[str, Callable[[Random], Any]]] = {
    "rate_limit_per_minute": lambda chance: chance.randint(1, 5),
    "rate_limit_per_second": lambda chance: chance.randint(1, 5),
}
_OF_READS: Final[dict[str, Callable[[Random], Any]]] = {
    "cache_ttl_seconds": lambda chance: chance.choice([1, 60]),
    "fallback": lambda _: "spare",
}


def policies(chance: Random, tools: KnownTools) -> PolicyDocument:
    """Draw policies that do not contradict each other."""
    while True:
        try:
            return checked_document(_document(chance), tools)
        except InvalidPolicies:
            continue


def _document(chance: Random) -> JsonMap:
    tools: JsonMap = {
        "*": {"retry_backoff_ms": 1, "max_wait_ms": chance.choice([0, 50, 600, 1500])}
    }
    for tool in ("wild", "spare"):
        tools[tool] = _some(chance, _FIELDS, 0.3) | _some(chance, _RATES, 0.12)
    for operation in _READS:
        tools[f"wild.{operation}"] = _some(chance, _OF_READS, 0.5)
    if chance.random() < 0.4:
        tools["wild.tag"] = {"fallback": "spare"}
    tools["wild.change"] = {"approval": chance.choice(["never", "required", "on_repeat"])}
    timeouts: JsonMap = {"execute_ms": chance.choice([150, 800])} if chance.random() < 0.2 else {}
    return {"tools": tools, "timeouts": timeouts}


def _some(
    chance: Random, fields: dict[str, Callable[[Random], Any]], share: float
) -> dict[str, Any]:
    return {name: draw(chance) for name, draw in fields.items() if chance.random() < share}


def request(chance: Random) -> RequestRun:
    """Draw what a run is asked for: a plan of one to six calls."""
    calls = [_call(chance, number) for number in range(chance.randint(1, 6))]
    plan: JsonMap = {"calls": [*calls]}
    if chance.random() < 0.7:
        plan["execution_strategy"] = chance.choice(_STRATEGIES[_only_waits(calls) :])
    options = RunOptions(
        edition=2,
        call_timeout_ms=chance.choice([100, 200, 400]),
        max_concurrent_calls=chance.choice([1, 3, 10]),
        replanning=RUN_POLICY if chance.random() < 0.5 else UNSET,
    )
    output: JsonMap = {"kind": "plan", "plan": plan}
    return RequestRun(question="", plan_output=output, options=options)


def _only_waits(calls: Sequence[JsonMap]) -> bool:
    """Return whether a call waits for another without data of it: those of `parallel` do not."""
    return any("depends_on" in call for call in calls)


def _call(chance: Random, number: int) -> JsonMap:
    operation = chance.choice(["get", "get", "look", "tag", "change"])
    tool = "spare" if operation != "change" and chance.random() < 0.15 else "wild"
    params = {"text": chance.choice(["same", f"of {number}"])}
    call: JsonMap = {"call_id": f"c{number}", "tool": tool, "operation": operation}
    call["params"] = {**params}
    if number and chance.random() < 0.3:
        before = f"c{chance.randrange(number)}"
        if chance.random() < 0.5:
            return {**call, "depends_on": [before]}
        call["output_mapping"] = {"name": f"{{{before}.rows[each].name}}"}
        call["max_fan_out"] = chance.randint(1, 5)
    return call
