"""The tools of installed packages, whatever they do."""

import asyncio
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.tools.installed import register_installed
from domain.tools.contracts import BaseTool, ToolContext, ToolErrorCode, ToolResult
from domain.tools.invoker import ToolInvoker
from domain.tools.registry import ToolRegistry, UnknownTool
from tests.estate_fixture import NOW, TENANT
from tests.packages import install

_C = ToolErrorCode
BAD = Path(__file__).with_name("bad_package.py.txt").read_text()
WRONG = """
from domain.tools.contracts import *

class CiTool(BaseTool):
    tool_type = "ci"
    operations = {}

class Shouting(CiTool):
    tool_type = "SELECT *"

class Confused(CiTool):
    tool_type = "confused"
    operations = {"do": "nothing"}

class Good(CiTool):
    tool_type = "good"

def number():
    return 7

def leaves():
    raise SystemExit(3)
"""


class Ci(BaseTool):
    """A tool that opstrail itself has."""

    tool_type = "ci"
    operations = {}


@pytest.fixture(autouse=True)
def _modules_of_each_test() -> Iterator[None]:
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if name in {"bad", "wrong", "broken"}:
            del sys.modules[name]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    packages = tmp_path / "packages"
    packages.mkdir()
    monkeypatch.syspath_prepend(packages)
    return packages


@pytest.fixture
def bad(folder: Path) -> ToolRegistry:
    install(folder, "bad", BAD, {"bad": "bad:BadTool"})
    return registered()


def registered() -> ToolRegistry:
    registry = ToolRegistry()
    registry.register_dynamic(Ci())
    register_installed(registry)
    return registry


def called(registry: ToolRegistry, operation: str, **more: Any) -> ToolResult:  # noqa: ANN401
    timeout_ms = more.pop("timeout_ms", None)
    params, context = {"operation": operation, **more}, ToolContext(TENANT, NOW)
    invoked = ToolInvoker(registry).invoke("bad", context, params, timeout_ms=timeout_ms)
    return asyncio.run(invoked)


@pytest.mark.parametrize(
    ("operation", "code", "said"),
    [
        ("exits", _C.INTERNAL_ERROR, "SystemExit: enough"),
        ("interrupts", _C.INTERNAL_ERROR, "KeyboardInterrupt"),
        ("panics", _C.INTERNAL_ERROR, "Panic: panic"),
        ("gives_up", _C.INTERNAL_ERROR, "CancelledError"),
        ("no_json", _C.INTERNAL_ERROR, "not JSON"),
        ("nan", _C.INTERNAL_ERROR, "not JSON"),
        ("nothing", _C.INTERNAL_ERROR, "no result"),
        ("large", _C.MAX_ROWS_EXCEEDED, "at most 16,777,216 are taken"),
        ("foreign", _C.TENANT_MISMATCH, "rows of another tenant"),
        ("foreign_columns", _C.TENANT_MISMATCH, "rows of another tenant"),
        ("foreign_effect", _C.TENANT_MISMATCH, "rows of another tenant"),
    ],
)
def test_what_goes_wrong_in_a_tool_fails_its_call_alone(
    bad: ToolRegistry, operation: str, code: ToolErrorCode, said: str
) -> None:
    result = called(bad, operation)
    assert (result.success, result.error_code, result.data) == (False, code, None)
    assert said in str(result.error)
    assert "globex" not in str(result)


def test_what_a_tool_says_is_cut(bad: ToolRegistry) -> None:
    assert len(str(called(bad, "shouts"))) < 10_000
    assert len("".join(called(bad, "warns").warnings)) < 500_000


def test_what_a_tool_does_to_its_params_stays_with_it(bad: ToolRegistry) -> None:
    items, context = ["one"], ToolContext(TENANT, NOW)
    params = {"operation": "changes", "items": items}
    result = asyncio.run(ToolInvoker(bad).invoke("bad", context, params))
    assert result.data == {"items": ["one", "more"]}
    assert (items, context.metadata) == (["one"], {})


def test_what_a_tool_prints_does_not_mix_with_the_answer(
    bad: ToolRegistry, capsys: pytest.CaptureFixture[str]
) -> None:
    called(bad, "prints")
    print("answer")  # noqa: T201 - it is what is tested
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("answer\n", "noise\n")


@pytest.mark.parametrize("operation", ["never_ends", "blocks"])
def test_a_coroutine_that_cannot_be_stopped_holds_up_nobody(
    bad: ToolRegistry, operation: str
) -> None:
    result = called(bad, operation, timeout_ms=20)
    assert result.error_code is _C.TOOL_TIMEOUT
    assert "may still work" in str(result.error)


@pytest.mark.parametrize("operation", ["waits", "looks"])
def test_a_call_that_is_given_up_can_end(bad: ToolRegistry, operation: str) -> None:
    result = called(bad, operation, timeout_ms=20)
    ended: list[str] = sys.modules["bad"].ENDED
    for _ in range(200):
        if ended:
            break
        time.sleep(0.01)
    assert (result.error_code, ended) == (_C.TOOL_TIMEOUT, [operation])


def test_the_version_of_the_package_is_the_revision_of_its_answers(bad: ToolRegistry) -> None:
    assert called(bad, "prints").metadata["source_revision"] == "bad 1.0"


@pytest.mark.parametrize(
    ("tool", "place", "why"),
    [
        ("ci", "wrong:CiTool", "a tool named 'ci' is already registered"),
        ("sql", "wrong:Shouting", "the name 'SELECT *'; allowed: [a-z]"),
        ("confused", "wrong:Confused", "what it says of itself makes no sense: AttributeError"),
        ("number", "wrong:number", "wrong:number makes a int, not a BaseTool"),
        ("leaves", "wrong:leaves", "wrong:leaves raises SystemExit: 3"),
        ("missing", "wrong:Missing", "wrong:Missing raises AttributeError"),
        ("absent", "absent:Tool", "absent:Tool raises ModuleNotFoundError"),
    ],
)
def test_a_tool_that_cannot_be_used_is_named_and_others_work(
    folder: Path, tool: str, place: str, why: str
) -> None:
    install(folder, "wrong", WRONG, {tool: place, "good": "wrong:Good"})
    registry = registered()
    assert why in registry.refused[tool]
    assert set(registry.get_available_tools()) == {"ci", "good"}


def test_a_package_that_raises_when_it_is_imported_is_named(folder: Path) -> None:
    install(folder, "broken", "1 / 0", {"ruin": "broken:Tool"})
    registry = registered()
    with pytest.raises(UnknownTool, match=r"tool 'ruin' of broken 1\.0 cannot be used: .* Zero"):
        registry.get_tool("ruin")


def test_whoever_interrupts_while_a_package_is_imported_is_heard(folder: Path) -> None:
    install(folder, "broken", "raise KeyboardInterrupt", {"slow": "broken:Tool"})
    with pytest.raises(KeyboardInterrupt):
        registered()
