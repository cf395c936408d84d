"""The difference of two JSON values as a JSON Patch (RFC 6902)."""

import jsonpatch
from pydantic import JsonValue

from domain.json import JsonMap


def json_patch(before: JsonValue, after: JsonValue) -> list[JsonMap]:
    """Return the operations that turn one value into the other; none when they are equal."""
    operations: list[JsonMap] = jsonpatch.make_patch(before, after).patch
    return operations


def json_changes(before: JsonValue, after: JsonValue) -> list[JsonMap]:
    """Return the same for people: nothing is moved, and `was` is what was there before."""
    changes, was = list[JsonMap](), dict[str, JsonValue]()
    for each in jsonpatch.JsonPatch.from_diff(
        before, after, optimization=False, generate_test_ops=True
    ).patch:
        if each["op"] == "test":
            was = {"was": each["value"]}
        else:
            changes.append({**each, **was})
            was = {}
    return changes
