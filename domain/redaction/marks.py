"""The marks that stand for what was removed, and the names that stand for secrets.

A mark is `[redacted:password]`: it names the pattern, and says nothing of the value. The name of
a secret, `secret:ERP_PASSWORD`, may stand in params: its value is looked up when the call is made.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from pydantic import JsonValue

from domain.errors import Refused
from domain.json import JsonMap

MARK_BEGINS: Final = "[redacted:"
_MARK: Final = re.compile(r"\[redacted:[a-z0-9_-]{1,40}\]")
_SECRET: Final = re.compile(r"secret:([A-Za-z][A-Za-z0-9_-]{0,63})")
_WITH_MARK: Final = re.compile(
    r"(?:\b(?:with|using|and|by) )?(?:\b[\w-]{1,60}[\"']? ?[:=] ?)?(?:\b(?:bearer|basic) )?"
    r"[^\s\[]{0,300}\[redacted:[a-z0-9_-]{1,40}\]\S{0,300}",
    re.IGNORECASE,
)


def mark_of(pattern: str) -> str:
    """Return what stands in the place of a value that this pattern removed."""
    return f"{MARK_BEGINS}{pattern}]"


def secret_named(text: str) -> str | None:
    """Return the name of the secret that the whole text stands for, or None."""
    found = _SECRET.fullmatch(text)
    return found[1] if found else None


def without_marks(question: str) -> str:
    """Return a question without what was removed from it, and the words that only led there."""
    return " ".join(_WITH_MARK.sub(" ", question).split()) if MARK_BEGINS in question else question


def removed_in(params: JsonMap) -> Iterator[tuple[str, str]]:
    """Yield the dotted place and the mark of each value that was removed from params."""
    for where, text in texts_in(params):
        for found in _MARK.finditer(text):
            yield where, found[0]


def texts_in(value: JsonValue, where: str = "") -> Iterator[tuple[str, str]]:
    """Yield the dotted place of each text in JSON, and the text."""
    parts: Iterable[tuple[object, JsonValue]] = ()
    match value:
        case str():
            yield where, value
        case dict():
            parts = value.items()
        case list():
            parts = enumerate(value)
        case _:
            pass
    for name, part in parts:
        yield from texts_in(part, f"{where}.{name}" if where else str(name))


class RemovedValue(Refused):
    """A call cannot be made: a value that it needs was removed before it was recorded."""

    def __init__(self, call_id: str, *, where: str, mark: str) -> None:
        self.call_id, self.where, self.mark = call_id, where, mark
        name = where.partition(".")[0]
        super().__init__(
            f"call {call_id} needs the value of {where}, which was removed before it was recorded"
            f" ({mark}); name a secret in its place with the patch"
            f" params.{call_id}.{name}=secret:NAME"
        )


def require_complete(call_id: str, params: JsonMap) -> None:
    """Raise `RemovedValue` when a value of the params was removed."""
    if MARK_BEGINS not in repr(params):  # nearly always, and a run has many calls
        return
    for where, mark in removed_in(params):
        raise RemovedValue(call_id, where=where, mark=mark)
