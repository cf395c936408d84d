"""The road of one live call: cache, breaker, place, rate limit, the tool, size.

What is decided on it goes with the answer, or is told while it waits, and is recorded: nobody
asks a policy again when the run is verified.
"""

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Final

from msgspec.structs import replace

from domain.estate.port import Estate
from domain.plan.time_range import WrongTimeRange
from domain.run.facts import RunOptions
from domain.stages.call_facts import call_window
from domain.stages.sources import Answer, CallRequest
from domain.threads import in_thread
from domain.tools.catalogue import KnownOperation
from domain.tools.contracts import BaseTool, ToolContext, ToolErrorCode, ToolResult
from domain.tools.policies.breakers import Circuit, ReadBreakers
from domain.tools.policies.cache import AnswerCache, Question
from domain.tools.policies.gates import Gates
from domain.tools.policies.policy import Policies, ToolPolicy
from domain.tools.policies.retries import FALLS_BACK, retry_after_ms
from domain.tools.policies.sizes import within_sizes
from domain.tools.policies.waits import NotLetThrough, Patience, Throttled
from domain.tools.registry import ToolRegistry
from domain.values.effect import Effect

_NAMED: Final = '"secret:'
_RELATIVE: Final = ('"time": "', '"bucket": "')
"""What in the JSON of the params of a query counts from the present."""
"""How params name a secret; see `domain.redaction.secrets`."""

_USUAL_MS: Final = RunOptions().call_timeout_ms
Make = Callable[[CallRequest], Awaitable[ToolResult]]


@dataclass(frozen=True, slots=True)
class Enforcement:
    """What policies are enforced with, shared by all runs of a process.

    Without `breakers` no tool is left alone; without `cache` every call asks its tool.
    """

    gates: Gates = field(default_factory=Gates)
    breakers: ReadBreakers | None = None
    cache: AnswerCache | None = None
    chance: Random = field(default_factory=Random)


@dataclass(frozen=True, slots=True)
class _Rules:
    """An operation of a tool, and its policy."""

    tool: BaseTool
    operation: KnownOperation
    policy: ToolPolicy
    circuit: Circuit


