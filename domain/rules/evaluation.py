"""Whether a rule fires: on the maps `ci`, `metric` and `history`, and in each window of a history.

One function judges both what a call brings and what the windows of a history come to.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from pydantic import JsonValue

from domain.json import JsonMap, as_list, as_map, as_number
from domain.rules.cel_condition import Variable, evaluate
from domain.rules.condition import compared, every, truth_of, value_at
from domain.rules.figures import figure_of, score_of
from domain.rules.rule import ALWAYS, EACH_ITEM, Aggregation, Rule, WrongRule
from domain.rules.windows import Span, Windows

MOST_GROUPS: Final = 1000
_MOST_READ, _MOST_JUDGED = 2_000_000, 50_000
_LEAST_BASELINE, _MOST_RECENT, _MOST_NOTES = 5, 3, 10


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a rule fires on some maps; when that is open, `fires` is None, for a `reason`."""

    fires: bool | None
    reason: str | None
    variables: list[Variable]
    anomaly: JsonMap | None = None


class Dated(NamedTuple):
    """A record, and when it was, in microseconds since 1970."""

    at: int
    record: JsonMap


@dataclass(frozen=True, slots=True)
class History:
    """What was read for the maps `metric` and `history`, in order of time, and the items by code.

    `expected` items are looked at also where nothing is of them. What lies before `complete_from`
    was left out where there is too much.
    """

    records: Mapping[str, Sequence[Dated]]
    items: Mapping[str, JsonMap] = field(default_factory=dict)
    expected: tuple[str, ...] = ()
    complete_from: int = 0


class Verdict(NamedTuple):
    """What came of a window of a group: its figure, the maps judged, and its newest records."""

    span: Span
    group: JsonValue
    value: JsonValue
    maps: JsonMap
    judgement: Judgement
    recent: list[JsonMap]


class Evaluation(NamedTuple):
    """What came of all windows, in order of groups and time; what was left out or stayed open."""

    verdicts: list[Verdict]
    group_count: int
    warnings: list[str]


def judge(rule: Rule, maps: JsonMap) -> Judgement:
    """Return whether the rule fires on the maps."""
    reasons, trigger = list[str](), rule.trigger_spec
    truths, variables = list[bool | None](), list[Variable]()
    if rule.condition != ALWAYS:
        found = evaluate(rule.condition, maps)
        truths.append(found.is_triggered)
        reasons += [found.reason] if found.reason else []
        variables += found.variables
    if trigger.when is not None:
        truths.append(truth_of(trigger.when, maps, reasons))
    if trigger.op is not None:
        truths.append(compared(rule.value_path, trigger.op, trigger.threshold, maps, reasons))
    anomaly = _anomaly(rule, maps, reasons) if trigger.anomaly else None
    if trigger.anomaly is not None:
        truths.append(None if anomaly is None else anomaly["is_anomaly"] is True)
    known = {each.name for each in variables}
    more = [path for path in rule.further_paths if path not in known]
    variables += [Variable(path, *value_at(maps, path)) for path in more]
    fires = every(truths)
    return Judgement(fires, "; ".join(reasons) if fires is None else None, variables, anomaly)


def _anomaly(rule: Rule, maps: JsonMap, reasons: list[str]) -> JsonMap | None:
    spec, value = rule.trigger_spec.anomaly, as_number(value_at(maps, rule.value_path)[0])
    numbers = map(as_number, as_list(as_map(maps.get(rule.map_name)).get("baseline")))
    baseline = [float(each) for each in numbers if each is not None]
    try:
        if spec and value is not None and len(baseline) >= _LEAST_BASELINE:
            found = score_of(spec, float(value), baseline)
            return {"method": spec.method, "baseline_count": len(baseline), **found._asdict()}
        few = f"fewer than {_LEAST_BASELINE} windows before it have a figure"
        reasons.append(few if value is not None else f"{rule.value_path} is no number")
    except OverflowError:
        reasons.append(f"{rule.value_path} or its baseline is too large")
    return None


