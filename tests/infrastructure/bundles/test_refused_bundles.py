"""A bundle that is refused or stopped leaves nothing, and its error tells nothing of others."""

import pytest
import sqlalchemy as sa

from domain.aggregate.envelope import Actor
from domain.audit.bundle import EventIdTaken
from domain.ports import StreamHead
from domain.run.aggregate import RUN
from domain.run.commands import RequestRun
from domain.writer import Authorship, StreamWriter
from infrastructure.event_store import tables
from infrastructure.event_store.whole import WholeAppend
from tests.bundles import TENANT
from tests.domain.run.samples import ANSWERED
from tests.fakes import CountingIds, FrozenClock
from tests.infrastructure.bundles.sites import Site


def heads(at: Site) -> list[StreamHead]:
    return [at.store.head(TENANT, run_id) for run_id in ("run-1", "run-2")]


def test_an_event_id_of_another_tenant_is_refused_in_the_same_words(
    there: Site, file: bytes
) -> None:
    writer = StreamWriter(
        RUN,
        "run-foreign",
        Authorship("umbrella", Actor("person", "eve")),
        store=there.store,
        clock=FrozenClock(),
        ids=CountingIds(),
    )
    writer.handle(RequestRun(question="The same ids"))
    writer.report(ANSWERED[1])
    writer.append()
    with pytest.raises(EventIdTaken) as refused:
        there.take(file)
    assert "run-foreign" not in str(refused.value)
    assert "umbrella" not in str(refused.value)
    assert heads(there) == [StreamHead(), StreamHead()]


def test_a_bundle_that_is_stopped_on_its_way_leaves_nothing(
    there: Site, file: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(WholeAppend, "append", interrupted)
        with pytest.raises(KeyboardInterrupt):
            there.take(file)
    with there.engine.connect() as connection:
        counts = [
            connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in (tables.EVENTS, tables.PAYLOADS)
        ]
    assert counts == [0, 0]
    assert [run.new_count for run in there.take(file)] == [len(ANSWERED), 1]
