"""Secrets that params name: their values are there while a call is made, and nowhere else."""

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Final, Protocol
from urllib.parse import quote

from pydantic import JsonValue

from domain.errors import Refused
from domain.redaction.marks import mark_of, secret_named

_SHORTEST: Final = 4
"""A shorter value would be found in texts that do not mean it."""


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
        self.params = {name: self._opened(value) for name, value in params.items()}

    def closed(self, value: JsonValue) -> JsonValue:
        """Return JSON in which the values that were looked up are marks again."""
        match value:
            case str():
                for form, name in sorted(self._names.items(), key=_longest_first):
                    value = value.replace(form, mark_of(f"secret-{name.lower()[:30]}"))
                return value
            case dict():
                return {str(self.closed(k)): self.closed(part) for k, part in value.items()}
            case list():
                return [self.closed(part) for part in value]
            case _:
                return value

    def __bool__(self) -> bool:
        """Return whether any secret was looked up."""
        return bool(self._names)

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
        if len(value) < _SHORTEST:
            raise UnknownSecret(name, why=f"it has less than {_SHORTEST} characters")
        in_json, in_base64 = json.dumps(value)[1:-1], b64encode(value.encode()).decode()
        for form in (value, quote(value, safe=""), in_json, in_base64):
            self._names[form] = name
        return value


def _longest_first(form_and_name: tuple[str, str]) -> int:
    return -len(form_and_name[0])
