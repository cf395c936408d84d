"""Whatever is asked of the command, it says in a clear line what is wrong, and harms nothing."""

import io
import re
import resource
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

import pytest

from adapters.bootstrap import open_service
from adapters.cli.app import main
from domain.values.text import forbidden
from tests.estate_fixture import NOW, SMALL_ESTATE, TENANT
from tests.fuzz.hostile_files import HostileFiles
from tests.fuzz.hostile_lines import HostileLines
from tests.fuzz.hostile_values import DATABASES, some_text

SEED: Final = 20260301
GIBIBYTE: Final = 1 << 30
LINES_OF_A_DATABASE: Final = 50
UNCLEAR: Final = re.compile(
    r"Traceback|sqlalchemy|psycopg\.|sqlite3\.|SELECT |INSERT |hunter2|nobody foresaw|pydantic"
    r"|Value error|Error\(|Warning:"
)
GOOD_FILES: Final = {
    "cis.csv": "ci_code,ci_name,ci_type,tags.x,criticality\nsrv-1,One,HW,1,2\nsrv-2,Two,HW,,\n",
    "cis.jsonl": '{"ci_code":"a","ci_name":"A","ci_type":"HW","tags":{"x":[1,{"y":null}]}}\n',
    "relations.json": '[{"source_code":"srv-1","target_code":"srv-2","rel_type":"RUNS_ON"}]',
    "metrics.json": '[{"metric_name":"cpu","unit":"%","kind":"gauge"}]',
    "metric_points.csv": "ci_code,metric_name,measured_at,value\nsrv-1,cpu,2026-01-01,1.5\n"
    "srv-1,cpu,2026-01-02,1.7e308\nsrv-1,cpu,2026-01-03,1.7e308\n",
    "event_log.jsonl": '{"entry_id":"1","ci_code":"srv-1","occurred_at":"2026-01-01",'
    '"event_type":"ALARM","severity":3,"attributes":{"a":1}}\n',
    "work_history.csv": "work_id,ci_code,work_type,started_at\nw1,srv-1,patch,2026-01-01\n",
    "maintenance_history.jsonl": '{"maintenance_id":"m","ci_code":"srv-1","maint_type":"x",'
    '"started_at":"2026-01-01","duration_min":2147483647}\n',
    "documents.jsonl": '{"document_id":"d","title":"T","content":"x"}\n',
    "cep_rules.jsonl": '{"rule_id":"r","rule_name":"R","trigger_type":"metric","condition":'
    '"metric.value > 90.0 && ci.status == \\"active\\"","trigger_spec":{"metric_name":"cpu"}}\n',
    "example.plan.json": Path("docs/reference/plan-example.json").read_text(),
    "plan.json": '{"kind":"plan","plan":{"intent":"LOOKUP","primary":{"keywords":["srv"]}}}',
    "patch.json": '{"graph.depth":1,"params":{"primary":{"limit":2}},"assets":{"PLAN:query":"x"}}',
    "result.json": '{"rows":[{"ci_code":"srv-1","n":1.5,"x":null}],"row_count":1}',
}


@dataclass(frozen=True, slots=True)
class Ended:
    """How a line ended: with how many bytes of an answer, and what was said beside it."""

    code: int
    answered: int
    said: str
    seconds: float


@contextmanager
def streams(typed: str) -> Iterator[tuple[io.BytesIO, io.BytesIO]]:
    """Give standard output and error; the streams are files of bytes, as those of a process."""
    out, err = io.BytesIO(), io.BytesIO()
    saved = sys.stdin, sys.stdout, sys.stderr
    sys.stdin = io.TextIOWrapper(io.BytesIO(typed.encode(errors="surrogatepass")), "utf-8")
    sys.stdout = io.TextIOWrapper(out, "utf-8")
    sys.stderr = io.TextIOWrapper(err, "utf-8", write_through=True)
    try:
        yield out, err
    finally:
        sys.stdin, sys.stdout, sys.stderr = saved


def ended(arguments: Sequence[str], typed: str = "") -> Ended:
    began_at = time.monotonic()
    with streams(typed) as (out, err):
        code = main(arguments)
        sys.stdout.flush()
        answered, said = len(out.getvalue()), err.getvalue().decode()
    return Ended(code, answered, said, time.monotonic() - began_at)


def problems(found: Ended) -> list[str]:
    """Return what is wrong with how a line ended."""
    checks = {
        f"exit code {found.code}": found.code not in range(5),
        "nothing said of a failure": found.code > 0 and not found.said and not found.answered,
        "unclear": UNCLEAR.search(found.said) is not None,
        "too long": len(found.said) > 9000 or found.said.count("\n") > 60,
        "changes the layout": forbidden(found.said) is not None,
        "slow": found.seconds > 10,
        "large": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 > GIBIBYTE,
    }
    return [what for what, is_wrong in checks.items() if is_wrong]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with good files, and a database with an estate and some runs."""
    folder = tmp_path_factory.mktemp("good")
    make_good(folder)
    return folder


def make_good(folder: Path) -> None:
    for name, content in GOOD_FILES.items():
        (folder / name).write_text(content)
    with open_service(f"sqlite:///{folder / 'good.db'}") as opstrail:
        opstrail.estates.writer.load(TENANT, SMALL_ESTATE, mode="replace", at=NOW)
    given = ["--database", str(folder / "good.db"), "--tenant", TENANT]
    for words in (
        ["ask", "How many servers are there?"],
        ["ask", "What is the weather?"],
        ["ask", "What is affected if srv-01 fails?"],
        ["golden", "pin", "latest", "--name", "good"],
        ["run", "export", "latest", "--bundle", str(folder / "bundle.zip")],
        ["log", "export", str(folder / "log.jsonl")],
        ["log", "export", "--zstd", str(folder / "log.jsonl.zst")],
    ):
        ended([*given, *words])


def wrong_lines(good: Path, folder: Path, numbers: range) -> Iterator[str]:
    """Yield what is wrong with how each of these lines ended; the folder is the current one."""
    files = HostileFiles(tuple(file for file in good.iterdir() if file.suffix != ".db"), folder)
    lines, database = HostileLines(files, seed=SEED), str(folder / "used.db")
    for number in numbers:
        if number % LINES_OF_A_DATABASE == 0:
            shutil.copy(good / "good.db", database)
        arguments = lines.line(number)
        typed = some_text(Random(number))
        found = ended(["--database", database, "--tenant", TENANT, *arguments], typed)
        if why := problems(found):
            shown = [each[:200] for each in arguments]
            yield f"line {number}: {', '.join(why)}: {shown!r} said {found.said[:600]!r}"
        if (number + 1) % LINES_OF_A_DATABASE == 0:
            verified = ended(["--database", database, "log", "verify"])
            if verified.code != 0:
                yield f"after line {number} the record is not whole: {verified.said}"


@pytest.mark.parametrize("count", [150, pytest.param(5000, marks=pytest.mark.long)])
def test_a_hostile_line_is_answered_with_a_clear_one(
    good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("OPSTRAIL_CONFIG", str(tmp_path / "opstrail.toml"))
    (tmp_path / "folder").mkdir()
    assert list(wrong_lines(good, tmp_path, range(count))) == []


def test_a_hostile_database_is_answered_with_a_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("OPSTRAIL_CONFIG", str(tmp_path / "opstrail.toml"))
    for url in filter(lambda each: "://" in each, DATABASES):
        for words in (["run", "list"], ["profile", "use", "nobody"], ["profile", "show"]):
            assert problems(ended(["--database", url, *words])) == [], (url, words)
