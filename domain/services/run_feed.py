"""The events of one run as they come: each once, in order, whoever writes them."""

from collections.abc import Iterator

from domain.audit.chain import head_with
from domain.audit.event_lines import event_json
from domain.errors import NoSuchVersion, NotFound
from domain.json import JsonMap
from domain.ports import Record, StreamHead
from domain.run.aggregate import RUN
from domain.run.lifecycle import TARGETS, RunState
from domain.run.run import trigger_of


class RunFeed:
    """Reads on from where it stopped: the whole run once, checked, and then only what is new."""

    def __init__(self, record: Record, tenant_id: str, run_id: str, *, after: int = 0) -> None:
        """Begin after a version of the run, up to which the reader has it."""
        self._record, self._tenant_id, self._run_id = record, tenant_id, run_id
        self._after, self._known = after, StreamHead()
        self.state = RunState.NEW

    @property
    def version(self) -> int:
        """How many events of the run were read."""
        return self._known.version

    def read(self) -> list[JsonMap]:
        """Return the lines of the events that are new since the last time; see `EventLine`.

        Raises `NotFound`, `NoSuchVersion` when the run has not come to where it is to begin,
        `CorruptLog`.
        """
        return [*self._read()]

    def _read(self) -> Iterator[JsonMap]:
        record, stream = self._record, (self._tenant_id, self._run_id)
        is_first = self._known == StreamHead()
        events = record.read(*stream) if is_first else record.read_on(*stream, self._known)
        if is_first and not events:
            raise NotFound(self._run_id)
        if is_first and len(events) < self._after:
            raise NoSuchVersion(self._run_id, asked=self._after, last=len(events))
        for each in events:
            head = head_with(self._known.head_hash, each.envelope.content_hash)
            self._known = StreamHead(each.envelope.version, head)
            if trigger := trigger_of(RUN.read(each).event):
                self.state = TARGETS[trigger]
            if self._known.version > self._after:
                yield event_json(each, head)
