"""Relations of items in SQL."""

from typing import Final

from bench.generated_questions.tables import text
from bench.generated_questions.vocabulary import Link

NEEDS: Final = ("DEPENDS_ON", "RUNS_ON", "DEPLOYED_ON", "USES", "CONNECTED_TO", "PROTECTED_BY")
"""Relations that say what an item needs."""


def link_sqls(link: Link, inside: str) -> tuple[str, ...]:
    """Return that an item is related to one of those inside; directly, and over several steps."""
    here, there = ("dst", "src") if link.is_inward else ("src", "dst")
    direct = (
        f"select {here} from rel where kind in ({_among(link.types)}) and {there} in ({inside})"
    )
    if not link.is_deep:
        return (f"c.code in ({direct})",)
    others = "" if inside.startswith("select") else f" and c.code <> {inside}"
    return f"c.code in ({direct})", *(
        f"c.code in (with recursive reach(code) as (select {here} from rel where kind in ({types})"
        f" and {there} in ({inside}) union select {here} from rel join reach on {there} = code"
        f" where kind in ({types})) select code from reach){others}"
        for types in (_among(link.types), _among(NEEDS))
    )


def links_sql(link: Link, inside: str) -> str:
    """Return how many of those inside an item is related to, as a sub-select."""
    here, there = ("dst", "src") if link.is_inward else ("src", "dst")
    among = f"kind in ({_among(link.types)}) and {there} in ({inside})"
    return f"select count(distinct {there}) from rel where {here} = c.code and {among}"


def _among(types: tuple[str, ...]) -> str:
    return ", ".join(map(text, types))
