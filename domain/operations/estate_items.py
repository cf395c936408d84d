"""The operations on single items of the estate: listed, shown, and with what is around them."""

from typing import Final

from pydantic import Field

from domain.errors import AmbiguousRun, NotFound
from domain.estate.fields import RecordKind
from domain.estate.queries import FilterSpec, RecordQuery, StoredRelation
from domain.estate.records import ConfigurationItem, RelationType
from domain.operations.operation import Caller, Params, Scope, read
from domain.operations.run_lists import HOW_MANY, tell_beside
from domain.operations.services import Services
from domain.run.summary import RunSummary
from domain.values.fields import Name, Remark
from domain.values.limits import LARGEST_SHORT_INTEGER
from domain.views.estate import (
    ESTATE_ITEM,
    ESTATE_ITEMS,
    SURROUNDINGS,
    ItemPage,
    RelationAround,
    Surroundings,
)
from domain.views.run_list import RUNS

_NAMED: Final = ("ci_type", "ci_subtype", "status", "environment", "location", "owner")


class NoSuchItem(NotFound):
    """The estate has no such item."""

    def __init__(self, item: str) -> None:
        super().__init__(item)
        self.args = (f"no configuration item has the code or the id {item!r}",)


class WhichItems(Params):
    """Which items are wanted: those that fit all that is given, in the order of their codes."""

    text: Remark | None = Field(
        default=None, description="Words, each in the code, name, type or category."
    )
    ci_type: Name | None = None
    ci_subtype: Name | None = None
    status: Name | None = None
    environment: Name | None = None
    location: Name | None = None
    owner: Name | None = None
    offset: int = Field(default=0, ge=0, le=LARGEST_SHORT_INTEGER, description="After so many.")
    limit: int = HOW_MANY


class OneItem(Params):
    """An item."""

    item: Name = Field(description="The code of an item in any case, or its id.")


class AroundItem(OneItem):
    """An item, and how far around it."""

    depth: int = Field(default=1, ge=1, le=5, description="At most so many relations away.")
    limit: int = Field(default=200, ge=1, le=1000, description="At most so many items.")


class RunsOfItem(OneItem):
    """An item, and how many of the runs that read it."""

    before: Name | None = Field(default=None, description="Only runs older than this one.")
    limit: int = HOW_MANY


async def list_items(have: Services, caller: Caller, params: WhichItems) -> ItemPage:
    """Return the items, in the order of their codes, and how many there are."""
    named = {name: getattr(params, name) for name in _NAMED}
    query = RecordQuery(
        kind=RecordKind.CI,
        keywords=tuple((params.text or "").split()),
        filters=tuple(FilterSpec(field=k, value=v) for k, v in named.items() if v is not None),
        limit=params.limit,
        offset=params.offset,
    )
    page = have.estate.find(caller.tenant_id, query)
    return ItemPage(page.rows, page.total)


async def show_item(have: Services, caller: Caller, params: OneItem) -> ConfigurationItem:
    """Return an item with all that is known of it."""
    found = _found(have, caller, params)
    if found is None:
        raise NoSuchItem(params.item)
    return found


async def show_relations(have: Services, caller: Caller, params: AroundItem) -> Surroundings:
    """Return what is around an item, by relations of all types in both directions."""
    root = await show_item(have, caller, params)
    estate, tenant_id, types = have.estate, caller.tenant_id, [*RelationType]
    distances, relations, edge = {root.ci_id: 0}, set[StoredRelation](), [root.ci_id]
    for distance in range(1, params.depth + 1):
        relations |= {*estate.relations_from(tenant_id, edge, rel_types=types)}
        relations |= {*estate.relations_to(tenant_id, edge, rel_types=types)}
        ends = {end for each in relations for end in (each.source_id, each.target_id)}
        edge, room = sorted(ends - distances.keys()), params.limit - len(distances)
        if len(edge) > room:
            caller.tell(f"only {params.limit} items are shown: there are more around it")
        edge = edge[:room]
        distances |= dict.fromkeys(edge, distance)
    items = estate.cis(tenant_id, [*distances])
    return Surroundings(
        [items[ci_id] for ci_id in distances if ci_id in items],
        {items[ci_id].ci_code: away for ci_id, away in distances.items() if ci_id in items},
        [
            RelationAround(items[source].ci_code, items[target].ci_code, rel_type)
            for source, target, rel_type in sorted(relations)
            if source in items and target in items
        ],
    )


async def runs_of_item(have: Services, caller: Caller, params: RunsOfItem) -> list[RunSummary]:
    """Return the runs whose calls asked for an item or refer to it, newest first."""
    reader, found = have.reader, _found(have, caller, params)
    last = reader.resolve(caller.tenant_id, params.before) if params.before else None
    names = {params.item, *((found.ci_id, found.ci_code) if found else ())}
    runs = reader.reading(caller.tenant_id, names, limit=params.limit, before=last)
    tell_beside(caller, runs)
    return runs.summaries


def _found(have: Services, caller: Caller, params: OneItem) -> ConfigurationItem | None:
    of_code = have.estate.ci_by_code(caller.tenant_id, params.item)
    return of_code or have.estate.cis(caller.tenant_id, [params.item]).get(params.item)


LIST_ITEMS: Final = read("estate.items", Scope.RUNS_READ, WhichItems, ESTATE_ITEMS, list_items)
SHOW_ITEM: Final = read(
    "estate.item", Scope.RUNS_READ, OneItem, ESTATE_ITEM, show_item, NoSuchItem
)
SHOW_RELATIONS: Final = read(
    "estate.relations", Scope.RUNS_READ, AroundItem, SURROUNDINGS, show_relations, NoSuchItem
)
RUNS_OF_ITEM: Final = read(
    "estate.runs", Scope.RUNS_READ, RunsOfItem, RUNS, runs_of_item, NotFound, AmbiguousRun
)
