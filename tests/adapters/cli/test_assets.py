"""`opstrail asset` says what is published, what a change changes, and why something is refused."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.adapters.cli.command import Command

VIEW = {"rel_types": ["RUNS_ON"], "direction": "in", "max_depth": 1}
TOML = 'rel_types = ["RUNS_ON", "DEPENDS_ON"]\ndirection = "in"\nmax_depth = 2\n'
WHY = ("--why", "less noise")
Write = Callable[[str, object], str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, content: object) -> str:
        path = tmp_path / name
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_text(text, encoding="utf-8")
        return str(path)

    return written


def test_an_asset_is_published_shown_changed_rolled_back_and_retired(
    opstrail: Command, write: Write
) -> None:
    first = opstrail("asset", "publish", "view:NOC", write("a.json", VIEW), *WHY)
    assert (first.code, first.lines[0]) == (0, "view:NOC, nothing -> version 1: 3 changes")
    assert "  + /max_depth = 1" in first.lines
    drafted = opstrail("asset", "draft", "view:NOC", write("b.toml", TOML), *WHY)
    assert drafted.lines[0] == "view:NOC, version 1 -> version 2: 2 changes"
    assert opstrail("asset", "diff", "view:NOC").out == drafted.out
    assert opstrail("asset", "publish", "view:NOC", *WHY).out == drafted.out
    back = opstrail("asset", "rollback", "view:NOC", "--to", "1", *WHY)
    assert back.lines[0] == "view:NOC, version 2 -> version 3: 2 changes"
    shown = opstrail("asset", "show", "view:NOC")
    told = [line.partition(": ")[2] for line in shown.lines if " version " in line]
    assert told[-1] == "version 3 is version 1 again: less noise"
    assert json.loads(shown.out[shown.out.index("{") : shown.out.rindex("}") + 1]) == VIEW
    retired = opstrail("asset", "retire", "view:NOC", *WHY)
    assert retired.lines[0] == "view:NOC, version 3 -> nothing: 3 changes"
    listed = opstrail("asset", "list", "--kind", "view", "-o", "json").json
    assert [each["state"] for each in listed if each["name"] == "NOC"] == ["retired"]


def test_a_change_names_what_goes_and_what_comes_with_their_values(
    opstrail: Command, write: Write
) -> None:
    first = write("a.json", {"tools": {"*": {"max_retries": 5, "timeout_ms": 1000}}})
    opstrail("asset", "publish", "policy:default", first, *WHY)
    second = write("b.json", {"tools": {"*": {"rate_limit_per_second": 5, "timeout_ms": 2000}}})
    changed = opstrail("asset", "publish", "policy:default", second, *WHY)
    assert changed.lines == [
        "policy:default, version 1 -> version 2: 3 changes",
        "  - /tools/*/max_retries (was 5)",
        "  + /tools/*/rate_limit_per_second = 5",
        "  ~ /tools/*/timeout_ms = 2000 (was 1000)",
    ]


def test_a_policy_that_contradicts_itself_is_refused_by_its_fields_and_not_published(
    opstrail: Command, write: Write
) -> None:
    tools = {"sql": {"rate_limit_per_second": 9, "rate_limit_per_minute": 8}}
    more = {"ci": {"fallback": "ci"}, "graph": {"timeout_ms": 200, "retry_backoff_ms": 300}}
    wrong = write("a.json", {"tools": {**tools, **more}})
    ended = opstrail("asset", "publish", "policy:default", wrong, *WHY)
    assert (ended.code, ended.out) == (2, "")
    assert "tools.sql.rate_limit_per_second: rate_limit_per_second 9 (sql) is more" in ended.err
    assert "tools.ci.fallback: ci -> ci comes back" in ended.err
    assert "tools.graph.retry_backoff_ms: retry_backoff_ms 300 (graph) is more" in ended.err
    assert opstrail("asset", "show", "policy:default", "-o", "json").json["history"] == []


def test_what_a_policy_does_not_say_is_as_it_was(opstrail: Command, write: Write) -> None:
    first = write("a.json", {"tools": {"*": {"max_retries": 5}}})
    told = opstrail("asset", "publish", "policy:default", first, *WHY)
    assert told.lines == [
        "policy:default, built in -> version 1: 1 change",
        '  + /tools/* = {"max_retries": 5}',
    ]
    second = write("b.json", {"timeouts": {"run_ms": 500_000}})
    told = opstrail("asset", "publish", "policy:default", second, *WHY)
    assert told.lines[1:] == [
        "  ~ /timeouts/run_ms = 500000 (was 600000)",
        '  - /tools/* (was {"max_retries": 5})',
    ]


def test_what_a_view_or_recipe_does_not_say_is_as_it_was(opstrail: Command, write: Write) -> None:
    recipe = write("a.json", {"path": {}, "include_history": True})
    told = opstrail("asset", "publish", "recipe:default", recipe, *WHY)
    assert told.lines[1:] == ["  ~ /include_history = true (was false)"]
    opstrail("asset", "publish", "view:NOC", write("b.json", VIEW), *WHY)
    same = write("c.json", {**VIEW, "default_depth": 1})
    told = opstrail("asset", "publish", "view:NOC", same, *WHY)
    assert told.lines == ["view:NOC, version 1 -> version 2: no difference"]


def test_what_changes_nothing_is_told_and_is_no_error(opstrail: Command, write: Write) -> None:
    opstrail("asset", "publish", "view:NOC", write("a.json", VIEW), *WHY)
    again = opstrail("asset", "publish", "view:NOC", write("b.json", VIEW), *WHY)
    assert (again.code, again.err) == (0, "nothing is changed: version 1 says the same\n")
    assert len(opstrail("asset", "show", "view:NOC", "-o", "json").json["history"]) == 2


def test_what_the_planner_does_not_read_is_said(opstrail: Command, write: Write) -> None:
    prompt = write("prompt.json", {"scope": "plan", "template": "Plan"})
    told = opstrail("asset", "publish", "prompt:plan", prompt, *WHY).err
    assert "the planner does not read it" in told


def test_a_secret_is_not_kept(opstrail: Command, write: Write) -> None:
    content = write("words.json", {"words": {"box": "password=hunter2hunter2"}})
    refused = opstrail("asset", "draft", "words:house", content, *WHY)
    assert (refused.code, "hunter2" in refused.err) == (2, False)
    assert "words:house: it holds what may not be recorded: words.box " in refused.err
    assert opstrail("asset", "show", "words:house").code == 4


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("show", "view:NOPE"), 4, "no asset view:NOPE; see `opstrail asset list`"),
        (("show", "view:IMPACT", "--version", "3"), 4, "no asset view:IMPACT version 3; versions"),
        (("show", "screen:x"), 2, "'screen:x': it names no asset; write KIND:NAME, of the kinds"),
        (("show", "view:../x"), 2, "a name is a letter, then up to 99 letters, digits and . _ -"),
        (("rollback", "view:IMPACT", "--to", "1", *WHY), 4, "no asset view:IMPACT"),
        (("retire", "view:IMPACT", *WHY), 4, "no asset view:IMPACT"),
        (("publish", "view:IMPACT", *WHY), 4, "no asset view:IMPACT"),
        (("publish", "view:IMPACT", "@array", *WHY), 2, "is no JSON object"),
        (("publish", "view:IMPACT", "@bad.toml", *WHY), 2, "bad.toml is no TOML that JSON can"),
        (("publish", "rule:x", "@deep.toml", *WHY), 2, "deep.toml is no TOML that JSON can say: "),
        (("publish", "rule:x", "@date.toml", *WHY), 2, "date.toml is no TOML that JSON can say: "),
        (("publish", "rule:x", "@nan.toml", *WHY), 2, "NaN and Infinity are no numbers of JSON"),
        (("publish", "view:IMPACT", "@gone.toml", *WHY), 2, "gone.toml cannot be read: No such"),
        (("publish", "view:IMPACT", "@other", *WHY), 2, "view:IMPACT: no view: rel_types: field"),
        (("publish", "view:IMPACT", "@view", "--why", " "), 2, "--why: it may not be empty"),
        (("publish", "view:IMPACT", "@view", *WHY, "--expected", "1"), 1, "version 1 was publ"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    opstrail: Command,
    write: Write,
    tmp_path: Path,
    arguments: tuple[str, ...],
    code: int,
    says: str,
) -> None:
    write("array", [])
    write("bad.toml", "a = [")
    write("deep.toml", f"a = {'[' * 20_000}")
    write("date.toml", "a = 2026-03-01")
    write("nan.toml", 'trigger_type = "metric"\naction_spec = {a = nan}')
    write("other", {"tools": {}})
    write("view", VIEW)
    given = [str(tmp_path / each[1:]) if each.startswith("@") else each for each in arguments]
    refused = opstrail("asset", *given)
    assert (refused.code, says in refused.err) == (code, True), refused.err
    assert opstrail("asset", "list", "--kind", "view", "-o", "json").json[3]["state"] == "built in"


@pytest.mark.parametrize(
    ("version", "code", "says"),
    [
        ("view:IMPACT=7", 4, "no asset view:IMPACT version 7"),
        ("compose:view:IMPACT=0", 2, "a view is applied in validate only"),
        ("view:IMPACT", 2, "'' is no version; write a number, 0 is built in"),
    ],
)
def test_a_version_that_a_run_cannot_take_is_refused_before_it_is_recorded(
    opstrail: Command, version: str, code: int, says: str
) -> None:
    refused = opstrail("ask", "How many servers are there?", "--asset", version)
    assert (refused.code, says in refused.err) == (code, True), refused.err
    assert opstrail("run", "list", "-o", "ids").out == ""


def test_an_asset_that_the_plan_does_not_use_is_told(opstrail: Command) -> None:
    asked = opstrail("ask", "How many servers are there?", "--asset", "view:IMPACT=0")
    assert "assets.view:IMPACT 0 is not used: the plan does not use it" in asked.out
