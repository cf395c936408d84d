"""A recorded run as the engine of today would have it, in memory."""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from domain.aggregate.aggregate import StreamEntry
from domain.replay.verify.verify import drive_part, last_part
from domain.run.events import HistoryEntry, RunEvent
from domain.tools.catalogue import KnownTools


@dataclass(frozen=True, slots=True)
class DrivenAgain:
    """The history that the engine makes; `stopped` says why it could not go on, if it could not.

    Its events have the times of the recorded ones, for nothing is measured.
    """

    history: list[HistoryEntry]
    stopped: str | None = None


async def driven_again(entries: Sequence[HistoryEntry], tools: KnownTools) -> DrivenAgain:
    """Return what the engine decides by the record alone; no tool is called.

    Of a run that was taken up again only the last part is driven. Raises `ErasedResult`.
    """
    start, end = last_part(entries)
    driven = await drive_part(entries, (start, end), tools)
    history = [*entries[:start], *_enveloped(driven.events, entries, start)]
    stopped = driven.missing or driven.refused
    return DrivenAgain(history, None if stopped is None else str(stopped))


def _enveloped(
    events: Iterable[RunEvent], entries: Sequence[HistoryEntry], start: int
) -> Iterator[HistoryEntry]:
    for version, event in enumerate(events, start=start + 1):
        recorded = entries[min(version, len(entries)) - 1].envelope
        envelope = dataclasses.replace(
            recorded,
            version=version,
            type=event.stored_as,
            schema_version=event.schema_version,
        )
        yield StreamEntry(0, envelope, event)
