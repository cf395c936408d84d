"""Changes of a fork that are written as paths: of the plan, of parameters, of assets."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from pydantic import JsonValue

from domain.errors import Refused
from domain.json import JsonMap
from domain.run.facts import Patches, ResultPatch
from domain.values.json_text import check_json

_PARAMS: Final = "params"
_ASSETS: Final = "assets"


class NotAParameter(Refused):
    """A path that begins like that of a parameter names none."""

    def __init__(self, path: str) -> None:
        """Keep the path."""
        self.path = path
        super().__init__(f"{path!r} is no parameter; write params.CALL.NAME=VALUE")


def patches_of(changes: Iterable[JsonMap], results: Mapping[str, ResultPatch]) -> Patches:
    """Return the patches that changes and results by call make; a later change goes before.

    A change maps paths to new values. A path is of the plan, unless it is `params.CALL.NAME` or
    `assets.STAGE:TYPE`; the parts of both may stand in objects, too. Raises `NotAParameter`, and
    `BadJson` for what cannot be recorded.
    """
    plan: JsonMap = {}
    params: dict[str, JsonMap] = {}
    assets: dict[str, str] = {}
    for path, value in _pairs(changes):
        first, _, rest = path.partition(".")
        if first == _ASSETS and rest:
            assets[rest] = str(value)
        elif first == _PARAMS:
            call_id, name = _parameter(path)
            params.setdefault(call_id, {})[name] = value
        else:
            plan[path] = value
    return Patches(plan=plan, params=params, assets=assets, results=dict(results))


def _pairs(changes: Iterable[JsonMap]) -> Iterator[tuple[str, JsonValue]]:
    for change in changes:
        check_json(change, where="the patch")
        yield from _flat(change)


def _parameter(path: str) -> tuple[str, str]:
    call_id, _, name = path.partition(".")[2].rpartition(".")
    if not call_id or not name:
        raise NotAParameter(path)
    return call_id, name


def _flat(change: JsonMap) -> Iterator[tuple[str, JsonValue]]:
    """Yield what a change maps, with its params and assets as paths; plan parts stay as they are.

    Raises `NotAParameter` for a call whose parameters are no object.
    """
    for name, part in change.items():
        if name == _ASSETS and isinstance(part, dict):
            yield from ((f"{_ASSETS}.{key}", value) for key, value in part.items())
        elif name == _PARAMS and isinstance(part, dict):
            for call_id, given in part.items():
                path = f"{_PARAMS}.{call_id}"
                if not isinstance(given, dict):
                    raise NotAParameter(path)
                yield from ((f"{path}.{param}", value) for param, value in given.items())
        else:
            yield name, part
