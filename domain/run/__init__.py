"""A run: its lifecycle, its commands, its events, and the state folded from them."""
