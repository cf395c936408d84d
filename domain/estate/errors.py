"""What can be wrong with a question to an estate, or with what is loaded into it.

EstateError
├── UnknownField      a field that the kind of record does not have
├── WrongOperator     an operator that the field's type does not allow
├── WrongValue        a value that cannot be compared with the field
├── UnknownCi         a loaded record that names a configuration item which does not exist
├── RetiredCi         a loaded relation to a configuration item that is retired
├── UnknownMetric     a loaded point of a metric that is not defined
├── DuplicateCode     configuration items that share a code
├── DuplicateRecord   a record that a dataset holds twice
├── RetiresTooMuch    an import that would retire most of what its source has brought
├── NothingToRemove   a removal of an item or a source that has nothing
├── ExportRefused     an estate cannot be exported to this folder, or just now
└── ImportRefused     files with problems; see `adapters.estates.files`
"""

from collections.abc import Iterable
from typing import Final

from domain.errors import NotFound
from domain.estate.fields import RecordKind

FILLED_BY: Final = (
    "fill it with `opstrail estate demo`, `opstrail estate discover` or"
    " `opstrail estate import PATH`"
)
"""What is told of an empty estate."""


class EstateError(ValueError):
    """What the estate refuses; the message names the field, the value and what is allowed."""


class UnknownField(EstateError):
    """The kind of record has no such field."""

    def __init__(self, kind: RecordKind, *, field: str, allowed: Iterable[str]) -> None:
        """Keep the facts; `allowed` lists the fields (or keys of an open field) that exist."""
        self.kind, self.field, self.allowed = kind, field, sorted(allowed)
        super().__init__(f"{kind} has no field {field!r}; allowed: {', '.join(self.allowed)}")


class WrongOperator(EstateError):
    """The operator does not fit the type of the field."""

    def __init__(self, field: str, *, op: str, allowed: Iterable[str]) -> None:
        """Keep the facts; `allowed` lists the operators that the field takes."""
        self.field, self.op, self.allowed = field, op, sorted(allowed)
        super().__init__(
            f"{field} cannot be compared with {op!r}; allowed: {', '.join(self.allowed)}"
        )


class WrongValue(EstateError):
    """The value cannot be compared with the field."""

    def __init__(self, field: str, *, value: object, expected: str) -> None:
        """Keep the facts; `expected` says in words what the field takes."""
        self.field, self.value, self.expected = field, value, expected
        super().__init__(f"{field} cannot be compared with {value!r}; expected: {expected}")


class FigureTooLarge(EstateError):
    """What is computed of the values is beyond what a number can hold."""

    def __init__(self) -> None:
        super().__init__(
            "the sum of these values is beyond 1.8e308, the largest number that there is: ask for"
            " fewer of them, or for their minimum or maximum"
        )


class UnknownCi(EstateError):
    """A record names a configuration item that does not exist."""

    def __init__(self, record: str, *, ci_id: str) -> None:
        """Keep the facts; `record` says in words which record names the item."""
        self.record, self.ci_id = record, ci_id
        super().__init__(f"{record} names the configuration item {ci_id!r}, which does not exist")


class RetiredCi(EstateError):
    """A relation names a configuration item that is retired."""

    def __init__(self, record: str, *, ci_code: str) -> None:
        """Keep the facts; `record` says in words which relation names the item."""
        self.record, self.ci_code = record, ci_code
        super().__init__(
            f"{record} names the configuration item {ci_code!r}, which is retired; import the "
            "item again, or leave the relation out"
        )


class RetiresTooMuch(EstateError):
    """An import would retire more than half of what its source has brought so far."""

    def __init__(self, kind: str, *, source: str, gone: int, there: int) -> None:
        """Keep the facts: of `there` records of the kind, `gone` would be retired."""
        self.kind, self.source, self.gone, self.there = kind, source, gone, there
        super().__init__(
            f"{gone} of {there} {kind} of the source {source!r} would be retired, and nothing was"
            " written; if that is meant, say `/is_forced`, or keep them with `/mode` merge"
        )


class NothingToRemove(EstateError, NotFound):
    """There is no such item, or the source has brought nothing that is still there."""

    def __init__(self, removed: str, *, is_source: bool) -> None:
        """Keep the facts; `removed` is a code, or the name of a source."""
        self.removed, self.is_source = removed, is_source
        what = f"the source {removed!r} has brought nothing that is still there"
        super().__init__(what if is_source else f"no configuration item has the code {removed!r}")


class ExportRefused(EstateError):
    """An estate cannot be exported; `why` says what is in the way."""

    def __init__(self, folder: str, *, why: str) -> None:
        self.folder, self.why = folder, why
        super().__init__(f"{folder}: {why}")


class UnknownMetric(EstateError):
    """A point names a metric that is not defined."""

    def __init__(self, metric_name: str, *, allowed: Iterable[str]) -> None:
        """Keep the facts; `allowed` lists the metrics that are defined."""
        self.metric_name, self.allowed = metric_name, sorted(allowed)
        known = ", ".join(self.allowed) or "none"
        super().__init__(f"metric points name the metric {metric_name!r}; defined: {known}")


class DuplicateCode(EstateError):
    """Configuration items of one tenant share a code; case makes no difference."""

    def __init__(self, ci_code: str, *, ci_ids: Iterable[str]) -> None:
        """Keep the facts; `ci_ids` names the items that share the code."""
        self.ci_code, self.ci_ids = ci_code, sorted(ci_ids)
        super().__init__(f"ci_code {ci_code!r} is used by several items: {', '.join(self.ci_ids)}")


class DuplicateRecord(EstateError):
    """A dataset holds two records of the same key."""

    def __init__(self, kind: str, *, key: str) -> None:
        """Keep the facts; `kind` is the name of the dataset's list."""
        self.kind, self.key = kind, key
        super().__init__(f"{kind} holds {key!r} twice; a key may be there once")
