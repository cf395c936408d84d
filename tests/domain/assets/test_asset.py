"""What may happen to an asset, and what it says then."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.assets.asset import (
    ASSET,
    Asset,
    AssetCommand,
    DraftAsset,
    PublishAsset,
    RetireAsset,
    RollBackAsset,
    decide,
)
from domain.assets.errors import NoSuchAsset, PublishedMeanwhile, WrongAsset
from domain.assets.events import (
    LIFECYCLE,
    AssetDrafted,
    AssetEvent,
    AssetPublished,
    AssetRetired,
    AssetRolledBack,
    AssetState,
)
from domain.errors import OpstrailError

STREAM = "asset-view-IMPACT"


def drafted(version: int, digest: str = "") -> AssetDrafted:
    return AssetDrafted(version=version, content={}, digest=digest or f"d{version}", why="why")


def published(version: int) -> AssetPublished:
    return AssetPublished(version=version, why="why")


def back(version: int, to: int) -> AssetRolledBack:
    return AssetRolledBack(version=version, to_version=to, why="why")


RETIRED = AssetRetired(why="why")
ONE = (drafted(1), published(1))
TWO = (*ONE, drafted(2), published(2))


def draft(digest: str) -> DraftAsset:
    return DraftAsset(content={}, digest=digest, why="why")


def publish(expected: int, digest: str | None = None) -> PublishAsset:
    return PublishAsset(why="why", expected=expected, draft=draft(digest) if digest else None)


def roll_back(to: int, expected: int) -> RollBackAsset:
    return RollBackAsset(to_version=to, why="why", expected=expected)


def after(*events: AssetEvent) -> Asset:
    return ASSET.state_of(STREAM, events)


@pytest.mark.parametrize(
    ("events", "command", "what_happens"),
    [
        ((), draft("d1"), [drafted(1)]),
        (ONE, draft("d2"), [drafted(2)]),
        (ONE, draft("d1"), []),
        ((drafted(1),), draft("d1"), []),
        ((), publish(0, "d1"), [*ONE]),
        (ONE, publish(1, "d1"), []),
        ((*ONE, drafted(2)), publish(1), [published(2)]),
        ((*ONE, drafted(2), drafted(3)), publish(1), [published(3)]),
        ((*ONE, drafted(2)), publish(1, "d2"), [published(2)]),
        (TWO, roll_back(1, 2), [back(3, 1)]),
        ((*TWO, RETIRED), roll_back(2, 0), [back(3, 2)]),
        (ONE, RetireAsset("why"), [RETIRED]),
        ((*ONE, RETIRED), publish(0, "d1"), [drafted(2, "d1"), published(2)]),
    ],
)
def test_what_is_asked_happens_where_it_changes_something(
    events: Sequence[AssetEvent], command: AssetCommand, what_happens: list[AssetEvent]
) -> None:
    assert decide(after(*events), command) == what_happens


@pytest.mark.parametrize(
    ("events", "command", "error", "says"),
    [
        (ONE, publish(0, "d2"), PublishedMeanwhile, "nothing was published when you began"),
        (TWO, roll_back(1, 1), PublishedMeanwhile, "now version 2 is"),
        (ONE, publish(1), WrongAsset, "there is no draft to publish"),
        (
            TWO,
            roll_back(2, 2),
            WrongAsset,
            "version 2 was not published before; those that were: 1",
        ),
        (
            (*TWO, drafted(3)),
            roll_back(3, 2),
            WrongAsset,
            "3 was not published before; those that were: 1",
        ),
        ((drafted(1),), roll_back(1, 0), WrongAsset, "it is draft: cannot roll_back"),
        ((*ONE, RETIRED), RetireAsset("why"), WrongAsset, "it is retired: cannot retire"),
        ((), RetireAsset("why"), NoSuchAsset, "no asset view:IMPACT"),
    ],
)
def test_what_the_rules_forbid_is_refused_in_words(
    events: Sequence[AssetEvent], command: AssetCommand, error: type[OpstrailError], says: str
) -> None:
    with pytest.raises(error, match=says):
        decide(after(*events), command)


def test_what_is_rolled_back_has_the_digest_of_then() -> None:
    asset = after(*TWO, back(3, 1))
    assert (asset.published, asset.versions[3].digest) == (3, "d1")


COMMANDS = st.one_of(
    st.sampled_from("abc").map(draft),
    st.tuples(st.integers(0, 4), st.sampled_from([None, "a", "b"])).map(lambda of: publish(*of)),
    st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda of: roll_back(*of)),
    st.just(RetireAsset("why")),
)


@given(st.lists(COMMANDS, max_size=12))
def test_whatever_is_asked_versions_count_up_and_one_is_published_at_most(
    commands: list[AssetCommand],
) -> None:
    asset, made = after(), list[int]()
    for command in commands:
        try:
            events = decide(asset, command)
        except OpstrailError:
            continue
        for event in events:
            if isinstance(event, AssetDrafted | AssetRolledBack):
                made.append(event.version)
            asset = ASSET.evolve(asset, event)
            is_out = asset.state is AssetState.PUBLISHED
            assert (asset.published > 0, asset.published in {0, *made}) == (is_out, True)
    assert made == list(range(1, len(made) + 1))


def test_every_event_leads_where_the_table_says() -> None:
    for trigger, state in LIFECYCLE.targets.items():
        events: dict[str, AssetEvent] = {
            "publish": published(1),
            "roll_back": back(2, 1),
            "retire": RETIRED,
        }
        assert ASSET.evolve(after(*ONE), events[trigger]).state is state
