"""Incidents that are planted in the demo estate on request, each with the truth about it.

Where they are, when, and what they look like comes from the seed. Systems in which something else
goes on at the time are spared, so that each incident has one cause.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from adapters.estates.demo.incidents import demo_incidents
from adapters.estates.demo.planted_kinds import MAKERS, Place, PlantedIncident, PlantedKind
from adapters.estates.demo.systems import SYSTEMS, servers
from domain.estate.records import MaintenanceItem

_SPARED_HOURS: Final = timedelta(hours=3)
_QUIET_DAYS: Final = 8
"""Before the first incident lies some past to compare it with, where there is enough of it."""


@dataclass(frozen=True, slots=True)
class _Busy:
    system: str
    started_at: datetime
    ended_at: datetime


def planted_incidents(
    *, anchor: datetime, seed: int, days: int, count: int, reboots: Sequence[MaintenanceItem] = ()
) -> list[PlantedIncident]:
    """Return so many incidents, in order of time; of each six, one of each kind."""
    rng = Random(f"{seed}/planted")
    busy = [
        _Busy(r.ci_id.split("-")[1], r.started_at, r.ended_at or r.started_at) for r in reboots
    ]
    busy += [
        _Busy(each.ci_code.split("-")[1], each.started_at, each.ended_at)
        for each in demo_incidents(anchor=anchor, days=days)[:-1]
    ]
    planted = list[PlantedIncident]()
    # Leaks go on for days: they take their systems first.
    for number, kind, slot in sorted(
        _slots(rng, anchor, days, count), key=lambda s: s[1] != PlantedKind.LEAK
    ):
        place = _place(rng, number, kind, slot, busy)
        incident = MAKERS[kind](place)
        first = min([incident.started_at, *(effect.started_at for effect in incident.effects)])
        busy.append(_Busy(place.first.system.key, first, incident.ended_at))
        planted.append(incident)
    return sorted(planted, key=lambda incident: incident.started_at)


def _slots(
    rng: Random, anchor: datetime, days: int, count: int
) -> Iterator[tuple[int, PlantedKind, datetime]]:
    """Yield number, kind and start: the time after the quiet days is shared evenly."""
    quiet = min(_QUIET_DAYS, days * 2 / 3)
    begin = anchor - timedelta(days=days - quiet)
    slot = (anchor - timedelta(hours=3) - begin) / max(1, count)
    kinds = [*PlantedKind]
    for number in range(count):
        if number % len(kinds) == 0:
            rng.shuffle(kinds)
        start = begin + slot * (number + rng.random() * 0.5)
        yield number, kinds[number % len(kinds)], start.replace(second=0, microsecond=0)


def _place(
    rng: Random, number: int, kind: PlantedKind, started_at: datetime, busy: Sequence[_Busy]
) -> Place:
    minutes = rng.randint(45, 120)
    begin = started_at - (timedelta(days=2) if kind is PlantedKind.LEAK else _SPARED_HOURS)
    end = started_at + timedelta(minutes=minutes) + _SPARED_HOURS
    taken = {each.system for each in busy if each.started_at < end and each.ended_at > begin}
    free = [system for system in SYSTEMS if system.key not in taken] or [*SYSTEMS]
    system = rng.choice(free)
    first = next(server for server in servers() if server.system is system)
    return Place(rng, number, first, started_at, minutes)
