"""Finding configuration items: by the words that name one, by ids, by filters.

What is not there is answered with the codes closest to what was searched.
"""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Literal

from pydantic import JsonValue

from adapters.tools.answer import cut_warning
from domain.estate.fields import NAMING_FIELDS, RecordKind
from domain.estate.port import Estate
from domain.estate.queries import FilterSpec, RecordPage, RecordQuery, Sort
from domain.estate.records import ConfigurationItem
from domain.json import JsonMap
from domain.tools.contracts import ToolErrorCode, ToolFailure

Match = Literal["code", "name", "keyword"]
_MOST_CANDIDATES = 20
_CODE = re.compile(r"(?=.*\d)[\w.:+]+(?:-[\w.:+]+)+")
"""A code says exactly which item is meant: another one whose code contains it is not."""
_CANDIDATE_FIELDS = (
    *("ci_id", "ci_code", "ci_name", "ci_type", "ci_subtype", "status"),
    *("location", "owner", "environment"),
)
MOST_CI_IDS = 300
_MOST_SUGGESTIONS = 5


def resolve(estate: Estate, tenant_id: str, *, text: str) -> tuple[ConfigurationItem, Match]:
    """Return the configuration item and what of it matched: its code, its name, or keywords.

    Case does not matter. A code goes before a name, a whole name before keywords.
    Raises `ToolFailure`: DATA_NOT_FOUND with the closest codes, AMBIGUOUS_CI with the candidates.
    """
    item = estate.ci_by_code(tenant_id, text)
    if item is not None:
        return item, "code"
    named = _of_name(estate, tenant_id, name=text)
    if named.rows:
        return _only(estate, tenant_id, text=text, page=named), "name"
    if _CODE.fullmatch(text):
        raise ci_not_found(estate, tenant_id, searched=text)
    query = RecordQuery(
        kind=RecordKind.CI,
        keywords=tuple(text.split()),
        keyword_fields=NAMING_FIELDS,
        sort=(Sort(field="ci_code"),),
        limit=_MOST_CANDIDATES,
    )
    return _only(estate, tenant_id, text=text, page=estate.find(tenant_id, query)), "keyword"


def _of_name(estate: Estate, tenant_id: str, *, name: str) -> RecordPage:
    query = RecordQuery(
        kind=RecordKind.CI,
        filters=(FilterSpec(field="ci_name", value=name),),
        sort=(Sort(field="ci_code"),),
        limit=_MOST_CANDIDATES,
    )
    return estate.find(tenant_id, query)


def _only(estate: Estate, tenant_id: str, *, text: str, page: RecordPage) -> ConfigurationItem:
    if page.total == 0:
        raise ci_not_found(estate, tenant_id, searched=text)
    if page.total > 1:
        raise _ambiguous(text, page)
    ci_id = str(page.rows[0]["ci_id"])
    return estate.cis(tenant_id, [ci_id])[ci_id]


def _ambiguous(text: str, page: RecordPage) -> ToolFailure:
    candidates: list[JsonValue] = [
        {field: row.get(field) for field in _CANDIDATE_FIELDS} for row in page.rows
    ]
    return ToolFailure(
        ToolErrorCode.AMBIGUOUS_CI,
        f"{page.total} configuration items match {text!r}",
        details={"searched": text, "candidates": candidates, "total": page.total},
    )


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


def require_ci(estate: Estate, tenant_id: str, *, ci_id: str) -> ConfigurationItem:
    """Return the configuration item. Raises `ToolFailure` (DATA_NOT_FOUND)."""
    item = estate.cis(tenant_id, [ci_id]).get(ci_id)
    if item is None:
        raise ci_not_found(estate, tenant_id, searched=ci_id)
    return item


def require_named(estate: Estate, tenant_id: str, *, keys: JsonMap) -> None:
    """Refuse an id and a code that the estate does not know, or that are of different items.

    Raises `ToolFailure`: DATA_NOT_FOUND, INVALID_PARAMS.
    """
    ci_id, code = keys.get("ci_id"), keys.get("ci_code")
    found = None if ci_id is None else require_ci(estate, tenant_id, ci_id=str(ci_id))
    if code is None or (found and found.ci_code.casefold() == str(code).casefold()):
        return
    if estate.ci_by_code(tenant_id, str(code)) is None:
        raise ci_not_found(estate, tenant_id, searched=str(code))
    if found:
        message = f"ci_id {ci_id!r} and ci_code {code!r} are of different configuration items"
        raise ToolFailure(ToolErrorCode.INVALID_PARAMS, message)


def ci_not_found(estate: Estate, tenant_id: str, *, searched: str) -> ToolFailure:
    """Return the failure that says so and suggests the codes closest to the text."""
    suggestions = _close_codes(estate, tenant_id, text=searched.lower())
    return ToolFailure(
        ToolErrorCode.DATA_NOT_FOUND,
        f"no configuration item matches {searched!r}",
        details={"searched": searched, "suggestions": list[JsonValue](suggestions)},
    )


def _close_codes(estate: Estate, tenant_id: str, *, text: str) -> list[str]:
    items = estate.vocabulary(tenant_id).items
    codes_by_word = items.near_names(text) | items.near_codes(text)
    close = get_close_matches(text, list(codes_by_word), n=_MOST_SUGGESTIONS)
    return list(dict.fromkeys(codes_by_word[word] for word in close))
