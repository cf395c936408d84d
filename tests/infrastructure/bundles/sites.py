"""Two databases that runs go between."""

from dataclasses import dataclass

import sqlalchemy as sa

from adapters.exporters.bundle_file import ZipBundles
from domain.services.bundles import Bundles
from domain.views.bundle import ExportedBundle, ImportedRun
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
        database = SqlBundleDatabase(self.engine)
        return Bundles(
            store=self.store,
            database=database,
            file_format=ZipBundles(),
            clock=FrozenClock(),
            engine_version=VERSION,
        )

    def export(self, *run_ids: str, with_parents: bool = False) -> ExportedBundle:
        return self.bundles.export(run_ids, tenant_id=TENANT, with_parents=with_parents)

    def take(self, content: bytes) -> list[ImportedRun]:
        return self.bundles.import_runs(content, tenant_id=TENANT)


def site(engine: sa.Engine) -> Site:
    """Return the site of a database."""
    is_sqlite = engine.dialect.name == "sqlite"
    store = SqliteEventStore(engine) if is_sqlite else PostgresEventStore(engine)
    return Site(engine, store, Recorder(store))
