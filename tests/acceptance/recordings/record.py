"""Records runs on a small estate, and exports their log: `python record.py FILE`.

It speaks to the command line only, in one process, so that every version of opstrail and every
Python can run it. The newest data are the present instant, so that the same is asked of the same.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any, Final

TENANT: Final = "acme"
NOW: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
QUESTIONS: Final = (
    "How many configuration items are there?",
    "What is affected if srv-01 fails?",
    "What is the average cpu_usage of all servers?",
    "Which five servers have the highest CPU usage?",
    "Success rate of maintenance; which kind is the best?",
    "Show the events of srv-01 in the last 24 hours.",
    "What is affected if srv-99 fails?",
    "Delete srv-01",
)
MEASURED: Final = ["avg(attributes.price)", "sum(attributes.price)", "share(status=active)"]
PLANS: Final[tuple[dict[str, Any], ...]] = (
    {"kind": "direct", "direct_answer": {"answer": "Hello.", "confidence": 0.7}},
    {
        "intent": "AGGREGATE",
        "aggregate": {"group_by": ["location"], "metrics": MEASURED, "top_n": 5},
    },
    {
        "enable_multistep": True,
        "steps": [
            {
                "step_id": f"step-{code}",
                "name": code,
                "intent": "LOOKUP",
                "primary": {"keywords": [code]},
                "metric": {"metric_name": "cpu_usage", "time_range": "last_7d"},
                "history": {"enabled": True},
            }
            for code in ("srv-01", "srv-02")
        ],
    },
)
_SERVERS: Final = range(1, 8)


def record(file: Path) -> None:
    """Ask every question and run every plan on a database of its own, and export its log."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for name, rows in _estate().items():
            _write(work / "estate" / f"{name}.json", rows)
        _opstrail(work, "estate", "import", str(work / "estate"))
        for question in QUESTIONS:
            _opstrail(work, "ask", question, "--anchor", "data")
        for number, plan in enumerate(PLANS):
            _write(work / "plan.json", plan)
            named = ("--question", f"plan {number}", "--anchor", "data")
            _opstrail(work, "run", "start", "--plan", str(work / "plan.json"), *named)
        _opstrail(work, "log", "export", str(file), "--zstd")


def _opstrail(folder: Path, *arguments: str) -> None:
    """Run a command; only what goes wrong in a run may go wrong."""
    from adapters.cli.app import main  # noqa: PLC0415 - of the version that runs this

    with redirect_stdout(StringIO()), redirect_stderr(StringIO()) as said:
        database = str(folder / "record.db")
        code = main(["--database", database, "--tenant", TENANT, *arguments])
    if code and arguments[0] not in {"ask", "run"}:
        raise SystemExit(said.getvalue())


def _write(file: Path, content: object) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(content), encoding="utf-8")


def _estate() -> dict[str, list[dict[str, Any]]]:
    """Return the records by kind; their numbers have sums that are no round ones."""
    return {
        "cis": [*_items()],
        "relations": [
            {"source_code": "app-01", "rel_type": "RUNS_ON", "target_code": "srv-01"},
            {"source_code": "app-02", "rel_type": "DEPENDS_ON", "target_code": "app-01"},
            {"source_code": "srv-01", "rel_type": "USES", "target_code": "disk-01"},
        ],
        "metrics": [{"metric_name": "cpu_usage", "unit": "%"}],
        "metric_points": [*_points()],
        "event_log": [
            {
                "entry_id": f"e-{number}",
                "ci_code": f"srv-0{number}",
                "occurred_at": _ago(number),
                "event_type": "threshold_alarm",
                "severity": number,
            }
            for number in range(1, 4)
        ],
        "maintenance_history": [
            {
                "maintenance_id": f"m-{number}",
                "ci_code": "srv-01",
                "maint_type": ("reboot", "patch", "patch")[number % 3],
                "started_at": _ago(20 + number),
                "duration_min": 7 * number,
                "result": ("success", "failed", "degraded")[number % 3 if number > 3 else 0],
            }
            for number in range(1, 8)
        ],
    }


def _items() -> Iterator[dict[str, Any]]:
    for number in _SERVERS:
        yield {
            **_item(f"srv-0{number}", f"Server 0{number}", "HW", "server"),
            "location": f"zone-{'abc'[number % 3]}",
            "status": "active" if number % 3 else "monitoring",
            "attributes": {"price": 100.1 + number / 3},
        }
    yield from (_item(f"app-0{number}", f"App 0{number}", "SW", "app") for number in (1, 2))
    yield _item("disk-01", "Disk 01", "HW", "storage")


def _item(code: str, name: str, ci_type: str, ci_subtype: str) -> dict[str, Any]:
    return {"ci_code": code, "ci_name": name, "ci_type": ci_type, "ci_subtype": ci_subtype}


def _points() -> Iterator[dict[str, Any]]:
    for number in _SERVERS:
        for hour in range(11):
            yield {
                "ci_code": f"srv-0{number}",
                "metric_name": "cpu_usage",
                "measured_at": _ago(hour),
                "value": round(10.1 * number + hour / 7, 2),
            }


def _ago(hours: int) -> str:
    return (NOW - timedelta(hours=hours)).isoformat()


if __name__ == "__main__":
    record(Path(sys.argv[1]).absolute())
