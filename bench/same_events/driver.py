"""Makes runs of many kinds with the opstrail on the path, whichever version that is.

`python driver.py make ROOT FOLDER < kinds.json` makes a folder for each kind (see `kind.py`) with
its database, its log and the exit codes of its commands. `python driver.py import ROOT FOLDER <
names.json` imports these and prints what is wrong. The code is that of ROOT. Tools and planner are
scripted, unless the script `is_real`. Nothing is used here that a version since 693ce3c lacks.
"""

import asyncio
import contextlib
import importlib
import importlib.util
import io
import json
import os
import shutil
import signal
import sys
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from adapters.cli.app import main
from domain.plan.plan import PlanOutput
from domain.plan.planner import QuestionNotUnderstood
from domain.run.commands import AnnotateRun, CancelRun
from domain.tools.contracts import BaseTool, Operation, ToolErrorCode, ToolFailure, ToolResult
from domain.writer import Authorship

try:
    from domain.aggregate.envelope import Actor

    importlib.import_module("as_before").as_before()
except ImportError:  # as 693ce3c has it
    from domain.run.envelope import Actor  # type: ignore[import-not-found,no-redef]

opstrail: Any = importlib.import_module("adapters.bootstrap")
NEWEST_AT: Final = datetime(2020, 1, 20, 12, tzinfo=UTC)
"""The newest data of the estate; times of runs that are anchored at the data count from it."""
TENANT, FALLS_BACK, STANDS_IN = "acme", "metric", "archive"
_FOREVER_SECONDS: Final = 60
_IS_OF_RULES: Final = importlib.util.find_spec("adapters.planners.reader") is None  # older ones
_PLANNER: Final = "RulesPlanner" if _IS_OF_RULES else "ReaderPlanner"
_PLANNED_IN: Final = f"adapters.planners.{'rules' if _IS_OF_RULES else 'reader'}.planner"
_JSON = Any
_script: dict[str, _JSON] = {"is_real": False}
_real, _made = dict[str, _JSON](), Counter[str]()


class ScriptedTool(BaseTool):
    """A tool that takes what the real one takes, and answers what the script says."""

    def __init__(self, real: BaseTool, name: str | None = None) -> None:
        self.real, self._name = real, name or real.tool_name

    @property
    def tool_type(self) -> str:
        """See `BaseTool`."""
        return self.real.tool_type

    @property
    def tool_name(self) -> str:
        """See `BaseTool`."""
        return self._name

    @property
    def operations(self) -> Mapping[str, Operation[Any]]:
        """See `BaseTool`."""
        made = {}
        for name, operation in self.real.operations.items():
            said = {each: getattr(operation, each) for each in Operation.__annotations__}
            made[name] = Operation(**{**said, "run": self._answering(name)})
        return made

    def _answering(self, operation: str) -> _JSON:
        async def answer(_: object, params: _JSON) -> ToolResult:
            return await _answer(f"{self._name}.{operation}", params.model_dump_json())

        return answer


async def _answer(call: str, params: str) -> ToolResult:
    """Do what the script says of the call; a list is said of its attempts, in order."""
    key = next(key for key in _script if _fits(key, call, params))
    said = _script[key]
    if isinstance(said, list):
        _made[key] += 1
        said = said[min(_made[key], len(said)) - 1]
    await asyncio.sleep(said.get("sleeps", 0))
    await _stand_still(said)
    if "fails" in said:
        raise ToolFailure(ToolErrorCode(said["fails"]), said["message"])
    if "raises" in said:
        raise RuntimeError(said["raises"])
    return ToolResult(success=True, **said["gives"])


async def _stand_still(said: _JSON) -> None:
    """End the process, or interrupt it as Ctrl-C does, if the script says so."""
    if "crashes" in said:
        os._exit(said["crashes"])
    if "interrupts" in said:
        signal.raise_signal(said["interrupts"])
        await asyncio.sleep(0 if "gives" in said else _FOREVER_SECONDS)


def _fits(key: str, call: str, params: str) -> bool:
    name, _, word = key.partition(" ")
    return name == call and word in params


class ScriptedPlanner:
    """A planner with one answer for every question."""

    name, version = "scripted", "7"

    async def plan(self, question: str, _context: object) -> PlanOutput:
        """See `Planner`."""
        said = _script["plans"]
        await _stand_still(said)
        if "not_understood" in said:
            raise QuestionNotUnderstood(question, why=said["not_understood"], examples=["How?"])
        if "raises" in said:
            raise RuntimeError(said["raises"])
        return PlanOutput.model_validate(said)


def _dated_estate(*given: object) -> _JSON:
    """Return an estate whose newest data are of a known day."""
    estate = _real["SqlEstate"](*given)
    estate.newest_at = lambda _: NEWEST_AT
    return estate


