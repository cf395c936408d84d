"""The documentation keeps up with the code, and what it tells people to run works."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from domain.aggregate.envelope import Actor
from domain.audit.event_lines import exported
from domain.run.aggregate import RUN
from domain.run.commands import CancelRun, RequestRun
from domain.writer import Authorship, StreamWriter
from infrastructure.clock import SystemClock
from infrastructure.event_store.memory import MemoryEventStore
from infrastructure.ids import UuidIds

ROOT = Path(__file__).parent.parent
VERIFIER = ROOT / "adapters" / "exporters" / "verify_events.py"
PAGES = sorted(path.relative_to(ROOT) for path in [*ROOT.glob("docs/**/*.md"), *ROOT.glob("*.md")])


def _run(*command: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *map(str, command)], cwd=cwd, capture_output=True, text=True, check=False
    )


def _generate(root: Path) -> subprocess.CompletedProcess[str]:
    code = "import runpy, sys; sys.argv = ['generate.py', '--check']; sys.path.insert(0, '.');"
    return _run("-c", f"{code} runpy.run_path('docs/generate.py', run_name='__main__')", cwd=root)


def test_the_generated_pages_are_current() -> None:
    done = _generate(ROOT)
    assert (done.returncode, done.stdout) == (0, "")


def test_a_stale_page_is_named(tmp_path: Path) -> None:
    for folder in ("adapters", "domain", "infrastructure", "docs"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / "docs" / "reference" / "errors.md").write_text("old", encoding="utf-8")
    done = _generate(tmp_path)
    assert done.returncode == 1
    assert "errors.md" in done.stdout


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_link_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", (ROOT / page).read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target]
    assert [t for t in local if not (ROOT / page.parent / t).exists()] == []


def test_every_event_is_on_its_page() -> None:
    page = (ROOT / "docs" / "reference" / "events.md").read_text(encoding="utf-8")
    assert [name for name in RUN.types if f"## `{name}`" not in page] == []


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """An exported run of two events, as `opstrail run events RUN -o jsonl` prints it."""
    store = MemoryEventStore()
    by = Authorship("tenant", Actor("person", "Ö"))
    writer = StreamWriter(RUN, "run-1", by, store=store, clock=SystemClock(), ids=UuidIds())
    writer.handle(RequestRun(question="why?"))
    writer.handle(CancelRun("enough"))
    writer.append()
    path = tmp_path / "run.jsonl"
    lines = [json.dumps(event) for event in exported(store.read("tenant", "run-1"))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _lines(export: Path) -> list[str]:
    return export.read_text(encoding="utf-8").splitlines()


def test_the_verifier_fits_on_60_lines_and_needs_only_the_standard_library() -> None:
    source = VERIFIER.read_text(encoding="utf-8")
    imported = set(re.findall(r"^(?:import|from) (\w+)", source, re.MULTILINE))
    assert len(source.splitlines()) <= 60
    assert imported <= sys.stdlib_module_names


def test_an_export_verifies_up_to_its_head_hash(export: Path) -> None:
    head = json.loads(_lines(export)[-1])["head_hash"]
    done = _run(VERIFIER, export, head)
    assert (done.returncode, done.stdout) == (0, f"2 events verified, head hash {head}\n")


@pytest.mark.parametrize(
    "field", ["tenant_id", "type", "recorded_at", "data", "causation_id", "content_hash"]
)
def test_a_changed_field_is_found(export: Path, field: str) -> None:
    lines = _lines(export)
    event = json.loads(lines[1])
    event[field] = f"{event[field]}x"
    export.write_text("\n".join([lines[0], json.dumps(event)]), encoding="utf-8")
    done = _run(VERIFIER, export)
    assert (done.returncode, "line 2: the event does not fit" in done.stderr) == (1, True)


def test_a_missing_event_is_found(export: Path) -> None:
    export.write_text(_lines(export)[1], encoding="utf-8")
    assert "line 1: version 2, expected 1" in _run(VERIFIER, export).stderr


def test_a_cut_end_is_found_by_who_kept_the_head_hash(export: Path) -> None:
    lines = _lines(export)
    export.write_text(lines[0], encoding="utf-8")
    assert _run(VERIFIER, export).returncode == 0
    done = _run(VERIFIER, export, json.loads(lines[1])["head_hash"])
    assert (done.returncode, "the events end at head" in done.stderr) == (1, True)


def test_a_broken_chain_is_found(export: Path) -> None:
    lines = _lines(export)
    event = json.loads(lines[0]) | {"head_hash": "00" * 32}
    export.write_text("\n".join([json.dumps(event), lines[1]]), encoding="utf-8")
    assert "line 1: the chain is broken" in _run(VERIFIER, export).stderr