class Road:
    """Takes the calls of one run past the policies of its tenant to the tools."""

    def __init__(
        self,
        make: Make,
        enforcement: Enforcement,
        policies: Policies,
        *,
        registry: ToolRegistry,
        estate: Estate,
        context: ToolContext,
        takes_cached: bool,
    ) -> None:
        """`make` calls the tool; `takes_cached` says whether answers may be given again."""
        self._make, self._enforcement, self._policies = make, enforcement, policies
        self._registry, self._estate, self._context = registry, estate, context
        self._takes_cached, self._known = takes_cached, dict[tuple[str, str], _Rules | None]()
        self._waited_ms = defaultdict[str, float](float)
        self.ends_at = float("inf")
        """When the calls must have ended, by the monotonic clock: later nothing is repeated."""

    async def call(self, request: CallRequest) -> Answer:
        """Return the answer, a failed one too, with what follows from it."""
        named = (request.tool, request.operation)
        if named not in self._known:
            self._known[named] = self._rules(*named)
        rules = self._known[named]
        if rules is None:  # the tool says that there is none
            return await self._timed(request)
        if request.back_off_ms:
            begun = time.monotonic()
            await asyncio.sleep(request.back_off_ms / 1000)
            request.tell(Throttled("back_off", (time.monotonic() - begun) * 1000))
        timeout_ms = rules.policy.timeout_ms
        if timeout_ms is not None and timeout_ms < request.timeout_ms:
            request = replace(request, timeout_ms=timeout_ms)
        answer = await self._answered(request, rules)
        return answer if answer.result.success else self._decided(request, rules, answer)

    def tools_with_answers(self) -> set[str]:
        """Return the tools of which the run may be given answers that are at hand."""
        cache = self._enforcement.cache if self._takes_cached else None
        return cache.tools_of(self._context.tenant_id) if cache else set()

    def _rules(self, name: str, operation: str) -> _Rules | None:
        tool = self._registry.get_tool(name) if self._registry.is_registered(name) else None
        declared = tool.operations.get(operation) if tool else None
        if tool is None or declared is None:
            return None
        policy = self._policies.of(name, tool.tool_type, operation, declared.effect)
        circuit = Circuit(self._context.tenant_id, name, operation)
        return _Rules(tool, declared, policy, circuit)

    async def _answered(self, request: CallRequest, rules: _Rules) -> Answer:
        """Return the answer of the cache, else of the tool."""
        cache, ttl_seconds = self._enforcement.cache, rules.policy.cache_ttl_seconds
        question = self._question(request, rules) if cache and ttl_seconds else None
        if cache is None or ttl_seconds is None or question is None:
            return await self._let_through(request, rules)
        asked = list[Answer]()

        async def ask() -> ToolResult:
            asked.append(await self._let_through(request, rules))
            return asked[0].result

        is_current = partial(self._is_current, request.tool)
        result, age_ms = await cache.answer(
            question, ttl_seconds=ttl_seconds, is_current=is_current, ask=ask
        )
        return asked[0] if asked else Answer(result, 0.0, "cache", cached_age_ms=age_ms)

    def _question(self, request: CallRequest, rules: _Rules) -> Question | None:
        """Return what the answer is kept under; None for what is never given again."""
        is_read = rules.operation.effect is Effect.READ
        if not (self._takes_cached and is_read) or request.retry_count:
            return None
        params = json.dumps(request.params, sort_keys=True)
        if _NAMED in params:
            return None
        revision = f"{type(rules.tool).__module__}.{type(rules.tool).__qualname__}"
        asked_at = ""
        is_timed = any(each in params for each in _RELATIVE)
        if is_timed or "time_range" in rules.operation.params.model_fields:
            try:
                window = call_window(request.params, now=self._context.now)
            except WrongTimeRange:
                return None
            asked_at = f"{window.start}/{window.end}" if window else self._context.now.isoformat()
        asked = (self._context.tenant_id, request.tool, revision, request.operation)
        return Question(*asked, params, asked_at)

    async def _is_current(self, tool: str, revision: str) -> bool:
        """Return whether the estate is the same; a tool of a package does not look at it."""
        if tool in self._registry.installed:
            return True
        return revision == await in_thread(self._estate.revision, self._context.tenant_id)

    async def _let_through(self, request: CallRequest, rules: _Rules) -> Answer:
        """Return what the tool answers, or why it was not asked."""
        policy, circuit, gates = rules.policy, rules.circuit, self._enforcement.gates
        breakers = self._enforcement.breakers if policy.breaker_enabled else None
        left_ms = max(0.0, policy.max_wait_ms - self._waited_ms[request.call_id])
        patience, is_probe = Patience(left_ms, request.tell), False
        try:
            if breakers is not None:
                is_probe = await breakers.let_through(
                    circuit, policy, patience, timeout_ms=request.timeout_ms
                )
            async with gates.place(circuit[:2], policy, patience):
                # Last: what waited for a place after it would begin with all others that did.
                await gates.rate(circuit, policy, patience)
                answer = await self._timed(request)
                name = f"{request.tool}.{request.operation}"
                result = within_sizes(name, answer.result, policy)
                if breakers is not None and not _is_cut_short(request, policy, result):
                    await breakers.tell(circuit, policy, result, is_probe=is_probe)
                    is_probe = False
                # Its end is recorded in the very step that gives the place back.
                return answer if result is answer.result else replace(answer, result=result)
        except NotLetThrough as refused:
            return Answer(refused.result, 0.0)
        finally:
            self._waited_ms[request.call_id] += left_ms - patience.left_ms
            if breakers is not None and is_probe:
                breakers.give_back(circuit)

    async def _timed(self, request: CallRequest) -> Answer:
        begun = time.monotonic()
        result = await self._make(request)
        return Answer(result, round((time.monotonic() - begun) * 1000, 3))

    def _decided(self, request: CallRequest, rules: _Rules, answer: Answer) -> Answer:
        """Return a failed answer with whether it is asked for again, or of whom."""
        after_ms = retry_after_ms(
            rules.policy,
            rules.operation.effect,
            answer.result,
            retry_count=request.retry_count,
            chance=self._enforcement.chance,
        )
        if after_ms is not None and time.monotonic() + after_ms / 1000 < self.ends_at:
            return replace(answer, retry_after_ms=after_ms)
        other = rules.policy.fallback
        is_there = (
            other is not None and other != request.tool and self._registry.is_registered(other)
        )
        if is_there and answer.result.error_code in FALLS_BACK:
            return replace(answer, fallback=other)
        return answer


def _is_cut_short(request: CallRequest, policy: ToolPolicy, result: ToolResult) -> bool:
    """Return whether the run itself gave the tool less time than tools usually have."""
    usual_ms = min(policy.timeout_ms or _USUAL_MS, _USUAL_MS)
    is_timeout = result.error_code is ToolErrorCode.TOOL_TIMEOUT
    return is_timeout and request.timeout_ms < usual_ms
