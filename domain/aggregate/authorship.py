"""In whose name something is written."""

from dataclasses import dataclass

from domain.aggregate.envelope import Actor
from domain.errors import WrongExpectedVersion


@dataclass(frozen=True, slots=True)
class Authorship:
    """Who writes: the tenant, the actor, and the W3C trace context that the request came with.

    `seen` is a stream and the version that they saw: nothing may have happened to it since.
    """

    tenant_id: str
    actor: Actor
    traceparent: str | None = None
    seen: tuple[str, int] | None = None

    def require_seen(self, stream_id: str, version: int) -> None:
        """Raise `WrongExpectedVersion` where they have seen another version of the stream."""
        seen_id, seen = self.seen or (None, version)
        if seen_id == stream_id and seen != version:
            raise WrongExpectedVersion(stream_id, expected=seen, actual=version)
