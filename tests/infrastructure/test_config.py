"""Settings may be in the file `opstrail.toml`; a variable counts more."""

from collections.abc import Callable
from pathlib import Path

import pytest

from infrastructure.chosen import setting
from infrastructure.config import InvalidSetting
from infrastructure.settings import settings

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes the file that counts."""
    path = tmp_path / "opstrail.toml"
    monkeypatch.setenv("OPSTRAIL_CONFIG", str(path))

    def written(text: str) -> Path:
        path.write_text(text, encoding="utf-8")
        return path

    return written


def test_without_a_file_there_is_the_default(write: Write) -> None:
    write("")
    assert (setting("lease_seconds", 30.0), settings().lease_seconds) == (30.0, 30.0)


def test_the_file_says_what_no_variable_says(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write('[settings]\nlease_seconds = 7\nreplanning = {max_replans = 2}\nlog_format = "json"\n')
    assert (setting("lease_seconds", 30.0), settings().log_format) == (7.0, "json")
    assert settings().replanning.max_replans == 2
    monkeypatch.setenv("OPSTRAIL_LEASE_SECONDS", "9")
    assert setting("lease_seconds", 30.0) == 9.0


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("lease_seconds = 0.1", "settings.lease_seconds: input should be greater than or equal"),
        ("leese_seconds = 1", "settings.leese_seconds: extra inputs are not permitted, got 1"),
        ('log_format = "xml"', "settings.log_format: input should be 'json', 'console' or 'auto'"),
        ("lease_seconds", "Expected '=' after a key"),
    ],
)
def test_what_is_wrong_in_the_file_is_told_with_its_place(
    write: Write, line: str, told: str
) -> None:
    path = write(f"[settings]\n{line}\n")
    with pytest.raises(InvalidSetting) as refused:
        setting("lease_seconds", 30.0)
    assert str(refused.value).startswith(f"{path}: {told}")


def test_a_wrong_variable_is_told_as_that(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write("[settings]\nlease_seconds = 7\n")
    monkeypatch.setenv("OPSTRAIL_LEASE_SECONDS", "x")
    with pytest.raises(InvalidSetting, match=r"^OPSTRAIL_LEASE_SECONDS: .*, got 'x'"):
        setting("lease_seconds", 30.0)
