"""CSV and JSON files as an estate; `docs/reference/estate-files.md` has their format."""

from adapters.estates.files.problems import ImportRefused, Place, Problem
from adapters.estates.files.reading import read_files

__all__ = ["ImportRefused", "Place", "Problem", "read_files"]
