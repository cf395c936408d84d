"""The contract of deliveries: every event that a target waits for, once it has taken it never."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest
import sqlalchemy as sa

from domain.aggregate.envelope import Actor, RecordedEvent
from domain.run.aggregate import RUN
from domain.run.commands import BreakGolden, Command, PinGolden, RequestRun
from domain.run.events import RunEvent
from domain.run.facts import Origin
from domain.services.deliveries import KINDS, RETRY_SECONDS, Courier, Target
from domain.times import recorded_text
from domain.views.delivery import Letter
from domain.writer import Authorship, StreamWriter
from infrastructure.deliveries import SqlDeliveries
from infrastructure.event_store.group_commit import GroupCommit
from infrastructure.event_store.opening import event_store_on
from infrastructure.ids import UuidIds
from tests.contracts.databases import copied
from tests.domain.run.samples import ANSWERED, EXECUTING, FAILED, waiting
from tests.fakes import NOON, FrozenClock

DAY = timedelta(days=1)


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at


@dataclass
class Somebody:
    """A target that takes what it is sent, or says why not."""

    name: str = "desk"
    events: tuple[str, ...] = tuple(KINDS)
    tenants: tuple[str, ...] | None = None
    refuses: str | None = None
    got: list[tuple[str, RecordedEvent]] = field(default_factory=list)

    @property
    def target(self) -> Target:
        return Target(self.name, self.events, self.tenants, self.send)

    async def send(self, letter: Letter, event: RecordedEvent) -> None:
        if self.refuses is not None:
            raise ConnectionError(self.refuses)
        self.got.append((letter.kind, event))


class Post:
    """Deliveries on a database, of one process; `write` lets a run fail."""

    def __init__(self, engine: sa.Engine, owner: str = "a") -> None:
        self.engine, self.clock = engine, Clock()
        self.store = GroupCommit(event_store_on(engine))
        self.box = SqlDeliveries(engine, self.clock, owner)
        self.doubts: list[str] = []
        self.courier = Courier(
            box=self.box, clock=self.clock, random=lambda: 0.5, doubt=self.doubts.append
        )

    def beside(self, owner: str) -> "Post":
        return Post(self.engine, owner)

    def send(self, target: Somebody) -> bool:
        return asyncio.run(self.courier.deliver_one(target.target))

    def write(
        self,
        run_id: str = "run-1",
        tenant: str = "acme",
        *,
        origin: Literal["new", "fork", "rerun", "follow_up"] = "new",
        ends: Sequence[RunEvent] = (FAILED,),
        then: Sequence[Command] = (),
    ) -> None:
        by, ids = Authorship(tenant, Actor("person", "ada")), UuidIds()
        writer = StreamWriter(RUN, run_id, by, store=self.store, clock=FrozenClock(), ids=ids)
        writer.handle(RequestRun(question="?", origin=Origin(kind=origin)))
        for event in ends:
            writer.report(event)
        for command in then:
            writer.handle(command)
        writer.append()

    def letters(self, tenant: str = "acme") -> list[Letter]:
        return self.box.letters(tenant, limit=10)


@pytest.fixture(params=["sqlite", "postgres"])
def post(request: pytest.FixtureRequest, empty_database: Path, tmp_path: Path) -> Iterator[Post]:
    if request.param == "postgres":
        yield Post(request.getfixturevalue("postgres_engine"))
    else:
        with copied(empty_database, tmp_path) as engine:
            yield Post(engine)


def test_what_happens_from_now_on_is_told_once(post: Post) -> None:
    somebody = Somebody()
    post.write("run-before")
    assert not post.send(somebody)
    post.write()
    assert [post.send(somebody) for _ in range(2)] == [True, False]
    ((kind, event),) = somebody.got
    told = (kind, event.envelope.stream_id, event.envelope.type)
    assert (told, post.letters()) == (("run.failed", "run-1", "run-failed"), [])


def test_only_what_a_target_waits_for_is_told(post: Post) -> None:
    other, waits = Somebody("other", tenants=("globex",)), Somebody("w", ("approval.needed",))
    everything = [other, waits, Somebody()]
    for _ in range(2):
        for target in everything:
            post.send(target)
        post.write(f"run-{_}")
    assert [len(each.got) for each in everything] == [0, 0, 1]


def test_what_is_not_taken_is_tried_again_later_each_time(post: Post) -> None:
    target = Somebody(refuses="no")
    post.send(target)
    post.write()
    waits = []
    for _ in RETRY_SECONDS:
        post.send(target)
        (letter,) = post.letters()
        later = [post.clock.at + timedelta(seconds=each) for each in RETRY_SECONDS]
        waits.append([recorded_text(each) for each in later].index(letter.due_at or ""))
        post.clock.at += DAY
    assert waits == list(range(len(RETRY_SECONDS)))
    assert not post.doubts


def dead(post: Post, target: Somebody) -> Letter:
    post.send(target)
    post.write()
    for _ in range(len(RETRY_SECONDS) + 1):
        post.send(target)
        post.clock.at += DAY
    (letter,) = post.letters()
    return letter


def test_what_nobody_takes_is_dead_and_shown_with_why(post: Post) -> None:
    letter = dead(post, Somebody(refuses="the disk is full"))
    assert (letter.due_at, letter.error) == (None, "the disk is full")
    assert post.doubts == [f"delivery desk: event {letter.event_id} is dead: the disk is full"]
    assert post.letters("globex") == []


def test_what_is_dead_is_sent_again_when_somebody_says_so(post: Post) -> None:
    target = Somebody(refuses="no")
    letter = dead(post, target)
    target.refuses = None
    assert not post.send(target)
    assert post.box.send_again("globex", [letter.event_id]) == 0
    assert post.box.send_again("acme", [letter.event_id]) == 1
    assert (post.send(target), post.letters()) == (True, [])


def test_one_that_is_not_taken_keeps_no_other_waiting(post: Post) -> None:
    target = Somebody(refuses="no")
    post.send(target)
    post.write("run-1")
    post.send(target)
    target.refuses = None
    post.write("run-2")
    assert post.send(target)
    assert [each.stream_id for each in post.letters()] == ["run-1"]


def test_one_process_sends_and_another_takes_over_when_it_is_gone(post: Post) -> None:
    other, target = post.beside("b"), Somebody()
    post.send(target)
    post.write()
    assert not other.send(target)
    other.clock.at += timedelta(minutes=1)
    assert other.send(target)
    post.write("run-2")
    assert not post.send(target)


def test_after_a_restored_backup_it_goes_on_from_what_there_is(post: Post) -> None:
    target = Somebody()
    post.send(target)
    with post.engine.begin() as connection:
        changed = "UPDATE projections SET position = 7 WHERE name = 'delivery desk'"
        connection.exec_driver_sql(changed)
    post.clock.at += timedelta(minutes=1)
    with pytest.raises(Exception, match="position 7"):
        post.send(target)
    post.send(target)
    post.write()
    assert post.send(target)


def test_a_replay_that_fails_is_told_to_nobody(post: Post) -> None:
    target = Somebody()
    post.send(target)
    post.write("run-1", origin="fork")
    post.write("run-2", origin="follow_up")
    assert [post.send(target) for _ in range(2)] == [True, False]
    assert [event.envelope.stream_id for _, event in target.got] == ["run-2"]


def test_that_a_golden_run_broke_is_told_whatever_it_came_of(post: Post) -> None:
    target = Somebody()
    post.send(target)
    broke = PinGolden("daily"), BreakGolden("daily", "run-2", ("answer",))
    post.write("run-1", origin="fork", ends=ANSWERED[1:], then=broke)
    assert [post.send(target) for _ in range(2)] == [True, False]
    ((kind, event),) = target.got
    assert (kind, event.envelope.type) == ("golden.broke", "golden-broke")


def test_that_a_replay_waits_is_told(post: Post) -> None:
    target = Somebody()
    post.send(target)
    post.write("run-1", origin="rerun", ends=[*EXECUTING[1:], waiting("a")])
    assert post.send(target)
