"""What imports make differ in an estate: counts of records, and single ones with their values."""

from typing import Annotated, Any, Literal

from msgspec import Meta

from domain.aggregate.fact import Fact

Mode = Literal["merge", "replace"]
"""What becomes of the records of a source that it does not bring any more: kept, or retired."""
Difference = Literal["added", "changed", "retired"]


class KindCounts(Fact, frozen=True, kw_only=True):
    """How many records of one kind were added, changed, found to be the same, and retired."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    retired: int = 0

    @property
    def brought(self) -> int:
        """How many records the source has."""
        return self.added + self.changed + self.unchanged


class ImportedFile(Fact, frozen=True, kw_only=True):
    """A file that was imported; `digest` is the SHA-256 of its bytes, in hexadecimal."""

    name: str
    digest: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    size: int


class RecordChange(Fact, frozen=True, kw_only=True):
    """One record that is another one now.

    `key` is its key, `items` are the codes of the configuration items that it is of. `before` and
    `after` have the fields that differ; of a record that is new or retired, those that say more
    than the default.
    """

    kind: str
    key: list[str]
    change: Difference
    items: list[str] = []
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
