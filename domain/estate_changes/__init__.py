"""Changes of an estate on the record: imports and removals, each a stream of its own."""
