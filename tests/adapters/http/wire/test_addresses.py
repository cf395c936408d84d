"""The operator log has the address that a request came from, whatever the request says."""

import json
from pathlib import Path

import pytest

from tests.adapters.http.conftest import copy_of
from tests.adapters.http.wire.listening import listening

QUESTION = b'{"question": "How many servers are there?"}'
SAYS = "X-Forwarded-For: 192.0.2.7"


@pytest.mark.parametrize(
    ("proxies", "address"),
    [("", "127.0.0.1"), ("192.0.2.1", "127.0.0.1"), ("192.0.2.1,127.0.0.1", "192.0.2.7")],
)
def test_the_word_of_trusted_proxies_alone_is_recorded(
    served_database: Path, tmp_path: Path, proxies: str, address: str
) -> None:
    with listening(copy_of(served_database, tmp_path), proxies=proxies) as server:
        assert server.post(QUESTION, SAYS).status == 202
        newest, *_ = json.loads(
            server.say("GET /v1/audit?query=operation%20=%20run.ask HTTP/1.1").body
        )
    assert newest["address"] == address
