"""What came out for an ask, and what should have, in one form that can be compared."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from domain.query.selection import Selection
from tests.query.estate_rows import Json, Row, moment
from tests.query.truth import AT, Truth, shown

Plain = dict[str, Json]


def given(ask: Json, selection: Selection) -> Plain:
    """Return what of a selection does not depend on how equal records are ordered."""
    want, rows = ask["want"], selection.rows
    found: Plain = {"total": selection.total, "value": _rounded(selection.value)}
    match want["do"]:
        case "exists":
            return found
        case "all" | "any" | "none":
            return {**found, "part": selection.part}
        case "nth":
            at = selection.columns.index(want["by"])
            return {"places": [_rounded(row[at]) for row in rows]}
        case "per":
            return {"rows": _many(row for row in rows if row[1] not in (None, 0))}
        case "share":
            return {**found, "part": selection.part, "rows": _many(rows)}
        case _:
            return {**found, "rows": _many(rows)}


def expected(truth: Truth, ask: Json) -> Plain:  # noqa: C901, PLR0911 - one for each
    """Return the same of what the records say."""
    want, (members,) = ask["want"], ask["of"]
    kind, found = members["kind"], truth.members(members)
    base: Plain = {"total": len(found), "value": None}
    match want["do"]:
        case "count":
            name = want["distinct"]
            values = {truth.value(kind, row, name) for row in found} - {None} if name else found
            return {**base, "value": len(values), "rows": _many([[len(values)]])}
        case "list":
            names = list(dict.fromkeys((*_NAMES[kind], *want["fields"])))
            rows = [[truth.shown(kind, row, name) for name in names] for row in found]
            return {**base, "rows": _many(rows)} if len(rows) <= want["limit"] else {}
        case "exists":
            return base
        case "all" | "any" | "none" as do:
            part = _part(truth, members, want["condition"])
            is_so = {"all": part == len(found) > 0, "any": part > 0, "none": part == 0}[do]
            return {**base, "part": part, "value": is_so}
        case "nth":
            return {"places": _places(truth, kind, found, want)}
        case "share":
            return _share(truth, members, want)
        case "distribution":
            groups = truth.groups(members, want["group"])
            rows = [
                [*_shown(want["group"], key), len(own), 100 * len(own) / len(found)]
                for key, own in groups.items()
            ]
            return {**base, "rows": _many(rows)}
        case "per":
            return {"rows": _many(_buckets(truth, kind, found, want))}
        case "top":
            return {**base, "rows": _many(_top(truth, members, want))}
        case _:
            return {**base, **_measured(truth, members, want)}


def _measured(truth: Truth, members: Json, want: Json) -> Plain:
    group, measures = want["group"], want["measures"]
    rows = [
        [*_shown(group, key), *(truth.of_group(members, own, each) for each in measures)]
        for key, own in (truth.groups(members, group) or _EMPTY[bool(group)]).items()
    ]
    value = rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else None
    return {"value": _rounded(value), "rows": _many(rows)}


_EMPTY: dict[bool, dict[tuple[Json, ...], list[Row]]] = {True: {}, False: {(): []}}
_NAMES = {
    "item": ("ci_code",),
    "event": ("occurred_at", "ci_code"),
    **dict.fromkeys(("work", "maintenance", "work_and_maintenance"), ("started_at", "ci_code")),
    "document": ("title",),
    "rule": ("rule_name",),
    "relation": ("source", "rel_type", "target"),
    "point": ("measured_at", "ci_code"),
}


def _part(truth: Truth, members: Json, condition: Json) -> int:
    return len(truth.members({**members, "where": [*members["where"], condition]}))


def _places(truth: Truth, kind: str, found: Sequence[Row], want: Json) -> list[Json]:
    values = [value for row in found if (value := truth.value(kind, row, want["by"])) is not None]
    ordered = sorted(values, reverse=want["descending"])[want["n"] - 1 :][: want["limit"]]
    return [_rounded(shown(want["by"], value)) for value in ordered]


def _share(truth: Truth, members: Json, want: Json) -> Plain:
    group = want["group"]
    with_it = {**members, "where": [*members["where"], want["condition"]]}
    parts, rows = truth.groups(with_it, group), list[list[Json]]()
    for key, own in (truth.groups(members, group) or _EMPTY[bool(group)]).items():
        part = len(parts.get(key, ()))
        rows.append([*_shown(group, key), part, len(own), 100 * part / len(own) if own else None])
    part, total = (sum(row[at] for row in rows) for at in (-3, -2))
    value = None if group else _rounded(rows[0][-1])
    return {"total": total, "value": value, "part": part, "rows": _many(rows)}


def _top(truth: Truth, members: Json, want: Json) -> list[list[Json]]:
    group = want.get("group") or ["ci_code"]
    measured = [
        (truth.of_group(members, own, want["by"]), _shown(group, key))
        for key, own in truth.groups(members, group).items()
    ]
    values = sorted(
        (float(f"{value:.12g}") for value, _ in measured if value is not None),
        reverse=not want["ascending"],
    )
    if not values:
        return []
    last = values[min(want["n"], len(values)) - 1]
    sign = 1 if want["ascending"] else -1
    return [
        [*key, value]
        for value, key in measured
        if value is not None and sign * float(f"{value:.12g}") <= sign * last
    ]


def _buckets(truth: Truth, kind: str, found: Sequence[Row], want: Json) -> list[list[Json]]:
    buckets = defaultdict[str, list[Row]](list)
    for row in found:
        if row[AT[kind]] is not None:
            buckets[_start(moment(row[AT[kind]]), want["bucket"]).isoformat()].append(row)
    rows = [[at, truth.measured(kind, own, want["measure"])] for at, own in buckets.items()]
    return [row for row in rows if row[1] not in (None, 0)]


def _start(at: datetime, bucket: str) -> datetime:
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    if bucket == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday() if bucket == "week" else 0)


def _shown(names: Sequence[str], key: Sequence[Json]) -> list[Json]:
    return [shown(name, value) for name, value in zip(names, key, strict=True)]


def _many(rows: Iterable[Sequence[Json]]) -> Counter[str]:
    """Return the rows whatever their order is, with floats to nine digits."""
    return Counter(repr([_rounded(value) for value in row]) for row in rows)


def _rounded(value: Json) -> Json:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return float(f"{value:.9g}")
