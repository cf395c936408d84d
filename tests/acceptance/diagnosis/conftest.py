"""A database with the small estate, made once and copied for each situation."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from adapters.bootstrap import open_service
from tests.acceptance.diagnosis.planting import Site
from tests.estate_fixture import NOW, SMALL_ESTATE, TENANT


@pytest.fixture(scope="session")
def small_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("diagnosis") / "small.db"
    with open_service(f"sqlite:///{path}") as opstrail:
        opstrail.estates.writer.load(TENANT, SMALL_ESTATE, mode="replace", at=NOW)
    return path


@pytest.fixture(autouse=True)
def _planned_by_hand(planned_by_hand: None) -> None:
    """What is planted happens to calls of these plans."""


@pytest.fixture(autouse=True)
def no_run_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a busy machine would be a reason, too."""
    monkeypatch.setattr("domain.replay.diagnosis.time_taken.SLOW_MS", 3_600_000)


@pytest.fixture
def planted(small_database: Path, tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """Give what makes a site, with tools to which something happens."""
    database = tmp_path / "planted.db"
    shutil.copy(small_database, database)
    with ExitStack() as opened:

        def make(*given: Any, **named: Any) -> Site:  # noqa: ANN401 - what a site takes
            site = Site(database, *given, **named)
            opened.enter_context(closing(site.opstrail))
            return site

        yield make
