"""The tool of configuration items: look up one, search, list, count."""

from typing import Annotated

from pydantic import Field, JsonValue

from adapters.tools.aggregation import AggregateCall, AggregateParams, aggregate
from adapters.tools.answer import answer, clamp
from adapters.tools.ci_lookup import chosen_ids, ci_not_found, require_ci, resolve
from adapters.tools.operation import EstateTool, Words, operation
from adapters.tools.references import newest_change, page_answer, record_references
from domain.estate.fields import RecordKind
from domain.estate.queries import FilterSpec, RecordPage, RecordQuery, Sort
from domain.estate.records import ConfigurationItem
from domain.tools.contracts import CommonToolTypes, ToolContext, ToolParams, ToolResult

_MOST_ROWS = 50
_BY_CODE = (Sort(field="ci_code"),)
_NEWEST_FIRST = (Sort(field="created_at", direction="DESC"), *_BY_CODE)


class ResolveParams(ToolParams):
    """The words that name one configuration item: its code, its name, or words found in it."""

    text: Words


class SearchParams(ToolParams):
    """Keywords are ANDed, as filters are; `ci_ids` None is the whole estate. `limit` 1..50.

    Keywords are looked for in code, name, type, subtype, category and environment.
    """

    keywords: tuple[str, ...] = ()
    filters: tuple[FilterSpec, ...] = ()
    ci_ids: tuple[str, ...] | None = None
    limit: int = 10
    sort: tuple[Sort, ...] = _BY_CODE


class GetParams(ToolParams):
    """The id of one configuration item."""

    ci_id: Words


class GetByCodeParams(ToolParams):
    """The code of one configuration item, in any case."""

    ci_code: Words


class AggregateCisParams(AggregateParams):
    """Groups of configuration items; `ci_ids` None is the whole estate."""

    ci_ids: tuple[str, ...] | None = None


class ListPreviewParams(ToolParams):
    """A page of the configuration items, newest first unless sorted otherwise. `limit` 1..50."""

    keywords: tuple[str, ...] = ()
    filters: tuple[FilterSpec, ...] = ()
    limit: int = 50
    offset: Annotated[int, Field(ge=0)] = 0
    sort: tuple[Sort, ...] = _NEWEST_FIRST


class CiTool(EstateTool):
    """Looks up, searches, lists and counts configuration items."""

    TYPE = CommonToolTypes.CI

    @operation("resolve", ResolveParams, "ci_lookup")
    def _resolve(self, context: ToolContext, params: ResolveParams) -> ToolResult:
        """Find the one configuration item that a text names."""
        item, match = resolve(self._estate, context.tenant_id, text=params.text)
        return _one(item, match=match)

    @operation("get", GetParams, "ci_lookup")
    def _get(self, context: ToolContext, params: GetParams) -> ToolResult:
        """Return the configuration item of an id."""
        return _one(require_ci(self._estate, context.tenant_id, ci_id=params.ci_id))

    @operation("get_by_code", GetByCodeParams, "ci_lookup")
    def _get_by_code(self, context: ToolContext, params: GetByCodeParams) -> ToolResult:
        """Return the configuration item of a code."""
        item = self._estate.ci_by_code(context.tenant_id, params.ci_code)
        if item is None:
            raise ci_not_found(self._estate, context.tenant_id, searched=params.ci_code)
        return _one(item)

    @operation("search", SearchParams, "ci_search")
    def _search(self, context: ToolContext, params: SearchParams) -> ToolResult:
        """Find configuration items by keywords and filters."""
        limit, warnings = clamp("limit", params.limit, highest=_MOST_ROWS)
        ci_ids, cut = chosen_ids(params.ci_ids)
        query = RecordQuery(
            kind=RecordKind.CI,
            keywords=tuple(word for word in params.keywords if word.strip()),
            filters=params.filters,
            ci_ids=ci_ids,
            sort=params.sort,
            limit=limit,
        )
        page = self._estate.find(context.tenant_id, query)
        return _page(page, query=query, warnings=[*warnings, *cut])

    @operation("aggregate", AggregateCisParams, "ci_aggregate")
    def _aggregate(self, context: ToolContext, params: AggregateCisParams) -> ToolResult:
        """Count configuration items by groups."""
        call = AggregateCall(self.tool_name, RecordKind.CI, params.ci_ids)
        return aggregate(self._estate, context, params=params, call=call)

    @operation("list_preview", ListPreviewParams, "ci_list")
    def _list_preview(self, context: ToolContext, params: ListPreviewParams) -> ToolResult:
        """List a page of the configuration items."""
        limit, warnings = clamp("limit", params.limit, highest=_MOST_ROWS)
        query = RecordQuery(
            kind=RecordKind.CI,
            keywords=tuple(word for word in params.keywords if word.strip()),
            filters=params.filters,
            sort=params.sort,
            limit=limit,
            offset=params.offset,
        )
        page = self._estate.find(context.tenant_id, query)
        return _page(page, query=query, warnings=warnings)


def _one(item: ConfigurationItem, **found_by: JsonValue) -> ToolResult:
    row = item.model_dump(mode="json")
    references = record_references(RecordKind.CI, [row])
    return answer(
        {"rows": [row], "total": 1, **found_by},
        row_count=1,
        references=references,
        newest=newest_change([row]),
    )


def _page(page: RecordPage, *, query: RecordQuery, warnings: list[str]) -> ToolResult:
    return page_answer(
        RecordKind.CI,
        page,
        noun="configuration items",
        warnings=warnings,
        limit=query.limit,
        offset=query.offset,
    )
