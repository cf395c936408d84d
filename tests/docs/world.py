"""A world in which the documentation's commands can be run: estates, runs and files."""

import json
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import chdir, closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from adapters.bootstrap import open_service
from adapters.cli.app import main
from domain.aggregate.envelope import Actor
from domain.replay.bulk.orders import BulkOrder
from domain.run.commands import RequestRun
from domain.views.bulk_replay import BulkMode
from domain.writer import Authorship
from tests.docs.blocks import ROOT
from tests.infrastructure.payloads.keeping import age

IMPACT: Final = "What is affected if srv-erp-01 fails?"
AVERAGE: Final = "What is the average cpu usage of srv-erp-01 over the last 24 hours?"
QUESTIONS: Final = {
    "@servers": "How many servers are there?",
    "@average": AVERAGE,
    "@impact": IMPACT,
}
"""The questions of golden runs, which have their names."""
BY: Final = Authorship("default", Actor("person", "ada"))
WHY: Final = ("--reason", "to see")
NEEDS_A_SHELL: Final = re.compile(r"[|]|\$\(")
TYPED: Final = re.compile(r"printf '([^']*)' \| ")
INTO_A_FILE: Final = re.compile(r" > ([\w.]+)$")
NEEDS_PROFILES: Final = re.compile("profile (use|remove|show)")
SHORTER: Final[Mapping[str, str]] = {
    r"estate demo$": "estate demo --days 1",
    r"estate discover.*": "estate discover --seconds 0",
    r"postgresql://\S*@?\S+/(?:ops|opstrail)\w*": "./other.db",
    r"/backups/": "./",
    r"--at -5m": "--at -1ms",
    r" > ~/.*/": " > ",
    r" \|\| .*| \| head -1": "",
    r"2026-03-01[T ]12:00:00(?:\.250|Z)": "2100-01-01T00:00:00Z",
}
"""What takes less time, a database that stands for one on a server, and times that runs have."""

MEANT: Final[tuple[tuple[str, Mapping[str, str]], ...]] = (
    (r"run resume|--retry-failed|step latest", {"latest": "@failed", "5f1c0a2e": "@failed"}),
    (r"run cancel", {"latest": "@waiting", "5f1c0a2e": "@waiting"}),
    (
        r"run erase",
        {"RUN": "@impact", "CALL": "graph", "latest": "@impact", "5f1c0a2e": "@impact"},
    ),
    (r"run compare", {"5f1c0a2e": "@impact", "9b77d310": "@latest"}),
    (r"run bisect", {"GOOD": "@fewer", "BAD": "@servers"}),
    (r"run bisect", {"5f1c0a2e": "@fewer", "9b77d310": "@servers", "latest": "@servers"}),
    (r"run resume .*--result", {"metric": "primary"}),
    (r"metric=|--name cpu", {"latest": "@average", "5f1c0a2e": "@average"}),
    (r"", {"5f1c0a2e": "@failed"}),
    (r"", {"01a20317": "@impact", "7b0c4df2": "@average"}),
    (r"", {"1e9e087ee66a": "@group", "5f1c0a2e9b77": "@group"}),
)
"""What the runs of the documentation are in the world, by what a command does with them."""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


class World:
    """A folder with a database and files; commands are run in it."""

    def __init__(self, folder: Path, names: Mapping[str, str]) -> None:
        self.folder, self.names = folder, names

    def copied(self, folder: Path) -> "World":
        shutil.copytree(self.folder, folder)
        return World(folder, self.names)

    def run(self, line: str) -> Ended:
        """Run a line of the documentation: by the shell if it needs one, else in this process."""
        for pattern, shorter in SHORTER.items():
            line = re.sub(pattern, shorter, line)
        return self.run_exactly(self._meant(line))

    def run_exactly(self, line: str) -> Ended:
        """Run a line as it stands."""
        typed = TYPED.match(line)
        line = line[typed.end() :] if typed else line
        if made := re.search(r"export .*?(\S+\.(?:zip|zst))", line):
            (self.folder / made[1]).unlink(missing_ok=True)
        if "run erase" in line:  # a command before it may have stored the same result anew
            with open_service(f"sqlite:///{self.folder / 'ops.db'}") as service:
                age(service.engine)
        with chdir(self.folder), patch.dict(os.environ, self._environment(line)):
            if NEEDS_A_SHELL.search(re.sub(r"'[^']*'|\"[^\"]*\"", "", line)):
                return self._by_shell(line)
            into = INTO_A_FILE.search(line)
            words = shlex.split(line[: into.start()] if into else line)[1:]
            ended = in_process(words, typed[1].replace("\\n", "\n") if typed else "")
            if into:
                Path(into[1]).write_text(ended.out, encoding="utf-8")
            return ended

    def _meant(self, line: str) -> str:
        for pattern, meant in MEANT:
            if re.search(pattern, line):
                for word, name in meant.items():
                    line = re.sub(rf"\b{word}\b(?!\.\.)", self.names.get(name, name), line)
        return line

    def _environment(self, line: str) -> dict[str, str]:
        profiles = "known.toml" if NEEDS_PROFILES.search(line) else "opstrail.toml"
        return {
            "OPSTRAIL_DATABASE_URL": str(self.folder / "ops.db"),
            "OPSTRAIL_SOURCES_FILE": str(self.folder / "sources.toml"),
            "OPSTRAIL_CONFIG": str(self.folder / profiles),
            "XDG_STATE_HOME": str(self.folder / "state"),
            "PYTHONPATH": str(ROOT),
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
        }

    def _by_shell(self, line: str) -> Ended:
        done = subprocess.run(
            ["/bin/sh", "-c", line], capture_output=True, text=True, check=False, timeout=60
        )
        return Ended(done.returncode, done.stdout, done.stderr)


