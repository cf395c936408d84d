"""CSV and JSON files as an estate; `docs/reference/estate-files.md` has their format."""
