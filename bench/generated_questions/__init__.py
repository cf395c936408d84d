"""Questions made by a grammar of their own, with what is true of them by plain SQL."""

from pathlib import Path
from typing import Final

COVERAGE: Final = Path(__file__).parent / "coverage.json"
"""How many of each kind were answered right when they were last stored."""
