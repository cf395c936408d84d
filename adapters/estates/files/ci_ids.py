"""How the codes of a file's rows become the ids of configuration items."""

from functools import lru_cache

from pydantic import JsonValue

from adapters.estates.files.problems import got
from adapters.estates.files.rows import Row
from domain.estate.port import KnownItems
from domain.values.text import code_key

_key = lru_cache(maxsize=100_000)(code_key)  # points name few items, each very often


class CiIds:
    """How codes, in any case, become ids: of items imported here, else of existing ones."""

    def __init__(self, known: KnownItems) -> None:
        self._imported: dict[str, str] = {}
        self._known = known

    def note(self, row: Row) -> None:
        """Note an imported item, and give its row the id of an existing one of the same code.

        Rows with problems count too, so that one bad row is not reported by all that refer to it.
        """
        code = row.values.get("ci_code")
        if not isinstance(code, str):
            return
        existing = self._known.ids.get(_key(code))
        if existing is not None:
            row.values.setdefault("ci_id", existing)
        self._imported[_key(code)] = str(row.values.get("ci_id", code))

    def of(self, code: str) -> str | None:
        """Return the id of the item of this code, or None."""
        return self._imported.get(_key(code)) or self._known.ids.get(_key(code))

    def exists(self, code: object) -> bool:
        """Tell whether the estate has an item of this code already."""
        return isinstance(code, str) and _key(code) in self._known.ids

    def why_not(self, code: JsonValue) -> str:
        """Return what to say of a code that no item has."""
        retired_at = self._known.retired.get(_key(code)) if isinstance(code, str) else None
        if retired_at is None:
            return f"no configuration item has this code, got {got(code)}"
        return f"the configuration item {got(code)} is retired since {retired_at.isoformat()}"
