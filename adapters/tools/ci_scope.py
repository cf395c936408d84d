"""Which configuration items a call is about, and what is said of those that are not there."""

from collections.abc import Sequence
from difflib import get_close_matches

from pydantic import JsonValue

from adapters.tools.answer import cut_warning
from domain.estate.fields import RecordKind
from domain.estate.port import Estate
from domain.estate.queries import FilterSpec, RecordQuery
from domain.estate.records import ConfigurationItem
from domain.tools.contracts import ToolErrorCode, ToolFailure

MOST_CI_IDS = 300
_MOST_SUGGESTIONS = 5
_PAGE = 1000


def limit_ids(ci_ids: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """Return the first 300 different ids, and a warning when there are more."""
    unique = tuple(dict.fromkeys(ci_ids))
    used = unique[:MOST_CI_IDS]
    return used, cut_warning(len(used), total=len(unique), noun="configuration items")


def chosen_ids(ci_ids: Sequence[str] | None) -> tuple[tuple[str, ...] | None, list[str]]:
    """Return the ids as `limit_ids` does; None, which stands for the whole estate, as it is."""
    return (None, []) if ci_ids is None else limit_ids(ci_ids)


def existing_ids(
    estate: Estate, tenant_id: str, *, ci_ids: Sequence[str]
) -> tuple[tuple[str, ...], list[str]]:
    """Return those of the ids that exist, in their order, and a warning that names the others.

    Raises `ToolFailure` (DATA_NOT_FOUND) when ids are given and none of them exists.
    """
    known = estate.cis(tenant_id, ci_ids)
    unknown = [ci_id for ci_id in ci_ids if ci_id not in known]
    if unknown and not known:
        raise ci_not_found(estate, tenant_id, searched=unknown[0])
    warnings = [f"no configuration item has the id {ci_id!r}" for ci_id in unknown]
    return tuple(ci_id for ci_id in ci_ids if ci_id in known), warnings


def matching_ids(
    estate: Estate, tenant_id: str, *, filters: tuple[FilterSpec, ...]
) -> tuple[str, ...]:
    """Return the ids of all configuration items that pass the filters."""
    found: list[str] = []
    while True:
        query = RecordQuery(kind=RecordKind.CI, filters=filters, limit=_PAGE, offset=len(found))
        page = estate.find(tenant_id, query)
        found.extend(str(row["ci_id"]) for row in page.rows)
        if not page.rows or len(found) >= page.total:
            return tuple(found)


def require_ci(estate: Estate, tenant_id: str, *, ci_id: str) -> ConfigurationItem:
    """Return the configuration item. Raises `ToolFailure` (DATA_NOT_FOUND)."""
    item = estate.cis(tenant_id, [ci_id]).get(ci_id)
    if item is None:
        raise ci_not_found(estate, tenant_id, searched=ci_id)
    return item


def ci_not_found(estate: Estate, tenant_id: str, *, searched: str) -> ToolFailure:
    """Return the failure that says so and suggests the codes closest to the text."""
    suggestions = _close_codes(estate, tenant_id, text=searched.lower())
    return ToolFailure(
        ToolErrorCode.DATA_NOT_FOUND,
        f"no configuration item matches {searched!r}",
        details={"searched": searched, "suggestions": list[JsonValue](suggestions)},
    )


def _close_codes(estate: Estate, tenant_id: str, *, text: str) -> list[str]:
    vocabulary = estate.vocabulary(tenant_id)
    codes_by_word = {name: codes[0] for name, codes in vocabulary.ci_names.items()}
    codes_by_word.update(vocabulary.ci_codes)
    close = get_close_matches(text, list(codes_by_word), n=_MOST_SUGGESTIONS)
    return list(dict.fromkeys(codes_by_word[word] for word in close))
