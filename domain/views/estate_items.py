"""Items of the estate as pages show them, and what is around one."""

from dataclasses import dataclass
from typing import Final

from domain.estate.records import ConfigurationItem, RelationType
from domain.json import JsonMap
from domain.views.json_form import View


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Some items, each with its fields, and how many fit in all."""

    items: list[JsonMap]
    total: int


@dataclass(frozen=True, slots=True)
class ItemAround:
    """An item, and how many relations away it is."""

    ci_id: str
    ci_code: str
    ci_name: str
    ci_type: str
    status: str
    distance: int


@dataclass(frozen=True, slots=True)
class RelationAround:
    """A relation between two of the items, by their codes."""

    source: str
    target: str
    rel_type: RelationType


@dataclass(frozen=True, slots=True)
class Surroundings:
    """An item with what is around it, the nearest first, and the relations among these."""

    items: list[ItemAround]
    relations: list[RelationAround]


ESTATE_ITEM: Final[View[ConfigurationItem]] = View("estate-item", ConfigurationItem)
ESTATE_ITEMS: Final[View[ItemPage]] = View("estate-items", ItemPage)
SURROUNDINGS: Final[View[Surroundings]] = View("surroundings", Surroundings)
