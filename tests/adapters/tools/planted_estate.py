"""Demo estates with incidents planted by seed, and questions about them as people would ask."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from adapters.estates.demo.dataset import demo_with_truth
from adapters.estates.demo.incidents import demo_incidents
from adapters.estates.demo.planted_kinds import PlantedIncident
from adapters.estates.demo.systems import measured_codes
from domain.times import Window
from infrastructure.database.engine import create_engine
from infrastructure.estate.sql_estate import SqlEstate
from infrastructure.estate.sql_estate_writer import SqlEstateWriter
from tests.estate_fixture import NOW, TENANT, make_tables

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Planted:
    """An estate, the truth about it, and the times at which something goes on in it."""

    estate: SqlEstate
    seed: int
    days: int
    incidents: Sequence[PlantedIncident]
    busy: Sequence[Window]

    def questions(self) -> Iterator[tuple[PlantedIncident, str, str]]:
        """Yield each incident with an item that shows it and a window up to two hours too wide."""
        rng = random.Random(f"{self.seed}/asks")
        for each in self.incidents:
            item = each.cause if rng.random() < 0.2 else rng.choice(each.symptoms)
            start = each.started_at - timedelta(minutes=rng.randint(0, 60))
            end = each.ended_at + timedelta(minutes=rng.randint(0, 60))
            yield each, item, written(start, end)

    def quiet(self, count: int) -> Iterator[tuple[str, str]]:
        """Yield so many items and windows of one to four hours in which nothing goes on."""
        rng = random.Random(f"{self.seed}/quiet")
        while count:
            start = NOW - timedelta(minutes=rng.randrange(1440 * (self.days - 15)) + 300)
            end = start + timedelta(minutes=rng.randint(60, 240))
            if not any(b.start < end + HOUR and b.end > start - HOUR for b in self.busy):
                count -= 1
                yield rng.choice(measured_codes()), written(start, end)


def written(start: datetime, end: datetime) -> str:
    """Return a window as people write it."""
    return f"{start:%Y-%m-%dT%H:%MZ}..{end:%Y-%m-%dT%H:%MZ}"


@contextmanager
def planted_estate(folder: Path, *, seed: int, count: int, days: int = 31) -> Iterator[Planted]:
    """Give a demo estate of so many days with so many incidents."""
    dataset, truth = demo_with_truth(anchor=NOW, seed=seed, days=days, incidents=count)
    effects = [effect for incident in truth for effect in incident.effects]
    always = demo_incidents(anchor=NOW, days=days)[:-1]
    measured = set(measured_codes())
    reboots = [w for w in dataset.maintenance if w.maint_type == "reboot" and w.ci_id in measured]
    busy = [Window(each.started_at, each.ended_at) for each in truth]
    busy += [Window(each.started_at, each.ended_at) for each in effects]
    busy += [Window(each.started_at, each.ended_at) for each in always]
    busy += [Window(each.started_at, each.ended_at or each.started_at) for each in reboots]
    engine = create_engine(f"sqlite:///{folder / f'planted-{seed}.db'}")
    make_tables(engine)
    SqlEstateWriter(engine).load(TENANT, dataset, mode="replace", at=NOW)
    yield Planted(SqlEstate(engine), seed, days, truth, busy)
    engine.dispose()
