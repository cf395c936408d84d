"""Who follows a log and holds it against what was acknowledged."""

from collections import Counter
from collections.abc import Iterable

import sqlalchemy as sa

from domain.views.log import LOG_START
from infrastructure.database.engine import create_engine
from infrastructure.event_store.tables import EVENTS as TABLE
from infrastructure.log.verification import verify_log
from tests.infrastructure.faults.writers import EVENTS, Acknowledged


class Witness:
    """Sees the log as a new process does, and each part of it once."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._mark = LOG_START
        self._versions: dict[int, tuple[str, int]] = {}

    def assert_has(self, acknowledged: Iterable[Acknowledged]) -> None:
        """Fail unless all of this is in the log, and the log is sound and made of whole appends.

        Sound: positions and versions have no gap, and the chain of hashes fits.
        """
        engine = create_engine(self._url)
        try:
            report = verify_log(engine, self._mark, on_progress=lambda _: None)
            assert report.problems == (), report.problems
            self._read(engine, after=self._mark.position, until=report.verified_to.position)
            self._mark = report.verified_to
        finally:
            engine.dispose()
        for each in acknowledged:
            assert self._versions.get(each.position) == (each.stream_id, each.version), each
        counts = Counter(stream for stream, _ in self._versions.values())
        assert not any(count % EVENTS for count in counts.values()), counts

    def _read(self, engine: sa.Engine, *, after: int, until: int) -> None:
        columns = TABLE.c[("position", "stream_id", "version")]
        span = sa.and_(TABLE.c.position > after, TABLE.c.position <= until)
        with engine.connect() as connection:
            for position, stream, version in connection.execute(sa.select(*columns).where(span)):
                self._versions[position] = (stream, version)
