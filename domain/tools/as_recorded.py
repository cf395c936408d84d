"""The tools that a run is gone over again with: of tools that are not known, its record tells."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec import UNSET
from pydantic import BaseModel, create_model

from domain.run.call_events import ToolCallStarted
from domain.tools.capabilities import EVERYWHERE, Availability
from domain.tools.catalogue import DeclaredTool, KnownTool, KnownTools
from domain.values.effect import Effect

Told = tuple[str, str, list[str]]
"""A problem of a call: its field, the message, and the names that there are."""


@dataclass(frozen=True, slots=True)
class RecordedOperation:
    """An operation as its recorded calls show it; see `KnownOperation`."""

    params: type[BaseModel]
    effect: Effect
    capabilities: tuple[str, ...] = ()
    availability: Availability = EVERYWHERE


class _Uncalled(BaseModel):
    """The parameters of an operation that was named, and never called."""


class _Operations(dict[str, RecordedOperation]):
    """Those that were called; of others it is only known that they were there."""

    def __contains__(self, _name: object) -> bool:
        return True

    def __missing__(self, _name: str) -> RecordedOperation:
        return RecordedOperation(_Uncalled, Effect.READ)


class ToolsAsRecorded:
    """Known tools, and beside them those that only the record knows; see `KnownTools`.

    What validation said of the calls of those stands in `problems`; `named` are all tools that
    the record names, called or not.
    """

    def __init__(
        self,
        tools: KnownTools,
        called: Iterable[ToolCallStarted],
        problems: Sequence[Told] = (),
        named: Iterable[str] = (),
    ) -> None:
        """Take what is said of a call as recorded where no such tool is, or was, there."""
        self._tools, self._problems = tools, problems
        others = {name: _Operations() for name in named if not tools.is_registered(name)}
        self._others = _others((e for e in called if not tools.is_registered(e.tool)), others)

    def problems_of(self, tool: str, call_id: str) -> list[Told] | None:
        """Return what was wrong with a call; None where that is found by looking at the tool."""
        found = [each for each in self._problems if f"{each[0]}.".startswith(f"{call_id}.")]
        was_missing = any(f"tool {tool!r}" in message for _, message, _ in found)
        return found if was_missing or not self._tools.is_registered(tool) else None

    def is_registered(self, name: str) -> bool:
        """See `KnownTools`."""
        return name in self._others or self._tools.is_registered(name)

    def get_tool(self, name: str) -> KnownTool:
        """See `KnownTools`."""
        return self._others.get(name) or self._tools.get_tool(name)

    def get_available_tools(self) -> Mapping[str, KnownTool]:
        """See `KnownTools`."""
        return self._tools.get_available_tools()


def _others(
    called: Iterable[ToolCallStarted], operations: dict[str, _Operations]
) -> dict[str, DeclaredTool]:
    lists = dict[tuple[str, str], set[str]]()
    for call in called:
        found = lists.setdefault((call.tool, call.operation), set())
        found |= {name for name, value in call.params.items() if isinstance(value, list)}
        fields: dict[str, Any] = dict.fromkeys(sorted(found), (list[object], ...))
        model = create_model("RecordedParams", **fields)
        effect = Effect.READ if call.effect is UNSET else call.effect
        of_tool = operations.setdefault(call.tool, _Operations())
        of_tool[call.operation] = RecordedOperation(model, effect)
    return {name: DeclaredTool(name, name, each) for name, each in operations.items()}
