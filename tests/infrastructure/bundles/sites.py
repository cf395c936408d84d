"""Two databases that runs go between."""

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from adapters.exporters.bundles import Bundles
from domain.audit.bundle import ImportedRun, Manifest
from infrastructure.bundles import SqlBundleDatabase
from infrastructure.event_store.postgres import PostgresEventStore
from infrastructure.event_store.sqlite import SqliteEventStore
from tests.bundles import TENANT, VERSION, Recorder
from tests.fakes import FrozenClock


@dataclass(frozen=True)
class Site:
    """A database, with what reads and writes it."""

    engine: sa.Engine
    store: SqliteEventStore | PostgresEventStore
    recorder: Recorder

    @property
    def bundles(self) -> Bundles:
        database = SqlBundleDatabase(self.engine, self.store)
        return Bundles(self.store, database=database, clock=FrozenClock(), engine_version=VERSION)

    def export(self, path: Path, *run_ids: str, with_parents: bool = False) -> Manifest:
        return self.bundles.export(path, run_ids, tenant_id=TENANT, with_parents=with_parents)

    def take(self, path: Path) -> list[ImportedRun]:
        return self.bundles.import_file(path, tenant_id=TENANT)


def site(engine: sa.Engine) -> Site:
    """Return the site of a database."""
    is_sqlite = engine.dialect.name == "sqlite"
    store = SqliteEventStore(engine) if is_sqlite else PostgresEventStore(engine)
    return Site(engine, store, Recorder(store))
