"""The tool of documents: find them by words, count them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from adapters.tools.aggregation import AggregateCall, AggregateParams, aggregate
from adapters.tools.answer import clamp, span_json
from adapters.tools.document_words import Term, keywords_in, ranked, rarity, said_in
from adapters.tools.operation import EstateTool, Words, operation
from adapters.tools.references import page_answer
from domain.estate.fields import RecordKind
from domain.estate.phrases import Said
from domain.estate.queries import FilterSpec, RecordPage, RecordQuery, Sort
from domain.plan.time_range import parse_time_range
from domain.tools.contracts import (
    CommonToolTypes,
    ToolContext,
    ToolErrorCode,
    ToolFailure,
    ToolParams,
    ToolResult,
)

_MOST_ROWS = 50
_MOST_RANKED = 500
_MOST_WORDS = 64
_INSIDE = "no document has words that begin so: these have them inside of words"


class SearchParams(ToolParams):
    """Words, or beginnings of words, that a document must all have. `limit` 1..50.

    They stand in its title, category or content; a "text in quotes" stands there as it is.
    `time_range` restricts when it was created, `min_relevance` (0..1) how much it is about them:
    BM25, with a hit in the title for five, over the most that the words can make.
    """

    query: Words
    filters: tuple[FilterSpec, ...] = ()
    time_range: str | None = None
    min_relevance: Annotated[float, Field(ge=0, le=1)] = 0.0
    limit: int = 10


class AggregateDocumentsParams(AggregateParams):
    """Groups of documents; `time_range` restricts when they were created."""

    time_range: str | None = None


class DocumentTool(EstateTool):
    """Finds and counts documents."""

    TYPE = CommonToolTypes.DOCUMENT

    @operation("search", SearchParams, "document_search")
    def _search(self, context: ToolContext, params: SearchParams) -> ToolResult:
        """Find documents by words, the most relevant first."""
        limit, warnings = clamp("limit", params.limit, highest=_MOST_ROWS)
        given, said = params.time_range, said_in(params.query)
        if len(said) > _MOST_WORDS:
            why = f"query: it has {len(said)} words and phrases; allowed: at most {_MOST_WORDS}"
            raise ToolFailure(ToolErrorCode.INVALID_PARAMS, why)
        span = None if given is None else parse_time_range(given, now=context.now)
        query = RecordQuery(
            kind=RecordKind.DOCUMENT,
            filters=params.filters,
            window=span.window if span else None,
            sort=(Sort(field="created_at", direction="DESC"), Sort(field="document_id")),
            limit=_MOST_RANKED,
        )
        page = self._found(context.tenant_id, query, said)
        if not page.total:
            inside = replace(query, keywords=keywords_in(params.query))
            page = self._estate.find(context.tenant_id, inside)
            warnings += [_INSIDE] if page.total else []
        if page.total > len(page.rows):
            warnings.append(f"only the newest {len(page.rows)} of {page.total} were ranked")
        rows = ranked(page.rows, self._terms(context.tenant_id, said))
        kept = [row for row in rows if float(str(row["relevance"])) >= params.min_relevance]
        below = len(rows) - len(kept)
        if below:
            warnings.append(f"{below} less relevant than {params.min_relevance:g} are left out")
        shown = RecordPage(kept[:limit], page.total - below)
        created = [str(row["created_at"]) for row in page.rows if row.get("created_at")]
        found = page_answer(
            RecordKind.DOCUMENT,
            shown,
            noun="documents",
            warnings=warnings,
            query=params.query,
            **(span_json(span) if span else {}),
        )
        found.set_metadata("newest", max(created, default=None))
        return found

    def _found(self, tenant_id: str, query: RecordQuery, said: Sequence[Said]) -> RecordPage:
        if not said:  # all signs, which no index has
            return RecordPage([], 0)
        return self._estate.find(tenant_id, replace(query, said=tuple(said)))

    def _terms(self, tenant_id: str, said: Sequence[Said]) -> list[Term]:
        """Return what was asked for, each as rare as it is in the documents of the tenant."""
        if len(said) == 1:
            return [Term(said[0])]
        query = RecordQuery(kind=RecordKind.DOCUMENT, limit=0)
        count = self._estate.find(tenant_id, query).total
        having = [self._found(tenant_id, query, [each]).total for each in said]
        return [Term(each, rarity(count, n)) for each, n in zip(said, having, strict=True)]

    @operation("aggregate", AggregateDocumentsParams)
    def _aggregate(self, context: ToolContext, params: AggregateDocumentsParams) -> ToolResult:
        """Count documents by groups."""
        call = AggregateCall(self.tool_name, RecordKind.DOCUMENT, time_range=params.time_range)
        return aggregate(self._estate, context, params=params, call=call)
