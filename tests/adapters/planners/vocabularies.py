"""The words of two estates, as the database knows them: the demo estate, and a small machine."""

import atexit
import shutil
from datetime import UTC, datetime
from functools import cache
from tempfile import mkdtemp

from adapters.estates.demo.dataset import demo_estate
from domain.estate.port import EstateDataset
from domain.estate.queries import Vocabulary
from domain.estate.records import (
    ConfigurationItem,
    EventLogEntry,
    MetricDefinition,
    MetricPoint,
    Relation,
    RelationType,
)
from infrastructure.database.engine import create_engine
from infrastructure.estate.sql_estate import SqlEstate
from infrastructure.estate.sql_estate_writer import SqlEstateWriter
from tests.estate_fixture import make_tables

NOW = datetime(2026, 1, 1, 9, tzinfo=UTC)
TENANT = "acme"


@cache
def demo() -> Vocabulary:
    """Return the words of the demo estate as they are one day after its beginning."""
    return vocabulary_of(demo_estate(anchor=NOW, days=1))


@cache
def machine(*more_codes: str) -> Vocabulary:
    """Return the words of a machine whose packages have names such as "file" and "patch"."""
    packages = ("bash", "libc6", "libssl3", "file", "patch", *more_codes)
    items = [_item("web01", "HW", "host", kernel="6.1"), _item("nginx-812", "SW", "process")]
    items += [_item("sda1", "HW", "disk"), _item("eth0", "HW", "interface")]
    items += [_item("tcp-443", "SW", "port")]
    items += [_item(code, "SW", "package", version="3.1") for code in packages]
    installed = [
        EventLogEntry(
            entry_id=f"e-{code}", ci_id=f"id-{code}", event_type="install", severity=1,
            source="dpkg", title=f"{code} installed", occurred_at=NOW,
        )
        for code in packages
    ]  # fmt: skip
    needs = Relation(source_id="id-bash", target_id="id-libc6", rel_type=RelationType.DEPENDS_ON)
    metric = MetricDefinition(metric_name="cpu_usage", unit="%")
    point = MetricPoint(metric_name="cpu_usage", ci_id="id-web01", measured_at=NOW, value=5.0)
    estate = EstateDataset(
        source="test",
        cis=items, relations=[needs], event_log=installed, metrics=[metric],
        metric_points=[point],
    )  # fmt: skip
    return vocabulary_of(estate)


def vocabulary_of(estate: EstateDataset) -> Vocabulary:
    """Return the words of an estate in a database of its own."""
    folder = mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    engine = create_engine(f"sqlite:///{folder}/estate.db")
    make_tables(engine)
    SqlEstateWriter(engine).load(TENANT, estate, mode="replace", at=NOW)
    return SqlEstate(engine).vocabulary(TENANT)


def _item(code: str, ci_type: str, subtype: str, **attributes: str) -> ConfigurationItem:
    return ConfigurationItem(
        ci_id=f"id-{code}", ci_code=code, ci_name=code, ci_type=ci_type, ci_subtype=subtype,
        attributes={**attributes},
    )  # fmt: skip
