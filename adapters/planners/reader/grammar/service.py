"""What the service itself did: runs that failed, and tools by how long their calls took."""

from collections.abc import Sequence
from typing import Final

from adapters.planners.reader.chart import Costly, Rule, rules_in
from adapters.planners.reader.grammar.applying import Post, applied_all
from adapters.planners.reader.grammar.asked import Asked, asked
from adapters.planners.reader.grammar.conditions import compared_with, field_named
from adapters.planners.reader.grammar.ordered import Place, extreme_field
from adapters.planners.reader.grammar.quantities import Quantity
from adapters.planners.reader.grammar.rankings import Ranked, groups
from adapters.planners.reader.meaning import Compared, Field, Filter, Noun, filtered
from domain.query.model import ListWant
from domain.query.sets import Function, SetKind

_WHY: Final = ("question", "error", "error_text")
_LAST_FAILED: Final = "the last one that failed is meant"
_AVERAGE: Final = "ranked by the average duration"


def _why_failed(found: Place, by: Filter) -> Asked | Costly | None:
    """Return "why did the last query fail": of those that failed, the last."""
    failed = filtered(found.noun, by) if found.noun.kind is SetKind.RUN else None
    if failed is None or found.want.limit > 1:
        return None
    shown = found.want.model_copy(update={"fields": _WHY})
    is_said = failed == found.noun
    return Costly(asked(shown, failed), 0.0, () if is_said else (_LAST_FAILED,))


def _why_failed_set(
    noun: Noun, by: Filter, posts: tuple[Post, ...] | None = None
) -> Costly | None:
    """Return "why did runs fail yesterday"."""
    found = applied_all(noun, (by, *(posts or ()))) if noun.kind is SetKind.RUN else None
    return found and Costly(asked(ListWant(fields=_WHY), found.value), found.cost)


def _rated(field: Field, extreme: tuple[str, bool]) -> Ranked | Costly | None:
    """Return "slowest tool": whose records took longest on average."""
    name, descending = extreme
    by = extreme_field(name, Noun(field.kind)) if name == "duration_min" else None
    length = by and field_named((str(field.kind), by))
    if not length:
        return None
    quantity = Quantity((Function.AVG,), length)
    ranked = Ranked(Noun(field.kind), quantity, (field.name,), ascending=not descending)
    return Costly(ranked, 0.0, (_AVERAGE,))


def _rated_so(field: Field, by: Filter, order: str) -> Ranked | None:
    """Return "tool that failed most often"."""
    noun = filtered(Noun(field.kind), by)
    return noun and groups(field, order, noun)


def _used(field: Field, order: str) -> Ranked | None:
    """Return "most used tool": by its calls."""
    return groups(field, order, Noun(field.kind)) if field.kind is SetKind.CALL else None


def _lasting(compared: Compared) -> Filter | None:
    """Return "runs that took longer than 5 seconds"."""
    field = field_named((str(SetKind.RUN), "duration_ms"))
    return field and compared_with(field, compared) if compared.amount.unit else None


RULES: Sequence[Rule] = rules_in(__file__, globals())
