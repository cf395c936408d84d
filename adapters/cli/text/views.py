"""How a view is printed: as its JSON, or as text for people."""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from adapters.cli.screen import Screen
from domain.views.json_form import View

V = TypeVar("V")


def show_view(
    screen: Screen,
    view: View[V],
    value: V,
    *,
    output: StrEnum,
    as_text: Callable[[Screen, V], None],
) -> None:
    """Print a value, as JSON when that is the output that was asked for."""
    if output == "json":
        screen.show_json(view.to_json(value))
    else:
        as_text(screen, value)
