"""Whether the parts of a query fit together: fields, operators, values, and kinds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.estate.fields import FieldType
from domain.query.fields import (
    ANY_TEXT,
    OF_ITEMS,
    RECORD_KINDS,
    TIME_FIELDS,
    QueryField,
    allowed_fields,
    field_of,
)
from domain.query.model import (
    Ask,
    CausesWant,
    CountWant,
    DistributionWant,
    ExistsWant,
    FieldWant,
    GraphWant,
    ListWant,
    MeasureWant,
    NthWant,
    PathWant,
    PerWant,
    QuantifiedWant,
    Query,
    ShareWant,
    SimulateWant,
    TopWant,
)
from domain.query.sets import (
    COUNT,
    AnyOf,
    Condition,
    During,
    EveryOf,
    FieldCondition,
    Function,
    Has,
    Measure,
    Measured,
    NoneOf,
    Related,
    Set,
    SetKind,
)

OpenFields = Mapping[str, FieldType]
"""The open fields that items have, such as `attributes.role`, with how they compare."""

_ORDERED = ("<", "<=", ">", ">=")
_OF_NUMBERS = (Function.SUM, Function.AVG, Function.MEDIAN)
_SPANS = (SetKind.WORK, SetKind.MAINTENANCE, SetKind.WORK_AND_MAINTENANCE)


@dataclass(frozen=True, slots=True)
class Problem:
    """What of a query cannot be: the field or part, its value, and what is allowed."""

    field: str
    value: str
    allowed: str

    def __str__(self) -> str:
        return f"{self.field} cannot be {self.value}; allowed: {self.allowed}"


def checks(query: Query, fields: OpenFields | None = None) -> list[Problem]:
    """Return what does not fit, in the order of the query.

    `fields` are the open fields that the estate has; without them, any may be there.
    """
    return [problem for ask in query.asks for problem in _Checks(fields).ask(ask)]


@dataclass(frozen=True, slots=True)
class _Checks:
    open_fields: OpenFields | None

    def ask(self, ask: Ask) -> Iterator[Problem]:
        for members in ask.of:
            yield from self.members(members)
            yield from self.want(ask, members)
        if ask.claim is not None and ask.claim.value is None and len(ask.of) != 2:  # noqa: PLR2004
            yield Problem("claim.value", "null", "a value, unless two sets are compared")

    def members(self, members: Set) -> Iterator[Problem]:
        for condition in members.where:
            yield from self.condition(members.kind, condition)
        if members.time is not None and members.kind not in TIME_FIELDS:
            yield Problem("time", members.time, f"no time for a {members.kind}")
        if members.of is not None:
            yield from self.owner(members, members.of)

    def owner(self, members: Set, of: Set) -> Iterator[Problem]:
        if members.kind not in OF_ITEMS or of.kind is not SetKind.ITEM:
            kinds = ", ".join(sorted(OF_ITEMS))
            yield Problem("of", f"{of.kind} of {members.kind}", f"items, of one of {kinds}")
        yield from self.members(of)

    def condition(self, kind: SetKind, condition: Condition) -> Iterator[Problem]:  # noqa: C901 - a line for each
        match condition:
            case FieldCondition():
                yield from self.field_condition(kind, condition)
            case AnyOf(any=parts) | NoneOf(none=parts) | EveryOf(every=parts):
                for part in parts:
                    yield from self.condition(kind, part)
            case Has(has=records):
                yield from self.owner(records, Set(kind=kind))
                yield from self.members(records)
            case Measured(measure=measure):
                if measure.of is None:
                    yield Problem("measure.of", "null", "the records that are measured")
                yield from self.measure(kind, measure)
            case Related(to=others):
                if {kind, others.kind} != {SetKind.ITEM}:
                    yield Problem("related", f"{kind} to {others.kind}", "items to items")
                yield from self.members(others)
            case During():
                if kind not in _SPANS:
                    yield Problem("during", f"asked of a {kind}", ", ".join(_SPANS))

    def field(self, kind: SetKind, name: str) -> tuple[QueryField | None, list[Problem]]:
        found = field_of(kind, name)
        if found is None:
            allowed = ", ".join(allowed_fields(kind))
            return None, [Problem(f"a field of the kind {kind}", name, allowed)]
        if found.type is not None or self.open_fields is None or kind is SetKind.EVENT:
            return found, []
        if found.name in self.open_fields:
            return found._replace(type=self.open_fields[found.name]), []
        return None, [Problem("field", name, ", ".join(sorted(self.open_fields)))]

    def field_condition(self, kind: SetKind, condition: FieldCondition) -> Iterator[Problem]:
        if condition.field == ANY_TEXT and kind in RECORD_KINDS:
            if condition.op not in ("contains", "not contains"):
                yield Problem(ANY_TEXT, condition.op, "contains, not contains")
            return
        found, problems = self.field(kind, condition.field)
        yield from problems
        if found is not None and found.type is not None:
            yield from _fits(condition, found.type)

    def fields(self, kind: SetKind, *names: str | None) -> Iterator[Problem]:
        for name in names:
            if name is not None:
                yield from self.field(kind, name)[1]

    def measure(self, kind: SetKind, measure: Measure) -> Iterator[Problem]:
        measured = kind
        if measure.of is not None:
            yield from self.owner(measure.of, Set(kind=kind))
            yield from self.members(measure.of)
            measured = measure.of.kind
        if measure.function is Function.SUCCESS_RATE and measured not in _SPANS:
            yield Problem("measure", f"success_rate of a {measured}", ", ".join(_SPANS))
        if measure.function in (Function.INCREASE, Function.RATE) and measured != SetKind.POINT:
            yield Problem("measure", f"{measure.function} of a {measured}", "points")
        if measure.field is None:
            return
        found, problems = self.field(measured, measure.field)
        yield from problems
        is_number = found is None or found.type in (FieldType.NUMBER, None)
        if measure.function in _OF_NUMBERS and not is_number:
            yield Problem("measure", f"{measure.function} of {measure.field}", "a number field")

    def want(self, ask: Ask, members: Set) -> Iterator[Problem]:  # noqa: C901, PLR0912 - a line for each
        kind = members.kind
        match ask.want:
            case CountWant(distinct=name):
                yield from self.fields(kind, name)
            case ListWant(fields=names, by=by) | NthWant(fields=names, by=by):
                yield from self.fields(kind, *names, by)
            case FieldWant(fields=names) | DistributionWant(group=names):
                yield from self.fields(kind, *names)
            case QuantifiedWant(condition=condition):
                yield from self.condition(kind, condition)
            case TopWant(by=measure, group=group):
                yield from self.fields(kind, *group)
                if not group and measure == COUNT and kind not in OF_ITEMS - {SetKind.RELATION}:
                    yield Problem("group", "empty", f"a field of the kind {kind} to count by")
                yield from self.measure(kind, measure)
            case MeasureWant(measures=measures, group=group):
                yield from self.fields(kind, *group)
                for measure in measures:
                    yield from self.measure(kind, measure)
            case ShareWant(condition=condition, group=group, so_many=so_many):
                if so_many is not None and not group:
                    yield Problem("so_many", str(so_many), "null, unless there are groups")
                yield from self.condition(kind, condition)
                yield from self.fields(kind, *group)
            case PerWant(measure=measure):
                if kind not in TIME_FIELDS:
                    yield Problem("per", f"asked of a {kind}", ", ".join(TIME_FIELDS))
                yield from self.measure(kind, measure)
            case PathWant(to=to):
                yield from self.members(to)
                yield from _only_items(ask, kind, to.kind)
            case ExistsWant():
                pass
            case GraphWant() | CausesWant() | SimulateWant():
                yield from _only_items(ask, kind)


def _only_items(ask: Ask, *kinds: SetKind) -> Iterator[Problem]:
    if set(kinds) != {SetKind.ITEM}:
        yield Problem(ask.want.do, f"asked of a {kinds[0]}", "items")


def _fits(condition: FieldCondition, type_: FieldType) -> Iterator[Problem]:
    name, op = condition.field, condition.op
    is_search = op in ("contains", "not contains")
    if (type_ is FieldType.TEXT and op in _ORDERED) or (type_ is not FieldType.TEXT and is_search):
        is_text = type_ is FieldType.TEXT
        allowed = "=, !=, in, not in, contains, not contains" if is_text else "=, !=, <, <=, >, >="
        yield Problem(f"the operator of {name}", op, f"{allowed}, is, is not")
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    for value in values:
        if value is not None and not _is_of(type_, value):
            yield Problem(name, repr(value), _VALUES[type_])


_VALUES = {
    FieldType.TEXT: "a text",
    FieldType.NUMBER: "a number",
    FieldType.INSTANT: "an instant as 2026-03-01T12:00:00Z",
}


def _is_of(type_: FieldType, value: object) -> bool:
    if type_ is FieldType.NUMBER:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if type_ is FieldType.TEXT or not isinstance(value, str):
        return isinstance(value, str)
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False