def in_process(arguments: list[str], typed: str = "") -> Ended:
    """Run a command as a process would, without starting one."""
    out, err = StringIO(), StringIO()
    with (
        redirect_stdout(out),
        redirect_stderr(err),
        patch("sys.stdin", TextIOWrapper(BytesIO(typed.encode()))),
    ):
        code = main(arguments)
    return Ended(code, out.getvalue(), err.getvalue())


def made_world(folder: Path) -> World:
    """Fill the folder."""
    world = World(folder, names := dict[str, str]())
    _write_files(folder)

    def asked(*arguments: str) -> Any:  # noqa: ANN401 - looked into below
        ended = world.run_exactly(shlex.join(["opstrail", *arguments]))
        assert ended.code in {0, 4}, (arguments, ended)
        return json.loads(ended.out) if ended.out.startswith("{") else None

    def run_of(question: str) -> str:
        return str(asked("ask", question, "--anchor", "data", "-o", "json")["run_id"])

    for tenant in ("demo", "default"):
        asked("--tenant", tenant, "estate", "demo", "--days", "1")
    asked("estate", "discover", "--seconds", "0")
    failed = asked("run", "start", "--plan", "late.json", "--anchor", "data", "-o", "json")
    names["@failed"] = str(failed["run_id"])
    names["@fewer"] = run_of(QUESTIONS["@servers"])
    for what, file in (("publish", "wider"), ("publish", "impact"), ("draft", "wider")):
        asked("asset", what, "view:NOC", f"{file}.json", "--why", "to see")
    asked("words", "add", "box", "server")
    run_of(QUESTIONS["@servers"])  # so that its tool is known when golden runs are made
    asked("estate", "import", "cis.csv")  # with the item that the run did not find
    for name, question in QUESTIONS.items():
        names[name] = run_of(question)
        asked("golden", "pin", "latest", "--name", name.removeprefix("@"))
    (group,) = json.loads(world.run_exactly("opstrail run failures -o json").out)
    names["@group"] = group["fingerprint"]
    names["@waiting"] = _leave_undone(folder / "ops.db")
    names["@latest"] = run_of(IMPACT)
    asked("run", "export", names["@latest"], names["@average"], "--bundle", "run.zip")
    shutil.copy(folder / "run.zip", folder / "goldens.zip")
    asked("log", "export", "log.jsonl.zst", "--zstd")
    world.run_exactly(f"opstrail ask '{IMPACT}' --plan-only > plan.json")
    asked("--database", "./other.db", "db", "upgrade")
    asked("profile", "add", "work", "--tenant", "demo")
    asked("profile", "add", "trial", "--tenant", "demo")
    (folder / "opstrail.toml").rename(folder / "known.toml")
    return world


def _write_files(folder: Path) -> None:
    program = folder / "bin" / "opstrail"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m adapters.cli "$@"\n')
    program.chmod(0o755)
    servers = {"kind": "item", "where": [{"field": "ci_subtype", "value": "server"}]}
    query = {"want": {"do": "count"}, "of": [servers]}
    (folder / "query.json").write_text(json.dumps(query))
    (folder / "read.json").write_text(json.dumps({"rows": []}))
    late = {"primary": {"keywords": ["srv-late-01"]}, "metric": {"metric_name": "cpu_usage"}}
    (folder / "late.json").write_text(json.dumps(late))
    view = {"direction": "in", "max_depth": 2}
    for file, kinds in (("view", ["USES"]), ("impact", ["RUNS_ON"]), ("wider", ["DEPENDS_ON"])):
        (folder / f"{file}.json").write_text(json.dumps({**view, "rel_types": kinds}))
    (folder / "words.toml").write_text('[words]\nbox = "server"\n')
    (folder / "policy.toml").write_text('[tools."*"]\nmax_retries = 1\n')
    _write_sources(folder)
    (folder / "inventory").mkdir()
    head = "ci_code,ci_name,ci_type,ci_subtype,status"
    known = ("srv-late-01", "srv-old-01")
    for file, codes in (("cis.csv", known), ("inventory/cis.csv", (*known, "srv-new-01"))):
        rows = [f"{code},Server,HW,server,active\n" for code in codes]
        (folder / file).write_text("".join([f"{head}\n", *rows]))


def _write_sources(folder: Path) -> None:
    """Name the source that the documentation asks, with a file for its database."""
    with closing(sqlite3.connect(folder / "erp.db")) as erp:
        erp.execute("CREATE TABLE orders (id, item, status, tenant)")
    source = f"""[sources.erp]
        kind = "sql"
        url = "sqlite:///{folder / "erp.db"}"
        tables.orders = {{ tenant_column = "tenant" }}
    """
    (folder / "sources.toml").write_text(source)


def _leave_undone(database: Path) -> str:
    """Start a bulk replay and request a run; nobody goes on with them. Return the run's id."""
    with open_service(f"sqlite:///{database}") as service:
        order = BulkOrder(mode=BulkMode.VERIFY, filter="started > -7d", reason="to see")
        service.bulk_replays.start(order, BY)
        run_id = service.runs.request(RequestRun(question=AVERAGE), BY).run_id
        age(service.engine)
    return run_id
