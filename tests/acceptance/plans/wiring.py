"""Random readings of the results of earlier calls: conditions, mappings, dependencies."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

from domain.plan.planned_call import PlannedCall
from domain.tools.catalogue import KnownTools

Json = dict[str, Any]
_ITEMS: Final = {"resolve", "search", "get", "get_by_code", "list_preview"}
_ROWS: Final = {*_ITEMS, "event_log", "work", "maintenance", "work_and_maintenance"}
_GRAPHS: Final = {"expand", "path"}
_CHANCE: Final = 0.3


@dataclass(frozen=True)
class Readable:
    """Calls whose results may be read."""

    calls: Sequence[PlannedCall]

    def __bool__(self) -> bool:
        """Return whether there are any."""
        return bool(self.calls)

    def any(self, chance: random.Random) -> str:
        """Return the id of one."""
        return chance.choice(self.calls).call_id

    def of(self, operations: set[str]) -> list[str]:
        """Return the ids of those with these operations; of documents, search is another one."""
        found = [call for call in self.calls if call.operation in operations]
        return [call.call_id for call in found if (call.tool, call.operation) != _NO_ITEMS]


_NO_ITEMS: Final = ("document", "search")


def condition(chance: random.Random, readable: Readable) -> Json | str:
    """Return a condition on the result of a call, as an object or as text."""
    call = chance.choice(readable.calls)
    path, operator, value = chance.choice(_conditions(call))
    name, default = call.call_id, chance.choice(["", "", " ?? 0", ' ?? "none"'])
    if chance.random() < _CHANCE and not default:
        said = f'"{value}"' if isinstance(value, str) else value
        return f"{{{name}.{path}}} {operator} {said}"
    return {"field": f"{{{name}.{path}{default}}}", "operator": operator, "value": value}


def _conditions(call: PlannedCall) -> list[tuple[str, str, Any]]:
    if call.operation in _GRAPHS:
        return [("ids.length", ">", 2), ("summary.node_count", "<=", 40), ("nowhere", "!=", 1)]
    if call.tool == "metric":
        return [("value", ">", 40.5), ("sample_count", ">", 0), ("metric_name", "contains", "cpu")]
    if call.tool in {"ci", "history", "document"} and call.operation in _ROWS:
        texts = [("rows[0].ci_code", "matches", "erp|srv"), ("rows[*].ci_type", "contains", "HW")]
        return [("rows.length", ">=", 1), ("rows.length", "==", 0), ("total", ">", 3), *texts]
    return [("rows.length", ">=", 1), ("total", "<", 10**6), ("rows[0]", "!=", "x")]


_ONE: Final = ("ci_id", "source_id", "target_id")


def params_from(chance: random.Random, model: type[BaseModel], before: Readable) -> Json:
    """Return a mapping of some parameters of an operation, from the calls before."""
    items, graphs, mapping = before.of(_ITEMS), before.of(_GRAPHS), dict[str, str]()
    ones = [f"{{{name}.rows[0].ci_id}}" for name in items]
    each = [f"{{{name}.rows[each].ci_id}}" for name in items]
    each += [f"{{{name}.ids[each]}}" for name in graphs]
    lists = [f"{{{name}.rows[*].ci_id}}" for name in items] + [f"{{{n}.ids}}" for n in graphs]
    counts = [f"{{{name}.rows.length ?? 3}}" for name in items]
    forms: Mapping[str, list[str]] = {
        **{name: [*ones, *each] for name in _ONE},
        "ci_ids": lists,
        "limit": counts,
        "offset": counts,
        "hops": counts,
    }
    for name in model.model_fields:
        if forms.get(name) and chance.random() < (_CHANCE * 2):
            mapping[name] = chance.choice(forms[name])
    fanned = [name for name, text in mapping.items() if "[each]" in text]
    for name in fanned[1:]:
        mapping[name] = chance.choice(ones or ["x"])
    return {"output_mapping": mapping} if mapping else {}


def dependency(
    chance: random.Random, call: PlannedCall, before: Readable, tools: KnownTools
) -> Json:
    """Return what a call shall wait for and take, beside what its part implies."""
    said: Json = {"tool_id": call.call_id}
    model = tools.get_tool(call.tool).operations[call.operation].params
    if chance.random() < _CHANCE:
        said["depends_on"] = [before.any(chance)]
    if chance.random() < _CHANCE:
        said["condition"] = condition(chance, before)
    if chance.random() < _CHANCE * 2:
        said |= params_from(chance, model, before)
    if chance.random() < _CHANCE and "[each]" in str(said):
        said["max_fan_out"] = chance.randint(1, 4)
    return said
