"""The operations on what people save to see it again: filters of lists, and questions."""

from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from domain.aggregate.envelope import Actor
from domain.assets.asset import PublishAsset, RetireAsset
from domain.assets.errors import NoSuchAsset, PublishedMeanwhile, WrongAsset
from domain.assets.history import AssetHistory
from domain.assets.names import AssetKind, key_of
from domain.json import as_text
from domain.operations.operation import Caller, Nothing, Params, Scope, command, read
from domain.operations.services import Services
from domain.operator_log.fields import AUDIT_FIELDS
from domain.run_filter.fields import RUN_FIELDS
from domain.run_filter.parser import parse_filter
from domain.run_filter.tokens import FilterRefused
from domain.values.fields import Remark
from domain.views.json_form import View

_FIELDS: Final = {"runs": RUN_FIELDS, "audit": AUDIT_FIELDS}
_ASKED: Final = "a view is saved"


@dataclass(frozen=True, slots=True)
class SavedView:
    """A question, or a filter and what it is of; `owner` is who saved it, and when (UTC)."""

    name: str
    of: str
    text: str
    owner: Actor
    saved_at: str


class ViewName(Params):
    """Something that was saved."""

    name: Annotated[str, AfterValidator(lambda name: _key(name) and name)] = Field(
        description="A letter, then up to 99 letters, digits and . _ -"
    )


class ViewToSave(ViewName):
    """What is saved."""

    of: Literal["question", "runs", "audit"] = Field(
        description="A question, or a filter of these."
    )
    text: Remark = Field(description="The question or the filter.")


async def list_views(have: Services, caller: Caller, _: Nothing) -> list[SavedView]:
    """Return what the people of the tenant have saved, by its names."""
    found = have.assets.histories(caller.tenant_id, AssetKind.SAVED)
    return [_saved(each) for each in found if each.applied]


async def show_view(have: Services, caller: Caller, params: ViewName) -> SavedView:
    """Return what somebody has saved."""
    found = have.assets.read(caller.tenant_id, _key(params.name))
    if not found.applied:
        raise NoSuchAsset(found.key, works="GET /v1/views lists them")
    return _saved(found)


async def save_view(have: Services, caller: Caller, params: ViewToSave) -> SavedView:
    """Save a filter or a question under a name; what had the name is replaced."""
    if params.of != "question":
        parse_filter(params.text, now=have.clock.now(), fields=_FIELDS[params.of])
    key, found = _key(params.name), _own(have, caller, params.name)
    draft = have.asset_desk.drafted(key, {"of": params.of, "text": params.text}, _ASKED)
    publish = PublishAsset(why=_ASKED, expected=found.asset.published, draft=draft)
    have.asset_desk.do(key, publish, caller.by)
    return await show_view(have, caller, params)


async def remove_view(have: Services, caller: Caller, params: ViewName) -> SavedView:
    """Remove what was saved under a name, and return it."""
    saved = await show_view(have, caller, params)
    key = _own(have, caller, params.name).key
    have.asset_desk.do(key, RetireAsset("the saved view is removed"), caller.by)
    return saved


def _key(name: str) -> str:
    return key_of(f"{AssetKind.SAVED}:{name}")


def _saved(found: AssetHistory) -> SavedView:
    content = found.required(found.asset.published).content
    last = found.entries[-1].envelope
    of, text = as_text(content.get("of")), as_text(content.get("text"))
    return SavedView(found.key.partition(":")[2], of, text, last.actor, last.recorded_at)


def _own(have: Services, caller: Caller, name: str) -> AssetHistory:
    """Return what has the name. Raises `WrongAsset` where it is another one's."""
    found = have.assets.read(caller.tenant_id, _key(name))
    owner = found.entries[-1].envelope.actor if found.applied else caller.by.actor
    if owner != caller.by.actor and Scope.ASSETS_PUBLISH not in caller.rights:
        raise WrongAsset(found.key, why=f"{owner.id} has saved it: take another name")
    return found


SAVED_VIEW: Final[View[SavedView]] = View("saved-view", SavedView)
SAVED_VIEWS: Final[View[list[SavedView]]] = View("saved-views", list[SavedView])
LIST_VIEWS: Final = read("view.list", Scope.RUNS_READ, Nothing, SAVED_VIEWS, list_views)
SHOW_VIEW: Final = read("view.show", Scope.RUNS_READ, ViewName, SAVED_VIEW, show_view, NoSuchAsset)
SAVE_VIEW: Final = command(
    *("view.save", Scope.RUNS_WRITE, ViewToSave, SAVED_VIEW, save_view),
    *(WrongAsset, PublishedMeanwhile, FilterRefused),
)
REMOVE_VIEW: Final = command(
    *("view.remove", Scope.RUNS_WRITE, ViewName, SAVED_VIEW, remove_view),
    *(WrongAsset, NoSuchAsset),
)
