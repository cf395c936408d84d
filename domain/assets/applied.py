"""Assets as a run has them: which version of what, with its content."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

import msgspec

from domain.json import JsonMap


@dataclass(frozen=True, slots=True)
class AppliedAsset:
    """A version of an asset; `digest` is the SHA-256 of its content, in hexadecimal."""

    key: str
    version: int
    digest: str
    content: JsonMap


def digest_of(content: JsonMap) -> str:
    """Return the SHA-256 of the content as JSON with sorted keys, in hexadecimal."""
    return hashlib.sha256(canonical(content)).hexdigest()


def canonical(content: JsonMap) -> bytes:
    """Return the content as JSON with sorted keys."""
    return msgspec.json.encode(content, order="sorted")


class PublishedAssets(Protocol):
    """The assets of tenants as they are published now; may be called from any thread."""

    def known(self, tenant_id: str) -> Collection[str]:
        """Return the assets that there are, published or not, by KIND:NAME.

        What another process made within the last second may be missing.
        """

    def find(self, tenant_id: str, key: str, version: int | None = None) -> AppliedAsset | None:
        """Return the version, else the published one; None where there is none.

        Version 0 is what is built in.
        """
