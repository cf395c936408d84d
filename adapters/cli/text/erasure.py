"""What an erasure comes to, as text."""

from collections.abc import Iterator

from adapters.cli.screen import Screen
from domain.views.erasure import Erasure, NamedResult


def show_erasure(screen: Screen, erasure: Erasure) -> None:
    """Print what was erased, or would be, and which other runs name it."""
    screen.show(*_lines(erasure))


def _lines(erasure: Erasure) -> Iterator[str]:
    of_call = f"of call {erasure.call_id} of {erasure.run_id}"
    if erasure.is_done:
        yield f"The result {of_call} is erased already."
        return
    sizes = {each.digest: each.size for each in erasure.results}
    for digest, size in sizes.items():
        result = f"the result {of_call} ({size} bytes, digest {digest})"
        yield f"{_verb(erasure, digest)} {result}."
    others = [each for each in erasure.results if not _is_asked(each, erasure)]
    if others:
        yield "The same result, erased with it: " + ", ".join(map(_named, others)) + "."


def _verb(erasure: Erasure, digest: str) -> str:
    if digest in erasure.missing:
        would = "Would record" if erasure.is_preview else "Recorded"
        return f"{would} as erased, though it was missing before:"
    return "Would erase" if erasure.is_preview else "Erased"


def _is_asked(result: NamedResult, erasure: Erasure) -> bool:
    return (result.run_id, result.call_id) == (erasure.run_id, erasure.call_id)


def _named(result: NamedResult) -> str:
    return f"call {result.call_id} of {result.run_id}"
