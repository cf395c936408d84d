"""Secrets that params name: their values are there while a call is made, and nowhere else."""

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Final, Protocol
from urllib.parse import quote

from pydantic import JsonValue

from domain.errors import Refused
from domain.redaction.marks import mark_of, secret_named
from domain.values.text import code_key

_SHORTEST: Final = 4
"""A shorter value would be found in texts that do not mean it."""

_COMMON: Final = 8
"""So many characters in common with a value are a part of it: messages cut what they quote."""


class Secrets(Protocol):
    """Knows the values of secrets."""

    def value(self, name: str) -> str | None:
        """Return the value of the secret of this name; None when there is none."""

    def places(self, name: str) -> str:
        """Return where the value is looked for, as a sentence says it."""


class UnknownSecret(Refused):
    """A call names a secret that has no value here; it is not made."""

    def __init__(self, name: str, *, why: str) -> None:
        self.name, self.why = name, why
        super().__init__(f"secret {name}: {why}; the call was not made")


class OpenedSecrets:
    """Params with the values of the secrets that they name, and how to close them again."""

    def __init__(self, params: Mapping[str, JsonValue], secrets: Secrets) -> None:
        """Look up each secret. Raises `UnknownSecret`."""
        self._secrets, self._names = secrets, dict[str, str]()
        self._parts = dict[str, set[str]]()
        self.params = {name: self._opened(value) for name, value in params.items()}

    def closed(self, value: JsonValue) -> JsonValue:
        """Return JSON in which the values that were looked up, and parts of them, are marks."""
        match value:
            case str():
                return self._closed_text(value)
            case dict():
                return {str(self.closed(k)): self.closed(part) for k, part in value.items()}
            case list():
                return [self.closed(part) for part in value]
            case _:
                return value

    def __bool__(self) -> bool:
        """Return whether any secret was looked up."""
        return bool(self._names)

    def _closed_text(self, text: str) -> str:
        for form, name in sorted(self._names.items(), key=_longest_first):
            text = text.replace(form, _mark(name))
        for name, parts in self._parts.items():
            text = _without_parts(text, parts, _mark(name))
        return text

    def _opened(self, value: JsonValue) -> JsonValue:
        match value:
            case str():
                name = secret_named(value)
                return value if name is None else self._looked_up(name)
            case dict():
                return {key: self._opened(part) for key, part in value.items()}
            case list():
                return [self._opened(part) for part in value]
            case _:
                return value

    def _looked_up(self, name: str) -> str:
        value = self._secrets.value(name)
        if value is None:
            raise UnknownSecret(name, why=f"there is none here: {self._secrets.places(name)}")
        if value != value.strip():
            raise UnknownSecret(name, why="it has blanks around it")
        forms = _forms(value)
        if min(map(len, forms)) < _SHORTEST:
            raise UnknownSecret(name, why=f"it has less than {_SHORTEST} characters")
        self._names.update(dict.fromkeys(forms, name))
        self._parts[name] = {part for form in forms for part in _parts(form)}
        return value


def _forms(value: str) -> tuple[str, ...]:
    """Return how a value may stand in an answer."""
    in_json, in_base64 = json.dumps(value)[1:-1], b64encode(value.encode()).decode()
    folded = (" ".join(value.split()), code_key(value))
    return (value, quote(value, safe=""), in_json, in_base64, repr(value)[1:-1], *folded)


def _parts(text: str) -> list[str]:
    """Return what begins at each character, in lower case."""
    lowered = text.replace("\u0130", "i").lower()  # the one letter that gets longer
    return [lowered[at : at + _COMMON] for at in range(len(lowered) - _COMMON + 1)]


def _without_parts(text: str, parts: set[str], mark: str) -> str:
    """Return the text with the mark in place of each run of parts."""
    kept, done = list[str](), 0
    for at, part in enumerate(_parts(text)):
        if part in parts:
            if at > done or not kept:
                kept += [text[done:at], mark]
            done = at + _COMMON
    return "".join([*kept, text[done:]])


def _mark(name: str) -> str:
    return mark_of(f"secret-{name.lower()[:30]}")


def _longest_first(form_and_name: tuple[str, str]) -> int:
    return -len(form_and_name[0])
