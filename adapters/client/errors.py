"""What a caller can meet, beside that the service cannot be reached (`httpx.TransportError`)."""

import json
from typing import Final, TypeAlias

import httpx

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


class ProblemError(Exception):
    """The service refused, and said why (RFC 9457).

    `code` says what it is, and never changes; `errors` has the JSON pointer of each field that is
    wrong; `version` is that of the run where somebody else was first; `document` is all of it.
    """

    def __init__(self, status: int, document: dict[str, Json]) -> None:
        self.status, self.document = status, document
        self.code = str(document.get("code", "unknown"))
        self.detail = str(document.get("detail", f"status {status}"))
        self.errors: Json = document.get("errors", [])
        self.request_id: Json = document.get("request_id")
        self.version: Json = document.get("version")
        super().__init__(self.detail)


class StreamEnded(Exception):
    """The service ended a stream before its end, and the same request would not do better.

    `kind` is `denied`, `error` or, where what there is has to be read anew, `resync`.
    """

    def __init__(self, kind: str, why: str) -> None:
        self.kind, self.why = kind, why
        super().__init__(f"{kind}: {why}")


NO_SERVICE: Final = "no-service"
"""The code of an answer that is none of the service: of something between, or elsewhere."""


def require_kind(response: httpx.Response, *kinds: str) -> None:
    """Raise `ProblemError` for what is answered well, but in a way that the service never does."""
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if response.is_success and kind not in kinds:
        detail = f"{response.url.copy_with(query=None)} answers {kind or 'without a type'}, not"
        detail += f" {' or '.join(kinds)}: no opstrail is there"
        raise ProblemError(response.status_code, {"code": NO_SERVICE, "detail": detail})


def problem_of(response: httpx.Response) -> ProblemError:
    """Return the problem that a response tells; what is between may have answered otherwise."""
    try:
        document = json.loads(response.content)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        document = {"detail": f"{response.status_code} {response.reason_phrase}, and no problem"}
    return ProblemError(response.status_code, document)
