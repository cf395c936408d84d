"""The command lines of the README and of the documentation end as they are said to end.

Every line of a code block that calls opstrail is run, those with pipes by the shell.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.docs.blocks import pages_with_commands
from tests.docs.world import World, made_world

COMMANDS: Final = pages_with_commands()
AT_LEAST: Final = 140
"""How many lines there are; fewer tell that they are not found any more."""

ENDING_OTHERWISE: Final[Mapping[str, int]] = {
    "opstrail run compare previous..latest": 1,  # they differ
    'opstrail run fork latest --at 9 --blocked --reason "only from the record"': 3,
    # No run of the world has a tool that changes something, so none waits.
    'opstrail run approve latest restart --reason "planned for tonight"': 2,
    'opstrail run approve latest --all --reason "looked at"': 2,
    'opstrail run deny latest restart --reason "it runs already"': 2,
    # The world has no key, and its id would be another one.
    'opstrail key rotate 0123456789ab --keep-old 24h --why "each quarter"': 4,
    'opstrail key revoke 0123456789ab --why "it leaked"': 4,
    # The world has no server, and its database is a file.
    "opstrail --server http://localhost:8321 run show latest": 1,
    "opstrail --database postgresql://ada@db.example.org/opstrail db roles": 2,
    # The world has no Prometheus.
    "opstrail tool call prometheus.range --params"
    """ '{"source": "prom", "promql": "rate(errors[5m])", "time_range": "last_24h"}'""": 4,
}
"""The lines that end with another code than 0, as the text around them says."""


OF_TIME: Final = {"opstrail golden check servers impact --mode rerun --strict": {0, 1}}
"""The lines that also end with a warning, where the machine is slower than it was before."""

ENDLESS: Final = ("opstrail run list --watch", "opstrail serve", "opstrail serve --port 0")
"""The lines that go on until somebody stops them."""

OF_ALTERNATIVES: Final = ("docs/reference/cli.md", "docs/how-to/replay-a-run.md")
"""The pages whose commands do not follow each other: each has the world as it was."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return made_world(tmp_path_factory.mktemp("docs") / "world")


def test_the_lines_are_found() -> None:
    assert sum(map(len, COMMANDS.values())) >= AT_LEAST


@pytest.mark.parametrize("page", COMMANDS)
def test_the_command_lines_of_a_page_work(world: World, tmp_path: Path, page: str) -> None:
    copy, wrong = world.copied(tmp_path / "page"), list[object]()
    lines = [line for line in COMMANDS[page] if line not in ENDLESS]
    for number, line in enumerate(lines):
        if page in OF_ALTERNATIVES:
            copy = world.copied(tmp_path / str(number))
        ended = copy.run(line)
        allowed = OF_TIME.get(line, {ENDING_OTHERWISE.get(line, 0)})
        if ended.code not in allowed or "Traceback" in ended.err:
            wrong.append((line, ended.code, ended.out[-300:], ended.err[-300:]))
    assert not wrong, "\n".join(map(str, wrong))
