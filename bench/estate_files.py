"""Invented estates of any size, as files to import."""

import csv
import random
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

ANCHOR = datetime(2026, 1, 1, tzinfo=UTC)
"""When the newest points were measured."""

METRICS = ("cpu_usage", "memory_usage", "disk_usage", "network_in", "network_out")
POINTS_PER_ITEM = 50
_CELL = 100
"""Items of one business system: the system, its servers, applications, databases and the rest."""
_KINDS = (
    *[("SYSTEM", "business_system", "sys")],
    *[("HW", "server", "srv")] * 10,
    *[("HW", "storage", "storage")] * 4,
    *[("HW", "network", "net")] * 5,
    *[("SW", "app", "app")] * 60,
    *[("SW", "db", "db")] * 20,
)
_ZONES, _OWNERS = 24, 80
_STATES = ("active",) * 17 + ("monitoring", "maintenance", "inactive")

Row = tuple[object, ...]


def write_estate(folder: Path, *, item_count: int, seed: int = 1) -> None:
    """Write an estate with four relations and fifty metric points an item.

    Items come in systems of a hundred. A system's items are close to each other; of its
    applications one in five needs an application of an earlier system, and all need one of a few
    shared services, so that there are items with very many neighbours. Points stand in the order
    of time, as monitoring exports them. The same arguments give the same files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(seed)
    codes = [_code(number) for number in range(item_count)]
    item_head = ("ci_code", "ci_name", "ci_type", "ci_subtype", "status", "location", "owner")
    _write(folder / "cis.csv", item_head, _items(codes, chance))
    ends = ("source_code", "rel_type", "target_code")
    _write(folder / "relations.csv", ends, _relations(codes, chance))
    _write(folder / "metrics.csv", ("metric_name", "unit"), ((name, "%") for name in METRICS))
    point = ("ci_code", "metric_name", "measured_at", "value")
    _write(folder / "metric_points.csv", point, _points(codes, chance))


def _write(path: Path, head: Row, rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(rows)


def _code(number: int) -> str:
    prefix = _KINDS[number % _CELL][2]
    return f"{prefix}-{number // _CELL:04}-{number % _CELL:02}"


def _items(codes: list[str], chance: random.Random) -> Iterator[Row]:
    for number, code in enumerate(codes):
        ci_type, subtype, _ = _KINDS[number % _CELL]
        name = f"{subtype.replace('_', ' ').title()} {number // _CELL:04} {number % _CELL:02}"
        place = f"zone-{chance.randrange(_ZONES):02}"
        owner = f"team-{chance.randrange(_OWNERS):02}"
        yield code, name, ci_type, subtype, chance.choice(_STATES), place, owner


def _relations(codes: list[str], chance: random.Random) -> Iterator[Row]:
    shared = codes[20 : 20 + max(1, len(codes) // 10_000)]
    for start in range(0, len(codes), _CELL):
        of = _by_prefix(codes[start : start + _CELL])
        earlier = codes[max(0, start - 10 * _CELL) : start]
        found = {*_of_system(of, chance, shared), *_across(of, earlier, chance)}
        yield from sorted(found)


def _by_prefix(codes: list[str]) -> Callable[[str], list[str]]:
    return lambda prefix: [code for code in codes if code.startswith(f"{prefix}-")]


def _of_system(
    of: Callable[[str], list[str]], chance: random.Random, shared: list[str]
) -> Iterator[Row]:
    system, servers, storages = of("sys")[0], of("srv"), of("storage")
    for code in (*of("app"), *of("db"), *servers):
        yield system, "COMPOSED_OF", code
    for server in servers:
        yield server, "USES", chance.choice(storages)
        yield from ((server, "CONNECTED_TO", switch) for switch in chance.sample(of("net"), 2))
    for database in of("db"):
        yield database, "RUNS_ON", chance.choice(servers)
        yield database, "USES", chance.choice(storages)
    for app in of("app"):
        yield app, "RUNS_ON", chance.choice(servers)
        yield app, "USES", chance.choice(of("db"))
        service = chance.choice(shared)
        if service != app:
            yield app, "DEPENDS_ON", service


def _across(
    of: Callable[[str], list[str]], earlier: list[str], chance: random.Random
) -> Iterator[Row]:
    apps = of("app")
    needed = [code for code in earlier if code.startswith("app-")] or apps
    for _ in range(60):
        app, other = chance.choice(apps), chance.choice(needed)
        if app != other:
            yield app, "DEPENDS_ON", other


def _points(codes: list[str], chance: random.Random) -> Iterator[Row]:
    servers = [code for code in codes if code.startswith("srv-")]
    per_series = POINTS_PER_ITEM * len(codes) // (len(servers) * len(METRICS))
    for hour in range(per_series, 0, -1):
        at = (ANCHOR - timedelta(hours=hour - 1)).isoformat()
        for server in servers:
            for metric in METRICS:
                yield server, metric, at, round(chance.uniform(0, 100), 2)
