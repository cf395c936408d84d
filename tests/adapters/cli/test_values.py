"""Every door of the command takes values by the one text policy, and leaves no run otherwise."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.adapters.cli.command import Command

QUESTION = "How many servers are there?"


def runs(opstrail: Command) -> list[object]:
    found: list[object] = opstrail("run", "list", "-o", "json").json
    return found


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ask", ""], "'QUESTION': it may not be empty"),
        (["ask", " \n"], "'QUESTION': it may not be empty"),
        (["ask", "Is a\0b up?"], "'QUESTION': it holds U+0000 (a control character) at"),
        (["ask", "Is \u202esrv-1 up?"], "'QUESTION': it holds U+202E (right-to-left override)"),
        (["ask", "x" * 4001], "'QUESTION': it has 4001 characters, and at most 4000 are taken"),
        (["ask", QUESTION, "--key", ""], "--key: it may not be empty"),
        (["ask", QUESTION, "--key", " k"], "--key: it has blanks around it, got ' k'; was 'k'"),
        (["run", "cancel", "latest", "--reason", "a\u200bb"], "--reason: it holds U+200B (zero"),
        (["run", "annotate", "latest", "\x1b[2J"], "'TEXT': it holds U+001B"),
        (["run", "search", "\0"], "text: it holds U+0000"),
        (["run", "show", "\u2028"], "run: it holds U+2028 (line separator)"),
        (["run", "list", "-q", "question ~ '\u2066'"], "--query: it holds U+2066"),
        (["golden", "pin", "latest", "--name", "a\u3164"], "--name: it holds U+3164"),
        (["tool", "call", "ci.search", "--params", '{"keywords": ["\\ud83d"]}'], "U+D83D (half a"),
        (["tool", "call", "ci.search", "--params", '{"limit": NaN}'], "at '/limit'"),
        (["estate", "demo", "--seed", "99999999999999999999"], "is beyond 64 bits"),
        (["run", "list", "--limi\x1b[2Jt"], "No such option"),
        (["run", "list", "--limit", "9" * 100_000], "--limit"),
    ],
)
def test_what_cannot_be_taken_is_a_usage_error_and_leaves_no_run(
    opstrail: Command, arguments: Sequence[str], said: str
) -> None:
    assert_refused(opstrail, arguments, said)


@pytest.mark.parametrize(
    ("tenant", "said"),
    [
        ("a\tb", "it holds U+0009"),
        ("acme ", "got 'acme '; was 'acme' meant?"),
        (" ", "'OPSTRAIL_TENANT'): it may not be empty"),
        ("x" * 201, "it has 201 characters"),
    ],
)
def test_a_tenant_that_cannot_be_one_is_a_usage_error(
    opstrail: Command, tenant: str, said: str
) -> None:
    assert_refused(opstrail, ["ask", QUESTION, "--tenant", tenant], said)


def assert_refused(opstrail: Command, arguments: Sequence[str], said: str) -> None:
    ended = opstrail(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert len(ended.err) < 9000
    assert ended.err.replace("\n", "").isprintable()
    assert runs(opstrail) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            b'{"kind":"plan","plan":{"intent":"LOOKUP","primary":{"keywords":["\\ud83d"]}}}',
            "U+D83D",
        ),
        (b'{"intent": "LOOKUP\\u0000"}', "U+0000 (a control character) at character 7"),
        (b'{"intent": NaN}', "NaN and Infinity are no numbers of JSON"),
        (b'{"intent": "LOOKUP", "intent": "LOOKUP"}', "the key 'intent' is there twice"),
        (b'{"a":' * 65 + b"1" + b"}" * 65, "nested deeper than 64 levels"),
        (b"[" * 200_000, "nested deeper than 64 levels"),
        (b'{"intent": "\xff"}', "it is not UTF-8 at byte 13, in line 1"),
        (b" " * ((16 << 20) + 1), "it is longer than 16,777,216 bytes"),
        (b"[1]", "is no JSON object"),
    ],
)
@pytest.mark.parametrize("door", ["--plan", "--patch"])
def test_a_file_is_told_with_its_name_and_place(
    opstrail: Command, tmp_path: Path, content: bytes, said: str, door: str
) -> None:
    file = tmp_path / "given.json"
    file.write_bytes(content)
    start = ["run", "start", "--plan", str(file)]
    fork = ["run", "fork", "latest", "--reason", "x", "--patch", str(file)]
    ended = opstrail(*(start if door == "--plan" else fork))
    assert ended.code == 2
    assert f"Invalid value for {door}: {file}" in ended.err
    assert said in ended.err
    assert runs(opstrail) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (["--result", "primary={file}"], "it holds U+D83D (half a character)"),
        (["--patch", 'primary.limit="\\ud83d"'], "it holds U+D83D (half a character)"),
        (["--patch", "primary.limit=NaN"], "NaN and Infinity"),
        (["--patch", "primary.\u202e=1"], "the patch: a key cannot be taken: it holds U+202E"),
        (["--patch", "primary.keywords=\0"], "the patch: it holds U+0000"),
        (["--patch", "primary.keywords=" + "[" * 5000], "deeper than 64 levels"),
        (["--patch", "primary.keywords=" + "[" * 70 + "]" * 70], "deeper than 64 levels"),
    ],
)
def test_a_change_that_cannot_be_recorded_makes_no_fork(
    opstrail: Command, tmp_path: Path, changes: Sequence[str], said: str
) -> None:
    file = tmp_path / "result.json"
    file.write_text('{"rows":[{"a":"\\ud83d"}]}')
    opstrail("ask", QUESTION)
    given = [each.format(file=file) for each in changes]
    ended = opstrail("run", "fork", "latest", "--reason", "x", *given)
    assert ended.code == 2
    assert said in ended.err
    assert len(runs(opstrail)) == 1
