"""Where two JSON values differ."""

from collections.abc import Iterator
from typing import Any


def differing_pointers(one: Any, other: Any) -> list[str]:  # noqa: ANN401 - any JSON
    """Return the JSON pointers (RFC 6901) of the places that differ, in the order of the values.

    A place that only one of the two has is such a place; the whole value is "".
    """
    return list(_differing("", one, other))


def value_at(value: Any, pointer: str) -> Any:  # noqa: ANN401 - any JSON
    """Return what stands at a JSON pointer, or None where there is nothing."""
    for token in pointer.split("/")[1:]:
        value = _child(value, unescaped(token))
    return value


def escaped(key: str) -> str:
    """Return a key as it stands in a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def unescaped(token: str) -> str:
    """Return the key that a token of a JSON pointer stands for."""
    return token.replace("~1", "/").replace("~0", "~")


def _differing(pointer: str, one: Any, other: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    if isinstance(one, dict) and isinstance(other, dict):
        for key in [*one, *(key for key in other if key not in one)]:
            if key in one and key in other:
                yield from _differing(f"{pointer}/{escaped(key)}", one[key], other[key])
            else:
                yield f"{pointer}/{escaped(key)}"
    elif isinstance(one, list) and isinstance(other, list):
        shared = min(len(one), len(other))
        for index in range(shared):
            yield from _differing(f"{pointer}/{index}", one[index], other[index])
        yield from (f"{pointer}/{index}" for index in range(shared, max(len(one), len(other))))
    elif not _is_same_leaf(one, other):
        yield pointer


def _is_same_leaf(one: Any, other: Any) -> bool:  # noqa: ANN401 - any JSON
    # For Python true is 1, for JSON it is not.
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _child(value: Any, token: str) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return value.get(token)
    if isinstance(value, list) and token.isdecimal() and int(token) < len(value):
        return value[int(token)]
    return None
