"""One SELECT, checked and rewritten: what is sent to a database is made from the checked tree.

The database never sees the text that was given, so that it cannot read it in another way. Allowed
is what is named here, in whatever way it is nested; all else is refused.
"""

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from sqlglot import exp, parse, tokenize
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import TokenType

from adapters.sources.source import SqlSource
from domain.tools.contracts import ToolErrorCode, ToolFailure

# It tells standard error of what it cannot read, which is refused and told here.
logging.getLogger("sqlglot").addHandler(logging.NullHandler())

_FUNCTIONS: Final = """
    abs avg bool_and bool_or ceil ceiling char_length coalesce concat count cume_dist
    current_date current_timestamp date date_part date_trunc datetime dense_rank extract
    first_value floor greatest group_concat ifnull iif instr julianday lag last_value lead least
    left length lower ltrim max median min mod mode ntile nullif percent_rank percentile_cont
    percentile_disc position power rank replace right round row_number rtrim sign split_part sqrt
    stddev stddev_pop stddev_samp strftime string_agg strpos substr substring sum time to_char
    to_date to_timestamp total trim typeof unixepoch upper var_pop var_samp variance
"""
"""What may be called without being named in the file: it reads nothing, waits for nothing."""
_KEYWORDS: Final = """
    all and as between by case cast char decimal distinct else except exists filter from group
    having ilike in intersect is join like limit materialized not numeric offset on or order over
    rollup select then timestamp timestamptz union using varchar when where zone
"""
"""What stands before parentheses and calls nothing."""
_NODES: Final = (
    *(exp.Select, exp.SetOperation, exp.Subquery, exp.With, exp.CTE, exp.From, exp.Join),
    *(exp.Where, exp.Group, exp.Rollup, exp.Having, exp.Order, exp.Ordered, exp.Limit, exp.Offset),
    *(exp.Distinct, exp.Column, exp.Identifier, exp.Table, exp.TableAlias, exp.Alias, exp.Literal),
    *(exp.Star, exp.Null, exp.Boolean, exp.Placeholder, exp.Paren, exp.Tuple, exp.Not, exp.Neg),
    *(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.NullSafeEQ, exp.NullSafeNEQ),
    *(exp.Like, exp.ILike, exp.Escape, exp.Between, exp.In, exp.Add, exp.Sub, exp.Mul, exp.Div),
    *(exp.Mod, exp.DPipe, exp.If, exp.DataType, exp.DataTypeParam, exp.Interval, exp.Var),
    *(exp.Window, exp.WindowSpec, exp.Filter, exp.WithinGroup, exp.AtTimeZone, exp.JSONPath),
    *(exp.JSONPathRoot, exp.JSONPathKey, exp.JSONPathSubscript, exp.Func),
)
_TYPES: Final = frozenset(
    {
        *exp.DataType.TEXT_TYPES,
        *exp.DataType.NUMERIC_TYPES,
        *exp.DataType.TEMPORAL_TYPES,
        *(exp.DType.BOOLEAN, exp.DType.UUID, exp.DType.INTERVAL, exp.DType.JSON, exp.DType.JSONB),
    }
)
_NO_WORDS: Final = frozenset({TokenType.IDENTIFIER, TokenType.STRING})
_QUERIES: Final = (exp.Select, exp.SetOperation, exp.Subquery)
_TENANT: Final = "opstrail_tenant"
_SHOWN: Final = 80
_LOWER: Final = {letter: letter + 32 for letter in range(ord("A"), ord("Z") + 1)}
"""How databases fold names without quotes; other letters stay."""


