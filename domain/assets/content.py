"""What the content of an asset must be, by its kind, and what comes with opstrail."""

from collections.abc import Mapping
from string import Formatter
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from domain.assets.applied import canonical
from domain.assets.errors import WrongAsset
from domain.assets.names import POLICY, WORDS, AssetKind, kind_of
from domain.assets.words import WordsContent
from domain.estate.view_policy import VIEW_POLICIES
from domain.json import JsonMap
from domain.plan.mapping import call_named_in, parse_mapping
from domain.plan.specs import AutoSpec, ViewSpec
from domain.rules.written import WrittenRule
from domain.tools.catalogue import KnownTools
from domain.tools.invalid_params import describe_invalid
from domain.tools.policies.documents import InvalidPolicies, checked_document
from domain.tools.policies.policy import PolicyDocument
from domain.values.limits import ASSET_BYTES

_Text = Annotated[str, Field(min_length=1, max_length=100_000)]


class PromptContent(BaseModel):
    """A prompt: what it is for, its text with {variables}, and which these are."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    scope: _Text
    template: _Text
    variables: list[str] = []

    @model_validator(mode="after")
    def _names_its_variables(self) -> "PromptContent":
        used = {name for _, name, _, _ in Formatter().parse(self.template) if name is not None}
        if used != {*self.variables}:
            told = ", ".join(sorted(used)) or "none"
            message = f"variables must be those of the template: {told}"
            raise ValueError(message)
        return self


class RecipeContent(AutoSpec):
    """What a recipe looks at; it names no further recipe."""

    recipe: None = None


def _is_mapping(text: str) -> str:
    parse_mapping(text, known={call_named_in(text)})
    return text


class SavedContent(BaseModel):
    """What somebody has saved: a question, or a filter and what it is of."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    of: Literal["question", "runs", "audit"]
    text: _Text


_Parameter = Annotated[str, Field(pattern=r"^[^.]+$", max_length=100)]
_Mapping = dict[_Parameter, Annotated[_Text, AfterValidator(_is_mapping)]]
_SHAPES: Final[Mapping[AssetKind, TypeAdapter[Any]]] = {
    AssetKind.PROMPT: TypeAdapter(PromptContent),
    AssetKind.VIEW: TypeAdapter(ViewSpec),
    AssetKind.RECIPE: TypeAdapter(RecipeContent),
    AssetKind.RULE: TypeAdapter(WrittenRule),
    AssetKind.MAPPING: TypeAdapter(Annotated[_Mapping, Field(min_length=1)]),
    AssetKind.WORDS: TypeAdapter(WordsContent),
    AssetKind.SAVED: TypeAdapter(SavedContent),
}


def check_content(key: str, content: JsonMap, tools: KnownTools) -> None:
    """Raise `WrongAsset`, which names field, value and what is allowed, unless it fits.

    Policies may name these tools only.
    """
    size, kind = len(canonical(content)), kind_of(key)
    if size > ASSET_BYTES:
        why = f"it has {size:,} bytes as JSON, and at most {ASSET_BYTES:,} are taken"
        raise WrongAsset(key, why=why)
    try:
        if kind is AssetKind.POLICY:
            checked_document(content, tools)
        else:
            _SHAPES[kind].validate_python(content)
    except ValidationError as error:
        raise WrongAsset(key, why=describe_invalid(error, subject=f"no {kind}")) from error
    except InvalidPolicies as error:
        raise WrongAsset(key, why=f"no {kind}: {error}") from error


def built_in_contents() -> dict[str, JsonMap]:
    """Return all that comes with opstrail, by KIND:NAME."""
    views = {
        f"view:{view}": ViewSpec.model_validate(policy, from_attributes=True).model_dump(
            mode="json"
        )
        for view, policy in VIEW_POLICIES.items()
    }
    policy, recipe = map(_unsaid, (AssetKind.POLICY, AssetKind.RECIPE))
    return {**views, POLICY: policy, "recipe:default": recipe, WORDS: {"words": {}}}


def in_effect(key: str, content: JsonMap) -> JsonMap:
    """Return the content with what is so where it does not say otherwise."""
    return _filled(content, _unsaid(kind_of(key)))


def _unsaid(kind: AssetKind) -> JsonMap:
    match kind:
        case AssetKind.POLICY:
            return PolicyDocument().model_dump(mode="json")
        case AssetKind.RECIPE:
            return AutoSpec().model_dump(mode="json", exclude={"recipe", "walks", "tool_type"})
        case AssetKind.VIEW:
            fields = ViewSpec.model_fields.items()
            return {name: field.default for name, field in fields if not field.is_required()}
        case _:
            return {}


def _filled(content: JsonMap, unsaid: JsonMap) -> JsonMap:
    filled = {**unsaid, **content}
    for name, usual in unsaid.items():
        if isinstance(usual, dict) and isinstance(said := filled[name], dict):
            filled[name] = _filled(said, usual)
    return filled
