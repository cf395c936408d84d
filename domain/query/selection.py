"""What a set of records answers, and the port through which it is asked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pydantic import JsonValue

from domain.estate.port import Estate
from domain.query.model import Ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What was asked of one set; `total` counts its members, also those that no row shows.

    `value` is the one value that was asked for, if one was. `part` counts the members that meet
    the condition of a share, or of a claim over all. `keys` name the records of the rows, by kind
    and key. `total_groups` counts the groups, where there are some. `unread` says what was
    recorded and is not in it yet.
    """

    columns: list[str]
    rows: list[list[JsonValue]]
    total: int
    value: JsonValue = None
    part: int | None = None
    total_groups: int | None = None
    keys: list[str] | None = None
    newest_at: datetime | None = None
    unread: str | None = None


class QueriedEstate(Estate, Protocol):
    """An estate that also answers queries."""

    def select(self, tenant_id: str, ask: Ask, *, now: datetime) -> list[Selection]:
        """Return what each set of the ask answers, in their order.

        Relative times count from `now`, days are those of its zone. Raises `EstateError` for a
        field or a value that the estate refuses, and `WrongTimeRange`.
        """
