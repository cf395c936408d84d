"""Assets are named by kind and name, and a run takes a version in the stages of the kind."""

import pytest

from domain.assets.errors import WrongAsset
from domain.assets.names import key_in, key_of, overrides_of, stream_of, versions_in


@pytest.mark.parametrize(
    "text",
    [
        "IMPACT",
        "screen:x",
        "view:",
        "view:a/b",
        "view:a b",
        "view:\x00",
        "view:-x",
        "view:é",
        f"view:{'x' * 101}",
    ],
)
def test_what_names_no_asset_is_refused(text: str) -> None:
    with pytest.raises(WrongAsset, match="it names no asset; write KIND:NAME, of"):
        key_of(text)


@pytest.mark.parametrize("key", ["view:IMPACT", "view:a-b", "recipe:night.v2", "policy:default"])
def test_a_stream_says_whose_it_is(key: str) -> None:
    assert key_in(stream_of(key_of(key))) == key


def test_a_version_is_of_the_first_stage_that_the_kind_binds_to() -> None:
    assert overrides_of({"policy:default": "2", "words:house": "1"}) == {
        "validate:policy:default": "2",
        "route_plan:words:house": "1",
    }
    assert overrides_of({"execute:policy:default": "2"}) == {"validate:policy:default": "2"}


def test_a_label_of_a_stage_stays_as_it_is_and_names_no_version() -> None:
    labels = {"compose:prompt": "short", "validate:policy:default": "0"}
    assert (overrides_of(labels), versions_in(labels)) == (labels, {"policy:default": 0})


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"compose:policy:default": "1"}, "a policy is applied in validate, execute only"),
        ({"policy:default": "newest"}, "'newest' is no version; write a number"),
        ({"policy:default": "-1"}, "'-1' is no version"),
        ({"moon:prompt": "1"}, "it names no asset"),
    ],
)
def test_a_wrong_binding_is_refused(given: dict[str, str], says: str) -> None:
    with pytest.raises(WrongAsset, match=says):
        overrides_of(given)
