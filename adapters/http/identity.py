"""Who asks: so far whoever reaches a server that only this machine reaches."""

import re
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

from domain.aggregate.envelope import Actor
from domain.operations.operation import Caller
from domain.writer import Authorship

_TRACEPARENT: Final = re.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


@dataclass(frozen=True, slots=True)
class SingleUser:
    """The one who asks, and the tenant whose runs they see."""

    tenant_id: str
    name: str

    def caller(self, request: Request) -> Caller:
        """Return who asks."""
        given = request.headers.get("traceparent", "")
        trace = given if _TRACEPARENT.fullmatch(given) else None
        return Caller(Authorship(self.tenant_id, Actor("person", self.name), trace))
