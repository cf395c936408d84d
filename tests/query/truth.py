"""What a query answers, computed in plain Python over the rows of an estate's SQLite file.

Nothing of it is shared with what is tested: rows are read by plain SQL, times and groups are
worked out here.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import fmean, median

from tests.query.estate_rows import Json, Row, micros, moment, records_in

INSTANTS = ("created_at", "updated_at", "occurred_at", "started_at", "ended_at", "measured_at")
AT = {
    "item": "created_at",
    "event": "occurred_at",
    "document": "created_at",
    "point": "measured_at",
    **dict.fromkeys(("work", "maintenance", "work_and_maintenance"), "started_at"),
}
_TEXTS = {
    "item": ("ci_code", "ci_name", "ci_type", "ci_subtype", "ci_category", "environment"),
    "event": ("ci_code", "event_type", "title", "message"),
    "work": ("ci_code", "work_type", "summary", "detail"),
    "maintenance": ("ci_code", "maint_type", "summary", "detail"),
    "work_and_maintenance": ("ci_code", "type", "summary", "detail"),
    "document": ("title", "category", "content"),
    "rule": ("rule_name", "condition"),
}
_COMPARE: dict[str, Callable[[Json, Json], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_NOT = {"!=": "=", "not in": "in", "not contains": "contains", "is not": "is"}
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


class Truth:
    """The records of one tenant, and what queries answer of them as of one instant."""

    def __init__(self, file: Path, tenant_id: str, now: datetime) -> None:
        self.now, self._known = now, dict[str, Json]()
        self.records, self.relations = records_in(file, tenant_id)

    def members(self, asked: Json) -> list[Row]:
        """Return the records of a set; a set within a set is worked out once."""
        key = json.dumps(asked, sort_keys=True)
        if key not in self._known:
            self._known[key] = self._members(asked)
        found: list[Row] = self._known[key]
        return found

    def _members(self, asked: Json) -> list[Row]:
        kind, where = asked["kind"], asked.get("where", ())
        found = [
            row
            for row in self.records[kind]
            if all(self._meets(kind, row, each) for each in where)
        ]
        if kind == "point" and not any(each.get("field") == "quality" for each in where):
            found = [row for row in found if row["quality"] != "bad"]
        if asked.get("time"):
            start, end = self._window(asked["time"])
            found = [row for row in found if start <= (row[AT[kind]] or -1) < end]
        if asked.get("of"):
            ids = {row["ci_id"] for row in self.members(asked["of"])}
            ends = ("source_id", "target_id") if kind == "relation" else ("ci_id",)
            found = [row for row in found if ids & {row[end] for end in ends}]
        return found

    def _window(self, text: str) -> tuple[int, int]:
        day = self.now.replace(hour=0, minute=0, second=0, microsecond=0)
        if last := re.fullmatch(r"last_(\d+)([hdw])", text):
            return micros(self.now - int(last[1]) * _UNITS[last[2]]), micros(self.now)
        if text in {"today", "yesterday"}:
            day -= timedelta(days=text == "yesterday")
        else:
            day = datetime.fromisoformat(text).replace(tzinfo=UTC)
        return micros(day), micros(day + timedelta(days=1))

    def value(self, kind: str, row: Row, name: str) -> Json:
        """Return the value of a field; an empty text is none."""
        owner, dot, rest = name.partition(".")
        if dot and owner in ("item", "source", "target"):
            return self.value("item", row[f"_{owner}"], rest)
        found = row[owner].get(rest) if dot else row[name]
        if isinstance(found, bool):
            return str(found).lower()
        return None if found == "" else found

    def _meets(self, kind: str, row: Row, asked: Json) -> bool:  # noqa: C901, PLR0911 - one for each
        match asked:
            case {"any": parts}:
                return any(self._meets(kind, row, each) for each in parts)
            case {"none": parts}:
                return not any(self._meets(kind, row, each) for each in parts)
            case {"every": parts}:
                return all(self._meets(kind, row, each) for each in parts)
            case {"has": records}:
                count = asked.get("count", {"op": ">=", "value": 1})
                key = json.dumps(["owned", asked], sort_keys=True)
                if key not in self._known:
                    self._known[key] = self._owned(records)
                so_many = self._known[key][row["ci_id"]]
                return _COMPARE[count["op"]](so_many, count["value"])
            case {"measure": measure, "op": op, "value": value}:
                of = measure["of"]
                key = json.dumps(["of", of], sort_keys=True)
                if key not in self._known:
                    self._known[key] = defaultdict(list)
                    for each in self.members(of):
                        self._known[key][each["ci_id"]].append(each)
                own = self._known[key][row["ci_id"]]
                found = self.measured(of["kind"], own, measure)
                return found is not None and _COMPARE[op](found, value)
            case {"to": far}:
                count = asked.get("count", {"op": ">=", "value": 1})
                key = json.dumps(["near", asked], sort_keys=True)
                if key not in self._known:
                    self._known[key] = self._near(asked.get("related", {}), far)
                so_many = self._known[key][row["ci_id"]]
                return _COMPARE[count["op"]](so_many, count["value"])
            case {"during": at}:
                return self._under_way(row, micros(datetime.fromisoformat(at)))
            case _:
                return self._field(kind, row, asked)

    def _owned(self, records: Json) -> Counter[str]:
        ends = ("source_id", "target_id") if records["kind"] == "relation" else ("ci_id",)
        return Counter(row[end] for row in self.members(records) for end in ends)

    def _near(self, related: Json, far: Json) -> Counter[str]:
        """Count, for each item, the far items to which such relations lead."""
        hops, direction = related.get("hops", 1), related.get("direction", "either")
        types, found = related.get("types"), set[tuple[str, str]]()
        for way in ("out", "in") if direction == "either" else (direction,):
            near_end, far_end = ("source_id", "target_id")[:: 1 if way == "out" else -1]
            steps = defaultdict[str, set[str]](set)
            for row in self.relations:
                if types is None or row["rel_type"] in types:
                    steps[row[far_end]].add(row[near_end])
            for start in {row["ci_id"] for row in self.members(far)}:
                edge, seen, hop = {start}, set[str](), 0
                while edge and (hops is None or hop < hops):
                    edge = {each for at in edge for each in steps[at]} - seen
                    seen |= edge
                    hop += 1
                found |= {(each, start) for each in seen}
        return Counter(near for near, _ in found)

    def _under_way(self, row: Row, at: int) -> bool:
        start, end, minutes = row["started_at"], row["ended_at"], row["duration_min"]
        if end is None and minutes is not None:
            end = start + minutes * 60_000_000
        if end is None and row["result"] is not None:
            return False
        return start <= at and (end is None or end > at)

    def _field(self, kind: str, row: Row, asked: Json) -> bool:  # noqa: PLR0911 - one for each
        name, op, wanted = asked["field"], asked.get("op", "="), asked.get("value")
        if name == "text":
            texts = [self.value(kind, row, each) or "" for each in _TEXTS[kind]]
            is_in = any(wanted.lower() in each.lower() for each in texts)
            return is_in if op == "contains" else not is_in
        found = self.value(kind, row, name)
        if op == "is":
            return found is None
        if found is None:
            return False
        if op in _NOT:
            return not self._field(kind, row, {**asked, "op": _NOT[op]})
        if op == "contains":
            return str(wanted).lower() in str(found).lower()
        if op in ("=", "in"):
            return any(self._is(name, found, each) for each in _listed(wanted))
        if name.rpartition(".")[2] in INSTANTS:
            wanted = micros(datetime.fromisoformat(wanted))
        is_number = isinstance(found, int | float)
        return is_number and _COMPARE[op](found, wanted)

    def _is(self, name: str, found: Json, wanted: Json) -> bool:
        if name.rpartition(".")[2] in INSTANTS:
            return bool(found == micros(datetime.fromisoformat(wanted)))
        if isinstance(found, int | float) and isinstance(wanted, int | float):
            return found == wanted
        return str(found).lower() == str(wanted).lower()

    def measured(self, kind: str, rows: Sequence[Row], measure: Json) -> Json:
        """Return what the records become; None without a value."""
        function, name = measure.get("function", "count"), measure.get("field")
        if function == "count":
            return len(rows)
        if function == "success_rate":
            results = [row["result"] for row in rows if row["result"] is not None]
            return fmean(each == "success" for each in results) if results else None
        values = [found for row in rows if (found := self.value(kind, row, name)) is not None]
        if function == "count_distinct":
            return len(set(values))
        if function == "last":
            newest = sorted(rows, key=lambda row: -row[AT[kind]])
            found = (self.value(kind, each, name) for each in newest)
            return next((each for each in found if each is not None), None)
        values = [each for each in values if isinstance(each, int | float)]
        if not values:
            return None
        reduce: dict[str, Callable[[list[Json]], Json]] = {
            "sum": sum,
            "avg": fmean,
            "min": min,
            "max": max,
            "median": median,
        }
        return reduce[function](values)

    def groups(self, members: Json, group: Sequence[str]) -> dict[tuple[Json, ...], list[Row]]:
        """Return the members by the values of fields."""
        found = defaultdict[tuple[Json, ...], list[Row]](list)
        for row in self.members(members):
            found[tuple(self.value(members["kind"], row, each) for each in group)].append(row)
        return dict(found)

    def of_group(self, members: Json, rows: Sequence[Row], measure: Json) -> Json:
        """Return the measure of the members of a group, or of their records."""
        if not measure.get("of"):
            return self.measured(members["kind"], rows, measure)
        ids = {row["ci_id"] for row in rows}
        records = [row for row in self.members(measure["of"]) if row["ci_id"] in ids]
        return self.measured(measure["of"]["kind"], records, measure)

    def shown(self, kind: str, row: Row, name: str) -> Json:
        return shown(name, self.value(kind, row, name))


def shown(name: str, value: Json) -> Json:
    """Return a value as answers show it."""
    if value is not None and name.rpartition(".")[2] in INSTANTS:
        return moment(value).isoformat()
    return json.dumps(value) if isinstance(value, list | dict) else value


def _listed(value: Json) -> Sequence[Json]:
    return value if isinstance(value, list | tuple) else (value,)
