"""A server on a socket, which nobody gets to do anything."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters.http.conftest import copy_of
from tests.adapters.http.wire.listening import Listening, listening


@pytest.fixture(scope="module")
def listener(
    served_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Listening]:
    """A server that the tests of a module speak to."""
    with listening(copy_of(served_database, tmp_path_factory.mktemp("listening"))) as listener:
        yield listener


@pytest.fixture
def server(listener: Listening) -> Iterator[Listening]:
    """The same; nothing is done on it by the test, and afterwards it still answers."""
    yield listener
    assert listener.say("GET /v1/runs HTTP/1.1").body == b"[]"
