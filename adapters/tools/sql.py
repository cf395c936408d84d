"""The tool of databases outside: one SELECT over a named source."""

from typing import Annotated

from pydantic import Field, JsonValue

from adapters.sources.source import SqlSource
from adapters.tools.answer import answer
from adapters.tools.operation import SourceTool, Words, operation
from adapters.tools.references import query_reference
from domain.tools.capabilities import ToolCapability
from domain.tools.contracts import ToolContext, ToolParams, ToolResult

Value = str | int | float | bool | None
_LONGEST = 20_000


class QueryParams(ToolParams):
    """A SELECT over the allowed tables of a source; `params` are the values of each `:name`."""

    source: Words
    sql: Annotated[Words, Field(max_length=_LONGEST)]
    params: dict[Annotated[str, Field(pattern="^[a-z_][a-z0-9_]{0,62}$")], Value] = {}


class SqlTool(SourceTool):
    """Reads rows of the databases that the sources file names."""

    TYPE = "sql"

    @operation("query", QueryParams, ToolCapability.DATABASE_QUERY)
    def _query(self, context: ToolContext, params: QueryParams) -> ToolResult:
        """Return the rows of one SELECT; of tables with tenants, those of the tenant."""
        from adapters.sources.databases import rows_of  # noqa: PLC0415 - few calls need it

        source = self._sources.named(context.tenant_id, params.source, SqlSource)
        with self._sources.opened(source) as opened:
            columns, rows, is_cut = rows_of(
                *(source, opened.values.get("password")),
                sql=params.sql,
                values=params.params,
                tenant_id=context.tenant_id,
            )
            reference = query_reference("sql", "query", params=params, total_records=len(rows))
            total: dict[str, JsonValue] = {} if is_cut else {"total": len(rows)}
            result = answer(
                {"columns": [*columns], "rows": rows, **total, "truncated": is_cut},
                row_count=len(rows),
                references=[
                    {**reference, "title": f"sql.query of {source.name}: {len(rows)} rows"}
                ],
                warnings=[f"the first {len(rows)} rows are shown, and there are more"] * is_cut,
            )
            return opened.closed(result)
