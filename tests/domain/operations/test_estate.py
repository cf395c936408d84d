"""Filling the estate: what is told meanwhile, and what is written."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from domain.estate.differences import KindCounts
from domain.estate.port import Discovery, EstateDataset, KnownItems
from domain.operations.estate import (
    DemoParams,
    DiscoverParams,
    ImportParams,
    discover,
    import_files,
    make_demo,
)
from domain.operations.operation import Caller
from domain.views.estate import EstateLoad
from domain.writer import Authorship
from tests.domain.stages.running import BY, finish
from tests.fakes import NOON, FrozenClock

if TYPE_CHECKING:
    from domain.operations.services import Services


LOADED = EstateLoad(
    source="discover",
    counts={"cis": 1},
    by_kind={"cis": KindCounts(added=1)},
    revision_before="",
    revision="1-a",
    change_id="estate-1",
    differing=None,
)


class Sources:
    """Has one dataset each; see `EstateSources`."""

    async def discover(
        self, *, now: datetime, seconds: float, progress: Callable[[str], None]
    ) -> Discovery:
        progress(f"measuring for {seconds:g} s from {now:%H}")
        return Discovery(EstateDataset(source="discover"), ["no packages"])

    def demo(self, *, anchor: datetime, seed: int, days: int, incidents: int = 0) -> EstateDataset:
        assert incidents == 0
        return EstateDataset(source=f"demo {anchor:%H} {seed} {days}")

    def read_files(self, paths: Sequence[str], *, source: str, known: KnownItems) -> EstateDataset:
        return EstateDataset(source=f"{source} {paths} {dict(known.ids)}")


class Place:
    """The services, whoever asks, and what was told and written."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.shown: list[str] = []
        self.written: list[tuple[str, str, str]] = []
        self.caller = Caller(BY, tell=self.told.append, progress=self.shown.append)
        here = SimpleNamespace(
            is_new=False, clock=FrozenClock(), estate_sources=Sources(), estates=self, estate=self
        )
        self.have = cast("Services", here)

    def load(
        self, dataset: EstateDataset, by: Authorship, *, mode: str, **options: bool
    ) -> EstateLoad:
        self.written.append((by.tenant_id, dataset.source, mode))
        self.options = options
        return LOADED

    def known_items(self, _tenant_id: str) -> KnownItems:
        return KnownItems({"srv-1": "id-1"})


def test_what_a_machine_hides_is_told() -> None:
    place = Place()
    load = finish(discover(place.have, place.caller, DiscoverParams(seconds=2)))
    assert (place.told, load) == (["warning: no packages"], LOADED)


def test_what_is_being_done_is_shown() -> None:
    place = Place()
    finish(discover(place.have, place.caller, DiscoverParams(seconds=2)))
    assert place.shown == ["measuring for 2 s from 12", "writing the estate"]


def test_a_machine_takes_the_place_of_what_was_found_before() -> None:
    place = Place()
    finish(discover(place.have, place.caller, DiscoverParams()))
    assert place.written == [("acme", "discover", "replace")]


def test_the_demo_ends_now_unless_said_otherwise() -> None:
    place = Place()
    finish(make_demo(place.have, place.caller, DemoParams()))
    other = DemoParams(anchor=NOON.replace(hour=7), seed=1, days=2)
    finish(make_demo(place.have, place.caller, other))
    assert place.written == [
        ("acme", "demo 12 42 31", "replace"),
        ("acme", "demo 07 1 2", "replace"),
    ]


def test_files_are_merged_and_may_name_items_that_are_there() -> None:
    place = Place()
    finish(import_files(place.have, place.caller, ImportParams(paths=("a", "b"))))
    assert place.written == [("acme", "files ('a', 'b') {'srv-1': 'id-1'}", "merge")]


def test_who_stops_before_the_writing_writes_nothing() -> None:
    place = Place()

    async def stopped() -> None:
        work = asyncio.ensure_future(make_demo(place.have, place.caller, DemoParams()))
        await asyncio.sleep(0)
        work.cancel()
        await work

    with pytest.raises(asyncio.CancelledError):
        finish(stopped())
    assert place.written == []
