"""The metrics of the demo estate: five per item, each item with levels of its own."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from adapters.estates.demo.incident_records import CpuLoad
from adapters.estates.demo.systems import measured_codes
from domain.estate.records import MaintenanceItem, MetricDefinition, MetricPoint

STEP = timedelta(minutes=15)
POINTS_PER_DAY = 96
NOISY_BELOW = -0.4
_SATURDAY = 6


@dataclass(frozen=True, slots=True)
class _Profile:
    """A metric, and the ranges that each item's level and daily swing are drawn from."""

    definition: MetricDefinition
    level: tuple[float, float]
    swing: tuple[float, float]


def _definition(name: str, unit: str, description: str) -> MetricDefinition:
    return MetricDefinition(metric_name=name, unit=unit, description=description)


def _counter(name: str, unit: str, description: str) -> MetricDefinition:
    return MetricDefinition(metric_name=name, unit=unit, kind="counter", description=description)


CPU = "cpu_usage"
_PROFILES = (
    _Profile(_definition("temperature", "C", "Temperature of the housing"), (32, 41), (2, 4)),
    _Profile(_definition(CPU, "%", "Share of CPU time in use"), (32, 48), (8, 20)),
    _Profile(_definition("memory_usage", "%", "Share of memory in use"), (40, 68), (4, 12)),
    _Profile(_counter("disk_io", "ops", "Disk operations since the start"), (150, 300), (40, 90)),
    _Profile(_counter("network_in", "MB", "Data received since the start"), (80, 160), (30, 50)),
)


@dataclass(frozen=True, slots=True)
class _Tick:
    """One instant and how busy it is: -1 at night, +1 in the afternoon, less at weekends."""

    at: datetime
    busyness: float


def demo_metrics() -> list[MetricDefinition]:
    """Return the definitions of the five metrics."""
    return [profile.definition for profile in _PROFILES]


@dataclass(frozen=True, slots=True, kw_only=True)
class PointSource:
    """Makes all points up to and including the anchor; loads and reboots leave their marks."""

    anchor: datetime
    seed: int
    days: int
    loads: Sequence[CpuLoad]
    reboots: Sequence[MaintenanceItem]

    def points(self) -> Iterator[MetricPoint]:
        """Yield the points item by item and metric by metric, each series in order of time."""
        ticks = self._ticks()
        for code in measured_codes():
            silent = self._silent(code, ticks)
            for profile in _PROFILES:
                yield from self._series(code, profile, ticks=ticks, silent=silent)

    def _ticks(self) -> list[_Tick]:
        first = self.anchor - (self.days * POINTS_PER_DAY - 1) * STEP
        instants = [first + number * STEP for number in range(self.days * POINTS_PER_DAY)]
        return [_Tick(at, _busyness(at)) for at in instants]

    def _silent(self, code: str, ticks: Sequence[_Tick]) -> set[datetime]:
        return {
            tick.at
            for item in self.reboots
            if item.ci_id == code and item.ended_at is not None
            for tick in ticks
            if item.started_at <= tick.at < item.ended_at
        }

    def _series(
        self, code: str, profile: _Profile, *, ticks: Sequence[_Tick], silent: set[datetime]
    ) -> Iterator[MetricPoint]:
        name = profile.definition.metric_name
        rng = Random(f"{self.seed}/{code}/{name}")
        loads = [load for load in self.loads if name == CPU and code in load.ci_codes]
        for tick, (value, noise) in zip(ticks, _values(profile, ticks, rng=rng), strict=True):
            if tick.at in silent:
                continue
            yield MetricPoint(
                ci_id=code,
                metric_name=name,
                measured_at=tick.at,
                value=round(_loaded(value, loads, at=tick.at) if loads else value, 2),
                quality="noisy" if noise <= NOISY_BELOW else "good",
            )


def _values(
    profile: _Profile, ticks: Sequence[_Tick], *, rng: Random
) -> Iterator[tuple[float, float]]:
    """Yield each value with its noise; a counter's value is the sum of what was added so far."""
    level, swing = rng.uniform(*profile.level), rng.uniform(*profile.swing)
    is_counter, total = profile.definition.kind == "counter", rng.uniform(1e4, 1e6)
    for tick in ticks:
        noise = rng.random() - 0.5
        value = level + swing * tick.busyness + noise
        total += value
        yield (total if is_counter else value), noise


def _busyness(at: datetime) -> float:
    hour = at.hour + at.minute / 60
    daily = math.sin((hour - 9) / 24 * math.tau)
    return daily - 0.5 if at.isoweekday() >= _SATURDAY else daily


def _loaded(value: float, loads: Iterable[CpuLoad], *, at: datetime) -> float:
    """Return a value between the floor of the load there is and 100, or the value as it is."""
    for load in loads:
        if load.started_at <= at < load.ended_at:
            return load.floor + (100 - load.floor) * (0.2 + value / 200)
    return value
