"""What a server logs has the ids that requests and runs are found by."""

import json
import logging
import sys
from collections.abc import Iterator
from io import StringIO
from typing import Literal

import pytest

from adapters.http.logs import LEVELS, log_to_stderr
from adapters.http.workroom import LOG
from tests.adapters.http.client import Client
from tests.estate_fixture import TENANT

QUESTION = {"question": "How many servers are there?"}
SENT = {"Prefer": "wait=20", "X-Request-Id": "req-1"}


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """What is written from the beginning of a test on."""
    loggers = [logging.getLogger(name) for name in LEVELS]
    kept = [(each, each.handlers, each.propagate, each.level) for each in loggers]
    monkeypatch.setattr(sys, "stderr", written := StringIO())
    log_to_stderr("json")
    yield written
    for logger, handlers, propagate, level in kept:
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)


def lines(logged: StringIO) -> dict[str, dict[str, object]]:
    found = (json.loads(line) for line in logged.getvalue().splitlines())
    return {each["event"]: each for each in found}


def test_a_request_and_its_run_are_found_by_each_other(http: Client, logged: StringIO) -> None:
    run_id = http.post("/runs", QUESTION, headers=SENT).json()["run_id"]
    told = lines(logged)
    assert told["run begun"]["request_id"] == told["request"]["request_id"] == "req-1"
    assert told["run begun"]["run_id"] == told["run ended"]["run_id"] == run_id
    assert (told["run ended"]["state"], told["request"]["operation"]) == ("completed", "run.ask")
    who = (told["request"]["tenant"], told["request"]["principal"])
    assert who == (TENANT, "local")


def test_who_watches_is_not_logged(http: Client, logged: StringIO) -> None:
    http.get("/healthz")
    http.get("/runs")
    assert [each["operation"] for each in lines(logged).values()] == ["run.list"]


def test_a_line_is_one_line_whatever_is_asked(http: Client, logged: StringIO) -> None:
    http.get("/runs/a%0A%7B%22event%22:1%7D")
    assert lines(logged)["request"]["run_id"] == 'a\n{"event":1}'


@pytest.mark.parametrize("form", ["json", "console"])
def test_what_went_wrong_is_logged_without_secrets(
    logged: StringIO, form: Literal["json", "console"], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", logged)
    log_to_stderr(form)
    error = ValueError("postgresql://ops:s3cr3t@db/ops is gone")
    LOG.error("request failed", extra={"request_id": "req-1"}, exc_info=error)
    told = logged.getvalue()
    assert ("s3cr3t" in told, "@db/ops is gone" in told, "req-1" in told) == (False, True, True)
