"""The projection of the items that runs read: those that a call asks for, or refers to."""

from collections.abc import Iterator, Sequence
from typing import Final

import sqlalchemy as sa

from domain.json import JsonMap, as_list, as_map
from domain.run.call_events import ToolCallStarted, ToolCallSucceeded
from domain.run.events import HistoryEntry, RunEvent
from infrastructure.database.upsert import insert_into
from infrastructure.projections.projection import View
from infrastructure.projections.tables import RUN_ITEMS

_PARAMS: Final = ("ci_id", "ci_code", "source_id", "target_id")


class RunItemsProjection:
    """See `infrastructure.projections.projection.Projection`."""

    name: Final = RUN_ITEMS.name
    types: Final = frozenset({ToolCallStarted.stored_as, ToolCallSucceeded.stored_as})
    view: Final = View(RUN_ITEMS, key=("tenant_id", "item", "run_id"), values=())

    def apply(
        self, connection: sa.Connection, entries: Sequence[HistoryEntry], *, generation: int
    ) -> None:
        """See `Projection`."""
        rows = {
            (entry.envelope.tenant_id, item, entry.envelope.stream_id): None
            for entry in entries
            for item in _items(entry.event)
        }
        if rows:
            insert = insert_into(RUN_ITEMS, connection.dialect).on_conflict_do_nothing()
            named = (dict(zip(self.view.key, row, strict=True)) for row in rows)
            connection.execute(insert, [{"generation": generation, **each} for each in named])


def _items(event: RunEvent) -> Iterator[str]:
    """Yield the ids of items, or their codes where only these are there, in small letters."""
    match event:
        case ToolCallStarted(params=params):
            yield from _asked(params)
        case ToolCallSucceeded(references=references):
            for each in references:
                payload = as_map(each.get("payload"))
                named = payload.get("ci_id") or payload.get("ci_code")
                yield from (text.lower() for text in (named,) if isinstance(text, str))
                yield from _asked(as_map(payload.get("params")))
        case _:
            pass


def _asked(params: JsonMap) -> Iterator[str]:
    values = [*(params.get(name) for name in _PARAMS), *as_list(params.get("ci_ids"))]
    yield from (value.lower() for value in values if isinstance(value, str))
