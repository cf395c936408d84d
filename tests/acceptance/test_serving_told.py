"""A server tells another one that a run failed, and whoever watches it how it is."""

import json
import time
from pathlib import Path

import httpx

from tests.acceptance.serving import SECONDS, serving
from tests.web_server import web_server

KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
CONFIG = """
[settings]
log_format = "json"

[[delivery]]
name = "desk"
url = "{url}/hook"
secret = "hook"
allow_private = true
"""


def test_a_run_that_fails_is_told_by_webhook_and_logged(tmp_path: Path) -> None:
    config = tmp_path / "opstrail.toml"
    with web_server() as desk:
        config.write_text(CONFIG.format(url=desk.url), encoding="utf-8")
        chosen = {"OPSTRAIL_CONFIG": str(config), "OPSTRAIL_SECRET_HOOK": KEY}
        with serving(tmp_path / "new.db", **chosen) as server:
            root = server.url.removesuffix("/v1")
            assert httpx.get(f"{root}/readyz").json()["status"] == "ok"
            time.sleep(1.5)  # its target is known by then
            accepted = server.post("/runs", question="What is affected if srv-99 fails?")
            until = time.monotonic() + SECONDS
            while not desk.asked and time.monotonic() < until:
                time.sleep(0.05)
            ((_, path, headers, body),) = desk.asked
            told = json.loads(body)
            assert (path, headers["webhook-signature"][:3]) == ("/hook", "v1,")
            assert (told["type"], told["data"]["run_id"]) == ("run.failed", accepted["id"])
            assert httpx.get(f"{server.url}/deliveries").json() == []
            assert "opstrail_run_seconds_count" in httpx.get(f"{root}/metrics").text
    logged = [json.loads(line) for line in server.said if line.startswith("{")]
    ended = next(each for each in logged if each["event"] == "run ended")
    assert (ended["run_id"], ended["state"]) == (accepted["id"], "failed")
