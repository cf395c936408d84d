"""What holds for every test."""

import os
from collections.abc import Iterator, Sequence
from tempfile import TemporaryDirectory
from typing import Final

import pytest
from hypothesis import HealthCheck, settings

from tests import figures, hand_made_plans

pytest_plugins = ["tests.postgres"]

# How long an example takes says more about the machine than about the code.
settings.register_profile(
    "opstrail", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("opstrail")

_OWN: Final = TemporaryDirectory(prefix="opstrail-tests-")

LONG_SECONDS: Final = 1800
"""How long a test marked `long` may take; pyproject.toml says it for all others."""


figures.watch()  # before anything else imports what composes


@pytest.fixture(autouse=True)
def _figures_stand_in_blocks() -> Iterator[None]:
    """Each figure in the sentences of an answer stands in one of its blocks."""
    yield
    found = [*figures.UNFOUNDED]
    figures.UNFOUNDED.clear()
    assert found == []


def pytest_configure() -> None:
    """Let neither the profiles nor the time zone of who runs the tests count."""
    os.environ |= {"OPSTRAIL_CONFIG": f"{_OWN.name}/opstrail.toml", "OPSTRAIL_TIME_ZONE": "UTC"}


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Give the long tests their time."""
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(pytest.mark.timeout(LONG_SECONDS))


@pytest.fixture
def planned_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some questions have plans made by hand, of more calls than a query has."""
    hand_made_plans.use(monkeypatch)
