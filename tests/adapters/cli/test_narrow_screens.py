"""Every command on a narrow screen: no table wraps, nothing fails."""

import re
import shutil
from pathlib import Path
from typing import Final

import pytest
from rich.cells import cell_len

from tests.adapters.cli.command import Command
from tests.adapters.cli.test_json_output import USES
from tests.adapters.site import Site

READS: Final = (
    *("run list", "run search", "run failures", "run show", "run events", "run timeline"),
    *(
        "run trace",
        "run status",
        "run response",
        "run state",
        "run compare",
        "run diagnose",
        "run lineage",
    ),
    *("run ablate", "run verify", "replay list", "replay show", "replay results", "golden list"),
    *("golden show", "estate summary", "tool list", "tool describe", "projection list"),
    "db check",
)
_LEAST_TIMELINE: Final = 40
COMMAND: Final = re.compile(r"opstrail \w|\(take one")
"""A line with a command that is pasted whole may be longer."""


@pytest.fixture(scope="module")
def site(filled_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Site:
    site = Site(tmp_path_factory.mktemp("narrow"))
    shutil.copy(filled_database, site.database)
    site.fill()
    return site


@pytest.mark.parametrize("width", [20, 60, 80])
def test_no_command_writes_lines_wider_than_the_screen(
    site: Site, width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("COLUMNS", str(width))
    opstrail, wide = Command(site.database, capsys), list[str]()
    for command in READS:
        arguments = [site.names.get(each, each) for each in USES[command][0]]
        ended = opstrail(*command.split(), *arguments)
        assert ended.code in (0, 1), (command, ended.err)
        lines = [line for line in ended.out.splitlines() if not COMMAND.search(line)]
        limit = max(width, _LEAST_TIMELINE) if command == "run timeline" else width
        wide += [f"{command}: {line}" for line in lines if cell_len(line) > limit]
    assert wide == []
