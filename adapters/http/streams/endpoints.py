"""The three streams at their routes: each knows who asks, finds its place, and begins."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from adapters.http.hub import Hub
from adapters.http.identity import Door
from adapters.http.problems import problem_of
from adapters.http.streams.event_stream import MayRead, event_stream
from adapters.http.streams.feeds import TOPICS, Changes, LogMessages, RunMessages
from domain.operations.operation import Caller, InvalidParams, Scope
from domain.operations.watching import WATCH_RUN
from domain.ports import LogTail
from domain.services.reader import RunReader
from domain.services.run_feed import RunFeed

Answer = Callable[[Request], Awaitable[Response]]
Begin = Callable[[Request, Caller, MayRead], Awaitable[Response]]

_LAST: Final = "Last-Event-ID"
_MOST: Final = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Streams:
    """Where streams read, and who may ask for them."""

    hub: Hub
    reader: RunReader
    tail: LogTail
    door: Door

    @property
    def by_path(self) -> Mapping[str, Answer]:
        """What answers each path."""
        return {
            "/runs/{run}/stream": self._answering(self.run, WATCH_RUN.name, WATCH_RUN.scope),
            "/log/stream": self._answering(self.log, "log.stream", Scope.AUDIT_READ),
            "/stream": self._answering(self.changes, "changes.stream", Scope.RUNS_READ),
        }

    async def run(self, request: Request, caller: Caller, may_read: MayRead) -> Response:
        """Follow a run: its events with their versions as ids, until it has ended."""
        tenant_id, run_id = caller.tenant_id, request.state.run_id
        ear = self.hub.listen(tenant_id, run_id, for_whom=caller.by.actor.id)
        feed = RunFeed(self.reader.record, tenant_id, run_id, after=_since(request) or 0)
        return await event_stream(self.hub, RunMessages(feed), ear, may_read)

    async def log(self, request: Request, caller: Caller, may_read: MayRead) -> Response:
        """Follow the log: all events of the tenant with their positions as ids, from now on."""
        since = _since(request)
        ear = self.hub.listen(caller.tenant_id, for_whom=caller.by.actor.id)
        feed = LogMessages(self.tail, caller.tenant_id, after=since)
        return await event_stream(self.hub, feed, ear, may_read)

    async def changes(self, request: Request, caller: Caller, may_read: MayRead) -> Response:
        """Hear that something of a topic has changed: its id, version and last event."""
        since, chosen = _since(request, ("after", "topics")), _topics(request)
        ear = self.hub.listen(caller.tenant_id, for_whom=caller.by.actor.id)
        feed = Changes(self.tail, caller.tenant_id, after=since, topics=chosen)
        return await event_stream(self.hub, feed, ear, may_read)

    def _answering(self, begin: Begin, name: str, scope: Scope) -> Answer:
        async def answer(request: Request) -> Response:
            try:
                caller = await self.hub.read(partial(self._let_in, request, name, scope))
                return await begin(request, caller, partial(self.door.why_not, request, scope))
            except Exception as error:  # noqa: BLE001 - the border: every error is a document
                last = {_LAST: request.headers.get(_LAST)}
                given = {**request.path_params, **request.query_params, **last}
                return problem_of(error, request.state.request_id, given=given)

        return answer

    def _let_in(self, request: Request, name: str, scope: Scope) -> Caller:
        """Return who asks, and find the run that the path names; it blocks."""
        caller = self.door.reader(request, name, scope)
        if "run" in request.path_params:
            run = request.path_params["run"]
            request.state.run_id = self.reader.resolve(caller.tenant_id, run)
        return caller


def _since(request: Request, known: Sequence[str] = ("after",)) -> int | None:
    """Return where the reader goes on: what it got last counts more than where it began."""
    query = request.query_params
    odd = [each for each in query if each not in known or len(query.getlist(each)) > 1]
    if odd:
        known_here = f"give each of {', '.join(known)} once at most"
        raise InvalidParams([(each, known_here) for each in odd])
    after = _place("after", query.get("after"))
    last = _place(_LAST, request.headers.get(_LAST) or None)
    return after if last is None else last


def _place(name: str, given: str | None) -> int | None:
    if given is None:
        return None
    if re.fullmatch("[0-9]{1,19}", given) and int(given) <= _MOST:
        return int(given)
    raise InvalidParams([(name, f"a whole number from 0 to {_MOST}, got {given[:40]!r}")])


def _topics(request: Request) -> tuple[str, ...]:
    chosen = request.query_params.get("topics", ",".join(TOPICS)).split(",")
    for each in chosen:
        if each not in TOPICS:
            raise InvalidParams([("topics", f"any of {', '.join(TOPICS)}, got {each[:40]!r}")])
    return tuple(dict.fromkeys(chosen))
