"""The command as tests run it."""

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from adapters.cli.app import main
from tests import served


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - tests look into it
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


@dataclass(frozen=True)
class Command:
    """`opstrail` on one database."""

    database: Path
    capsys: pytest.CaptureFixture[str]
    tenant: str = "acme"
    is_served: bool = served.IS_ASKED_FOR

    @property
    def options(self) -> list[str]:
        return ["--database", str(self.database), "--tenant", self.tenant]

    def __call__(self, *arguments: str) -> Ended:
        """Run the command; what it prints is without the options that it repeats in commands."""
        options, words = self.options, [*arguments]
        if self.is_served and not served.is_of_the_machine(words):
            tenant = served.taken_out(words, "--tenant") or self.tenant
            options = ["--server", served.SERVERS.url(self.database, tenant)]
        ended = self.run([*options, *words])
        repeated = f"opstrail {shlex.join(options)} "
        out, err = (text.replace(repeated, "opstrail ") for text in (ended.out, ended.err))
        return Ended(ended.code, out, err)

    def run(self, arguments: Sequence[str]) -> Ended:
        self.capsys.readouterr()
        code = main(arguments)
        captured = self.capsys.readouterr()
        return Ended(code, captured.out, captured.err)
