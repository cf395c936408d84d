"""Tools of a package that do what comes to them: they answer, fail, hang, break, flood and lie.

What a call does is drawn by its id and by how often it was made, and is the same in every run.
"""

import asyncio
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from random import Random
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from domain.tools.contracts import (
    BaseTool,
    Effect,
    Operation,
    ToolContext,
    ToolErrorCode,
    ToolFailure,
    ToolParams,
    ToolResult,
)

if TYPE_CHECKING:
    from pydantic import JsonValue

TENANTS: Final = ("acme", "globex")
_FLOOD: Final = 50_000_000
_STUBBORN_SECONDS: Final = 1.5
_HANGS_SECONDS: Final = 30.0
_C = ToolErrorCode
_CODES: Final = (_C.UPSTREAM_UNAVAILABLE, _C.RATE_LIMITED, _C.INTERNAL_ERROR, _C.DATA_NOT_FOUND)


def marker_of(tenant_id: str) -> str:
    """Return the text that all data of a tenant have, and that no other tenant's may have."""
    return f"only-for-{tenant_id}"


class Panic(BaseException):
    """What a compiled extension raises."""


class Asked(ToolParams):
    """What is asked; a fan-out asks for a `name`."""

    text: str = ""
    name: str | None = None


class Outside:
    """The world outside: it counts how often each effect has happened, by its key."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.happened, self.begun = Counter[str](), Counter[str]()
        self._lock = Lock()

    def chance(self, context: ToolContext, text: str) -> Random:
        """Return the chance of this call, another one each time that it is made."""
        key = f"{context.tenant_id} {context.call_id} {text}"
        with self._lock:
            self.begun[key] += 1
            return Random(f"{self.seed} {key} {self.begun[key]}")

    def happens(self, context: ToolContext) -> None:
        """Count an effect."""
        with self._lock:
            self.happened[str(context.idempotency_key)] += 1


def _well(context: ToolContext, chance: Random) -> ToolResult:
    mark = marker_of(context.tenant_id)
    rows: list[JsonValue] = [{"name": f"n{n}", "mark": mark} for n in range(chance.randint(0, 8))]
    context.log(mark)
    return ToolResult(success=True, data={"rows": rows})


def _large(context: ToolContext, chance: Random) -> ToolResult:
    text = marker_of(context.tenant_id) * chance.choice([100, 10_000])
    rows: list[JsonValue] = [{"name": "n", "text": text}] * 3
    return ToolResult(success=True, data={"rows": rows})


def _refuses(context: ToolContext, chance: Random) -> ToolResult:
    details = {"retry_after_ms": chance.choice([1, 20, 5000])} if chance.random() < 0.5 else {}
    raise ToolFailure(chance.choice(_CODES), marker_of(context.tenant_id), details=details)


def _raises(context: ToolContext, chance: Random) -> ToolResult:
    error = chance.choice([ValueError, Panic, MemoryError, KeyboardInterrupt, SystemExit])
    more = chance.choice([RecursionError, TimeoutError, asyncio.CancelledError, GeneratorExit])
    raise chance.choice([error, more])(marker_of(context.tenant_id))


def _no_number(*_: object) -> ToolResult:
    return ToolResult(success=True, data={"rows": [{"value": float("nan")}, float("inf")]})


def _flood(context: ToolContext, _: Random) -> ToolResult:
    text = marker_of(context.tenant_id)
    return ToolResult(success=True, data={"rows": [text * (_FLOOD // len(text))]})


def _foreign(context: ToolContext, chance: Random) -> ToolResult:
    (other,) = {*TENANTS} - {context.tenant_id}
    row: JsonValue = {"tenant_id": other, "mark": marker_of(other)}
    good: JsonValue = {"tenant_id": context.tenant_id, "name": "n"}
    deep: JsonValue = {"rows": [good, {"more": [{"inner": row}]}]}
    if chance.random() < 0.3:
        return ToolResult(success=True, data={}, references=[{"id": "1", "of": row}])
    if chance.random() < 0.3:
        return ToolResult(success=True, data={}, metadata={"effect": row})
    rows: JsonValue = {"rows": [good, row]}
    return ToolResult(success=True, data=chance.choice([rows, deep, row]))


def _garbage(_: ToolContext, chance: Random) -> Any:  # noqa: ANN401 - it is garbage
    ring: list[Any] = []
    ring.append(ring)
    deep: Any = 0
    for _level in range(chance.choice([90, 2000])):
        deep = [deep]
    data = chance.choice([object(), {1, 2}, b"x", "\ud800", "a\0b", {3: "x"}, ring, deep, 10**400])
    wrong: Any = chance.choice([None, "text", 7, ["x", None], {"row_count": -1}, object()])
    return chance.choice(
        [
            wrong,
            ToolResult(success=True, data={"rows": [data]}),
            ToolResult(success=True, data={"rows": data}),
            ToolResult(success=True, data={}, warnings=wrong),
            ToolResult(success=True, data={}, references=wrong),
            ToolResult(success=True, data={}, metadata=wrong),
            ToolResult(success=wrong, data={}),
            ToolResult(success=False, error=wrong, error_code=wrong, error_details=wrong),
            ToolResult(success=True, data={}, metadata={"row_count": wrong, "newest": wrong}),
            ToolResult(success=True, data={}, metadata={"effect": data, "window": wrong}),
        ]
    )


def _noise(context: ToolContext, _: Random) -> ToolResult:
    for number in range(300):
        context.log(f"{number} {marker_of(context.tenant_id)} " * 20)
        context.progress(f"{number} of 300")
    return ToolResult(success=True, data={"rows": []}, warnings=["w" * 5000] * 200)


def _blocks(context: ToolContext, chance: Random) -> ToolResult:
    time.sleep(chance.choice([0.02, 0.4]))
    return _well(context, chance)


Deed = Callable[[ToolContext, Random], Any]
_DEEDS: Final[Mapping[Deed, int]] = {
    _well: 40,
    _large: 6,
    _refuses: 20,
    _raises: 10,
    _no_number: 2,
    _flood: 1,
    _foreign: 6,
    _garbage: 10,
    _noise: 2,
    _blocks: 6,
}


class WildTool(BaseTool):
    """Reads, and changes what is outside, as it likes; its spare only reads."""

    tool_type = "wild"

    def __init__(self, outside: Outside, name: str = "wild") -> None:
        """Happen in this world."""
        self._outside, self._name = outside, name

    @property
    def tool_name(self) -> str:
        """See `BaseTool`."""
        return self._name

    @property
    def operations(self) -> Mapping[str, Operation[Any]]:
        """See `BaseTool`."""
        made = {
            "get": Operation("get", "Waits", Asked, self._get),
            "look": Operation("look", "Works in a thread", Asked, self._look),
            "tag": Operation("tag", "Tags", Asked, self._look, (), Effect.IDEMPOTENT),
            "change": Operation("change", "Changes", Asked, self._change, (), Effect.EFFECT),
        }
        is_spare = self._name != "wild"
        return {name: made[name] for name in ("get", "look", "tag")} if is_spare else made

    async def _get(self, context: ToolContext, params: Asked) -> ToolResult:
        chance = self._outside.chance(context, params.text)
        await asyncio.sleep(chance.choice([0, 0.005, 0.03]))
        if chance.random() < 0.06:
            await asyncio.sleep(_HANGS_SECONDS)
        if chance.random() < 0.02:
            await _stays()
        return _done(context, chance)

    def _look(self, context: ToolContext, params: Asked) -> ToolResult:
        return _done(context, self._outside.chance(context, params.text))

    def _change(self, context: ToolContext, params: Asked) -> ToolResult:
        chance = self._outside.chance(context, params.text)
        if chance.random() < 0.2:
            return _done(context, chance)  # before anything has happened
        self._outside.happens(context)
        if chance.random() < 0.1:
            time.sleep(0.5)
        try:
            return _done(context, chance)
        except ToolFailure as refused:
            if refused.code is _C.RATE_LIMITED:  # with that it would say that it did nothing
                refused.code = _C.UPSTREAM_UNAVAILABLE
            raise


def _done(context: ToolContext, chance: Random) -> ToolResult:
    deed = chance.choices([*_DEEDS], [*_DEEDS.values()])[0]
    answer: ToolResult = deed(context, chance)
    return answer


async def _stays() -> None:
    """Wait on whoever asks to stop."""
    until = time.monotonic() + _STUBBORN_SECONDS
    while time.monotonic() < until:
        try:
            await asyncio.sleep(0.05)
        except asyncio.CancelledError:
            sys.stderr.flush()