def evaluated(rule: Rule, windows: Windows, history: History) -> Evaluation:
    """Judge the windows of every group. Raises `WrongRule` where that is too much."""
    left_out, own = Counter[str](), rule.map_name
    names = [own, *({"metric", "history"} & rule.read_maps - {own})]
    read = {name: history.records.get(name, ()) for name in names}
    read[own] = counted(rule, read[own], left_out)
    _require_little(windows.overlap * max(map(len, read.values())), _MOST_READ)
    grouped = {name: _grouped(each, rule.group_by, left_out) for name, each in read.items()}
    expected = history.expected if rule.group_by == EACH_ITEM else ()
    keys: list[JsonValue] = list(dict.fromkeys([*expected, *grouped[own]]))
    verdicts = list[Verdict]()
    for key in keys or [None] * (rule.trigger_type == "schedule"):
        of_key = {name: groups.get(key, []) for name, groups in grouped.items()}
        verdicts += _of_group(rule, windows, history, of_key, key=key)
        _require_little(len(verdicts), _MOST_JUDGED)
    opened = (each.judgement for each in verdicts if each.judgement.fires is None)
    left_out.update(f"windows not evaluated: {each.reason}" for each in opened)
    notes = [f"{count} {what}" for what, count in left_out.most_common(_MOST_NOTES)]
    return Evaluation(verdicts, len(keys), notes)


def _require_little(count: float, most: int) -> None:
    if count > most:
        limit = f"{_MOST_JUDGED:,} windows of all groups, with {_MOST_READ:,} records in them"
        msg = f"trigger_spec.window: at most {limit}; ask for less time, or fewer items"
        raise WrongRule(msg)


def _of_group(
    rule: Rule,
    windows: Windows,
    history: History,
    records: Mapping[str, Sequence[Dated]],
    *,
    key: JsonValue,
) -> Iterator[Verdict]:
    own, anomaly = rule.map_name, rule.trigger_spec.anomaly
    times = {name: [each.at for each in of] for name, of in records.items()}
    before, is_expected = list[JsonValue](), key is None or key in history.expected
    for number, span in enumerate(windows.of(times[own])):
        inside = {
            name: records[name][slice(*(bisect_left(of, edge) for edge in span))]
            for name, of in times.items()
        }
        is_whole = span[0] - windows.gap >= history.complete_from
        if not is_whole or not (is_expected or inside[own]):
            continue
        maps: JsonMap = {name: map_of(rule, name, each) for name, each in inside.items()}
        value, _ = value_at(maps, rule.value_path)
        if anomaly is not None:
            as_map(maps[own])["baseline"] = before[-anomaly.baseline :]
        if str(key) in history.items:
            maps["ci"] = history.items[str(key)]
        if number >= windows.baseline_count:
            newest = _newest(inside[own])
            yield Verdict(span, key, value, maps, judge(rule, maps), newest)
        before += [] if value is None else [value]


def map_of(rule: Rule, name: str, records: Sequence[Dated]) -> JsonMap:
    """Return the map `metric` or `history` that records in order of time come to."""
    spec, trigger = rule.figure_of(name), rule.trigger_spec
    count, value = len(records), _figure(spec, records)
    if name == "metric":
        head: JsonMap = {"metric_name": trigger.metric_name, "agg": spec.type}
        return {**head, "value": value, "sample_count": count}
    recent = list[JsonValue](_newest(records))
    head = {"source": trigger.source, "count": count, "recent": recent}
    return head if spec.type == "count" else {**head, "value": value}


def _newest(records: Sequence[Dated]) -> list[JsonMap]:
    return [each.record for each in records[: -_MOST_RECENT - 1 : -1]]


def counted(rule: Rule, records: Sequence[Dated], left_out: Counter[str]) -> Sequence[Dated]:
    """Return the records that count, and count in `left_out` those of which that is open."""
    where, kept = rule.trigger_spec.where, list[Dated]()
    if where is None:
        return records
    for each in records:
        reasons = list[str]()
        truth = truth_of(where, each.record, reasons)
        kept += [each] if truth else []
        left_out.update(f"records left out: {why}" for why in reasons[:1] if truth is None)
    return kept


def _grouped(
    records: Sequence[Dated], by: str | None, left_out: Counter[str]
) -> dict[JsonValue, list[Dated]]:
    if by is None:
        return {None: list(records)}
    groups = dict[JsonValue, list[Dated]]()
    for each in records:
        key, _ = value_at(each.record, by)
        if not isinstance(key, str | int | float):
            left_out[f"records left out: {by} is no text or number"] += 1
        elif key not in groups and len(groups) == MOST_GROUPS:
            left_out[f"records left out: of {by}, the first {MOST_GROUPS:,} values count"] += 1
        else:
            groups.setdefault(key, []).append(each)
    return groups


def _figure(spec: Aggregation, records: Sequence[Dated]) -> float | int | None:
    if spec.type == "count" and spec.field is None:
        return len(records)
    found = (as_number(value_at(each.record, spec.field or "value")[0]) for each in records)
    return figure_of(spec, [float(each) for each in found if each is not None])
