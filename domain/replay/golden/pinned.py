"""A golden run: a run that was pinned by a name, with thresholds."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import ValidationError

from domain.errors import Refused
from domain.replay.golden.trial import status_of
from domain.replay.record.recording import request_of
from domain.run.events import HistoryEntry
from domain.run.note_events import GoldenPinned
from domain.run.run import golden_after
from domain.run.summary import summary_of
from domain.tools.invalid_params import describe_invalid
from domain.views.golden import Golden, Thresholds

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


class InvalidThreshold(Refused):
    """A threshold is unknown, or its value is not allowed."""

    def __init__(self, why: str) -> None:
        """Keep the reason, which names the threshold."""
        self.why = why
        super().__init__(f"{why}; thresholds are: {', '.join(Thresholds.model_fields)}")


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
    if name is None or pinned is None:
        return None
    entry, event = pinned
    summary = summary_of(history[: entry.envelope.version])
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
        version=entry.envelope.version,
        is_wrong=event.is_wrong is True,
        engine_version=request_of(history).engine_version,
    )


def thresholds_of(given: Mapping[str, object]) -> Thresholds:
    """Return the thresholds, with defaults for what was not given. Raises `InvalidThreshold`."""
    unknown = [key for key in given if key not in Thresholds.model_fields]
    if unknown:
        message = f"there is no threshold {unknown[0]!r}"
        raise InvalidThreshold(message)
    try:
        return Thresholds.model_validate(given)
    except ValidationError as error:
        raise InvalidThreshold(describe_invalid(error, subject="threshold")) from error
