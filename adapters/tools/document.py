"""The tool of documents: find them by words, count them."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from adapters.tools.aggregation import AggregateCall, AggregateParams, aggregate
from adapters.tools.answer import clamp, span_json
from adapters.tools.operation import EstateTool, Words, operation
from adapters.tools.references import page_answer
from domain.estate.fields import RecordKind
from domain.estate.queries import FilterSpec, RecordPage, RecordQuery, Row, Sort
from domain.figures import figure, whole_sum
from domain.plan.time_range import parse_time_range
from domain.tools.contracts import CommonToolTypes, ToolContext, ToolParams, ToolResult

_MOST_ROWS = 50
_MOST_RANKED = 500
_TITLE_WEIGHT = 5
_SNIPPET_BEFORE, _SNIPPET_AFTER = 60, 180


class SearchParams(ToolParams):
    """Words that a document must all have, in its title, category or content. `limit` 1..50.

    `time_range` restricts when it was created, `min_relevance` (0..1) how much it is about them.
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
        words = tuple(params.query.split())
        given = params.time_range
        span = None if given is None else parse_time_range(given, now=context.now)
        query = RecordQuery(
            kind=RecordKind.DOCUMENT,
            keywords=words,
            filters=params.filters,
            window=span.window if span else None,
            sort=(Sort(field="created_at", direction="DESC"), Sort(field="document_id")),
            limit=_MOST_RANKED,
        )
        page = self._estate.find(context.tenant_id, query)
        if page.total > len(page.rows):
            warnings.append(f"only the newest {len(page.rows)} of {page.total} were ranked")
        ranked = _ranked(page.rows, words=[word.lower() for word in words])
        rows = [row for row in ranked if float(str(row["relevance"])) >= params.min_relevance]
        below = len(ranked) - len(rows)
        if below:
            warnings.append(f"{below} less relevant than {params.min_relevance:g} are left out")
        shown = RecordPage(rows[:limit], page.total - below)
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

    @operation("aggregate", AggregateDocumentsParams)
    def _aggregate(self, context: ToolContext, params: AggregateDocumentsParams) -> ToolResult:
        """Count documents by groups."""
        call = AggregateCall(self.tool_name, RecordKind.DOCUMENT, time_range=params.time_range)
        return aggregate(self._estate, context, params=params, call=call)


def _ranked(rows: Sequence[Row], *, words: Sequence[str]) -> list[Row]:
    shown = [_with_snippet(row, words=words) for row in rows]
    # The sort is stable: equally relevant documents stay newest first.
    return sorted(shown, key=lambda row: -int(str(row["relevance_score"])))


def _with_snippet(row: Row, *, words: Sequence[str]) -> Row:
    """Return the row with a snippet, the score of its hits, and the relevance that they make.

    A hit of every word in the title is a relevance of 0.5; more hits bring it nearer to 1.
    """
    title, content = str(row["title"]).lower(), str(row["content"])
    found = content.lower()
    score = whole_sum(_TITLE_WEIGHT * title.count(word) + found.count(word) for word in words)
    shown = {name: value for name, value in row.items() if name != "content"}
    relevance = figure(round(score / (score + _TITLE_WEIGHT * len(words)), 3))
    found_by = {"relevance_score": score, "relevance": relevance}
    return {**shown, "snippet": _snippet(content, words=words), **found_by}


def _snippet(content: str, *, words: Sequence[str]) -> str:
    found = [place for word in words if (place := content.lower().find(word)) >= 0]
    start = max(0, min(found, default=0) - _SNIPPET_BEFORE)
    end = min(len(content), start + _SNIPPET_BEFORE + _SNIPPET_AFTER)
    before, after = "..." if start > 0 else "", "..." if end < len(content) else ""
    return f"{before}{content[start:end].strip()}{after}"
