"""Reading the file of sources, checked field by field before anything is asked of them."""

import tomllib
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from adapters.sources.source import HttpSource, PrometheusSource, Source, SqlSource
from domain.errors import Refused
from domain.tools.invalid_params import problems_of

_KINDS: Final[dict[str, type[Source]]] = {
    each.KIND: each for each in (SqlSource, HttpSource, PrometheusSource)
}
_MOST_BYTES: Final = 1 << 20


class WrongSourcesFile(Refused):
    """The file of sources cannot be read, or says something that is not allowed."""

    def __init__(self, path: Path, *, why: str) -> None:
        self.path, self.why = path, why
        super().__init__(f"OPSTRAIL_SOURCES_FILE: {path}: {why}")


def read_sources(path: Path) -> list[Source]:
    """Return the sources of the file, in its order. Raises `WrongSourcesFile`."""
    try:
        return [_source(name, said) for name, said in _said_in(path).items()]
    except OSError as error:
        raise WrongSourcesFile(path, why=str(error.strerror)) from error
    except ValueError as error:
        raise WrongSourcesFile(path, why=str(error)) from error


def _said_in(path: Path) -> dict[str, Any]:
    if path.exists() and not path.is_file():
        message = "it is no regular file"
        raise ValueError(message)
    with path.open("rb") as file:
        content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        message = f"it has more than {_MOST_BYTES:,} bytes"
        raise ValueError(message)
    said = tomllib.loads(content.decode())
    sources = said.pop("sources", {})
    if said or not isinstance(sources, dict):
        message = f"it holds [sources.NAME] only, got {next(iter(said), 'sources')}"
        raise ValueError(message)
    return sources


def _source(name: str, said: object) -> Source:
    """Return the source. Raises `ValueError`, which names the key and what is allowed."""
    kind = said.get("kind") if isinstance(said, dict) else None
    if not isinstance(said, dict) or not isinstance(kind, str) or kind not in _KINDS:
        message = f"sources.{name}.kind: it is one of {', '.join(_KINDS)}, got {kind!r}"
        raise ValueError(message)
    given = {key: value for key, value in said.items() if key != "kind"}
    try:
        return _KINDS[kind].model_validate({**given, "name": name})
    except ValidationError as error:
        field, _, why = problems_of(error)[0]
        message = f"sources.{name}.{why if field == 'value' else f'{field}: {why}'}"
        raise ValueError(message) from error
