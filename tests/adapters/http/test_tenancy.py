"""Whatever is asked of another tenant's, it is answered as where that was never there."""

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from adapters.bootstrap import open_service
from adapters.http.routes import ROUTES
from domain.estate.port import EstateDataset
from infrastructure.clock import SystemClock
from tests.adapters.http.client import Client
from tests.adapters.http.conftest import Held, copy_of, serving, users
from tests.adapters.http.tenancy import OTHER, QUESTION, WAIT, Asked, Theirs, known, made
from tests.estate_fixture import item

OWN = EstateDataset(source="own", cis=[item("own-01", "Own", ci_type="HW", ci_subtype="server")])
APART = ("estate.demo",)
"""What names nothing that somebody has."""
STREAMS = ("/runs/{}/stream", "/stream?after=0", "/session")


@dataclass(frozen=True)
class Twins:
    """Who asks where another tenant is, and where there never was one."""

    theirs: Theirs
    servers: Sequence[Held]
    beside: Client
    alone: Client

    def differences(self, *requests: Asked) -> list[tuple[object, ...]]:
        """Return the requests that are answered in two ways, and how."""
        answers = [(each, *self._answers(each)) for each in requests]
        return [each for each in answers if each[1] != each[2]]

    def _answers(self, asked: Asked) -> Iterator[object]:
        for held, who in zip(self.servers, (self.beside, self.alone), strict=True):
            yield known(asked.of(who), self.theirs)
            held.opstrail.identity.operator_log.flush()  # entries stand in the order of requests


@contextmanager
def twins_in(folder: Path, filled: Path) -> Iterator[Twins]:
    with ExitStack() as stack:
        servers = [
            stack.enter_context(held_with_own(url))
            for url in (copy_of(filled, folder), f"sqlite:///{folder}/alone.db")
        ]
        clients = [each.holder("admin", tenant=OTHER) for each in servers]
        yield Twins(made(servers[0]), servers, *clients)


@contextmanager
def held_with_own(url: str) -> Iterator[Held]:
    """Serve a database in which the tenant that asks has an estate of its own."""
    with open_service(url) as opstrail, serving(opstrail, users(opstrail)) as nobody:
        opstrail.estates.writer.load(OTHER, OWN, mode="replace", at=SystemClock().now())
        yield Held(opstrail, nobody)


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory, served_database: Path) -> Iterator[Twins]:
    with twins_in(tmp_path_factory.mktemp("twins"), served_database) as twins:
        yield twins


@pytest.mark.parametrize("operation", sorted({*ROUTES}.difference(APART)))
def test_an_operation_tells_nothing_of_another_tenant(twins: Twins, operation: str) -> None:
    assert not twins.differences(*twins.theirs.requests(operation))


@pytest.mark.parametrize("path", STREAMS)
@pytest.mark.usefixtures("streams_end")
def test_a_stream_tells_nothing_of_another_tenant(twins: Twins, path: str) -> None:
    twins.differences(Asked("POST", "/runs", WAIT, QUESTION))
    asked = Asked("GET", path.format(twins.theirs.values["run"]), {})
    assert not twins.differences(asked)


def test_a_file_cannot_tell_that_another_tenant_has_an_item(twins: Twins) -> None:
    (asked, *_) = twins.theirs.requests("estate.import")
    related = replace(asked, path="/estate/import?paths=relations.json")
    told = [related.of(who).status_code for who in (twins.beside, twins.alone)]
    assert told == [422, 422]
    assert not twins.differences(related)


@pytest.mark.usefixtures("streams_end")
def test_the_log_has_nothing_of_another_tenant(twins: Twins) -> None:
    for each in (twins.beside, twins.alone):
        log = each.get("/log/stream?after=0").text
        assert {*re.findall('"tenant_id":"([^"]*)"', log)} == {OTHER}


def test_tools_are_ranked_by_the_calls_of_the_own_tenant(twins: Twins) -> None:
    ranked = [each.post("/tools/rank").json() for each in (twins.beside, twins.alone)]
    beside, alone = ({*each["context"]["success_rate"]} for each in ranked)
    assert beside == alone
