"""Finding the one configuration item that a text names."""

import re
from typing import Literal

from pydantic import JsonValue

from adapters.tools.ci_scope import ci_not_found
from domain.estate.fields import RecordKind
from domain.estate.port import Estate
from domain.estate.queries import FilterSpec, RecordPage, RecordQuery, Row, Sort
from domain.estate.records import ConfigurationItem
from domain.tools.contracts import ToolErrorCode, ToolFailure

Match = Literal["code", "name", "keyword"]

_MOST_CANDIDATES = 20
_CODE = re.compile(r"(?=.*\d)[\w.:+]+(?:-[\w.:+]+)+")
"""A code says exactly which item is meant: another one whose code contains it is not."""
_CANDIDATE_FIELDS = (
    *("ci_id", "ci_code", "ci_name", "ci_type", "ci_subtype", "status"),
    *("location", "owner", "environment"),
)


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
        sort=(Sort(field="ci_code"),),
        limit=_MOST_CANDIDATES,
    )
    return _only(estate, tenant_id, text=text, page=estate.find(tenant_id, query)), "keyword"


def _of_name(estate: Estate, tenant_id: str, *, name: str) -> RecordPage:
    # ILIKE finds the name in any case; its wildcards may find more, which the comparison drops.
    query = RecordQuery(
        kind=RecordKind.CI,
        filters=(FilterSpec(field="ci_name", op="ILIKE", value=name),),
        sort=(Sort(field="ci_code"),),
        limit=_MOST_CANDIDATES,
    )
    page = estate.find(tenant_id, query)
    rows = [row for row in page.rows if str(row["ci_name"]).casefold() == name.casefold()]
    wildcard_only = len(page.rows) - len(rows)
    return RecordPage(rows, page.total - wildcard_only)


def _only(estate: Estate, tenant_id: str, *, text: str, page: RecordPage) -> ConfigurationItem:
    if page.total == 0:
        raise ci_not_found(estate, tenant_id, searched=text)
    if page.total > 1:
        raise _ambiguous(text, page)
    ci_id = str(page.rows[0]["ci_id"])
    return estate.cis(tenant_id, [ci_id])[ci_id]


def _ambiguous(text: str, page: RecordPage) -> ToolFailure:
    candidates: list[JsonValue] = [_candidate(row) for row in page.rows]
    return ToolFailure(
        ToolErrorCode.AMBIGUOUS_CI,
        f"{page.total} configuration items match {text!r}",
        details={"searched": text, "candidates": candidates, "total": page.total},
    )


def _candidate(row: Row) -> JsonValue:
    return {field: row.get(field) for field in _CANDIDATE_FIELDS}
