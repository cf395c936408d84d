"""Whether something is so: of one item, of all, any or none, and of numbers that are claimed."""

from collections.abc import Sequence

from adapters.planners.reader.chart import Costly, Rule, rules_in
from adapters.planners.reader.grammar.applying import (
    OTHER_WAY,
    Place,
    Post,
    applied,
    applied_all,
    as_filter,
    is_apart,
    opposite,
    relations,
)
from adapters.planners.reader.grammar.asked import (
    COUNTED,
    EXISTING,
    Asked,
    as_records,
    asked,
    is_one,
)
from adapters.planners.reader.grammar.conditions import true
from adapters.planners.reader.grammar.predicates import by_whom, of_each
from adapters.planners.reader.meaning import (
    ITEM,
    Amount,
    Compared,
    Field,
    Filter,
    Noun,
    Period,
    at_time,
    equals,
    filtered,
    having,
    of_items,
)
from domain.query.model import Claim, FieldWant, QuantifiedWant
from domain.query.sets import Condition, EveryOf, FieldCondition, Operator, SetKind

_LOOSE, _OTHERS = 1.5, 0.1


def _is_up(name: Noun) -> Costly:
    """Return "is srv-1 up": its status says so."""
    return Costly(asked(FieldWant(fields=("status",)), name), 0.0, ("told by its status",))


def _is_true(field: Field, name: Noun) -> Asked | Costly | None:
    """Return "is the alarm enabled on pump-1"."""
    by = true(field)
    return is_so(name, by) if by else None


def _is_installed(noun: Noun) -> Asked | Costly:
    """Return "is bash installed": it is there, whether it is on record when it came or not.

    A code goes before the names of others, as of processes.
    """
    is_code = all(isinstance(e, FieldCondition) and e.field == "ci_code" for e in noun.where)
    return asked(EXISTING, noun) if is_code else Costly(asked(EXISTING, noun), _OTHERS)


def _is_of_class(name: Noun, of_class: Noun) -> Asked | None:
    """Return "is srv-1 a server"."""
    is_plain = of_class.kind is ITEM and bool(of_class.classes) and not of_class.is_one
    return asked(EXISTING, having(name, *of_class.where)) if is_plain else None


def _claim(compared: Compared, noun: Noun) -> Asked | None:
    """Return "are there more than 3 servers in zone-a"."""
    if compared.amount.unit or is_one(noun):
        return None
    claim = Claim.model_validate({"op": compared.op, "value": compared.amount.number})
    return asked(COUNTED, noun, claim=claim)


def _anything(posts: tuple[Post, ...]) -> Costly | None:
    return _exists_there(Noun(SetKind.EVENT), posts)


def _crossed(
    noun: Noun, op: Operator, amount: Amount, metric: str, period: Period | None = None
) -> Asked | None:
    """Return "did srv-1 go over 90 % cpu this week", "hit 90 %": whether any point did."""
    value = FieldCondition(field="value", op=op, value=amount.number)
    points = Noun(SetKind.POINT, (equals("metric", metric), value))
    found = of_items(points, noun)
    timed = at_time(found, period.label) if found and period else found
    return timed and asked(EXISTING, timed) if amount.unit in ("", "%", "c") else None


def _exists(noun: Noun) -> Asked:
    return asked(EXISTING, as_records(noun))


def is_so(noun: Noun, post: Post) -> Asked | Costly | None:
    """Return whether one named item is so."""
    by = as_filter(post)
    if by is None or not is_one(noun):
        return None
    by = of_each(by)
    found = having(noun, *by.where) if by.is_class else filtered(noun, by)
    return found and _exists(found)


def _is_not(noun: Noun, post: Post) -> Asked | Costly | None:
    """Return "was srv-1 not rebooted"."""
    other = opposite(post)
    return is_so(noun, other) if other is not None else None


def _are(noun: Noun, post: Post) -> Asked | Costly | None:
    """Return whether a set is so, which asks of all of it."""
    if is_one(noun) or not noun.is_headed or not noun.where:
        return None
    found = quantified("all", noun, post)
    return found and Costly(found, _LOOSE, ("read as a question of all of them",))


def _all(noun: Noun, post: Post) -> Asked | None:
    return None if is_one(noun) else quantified("all", noun, post)


def _any(noun: Noun, post: Post) -> Asked | Costly | None:
    found = applied(noun, post)
    if isinstance(found, Costly):
        return Costly(_exists(found.value), found.cost, found.notes)
    return found and _exists(found)


def _none(noun: Noun, post: Post) -> Asked | None:
    return quantified("none", noun, post)


def quantified(do: str, noun: Noun, post: Post) -> Asked | None:
    """Return whether all, any or none of some records are as is said after them."""
    by = as_filter(post)
    if by is None or not by.where or by.kind is not noun.kind or by.time or is_apart(noun, by):
        return None
    condition: Condition = by.where[0] if len(by.where) == 1 else EveryOf(every=by.where)
    want = QuantifiedWant.model_validate({"do": do, "condition": condition})
    return asked(want, noun)


def _done_there(done: Noun, posts: tuple[Post, ...]) -> Costly | None:
    """Return "was anything deployed on app-1 today": the records of it."""
    found = applied_all(done, posts)
    return found and Costly(_exists(found.value), found.cost)


def _exists_there(noun: Noun, posts: tuple[Post, ...]) -> Costly | None:
    found = applied_all(noun, posts)
    return found and Costly(_exists(found.value), found.cost)


def _some_item(posts: tuple[Post, ...]) -> Costly | None:
    """Return "is anything in staging"."""
    return _exists_there(Noun(ITEM), posts)


def _some_work(posts: tuple[Post, ...]) -> Costly | None:
    """Return "anything failed today": of all that was done."""
    found = applied_all(Noun(SetKind.WORK_AND_MAINTENANCE), posts)
    return Costly(_exists(found.value), found.cost) if found and found.value.where else None


def _did_any(person: Filter, role: tuple[str, str], noun: Noun) -> Asked | None:
    """Return "did bob approve any failed work"."""
    by = by_whom(role, person)
    found = by and filtered(noun, by) if role[0] == noun.kind else None
    return found and _exists(found)


def _everything(post: Post) -> Asked | None:
    """Return "was everything patched this month"."""
    return _all(Noun(ITEM), post)


def _anyone_did(done: Noun, items: Noun) -> Asked | None:
    """Return "has anyone patched db-1 this month"."""
    records = of_items(done, items)
    return records and _exists(records)


def _some_related(name: Noun, said: tuple[tuple[str, ...] | None, str]) -> Costly | Asked | None:
    """Return "does srv-1 host anything"."""
    found = applied(Noun(ITEM), Place(name, relations(said[0], OTHER_WAY[said[1]])))
    return asked(EXISTING, found) if isinstance(found, Noun) and is_one(name) else None


RULES: Sequence[Rule] = rules_in(__file__, globals())
