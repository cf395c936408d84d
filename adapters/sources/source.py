"""What a sources file may say of each kind of source."""

import re
from collections.abc import Iterator
from typing import Annotated, ClassVar, Final, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from domain.redaction.marks import secret_named
from domain.values.fields import Name
from domain.values.limits import JSON_BYTES

Method = Annotated[str, Field(pattern="^(GET|POST|PUT|PATCH|DELETE)$")]
_CONFIDENTIAL: Final = re.compile(r"authorization|cookie|token|key|secret|password", re.IGNORECASE)
_HEADER: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
_OURS: Final = frozenset({"host", "content-length", "transfer-encoding", "idempotency-key"})


def _table(name: str) -> str:
    if not re.fullmatch(r"[^.\"\s]{1,63}(\.[^.\"\s]{1,63})?", name):
        message = f"a table is named NAME or SCHEMA.NAME, got {name!r}"
        raise ValueError(message)
    return name


class Source(BaseModel):
    """A source outside; without `tenants` every tenant may use it."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    KIND: ClassVar[str]

    name: Annotated[str, Field(pattern="^[a-z][a-z0-9_-]{0,63}$")]
    url: Annotated[str, Field(max_length=2000)]
    tenants: Annotated[tuple[Name, ...] | None, Field(min_length=1)] = None
    timeout_ms: Annotated[int, Field(ge=100, le=600_000)] = 10_000

    @model_validator(mode="after")
    def _fits(self) -> Self:
        for why in self._problems():
            raise ValueError(why)
        return self

    def _problems(self) -> Iterator[str]:
        """Yield what is wrong, each with its key."""
        try:
            urlsplit(self.url).port  # noqa: B018 - it is read only when it is asked for
        except ValueError as error:
            yield f"url: it is no URL: {error}"


class Table(BaseModel):
    """A table or view that may be read.

    Without `columns` all of it. With `tenant_column` only rows in which that holds the tenant.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    columns: Annotated[tuple[Name, ...] | None, Field(min_length=1)] = None
    tenant_column: Name | None = None


class SqlSource(Source):
    """A database: `sqlite:////path`, or `postgresql://user:secret:NAME@host/database`."""

    KIND = "sql"

    tables: Annotated[
        dict[Annotated[str, AfterValidator(_table)], Table], Field(min_length=1, max_length=1000)
    ]
    functions: tuple[Annotated[str, Field(pattern="^[a-z_][a-z0-9_]{0,62}$")], ...] = ()
    max_rows: Annotated[int, Field(ge=1, le=10_000)] = 1000
    max_bytes: Annotated[int, Field(ge=1000, le=JSON_BYTES)] = 4 << 20

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file of SQLite, else it is a PostgreSQL."""
        return self.url.startswith("sqlite:")

    @property
    def password(self) -> str | None:
        """The name of the secret that is the password, or None."""
        return urlsplit(self.url).password

    def _problems(self) -> Iterator[str]:
        yield from super()._problems()
        parts = urlsplit(self.url)
        if parts.scheme not in {"sqlite", "postgresql"}:
            yield "url: it begins with sqlite:// or postgresql://"
        if self.is_sqlite and not (self.url.startswith("sqlite:////") and not parts.query):
            yield "url: a file of SQLite is named by its whole path: sqlite:////path"
        if "password" in parts.query or (parts.password and not secret_named(parts.password)):
            yield "url: its password is named, not written: postgresql://user:secret:NAME@host"


class WebSource(Source):
    """A server that speaks HTTP. Only with `allow_private` it may be in a private network."""

    headers: Annotated[dict[str, str], Field(max_length=50)] = {}
    max_bytes: Annotated[int, Field(ge=1, le=JSON_BYTES)] = 1 << 20
    allow_private: bool = False
    ca_file: Annotated[str | None, Field(pattern="^/")] = None

    def _problems(self) -> Iterator[str]:
        yield from super()._problems()
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            yield "url: it begins with http:// or https:// and a host"
        if "@" in parts.netloc or parts.query or parts.fragment:
            yield "url: it is only scheme, host, port and path; credentials go into headers"
        for name, value in self.headers.items():
            if not _HEADER.fullmatch(name) or name.lower() in _OURS:
                yield f"headers: {name!r} is no header that can be given"
            if not value.isprintable() or not value.isascii():
                yield f"headers: {name} has a value that no header can have"
            if _CONFIDENTIAL.search(name) and not any(map(secret_named, value.split())):
                yield f"headers: {name} names a secret: secret:NAME"


class HttpSource(WebSource):
    """An API; what it redirects to is followed to its own host, and to `hosts` ("host:port")."""

    KIND = "http"

    hosts: tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9.:\[\]-]{1,253}$")], ...] = ()
    methods: Annotated[tuple[Method, ...], Field(min_length=1)] = ("GET",)


class PrometheusSource(WebSource):
    """A Prometheus server."""

    KIND = "prometheus"
