"""Webhooks with a Standard Webhooks signature: see https://www.standardwebhooks.com."""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

import orjson
from pydantic import Field, ValidationError

from adapters.sources.exchange import Request, ask
from adapters.sources.source import WebSource
from adapters.sources.sources import Sources
from domain.aggregate.envelope import RecordedEvent
from domain.errors import Refused
from domain.ports import Clock
from domain.redaction.secrets import Secrets
from domain.services.deliveries import KINDS, Target
from domain.tools.invalid_params import problems_of
from domain.views.delivery import Letter

_PREFIX: Final = "whsec_"
_LEAST_BYTES: Final = 24
_TOLD: Final = ("error", "stage", "expires_at", "name", "candidate_run_id", "rules")
"""What of an event is told as it is; of calls that wait, not what they are called with."""
_OF_CALLS: Final = ("call_id", "tool", "operation", "label", "why")


class WrongDelivery(Refused):
    """What a configuration says of a target is not allowed."""

    def __init__(self, target: object, *, why: str) -> None:
        self.target, self.why = target, why
        super().__init__(f"delivery {target}: {why}")


class Webhook(WebSource):
    """A server that hears of events; its `secret` is named, and signs what is sent."""

    KIND = "webhook"

    secret: Annotated[str, Field(pattern="^[a-z][a-z0-9_-]{0,63}$")]
    events: Annotated[
        tuple[Literal["run.failed", "approval.needed", "golden.broke"], ...], Field(min_length=1)
    ]
    # Shorter than a process holds a target: nobody else sends the same meanwhile.
    timeout_ms: Annotated[int, Field(ge=100, le=5000)] = 5000


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends to one webhook what is signed with the key."""

    source: Webhook
    key: bytes
    secrets: Secrets
    clock: Clock

    async def send(self, letter: Letter, event: RecordedEvent) -> None:
        """See `Target`. Raises `ToolFailure`."""
        content = body_of(letter.kind, event)
        at = int(self.clock.now().timestamp())
        headers = {"Content-Type": "application/json"}
        headers |= signed(letter.event_id, at, content, key=self.key)
        request = Request(method="POST", headers=headers, content=content)
        with Sources((), self.secrets).opened(self.source) as opened:
            await ask(self.source, opened, request)


def webhooks(said: object, secrets: Secrets, clock: Clock) -> list[Target]:
    """Return the targets of `[[delivery]]`. Raises `WrongDelivery`."""
    if not (isinstance(said, list) and all(isinstance(each, dict) for each in said)):
        raise WrongDelivery(1, why="it is one of a list of tables: [[delivery]]")
    found = dict[str, Target]()
    for place, each in enumerate(said, start=1):
        try:
            source = Webhook.model_validate({"events": [*KINDS], **each})
        except ValidationError as error:
            field, _, why = problems_of(error)[0]
            raise WrongDelivery(place, why=f"{field}: {why}") from error
        if source.name in found:
            raise WrongDelivery(place, why=f"name: another one is called {source.name}, too")
        sender = Sender(source, _key(source, secrets), secrets, clock)
        found[source.name] = Target(source.name, source.events, source.tenants, sender.send)
    return [*found.values()]


def body_of(kind: str, event: RecordedEvent) -> bytes:
    """Return what is told of an event: which one it is, and what went wrong or is waited for."""
    envelope, data = event.envelope, orjson.loads(event.envelope.data)
    told: dict[str, Any] = {name: data[name] for name in _TOLD if name in data}
    if "calls" in data:
        told["calls"] = [{name: call[name] for name in _OF_CALLS} for call in data["calls"]]
    told |= {"tenant_id": envelope.tenant_id, "run_id": envelope.stream_id}
    told |= {"version": envelope.version, "event_id": envelope.event_id}
    return orjson.dumps({"type": kind, "timestamp": envelope.recorded_at, "data": told})


def signed(message_id: str, at: int, content: bytes, *, key: bytes) -> dict[str, str]:
    """Return the headers that say which message it is, and that it is of who knows the key."""
    seal = hmac.digest(key, f"{message_id}.{at}.".encode() + content, hashlib.sha256)
    signature = f"v1,{base64.b64encode(seal).decode()}"
    of = {"webhook-id": message_id, "webhook-timestamp": str(at)}
    return {**of, "webhook-signature": signature}


def _key(source: Webhook, secrets: Secrets) -> bytes:
    value = secrets.value(source.secret)
    if value is None:
        why = f"secret {source.secret} has no value: {secrets.places(source.secret)}"
        raise WrongDelivery(source.name, why=why)
    try:
        key = base64.b64decode(value.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if not value.startswith(_PREFIX) or len(key) < _LEAST_BYTES:
        why = f"secret {source.secret} is {_PREFIX} and {_LEAST_BYTES} bytes or more in base64"
        raise WrongDelivery(source.name, why=why)
    return key
