"""Which values of a result are others than before, in words: `status active -> down`."""

from collections.abc import Iterator
from typing import Final

from pydantic import JsonValue

from domain.json import JsonMap, as_number, as_text

_BESIDE: Final = frozenset(
    {
        *("window", "time_range", "meta", "summary", "counts", "bucket_seconds", "is_stale"),
        *("ids", "ci_ids", "edges", "paths", "created_at", "updated_at", "test_payload_meta"),
    }
)
"""What a result holds beside what was found, or a second time."""

_ROW_NAMES: Final = (
    *("ci_code", "code", "entry_id", "work_id", "maintenance_id", "record_id", "document_id"),
    *("value", "id"),
)
"""What a row is known by, the first that it has."""

_DRIFT: Final = 0.1
"""Where a window has moved on, values that differ by less than this part are the same."""

_Path = tuple[str, ...]
_Leaf = str | int | float | bool | None


def changed_values(before: JsonValue, now: JsonValue, *, is_moving: bool) -> list[str]:
    """Return the values that differ, rows found by what they are known by.

    With `is_moving`, both looked back from another instant: then rows come and go by themselves,
    and only numbers are compared that both have.
    """
    a, b = (dict(_leaves((), _named(value))) for value in (before, now))
    changed = [
        _told(path, a[path], b[path])
        for path in a.keys() & b.keys()
        if _is_other(a[path], b[path], is_moving=is_moving)
    ]
    order = {_told(path, a[path], b[path]): place for place, path in enumerate(b) if path in a}
    return sorted(changed, key=lambda text: order[text]) + ([] if is_moving else _rows(a, b))


def _named(value: JsonValue) -> JsonMap:
    return value if isinstance(value, dict) else {"": value}


def _rows(a: dict[_Path, _Leaf], b: dict[_Path, _Leaf]) -> list[str]:
    """Tell of the rows that only one of the two has."""
    rows_a, rows_b = (dict.fromkeys(path[:-1] for path in leaves) for leaves in (a, b))
    gone = [f"without {row[-1]}" for row in rows_a if row and row not in rows_b]
    return gone + [f"with {row[-1]}" for row in rows_b if row and row not in rows_a]


def _is_other(before: _Leaf, now: _Leaf, *, is_moving: bool) -> bool:
    if not is_moving:
        return before != now
    one, other = as_number(before), as_number(now)
    if one is None or other is None:
        return False
    return abs(other - one) > _DRIFT * max(abs(one), abs(other))


def _leaves(path: _Path, value: JsonMap) -> Iterator[tuple[_Path, _Leaf]]:
    """Yield each value without parts, with its path; columns name the cells of a listed row."""
    columns = value.get("columns")
    for name, each in value.items():
        if name in _BESIDE or name == "columns":
            continue
        match each:
            case dict():
                yield from _leaves((*path, name), each)
            case list():
                for number, row in enumerate(each):
                    fields = _fields(row, columns)
                    yield from _leaves((*path, _row_name(fields, number)), fields)
            case _:
                yield (*path, name), each


def _fields(row: JsonValue, columns: JsonValue) -> JsonMap:
    """Return a row with names, whatever form it has."""
    if isinstance(row, dict):
        return row
    if isinstance(row, list) and isinstance(columns, list):
        return dict(zip(map(as_text, columns), row, strict=False))
    return {"": row}


def _row_name(fields: JsonMap, number: int) -> str:
    known = (as_text(fields[name]) for name in _ROW_NAMES if fields.get(name) is not None)
    first = next(iter(fields.values()), None)
    return next(known, str(number) if isinstance(first, dict | list | None) else str(first))


def _told(path: _Path, before: _Leaf, now: _Leaf) -> str:
    return " ".join([*filter(None, path), f"{_text(before)} -> {_text(now)}"])


def _text(value: _Leaf) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
