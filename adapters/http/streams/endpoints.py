"""The three streams as routes: each checks the reader, finds its place, and begins."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Query, Request

from adapters.http.streams.event_stream import EventStream, MayRead, event_stream
from adapters.http.streams.feeds import TOPICS, Changes, LogMessages, RunMessages
from adapters.http.streams.hub import Hub
from domain.operations.operation import InvalidParams, Scope
from domain.operations.watching import WATCH_RUN
from domain.ports import LogTail
from domain.services.reader import RunReader
from domain.services.run_feed import RunFeed

_MOST: Final = 2**63 - 1
_DESCRIBED: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "Server-sent events until the stream ends, or the reader goes away.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}
LastEventId = Annotated[
    str | None,
    Header(alias="Last-Event-ID", description="The id of the last event that the reader has."),
]
After = Annotated[
    int | None,
    Query(ge=0, le=_MOST, description="The same, for a reader that cannot send the header."),
]


@dataclass(frozen=True, slots=True)
class Admitted:
    """A reader: of which tenant, whom its streams count for, and whether it may go on reading."""

    tenant_id: str
    for_whom: str
    may_read: MayRead


Admit = Callable[[Request, Scope], Admitted]
"""Returns who asks. Raises what refuses them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Streams:
    """Where streams read, and who is admitted."""

    hub: Hub
    reader: RunReader
    tail: LogTail
    admit: Admit

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(tags=["streams"])
        for path, endpoint, name in (
            ("/runs/{run}/stream", self.run, "run_stream"),
            ("/log/stream", self.log, "log_stream"),
            ("/stream", self.changes, "changes_stream"),
        ):
            router.add_api_route(
                path,
                endpoint,
                operation_id=name,
                response_class=EventStream,
                responses=_DESCRIBED,
            )
        return router

    async def run(
        self, request: Request, run: str, last_event_id: LastEventId = None, after: After = None
    ) -> EventStream:
        """Follow a run: its events with their versions as ids, until it has ended."""
        who = self.admit(request, WATCH_RUN.scope)
        since = _since(last_event_id, after) or 0
        run_id = await self.hub.read(lambda: self.reader.resolve(who.tenant_id, run))
        ear = self.hub.listen(who.tenant_id, run_id, for_whom=who.for_whom)
        feed = RunFeed(self.reader.record, who.tenant_id, run_id, after=since)
        return await event_stream(self.hub, RunMessages(feed), ear, who.may_read)

    async def log(
        self, request: Request, last_event_id: LastEventId = None, after: After = None
    ) -> EventStream:
        """Follow the log: all events of the tenant with their positions as ids, from now on."""
        who = self.admit(request, Scope.AUDIT_READ)
        since = _since(last_event_id, after)
        ear = self.hub.listen(who.tenant_id, for_whom=who.for_whom)
        feed = LogMessages(self.tail, who.tenant_id, after=since)
        return await event_stream(self.hub, feed, ear, who.may_read)

    async def changes(
        self,
        request: Request,
        topics: Annotated[str, Query(description="Which, with commas between.")] = ",".join(
            TOPICS
        ),
        last_event_id: LastEventId = None,
        after: After = None,
    ) -> EventStream:
        """Hear that something of a topic has changed: its id, version and last event."""
        who = self.admit(request, Scope.RUNS_READ)
        since, chosen = _since(last_event_id, after), _topics(topics)
        ear = self.hub.listen(who.tenant_id, for_whom=who.for_whom)
        feed = Changes(self.tail, who.tenant_id, after=since, topics=chosen)
        return await event_stream(self.hub, feed, ear, who.may_read)


def _since(last_event_id: str | None, after: int | None) -> int | None:
    """Return where a reader goes on: what it got last counts more than where it began."""
    if last_event_id is None or last_event_id == "":
        return after
    if len(last_event_id) <= len(str(_MOST)) and re.fullmatch("[0-9]+", last_event_id):
        return int(last_event_id)
    raise InvalidParams([("Last-Event-ID", f"a whole number, got {last_event_id[:40]!r}")])


def _topics(text: str) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(text.split(",")))
    for each in chosen:
        if each not in TOPICS:
            raise InvalidParams([("topics", f"any of {', '.join(TOPICS)}, got {each[:40]!r}")])
    return chosen
