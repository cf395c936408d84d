"""What an erasure comes to: which results of which runs, and what was done."""

from dataclasses import dataclass
from typing import Final

from domain.views.json_form import View


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedResult:
    """A large result of a call of a run; `is_recorded` says that its erasure was before."""

    run_id: str
    call_id: str
    digest: str
    size: int
    is_recorded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """The erasure of the large results of a call, wherever the tenant's runs name them.

    `removed` are the digests of those that were still there, and `missing` of those that were gone
    with nobody's erasure on the record. `is_done` says that nothing was left to do.
    """

    run_id: str
    call_id: str
    results: tuple[NamedResult, ...]
    removed: tuple[str, ...]
    missing: tuple[str, ...]
    is_done: bool
    is_preview: bool


ERASURE: Final[View[Erasure]] = View("erasure", Erasure)
