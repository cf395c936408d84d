"""Whoever asks an HTTP application, without a network: each request is awaited to its end."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace

import httpx
from starlette.types import ASGIApp

BASE = "http://localhost"
WHOLE = ("/v1", "/healthz", "/readyz", "/metrics")


@dataclass(frozen=True, slots=True)
class Client:
    """Asks for paths below `/v1`, and for whole ones."""

    app: ASGIApp
    runner: asyncio.Runner
    sends: Mapping[str, str] = field(default_factory=dict)

    def sending(self, **headers: str) -> "Client":
        """Return one that sends these headers with each request; `_` stands for `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, sends=named)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        return self.ask("GET", path, headers=headers)

    def post(
        self,
        path: str,
        json: object = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | AsyncIterator[bytes] | None = None,
    ) -> httpx.Response:
        return self.ask("POST", path, json=json, headers=headers, content=content)

    def ask(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | AsyncIterator[bytes] | None = None,
    ) -> httpx.Response:
        url = path if path.startswith(WHOLE) else f"/v1{path}"

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
                told = {**self.sends, **(headers or {})}
                sent = {name.encode(): value.encode("latin-1") for name, value in told.items()}
                return await client.request(method, url, json=json, headers=sent, content=content)

        return self.runner.run(asked())
