"""Operations as methods."""

from collections.abc import Callable
from typing import Any, Final

from .calls import How, route_of

_OF_HOW: Final = ("wait", "if_version")

Do = Callable[[str, dict[str, Any], How], Any]
"""Does an operation with these params, in this way."""


class Group:
    """The operations whose names begin alike, such as `run`: each is a method."""

    def __init__(self, name: str, do: Do, follow: Callable[[str, dict[str, Any]], Any]) -> None:
        self._name, self._do, self._follow = name, do, follow

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        """Return what asks for the operation. Raises `AttributeError`."""
        name = f"{self._name}.{verb.rstrip('_')}"
        try:
            route = route_of(name)
        except TypeError as error:
            raise AttributeError(*error.args) from error

        def ask(*in_path: object, **given: object) -> Any:  # noqa: ANN401 - the stub says what
            params = {**dict(zip(route.in_path, in_path, strict=False)), **given}
            if route.is_stream:
                return self._follow(name, params)
            how: dict[str, Any] = {key: params.pop(key, None) for key in _OF_HOW}
            return self._do(name, params, How(**how))

        return ask


class Groups:
    """Has a group for each way in which the names of operations begin."""

    def __getattr__(self, name: str) -> Group:
        """Return the group; that nothing of it is there is told by what is asked of it."""
        if name.startswith("_"):
            raise AttributeError(name)
        return Group(name, self._do, self._follow)

    def _do(self, name: str, given: dict[str, Any], how: How) -> Any:  # noqa: ANN401 - JSON
        raise NotImplementedError

    def _follow(self, name: str, given: dict[str, Any]) -> Any:  # noqa: ANN401 - an iterator
        raise NotImplementedError
