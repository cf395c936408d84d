"""What a request asks for in headers: a version, a key, how long it waits."""

import re
from collections.abc import Mapping
from datetime import UTC, tzinfo
from typing import Final

from starlette.datastructures import Headers

from adapters.http.problems import HttpProblem
from domain.time_zones import zone_of

LONGEST_WAIT_SECONDS: Final = 60
_ETAG: Final = re.compile('"([0-9]{1,9})"')
_ZONE: Final = re.compile(r"(?:^|,)\s*timezone\s*=\s*\"?([^\s,;\"]{1,100})\"?")
_WAIT: Final = re.compile(r"(?:^|,)\s*wait\s*=\s*([0-9]{1,6})\s*(?=[,;]|$)")
_TEXT: Final = {"type": "string"}
NOT_EMPTY: Final = {"type": "string", "minLength": 1}
HEADERS: Final[Mapping[str, tuple[str, Mapping[str, object]]]] = {
    "If-Match": (
        "Do it only if the run is at this version, which its ETag names.",
        {"type": "string", "pattern": '^("[0-9]{1,9}"|[*])$'},
    ),
    "If-None-Match": ("Answer 304 if the run still is at this version.", _TEXT),
    "Idempotency-Key": (
        "Sent again with the same body, it gives the run that there is.",
        NOT_EMPTY,
    ),
    "Prefer": (
        "wait=N: wait so many seconds, 60 at most, for the end, before a 202;"
        " cancel-when-gone: cancel a run whose waiting client goes away.",
        _TEXT,
    ),
}
"""The headers, each with what it is for and the JSON Schema of what it says."""


def version_expected(headers: Headers) -> int | None:
    """Return the version that If-Match names; None when it names none.

    Raises `HttpProblem`: no version of a run is called otherwise.
    """
    given = headers.get("if-match")
    if given is None or given == "*":
        return None
    found = _ETAG.fullmatch(given)
    if found is None:
        detail = f"If-Match takes one version as its ETag, such as {etag(12)}, not {given!r}"
        raise HttpProblem(412, "wrong-etag", detail)
    return int(found[1])


def etag(version: int) -> str:
    """Return the ETag of a version."""
    return f'"{version}"'


def is_known(headers: Headers, version: int) -> bool:
    """Return whether who asks has this version already."""
    given = headers.get("if-none-match", "")
    return etag(version) in {each.strip().removeprefix("W/") for each in given.split(",")}


def seconds_to_wait(headers: Headers) -> int:
    """Return how long who asks waits for the end of what is begun; 0 where they do not say."""
    found = _WAIT.search(headers.get("prefer", ""))
    return min(int(found[1]), LONGEST_WAIT_SECONDS) if found else 0


def zone_wished(headers: Headers) -> tzinfo:
    """Return whose days and clock who asks means; UTC where they do not say.

    Raises `UnknownTimeZone`.
    """
    found = _ZONE.search(headers.get("prefer", ""))
    return zone_of(found[1]) if found else UTC


def cancels_when_gone(headers: Headers) -> bool:
    """Return whether the run is to be cancelled once who waits for it has gone away."""
    wishes = headers.get("prefer", "").split(",")
    return "cancel-when-gone" in {each.strip().lower() for each in wishes}


def idempotency_key(headers: Headers) -> str | None:
    """Return the key, which the draft writes in quotes."""
    given = headers.get("idempotency-key")
    is_quoted = given is not None and len(given) > 1 and given[0] == given[-1] == '"'
    return given[1:-1] if given and is_quoted else given
