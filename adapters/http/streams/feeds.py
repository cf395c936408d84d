"""What streams read: from the store alone, page by page, on from where their reader is."""

from collections.abc import Collection, Mapping
from typing import Final, Protocol

from adapters.http.streams.message import Message, json_text, last_word
from domain.aggregate.envelope import RecordedEvent
from domain.audit.event_lines import placed_json
from domain.errors import NoSuchVersion
from domain.json import JsonMap, as_count
from domain.ports import LogTail
from domain.run.lifecycle import ENDED_STATES
from domain.services.run_feed import RunFeed

PAGE_EVENTS: Final = 1000
"""So many positions of the log are looked at, at once."""

MOST_BEHIND: Final = 10_000
"""Who misses the changes of so many events reads what there is anew."""

TOPICS: Final[Mapping[str, str]] = {
    "runs": "run-",
    "replays": "replay-",
    "assets": "asset-",
    "estate": "estate-",
}
"""What one may hear about, and how the ids of those streams begin."""

RESYNC: Final = "resync"
END: Final = "end"


class Feed(Protocol):
    """Reads what is new; it blocks, and is read by one at a time."""

    def read(self) -> list[Message]:
        """Return the next messages; none when there is nothing new. Raises `CorruptLog`."""

    @property
    def is_done(self) -> bool:
        """Whether nothing will come any more."""

    @property
    def has_more(self) -> bool:
        """Whether the last read left some of what there was."""


class RunMessages:
    """The events of a run, each with its version as id; then `end`, and how the run is."""

    has_more = False

    def __init__(self, feed: RunFeed) -> None:
        self._feed, self.is_done = feed, False

    def read(self) -> list[Message]:
        """See `Feed`. Raises `NotFound`."""
        try:
            lines = self._feed.read()
        except NoSuchVersion as error:
            self.is_done = True
            return [last_word(RESYNC, why=str(error))]
        messages = [Message("event", json_text(each), as_count(each["version"])) for each in lines]
        if self._feed.state in ENDED_STATES:
            self.is_done = True
            messages.append(last_word(END, state=self._feed.state, version=self._feed.version))
        return messages


class LogMessages:
    """The events of a tenant in the order of the log, each with its position as id."""

    def __init__(self, tail: LogTail, tenant_id: str, *, after: int | None) -> None:
        """Begin after a position; None is the end of the log as it now is."""
        self._tail, self._tenant_id, self._after = tail, tenant_id, after
        self.is_done = self.has_more = False

    def read(self) -> list[Message]:
        """See `Feed`."""
        end = self._tail.end()
        if self._after is None:
            self._after = end
            return [Message("", "", end)]
        if end < self._after:
            self.is_done = True
            return [last_word(RESYNC, why=f"the log ends at position {end}")]
        until = min(end, self._after + PAGE_EVENTS)
        found = self._tail.events(self._tenant_id, after=self._after, until=until)
        self._after, self.has_more = until, until < end
        return self._told(found)

    def _told(self, found: Collection[RecordedEvent]) -> list[Message]:
        return [Message("event", json_text(placed_json(each)), each.position) for each in found]


class Changes(LogMessages):
    """That something of a tenant has changed, not what: each stream once in a page.

    Who has missed too much is told to read it all anew, and goes on from the end.
    """

    def __init__(
        self, tail: LogTail, tenant_id: str, *, after: int | None, topics: Collection[str]
    ) -> None:
        super().__init__(tail, tenant_id, after=after)
        self._topics = topics

    def read(self) -> list[Message]:
        """See `Feed`."""
        end = self._tail.end()
        if self._after is not None and not end - MOST_BEHIND <= self._after <= end:
            self._after = end
            return [Message(RESYNC, json_text({"why": "too much was missed"}), end)]
        return super().read()

    def _told(self, found: Collection[RecordedEvent]) -> list[Message]:
        last = {each.envelope.stream_id: each for each in found}
        newest = sorted(last.values(), key=lambda each: each.position)
        return [
            Message(topic, json_text(_change(each)), each.position)
            for each in newest
            for topic in self._topics
            if each.envelope.stream_id.startswith(TOPICS[topic])
        ]


def _change(event: RecordedEvent) -> JsonMap:
    envelope = event.envelope
    return {"id": envelope.stream_id, "version": envelope.version, "type": envelope.type}
