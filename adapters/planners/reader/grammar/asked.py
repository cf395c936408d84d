"""What is asked, in the making."""

from dataclasses import dataclass
from typing import final

from adapters.planners.reader.meaning import ITEM, Filter, Noun, of_items
from domain.query.model import Ask, Claim, CountWant, ExistsWant, ListWant, Want
from domain.query.sets import AT_LEAST_ONE, FieldCondition, Has, Set

COUNTED, LISTED, EXISTING = CountWant(), ListWant(), ExistsWant()


@final
@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that is asked of one set, or of several; `is_bare`: by nothing but its noun."""

    want: Want
    of: tuple[Noun, ...]
    claim: Claim | None = None
    is_bare: bool = False

    def ask(self) -> Ask:
        """Return the ask."""
        return Ask(want=self.want, of=tuple(noun.members() for noun in self.of), claim=self.claim)


def asked(want: Want, *of: Noun, claim: Claim | None = None) -> Asked:
    """Return what is asked of sets."""
    return Asked(want, of, claim)


def as_records(noun: Noun) -> Noun:
    """Return, of one named item that has records, these records: yes/no shows them then."""
    last = [each for each in noun.where if isinstance(each, Has)]
    if not is_one(noun) or len(last) != 1 or last[0].count != AT_LEAST_ONE:
        return noun
    others = tuple(each for each in noun.where if each is not last[0])
    records = last[0].has
    found = Noun(records.kind, records.where, records.time)
    of = Noun(ITEM, others, is_one=True, classes=noun.classes)
    return of_items(found, of) or noun


def is_one(noun: Noun) -> bool:
    """Return whether it is one named item."""
    return noun.is_one or (
        noun.kind is ITEM
        and any(
            isinstance(each, FieldCondition) and each.field == "ci_code" and each.op == "="
            for each in noun.where
        )
    )


def is_named(noun: Noun) -> bool:
    """Return whether the items are named, one or several."""
    codes = [each for each in noun.where if isinstance(each, FieldCondition)]
    return is_one(noun) or any(each.field == "ci_code" and each.op == "in" for each in codes)


def is_of_all(first: Asked) -> bool:
    """Return whether nothing is said of which: the rest of the question may say it."""
    return any(not of.is_headed and not of.where for of in (each.of or each for each in first.of))


def may_be_of_each(first: Asked, other: Asked) -> bool:
    """Return whether "servers and last patch" may mean the last one of each of them."""
    is_last = other.want.do == "nth" and all(
        noun.kind is not ITEM and noun.of is None for noun in other.of
    )
    is_set = any(noun.kind is ITEM and noun.where and not is_one(noun) for noun in first.of)
    return is_last and is_set and first.want.do in ("list", "field")


def condition_of(by: Filter) -> Filter | None:
    """Return a filter that is a condition of its own."""
    return by if by.where and by.time is None else None


__all__ = ["COUNTED", "EXISTING", "LISTED", "Asked", "Set", "as_records", "asked", "is_one"]
