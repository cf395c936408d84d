"""Whatever the OpenAPI document lets one ask, and what it does not, is answered as it says."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from schemathesis.schemas import BaseSchema

from adapters.bootstrap import open_service
from adapters.http.routes import ROUTES
from adapters.http.sessions import DESCRIBED as SESSION
from adapters.http.streams.described import STREAMS
from tests.adapters.http.client import Client
from tests.adapters.http.conftest import Held, copy_of, serving, users
from tests.adapters.http.generated_requests import (
    Case,
    Described,
    answer_to,
    at_bounds,
    at_random,
    faults_of,
    faults_of_walks,
    operations_of,
    schema_of,
)

OPERATIONS: Final = [
    *(name.replace(".", "_") for name in ROUTES),
    *(each["operationId"] for each in (*STREAMS.values(), *SESSION.values())),
]
OF_EACH = 8
"""How many requests of each operation are tried where not all are."""
TAKES_LONG: Final = ("estate_demo",)
"""What is only asked for wrongly."""
WITH_SLASHES: Final = ("golden_unpin",)
"""Their paths are names in the path of another operation."""
REFUSED: Final = {401, 403, 405}
"""403: what changes something with a cookie needs a header more, whoever it is."""
FOR_ANYBODY: Final = ("session_begin", "session_end")
QUESTION = {"question": "How many servers are there?"}
WAIT = {"Prefer": "wait=20"}
REPLAY = {"mode": "verify", "filter": "started > -7d", "reason": "an upgrade"}
pytestmark = pytest.mark.usefixtures("streams_end")


@pytest.fixture(scope="module")
def held(served_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    """A server with what the examples of the document name."""
    url = copy_of(served_database, tmp_path_factory.mktemp("generated"))
    with open_service(url) as opstrail, serving(opstrail, users(opstrail)) as nobody:
        held = Held(opstrail, nobody)
        admin = held.holder("admin")
        admin.post("/runs", QUESTION, WAIT)
        admin.post("/runs/latest/pin", {"name": "servers"})
        admin.post("/replays", REPLAY, WAIT)
        yield held


@pytest.fixture(scope="module")
def admin(held: Held) -> Client:
    return held.holder("admin")


@pytest.fixture(scope="module")
def schema(described: dict[str, Any]) -> BaseSchema:
    return schema_of(described)


@pytest.fixture(scope="module")
def operations(schema: BaseSchema) -> dict[str, Described]:
    return operations_of(schema)


def cases(operation: Described, name: str) -> list[Case]:
    """Return the requests with params at their bounds that can be tried."""
    found = [*at_bounds(operation)]
    if name in TAKES_LONG:
        return [each for each in found if each.meta and each.meta.generation.mode.is_negative]
    if name in WITH_SLASHES:
        return [each for each in found if each.method == operation.method.upper()]
    return found


def some(found: list[Case], count: int) -> list[Case]:
    return random.Random(1).sample(found, min(count, len(found)))


def test_every_operation_is_tried(operations: dict[str, Described]) -> None:
    assert {*operations} == {*OPERATIONS}


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_answers_as_the_document_says(
    admin: Client, operations: dict[str, Described], name: str
) -> None:
    for case in some(cases(operations[name], name), OF_EACH):
        assert not faults_of(case, answer_to(case, admin))


@pytest.mark.parametrize("count", [3, pytest.param(1000, marks=pytest.mark.long)])
def test_an_operation_tells_nobody_more_than_that_a_key_is_missing(
    held: Held, operations: dict[str, Described], count: int
) -> None:
    for name, operation in operations.items():
        if name in FOR_ANYBODY:
            continue
        for case in some(cases(operation, name), count):
            answer = answer_to(case, held.nobody)
            assert not faults_of(case, answer)
            assert answer.status_code in REFUSED, (name, answer.text)


@pytest.mark.parametrize("count", [10, pytest.param(200, marks=pytest.mark.long)])
def test_what_came_of_one_operation_is_given_to_the_next_one(
    admin: Client, schema: BaseSchema, count: int
) -> None:
    others = schema.exclude(operation_id=[*TAKES_LONG])
    assert not faults_of_walks(others, admin, count=count)


@pytest.mark.long
@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_answers_whatever_is_asked_as_the_document_says(
    admin: Client, operations: dict[str, Described], name: str
) -> None:
    found = cases(operations[name], name)
    if name not in TAKES_LONG:
        found += at_random(operations[name], count=20)
    for case in found:
        assert not faults_of(case, answer_to(case, admin))
