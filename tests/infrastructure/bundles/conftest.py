"""Two databases, and a bundle of the runs of one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.run.commands import RequestRun
from domain.run.facts import Origin
from tests.contracts.databases import copied
from tests.domain.desk import ASK
from tests.domain.large import answered
from tests.infrastructure.bundles.sites import Site, site

FORK = RequestRun(question="And now?", origin=Origin(kind="fork", parent_run_id="run-1"))


@pytest.fixture
def here(empty_database: Path, tmp_path: Path) -> Iterator[Site]:
    (tmp_path / "here").mkdir()
    with copied(empty_database, tmp_path / "here") as engine:
        made = site(engine)
        made.recorder.record("run-0", RequestRun(question="Another run"))
        made.recorder.record("run-1", ASK, answered()[1:])
        made.recorder.record("run-2", FORK)
        yield made


@pytest.fixture
def there(empty_database: Path, tmp_path: Path) -> Iterator[Site]:
    (tmp_path / "there").mkdir()
    with copied(empty_database, tmp_path / "there") as engine:
        yield site(engine)


@pytest.fixture
def file(here: Site) -> bytes:
    return here.export("run-1", "run-2").content
