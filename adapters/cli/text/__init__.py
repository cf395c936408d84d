"""How views read on a terminal and in a pipe."""
