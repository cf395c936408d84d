"""What assets are called: kinds, names, the stages they bind to, and how people name a version."""

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from domain.assets.errors import WrongAsset, WrongAssetName
from domain.run.lifecycle import Stage
from domain.values.text import shown

PREFIX: Final = "asset-"
BUILT_IN: Final = 0
"""The version of what comes with opstrail."""
POLICY: Final = "policy:default"
"""The policies of tools of a tenant: they apply to every run."""
WORDS: Final = "words:default"
"""The words of a tenant: they apply to every question that has one of them."""
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,99}")
_VERSION: Final = re.compile(r"\d{1,9}")
_COLONS: Final = 2
"""In STAGE:KIND:NAME, as a run keeps which version it takes; labels of stages have one."""


class AssetKind(StrEnum):
    """What an asset is for."""

    PROMPT = "prompt"
    POLICY = "policy"
    MAPPING = "mapping"
    VIEW = "view"
    RULE = "rule"
    RECIPE = "recipe"
    WORDS = "words"
    SAVED = "saved"


BINDINGS: Final[Mapping[AssetKind, tuple[Stage, ...]]] = MappingProxyType(
    {
        AssetKind.PROMPT: (Stage.ROUTE_PLAN,),
        AssetKind.WORDS: (Stage.ROUTE_PLAN,),
        AssetKind.POLICY: (Stage.VALIDATE, Stage.EXECUTE),
        AssetKind.VIEW: (Stage.VALIDATE,),
        AssetKind.RECIPE: (Stage.VALIDATE,),
        AssetKind.MAPPING: (Stage.VALIDATE,),
        AssetKind.RULE: (Stage.VALIDATE, Stage.EXECUTE),
        AssetKind.SAVED: (),
    }
)
"""The stages that an asset of a kind may be applied in; it is settled in the first of them.

What people have saved is applied in none: no run is made with it.
"""


def key_of(text: str) -> str:
    """Return KIND:NAME as it is kept. Raises `WrongAsset`, which says what is allowed."""
    kind, _, name = text.partition(":")
    if kind not in list(AssetKind) or not _NAME.fullmatch(name):
        allowed = f"of the kinds {', '.join(AssetKind)}; a name is a letter, then up to 99 letters"
        why = f"it names no asset; write KIND:NAME, {allowed}, digits and . _ -"
        raise WrongAssetName(shown(text), why=why)
    return text


def kind_of(key: str) -> AssetKind:
    """Return the kind of an asset by its key."""
    return AssetKind(key.partition(":")[0])


def stream_of(key: str) -> str:
    """Return the stream of an asset: asset-view-IMPACT."""
    return f"{PREFIX}{key.replace(':', '-', 1)}"


def key_in(stream_id: str) -> str:
    """Return the asset that a stream is of."""
    return stream_id.removeprefix(PREFIX).replace("-", ":", 1)


def overrides_of(given: Mapping[str, str]) -> dict[str, str]:
    """Return which version of which asset a run takes, by STAGE:KIND:NAME.

    KIND:NAME alone is of the first stage that it binds to. What is of a stage and names no kind
    and name (STAGE:TYPE) is a label, and stays as it is. Raises `WrongAsset`.
    """
    return dict(_override(key, version) for key, version in given.items())


def _override(given: str, version: str) -> tuple[str, str]:
    first, _, rest = given.partition(":")
    is_staged = first in list(Stage)
    if is_staged and rest and ":" not in rest:
        return given, version
    key = key_of(rest if is_staged else given)
    bound = BINDINGS[kind_of(key)]
    if not bound or (is_staged and first not in bound):
        raise WrongAsset(
            given, why=f"a {kind_of(key)} is applied in {', '.join(bound) or 'no stage'} only"
        )
    if not _VERSION.fullmatch(version):
        raise WrongAsset(key, why=f"{shown(version)} is no version; write a number, 0 is built in")
    return f"{bound[0]}:{key}", version


def labels_in(overrides: Mapping[str, str]) -> dict[str, str]:
    """Return the overrides that are labels of stages, which name no version of an asset."""
    return {key: each for key, each in overrides.items() if key.count(":") < _COLONS}


def versions_in(overrides: Mapping[str, str]) -> dict[str, int]:
    """Return the versions that a run is to take, by KIND:NAME."""
    return {
        key.partition(":")[2]: int(version)
        for key, version in overrides.items()
        if key.count(":") == _COLONS and _VERSION.fullmatch(version)
    }
