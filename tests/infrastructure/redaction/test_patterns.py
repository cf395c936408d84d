"""Patterns come with opstrail and from an operator's file; secrets come from outside."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from domain.redaction.secrets import OpenedSecrets, UnknownSecret
from domain.values.text import shown
from infrastructure.config import InvalidSetting
from infrastructure.redaction.own_patterns import StoredPattern
from infrastructure.redaction.patterns import packaged_patterns, redaction
from infrastructure.redaction.secrets import MountedSecrets

if TYPE_CHECKING:
    from pydantic import JsonValue

OWN = """
without = ["jwt"]
[[pattern]]
name = "badge"
hints = ["badge"]
keys = ["badgeno"]
regex = '(?i)badge[ :=]{1,3}([0-9]{6})'
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "redaction.toml"
    monkeypatch.setenv("OPSTRAIL_REDACTION_FILE", str(path))
    return path


@pytest.mark.parametrize("stored", packaged_patterns(), ids=lambda each: each["name"])
def test_every_packaged_pattern_is_one_that_an_operator_could_write(stored: object) -> None:
    assert StoredPattern.model_validate(stored).about


def test_a_file_adds_patterns_and_takes_some_away(file: Path) -> None:
    file.write_text(OWN)
    policy, jwt = redaction(), "eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM.c2ln"
    assert policy.of_text("Badge 123456 password=x") == (
        "Badge [redacted:badge] password=[redacted:password]"
    )
    assert policy.of_text(jwt) == jwt


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("{1,3}", "+"), "a repeat without end"),
        (("[0-9]{6}", "([0-9]{1,3}){1,9}"), "a repeat that varies is inside another"),
        (("([0-9]{6})", "(a)\\1"), "it refers back to a group"),
        (("([0-9]{6})", "a{0,999}b{0,999}"), "too many ways"),
        (("([0-9]{6})", "("), "it is no regular expression"),
        (('["badge"]', '["ba"]'), "a hint has 3 characters or more"),
        (('["jwt"]', '["jwx"]'), "there is no pattern 'jwx'"),
        (("name =", "nme ="), "pattern.0.name"),
        (("[[pattern]]", "[[pattern"), "redaction.toml"),
    ],
)
def test_what_is_wrong_with_the_file_is_told(
    file: Path, change: tuple[str, str], why: str
) -> None:
    file.write_text(OWN.replace(*change))
    with pytest.raises(InvalidSetting, match=why):
        redaction()


def test_a_file_that_is_not_there_is_told(file: Path) -> None:
    with pytest.raises(InvalidSetting, match=f"{file.name}: No such file"):
        redaction()


def test_a_secret_is_in_the_environment_or_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSTRAIL_SECRETS_DIR", str(tmp_path))
    (tmp_path / "db-one").write_text("from file\n")
    secrets = MountedSecrets()
    assert (secrets.value("db-one"), secrets.value("other")) == ("from file", None)
    monkeypatch.setenv("OPSTRAIL_SECRET_DB_ONE", "from env")
    assert secrets.value("db-one") == "from env"


def test_an_unknown_secret_is_told_with_where_it_is_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSTRAIL_SECRETS_DIR", str(tmp_path))
    with pytest.raises(UnknownSecret, match="set OPSTRAIL_SECRET_ERP, or put the file"):
        OpenedSecrets({"password": "secret:ERP"}, MountedSecrets())


def test_a_secret_that_is_too_short_to_be_found_again_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPSTRAIL_SECRET_PIN", "123")
    with pytest.raises(UnknownSecret, match="less than 4 characters"):
        OpenedSecrets({"a": [{"b": "secret:PIN"}]}, MountedSecrets())
    monkeypatch.setenv("OPSTRAIL_SECRET_PIN", "Zorn Secret ")
    with pytest.raises(UnknownSecret, match="blanks around it"):
        OpenedSecrets({"a": "secret:PIN"}, MountedSecrets())


def test_the_newline_of_a_file_is_no_part_of_its_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSTRAIL_SECRETS_DIR", str(tmp_path))
    (tmp_path / "crlf").write_bytes(b"from file\r\n\r\n")
    assert MountedSecrets().value("crlf") == "from file"


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        (shown("Zorn  Secr\tet 42" * 9), "'[]'... (144 characters)"),
        ("got 'ORN  SECR' of Zorn", "got '[]' of Zorn"),
        ("no zorn secr et 42zorn, or", "no [], or"),
        ("Zorn  Secr\tet 42" * 9, "[]"),
        ("mZorn  S", "mZorn  S"),
    ],
)
def test_a_part_of_a_value_is_taken_out_too(
    monkeypatch: pytest.MonkeyPatch, answer: str, left: str
) -> None:
    monkeypatch.setenv("OPSTRAIL_SECRET_A", "Zorn  Secr\tet 42" * 9)
    opened = OpenedSecrets({"a": "secret:A"}, MountedSecrets())
    assert str(opened.closed(answer)).replace("[redacted:secret-a]", "[]") == left


def test_a_value_is_taken_out_of_an_answer_in_every_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPSTRAIL_SECRET_A", 'p"w/1')
    monkeypatch.setenv("OPSTRAIL_SECRET_B", 'p"w/1 and more')
    opened = OpenedSecrets({"a": "secret:A", "b": ["secret:B"]}, MountedSecrets())
    assert opened.params == {"a": 'p"w/1', "b": ['p"w/1 and more']}
    a, b = "[redacted:secret-a]", "[redacted:secret-b]"
    answer: JsonValue = {'p"w/1': ['p"w/1 and more', "p%22w%2F1", 'x p\\"w/1', "cCJ3LzE="]}
    assert opened.closed(answer) == {a: [b, a, f"x {a}", a]}


def test_a_file_without_end_or_a_long_one_is_not_read_whole(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text("#" * ((1 << 20) + 1))
    with pytest.raises(InvalidSetting, match="more than 1,048,576 bytes"):
        redaction()
    monkeypatch.setenv("OPSTRAIL_REDACTION_FILE", "/dev/zero")
    with pytest.raises(InvalidSetting, match="no regular file"):
        redaction()
