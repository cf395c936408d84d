"""Damage to the members of a bundle, as somebody does it who also mends the digests."""

import json
from typing import Any

import pytest

from domain.audit.bundle import BundleRefused, events_member
from domain.audit.bundle_members import opened
from tests.bundles import named_again

RUN = events_member("run-1")
Members = dict[str, bytes]


def refused(members: Members) -> BundleRefused:
    with pytest.raises(BundleRefused) as caught:
        opened(members)
    return caught.value


def changed(members: Members, name: str, **changes: Any) -> Members:  # noqa: ANN401 - JSON
    """Return the members with a changed one, and its new digest."""
    content = json.loads(members[name]) | changes
    return named_again({**members, name: json.dumps(content).encode()})


def with_line(members: Members, version: int, line: bytes) -> Members:
    lines = members[RUN].splitlines(keepends=True)
    lines[version - 1] = line
    return named_again({**members, RUN: b"".join(lines)})
