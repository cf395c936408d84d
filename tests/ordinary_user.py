"""Becoming an ordinary user, for whom files have rights: root may do everything with them."""

import os
import pwd
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.postgres_launch import ORDINARY_USER

ROOT = Path(__file__).parents[1]
READS_ALL = ["--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search"]
"""What root reads, such as a Python below /root, but it writes only what is its own."""

# Alembic asks `os.access`, which does not know of that right: a closed folder stays closed to it.
READS_THE_PROJECT = (
    "import os, pytest, tests.postgres; assert os.access('infrastructure/migrations', os.F_OK)"
    " and os.access(os.path.abspath('infrastructure/migrations'), os.F_OK)"
)


def run(python: list[str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": os.environ["PATH"]}
    command = [*python, *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@cache
def ordinary_python() -> list[str]:
    """Return how to start Python as the ordinary user; skip where it cannot be."""
    if os.geteuid() != 0:
        return [sys.executable]
    group = str(pwd.getpwnam(ORDINARY_USER).pw_gid)
    becoming = ["setpriv", "--reuid", ORDINARY_USER, "--regid", group, "--clear-groups"]
    for rights in (READS_ALL, []):
        python = [*becoming, *rights, sys.executable]
        try:
            if run(python, "-c", READS_THE_PROJECT).returncode == 0:
                return python
        except FileNotFoundError:
            break
    pytest.skip("no setpriv here, or an ordinary user cannot read this Python")
