"""Every event shape ever stored can be read.

A golden file holds one event as it was stored: type, schema version, data. When a shape changes,
its files stay as they are, and a file with the new shape is added; its name begins with the type
and the version.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from domain.run.codec import CODEC

GOLDEN = sorted((Path(__file__).parents[2] / "golden" / "events").glob("*.json"), key=str)


def stored(path: Path) -> tuple[str, int, str]:
    """The event as text, without the line breaks that make the file readable."""
    golden = json.loads(path.read_text())
    data = json.dumps(golden["data"], ensure_ascii=False, separators=(",", ":"))
    return golden["type"], golden["schema_version"], data


def is_current(path: Path) -> bool:
    """Whether the file has the shape in which the event is written today."""
    stored_as, schema_version, data = stored(path)
    decoded = CODEC.decode(stored_as, schema_version=schema_version, data=data)
    return CODEC.encode(decoded) == (stored_as, schema_version, data)


def unset(value: Any, path: str) -> list[str]:  # noqa: ANN401 - any part of an event
    """The fields of a value, and of the values in it, that only have their default."""
    if isinstance(value, list | dict):
        parts = value.values() if isinstance(value, dict) else value
        return [field for part in parts for field in unset(part, path)]
    if not isinstance(value, BaseModel):
        return []
    found = [
        f"{path}.{name}"
        for name, field in type(value).model_fields.items()
        if not field.is_required() and getattr(value, name) == field.get_default()
    ]
    for name in type(value).model_fields:
        found.extend(unset(getattr(value, name), f"{path}.{name}"))
    return found


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_every_shape_ever_stored_can_be_read(path: Path) -> None:
    stored_as, schema_version, data = stored(path)
    decoded = CODEC.decode(stored_as, schema_version=schema_version, data=data)
    assert decoded.stored_as == stored_as


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_golden_file_is_named_after_its_event(path: Path) -> None:
    stored_as, schema_version, _ = stored(path)
    assert path.name.startswith(f"{stored_as}.v{schema_version}")


@pytest.mark.parametrize("stored_as", sorted(CODEC.types))
def test_the_present_shape_of_every_event_is_kept(stored_as: str) -> None:
    of_type = [path for path in GOLDEN if stored(path)[0] == stored_as]
    assert [path.name for path in of_type if is_current(path)] != []


@pytest.mark.parametrize("stored_as", sorted(CODEC.types))
def test_the_golden_files_have_a_value_for_every_field(stored_as: str) -> None:
    current = [path for path in GOLDEN if stored(path)[0] == stored_as and is_current(path)]
    missing = []
    for path in current:
        _, schema_version, data = stored(path)
        decoded = CODEC.decode(stored_as, schema_version=schema_version, data=data)
        missing.append(set(unset(decoded, stored_as)))
    assert set.intersection(*missing) == set()
