"""A copy of a database that its reader may not change: an auditor's."""

import json
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.adapters.site import Site
from tests.ordinary_user import ordinary_python, run

PROGRAM = """
import json, sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from adapters.cli.app import main
ended = []
for arguments in json.loads(sys.argv[2]):
    with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
        code = main(["--database", sys.argv[1], "--tenant", "acme", *arguments])
    ended.append([int(code), out.getvalue(), err.getvalue()])
print(json.dumps(ended))
"""
DRY_RUN = "estate remove srv-01 --reason Old --dry-run"
READS = (
    "run list",
    "run list -q tool=ci -o ids",
    "run list -o ids",
    "run show latest",
    "run timeline @good",
    "run trace @good -o json",
    "run verify @good",
    "run failures",
    "run search affected",
    "run compare @good @failed",
    "run diagnose @failed",
    "run lineage @good",
    "run events @good",
    "run watch @good",
    "run recover --dry-run",
    "run verify --all",
    DRY_RUN,
    "db sweep --dry-run",
    "estate history",
    "db check",
    "db size",
    "golden check",
    "estate summary",
    "replay list",
    "log verify",
    "projection list",
)
WRITES = ("ask hello", "run annotate @good Seen", "db upgrade")


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Copy:
    """A copy in a folder that the ordinary user may not write."""

    site: Site
    database: Path

    def __call__(self, *commands: str) -> list[Ended]:
        arguments = [[self.site.names.get(w, w) for w in c.split()] for c in commands]
        called = [*ordinary_python(), "-c", PROGRAM, str(self.database), json.dumps(arguments)]
        ended = run(called[:-4], *called[-4:])
        assert ended.returncode == 0, ended.stderr
        return [Ended(*each) for each in json.loads(ended.stdout)]

    def files(self) -> dict[str, bytes]:
        return {each.name: each.read_bytes() for each in self.database.parent.iterdir()}


@pytest.fixture(scope="module")
def site(filled_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Site:
    made = Site(tmp_path_factory.mktemp("site"))
    shutil.copy(filled_database, made.database)
    made.fill()
    return made


@pytest.fixture
def folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="read-only-") as name:  # where anybody may come
        yield Path(name)
        Path(name).chmod(0o755)


def closed(site: Site, folder: Path) -> Copy:
    for each in folder.iterdir():
        each.chmod(0o444)
    folder.chmod(0o555)
    return Copy(site, folder / "opstrail.db")


@pytest.fixture
def copy(site: Site, folder: Path) -> Copy:
    """A copy of a database that nobody has open."""
    shutil.copy(site.database, folder)
    return closed(site, folder)


def with_log(site: Site, folder: Path, *, suffixes: Sequence[str]) -> Copy:
    """A copy of a database that somebody writes: its newest events are in the log beside it."""
    shutil.copy(site.database, folder / "live.db")
    with closing(sqlite3.connect(folder / "live.db")) as open_for_long:
        open_for_long.execute("SELECT 1 FROM events").fetchone()
        Site.run(_moved(site, folder / "live.db"), "ask", "hello")
        for suffix in suffixes:
            shutil.copy(folder / f"live.db{suffix}", folder / f"opstrail.db{suffix}")
    for left in folder.glob("live*"):
        left.unlink()
    return closed(site, folder)


def _moved(site: Site, database: Path) -> Any:  # noqa: ANN401 - a site in all that `run` needs
    moved = Site(database.parent)
    moved.database, moved.names = database, site.names
    return moved


def test_whatever_reads_works_on_a_copy_that_may_not_be_written(copy: Copy) -> None:
    before = copy.files()
    found = dict(zip(READS, copy(*READS), strict=True))
    assert {read: ended.code for read, ended in found.items() if ended.code != 0} == {
        "run compare @good @failed": 1,
        "run verify --all": 1,
    }
    assert copy.files() == before
    assert found["run list -q tool=ci -o ids"].out != ""
    assert "1 projections" not in found["log verify"].err
    assert "answer drifts" in found["run verify --all"].out
    assert "nothing is recorded" in found["run verify --all"].err
    assert "nothing was written" in found[DRY_RUN].err


def test_a_preview_of_an_erasure_needs_no_right_to_write(copy: Copy) -> None:
    (ended,) = copy("run erase @good call-1 --preview")
    assert "cannot be written" not in ended.err


OPENED_BY_URI = """
import sqlite3, sys
sqlite3.connect(sys.argv[1], uri=True).execute("SELECT count(*) FROM v_runs").fetchone()
"""


def test_sql_reads_a_copy_in_the_documented_way(copy: Copy) -> None:
    documented = "file:opstrail.db?immutable=1"
    assert f"`sqlite3 '{documented}'`" in Path("docs/reference/sql-views.md").read_text()
    at_copy = documented.replace("opstrail.db", str(copy.database))
    codes = [
        run(ordinary_python(), "-c", OPENED_BY_URI, uri).returncode
        for uri in (f"file:{copy.database}?mode=ro", at_copy)
    ]
    assert codes == [1, 0]


def test_what_writes_is_refused_on_a_copy_that_may_not_be_written(copy: Copy) -> None:
    before = copy.files()
    assert [ended.code for ended in copy(*WRITES[:2])] == [1, 1]
    assert copy.files() == before


@pytest.mark.parametrize("suffixes", [("", "-wal"), ("", "-wal", "-shm")])
def test_what_is_in_the_log_beside_a_copy_is_read(
    site: Site, folder: Path, suffixes: tuple[str, ...]
) -> None:
    copy = with_log(site, folder, suffixes=suffixes)
    before = copy.files()
    shown, verified = copy("run show latest", "log verify")
    assert "hello" in shown.out
    assert ("a copy of " in shown.err) == ("-shm" not in suffixes)
    assert (verified.code, copy.files()) == (0, before)
