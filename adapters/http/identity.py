"""Who asks: whoever shows a key, or a browser that is logged in with one; or a single user."""

import asyncio
import re
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request

from adapters.http.pace import Pace
from adapters.http.problems import HttpProblem
from domain.identity.allowed import allowed
from domain.identity.asking import Asking
from domain.identity.principal import Principal
from domain.identity.rights import Scope
from domain.operations.auditing import Asked, denial_of, note_read, require_allowed
from domain.operations.operation import Caller, Operation
from domain.operations.services import Services
from domain.services.keys import Keys
from domain.services.sessions import Sessions
from domain.writer import Authorship

COOKIE: Final = "__Host-opstrail"
OWN_HEADER: Final = "Opstrail-Request"
"""What a browser sends with what changes something: no other site's page can."""
SECURITY: Final = {
    "key": {"type": "http", "scheme": "bearer", "description": "A key: `ops_<id>_<secret>`."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": f"What changes something needs the header `{OWN_HEADER}`, too.",
    },
}
"""How OpenAPI describes who asks."""
_SAFE: Final = frozenset({"GET", "HEAD"})
_BEARER: Final = re.compile("[Bb]earer +([^ ]+) *")
_TRACEPARENT: Final = re.compile(
    "(?!ff)[0-9a-f]{2}-((?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2})(-.*)?"
)
"""See https://www.w3.org/TR/trace-context/: of later versions the beginning counts."""


@dataclass(frozen=True, slots=True)
class Users:
    """Says who asks; as long as there is no key, the owner is whoever shows none."""

    keys: Keys
    sessions: Sessions
    owner: Principal | None = None

    def principal_of(self, request: Request) -> Principal:
        """Return who asks; it blocks. Raises `HttpProblem` where it is not known.

        A key is read anew for each request.
        """
        shown, token = request.headers.get("authorization"), request.cookies.get(COOKIE)
        if shown is not None:
            bearer = _BEARER.fullmatch(shown)
            who = self.keys.principal_of(bearer[1]) if bearer else None
        elif token is not None:
            require_own_page(request)
            who = self.sessions.principal_of(token)
        elif self.owner is None or self.keys.has_any():
            raise _key_missing()
        else:
            who = self.owner
        if who is None:
            raise key_refused()
        return who


@dataclass(frozen=True, slots=True)
class Door:
    """Lets in who may, and knows from where they ask."""

    have: Services
    users: Users
    pace: Pace

    def caller(self, request: Request, operation: Operation[Any, Any]) -> Caller:
        """Return who asks, of whose tenant; it blocks. Raises `HttpProblem`, `Denied`.

        What they ask for is put on record when it is done, and a denial at once.
        """
        asked = Asked.at_door(operation.name, operation.scope, request.path_params)
        return _caller(request, self._let_in(request, asked))

    def reader(self, request: Request, name: str, scope: Scope) -> Caller:
        """Return who asks for a stream, which is put on record; it blocks. See `caller`."""
        asked = Asked.at_door(name, scope, request.path_params)
        asking = self._let_in(request, asked)
        note_read(self.have, asked, asking)
        return _caller(request, asking)

    def why_not(self, request: Request, scope: Scope) -> str | None:
        """Return why who was let in may not read on, None if they may; it blocks."""
        try:
            who = self.users.principal_of(request)
        except HttpProblem as refused:
            return str(refused)
        denial = allowed(who, scope, who.tenant_id)
        return None if denial is None else denial.sentence

    def asking(self, request: Request) -> Asking:
        """Return who asks, from where, and count it; it blocks. Raises `HttpProblem`."""
        who = self.users.principal_of(request)
        asking = asking_from(request, who)
        request.state.asking = asking
        self.pace.require(who)
        return asking

    def _let_in(self, request: Request, asked: Asked) -> Asking:
        asking = self.asking(request)
        if denial_of(asked, asking) is not None:  # else an event loop would be made for nothing
            asyncio.run(require_allowed(self.have, asked, asking))
        return asking


def asking_from(request: Request, who: Principal) -> Asking:
    """Return where somebody asks from."""
    return Asking(
        principal=who,
        face="http",
        records_reads=True,
        address=request.client.host if request.client else None,
        request_id=request.state.request_id,
    )


def require_own_page(request: Request) -> None:
    """Raise `HttpProblem` for what changes something and may be of another site's page."""
    if request.method not in _SAFE and OWN_HEADER not in request.headers:
        detail = f"with a session, {request.method} needs the header {OWN_HEADER}"
        raise HttpProblem(403, "header-missing", detail)


def _caller(request: Request, asking: Asking) -> Caller:
    given = _TRACEPARENT.fullmatch(request.headers.get("traceparent", ""))
    trace = None if given is None else f"00-{given[1]}"
    by = Authorship(asking.principal.tenant_id, asking.actor, trace)
    return Caller(by, asking=asking)


def _key_missing() -> HttpProblem:
    detail = "send a key, ops_..., in the header Authorization, after the word Bearer"
    return _nobody("key-missing", detail)


def key_refused() -> HttpProblem:
    """Return the same for what is no key, for one that has expired, and for one revoked."""
    return _nobody("key-refused", "the key or the session is none, or of no use any more")


def _nobody(code: str, detail: str) -> HttpProblem:
    return HttpProblem(401, code, detail, headers={"WWW-Authenticate": "Bearer"})
