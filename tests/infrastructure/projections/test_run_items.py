"""Which runs read which items follows from what their calls ask for and refer to."""

import pytest
import sqlalchemy as sa
from msgspec import structs

from domain.json import JsonMap
from domain.run.events import RunEvent
from infrastructure.projections.projections import Projections
from infrastructure.projections.run_items import RunItemsProjection
from tests.infrastructure.projections.logs import Log, asked, end, rows_of, start


def asking(**params: object) -> RunEvent:
    return structs.replace(start(), params=params)


def referring(*payloads: JsonMap) -> RunEvent:
    return structs.replace(end(), references=[{"payload": each} for each in payloads])


@pytest.mark.parametrize(
    ("event", "items"),
    [
        (asking(ci_id="id-1"), ["id-1"]),
        (asking(ci_ids=["id-1", "ID-2"], keywords=["x"]), ["id-1", "id-2"]),
        (asking(source_id="a", target_id="b"), ["a", "b"]),
        (asking(ci_code="SRV-01", depth=2), ["srv-01"]),
        (
            referring({"ci_id": "id-1", "ci_code": "srv-01"}, {"ci_code": "srv-02"}),
            ["id-1", "srv-02"],
        ),
        (referring({"params": {"ci_ids": ["id-3"]}}, {"entry_id": "e"}), ["id-3"]),
        (asking(ci_id=7, ci_ids="x"), []),
    ],
)
def test_an_item_is_read_by_the_run_whose_call_names_it(
    event: RunEvent, items: list[str], engine: sa.Engine, log: Log, projections: Projections
) -> None:
    log.add(asked(), event)
    log.add(event, run="run-2", tenant="globex")
    projections.catch_up(RunItemsProjection.name)
    log.add(event)
    projections.catch_up(RunItemsProjection.name)
    rows = rows_of(engine, RunItemsProjection.view)
    assert rows == [
        *(("acme", item, "run-1") for item in items),
        *(("globex", item, "run-2") for item in items),
    ]
