"""The services that operations work with, in memory."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

from domain.estate.port import Estate
from domain.operations.operation import Caller
from domain.operations.services import Services
from domain.replay.verify.verifier import Verifier
from domain.services.dispatcher import Dispatcher
from domain.services.goldens import GoldenDesk, Goldens
from domain.services.reader import RunReader
from domain.tools.registry import ToolRegistry
from tests.domain.services.test_reader import QuestionSearch
from tests.domain.stages.running import BY, Running
from tests.fakes import FrozenClock, empty_estate


@dataclass
class Having:
    """The services of one opstrail over the tools and the planner of a `Running`."""

    running: Running
    clock: FrozenClock = field(default_factory=FrozenClock)

    @cached_property
    def reader(self) -> RunReader:
        memory = self.running.memory
        return RunReader(memory, memory, QuestionSearch(memory), self.clock)

    @cached_property
    def goldens(self) -> Goldens:
        return Goldens(self.reader, Verifier(planner=self.running.planner))

    @cached_property
    def golden_desk(self) -> GoldenDesk:
        return GoldenDesk(self.goldens, self.running.service, self.running.replays)

    @cached_property
    def dispatcher(self) -> Dispatcher:
        return Dispatcher(self.running.service, self.reader, self.running.memory.leases)

    @property
    def known_tools(self) -> ToolRegistry:
        return self.running.registry

    @property
    def estate(self) -> Estate:
        return empty_estate()

    @property
    def services(self) -> Services:
        return cast("Services", self)


@dataclass
class Heard:
    """What a caller hears of what goes on."""

    remarks: list[str] = field(default_factory=list)
    progress: list[str] = field(default_factory=list)

    @property
    def caller(self) -> Caller:
        return Caller(BY, tell=self.remarks.append, progress=self.progress.append)
