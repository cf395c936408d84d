"""How a fragment asks something else of the set before: how many, a field, an order, groups."""

from adapters.planners.reader.edits_of_parts import Edited
from adapters.planners.reader.meaning import Field, field_for
from adapters.planners.reader.pronouns import noun_of
from domain.query.model import (
    Ask,
    CountWant,
    DistributionWant,
    FieldWant,
    ListWant,
    MeasureWant,
    NthWant,
    PerWant,
    ShareWant,
    TopWant,
    Want,
)
from domain.query.sets import COUNT


def count(ask: Ask, _: object) -> Edited:
    """Yield how many there are."""
    yield ask.model_copy(update={"want": CountWant(), "claim": None}), 0.0


def listed(ask: Ask, _: object) -> Edited:
    """Yield which there are."""
    yield ask.model_copy(update={"want": ListWant(), "claim": None}), 0.0


def field_asked(ask: Ask, field: Field) -> Edited:
    """Yield the ask for a field of what was found; a truth says of which, and is no field."""
    is_field = len(ask.of) == 1 and field.truth is None
    name = field_for(noun_of(ask.of[0]), field) if is_field else None
    want = name and fields_of(ask.want, (name,))
    if want:
        yield ask.model_copy(update={"want": want, "claim": None}), 0.0


def fields_of(want: Want, names: tuple[str, ...]) -> Want | None:
    """Return the want for fields of those that a want finds; None where it finds no records."""
    match want:
        case NthWant():
            return want.model_copy(update={"fields": names})
        case TopWant():
            return None
        case ListWant():
            return want.model_copy(update={"fields": names})
        case FieldWant(fields=known):
            return FieldWant(fields=tuple(dict.fromkeys((*known, *names))))
        case _:
            return FieldWant(fields=names) if want.do in ("count", "exists") else None


def ordered_by(ask: Ask, field: Field) -> Edited:
    """Yield the list of what was found in the order of a field: numbers from the highest on."""
    name = field_for(noun_of(ask.of[0]), field) if len(ask.of) == 1 else None
    if name and ask.want.do in ("list", "count", "field"):
        shown = ask.want.fields if isinstance(ask.want, ListWant | FieldWant) else ()
        is_number = field.type == "number"
        want = ListWant(fields=shown, by=name, descending=is_number)
        yield ask.model_copy(update={"want": want, "claim": None}), 0.0


def per_bucket(ask: Ask, bucket: str) -> Edited:
    """Yield how many there were over time, or the one measure over time."""
    want = ask.want
    measure = COUNT if want.do in ("count", "list") else None
    if isinstance(want, MeasureWant) and len(want.measures) == 1 and not want.group:
        measure = want.measures[0]
    if measure is not None:
        per = PerWant.model_validate({"bucket": bucket, "measure": measure})
        yield ask.model_copy(update={"want": per, "claim": None}), 0.0


def grouped_by(ask: Ask, field: Field) -> Edited:
    """Yield how many there are of each value, or the measures of each."""
    name = field_for(noun_of(ask.of[0]), field)
    want: Want | None = None
    if name and ask.want.do in ("count", "list", "distribution"):
        want = DistributionWant(group=(name,))
    elif name and isinstance(ask.want, MeasureWant | ShareWant):
        want = ask.want.model_copy(update={"group": (name,)})
    if want is not None:
        # A team is that of the work before it is that of the items.
        far = 0.2 * (field.kind is not ask.of[0].kind)
        yield ask.model_copy(update={"want": want, "claim": None}), far


def by_or_group(ask: Ask, field: Field) -> Edited:
    """Yield "and by zone": an order of what is listed, else how many of each."""
    yield from (ordered_by if ask.want.do in ("list", "field") else grouped_by)(ask, field)
