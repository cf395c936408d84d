"""What commands print is as it was looked at; see `tests/golden/screens`.

After a change that is meant: `python -m tests.adapters.cli.test_screens`, and look at each.
"""

from io import StringIO
from pathlib import Path
from typing import Final

import pytest
from rich.console import Console

from adapters.cli.screen import Screen
from tests.adapters.cli.screens.scenes import SCENES

FOLDER: Final = Path(__file__).parents[2] / "golden" / "screens"
WIDTHS: Final = (60, 80, 120, 200)


def drawn(scene: str, *, width: int) -> str:
    """What a terminal of this width shows."""
    screen, written = Screen(has_color=False), StringIO()
    vars(screen)["out"] = Console(
        file=written,
        width=width,
        height=25,
        force_terminal=True,
        color_system=None,
        markup=False,
        highlight=False,
        emoji=False,
    )
    SCENES[scene](screen)
    return "".join(f"{line.rstrip()}\n" for line in written.getvalue().splitlines())


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scene", SCENES)
def test_a_screen_is_as_it_was_looked_at(scene: str, width: int) -> None:
    assert drawn(scene, width=width) == _file(scene, width).read_text(encoding="utf-8")


def test_no_screen_is_left_over() -> None:
    assert {*FOLDER.glob("*.txt")} == {_file(scene, width) for scene in SCENES for width in WIDTHS}


def _file(scene: str, width: int) -> Path:
    return FOLDER / f"{scene}-{width}.txt"


if __name__ == "__main__":
    for each in SCENES:
        for so_wide in WIDTHS:
            _file(each, so_wide).write_text(drawn(each, width=so_wide), encoding="utf-8")
