"""The text of an API key, `ops_<id>_<secret>`: shown once, and kept only as a digest."""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

RandomBytes = Callable[[int], bytes]
"""Gives so many bytes that nobody can guess."""
_FORM: Final = re.compile(r"ops_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class KeyText:
    """The text of a key: its id, by which it is found, and its secret."""

    key_id: str
    secret: str

    def __str__(self) -> str:
        """Return the text as it is shown once and sent with each request."""
        return f"ops_{self.key_id}_{self.secret}"

    @property
    def digest(self) -> str:
        """The SHA-256 of the secret, in hexadecimal: all that is kept of it."""
        return digest_of(self.secret)


def new_key_id(random: RandomBytes) -> str:
    """Return an id that no key has."""
    return random(6).hex()


def new_secret(random: RandomBytes) -> str:
    """Return a secret of 32 bytes as text without padding."""
    return urlsafe_b64encode(random(32)).decode().rstrip("=")


def digest_of(secret: str) -> str:
    """Return the SHA-256 of a secret, in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_same(digest: str, other: str) -> bool:
    """Return whether two digests are the same, in a time that does not tell where they differ."""
    return hmac.compare_digest(digest, other)


def key_text_of(text: str) -> KeyText | None:
    """Return the key that a text is of, None for any other text."""
    match = _FORM.fullmatch(text)
    return None if match is None else KeyText(match[1], match[2])
