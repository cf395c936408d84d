"""A connection that is cut around COMMIT: the append is in the log once, and its caller knows."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from domain.audit.chain import head_after
from domain.errors import WrongExpectedVersion
from domain.ports import Append, Appended, IdempotencyKey
from infrastructure.database.engine import create_engine
from infrastructure.database.errors import DatabaseUnreachable
from infrastructure.event_store.group_commit import GroupCommit
from infrastructure.event_store.postgres import PostgresEventStore
from tests.contracts.event_samples import STREAM, TENANT, request
from tests.infrastructure.event_store.damage import problems
from tests.infrastructure.faults.cutting_proxy import CuttingProxy, Moment, proxy_before

KEY = IdempotencyKey("order-7", b"what was asked")
CUT = "run-cut"


@dataclass(frozen=True)
class Line:
    """What a service has that reaches its database through the proxy."""

    group: GroupCommit
    proxy: CuttingProxy


@pytest.fixture
def store(postgres_engine: sa.Engine) -> PostgresEventStore:
    """Past the proxy."""
    return PostgresEventStore(postgres_engine)


@pytest.fixture
def line(postgres_engine: sa.Engine) -> Iterator[Line]:
    url = postgres_engine.url
    with proxy_before(f"{url.query['host']}/.s.PGSQL.5432") as proxy:
        through = url.set(host="127.0.0.1", port=proxy.port, query={"sslmode": "disable"})
        engine = create_engine(through.render_as_string())
        group = GroupCommit(PostgresEventStore(engine))
        # Past the fifth time, psycopg sends the name of the statement instead of its text.
        for number in range(6):
            group.append(request(f"run-before-{number}"))
        yield Line(group, proxy)
        group.close()
        engine.dispose()


@pytest.mark.parametrize("key", [None, KEY], ids=["without a key", "with a key"])
@pytest.mark.parametrize("moment", Moment)
def test_an_append_whose_connection_is_cut_is_in_the_log_once(
    moment: Moment, key: IdempotencyKey | None, line: Line, store: PostgresEventStore
) -> None:
    sent = request(CUT, count=3, key=key)
    line.proxy.cut(CUT, moment, times=1)
    assert line.group.append(sent) == Appended(CUT, 7, 9, head_after(sent))
    assert line.proxy.cuts_left == 0
    assert [each.envelope for each in store.read_log(after=6)] == list(sent.events)


@pytest.mark.parametrize("moment", Moment)
def test_an_append_whose_connections_are_cut_twice_is_told_and_may_be_asked_again(
    moment: Moment, line: Line, store: PostgresEventStore
) -> None:
    sent = request(CUT, count=3, key=KEY)
    line.proxy.cut(CUT, moment, times=2)
    with pytest.raises(DatabaseUnreachable):
        line.group.append(sent)
    again = line.group.append(sent)
    assert (again.first_position, again.last_position, again.head) == (7, 9, head_after(sent))
    assert [each.envelope for each in store.read_log(after=6)] == list(sent.events)


@pytest.mark.parametrize("moment", Moment)
def test_a_crowd_whose_connections_are_cut_loses_nothing_it_was_told(
    moment: Moment, line: Line, store: PostgresEventStore
) -> None:
    def write(stream: str) -> list[Append]:
        """Return what was acknowledged; after an error, look where the stream has come to."""
        done = []
        for _ in range(20):
            with suppress(DatabaseUnreachable, WrongExpectedVersion):
                sent = request(stream, after=line.group.head(TENANT, stream), count=2)
                if not random.randrange(5):
                    line.proxy.cut(stream, moment, times=random.choice([1, 2]))
                line.group.append(sent)
                done.append(sent)
        return done

    with ThreadPoolExecutor(4) as threads:
        told = [*threads.map(write, [f"{STREAM}-{number}" for number in range(4)])]
    line.proxy.cut("", moment, times=0)
    stored = [each.envelope for each in store.read_log(limit=1000)]
    assert all(told)
    for sent in (each for done in told for each in done):
        where = stored.index(sent.events[0])
        assert stored[where : where + 2] == list(sent.events)
    assert problems(store._engine) == []
