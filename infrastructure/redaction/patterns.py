"""The patterns that come with opstrail; an operator may add to them."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from domain.redaction.redaction import Pattern, Redaction
from infrastructure.chosen import setting


def redaction() -> Redaction:
    """Return the redaction of this process. Raises `InvalidSetting`."""
    patterns = [_packaged(each) for each in packaged_patterns()]
    if setting("redaction_file", None) is None:
        return Redaction(patterns)
    # Few have a file, and what checks it takes longer to load than all the rest of this.
    from infrastructure.redaction.own_patterns import with_own  # noqa: PLC0415

    return Redaction(with_own(patterns))


@cache
def packaged_redaction() -> Redaction:
    """Return the redaction of messages, which an operator's file cannot keep from being told."""
    return Redaction([_packaged(each) for each in packaged_patterns()])


def packaged_patterns() -> list[dict[str, Any]]:
    """Return the patterns that come with opstrail, as their file has them."""
    text = (files("infrastructure.redaction") / "patterns.toml").read_text(encoding="utf-8")
    found = tomllib.loads(text)
    parts: dict[str, str] = {}
    for name, part in found["parts"].items():
        parts[name] = _filled(part, parts)
    return [{**each, "regex": _filled(each["regex"], parts)} for each in found["pattern"]]


def _filled(regex: str, parts: dict[str, str]) -> str:
    """Return the regex with the parts that stand in it by their names."""
    for name, part in parts.items():
        regex = regex.replace(f"{{{name}}}", part)
    return regex


def _packaged(stored: dict[str, Any]) -> Pattern:
    """Return a pattern that a test has checked; nobody waits for that here."""
    return Pattern(
        name=stored["name"],
        regex=stored["regex"],
        hints=tuple(stored["hints"]),
        keys=tuple(stored.get("keys", ())),
    )
