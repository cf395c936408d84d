"""Which fields the records of a query have, and how their values compare."""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from domain.estate.fields import FIELDS, INSTANT_FIELD, OPEN_FIELDS, FieldType, RecordKind
from domain.query.sets import SetKind

RECORD_KINDS: Final = {
    SetKind.ITEM: RecordKind.CI,
    SetKind.EVENT: RecordKind.EVENT_LOG,
    SetKind.WORK: RecordKind.WORK,
    SetKind.MAINTENANCE: RecordKind.MAINTENANCE,
    SetKind.WORK_AND_MAINTENANCE: RecordKind.WORK_AND_MAINTENANCE,
    SetKind.DOCUMENT: RecordKind.DOCUMENT,
    SetKind.RULE: RecordKind.CEP_RULE,
}
"""The kinds that are those of records of the estate; relations and points are none of these."""

OF_SERVICE: Final = (SetKind.RUN, SetKind.CALL)
"""The kinds that are no part of an estate, but of what was asked about it."""

ANY_TEXT: Final = "text"
"""The field that stands for any of the texts of a record; it can only be searched."""

WEEKDAYS: Final = (
    *("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"),
    *("Saturday", "Sunday"),
)
CLOCK_FIELDS: Final = {"weekday": FieldType.TEXT, "hour": FieldType.NUMBER}
"""What the clock of who asks showed when a record happened: its day of the week, its hour."""

_TEXTS, _NUMBER, _INSTANT = FieldType.TEXT, FieldType.NUMBER, FieldType.INSTANT
KIND_FIELDS: Final[Mapping[SetKind, Mapping[str, FieldType]]] = {
    **{kind: FIELDS[record_kind] for kind, record_kind in RECORD_KINDS.items()},
    SetKind.RELATION: dict.fromkeys(("rel_type", "source", "target", "ends"), _TEXTS),
    SetKind.POINT: {
        **dict.fromkeys(("metric", "ci_id", "ci_code", "quality"), _TEXTS),
        "measured_at": _INSTANT,
        "value": _NUMBER,
    },
    SetKind.RUN: {
        **dict.fromkeys(("id", "question", "status", "actor", "route", "origin"), _TEXTS),
        **dict.fromkeys(("error", "error_text"), _TEXTS),
        **dict.fromkeys(("started", "ended"), _INSTANT),
        **dict.fromkeys(("duration_ms", "calls", "failed_calls"), _NUMBER),
    },
    SetKind.CALL: {
        **dict.fromkeys(("run", "tool", "operation", "status", "error", "error_text"), _TEXTS),
        "ended": _INSTANT,
        "duration_ms": _NUMBER,
    },
}
"""The fields of each kind by name; those of a relation's ends are the codes of the items,
`ends` is both of them, the same either way.

Those of runs are called as in filters of runs. A call is an attempt that was answered.
"""

TIME_FIELDS: Final[Mapping[SetKind, str]] = {
    **{kind: INSTANT_FIELD[of] for kind, of in RECORD_KINDS.items() if of in INSTANT_FIELD},
    SetKind.POINT: "measured_at",
    SetKind.RUN: "started",
    SetKind.CALL: "ended",
}
"""The field that a time restricts; rules and relations have none."""

CLOCKED: Final = frozenset(TIME_FIELDS) - {SetKind.ITEM}
"""The kinds of records that happened at a time, and have the fields of clocks."""

OF_ITEMS: Final = frozenset(
    {
        SetKind.EVENT,
        SetKind.WORK,
        SetKind.MAINTENANCE,
        SetKind.WORK_AND_MAINTENANCE,
        SetKind.POINT,
        SetKind.RELATION,
    }
)
"""The kinds of records that belong to items."""

Owner = Literal["self", "item", "source", "target"]


class QueryField(NamedTuple):
    """A field of a record, or of its item; `type` is None where values are of any type."""

    owner: Owner
    name: str
    type: FieldType | None


def field_of(kind: SetKind, name: str) -> QueryField | None:
    """Return the field of this name that records of the kind have; None for another name.

    An open field, such as `attributes.role`, is one whatever its key is.
    """
    if (own := _own_field(kind, name)) is not None:
        return own
    owner, _, rest = name.partition(".")
    if owner not in owners(kind):
        return None
    of_item = _own_field(SetKind.ITEM, rest)
    return of_item._replace(owner=owner) if of_item else None


def owners(kind: SetKind) -> tuple[Owner, ...]:
    """Return the items that records of the kind belong to, by what they are called in fields."""
    if kind is SetKind.RELATION:
        return ("source", "target")
    return ("item",) if kind in OF_ITEMS else ()


def allowed_fields(kind: SetKind) -> list[str]:
    """Return what fields of the kind can be called, for messages."""
    open_fields = OPEN_FIELDS.get(RECORD_KINDS[kind], ()) if kind in RECORD_KINDS else ()
    of_items = [f"{owner}.<field of items>" for owner in owners(kind)]
    clock = CLOCK_FIELDS if kind in CLOCKED else ()
    return [*KIND_FIELDS[kind], *clock, *(f"{name}.<key>" for name in open_fields), *of_items]


def _own_field(kind: SetKind, name: str) -> QueryField | None:
    if name in CLOCK_FIELDS and kind in CLOCKED:
        return QueryField("self", name, CLOCK_FIELDS[name])
    if name in KIND_FIELDS[kind]:
        return QueryField("self", name, KIND_FIELDS[kind][name])
    document, _, key = name.partition(".")
    record_kind = RECORD_KINDS.get(kind)
    is_open = record_kind is not None and document in OPEN_FIELDS.get(record_kind, ())
    return QueryField("self", name, None) if is_open and key else None


_DATED = ("started_at", "ci_code")
USUAL_FIELDS: Final[Mapping[SetKind, tuple[str, ...]]] = {
    SetKind.ITEM: ("ci_code", "ci_name", "ci_type", "ci_subtype", "status", "location", "owner"),
    SetKind.EVENT: ("occurred_at", "ci_code", "event_type", "severity", "title"),
    SetKind.WORK: (*_DATED, "work_type", "summary", "result", "duration_min", "requested_by"),
    SetKind.MAINTENANCE: (*_DATED, "maint_type", "summary", "result", "duration_min", "performer"),
    SetKind.WORK_AND_MAINTENANCE: (*_DATED, "source", "type", "summary", "result", "person"),
    SetKind.DOCUMENT: ("title", "category", "document_type", "created_at"),
    SetKind.RULE: ("rule_name", "trigger_type", "severity", "condition"),
    SetKind.RELATION: ("source", "rel_type", "target"),
    SetKind.POINT: ("measured_at", "ci_code", "metric", "value"),
    SetKind.RUN: ("id", "started", "question", "status", "error"),
    SetKind.CALL: ("ended", "tool", "operation", "status", "duration_ms", "error", "run"),
}
"""What is shown of records where nothing else is asked for."""

NAMING: Final[Mapping[SetKind, int]] = {
    **dict.fromkeys((SetKind.ITEM, SetKind.DOCUMENT, SetKind.RULE, SetKind.RUN), 1),
    SetKind.RELATION: 3,
}
"""How many of the usual fields name a record: those are always shown. Else it is two."""


def shown_fields(kind: SetKind, fields: tuple[str, ...]) -> list[str]:
    """Return the fields to show: those that name a record, and those asked for or the usual."""
    usual = USUAL_FIELDS[kind]
    return list(dict.fromkeys((*usual[: NAMING.get(kind, 2)], *(fields or usual))))
