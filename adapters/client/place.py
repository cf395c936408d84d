"""Where the service is, and who asks there."""

from dataclasses import dataclass, field
from typing import Final

import httpx

from .calls import Asked

TIMEOUT_SECONDS: Final = 90.0
"""Longer than the service waits for the end of a run at most."""


@dataclass(frozen=True, slots=True)
class Place:
    """The URL of a service, such as `http://127.0.0.1:8321/v1`, and a key for it."""

    url: str
    key: str | None = field(default=None, repr=False)

    def request(self, asked: Asked, http: httpx.Client | httpx.AsyncClient) -> httpx.Request:
        """Return what the client of httpx is to send."""
        shown = {} if self.key is None else {"Authorization": f"Bearer {self.key}"}
        return http.build_request(
            asked.method,
            self.url.rstrip("/") + asked.path,
            params=asked.query,
            content=asked.content,
            headers={**shown, **asked.headers},
        )
