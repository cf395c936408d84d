"""The difference of two JSON values as a JSON Patch (RFC 6902)."""

import jsonpatch
from pydantic import JsonValue

from domain.json import JsonMap


def json_patch(before: JsonValue, after: JsonValue) -> list[JsonMap]:
    """Return the operations that turn one value into the other; none when they are equal."""
    operations: list[JsonMap] = jsonpatch.make_patch(before, after).patch
    return operations
