"""The command as tests run it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from adapters.cli.app import main


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

    def __call__(self, *arguments: str) -> Ended:
        options = ["--database", str(self.database), "--tenant", self.tenant]
        return self.run([*options, *arguments])

    def run(self, arguments: Sequence[str]) -> Ended:
        self.capsys.readouterr()
        code = main(arguments)
        captured = self.capsys.readouterr()
        return Ended(code, captured.out, captured.err)
