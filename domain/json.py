"""JSON values."""

from pydantic import JsonValue

JsonMap = dict[str, JsonValue]
"""A JSON object."""
