"""What can be measured: metrics, numbers of records, numeric fields."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import final

from adapters.planners.reader.chart import Costly, Rule, rules_in
from adapters.planners.reader.meaning import ITEM, Field, Noun, equals, field_for, of_items
from domain.estate.fields import FieldType
from domain.query.fields import OF_ITEMS
from domain.query.sets import AnyOf, Condition, FieldCondition, Function, Measure, SetKind

_UNSAID, _FIELD = 0.5, 0.3
SPANS = (SetKind.WORK, SetKind.MAINTENANCE, SetKind.WORK_AND_MAINTENANCE)


@final
@dataclass(frozen=True, slots=True)
class Quantity:
    """Functions of a field, or of records: points of a metric, or others that are counted.

    Without functions, the usual one is meant.
    """

    functions: tuple[Function, ...] = ()
    field: Field | None = None
    records: Noun | None = None

    @property
    def function(self) -> Function:
        """The one function."""
        if self.functions:
            return self.functions[0]
        return Function.COUNT if self.is_of_records else Function.AVG

    @property
    def is_of_points(self) -> bool:
        """Whether a metric is measured."""
        return self.records is not None and self.records.kind is SetKind.POINT

    @property
    def is_of_records(self) -> bool:
        """Whether events, work or the like are counted or measured."""
        return self.records is not None and not self.is_of_points

    def of_members(self, noun: Noun) -> Measure | None:
        """Return the measure of each member of a set: of its records, or of its own field."""
        if self.records is not None:
            if noun.kind is not ITEM or self.records.kind not in (*OF_ITEMS,):
                return None
            of = self.records.members()
            return Measure(function=self.function, field=self._value(), of=of)
        name = self._of(noun)
        return Measure(function=self.function, field=name) if name else None

    def _of(self, noun: Noun) -> str | None:
        """Return what the field is called; None where no member of the class has it."""
        if self.field is None:
            return None
        is_apart = (
            self.field.classes and noun.classes and not {*self.field.classes} & {*noun.classes}
        )
        return None if is_apart else field_for(noun, self.field)

    def within(self, noun: Noun) -> tuple[Noun, tuple[Measure, ...]] | None:
        """Return the records that are measured over a whole set, and the measures."""
        functions = self.functions or (self.function,)
        if self.records is not None:
            found = of_items(self.records, noun) if noun.kind is ITEM else None
            measured = [Measure(function=each, field=self._value()) for each in functions]
            return found and (found, tuple(measured))
        name = self._of(noun)
        if name is None:
            return None
        return noun, tuple(Measure(function=each, field=name) for each in functions)

    def _value(self) -> str | None:
        if self.functions == (Function.COUNT_DISTINCT,):
            return "ends"
        return "value" if self.is_of_points else self.field and self.field.name


def points(metric: str) -> Noun:
    """Return the points of a metric."""
    return Noun(SetKind.POINT, (equals("metric", metric),))


def _metric(metric: str) -> Quantity:
    return Quantity(records=points(metric))


def _number(field: Field) -> Quantity | None:
    return Quantity(field=field) if field.type is FieldType.NUMBER else None


def _total(field: Field) -> Quantity | None:
    """Return "total number of beds": not of each, as "number of beds" may be."""
    return _aggregated((Function.SUM,), Quantity(field=field)) if _number(field) else None


def _aggregated(functions: tuple[Function, ...], quantity: Quantity) -> Quantity | None:
    if (
        quantity.functions
        or quantity.is_of_records
        or (quantity.is_of_points and Function.SUM in functions)
    ):
        return None
    return replace(quantity, functions=functions)


def _one_function(function: str) -> tuple[Function, ...]:
    return (Function(function),)


def _functions(first: str, others: tuple[Function, ...]) -> tuple[Function, ...]:
    return (Function(first), *others)


def _count(noun: Noun) -> Quantity | None:
    is_counted = noun.kind in OF_ITEMS and noun.kind is not SetKind.POINT and noun.of is None
    return Quantity((Function.COUNT,), records=noun) if is_counted else None


def _bare_count(noun: Noun) -> Quantity | Costly | None:
    found = _count(noun)
    return found and Costly(found, _UNSAID)


def _success(noun: Noun) -> Quantity | None:
    return Quantity((Function.SUCCESS_RATE,), records=noun) if noun.kind in SPANS else None


def related_count(
    noun: Noun, end: str | None = None, types: tuple[str, ...] | None = None
) -> Quantity | None:
    """Return the number of such items at the other end: several relations to one count once."""
    fields = [each for each in noun.where if isinstance(each, FieldCondition)]
    if noun.kind is not ITEM or not fields or len(fields) != len(noun.where):
        return None
    ends = [tuple(_at(each, field) for field in fields) for each in ("source", "target")]
    if end is not None:
        where: tuple[Condition, ...] = ends[end == "target"]
    else:
        where = tuple(AnyOf(any=pair) for pair in zip(*ends, strict=True))
    if types:
        where = (*where, FieldCondition(field="rel_type", op="in", value=types))
    return Quantity((Function.COUNT_DISTINCT,), records=Noun(SetKind.RELATION, where))


def _at(end: str, condition: FieldCondition) -> FieldCondition:
    return condition.model_copy(update={"field": f"{end}.{condition.field}"})


RULES: Sequence[Rule] = rules_in(__file__, globals())
