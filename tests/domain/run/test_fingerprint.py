"""Errors of one kind have one fingerprint."""

import pytest

from domain.run.fingerprint import error_fingerprint

TIMEOUT = "Timeout of 'srv-erp-01' after 5000 ms"


def kind(message: str, *, code: str = "TOOL_TIMEOUT", where: str = "execute a") -> str:
    return error_fingerprint(code, message, where=where)


@pytest.mark.parametrize(
    "message",
    [
        "Timeout of 'db' after 30000 ms",
        "timeout  of \"a 'quoted' name\" after 7 ms",
        "Timeout of `x` after 2026-03-01T12:00:00Z ms",
        "Timeout of srv-erp-02.example:8080 after 1.5 ms",
        "Timeout of /etc/opstrail/estate after 5 ms",
        "Timeout of https://cmdb.example/items?name=erp after 5 ms",
        "Timeout of C:\\estates\\erp after 5 ms",
        "Timeout of \u201cdb\u201d after 5 ms",
    ],
)
def test_names_and_numbers_do_not_count(message: str) -> None:
    assert kind(message) == kind(TIMEOUT)


@pytest.mark.parametrize(
    "other",
    [
        kind("Refused by 'srv-erp-01' after 5000 ms"),
        kind(TIMEOUT, code="DATA_NOT_FOUND"),
        kind(TIMEOUT, where="execute b"),
    ],
)
def test_words_code_and_place_count(other: str) -> None:
    assert other != kind(TIMEOUT)


def test_an_apostrophe_quotes_nothing() -> None:
    assert kind("can't read 'a' for now") == kind("can't read 'b' for now")
    assert kind("can't read 'a' for now") != kind("can't write 'a' for now")


def test_a_fingerprint_can_be_typed() -> None:
    assert len(kind(TIMEOUT)) == 12
    assert set(kind(TIMEOUT)) <= set("0123456789abcdef")
