"""Does this opstrail store the same events as an older commit? See `__main__.py`."""
