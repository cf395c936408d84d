"""The whole query in plain words, for people to see how their question was read."""

from typing import assert_never

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
    Want,
)
from domain.query.set_words import (
    condition_in_words,
    count_in_words,
    field_in_words,
    measure_in_words,
    members_in_words,
    ranked_by,
    set_in_words,
)
from domain.query.sets import Count


def in_words(query: Query) -> str:
    """Return the reading: "servers in zone-a, with more than 3 events; how many".

    Every part of the query stands in it; asks are separated by " | ".
    """
    return " | ".join(map(ask_in_words, query.asks))


def ask_in_words(ask: Ask) -> str:
    """Return the words of one thing that is asked."""
    sets = " compared with ".join(map(set_in_words, ask.of))
    return f"{sets}; {want_in_words(ask.want)}{_claim(ask)}"


def _claim(ask: Ask) -> str:
    if ask.claim is None:
        return ""
    if ask.claim.value is None:
        return f"; is the first {ask.claim.op} the second"
    if isinstance(ask.claim.value, str):
        return f"; is it {ask.claim.op} {ask.claim.value}"
    return f"; is it {count_in_words(ask.claim.op, ask.claim.value)}"


def want_in_words(want: Want) -> str:  # noqa: C901, PLR0911, PLR0912 - one line for each kind
    """Return what is asked of the sets."""
    match want:
        case CountWant():
            different = f" different {field_in_words(want.distinct)}" if want.distinct else ""
            return f"how many{different}{', and how many more' if want.difference else ''}"
        case ListWant():
            return _list(want)
        case FieldWant():
            return f"their {_fields(want.fields)}"
        case ExistsWant():
            return "whether there are any"
        case QuantifiedWant():
            return f"whether {want.do} are {condition_in_words(want.condition)}"
        case NthWant():
            return _nth(want)
        case TopWant():
            return _top(want)
        case MeasureWant():
            return f"{' and '.join(map(measure_in_words, want.measures))}{_per(want.group)}"
        case ShareWant(so_many=Count() as count):
            where = f"where {members_in_words(count)} are {condition_in_words(want.condition)}"
            return f"each {_fields(want.group)} {where}"
        case ShareWant():
            return f"which part of them is {condition_in_words(want.condition)}{_per(want.group)}"
        case DistributionWant():
            return f"how many, and which part,{_per(want.group)}"
        case PerWant():
            return f"{measure_in_words(want.measure)} per {want.bucket}"
        case PathWant():
            return f"how they are connected with {set_in_words(want.to)}"
        case GraphWant():
            what = "what they need" if want.do == "needs" else "what fails with them"
            return f"{what}{f', at most {want.hops} hops away' if want.hops else ''}"
        case CausesWant():
            return "what changed" if want.do == "changes" else "why they are so"
        case SimulateWant():
            return f"what the rule {want.rule} would do"
        case _:
            assert_never(want)


def _list(want: ListWant) -> str:
    words = f"which, with {_fields(want.fields)}" if want.fields else "which"
    words += f", by {_order(want.by, descending=want.descending)}" if want.by else ""
    first = f", the first {want.limit}" if want.limit != ListWant().limit else ""
    return f"{words}{first}{f' after {want.offset}' if want.offset else ''}"


def _nth(want: NthWant) -> str:
    many = f"numbers {want.n} to {want.n + want.limit - 1}" if want.limit > 1 else f"no. {want.n}"
    order = _order(want.by or "time", descending=want.descending)
    shown = f", with {_fields(want.fields)}" if want.fields else ""
    return f"{many} by {order}{shown}"


def _top(want: TopWant) -> str:
    which = "lowest" if want.ascending else "highest"
    by = measure_in_words(want.by) if want.group else ranked_by(want.by)
    place = f"no. {want.n}" if want.only_last else f"the {want.n}"
    return f"{place} with the {which} {by}{_per(want.group)}"


def _order(field: str, *, descending: bool) -> str:
    return f"{field_in_words(field)}{', from the highest on' if descending else ''}"


def _fields(names: tuple[str, ...]) -> str:
    return ", ".join(map(field_in_words, names))


def _per(group: tuple[str, ...]) -> str:
    return f" per {' and '.join(map(field_in_words, group))}" if group else ""
