"""Once there is a key, a server asks for it, also who reads a stream already."""

import json
from pathlib import Path

import httpx
import pytest

from tests.acceptance.cli import opstrail
from tests.acceptance.serving import Following, serving

WHY = ("--why", "a test")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "opstrail.db"


def test_who_reads_a_stream_is_shown_out_when_the_key_is_revoked(database: Path) -> None:
    made = opstrail(database, "key", "create", "bo", "--role", "auditor", *WHY, "-o", "json")
    key = json.loads(made.stdout)
    shown = {"Authorization": f"Bearer {key['key']}"}
    with serving(database, host="0.0.0.0") as server:  # noqa: S104 - a key is asked for
        assert httpx.get(f"{server.url}/runs").status_code == 401
        assert httpx.get(f"{server.url}/audit", headers=shown).status_code == 200
        following = Following(f"{server.url}/log/stream", shown)
        following.thread.start()
        following.until("operator-acted")
        opstrail(database, "key", "revoke", key["line"]["key_id"], *WHY)
        following.until("key-revoked")
        assert following.end().last_kind == "denied"
