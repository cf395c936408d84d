"""A section: what one tool call adds to an answer, and the tables that it may hold."""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from pydantic import JsonValue

from domain.json import JsonMap, as_list, as_maps, as_text, as_texts
from domain.plan.intent import Intent
from domain.query.periods import period
from domain.response.blocks import Block, TableBlock, as_cell
from domain.response.compose.call_result import CallResult
from domain.response.compose.wording import listed


class Section(Struct, frozen=True):
    """A sentence and blocks.

    `covered` are the warnings that the sentence says itself, `notes` what is to be said beside it
    and the warnings of the call.
    """

    sentence: str
    blocks: Sequence[Block] = ()
    covered: Sequence[str] = ()
    notes: Sequence[str] = ()


class Surroundings(Struct, frozen=True):
    """The intent of the plan or step that a call is part of, and codes of known items by id.

    What `is_asked` has a sentence, whatever the intent is.
    """

    intent: Intent = Intent.LOOKUP
    codes: Mapping[str, str] = {}
    is_asked: bool = False

    def code(self, ci_id: JsonValue) -> str:
        """Return the code of the configuration item, or its id when no result named it."""
        return self.codes.get(as_text(ci_id), as_text(ci_id))


def ci_ids_of(call: CallResult) -> list[str] | None:
    """Return the ids of the configuration items that the call was restricted to; None for all."""
    single = call.params.get("ci_id")
    many = call.params.get("ci_ids")
    if single is None and many is None:
        return None
    return list(dict.fromkeys([*([single] if isinstance(single, str) else []), *as_texts(many)]))


def filters_of(call: CallResult) -> list[JsonMap]:
    """Return the filters that the call was made with."""
    return as_maps(call.params.get("filters"))


def where(call: CallResult, around: Surroundings) -> str:
    """Return the words for the items and the time of a call: " of srv-1 in the last 24 h"."""
    ci_ids, items = ci_ids_of(call), ""
    if ci_ids is not None:
        codes = listed([around.code(ci_id) for ci_id in ci_ids])
        items = f" of {codes or 'no configuration items'}"
    return f"{items}{period_of(call, 'in')}"


def period_of(call: CallResult, preposition: str) -> str:
    """Return the words for the time range of a call; see `period`."""
    label = call.facts.get("time_range") or call.params.get("time_range")
    return period(as_text(label), preposition)


def record_table(
    rows: Sequence[JsonMap], *, columns: Sequence[str], title: str, meta: JsonMap | None = None
) -> TableBlock:
    """Return a table of those columns that the records have; all of theirs when they have none."""
    known = {name for row in rows for name in row}
    shown = [name for name in columns if name in known or not rows] or list(
        dict.fromkeys(name for row in rows for name in row)
    )
    cells = [[as_cell(row.get(name)) for name in shown] for row in rows]
    return TableBlock(title=title, columns=shown, rows=cells, meta=meta or {})


def given_table(data: JsonMap, *, title: str, meta: JsonMap | None = None) -> TableBlock:
    """Return the table that a tool answered with: `columns` and `rows` of cells."""
    rows = [[as_cell(value) for value in as_list(row)] for row in as_list(data.get("rows"))]
    columns = as_texts(data.get("columns"))
    return TableBlock(title=title, columns=columns, rows=rows, meta=meta or {})


def field_table(values: Mapping[str, JsonValue], *, title: str) -> TableBlock:
    """Return a table with a row of field and value for each."""
    rows = [[name, as_cell(value)] for name, value in values.items()]
    return TableBlock(title=title, columns=["field", "value"], rows=rows)
