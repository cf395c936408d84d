"""One flipped byte in any column of an event is found, and its position is named."""

import pytest
import sqlalchemy as sa

from domain.ports import EventStore
from infrastructure.event_store.tables import EVENTS
from infrastructure.log.verification import verify_log
from tests.contracts.event_samples import request
from tests.infrastructure.projections.intruder import tamper

COLUMNS = [column.name for column in EVENTS.columns]


def flipped(value: object) -> str:
    """Return the value with its last byte changed in one bit, as a literal of SQL."""
    match value:
        case int():
            # Not the lowest bit: there is such a position already.
            return str(value ^ 64)
        case bytes():
            return f"x'{(value[:-1] + bytes([value[-1] ^ 1])).hex()}'"
        case str():
            return f"'{value[:-1]}{chr(ord(value[-1]) ^ 1)}'"
        case _:
            raise TypeError(value)


def flip(engine: sa.Engine, column: str, position: int) -> None:
    where = sa.select(EVENTS.c[column]).where(EVENTS.c.position == position)
    with engine.connect() as connection:
        literal = flipped(connection.execute(where).scalar_one())
    if engine.dialect.name == "postgresql":
        literal = literal.replace("x'", r"'\x")
    tamper(engine, f"UPDATE events SET {column} = {literal} WHERE position = {position}")  # noqa: S608


@pytest.mark.parametrize("column", COLUMNS)
def test_a_flipped_byte_is_found_and_its_position_named(
    column: str, store: EventStore, engine: sa.Engine
) -> None:
    head = store.append(request(count=3)).head
    store.append(request(after=head, count=3))
    # Of the samples, only every second one has it.
    position = 4 if column == "traceparent" else 3
    assert verify_log(engine, 0, on_progress=lambda _: None).is_sound
    flip(engine, column, position)
    found = verify_log(engine, 0, on_progress=lambda _: None).problems
    assert any(f"position {position} " in problem for problem in found), found
