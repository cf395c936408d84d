"""The sources that tools may ask: each for its tenants, with its secrets while it is asked."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self, TypeVar

from adapters.sources.source import Source, SqlSource, WebSource
from domain.redaction.secrets import OpenedSecrets, Secrets, UnknownSecret
from domain.tools.confidential import without_values
from domain.tools.contracts import ToolErrorCode, ToolFailure, ToolResult

S = TypeVar("S", bound=Source)


class Opened:
    """A source with the values of its secrets: the `password` of its URL, its `headers`."""

    def __init__(self, source: Source, secrets: Secrets) -> None:
        """Look up each secret. Raises `UnknownSecret`."""
        named = dict[str, Any]()
        if isinstance(source, WebSource):
            named = {name: value.split(" ") for name, value in source.headers.items()}
        if isinstance(source, SqlSource) and source.password is not None:
            named = {"password": [source.password]}
        self._secrets = OpenedSecrets(named, secrets)
        words: Mapping[str, Any] = self._secrets.params
        self.values = {name: " ".join(each) for name, each in words.items()}

    def closed(self, result: ToolResult) -> ToolResult:
        """Return what was answered, without the secrets."""
        return without_values(result, self._secrets)

    def failure(self, error: Exception) -> ToolFailure:
        """Return the failure that says this, without the secrets."""
        if not isinstance(error, ToolFailure):
            error = ToolFailure(ToolErrorCode.INTERNAL_ERROR, f"{type(error).__name__}: {error}")
        said: Any = self._secrets.closed([str(error), error.details])
        return ToolFailure(error.code, said[0], details=said[1])


class Sources:
    """The named sources; one that a tenant may not use is unknown to that tenant."""

    def __init__(self, sources: Iterable[Source], secrets: Secrets) -> None:
        self._sources, self._secrets = tuple(sources), secrets

    @classmethod
    def of_file(cls, path: Path | None, secrets: Secrets) -> Self:
        """Return those of a file; None where there is none. Raises `WrongSourcesFile`."""
        if path is None:
            return cls((), secrets)
        from adapters.sources.file import read_sources  # noqa: PLC0415 - few have a file

        return cls(read_sources(path), secrets)

    def of(self, tenant_id: str) -> list[Source]:
        """Return those that the tenant may use."""
        return [each for each in self._sources if tenant_id in (each.tenants or (tenant_id,))]

    def named(self, tenant_id: str, name: str, kind: type[S]) -> S:
        """Return the tenant's source of this kind. Raises `ToolFailure` (DATA_NOT_FOUND)."""
        known = {each.name: each for each in self.of(tenant_id) if isinstance(each, kind)}
        if name in known:
            return known[name]
        message = f"there is no {kind.KIND} source {name!r}; known: {', '.join(known) or 'none'}"
        details: dict[str, Any] = {"searched": name, "suggestions": [*known]}
        raise ToolFailure(ToolErrorCode.DATA_NOT_FOUND, message, details=details)

    @contextmanager
    def opened(self, source: Source) -> Iterator[Opened]:
        """Give the source with its secrets; whatever fails in the block says none of them.

        Raises `ToolFailure`.
        """
        try:
            opened = Opened(source, self._secrets)
        except UnknownSecret as error:
            message = f"source {source.name}: {error}"
            raise ToolFailure(ToolErrorCode.AUTH_FAILED, message) from error
        try:
            yield opened
        except Exception as error:  # noqa: BLE001 - whatever a driver raises may quote a secret
            raise opened.failure(error) from None
