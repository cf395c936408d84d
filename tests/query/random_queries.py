"""Queries made by chance from what an estate has: the same seed makes the same ones."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Final

from tests.query.estate_rows import Json, moment
from tests.query.truth import AT, INSTANTS, Truth

_OF_ITEMS = ("event", "work", "maintenance", "work_and_maintenance", "point")
_CLOCK: Final = dict.fromkeys(
    ("event", "work", "maintenance", "work_and_maintenance", "point"), ("weekday", "hour")
)
_OWN_FIELDS: Final = {
    "item": (
        *("ci_code", "ci_name", "ci_type", "ci_subtype", "ci_category", "status", "criticality"),
        *("location", "owner", "environment", "created_at", "updated_at"),
    ),
    "event": ("ci_code", "event_type", "severity", "title", "occurred_at", "item.ci_subtype"),
    "work": (
        *("ci_code", "work_type", "requested_by", "impact_level", "started_at", "ended_at"),
        *("duration_min", "result", "item.location", "item.ci_subtype"),
    ),
    "maintenance": ("ci_code", "maint_type", "performer", "started_at", "duration_min", "result"),
    "work_and_maintenance": ("ci_code", "type", "source", "person", "duration_min", "result"),
    "document": ("title", "category", "document_type", "status", "size_bytes", "created_at"),
    "rule": ("rule_name", "trigger_type", "severity"),
    "relation": ("rel_type", "source", "target", "source.ci_subtype", "target.location"),
    "point": ("metric", "ci_code", "value", "quality", "measured_at", "item.ci_subtype"),
}
FIELDS: Final = {kind: (*own, *_CLOCK.get(kind, ())) for kind, own in _OWN_FIELDS.items()}
_NUMBERS: Final = {
    "item": ("criticality",),
    "event": ("severity",),
    **dict.fromkeys(("work", "maintenance", "work_and_maintenance"), ("duration_min",)),
    "document": ("size_bytes",),
    "rule": ("severity",),
    "point": ("value",),
}
_OWN_GROUPS: Final = {
    "item": ("ci_type", "ci_subtype", "status", "location", "owner"),
    "event": ("event_type", "severity", "ci_code", "item.ci_subtype", "item.location"),
    "work": ("work_type", "result", "requested_by", "item.location"),
    "maintenance": ("maint_type", "result", "performer"),
    "work_and_maintenance": ("source", "type", "result"),
    "document": ("category", "document_type"),
    "rule": ("trigger_type",),
    "relation": ("rel_type", "source.ci_subtype"),
    "point": ("metric", "ci_code"),
}
_GROUPS: Final = {kind: (*own, *_CLOCK.get(kind, ())) for kind, own in _OWN_GROUPS.items()}
_ORDERS = ("<", "<=", ">", ">=")
_TIMES = ("last_12h", "last_24h", "last_7d", "last_2w", "today", "yesterday")
_COUNTS = ({"op": "=", "value": 0}, {"op": ">", "value": 1}, {"op": "<", "value": 3})


class RandomQueries:
    """Makes asks of an estate whose records the truth has read."""

    def __init__(self, truth: Truth, seed: int) -> None:
        self._truth, self._chance = truth, Random(seed)
        self._kinds = [kind for kind, rows in truth.records.items() if rows]
        items = truth.records["item"]
        keys = {
            f"{name}.{key}"
            for row in items
            for name in ("tags", "attributes")
            for key in row[name]
        }
        self._open = sorted(keys)

    def ask(self) -> Json:
        """Return one thing that is asked, as JSON."""
        kind = self._chance.choice([*self._kinds, "item", "item", "event"])
        members = self.members(kind, depth=2)
        wants: list[Callable[[str], Json]] = [
            *(self._count, self._list, self._exists, self._quantified, self._nth, self._share),
            *(self._top, self._measure, self._distribution),
            *([self._per] if kind in AT and kind != "item" else []),
        ]
        return {"want": self._chance.choice(wants)(kind), "of": [members]}

    def members(self, kind: str, *, depth: int) -> Json:
        """Return a set of the kind whose conditions go so deep."""
        many = self._chance.choices((0, 1, 2), (3, 4, 2))[0]
        made: Json = {"kind": kind, "where": [self._condition(kind, depth) for _ in range(many)]}
        if kind in AT and kind != "item" and self._chance.random() < 0.5:
            made["time"] = self._chance.choice(_TIMES)
        if kind in (*_OF_ITEMS, "relation") and depth and self._chance.random() < 0.3:
            made["of"] = self.members("item", depth=depth - 1)
        return made

    def _condition(self, kind: str, depth: int) -> Json:
        chance = self._chance
        if not depth or chance.random() < 0.55:
            return self._field(kind)
        nested = ["any", "none", "every", *(["has", "has", "to", "measure"] * (kind == "item"))]
        nested += ["during"] if kind in ("work", "maintenance", "work_and_maintenance") else []
        match chance.choice(nested):
            case "has":
                records = self.members(chance.choice((*_OF_ITEMS, "relation")), depth=depth - 1)
                return {"has": records, **self._counted()}
            case "to":
                types = sorted({row["rel_type"] for row in self._truth.relations})
                related = {
                    "types": chance.choice((None, [chance.choice(types)])),
                    "direction": chance.choice(("in", "out", "either")),
                    "hops": chance.choice((1, 1, 2, None)),
                }
                far = self.members("item", depth=depth - 1)
                return {"related": related, "to": far, **self._counted()}
            case "measure":
                owned = self.members(chance.choice(_OF_ITEMS[:4]), depth=0)
                measure = {**self._measured(owned["kind"]), "of": owned}
                value = chance.choice((1, 2, 3, 60))
                return {"measure": measure, "op": chance.choice(_ORDERS), "value": value}
            case "during":
                row = chance.choice(self._truth.records[kind])
                return {"during": moment(row["started_at"] + 60_000_000).isoformat()}
            case junction:
                return {junction: [self._condition(kind, depth - 1) for _ in range(2)]}

    def _counted(self) -> Json:
        return self._chance.choice(({}, *({"count": each} for each in _COUNTS)))

    def _field(self, kind: str) -> Json:
        chance = self._chance
        name = chance.choice((*FIELDS[kind], *(self._open[:12] if kind == "item" else ())))
        row = chance.choice(self._truth.records[kind])
        value = self._truth.value(kind, row, name)
        if value is None or isinstance(value, list | dict):
            return {"field": name, "op": chance.choice(("is", "is not"))}
        if name.rpartition(".")[2] in INSTANTS:
            return {
                "field": name,
                "op": chance.choice(_ORDERS),
                "value": moment(value).isoformat(),
            }
        if isinstance(value, int | float):
            return {"field": name, "op": chance.choice((*_ORDERS, "=", "!=")), "value": value}
        op = chance.choice(("=", "=", "!=", "in", "not in", "contains", "not contains"))
        if op in ("in", "not in"):
            other = self._truth.value(kind, chance.choice(self._truth.records[kind]), name)
            return {"field": name, "op": op, "value": [value.upper(), other or "nothing"]}
        if "contains" in op:
            return {"field": name, "op": op, "value": value[: chance.randint(1, 4)]}
        return {"field": name, "op": op, "value": chance.choice((value, value.upper()))}

    def _count(self, kind: str) -> Json:
        distinct = self._chance.choice((None, self._chance.choice(_GROUPS[kind])))
        return {"do": "count", "distinct": distinct}

    def _list(self, kind: str) -> Json:
        fields = self._chance.sample(FIELDS[kind], 2)
        return {"do": "list", "fields": fields, "limit": 500}

    def _exists(self, _: str) -> Json:
        return {"do": "exists"}

    def _quantified(self, kind: str) -> Json:
        do = self._chance.choice(("all", "any", "none"))
        return {"do": do, "condition": self._condition(kind, 1)}

    def _nth(self, kind: str) -> Json:
        by = self._chance.choice(
            (*_NUMBERS.get(kind, ()), *([AT[kind]] if kind in AT else ())) or ("source",)
        )
        place = {"n": self._chance.randint(1, 3), "limit": self._chance.randint(1, 3)}
        return {"do": "nth", **place, "by": by, "descending": self._chance.random() < 0.5}

    def _share(self, kind: str) -> Json:
        group = self._chance.choice(([], [self._chance.choice(_GROUPS[kind])]))
        return {"do": "share", "condition": self._condition(kind, 1), "group": group}

    def _top(self, kind: str) -> Json:
        want = {"do": "top", "n": self._chance.randint(1, 4), "by": self._measured(kind)}
        want["ascending"] = self._chance.random() < 0.3
        if kind == "item" and self._chance.random() < 0.5:
            owned = self.members(self._chance.choice(_OF_ITEMS[:4]), depth=1)
            want["by"] = {**self._measured(owned["kind"]), "of": owned}
        if want["by"].get("of") and self._chance.random() < 0.5:
            return want
        return {**want, "group": [self._chance.choice(_GROUPS[kind])]}

    def _measure(self, kind: str) -> Json:
        many = self._chance.randint(1, 2)
        group = self._chance.choice(([], self._chance.sample(_GROUPS[kind], 1)))
        return {
            "do": "measure",
            "measures": [self._measured(kind) for _ in range(many)],
            "group": group,
        }

    def _distribution(self, kind: str) -> Json:
        return {"do": "distribution", "group": self._groups(kind)}

    def _groups(self, kind: str) -> Sequence[str]:
        return self._chance.sample(
            _GROUPS[kind], min(len(_GROUPS[kind]), self._chance.randint(1, 2))
        )

    def _per(self, kind: str) -> Json:
        bucket = self._chance.choice(("day", "week", "month"))
        return {"do": "per", "bucket": bucket, "measure": self._measured(kind)}

    def _measured(self, kind: str) -> Json:
        numbers = _NUMBERS.get(kind, ())
        made: list[Json] = [
            {"function": "count"},
            {"function": "count_distinct", "field": self._chance.choice(_GROUPS[kind])},
        ]
        made += [
            {"function": f, "field": n}
            for f in ("sum", "avg", "min", "max", "median")
            for n in numbers
        ]
        if kind in ("work", "maintenance", "work_and_maintenance"):
            made.append({"function": "success_rate"})
        return self._chance.choice(made)
