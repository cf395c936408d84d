"""CSV and JSON files as an estate; `docs/reference/estate-files.md` has their format."""

from adapters.estates.files.dataset import read_files
from adapters.estates.files.problems import ImportRefused, Place, Problem

__all__ = ["ImportRefused", "Place", "Problem", "read_files"]