def _registry() -> _JSON:
    """Return a registry in which one tool, if it is there, stands in for another."""
    registry = _real["ToolRegistry"]()
    registry.fallback_of = lambda name: _stand_in(registry, name)
    return registry


def _stand_in(registry: _JSON, name: str) -> str | None:
    return STANDS_IN if name == FALLS_BACK and registry.is_registered(STANDS_IN) else None


def _planner() -> _JSON:
    return _real[_PLANNER]() if _script["is_real"] else ScriptedPlanner()


def _tools(estate: object) -> list[BaseTool]:
    if _script["is_real"]:
        return list(_real["builtin_tools"](estate))
    tools = {tool.tool_name: ScriptedTool(tool) for tool in _real["builtin_tools"](estate)}
    if not _script.get("falls_back"):
        return [*tools.values()]
    return [*tools.values(), ScriptedTool(tools[FALLS_BACK].real, STANDS_IN)]


def make_all(folder: Path, kinds: list[_JSON]) -> None:
    """Make the runs of each kind on a new database in a folder of its own."""
    for name, (double, module) in {
        "builtin_tools": (_tools, "adapters.tools.builtin"),
        _PLANNER: (_planner, _PLANNED_IN),
        "SqlEstate": (_dated_estate, "infrastructure.estate.sql_estate"),
        "ToolRegistry": (_registry, "adapters.tools.builtin"),
    }.items():
        # Where the name is looked up: in older versions by the composition.
        home = opstrail if hasattr(opstrail, name) else importlib.import_module(module)
        _real[name] = getattr(home, name)
        setattr(home, name, double)
    empty = folder / "empty.db"
    for made_by in (["run", "list"], ["db", "upgrade"]):  # in older versions, and in this one
        _command(empty, made_by)
    for kind in kinds:
        place = folder / kind["name"]
        place.mkdir()
        shutil.copy(empty, place / "runs.db")
        with contextlib.chdir(place):
            _make(kind)


def _make(kind: _JSON) -> None:
    database = Path("runs.db")
    for name, content in kind["files"].items():
        Path(name).write_text(json.dumps(content), encoding="utf-8")
    codes = [_step(database, step) for step in kind["steps"]]
    codes.append(_command(database, ["log", "verify"])[0])
    codes.append(_command(database, ["log", "export", "log.jsonl"])[0])
    Path("codes.json").write_text(json.dumps(codes), encoding="utf-8")


def _step(database: Path, step: _JSON) -> int:
    """Do a step and return its exit code; `{1}` in it is the id of the first run."""
    _script.clear()
    _script.update(step["script"])
    _made.clear()
    runs = _command(database, ["run", "list", "-o", "ids"])[1].split()[::-1]
    named = {f"{{{number}}}": run_id for number, run_id in enumerate(runs, start=1)}
    arguments = [named.get(argument, argument) for argument in step["do"]]
    if arguments[0] == "note":
        return _note(database, *arguments[1:])
    if not step["dies"]:
        return _command(database, arguments)[0]
    if (child := os.fork()) == 0:
        os._exit(_command(database, arguments)[0])
    status = os.waitpid(child, 0)[1]
    asyncio.run(asyncio.sleep(1.5))  # until it is lost; see `checking`
    return os.waitstatus_to_exitcode(status)


def _command(database: Path, arguments: list[str]) -> tuple[int, str]:
    """Run a command, and return its exit code and all that it said."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = main(["--database", str(database), "--tenant", TENANT, *arguments])
    return int(code), said.getvalue()


def _note(database: Path, command: str, run_id: str, text: str) -> int:
    """Record a remark or a cancellation, for which 693ce3c has no command."""
    note = {"annotate": AnnotateRun, "cancel": CancelRun}[command](text)
    with opstrail.open_service(f"sqlite:///{database}") as service:
        runs: _JSON = getattr(service, "runs", None) or service.service  # as 693ce3c has it
        runs.note(run_id, note, Authorship(TENANT, Actor("person", "ada")))
    return 0


def import_all(folder: Path, kinds: list[str]) -> dict[str, list[str]]:
    """Import the log of each kind into a new database, and return what is wrong with it there."""
    return {kind: _import_problems(folder / kind) for kind in kinds}


def _import_problems(place: Path) -> list[str]:
    for command in (["log", "import", str(place / "log.jsonl")], ["log", "verify"]):
        code, said = _command(place / "imported.db", command)
        if code:
            return [f"{' '.join(command)} ended with {code}: {said}"]
    return []


if __name__ == "__main__":
    task, root, where = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    if not Path(str(opstrail.__file__)).is_relative_to(root):
        sys.exit(f"the code is from {opstrail.__file__}, not from {root}")
    if task == "make":
        make_all(where, json.load(sys.stdin))
    else:
        print(json.dumps(import_all(where, json.load(sys.stdin))))
