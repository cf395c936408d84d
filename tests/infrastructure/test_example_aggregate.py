"""The example of docs/how-to/add-an-aggregate.md works wherever streams are handled."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from domain import aggregates
from domain.aggregate.envelope import Actor
from domain.errors import CorruptLog, NotFound, Refused
from domain.large_results import read_stream
from domain.views.projection import RebuiltRunList
from domain.views.sentences import sentence_of
from domain.writer import Authorship, StreamWriter
from infrastructure.event_store.sqlite import SqliteEventStore
from infrastructure.event_store.stream_rows import SqlStreamIds
from infrastructure.ids import UuidIds
from infrastructure.log.verification import verify_log
from infrastructure.log_files import log_import
from infrastructure.log_files.log_export import export_log
from infrastructure.log_files.log_file import open_log_file
from infrastructure.projections.run_list_rebuild import rebuild_run_list
from tests.contracts.databases import copied
from tests.fakes import FrozenClock

if TYPE_CHECKING:
    from domain.aggregate.aggregate import Aggregate

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "add-an-aggregate.md"
BY = Authorship("acme", Actor("person", "ada"))


def block(language: str) -> str:
    """The one block of this language on the page."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return str(found)


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The example's module, registered as the page says."""
    module = ModuleType("watch_of_the_page")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(compile(block("python"), "watch.py", "exec"), module.__dict__)  # noqa: S102 - our own page
    known = (*aggregates.AGGREGATES, module.WATCH)
    monkeypatch.setattr(aggregates, "AGGREGATES", known)
    return module


def writer(example: ModuleType, store: SqliteEventStore) -> StreamWriter[Any, Any, Any]:
    watch: Aggregate[Any, Any, Any] = example.WATCH
    return StreamWriter(watch, "watch-1", BY, store=store, clock=FrozenClock(), ids=UuidIds())


def test_it_goes_wherever_streams_go(
    example: ModuleType, empty_database: Path, tmp_path: Path
) -> None:
    for folder in ("one", "other"):
        (tmp_path / folder).mkdir()
    with (
        copied(empty_database, tmp_path / "one") as one,
        copied(empty_database, tmp_path / "other") as other,
    ):
        written = writer(example, SqliteEventStore(one))
        written.commit(example.StartWatch("srv-erp-01", "it ran hot"))
        written.commit(example.EndWatch("it was replaced"))
        export_log(one, tmp_path / "log", is_compressed=False, on_progress=lambda _: None)
        with open_log_file(tmp_path / "log") as log:
            log_import.import_log(log, other, on_progress=lambda _: None)
        entries = read_stream(SqliteEventStore(other), example.WATCH, "acme", "watch-1")
        assert [sentence_of(entry.event) for entry in entries] == [
            "srv-erp-01 is watched: it ran hot",
            "the watch ends: it was replaced",
        ]
        assert SqlStreamIds(other).stream_ids("acme", "watch-") == ["watch-1"]
        assert verify_log(other, 0, on_progress=lambda _: None).is_sound
        assert rebuild_run_list(other) == RebuiltRunList(run_count=0, changed_count=0)


def test_its_rules_hold(example: ModuleType, empty_database: Path, tmp_path: Path) -> None:
    with copied(empty_database, tmp_path) as engine:
        with pytest.raises(Refused, match="watch-1 is new: cannot end"):
            writer(example, SqliteEventStore(engine)).commit(example.EndWatch("enough"))
        with pytest.raises(NotFound):
            read_stream(SqliteEventStore(engine), example.WATCH, "acme", "watch-1")


def test_its_golden_file_holds_its_events(example: ModuleType) -> None:
    for each in json.loads(block("json")):
        data = json.dumps(each["data"], separators=(",", ":"))
        event = example.WATCH.decode(each["type"], schema_version=1, data=data)
        assert example.WATCH.encode(event) == (each["type"], each["schema_version"], data)


def test_a_stream_of_no_known_kind_is_told() -> None:
    with pytest.raises(CorruptLog, match="watch-1 is corrupt: streams begin with one of run-, re"):
        aggregates.aggregate_of("watch-1")
