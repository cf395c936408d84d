"""Who asks, and whether they may: so far whoever sits at the machine, in a mode that says so."""

import re
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

from adapters.http.problems import HttpProblem
from domain.aggregate.envelope import Actor
from domain.identity.allowed import allowed
from domain.identity.principal import Principal
from domain.identity.rights import Scope
from domain.operations.operation import Caller
from domain.writer import Authorship

_TRACEPARENT: Final = re.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


@dataclass(frozen=True, slots=True)
class SingleUser:
    """Takes every request for one of the same principal."""

    principal: Principal

    def caller(self, request: Request, scope: Scope) -> Caller:
        """Return who asks, of whose tenant. Raises `HttpProblem` when they may not."""
        denial = allowed(self.principal, scope, self.principal.tenant_id)
        if denial is not None:
            raise HttpProblem(403, denial.code, denial.sentence)
        given = request.headers.get("traceparent", "")
        trace = given if _TRACEPARENT.fullmatch(given) else None
        author = Actor("person", self.principal.id)
        return Caller(Authorship(self.principal.tenant_id, author, trace))
