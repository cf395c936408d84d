"""The key by which a request that comes again is known: the caller's name for it, and a digest."""

from hashlib import sha256

from msgspec import UNSET, structs

from domain.ports import IdempotencyKey
from domain.run.aggregate import RUN
from domain.run.events import RunEvent, RunRequested


def request_key(requested: RunEvent) -> IdempotencyKey | None:
    """Return the key that came with a request, if one did."""
    if not isinstance(requested, RunRequested) or requested.idempotency_key is None:
        return None
    # Not with what is the service's own: the same request is the same after an update, too.
    options = structs.replace(requested.options, replanning=UNSET, edition=UNSET)
    _, _, content = RUN.encode(structs.replace(requested, options=options, engine_version=None))
    return IdempotencyKey(requested.idempotency_key, sha256(content.encode()).digest())
