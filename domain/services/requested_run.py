"""A run that was requested, and how somebody hears of it before it has ended."""

from collections.abc import Callable
from dataclasses import dataclass

Begun = Callable[[str], None]
"""Takes the id of a run that is on record, and is now carried out."""


@dataclass(frozen=True, slots=True)
class RequestedRun:
    """A run that was acknowledged; where it `is_repeat`, an equal request had made it before."""

    run_id: str
    is_repeat: bool = False


class NobodyWaits(Exception):
    """The run has come to its end, and nobody waits to be told what came of it."""


def unheard(_: str) -> None:
    """Let nobody hear of it."""
