"""References: the records and queries that an answer is based on."""

import json
from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue


class Reference(BaseModel):
    """One piece of evidence.

    It is a record (`row`), a computed query (`query`), a document, an event of a run, or a call
    of it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    id: str
    kind: Literal["row", "query", "document", "event", "call"]
    title: str
    snippet: str | None = None
    url: str | None = None
    payload: dict[str, JsonValue] = {}


def unique_references(references: Iterable[dict[str, JsonValue]]) -> list[dict[str, JsonValue]]:
    """Return the references once each, in order of first appearance.

    The same id, else the same url, else the same content makes two references the same.
    """
    seen: dict[str, dict[str, JsonValue]] = {}
    for reference in references:
        seen.setdefault(_identity(reference), reference)
    return list(seen.values())


def _identity(reference: dict[str, JsonValue]) -> str:
    for key in ("id", "url"):
        value = reference.get(key)
        if value:
            return f"{key}:{value}"
    return json.dumps(reference, sort_keys=True, default=str)
