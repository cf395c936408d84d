"""A golden run: a run that was pinned by a name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from domain.errors import Refused
from domain.json import JsonMap
from domain.replay.golden.trial import status_of
from domain.run.events import GoldenPinned, HistoryEntry
from domain.run.run import golden_after
from domain.run.summary import summarise

_NAME: Final = re.compile(r"\w[\w./-]{0,99}")


class InvalidGoldenName(Refused):
    """A text cannot be the name of a golden run."""

    def __init__(self, name: str) -> None:
        """Keep the name."""
        self.name = name
        super().__init__(
            f"{name!r} cannot be the name of a golden run: up to 100 letters, digits, and"
            " _ . / - are allowed, the first a letter, a digit or _"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Golden:
    """A pinned run.

    `thresholds` are those that were given. `position` is where the log says that it was pinned.
    """

    name: str
    tenant_id: str
    run_id: str
    question: str
    status: str
    pinned_at: str
    pinned_by: str
    thresholds: JsonMap
    position: int


def check_name(name: str) -> None:
    """Raise `InvalidGoldenName` unless a golden run can have this name."""
    if not _NAME.fullmatch(name):
        raise InvalidGoldenName(name)


def golden_of(history: Sequence[HistoryEntry]) -> Golden | None:
    """Return the golden run that has this history, None when it is not pinned."""
    pinned, name = None, None
    for entry in history:
        name = golden_after(name, entry.event)
        if isinstance(entry.event, GoldenPinned):
            pinned = entry, entry.event
    summary = summarise(history)
    if name is None or pinned is None or summary is None:
        return None
    entry, event = pinned
    return Golden(
        name=name,
        tenant_id=summary.tenant_id,
        run_id=summary.run_id,
        question=summary.question,
        status=status_of(summary),
        pinned_at=entry.envelope.recorded_at,
        pinned_by=f"{entry.envelope.actor.kind} {entry.envelope.actor.id}",
        thresholds=event.thresholds,
        position=entry.position,
    )
