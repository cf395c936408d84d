"""Bundles as people see them: what is in one, and what came of its runs."""

from dataclasses import dataclass
from typing import Final, Literal

from pydantic import Field

from domain.audit.bundle import Manifest
from domain.run.facts import counted
from domain.views.json_form import View


class ExportedBundle(Manifest):
    """What a bundle holds. `members` has the SHA-256 in hex of every other member, by name."""

    content: bytes = Field(default=b"", exclude=True, repr=False)
    """The bytes of the file; the JSON form goes without them."""

    def __eq__(self, other: object) -> bool:
        """Compare the manifests: they have the digest of every member, so of all content."""
        return isinstance(other, ExportedBundle) and self.model_dump() == other.model_dump()

    __hash__ = Manifest.__hash__


class VerifiedBundle(Manifest):
    """What a bundle holds whose every hash was recomputed; `members` are as in its manifest."""

    is_sound: Literal[True]


@dataclass(frozen=True, slots=True)
class ImportedRun:
    """A run that the database has now; `new_count` of its events came from the bundle."""

    run_id: str
    version: int
    head_hash: str
    new_count: int

    @property
    def outcome(self) -> str:
        """What the import did with the run, in words."""
        if self.new_count == 0:
            return "was there already"
        if self.new_count == self.version:
            return "imported"
        return f"continued by {counted(self.new_count, 'event')}"


BUNDLE_MANIFEST: Final[View[ExportedBundle]] = View("bundle-manifest", ExportedBundle)
VERIFIED_BUNDLE: Final[View[VerifiedBundle]] = View("verified-bundle", VerifiedBundle)
IMPORTED_RUNS: Final[View[list[ImportedRun]]] = View("imported-runs", list[ImportedRun])