Values = Mapping[str, str | int | float | bool | None]


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement with its values: SQLite takes them by `:name`, PostgreSQL by `$1`, in order."""

    text: str
    values: Values


def checked(source: SqlSource, sql: str, *, values: Values, tenant_id: str) -> Statement:
    """Return the statement to be sent, which gives at most one row more than the source allows.

    Raises `ToolFailure`: SQL_BLOCKED, TOOL_BAD_REQUEST, INVALID_PARAMS.
    """
    try:
        return _Check(source).statement(sql, values, tenant_id)
    except SqlglotError as error:
        message = re.sub(r"\x1b\[\d*m", "", str(error).partition("\n")[0])
        raise ToolFailure(ToolErrorCode.TOOL_BAD_REQUEST, f"sql: {message}") from None
    except RecursionError:
        message = "sql: it is nested too deeply"
        raise ToolFailure(ToolErrorCode.TOOL_BAD_REQUEST, message) from None


def functions_of(source: SqlSource) -> set[str]:
    """Return the names of the functions that may be called."""
    return {*_FUNCTIONS.split(), *source.functions}


class _Check:
    def __init__(self, source: SqlSource) -> None:
        self._source, self._known = source, functions_of(source).union(_KEYWORDS.split())
        self._dialect = "sqlite" if source.is_sqlite else "postgres"
        self._schema = "main" if source.is_sqlite else "public"
        named = [(f"{self._schema}.{name}".split(".")[-2:], name) for name in source.tables]
        self._tables = {
            tuple(self._key(part, is_quoted=True) for part in parts): (parts, source.tables[name])
            for parts, name in named
        }

    def statement(self, sql: str, values: Values, tenant_id: str) -> Statement:
        tree = self._parsed(sql)
        for what, why in (each for node in tree.walk() for each in self._problems(node)):
            raise _blocked(what, why)
        self._quote(tree)
        for table in [*tree.find_all(exp.Table)]:
            self._restrict(table)
        names = self._numbered(tree)
        if wanted := {*names} - {_TENANT} ^ {*values}:
            message = f"params: {', '.join(sorted(wanted))}: each :name of sql has its value there"
            raise ToolFailure(ToolErrorCode.INVALID_PARAMS, message)
        whole = exp.select("*").from_(exp.Subquery(this=tree, alias=exp.to_identifier("q")))
        text = whole.limit(self._source.max_rows + 1).sql(self._dialect, comments=False)
        for what, why in self._problems_of_words(text):
            raise _blocked(what, why)
        return Statement(text, {name: {**values, _TENANT: tenant_id}[name] for name in names})

    def _parsed(self, sql: str) -> exp.Query:
        found = [each for each in parse(sql, dialect=self._dialect) if each is not None]
        what = " and ".join(each.key.upper() for each in found) or "nothing"
        if len(found) == 1 and isinstance(found[0], _QUERIES):
            return found[0]
        raise _blocked(what, "one SELECT is sent")

    def _problems(self, node: exp.Expr) -> Iterator[tuple[str, str]]:
        """Yield what is not known to be harmless, and what would be."""
        if not isinstance(node, _NODES):
            what = f"{node.key} ({self._shown(node)})"
            yield what, "it is not among what a SELECT may have here"
        if isinstance(node, exp.DataType) and node.this not in _TYPES:
            yield f"type {self._shown(node)}", "only texts, numbers, times, uuid and JSON are"
        if isinstance(node, exp.In) and node.args.get("field"):  # to SQLite it is a table
            yield self._shown(node), "what follows IN stands in brackets"
        if isinstance(node, exp.Anonymous) and not isinstance(node.this, str):
            yield f"function {self._shown(node)}", "the names of functions have no quotes"
        if isinstance(node, exp.Func) and not any(node.iter_expressions()):
            name = self._shown(node)
            if name.isidentifier():  # it is called without parentheses
                yield from self._unknown_function(name)

    def _quote(self, tree: exp.Query) -> None:
        """Fold names as the database does and quote them, so that none is a keyword.

        SQLite would take a quoted column that is not there for a text.
        """
        for name in tree.find_all(exp.Identifier):
            if not self._source.is_sqlite or isinstance(name.parent, exp.Table | exp.TableAlias):
                name.set("this", self._key(name.this, is_quoted=bool(name.args.get("quoted"))))
                name.args["quoted"] = True

    def _key(self, name: str, *, is_quoted: bool) -> str:
        return name if is_quoted and not self._source.is_sqlite else name.translate(_LOWER)

    def _restrict(self, table: exp.Table) -> None:
        """Put a subquery in the place of a table: its allowed columns of the tenant's rows."""
        said = {name for name, value in table.args.items() if value}
        what = f"table {self._shown(table)}"
        if not isinstance(table.this, exp.Identifier) or said - {"this", "db", "alias", "joins"}:
            raise _blocked(what, "a table has its name, and an alias")
        if not table.db and table.name in _visible(table):
            return
        found = self._tables.get((table.db or self._schema, table.name))
        if found is None:
            raise _blocked(what, f"tables: {', '.join(self._source.tables)}")
        (schema, name), rule = found
        own = exp.table_(
            exp.to_identifier(name, quoted=True), exp.to_identifier(schema, quoted=True)
        )
        columns = [exp.column(each, name, quoted=True) for each in rule.columns or ()]
        rows = exp.select(*columns or "*").from_(own)
        if rule.tenant_column is not None:
            of_tenant = exp.column(rule.tenant_column, name, quoted=True)
            rows = rows.where(of_tenant.eq(exp.Placeholder(this=_TENANT)))
        alias = table.args.get("alias") or exp.TableAlias(this=table.this.copy())
        table.replace(exp.Subquery(this=rows, alias=alias, joins=table.args.get("joins")))

    def _numbered(self, tree: exp.Query) -> list[str]:
        """Return the names of the values; PostgreSQL gets their numbers in the place of them."""
        names = list[str]()
        for each in [*tree.find_all(exp.Placeholder)]:
            if not isinstance(each.this, str) or not each.this.isidentifier():
                raise _blocked(self._shown(each), "a value is written as :name")
            if each.this not in names:
                names.append(each.this)
            if not self._source.is_sqlite:
                number = exp.Literal.number(names.index(each.this) + 1)
                each.replace(exp.Parameter(this=number))
        return names

    def _problems_of_words(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield what of the text that is sent is no plain word, or is called and not known."""
        for word, follows in pairwise(tokenize(text, dialect=self._dialect)):
            if word.token_type is TokenType.VAR and not word.text.isidentifier():
                yield repr(word.text), "a word has letters, digits and _ only"
            is_word = word.token_type not in _NO_WORDS and word.text.isidentifier()
            if is_word and follows.token_type is TokenType.L_PAREN:
                yield from self._unknown_function(word.text)

    def _unknown_function(self, name: str) -> Iterator[tuple[str, str]]:
        if name.lower() not in self._known:
            key = f"sources.{self._source.name}.functions"
            yield f"function {name.lower()}", f"if it does no harm, name it in {key}"

    def _shown(self, node: exp.Expr) -> str:
        return node.sql(self._dialect, comments=False)[:_SHOWN]


def _visible(table: exp.Table) -> set[str]:
    """Return the names of the queries of WITH that a name may mean at this place.

    Never its own query, whatever RECURSIVE says: a recursion may have no end.
    """
    found, within = set[str](), None
    child: exp.Expr = table
    while (parent := child.parent) is not None:
        within = child if isinstance(child, exp.CTE) else within
        named = parent.args.get("with_")
        for each in named.expressions if named else ():
            if child is named and each is within:
                break  # this one and those after it are not there yet
            found.add(each.alias)
        child = parent
    return found


def _blocked(what: str, why: str) -> ToolFailure:
    return ToolFailure(ToolErrorCode.SQL_BLOCKED, f"sql: {what} is not allowed: {why}")
